"""The numbered items of a text as a tree."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tasks.documents.doubts import Doubt, Why
from tasks.documents.labels import UNIT_LABEL
from tasks.documents.numbering import Marker, Style, marker
from tasks.documents.passages import Passage

FARTHEST_GAP = 5  # numbers that may be missing before a figure is taken for words
NAMES_UNITS = re.compile(rf"{UNIT_LABEL.pattern}|(?:牵头|负责|配合|落实)[)\]。]?$")


@dataclass(eq=False)
class Item:
    """A number, the words after it, and the paragraphs up to the next number."""

    marker: Marker
    printed: Passage  # its first line with the number
    lines: list[Passage]
    parent: "Item | None" = None
    children: list["Item"] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.marker.number

    @property
    def style(self) -> Style:
        return self.marker.style

    @property
    def words(self) -> str:
        """Folded, without its sub-items."""
        return "\n".join(line.folded for line in self.lines)

    @property
    def all_lines(self) -> list[Passage]:
        """With the sub-items, their numbers included."""
        below = [line for child in self.children for line in [child.printed, *child.all_lines[1:]]]
        return [*self.lines, *below]

    def within(self) -> Iterator["Item"]:
        """It and everything below, in order."""
        yield self
        for child in self.children:
            yield from child.within()

    def above(self) -> Iterator["Item"]:
        """What it stands under, nearest first."""
        if self.parent:
            yield self.parent
            yield from self.parent.above()


@dataclass
class Outline:
    """`loose` are the lines that stand under no number."""

    roots: list[Item] = field(default_factory=list)
    loose: list[Passage] = field(default_factory=list)
    current: Item | None = None
    last: dict[Style, int] = field(default_factory=dict)

    def items(self) -> list[Item]:
        return [item for root in self.roots for item in root.within()]

    def read(self, line: Passage) -> None:
        """One line more."""
        found = marker(line.folded)
        if found and self._is_number(found, line):
            self._open(found, line)
        elif self.current:
            self.current.lines.append(line)
            if found:
                self.current.doubts.append(Doubt(Why.PERHAPS_NUMBER, line.text[:24]))
        else:
            self.loose.append(line)

    def _open(self, found: Marker, line: Passage) -> None:
        beside = self._beside(found.style)
        parent = beside.parent if beside else self._under(found.style)
        words = line.part(found.length) if len(line.text) > found.length else line.part(len(line.text))
        item = Item(found, line, [words], parent)
        (parent.children if parent else self.roots).append(item)
        self.current, self.last[found.style] = item, found.number

    def _beside(self, style: Style) -> Item | None:
        """The open item with such a number."""
        opened = [self.current, *self.current.above()] if self.current else []
        return next((item for item in opened if item.style == style), None)

    def _under(self, style: Style) -> Item | None:
        """A chapter stands under nothing but chapters, 一、 under no （一）."""
        opened = [self.current, *self.current.above()] if self.current else []
        return next((item for item in opened if not _above(style, item.style)), None)

    def _is_number(self, found: Marker, line: Passage) -> bool:
        """Whether it goes on where the numbers before left off; otherwise it must look very much like an item."""
        beside, before = self._beside(found.style), self.last.get(found.style, 0)
        if beside and beside.number < found.number <= beside.number + 1:
            return True
        if found.number == 1:
            return beside is None or bool(line.text[found.length :].strip())
        if beside is None and found.number == before + 1:
            return True
        if not found.is_clear:
            return False
        return self._is_gap(found, beside.number if beside else before) or bool(NAMES_UNITS.search(line.folded))

    def _is_gap(self, found: Marker, before: int) -> bool:
        return before <= found.number <= before + FARTHEST_GAP


ORDER = [Style.CHAPTER, Style.HAN, Style.HAN_BRACKETS]


def _above(style: Style, other: Style) -> bool:
    """Whether by custom the one heads the other."""
    return style in ORDER and (other not in ORDER or ORDER.index(style) < ORDER.index(other))


def outline(lines: Iterable[Passage]) -> Outline:
    """The tree of a text's numbered items."""
    tree = Outline()
    for line in lines:
        tree.read(line)
    return tree
