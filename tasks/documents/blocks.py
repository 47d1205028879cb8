"""A published text in blocks: its title, headings, paragraphs, and the tasks at their places."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from tasks.documents.passages import Span

SECTION = re.compile(r"[一二三四五六七八九十]+、[^。]{1,40}")
NUMBERED = re.compile(r"\d{1,3}[.．、]\D")
GROUP_ORDINAL = re.compile(r"^[(（][一二三四五六七八九十]+[)）]")


class Kind(StrEnum):
    TITLE = "title"
    SECTION = "section"
    GROUP = "group"
    TASK = "task"
    NUMBERED = "numbered"  # a task as it seems, but none of those given
    PARAGRAPH = "paragraph"


@dataclass(frozen=True)
class Block:
    """Whole lines of the document; `key` is the task or group they are about, `start` where they begin in the text."""

    kind: Kind
    text: str
    start: int
    key: Any = None

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def outline(text: str, title: str, groups: Iterable[Any], places: Mapping[Any, Span]) -> list[Block]:
    """The blocks, which join to the text. `places`: those of tasks; groups are known by their heading."""
    headings = {group.title: group for group in groups if group.title}
    blocks: list[Block] = []
    cut = 0
    for task, span in _lines(text, places):
        blocks += _between(text, cut, span.start, title, headings)
        blocks.append(Block(Kind.TASK, text[span.start : span.end], span.start, task))
        cut = span.end
    return [*blocks, *_between(text, cut, len(text), title, headings)]


def _lines(text: str, places: Mapping[Any, Span]) -> Iterator[tuple[Any, Span]]:
    """The lines of each task, as far as no other task stands on them."""
    ordered = sorted(places.items(), key=lambda place: place[1].start)
    cut = 0
    for (task, span), (_next, following) in pairwise([*ordered, (None, Span(len(text), len(text)))]):
        start = max(text.rfind("\n", 0, span.start) + 1, cut)
        broken = text.find("\n", span.end) + 1 or len(text)
        end = broken if broken <= following.start else span.end
        if span.start >= start:
            yield task, Span(start, end)
            cut = end


def _between(text: str, start: int, end: int, title: str, headings: dict[str, Any]) -> Iterator[Block]:
    for line in text[start:end].splitlines(keepends=True):
        group = headings.get(GROUP_ORDINAL.sub("", line.strip()))
        yield Block(_kind(line.strip(), title, group), line, start, group)
        start += len(line)


def _kind(line: str, title: str, group: Any) -> Kind:
    if group is not None:
        return Kind.GROUP
    if line == title:
        return Kind.TITLE
    if SECTION.fullmatch(line):
        return Kind.SECTION
    return Kind.NUMBERED if NUMBERED.match(line) else Kind.PARAGRAPH
