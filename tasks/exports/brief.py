"""专报 for leaders, from the same figures as the bulletin: one page, the problems first.

What does not fit is cut from behind: less yellow before less red, and every cut says how much there is more.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import override

from tasks.documents.files import KINDS
from tasks.exports.bulletin_words import naming, numbers, of_mean, span, units_owing, why
from tasks.exports.file import File
from tasks.exports.official.document import Official
from tasks.exports.official.elements import Piece
from tasks.exports.official.looks import BELOW_HEADLINE, CHAPTER, CHARACTERS, HEADLINE, LINES
from tasks.exports.official.text import clean, day, width
from tasks.models import Plan, ReportingPeriod
from tasks.querysets.bulletin import Line, Told, told
from tasks.workflow import State

TITLE = "计量工作要点进展专报"
SPARE = 1  # lines: programs do not break lines at quite the same places
HEAD = 2  # the title and the period
INDENT, ALOOF = 2, 1  # characters: before the first line; to spare on every line, as fonts differ
TOGETHER = re.compile("[“‘（《【〔(]*(?:[!-~]{1,32}|.)[”’）》】〕、，。；：！？…]*", re.DOTALL)
OF_ENTRY, OF_NAMES = 2, 2  # lines at most
DAYS = re.compile(r"（[^（）]*到期）|，超过\d+天")
LEAST = 2  # lines of a part that there is room for in any case


def brief_file(plan: Plan, period: ReportingPeriod, user: Any, today: date) -> File:
    """Of a period that has been opened, as the user sees it."""
    with override(settings.LANGUAGE_CODE):
        content = _written(plan, told(period, user, today), today)
        name = f"计量工作专报草稿-{plan.code}-{span(period)}-{today.isoformat()}.docx"
    return File(name, KINDS["docx"], content)


def _written(plan: Plan, told: Told, today: date) -> bytes:
    paper = Official(TITLE, today)
    paper.add([Piece(TITLE), Piece("（草稿）", marked=True)], HEADLINE)
    paper.add(f"（{span(told.period)}，截至{day(told.on)}）", BELOW_HEADLINE)
    year = of_the_year(told, plan.ends_on)
    for heading, entries in _parts(told, LINES - SPARE - HEAD - lines_of(year)):
        paper.add(heading, CHAPTER)
        for entry in entries:
            paper.add(entry)
    paper.add(year)
    return paper.content()


def _parts(told: Told, room: int) -> list[tuple[str, list[str]]]:
    """Headings with as much under them as the page takes: what comes first takes it first, the rest keeps LEAST."""
    red = [_entry(line) for line in told.red]
    yellow = [_entry(line) for line in told.yellow]
    owing = [names(told)] if told.owing else []
    later = sum(lines_of(entry) for entry in owing) + 1
    ahead = later + (1 + LEAST if yellow else 1)
    red, room = cut(red, told.red, room - ahead - 1), room - 1
    room -= sum(map(lines_of, red))
    yellow = cut(yellow, told.yellow, room - later - 1)
    return [
        (f"一、红灯任务{len(told.red)}项" if red else "一、无红灯任务", red),
        (f"二、黄灯任务{len(told.yellow)}项" if yellow else "二、无滞后的黄灯任务", yellow),
        (f"三、未报送单位{units_owing(told)}个（{told.tally.lacking}份）" if owing else "三、无未报送单位", owing),
    ]


def cut(entries: Sequence[str], of: Sequence[Line], room: int) -> list[str]:
    """As many as take `room` lines; the last line then says which are left."""
    kept: list[str] = []
    for place, entry in enumerate(entries):
        last = place == len(entries) - 1
        if sum(map(lines_of, [*kept, entry])) + (not last) > room:
            return [*kept, _left(of[place:])]
        kept.append(entry)
    return kept


def _left(lines: Sequence[Line]) -> str:
    """On one line: their numbers as far as they go."""
    told = f"另有{len(lines)}项：{numbers(lines)}。"
    return told if lines_of(told) == 1 else f"另有{len(lines)}项，见通报。"


def _entry(line: Line) -> str:
    """On OF_ENTRY lines at most, without the days that are only compared."""
    return clipped(f"{naming(line)}：{DAYS.sub('', why(line))}", OF_ENTRY)


def names(told: Told) -> str:
    """The units that owe, those that owe most first, as far as they go."""
    most_first = sorted(told.owing, key=lambda one: -len(one.tasks))
    units = [unit.short_name for each in most_first for unit in each.units]
    end = f"等{len(units)}个单位。" if len(units) > 1 else "。"
    shown = next((n for n in range(len(units), 1, -1) if lines_of("、".join(units[:n]) + end) <= OF_NAMES), 1)
    return clipped("、".join(units[:shown]), OF_NAMES - 1) + end if shown == 1 else "、".join(units[:shown]) + end


def of_the_year(told: Told, ends_on: date) -> str:
    """How the whole year stands."""
    left = (ends_on - told.on).days
    until = f"距{day(ends_on)}还有{left}天" if left >= 0 else f"{day(ends_on)}已过"
    closed = f"全年{told.figures.tasks}项任务已办结{told.figures.by_state[State.CLOSED]}项"
    return f"{closed}，{of_mean(told.figures)}，{until}。"


# ---- how much room words take ----


def lines_of(text: str) -> int:
    """As programs break lines: no mark begins one, no bracket is left open at its end, no number is parted."""
    lines = 1
    room: float = CHARACTERS - ALOOF - INDENT
    for piece in map(width, TOGETHER.findall(text)):
        if piece > room:
            lines, room = lines + 1, CHARACTERS - ALOOF
        room -= piece
    return lines


def clipped(text: str, lines: int) -> str:
    """On so many lines at most, with an ellipsis for what is left out."""
    text = clean(text)
    if lines_of(text) <= lines:
        return text
    text = text[: lines * CHARACTERS * 2]
    while lines_of(text + "…") > lines:
        text = text[:-1]
    return text + "…"
