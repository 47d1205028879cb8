"""The lines as they were meant: wrapped ones joined again, page numbers left out."""

import re
from dataclasses import dataclass
from itertools import pairwise

from tasks.documents.folding import folded
from tasks.documents.labels import ENDS_WITH_LABEL, STARTS_WITH_LABEL
from tasks.documents.numbering import marker
from tasks.documents.passages import Passage, joined

BREAK = re.compile(r"\r\n|[\n\r\f\v\x85\u2029]")
PAGE_NUMBER = re.compile(
    r"[-—–―－·\s]{1,6}\d{1,4}[-—–―－·\s]{1,6}|第\s*\d{1,4}\s*页(?:\s*,?\s*共\s*\d{1,4}\s*页)?|\d{1,3}\s*/\s*\d{1,3}"
)
ENDS = "。!?;:)]”》."
GOES_ON = "、,"
BEGINS_NOTHING = "、,;:。)]》”"
LOOK_AHEAD = 24  # lines in which an open bracket must close
NARROWEST = 24  # columns: nobody wraps narrower
TOLERANCE = 4  # columns that a wrapped line may be short of the widest
ATTACHMENT = re.compile(r"附\s*[件录表]")


@dataclass(frozen=True)
class Row:
    """A line as it stands in the file."""

    words: Passage
    indent: int  # columns
    blank_before: bool

    @property
    def folded(self) -> str:
        return self.words.folded

    @property
    def width(self) -> int:
        return self.indent + width(self.words.text)

    @property
    def is_of_table(self) -> bool:
        return "\t" in self.words.text or self.folded.count("|") >= 2

    @property
    def opens_item(self) -> bool:
        """Whether not even an open bracket can run on into it."""
        return bool(marker(self.folded) or ATTACHMENT.match(self.folded)) or self.is_of_table

    @property
    def opens(self) -> bool:
        """Whether nothing before it can run on into it."""
        return self.opens_item or bool(STARTS_WITH_LABEL.match(self.folded))


def width(text: str) -> int:
    """In columns: Chinese characters and their punctuation take two."""
    return sum(2 if sign > "\u2010" else 1 for sign in text)


def lines(source: str) -> list[Passage]:
    """The paragraphs of a text, in order."""
    found = rows(source)
    wrap, base = _wrap(found), _indent(found)
    paragraphs: list[list[Row]] = []
    for place, row in enumerate(found):
        if paragraphs and _goes_on(paragraphs[-1], found[place : place + LOOK_AHEAD], wrap, base):
            paragraphs[-1].append(row)
        else:
            paragraphs.append([row])
    return [_joined(paragraph) for paragraph in paragraphs]


def _joined(paragraph: list[Row]) -> Passage:
    """Between Latin words a wrap stood for a space; between Chinese ones for nothing."""
    whole = paragraph[0].words
    for before, row in pairwise(paragraph):
        latin = before.words.text[-1:].isascii() and row.words.text[:1].isascii()
        both = before.words.text[-1:].isalpha() and row.words.text[:1].isalpha()
        whole = joined([whole, row.words], " " if latin and both else "")
    return whole


def rows(source: str) -> list[Row]:
    """The lines of the file without the empty ones and the page numbers."""
    found: list[Row] = []
    start, blank = 0, False
    for end, after in [*((cut.start(), cut.end()) for cut in BREAK.finditer(source)), (len(source), len(source))]:
        words = _cut(source, start, end, bool(found and found[-1].is_of_table))
        if words.text and not PAGE_NUMBER.fullmatch(folded(source[start:end]).strip()):
            found.append(Row(words, width(source[start : words.pieces[0][1]].replace("\t", "    ")), blank))
            blank = False
        elif not words.text:
            blank = True
        start = after
    return found


def _cut(source: str, start: int, end: int, in_table: bool) -> Passage:
    """Tabs before a row of a table are its empty first cells."""
    bare = source[start:end].strip()
    is_row = bare and source[start] == "\t" and (in_table or "\t" in bare)
    return Passage.cut(source, start, end, " \u3000" if is_row else None)


@dataclass(frozen=True)
class Wrap:
    """Where all lines break, if they do: at so many columns, or after so many signs."""

    columns: int | None
    signs: int | None

    def fills(self, row: Row, tolerance: int = TOLERANCE) -> bool:
        """Whether the line goes up to there; punctuation that may not begin a line makes others shorter."""
        by_columns = self.columns is not None and row.width >= self.columns - tolerance
        return by_columns or (self.signs is not None and len(row.words.text) >= self.signs - tolerance // TOLERANCE)


def _wrap(found: list[Row]) -> Wrap:
    long = [row for row in found if not row.is_of_table and row.width >= NARROWEST]
    lasts = [row.folded[-1] for row in long]
    return Wrap(
        _widest([row.width for row in long], lasts, TOLERANCE),
        _widest([len(row.words.text) for row in long], lasts, 1),
    )


def _widest(sizes: list[int], lasts: list[str], tolerance: int) -> int | None:
    """The widest, if many are as wide and end in mid-sentence."""
    widest = max(sizes, default=0)
    full = [last for size, last in zip(sizes, lasts, strict=True) if size >= widest - tolerance]
    broken = sum(last not in ENDS for last in full)
    return widest if len(full) >= max(3, len(sizes) * 0.35) and broken >= max(2, len(full) * 0.4) else None


def _indent(found: list[Row]) -> int:
    return min((row.indent for row in found), default=0)


def _goes_on(paragraph: list[Row], following: list[Row], wrap: Wrap, base: int) -> bool:
    """Whether the next line belongs to the paragraph."""
    last, row = paragraph[-1], following[0]
    if row.opens_item or last.is_of_table:
        return False
    begins_nothing = row.folded[0] in BEGINS_NOTHING
    if begins_nothing or _open(paragraph):
        return begins_nothing or _closes(following)
    if row.opens:
        return False
    if ENDS_WITH_LABEL.search(last.folded):
        return True
    if row.blank_before:
        return False
    return last.folded[-1] in GOES_ON or _is_wrapped(last, row, wrap, base)


def _is_wrapped(last: Row, row: Row, wrap: Wrap, base: int) -> bool:
    if not wrap.fills(last) or row.indent > base + 1:
        return False
    return last.folded[-1] not in ENDS or last.folded[-1] in ")]”》;" or wrap.fills(last, 2)


def _balance(text: str) -> int:
    """How many brackets are open at the end."""
    depth = 0
    for sign in text:
        depth += sign in "([《"
        depth -= sign in ")]》" and depth > 0
    return depth


def _open(paragraph: list[Row]) -> bool:
    return _balance("".join(row.folded for row in paragraph[-LOOK_AHEAD:])) > 0


def _closes(following: list[Row]) -> bool:
    """Whether the open bracket is closed soon, before anything new begins."""
    for place, row in enumerate(following[:LOOK_AHEAD]):
        if place and row.opens_item:
            return False
        first_close = min((row.folded.find(sign) for sign in ")]》" if sign in row.folded), default=-1)
        if first_close >= 0 and _balance(row.folded[:first_close]) == 0:
            return True
        if first_close >= 0 or row.folded.endswith("。"):
            return first_close >= 0
    return False
