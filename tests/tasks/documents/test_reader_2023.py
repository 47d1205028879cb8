"""The 2023 document, read from its text, equals the fixture."""

import json
from pathlib import Path

import pytest

from tasks.documents.reader import read

FIXTURES = Path(__file__).parents[3] / "fixtures"
ROWS = json.loads((FIXTURES / "plan_2023.json").read_text(encoding="utf-8"))


def rows(model: str) -> list[dict]:
    return [row["fields"] for row in ROWS if row["model"] == f"tasks.{model}"]


PLAN = rows("plan")[0]
TEXTS = {
    "as printed": PLAN["text"],
    "from Windows": PLAN["text"].replace("\n", "\r\n"),
    "spaced": PLAN["text"].replace("\n", "\n\n　　"),
}
WRAPPED = "\n".join(line[at : at + 30] for line in PLAN["text"].split("\n") for at in range(0, len(line), 30))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_plan_groups_and_tasks(text: str) -> None:
    read_out = read(text)
    head = (read_out.title, read_out.year, read_out.issuer, read_out.document_number, read_out.issued_on.isoformat())
    assert head == tuple(PLAN[key] for key in ("title", "year", "issuer", "document_number", "issued_on"))
    assert [(group.ordinal, group.title) for group in read_out.groups] == [
        (row["ordinal"], row["title"]) for row in rows("taskgroup")
    ]
    assert [(task.number, task.title, task.text, task.group + 1) for task in read_out.tasks] == [
        (row["number"], row["title"], row["text"], row["group"][1]) for row in rows("task")
    ]
    assert ([*read_out.doubts], [task.doubts for task in read_out.tasks]) == ([], [[]] * 17)


@pytest.mark.parametrize("text", [*TEXTS.values(), WRAPPED], ids=[*TEXTS, "wrapped"])
def test_units(text: str) -> None:
    found = [
        (task.number, unit.role, unit.printed_as, unit.open_ended)
        for task in read(text).tasks
        for role in ("lead", "support")
        for unit in task.units
        if unit.role == role
    ]
    assert found == [(row["task"][1], row["role"], row["printed_as"], row["open_ended"]) for row in rows("assignment")]


def test_wrapped_text_is_joined_again() -> None:
    assert [task.text for task in read(WRAPPED).tasks] == [row["text"] for row in rows("task")]


def test_a_place_is_kept_for_every_word() -> None:
    text = PLAN["text"]
    for task in read(text).tasks:
        assert text[task.text_span.start : task.text_span.end] == task.text
        assert text[task.title_span.start : task.title_span.end] == task.title
        for unit in task.units:
            assert text[unit.span.start : unit.span.end] == unit.printed_as
        for one in task.milestones:
            assert text[one.span.start : one.span.end] == one.quote


def test_proposals_hold_most_of_the_milestones_and_no_invented_date() -> None:
    tasks = read(PLAN["text"]).tasks
    quoted = {(task.number, one.quote) for task in tasks for one in task.milestones}
    wanted = [(row["task"][1], row["quote"]) for row in rows("milestone")]
    assert sum(any(number == at and quote in words for at, words in quoted) for number, quote in wanted) >= 75
    dated = [
        (task.number, one.due_on.isoformat(), one.date_basis)
        for task in tasks
        for one in task.milestones
        if one.due_on
    ]
    assert dated == [(6, "2023-06-22", "festival"), (17, "2023-05-20", "stated")]
