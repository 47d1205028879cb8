"""Words cut out of a text and joined, each sign knowing where it stands in the text."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from tasks.documents.folding import folded


@dataclass(frozen=True)
class Span:
    """A place in the text that was given."""

    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """`pieces` says from which place of `text` on the signs come from which place of the source."""

    text: str
    pieces: tuple[tuple[int, int], ...]

    @cached_property
    def folded(self) -> str:
        return folded(self.text)

    @classmethod
    def cut(cls, source: str, start: int, end: int, space: str | None = None) -> "Passage":
        """Without the white space around it, or only without those signs."""
        words = source[start:end]
        start += len(words) - len(words.lstrip(space))
        return cls(words.strip(space), ((0, start),))

    def at(self, place: int) -> int:
        """Where the sign at this place stands in the source."""
        here, there = self.pieces[bisect_right(self.pieces, (place, 1 << 60)) - 1]
        return there + place - here

    def span(self, start: int, end: int) -> Span:
        """In the source. An end is that of the last sign, since what follows may stand elsewhere."""
        return Span(self.at(start), self.at(end - 1) + 1) if end > start else Span(self.at(start), self.at(start))

    def part(self, start: int, end: int | None = None) -> "Passage":
        """A passage of its own, without the white space around it."""
        end = len(self.text) if end is None else end
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        words = words.strip()
        inside = [(here - start, there) for here, there in self.pieces if start < here < start + len(words)]
        return Passage(words, ((0, self.at(start)), *inside))

    @property
    def whole(self) -> Span:
        return self.span(0, len(self.text))


def joined(passages: Iterable[Passage], between: str = "\n") -> Passage:
    """One after the other; of what stands between them, no place is ever asked."""
    words, pieces, length = [], [], 0
    for passage in passages:
        pieces += [(here + length, there) for here, there in passage.pieces]
        words.append(passage.text)
        length += len(passage.text) + len(between)
    return Passage(between.join(words), tuple(pieces) or ((0, 0),))
