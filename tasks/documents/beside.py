"""A text cut into what was read in it and what was not, for a page that shows both side by side. Plain Python."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tasks.documents.folding import folded


class Words(NamedTuple):
    """To be marked where they stand in a task: `kind` says what they are, `key` is the marker's own."""

    kind: str
    text: str
    key: Any = None


class Place(NamedTuple):
    """Of a task in the text, the end excluded, with the words to be marked in it; `task` is the marker's own, None
    where nothing was read."""

    start: int
    end: int
    task: Any = None
    words: Sequence[Words] = ()


class Piece(NamedTuple):
    text: str
    kind: str = ""
    key: Any = None


@dataclass(frozen=True)
class Stretch:
    """A part of the text: a task's, one that belongs to no task (`is_loose`), or what stands between them."""

    start: int
    task: Any = None
    is_loose: bool = False
    pieces: list[Piece] = field(default_factory=list)


def stretches(text: str, places: Iterable[Place]) -> list[Stretch]:
    """The whole text in order. Of places that overlap the first counts."""
    found, at = [], 0
    for place in sorted(places, key=lambda place: (place.start, -place.end)):
        if not at <= place.start < place.end <= len(text):
            continue
        found += _between(text, at, place.start)
        pieces = list(_pieces(text[place.start : place.end], place.words))
        found.append(Stretch(place.start, place.task, place.task is None, pieces))
        at = place.end
    return found + _between(text, at, len(text))


def _between(text: str, start: int, end: int) -> list[Stretch]:
    return [Stretch(start, pieces=[Piece(text[start:end])])] if start < end else []


def _pieces(text: str, words: Iterable[Words]) -> Iterator[Piece]:
    """Words are found whatever their width, and across the end of a line. What comes first takes the place."""
    signs = [(place, sign) for place, sign in enumerate(folded(text)) if not sign.isspace()]
    bare = "".join(sign for _place, sign in signs)
    taken: list[tuple[int, int, Words]] = []
    for each in words:
        wanted = "".join(folded(each.text).split())
        start = _free(bare, wanted, taken)
        if start >= 0:
            taken.append((start, start + len(wanted), each))
    at = 0
    for first, last, each in sorted(taken, key=lambda span: span[0]):
        start, end = signs[first][0], signs[last - 1][0] + 1
        if at < start:
            yield Piece(text[at:start])
        yield Piece(text[start:end], each.kind, each.key)
        at = end
    if at < len(text):
        yield Piece(text[at:])


def _free(bare: str, wanted: str, taken: list[tuple[int, int, Words]]) -> int:
    """The last place where the words stand unmarked, since the units close a task; -1 where there is none."""
    start = bare.rfind(wanted) if wanted else -1
    while start >= 0 and any(start < last and first < start + len(wanted) for first, last, _words in taken):
        start = bare.rfind(wanted, 0, start + len(wanted) - 1)
    return start
