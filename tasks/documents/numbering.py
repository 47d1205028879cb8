"""Numbers that open a line: 1. 1、 (1) （一） 一、 第一条. A figure that belongs to the words is none."""

import re
from dataclasses import dataclass
from enum import StrEnum

HAN = "〇零一二三四五六七八九"
HAN_NUMBER = r"[一二三四五六七八九十百零〇]{1,5}"


class Style(StrEnum):
    CHAPTER = "第一章"
    HAN = "一、"
    HAN_BRACKETS = "(一)"
    ARTICLE = "第一条"
    FIGURE = "1."
    FIGURE_BRACKETS = "(1)"
    FIGURE_BRACKET = "1)"
    RING = "①"


@dataclass(frozen=True)
class Marker:
    """`length` signs of the line, the space after it included."""

    style: Style
    number: int
    length: int
    is_clear: bool = True  # 1 and a space may as well be an amount


# 一、二级标准 and 三、四季度 count; they number nothing.
COUNTING = rf"(?!{HAN_NUMBER}(?:[、,至到和]|[级类等批次期线档季月级年甲乙]))"
MARKS = [
    (Style.CHAPTER, re.compile(rf"第\s*({HAN_NUMBER}|\d{{1,3}})\s*(?:章|节|编|部分)[\s:、]*")),
    (Style.ARTICLE, re.compile(rf"第\s*({HAN_NUMBER}|\d{{1,3}})\s*条[\s:、]*")),
    (Style.HAN, re.compile(rf"({HAN_NUMBER})\s*[、.]\s*{COUNTING}")),
    (Style.HAN_BRACKETS, re.compile(rf"\(\s*({HAN_NUMBER})\s*\)\s*[、.]?\s*")),
    (Style.FIGURE_BRACKETS, re.compile(r"\(\s*(\d{1,3})\s*\)\s*[、.]?\s*")),
    (Style.FIGURE_BRACKET, re.compile(r"(\d{1,3})\s*\)\s*[、.]?\s*")),
    (Style.FIGURE, re.compile(r"(\d{1,3})\s*[.、]\s*(?!\d)")),
    (Style.FIGURE, re.compile(rf"(?:任务|事项|举措|措施)\s*({HAN_NUMBER}|\d{{1,3}})\s*[:、.]\s*")),
    (Style.HAN_BRACKETS, re.compile(r"([㈠-㈩])\s*")),
    (Style.FIGURE_BRACKETS, re.compile(r"([⑴-⒇])\s*")),
    (Style.FIGURE, re.compile(r"([⒈-⒛])\s*")),
    (Style.RING, re.compile(r"([①-⑳])\s*")),
]


MEASURES = r"年月日个家项批次条台件万亿种类名期届级天时小周倍米千公吨元号至到%名人所座场篇部份起户支套组"
SPACED = re.compile(rf"(\d{{1,2}}) +(?=[\u4e00-\u9fff])(?![{MEASURES}])")


def marker(line: str) -> Marker | None:
    """The number that opens a folded line, if one does."""
    for style, pattern in MARKS:
        found = pattern.match(line)
        if found:
            return Marker(style, number(found[1]), found.end())
    found = SPACED.match(line)
    return Marker(Style.FIGURE, number(found[1]), found.end(), is_clear=False) if found else None


def number(printed: str) -> int:
    """12, 十二, ⑫ and 一百零二 as numbers."""
    if printed.isascii():
        return int(printed)
    first = next((sign for sign in "㈠⑴⒈①" if ord(sign) <= ord(printed[0]) < ord(sign) + 20), None)
    return ord(printed) - ord(first) + 1 if first else _han(printed)


def _han(printed: str) -> int:
    total, digit = 0, 0
    for sign in printed:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = max(HAN.index(sign) - 1, 0)
    return total + digit
