"""Words for an official document: text stays text, dates and shares as offices write them."""

import re
import unicodedata
from datetime import date

CONTROL = {"Cc", "Cf", "Cs"}  # control and direction characters, halves of pairs
NO_XML = {"\ufffe", "\uffff"}
ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


def clean(text: str) -> str:
    """Without what is no sign to be read."""
    if text.isprintable():  # nearly always, and soon said
        return text
    return "".join(sign for sign in text if unicodedata.category(sign) not in CONTROL and sign not in NO_XML)


def paragraphs(text: str) -> list[str]:
    """Of a text as people type it: its lines, without indents of their own and without the empty ones."""
    return [line for line in (clean(line).strip() for line in text.splitlines()) if line]


def day(on: date) -> str:
    """2023年6月5日: no zeros before the figures."""
    return f"{on.year}年{on.month}月{on.day}日"


def with_days(sentence: str) -> str:
    """One of the portal's own sentences, its dates written out, and no space beside a figure."""
    written = ISO_DAY.sub(lambda found: day(date(*map(int, found.groups()))), sentence)
    return re.sub(r"(?<=[\d年月日%]) (?=[^\x00-\x7f])|(?<=[^\x00-\x7f]) (?=\d)", "", written)


def share(number: int, whole: int) -> str:
    """11.8%, 50%; a dash where there is nothing to share."""
    return f"{tenths(number, whole) / 10:.1f}".removesuffix(".0") + "%" if whole else "—"


def tenths(number: int, whole: int) -> int:
    """Of a percent, rounded half up."""
    return (2000 * number + whole) // (2 * whole)


def width(text: str) -> float:
    """In characters of a line: figures take little more than half of one, Latin letters up to four fifths."""
    return sum(1 if ord(sign) > 0xFF else 0.8 if sign.isalpha() else 0.55 for sign in text)
