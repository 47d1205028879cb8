"""Where milestones and tasks stand in the printed text. Text in, segments out; they always join to the text again."""

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Any

UNIT_CLAUSE = re.compile(r"[(（\[【](?:牵头|责任)")
SENTENCE_ENDS = ("。", "．", ".", "：", ":", "\n")
SECTION = re.compile(r"[一二三四五六七八九十]+、[^。]{1,40}")
NUMBERED = re.compile(r"\d{1,3}[.．、]\D")
GROUP_ORDINAL = re.compile(r"^[(（][一二三四五六七八九十]+[)）]")


@dataclass(frozen=True)
class Segment:
    """Words in a row that one quote, or none, accounts for."""

    text: str
    key: Any = None


def segments(text: str, quotes: Iterable[tuple[Hashable, str]]) -> list[Segment]:
    """The text cut at its quotes, each at its first occurrence that no earlier quote took; absent ones are ignored."""
    found = sorted(_spans(text, quotes), key=lambda span: span[0])
    cut, pieces = 0, []
    for start, end, key in found:
        pieces += [Segment(text[cut:start]), Segment(text[start:end], key)]
        cut = end
    return [piece for piece in (*pieces, Segment(text[cut:])) if piece.text]


def _spans(text: str, quotes: Iterable[tuple[Hashable, str]]) -> list[tuple[int, int, Hashable]]:
    taken: list[tuple[int, int, Hashable]] = []
    for key, quote in quotes:
        start = text.find(quote) if quote else -1
        while start >= 0 and any(start < end and first < start + len(quote) for first, end, _key in taken):
            start = text.find(quote, start + 1)
        if start >= 0:
            taken.append((start, start + len(quote), key))
    return taken


# ---- one task ----


@dataclass(frozen=True)
class Mark:
    """A milestone in the text. `standing`: done, late, open (its date is to come) or undated."""

    milestone: Any
    standing: str


@dataclass(frozen=True)
class Printed:
    """A task's text: the title it opens with, the commitments, the clause that names the units."""

    head: list[Segment]
    body: list[Segment]
    tail: str


def printed(task: Any, milestones: Iterable[Any], today: date) -> Printed:
    """The text of a task with its milestones marked. Cancelled ones count nowhere, here neither."""
    quotes = [(Mark(one, _standing(one, today)), one.quote) for one in milestones if one.state != "cancelled"]
    head, body, tail = parts(task.text, task.title)
    in_head = segments(head, quotes)
    marked = {piece.key for piece in in_head}
    return Printed(in_head, segments(body, [pair for pair in quotes if pair[0] not in marked]), tail)


def _standing(milestone: Any, today: date) -> str:
    if milestone.state == "done":
        return "done"
    if milestone.is_overdue(today):
        return "late"
    return "open" if milestone.has_own_date else "undated"


def parts(text: str, title: str) -> tuple[str, str, str]:
    """Title sentence, body, and the clause in brackets after the last full stop that names the units."""
    start = len(title) + 1 if title and text.startswith(title) and text[len(title) :].startswith(SENTENCE_ENDS) else 0
    clause = UNIT_CLAUSE.search(text, max(start, text.rstrip().rstrip("。").rfind("。") + 1))
    end = clause.start() if clause else len(text)
    return text[:start], text[start:end], text[end:]


# ---- the whole document ----


class Kind(StrEnum):
    TITLE = "title"
    SECTION = "section"
    GROUP = "group"
    TASK = "task"
    NUMBERED = "numbered"  # a task as it seems, but none of those given
    PARAGRAPH = "paragraph"


@dataclass(frozen=True)
class Block:
    """A piece of the document with its line break; `key` is the task or group it is about."""

    kind: Kind
    text: str
    key: Any = None


def outline(text: str, title: str, groups: Iterable[Any], tasks: Iterable[Any]) -> list[Block]:
    """The published text in blocks. Tasks are found by their printed words, groups by their heading."""
    headings = {group.title: group for group in groups if group.title}
    pieces = segments(text, [(task, _as_numbered(text, task)) for task in tasks])
    return list(chain.from_iterable(_blocks(piece, title, headings) for piece in pieces))


def _as_numbered(text: str, task: Any) -> str:
    numbered = f"{task.number}.{task.text}"
    return numbered if numbered in text else task.text


def _blocks(piece: Segment, title: str, headings: dict[str, Any]) -> Iterator[Block]:
    if piece.key is not None:
        yield Block(Kind.TASK, piece.text, piece.key)
        return
    for line in piece.text.splitlines(keepends=True):
        group = headings.get(GROUP_ORDINAL.sub("", line.strip()))
        yield Block(_kind(line.strip(), title, group), line, group)


def _kind(line: str, title: str, group: Any) -> Kind:
    if group is not None:
        return Kind.GROUP
    if line == title:
        return Kind.TITLE
    if SECTION.fullmatch(line):
        return Kind.SECTION
    return Kind.NUMBERED if NUMBERED.match(line) else Kind.PARAGRAPH
