"""What copying leaves in a text and no reader sees: signs without width, and the marks of web pages and Markdown."""

import re
from html import unescape

UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0f\ufeff]")
NAMES = r"(?:p|br|div|span|strong|b|i|u|em|font|center|a|h[1-6]|ul|ol|li|table|thead|tbody|tr|td|th|img|o:p)"
TAG = re.compile(rf"</?{NAMES}(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE)
ENDS_CELL = re.compile(r"</t[dh]\s*>(?=\s*<t[dh][\s>])\s*", re.IGNORECASE)
ENDS_LINE = re.compile(r"</(?:p|div|h[1-6]|li|tr|table|ul|ol)\s*>\n?", re.IGNORECASE)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
NAMED = re.compile(r"&(?:nbsp|ensp|emsp|amp|lt|gt|quot|ldquo|rdquo|mdash|middot|#\d{2,5}|#x[0-9a-fA-F]{2,4});")
ROW = re.compile(r"^[^\n]*\|[^\n]*\|[^\n]*$", re.MULTILINE)
HEAD = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
BOLD = re.compile(r"\*\*(?=\S)([^*\n]{1,400})\*\*")
BULLET = re.compile(r"^[ \t]*(?:[-*+>])[ \t]+(?![\d\s]{1,5}[-*])", re.MULTILINE)
ESCAPED = re.compile(r"(?<=\d)\\(?=\.)")
IN_CELL = "\u2028"


def cleaned(text: str) -> str:
    """The text as people see it; one that is clean stays as it is, sign by sign."""
    text = UNSEEN.sub("", text)
    if TAG.search(text):
        text = _without_tags(text)
    if NAMED.search(text):
        text = NAMED.sub(lambda hit: unescape(hit[0]), text)
    return _without_marks(text) if HEAD.search(text) or BOLD.search(text) else text


def _without_tags(text: str) -> str:
    """Cells part by tabs, paragraphs by lines; a break within a row stays within it."""
    text = ROW.sub(lambda row: BREAK.sub(IN_CELL, row[0]), text)
    text = ENDS_LINE.sub("\n", ENDS_CELL.sub("\t", BREAK.sub("\n", text)))
    return TAG.sub("", text).strip()


def _without_marks(text: str) -> str:
    """Of Markdown: headings, bold words, bullets."""
    return ESCAPED.sub("", BULLET.sub("", BOLD.sub(r"\1", HEAD.sub("", text))))
