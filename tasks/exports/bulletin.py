"""通报 of a period: a draft that a planner finishes, without red head, number or seal.

A document of the bureau is in Chinese, whoever asks for it. What the planner still has to do stands in it as marked
hints; words from reports are quoted as they are.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import override

from tasks.documents.files import KINDS
from tasks.documents.numerals import chinese, heading
from tasks.exports.bulletin_words import (
    ABOUT_WORDS,
    closed_or_not,
    leads,
    light_word,
    naming,
    numbers,
    of_lights,
    of_owing,
    of_progress,
    of_reports,
    of_words,
    span,
    spoken_by,
    why,
)
from tasks.exports.file import File
from tasks.exports.official.document import Official
from tasks.exports.official.elements import Column, Piece
from tasks.exports.official.looks import ADDRESS, ANNEX, BELOW_HEADLINE, CHAPTER, DRAFT, HEADLINE, PART
from tasks.exports.official.text import day, paragraphs
from tasks.models import Plan, ReportingPeriod
from tasks.querysets.bulletin import MISSING, TO_REVIEW, Line, Told, told

LIST = "任务进展情况表"
COLUMNS = (
    Column("序号", 10, True),
    Column("重点任务", 32),
    Column("牵头部门", 30),
    Column("进度", 12, True),
    Column("序时", 12, True),
    Column("自评", 15, True),
    Column("亮灯", 12, True),
    Column("说明", 33),
)


def bulletin_file(plan: Plan, period: ReportingPeriod, user: Any, today: date) -> File:
    """Of a period that has been opened, as the user sees it."""
    with override(settings.LANGUAGE_CODE):
        content = _Bulletin(plan, told(period, user, today), today).content()
        name = f"计量工作通报草稿-{plan.code}-{span(period)}-{today.isoformat()}.docx"
    return File(name, KINDS["docx"], content)


def hint(text: str) -> Piece:
    return Piece(f"【起草提示：{text}】", marked=True)


class _Bulletin:
    def __init__(self, plan: Plan, of: Told, today: date) -> None:
        self.plan, self.told, self.today = plan, of, today
        self.title = f"关于《{plan.title}》\n{span(of.period)}进展情况的通报"
        self.paper = Official(self.title.replace("\n", ""), today)

    def content(self) -> bytes:
        for write in (self.head, self.figures, self.progress, self.problems, self.next_steps, self.end, self.annex):
            write()
        return self.paper.content()

    def head(self) -> None:
        add = self.paper.add
        add(Piece("草稿（标色处供起草用，印发前处理后删去）", True), DRAFT)
        add()
        add(self.title, HEADLINE)
        add()
        add("各有关单位：", ADDRESS)
        number = f"（{self.plan.document_number}）" if self.plan.document_number else ""
        now = f"现将截至{day(self.told.on)}的{span(self.told.period)}进展情况通报如下。"
        add([Piece(f"为推动《{self.plan.title}》{number}各项任务落实，{now}"), *map(hint, closed_or_not(self.told))])

    # ---- 一、总体情况 ----

    def figures(self) -> None:
        self.paper.add("一、总体情况", CHAPTER)
        told = self.told
        told_of = {"任务进度": of_progress, "自评情况": of_words, "亮灯情况": of_lights, "报送情况": of_reports}
        for ordinal, (title, words) in enumerate(told_of.items(), 1):
            self.paper.add(f"（{chinese(ordinal)}）{title}", PART)
            self.paper.add(words(told))

    # ---- 二、主要进展 ----

    def progress(self) -> None:
        self.paper.add("二、主要进展", CHAPTER)
        for each in self.told.figures.groups:
            lines = [line for line in self.told.lines if line.group_id == each.group.pk]
            self.paper.add(heading(each.group), PART)
            self.of_group(lines)

    def of_group(self, lines: list[Line]) -> None:
        """What was accepted, and for the planner what is still lacking."""
        reported = [line for line in lines if line.report]
        for line in reported:
            self.quote(f"{line.task.number}.{line.task.title}（{spoken_by(line)}）。", line)
        if not reported:
            self.paper.add("本期无经审定的报送。")
        lacking = {word: [line for line in lines if line.word == word] for word in (TO_REVIEW, MISSING)}
        hints = [hint(f"{ABOUT_WORDS[word]}：{numbers(found)}") for word, found in lacking.items() if found]
        if hints:
            self.paper.add(hints)

    def quote(self, opening: str, line: Line) -> None:
        nothing_new = "本期无新进展：" if line.report.no_news else ""
        first, *rest = paragraphs(nothing_new + line.report.progress_text)
        repeated = line.is_repeated or line.is_nearly_repeated
        for text in ([Piece(opening), Piece(first, repeated)], *([Piece(more, repeated)] for more in rest)):
            self.paper.add(text)
        if repeated:
            same = "相同" if line.is_repeated else "基本相同"
            self.paper.add(hint(f"任务{line.task.number}的报送与上期{same}，请核实"))

    # ---- 三、存在问题 ----

    def problems(self) -> None:
        self.paper.add("三、存在问题", CHAPTER)
        told = self.told
        parts = [
            (f"红灯任务{len(told.red)}项", told.red),
            (f"黄灯任务{len(told.yellow)}项", told.yellow),
            (f"自评欠序时的其他任务{len(told.behind)}项", told.behind),
        ]
        named = [(title, lines) for title, lines in parts if lines]
        for ordinal, (title, lines) in enumerate(named, 1):
            self.paper.add(f"（{chinese(ordinal)}）{title}", PART)
            self.behind(lines)
        if not named:
            self.paper.add("本期无滞后的红灯、黄灯任务，也无自评欠序时的任务。")
        if told.waiting:
            self.paper.add(f"{numbers(told.waiting)}已申请办结待审核，亮黄灯，不计为滞后。")
        self.owing(len(named) + 1)

    def behind(self, lines: Iterable[Line]) -> None:
        for ordinal, line in enumerate(lines, 1):
            problems = paragraphs(line.report.problems) if line.report else []
            first = f"报送反映：{problems[0]}" if problems else ""
            self.paper.add(f"{ordinal}.{naming(line)}：{why(line)}{first}")
            for more in problems[1:]:
                self.paper.add(more)

    def owing(self, ordinal: int) -> None:
        """By name, those together that owe the same."""
        units = sum(len(each.units) for each in self.told.owing)
        title = f"未报送单位{units}个" if units else "报送情况"
        self.paper.add(f"（{chinese(ordinal)}）{title}", PART)
        for sentence in of_owing(self.told):
            self.paper.add(sentence)

    # ---- 四、下一步工作要求, and what follows the text ----

    def next_steps(self) -> None:
        self.paper.add("四、下一步工作要求", CHAPTER)
        self.paper.add(hint("由计划管理人员填写"))

    def end(self) -> None:
        add = self.paper.add
        add()
        add(f"附件：{LIST}")
        add()
        self.paper.sign(self.plan.issuer, self.today)

    def annex(self) -> None:
        add = self.paper.add
        add("附件", ANNEX)
        add(LIST, HEADLINE)
        add(f"（{span(self.told.period)}，截至{day(self.told.on)}）", BELOW_HEADLINE)
        self.paper.add_table(COLUMNS, self.rows())

    def rows(self) -> Iterable[tuple[str, ...]]:
        for each in self.told.figures.groups:
            yield (heading(each.group),)
            yield from (_row(line) for line in self.told.lines if line.group_id == each.group.pk)


def _row(line: Line) -> tuple[str, ...]:
    progress = ("—" if figure is None else f"{figure}%" for figure in (line.progress, line.expected_progress))
    return (
        str(line.task.number),
        line.task.title,
        leads(line),
        *progress,
        ABOUT_WORDS[line.word],
        light_word(line.light),
        why(line),
    )
