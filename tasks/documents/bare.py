"""Words without what does not count: white space, line breaks, the width of signs. Each sign knows where it stands.

As the database compares them (trigger `holds_its_words`): what is equal here is equal there.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from tasks.documents.passages import Passage, Span

SPACE = re.compile(r"[ \t\n\v\f\r\u2028\u2029]+")  # wider spaces have become these


def bare(words: str) -> str:
    """The signs that count."""
    return SPACE.sub("", unicodedata.normalize("NFKC", words))


class _Signs(dict[str, str]):
    """Filled as signs are met."""

    def __missing__(self, sign: str) -> str:
        self[sign] = bare(sign)
        return self[sign]


_SIGNS = _Signs()


@dataclass
class Bare:
    """Passages of a source, one after the other; `at` says from where each sign of `text` comes."""

    source: str
    text: str = ""
    at: list[int] = field(default_factory=list)

    def add(self, passage: Passage) -> None:
        signs = [(there, place) for place, sign in enumerate(passage.text) for there in _SIGNS[sign]]
        self.text += "".join(sign for sign, _place in signs)
        self.at += [passage.at(place) for _sign, place in signs]

    def spots(self, words: str, start: int = 0, end: int | None = None) -> Iterator[int]:
        """Where the words begin, each time they come."""
        spot = self.text.find(words, start, end) if words else -1
        while spot >= 0:
            yield spot
            spot = self.text.find(words, spot + 1, end)

    def span(self, start: int, end: int) -> Span:
        """In the source."""
        return Span(self.at[start], self.at[end - 1] + 1)

    def there(self, start: int, end: int) -> str:
        """All the bare words between, also what was left out, as the number of a page."""
        span = self.span(start, end)
        return bare(self.source[span.start : span.end])
