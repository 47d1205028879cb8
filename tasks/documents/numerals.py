"""Headings as the document prints them: （一）."""

from typing import Any

DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """1 is 一, 12 is 十二, 30 is 三十; from 100 on in figures."""
    tens, ones = divmod(number, 10)
    if number >= 100:
        return str(number)
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def heading(group: Any) -> str:
    """A group as readers know it: （一）坚持计量引领."""
    return f"（{chinese(group.ordinal)}）{group.title}"
