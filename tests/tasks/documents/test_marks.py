"""Marks in the printed text. Whatever the quotes, the pieces join to the text again."""

import json
import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tasks.documents.marks import Kind, Segment, outline, parts, printed, segments

TODAY = date(2023, 6, 15)
FIXTURE = json.loads((Path(__file__).parents[3] / "fixtures" / "plan_2023.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Group:
    title: str


@dataclass(frozen=True)
class Task:
    number: int
    title: str
    text: str


@dataclass(frozen=True)
class Milestone:
    quote: str
    state: str = "open"
    due_on: date = date(2023, 12, 31)
    has_own_date: bool = False

    def is_overdue(self, today: date) -> bool:
        return self.state == "open" and self.has_own_date and self.due_on < today


def rows(model: str) -> list[dict]:
    return [row["fields"] for row in FIXTURE if row["model"] == model]


PLAN = rows("tasks.plan")[0]
GROUPS = [Group(row["title"]) for row in rows("tasks.taskgroup")]
TASKS = [Task(row["number"], row["title"], row["text"]) for row in rows("tasks.task")]


# ---- segments ----


def test_text_is_cut_at_its_quotes():
    assert segments("开展检查,完成报告。", [("b", "完成报告"), ("a", "开展检查")]) == [
        Segment("开展检查", "a"),
        Segment(","),
        Segment("完成报告", "b"),
        Segment("。"),
    ]


def test_without_quotes_the_text_is_one_piece():
    assert segments("全文", []) == [Segment("全文")]
    assert segments("", [("a", "全文")]) == []


def test_a_quote_that_is_absent_or_empty_is_ignored():
    assert segments("全文", [("a", "没有"), ("b", "")]) == [Segment("全文")]


def test_equal_quotes_take_one_occurrence_after_the_other_and_a_third_takes_none():
    assert segments("国庆和国庆", [(1, "国庆"), (2, "国庆"), (3, "国庆")]) == [
        Segment("国庆", 1),
        Segment("和"),
        Segment("国庆", 2),
    ]


def test_overlapping_quotes_give_way_to_the_earlier():
    assert segments("甲乙丙丁", [(1, "乙丙"), (2, "丙丁"), (3, "甲乙丙丁"), (4, "丁")]) == [
        Segment("甲"),
        Segment("乙丙", 1),
        Segment("丁", 4),
    ]


def test_hostile_text_is_only_text():
    text = "<script>alert(1)</script>&amp;\x00\n"
    assert segments(text, [(0, "<script>")]) == [Segment("<script>", 0), Segment(text[8:])]


@pytest.mark.parametrize("seed", range(5))
def test_pieces_always_join_to_the_text_and_never_overlap(seed):
    dice = random.Random(seed)  # noqa: S311 - a die, not a secret
    for _try in range(100):
        text = "".join(dice.choices("甲乙丙。,<&(牵头责任)\n", k=dice.randrange(60)))
        quotes = {key: "".join(dice.choices("甲乙丙。<", k=dice.randrange(4))) for key in range(8)}
        pieces = segments(text, quotes.items())
        assert "".join(piece.text for piece in pieces) == text
        marked = [piece for piece in pieces if piece.key is not None]
        assert len(marked) == len({piece.key for piece in marked})
        assert all(piece.text == quotes[piece.key] for piece in marked)
        assert all(piece.text for piece in pieces)
        assert "".join(parts(text, text[:3])) == text


# ---- one task ----


def test_parts_of_a_printed_task():
    assert parts("加强监管。开展检查。(牵头部门:甲(乙),配合部门:丙)", "加强监管") == (
        "加强监管。",
        "开展检查。",
        "(牵头部门:甲(乙),配合部门:丙)",
    )


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("标题。正文。[牵头部门:甲(乙)]", "[牵头部门:甲(乙)]"),
        ("标题。正文。（责任部门：甲）。", "（责任部门：甲）。"),
        ("标题。正文(以下简称《意见》)。", ""),
        ("标题。(牵头部门:甲)的说明。正文。", ""),
        ("标题。正文(简称甲)。(牵头部门:甲)", "(牵头部门:甲)"),
    ],
)
def test_the_unit_clause_is_what_follows_the_last_full_stop(text, tail):
    assert parts(text, "标题")[2] == tail


def test_a_text_that_is_only_its_title_is_no_heading():
    assert parts("标题", "标题") == ("", "标题", "")
    assert parts("标题下的正文。", "标题") == ("", "标题下的正文。", "")
    assert parts("标题\n正文。", "标题") == ("标题\n", "正文。", "")
    assert parts("别的。", "标题") == ("", "别的。", "")
    assert parts("", "") == ("", "", "")


