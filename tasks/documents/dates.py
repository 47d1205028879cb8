"""Dates as documents print them. Folded text in."""

import re
from datetime import date

from tasks.documents.numbering import HAN, number

YEAR = rf"(?:\d{{4}}|[{HAN}]{{4}})"
FEW = rf"(?:\d{{1,2}}|[{HAN}十]{{1,3}})"
DAY = re.compile(rf"({YEAR})\s*年\s*({FEW})\s*月\s*({FEW})\s*日|(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})")
YEAR_OF = re.compile(rf"({YEAR})\s*年?")


def year_number(printed: str) -> int:
    """二〇二三 is 2023."""
    return int(
        "".join(sign if sign.isdigit() and sign.isascii() else str(max(HAN.index(sign) - 1, 0)) for sign in printed)
    )


def day(text: str) -> date | None:
    """The first day that is printed in full."""
    for found in DAY.finditer(text):
        parts = [part for part in found.groups() if part]
        try:
            return date(year_number(parts[0]), number(parts[1]), number(parts[2]))
        except ValueError:
            continue  # 2023年2月31日
    return None


def year(text: str) -> int | None:
    """The first year that is printed with 年."""
    found = re.search(rf"({YEAR})\s*(?:年|[—–-]\s*\d{{4}}\s*年)", text)
    return year_number(found[1]) if found else None
