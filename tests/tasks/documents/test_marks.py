"""Marks in the printed text. Whatever the quotes, the pieces join to the text again."""

import json
import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tasks.documents.marks import Printed, Segment, parts, printed, printed_at, segments
from tasks.documents.passages import Span

TODAY = date(2023, 6, 15)
FIXTURE = json.loads((Path(__file__).parents[3] / "fixtures" / "plan_2023.json").read_text(encoding="utf-8"))


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


TASKS = [Task(row["number"], row["title"], row["text"]) for row in rows("tasks.task")]


# ---- segments ----


def cut(text: str, marks: dict) -> list[Segment]:
    return segments(text, 0, len(text), {key: Span(*place) for key, place in marks.items()})


def test_text_is_cut_at_its_marks():
    assert cut("开展检查,完成报告。", {"b": (5, 9), "a": (0, 4)}) == [
        Segment("开展检查", "a"),
        Segment(","),
        Segment("完成报告", "b"),
        Segment("。"),
    ]


def test_without_marks_the_text_is_one_piece():
    assert cut("全文", {}) == [Segment("全文")]
    assert cut("", {}) == []


def test_marks_outside_the_stretch_or_across_its_ends_are_left():
    marks = {"before": Span(0, 1), "across": Span(1, 3), "in": Span(2, 3), "over": Span(3, 5), "none": Span(3, 3)}
    assert segments("甲乙丙丁戊", 2, 4, marks) == [Segment("丙", "in"), Segment("丁")]


def test_of_marks_that_overlap_the_first_counts_and_of_these_the_longest():
    assert cut("甲乙丙丁", {1: (1, 3), 2: (2, 4), 3: (1, 2), 4: (3, 4), 5: (1, 3)}) == [
        Segment("甲"),
        Segment("乙丙", 1),
        Segment("丁", 4),
    ]


def test_hostile_text_is_only_text():
    text = "<script>alert(1)</script>&amp;\x00\n"
    assert cut(text, {0: (0, 8)}) == [Segment("<script>", 0), Segment(text[8:])]


@pytest.mark.parametrize("seed", range(5))
def test_pieces_always_join_to_the_text_and_never_overlap(seed):
    dice = random.Random(seed)  # noqa: S311 - a die, not a secret
    for _try in range(100):
        text = "".join(dice.choices("甲乙丙。,<&(牵头责任)\n", k=dice.randrange(60)))
        marks = {key: Span(at := dice.randrange(61), at + dice.randrange(4)) for key in range(8)}
        start, end = sorted(dice.choices(range(len(text) + 1), k=2))
        pieces = segments(text, start, end, marks)
        assert "".join(piece.text for piece in pieces) == text[start:end]
        keys = [piece.key for piece in pieces if piece.key is not None]
        assert len(keys) == len(set(keys))
        assert all(piece.text == text[marks[piece.key].start : marks[piece.key].end] for piece in pieces if piece.key)
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
    assert (text.head, text.tail) == ([Segment("标题。")], [Segment("(牵头部门:甲)")])


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
        assert "".join(piece.text for piece in (*pieces, *text.tail)) == task.text
        assert len([piece for piece in pieces if piece.key]) == len(milestones) >= 2
        assert text.tail[0].text.startswith(("(牵头部门:", "[牵头部门:"))
        assert "".join(piece.text for piece in text.head) == f"{task.title}。"


def test_a_quote_stands_where_it_stands_whatever_its_width_and_breaks():
    text = printed(Task(1, "标题", "标题。制定\n２０２３年方案。"), [Milestone("制定2023年 方案")], TODAY)
    assert [piece.text for piece in text.body] == ["制定\n２０２３年方案", "。"]


def test_at_its_place_in_a_longer_text():
    text = "前文。\n1.标题。做事。(牵头部门:甲)\t乙\n后文"
    place = Span(text.index("标题"), text.index("\t"))
    made = printed_at(
        text, place, text.index("后文"), "标题", {"m": Span(9, 11), "u": Span(18, 19), "v": Span(21, 22)}
    )
    assert made == Printed(
        [Segment("标题。")],
        [Segment("做事", "m"), Segment("。")],
        [Segment("(牵头部门:"), Segment("甲", "u"), Segment(")\t"), Segment("乙", "v"), Segment("\n")],
    )