def test_each_milestone_stands_where_its_words_stand():
    ticked = Milestone("制定方案", state="done")
    late = Milestone("开展检查", due_on=date(2023, 6, 14), has_own_date=True)
    today = Milestone("公布结果", due_on=TODAY, has_own_date=True)
    undated = Milestone("总结", state="open")
    dropped = Milestone("正文", state="cancelled")
    task = Task(1, "标题", "标题。正文:制定方案,开展检查,公布结果,总结。(牵头部门:甲)")
    text = printed(task, [ticked, late, today, undated, dropped], TODAY)
    assert [(piece.text, piece.key.milestone, piece.key.standing) for piece in text.body if piece.key] == [
        ("制定方案", ticked, "done"),
        ("开展检查", late, "late"),
        ("公布结果", today, "open"),
        ("总结", undated, "undated"),
    ]
    assert (text.head, text.tail) == ([Segment("标题。")], "(牵头部门:甲)")


def test_a_milestone_is_marked_once_even_if_its_words_come_again():
    text = printed(Task(1, "总结", "总结。总结。"), [Milestone("总结")], TODAY)
    assert [piece.text for piece in text.head if piece.key] == ["总结"]
    assert [piece for piece in text.body if piece.key] == []


def test_all_milestones_of_2023_are_marked_in_their_task():
    for task, row in zip(TASKS, rows("tasks.task"), strict=True):
        milestones = [
            Milestone(one["quote"]) for one in rows("tasks.milestone") if one["task"] == [*row["plan"], row["number"]]
        ]
        text = printed(task, milestones, TODAY)
        pieces = [*text.head, *text.body]
        assert "".join(piece.text for piece in pieces) + text.tail == task.text
        assert len([piece for piece in pieces if piece.key]) == len(milestones) >= 2
        assert text.tail.startswith(("(牵头部门:", "[牵头部门:"))
        assert "".join(piece.text for piece in text.head) == f"{task.title}。"


# ---- the whole document ----


def test_the_document_of_2023_in_blocks():
    blocks = outline(PLAN["text"], PLAN["title"], GROUPS, TASKS)
    assert "".join(block.text for block in blocks) == PLAN["text"]
    kinds = [block.kind for block in blocks if block.text.strip()]
    assert {kind: kinds.count(kind) for kind in Kind} == {
        Kind.TITLE: 1,
        Kind.SECTION: 2,
        Kind.GROUP: 5,
        Kind.TASK: 17,
        Kind.NUMBERED: 0,
        Kind.PARAGRAPH: 7,
    }
    assert [block.key for block in blocks if block.kind == Kind.TASK] == TASKS
    assert [block.key for block in blocks if block.kind == Kind.GROUP] == GROUPS
    assert blocks.index(next(block for block in blocks if block.kind == Kind.TITLE)) == 5


def test_numbered_items_of_others_are_told_from_paragraphs():
    blocks = outline(PLAN["text"], PLAN["title"], GROUPS, TASKS[:1])
    kinds = [block.kind for block in blocks if block.text.strip()]
    assert (kinds.count(Kind.TASK), kinds.count(Kind.NUMBERED), kinds.count(Kind.PARAGRAPH)) == (1, 16, 7)
    assert "".join(block.text for block in blocks) == PLAN["text"]


def test_tasks_that_are_not_in_the_text_leave_it_plain():
    blocks = outline("第一段\r\n第二段", "标题", [Group("别的")], [Task(1, "甲", "没有的话")])
    assert [(block.kind, block.text, block.key) for block in blocks] == [
        (Kind.PARAGRAPH, "第一段\r\n", None),
        (Kind.PARAGRAPH, "第二段", None),
    ]
    assert outline("", "", [], []) == []


def test_a_task_is_found_without_its_number_too():
    task = Task(1, "甲", "甲。乙。")
    assert [(block.kind, block.text) for block in outline("一是甲。乙。", "标题", [], [task])] == [
        (Kind.PARAGRAPH, "一是"),
        (Kind.TASK, "甲。乙。"),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_blocks_always_join_to_the_text(seed):
    dice = random.Random(seed)  # noqa: S311 - a die, not a secret
    for _try in range(100):
        text = "".join(dice.choices("1.甲乙(一)一、。\r\n\u2028\x0c", k=dice.randrange(80)))
        tasks = [Task(n, "甲", "".join(dice.choices("甲乙。\n", k=dice.randrange(1, 4)))) for n in range(1, 5)]
        blocks = outline(text, "甲乙", [Group("乙"), Group("")], tasks)
        assert "".join(block.text for block in blocks) == text
        assert all(block.key != Group("") for block in blocks)
