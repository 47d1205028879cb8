"""A published text in blocks, which always join to it again."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from tasks.documents.blocks import Block, Kind, outline
from tasks.documents.passages import Span

FIXTURE = json.loads((Path(__file__).parents[3] / "fixtures" / "plan_2023.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Group:
    title: str


def rows(model: str) -> list[dict]:
    return [row["fields"] for row in FIXTURE if row["model"] == model]


PLAN = rows("tasks.plan")[0]
GROUPS = [Group(row["title"]) for row in rows("tasks.taskgroup")]
PLACES = {row["task"][1]: Span(row["starts_at"], row["ends_at"]) for row in rows("tasks.place") if "task" in row}


def told(blocks: list[Block]) -> list[tuple[str, str, object]]:
    return [(block.kind.value, block.text, block.key) for block in blocks]


def test_the_document_of_2023_in_blocks():
    blocks = outline(PLAN["text"], PLAN["title"], GROUPS, PLACES)
    assert "".join(block.text for block in blocks) == PLAN["text"]
    assert all(PLAN["text"][block.start : block.end] == block.text for block in blocks)
    kinds = [block.kind for block in blocks if block.text.strip()]
    assert {kind: kinds.count(kind) for kind in Kind} == {
        Kind.TITLE: 1,
        Kind.SECTION: 2,
        Kind.GROUP: 5,
        Kind.TASK: 17,
        Kind.NUMBERED: 0,
        Kind.PARAGRAPH: 7,
    }
    assert [block.key for block in blocks if block.kind == Kind.TASK] == list(range(1, 18))
    assert [block.text.partition(".")[0] for block in blocks if block.kind == Kind.TASK] == [*map(str, range(1, 18))]
    assert [block.key for block in blocks if block.kind == Kind.GROUP] == GROUPS
    assert blocks.index(next(block for block in blocks if block.kind == Kind.TITLE)) == 5


def test_numbered_items_of_others_are_told_from_paragraphs():
    blocks = outline(PLAN["text"], PLAN["title"], GROUPS, {1: PLACES[1]})
    kinds = [block.kind for block in blocks if block.text.strip()]
    assert (kinds.count(Kind.TASK), kinds.count(Kind.NUMBERED), kinds.count(Kind.PARAGRAPH)) == (1, 16, 7)
    assert "".join(block.text for block in blocks) == PLAN["text"]


def test_a_task_takes_its_whole_lines():
    text = "一、任务\n(1)甲。\n乙。\n2\t丙\t丁处\n后文"
    found = outline(text, "标题", [], {"a": Span(8, 13), "b": Span(16, 17)})
    assert told(found) == [
        ("section", "一、任务\n", None),
        ("task", "(1)甲。\n乙。\n", "a"),
        ("task", "2\t丙\t丁处\n", "b"),
        ("paragraph", "后文", None),
    ]


def test_tasks_of_one_line_share_it():
    assert told(outline("1.甲。2.乙。", "标题", [], {"b": Span(6, 8), "a": Span(2, 4)})) == [
        ("task", "1.甲。", "a"),
        ("task", "2.乙。", "b"),
    ]


def test_places_that_overlap_leave_the_text_whole():
    blocks = outline("甲乙丙丁", "标题", [], {"a": Span(0, 3), "b": Span(1, 4), "c": Span(0, 3)})
    assert "".join(block.text for block in blocks) == "甲乙丙丁"


def test_texts_without_tasks():
    assert told(outline("第一段\r\n第二段", "标题", [Group("别的"), Group("")], {})) == [
        ("paragraph", "第一段\r\n", None),
        ("paragraph", "第二段", None),
    ]
    assert outline("", "", [], {}) == []


@pytest.mark.parametrize("seed", range(5))
def test_blocks_always_join_to_the_text(seed):
    dice = random.Random(seed)  # noqa: S311 - a die, not a secret
    for _try in range(100):
        text = "".join(dice.choices("1.甲乙(一)一、。\r\n\u2028\x0c", k=dice.randrange(1, 80)))
        spots = [sorted(dice.sample(range(len(text) + 1), 2)) for _task in range(4)]
        blocks = outline(text, "甲乙", [Group("乙"), Group("")], {n: Span(*spot) for n, spot in enumerate(spots)})
        assert "".join(block.text for block in blocks) == text
        assert all(text[block.start : block.end] == block.text for block in blocks)
