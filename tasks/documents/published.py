"""A published text with what its lines and cells tell of where items begin and end.

Positions are those of its bare words (`bare.py`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.documents.bare import Bare, bare
from tasks.documents.clauses import clauses
from tasks.documents.labels import Says
from tasks.documents.lines import lines
from tasks.documents.lists import Clause, Mention, labelled, suffixed
from tasks.documents.numbering import marker
from tasks.documents.passages import Passage, Span, joined
from tasks.documents.tables import cells, is_row


@dataclass(frozen=True, eq=False)
class Mentioned:
    """A unit where it is named: `says` of which role; by its bare words, with and without 等, where these stand."""

    says: str
    spans: dict[str, Span]


class Published:
    """`numbers`: the number before each position where an item may begin, None where none is printed; `ends`: where
    one may end, in order."""

    def __init__(self, source: str) -> None:
        self.bare = Bare(source)
        self.lines = lines(source)
        self.begins: list[int] = []  # of each line
        self.numbers: dict[int, int | None] = {}
        self.ends: list[int] = []
        for line in self.lines:
            self.begins.append(len(self.bare.at))
            self._add(cells(line) if is_row(line) else [line])

    def _add(self, parts: list[Passage]) -> None:
        number: int | None = None
        for part in parts:
            start, opens = len(self.bare.at), marker(part.folded)
            self.bare.add(part)
            self.ends.append(len(self.bare.at))
            self.numbers[start] = number
            if opens:
                self.numbers[start + len(bare(part.text[: opens.length]))] = opens.number
            elif part.text.isdecimal():
                number = int(part.text)

    def end_after(self, position: int) -> int:
        """Of the line or cell."""
        return self.ends[bisect_left(self.ends, position)]

    def end_of_line(self, position: int) -> int:
        """Of the line whose sign before this position is."""
        following = bisect_left(self.begins, position)
        return self.begins[following] if following < len(self.begins) else len(self.bare.at)

    def mentions(self, start: int, end: int, limit: int) -> Iterator[Mentioned]:
        """The units named in the clauses of an item, as far as `limit`, and in the other cells of its row."""
        own, reach = self.bare.span(start, end), self.bare.span(start, limit)
        touched = self.lines[bisect_right(self.begins, start) - 1 : bisect_left(self.begins, limit)]
        prose = [joined([line for line in touched if not is_row(line)])]
        for cell in (cell for line in touched if is_row(line) for cell in cells(line) if cell.text):
            if cell.whole.start < own.end and own.start < cell.whole.end:
                prose.append(cell)
            else:
                yield from (self._named(cell, name) for name in _listed(cell.folded))
        for passage in prose:
            names = (name for clause in clauses(passage.folded)[0] for name in clause.mentions)
            inside = (name for name in names if reach.start <= passage.at(name.name.start) < reach.end)
            yield from (self._named(passage, name) for name in inside)

    def _named(self, passage: Passage, mention: Mention) -> Mentioned:
        name = mention.name
        spans = [passage.span(name.start, end) for end in (name.end, name.end_printed)]
        return Mentioned(mention.says, {bare(self.bare.source[span.start : span.end]): span for span in spans})


def _listed(cell: str) -> list[Mention]:
    """Of a cell that is a list of units, in whatever form."""
    clause = labelled(cell, 0, len(cell)) or suffixed(cell, 0, len(cell)) or Clause(0, len(cell))
    if not clause.mentions:
        clause.take(cell, 0, len(cell), Says.MIXED)
    return clause.mentions
