"""What stands out in a task's printed text. Text and places in, segments out; they always join to the text again."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from tasks.documents.passages import Span
from tasks.documents.places import Quoted, quotes

UNIT_CLAUSE = re.compile(r"[(（\[【](?:牵头|责任)")
SENTENCE_ENDS = ("。", "．", ".", "：", ":", "\n")


@dataclass(frozen=True)
class Segment:
    """Words in a row that one mark, or none, accounts for."""

    text: str
    key: Any = None


def segments(text: str, start: int, end: int, marks: Mapping[Any, Span]) -> list[Segment]:
    """This stretch cut at the marks that lie inside it; where some overlap, the first and longest."""
    cut, pieces = start, []
    for key, span in sorted(marks.items(), key=lambda mark: (mark[1].start, -mark[1].end)):
        if cut <= span.start < span.end <= end:
            pieces += [Segment(text[cut : span.start]), Segment(text[span.start : span.end], key)]
            cut = span.end
    return [piece for piece in (*pieces, Segment(text[cut:end])) if piece.text]


# ---- what is marked ----


@dataclass(frozen=True)
class Mark:
    """A milestone in the text. `standing`: done, late, open (its date is to come) or undated."""

    milestone: Any
    standing: str
    kind = "milestone"


@dataclass(frozen=True)
class Mention:
    """A unit that is named for the task. `own`: it is the reader's, or a collective that it belongs to."""

    assignment: Any
    own: bool
    kind = "unit"


@dataclass(frozen=True)
class Uncovered:
    """A sentence without a milestone; `quote` is what a new one may quote of it."""

    place: Span
    quote: str
    kind = "uncovered"


def marked(milestones: Iterable[Any], today: date) -> list[Mark]:
    """Cancelled ones count nowhere, here neither."""
    return [Mark(one, _standing(one, today)) for one in milestones if one.state != "cancelled"]


def _standing(milestone: Any, today: date) -> str:
    if milestone.state == "done":
        return "done"
    if milestone.is_overdue(today):
        return "late"
    return "open" if milestone.has_own_date else "undated"


# ---- one task ----


@dataclass(frozen=True)
class Printed:
    """A task's text: the title it opens with, the commitments, the clause that names the units."""

    head: list[Segment]
    body: list[Segment]
    tail: list[Segment]


def printed(task: Any, milestones: Iterable[Any], today: date) -> Printed:
    """The text of a task as it is kept, with its milestones marked."""
    wanted = [Quoted(mark, mark.milestone.quote) for mark in marked(milestones, today)]
    return printed_at(task.text, Span(0, len(task.text)), len(task.text), task.title, quotes(task.text, wanted))


def printed_at(text: str, place: Span, end: int, title: str, marks: Mapping[Any, Span]) -> Printed:
    """The text of a task at its place, with what follows it up to `end`."""
    head, body, _tail = parts(text[place.start : place.end], title)
    cuts = [place.start, place.start + len(head), place.start + len(head) + len(body), end]
    return Printed(*(segments(text, start, stop, marks) for start, stop in pairwise(cuts)))


def parts(text: str, title: str) -> tuple[str, str, str]:
    """Title sentence, body, and the clause in brackets after the last full stop that names the units."""
    start = len(title) + 1 if title and text.startswith(title) and text[len(title) :].startswith(SENTENCE_ENDS) else 0
    clause = UNIT_CLAUSE.search(text, max(start, text.rstrip().rstrip("。").rfind("。") + 1))
    end = clause.start() if clause else len(text)
    return text[:start], text[start:end], text[end:]
