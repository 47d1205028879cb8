"""Which sentences of a task belong to a milestone, and which to none. Text and places in."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tasks.documents.passages import Span

SENTENCE = re.compile(r"[^。！？!?\n]+(?:[。！？!?]+[”’』」》）)\]]*)?")
LOOSE = " \t\r\n\u3000，,。．；;、：:"
LONGEST = 300  # signs of a quote


@dataclass(frozen=True)
class Sentence:
    """`covered`: a milestone quotes words of it."""

    place: Span
    covered: bool


def sentences(text: str, start: int, end: int, quoted: Collection[Span], named: Collection[Span]) -> list[Sentence]:
    """Of this stretch of a text, those that say what is to be done: where units are named, only that is said."""
    found = (place for place in _sentences(text, start, end) if not _touches(place, named))
    return [Sentence(place, _touches(place, quoted)) for place in found]


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    for hit in SENTENCE.finditer(text, start, end):
        words = hit[0]
        if words.strip(LOOSE):
            first = hit.start() + len(words) - len(words.lstrip())
            yield Span(first, hit.start() + len(words.rstrip()))


def _touches(place: Span, others: Collection[Span]) -> bool:
    return any(place.start < other.end and other.start < place.end for other in others)


def to_quote(words: str) -> str:
    """What a milestone may quote of a sentence: without the signs around it, of a long one whole clauses."""
    words = words.strip(LOOSE)
    if len(words) > LONGEST:
        cut = max(words.rfind(sign, 0, LONGEST) for sign in "，,；;、")
        words = words[: cut if cut > 0 else LONGEST].strip(LOOSE)
    return words
