"""Sentences of a document that stand in no task: what the reader passed over, for a person to look at."""

import re
from collections.abc import Iterator
from itertools import pairwise

from tasks.documents.document import Document
from tasks.documents.folding import folded
from tasks.documents.numbering import Marker, Style, marker

ENDS = tuple("。！!？?；;")
SENTENCE = re.compile(r"[^\n。！!？?；;]+[。！!？?；;]?")
ROW = re.compile(r"[\t|｜│┃]")
COLUMNS = re.compile(r"[\s|｜│┃]*序\s*号")
HEADINGS = {Style.CHAPTER, Style.HAN, Style.HAN_BRACKETS}
WORDS = re.compile(r"[\u4e00-\u9fff]{2}")


def loose_places(document: Document) -> list[tuple[int, int]]:
    """Offsets of those sentences; the title, the headings of groups and numbers by themselves are none."""
    gaps = pairwise([0, *(place for span in _covered(document) for place in span), len(document.text)])
    return [place for start, end in list(gaps)[::2] if start < end for place in _sentences(document.text, start, end)]


def _covered(document: Document) -> list[tuple[int, int]]:
    """What has been read, in the order of the text, without overlaps."""
    title = [document.title_span] if document.title_span else []
    units = [unit.span for task in document.tasks for unit in task.units]
    spans = [*title, *(group.span for group in document.groups), *(task.text_span for task in document.tasks), *units]
    joined: list[tuple[int, int]] = []
    for start, end in sorted(_whole_rows(document.text, span.start, span.end) for span in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _whole_rows(text: str, start: int, end: int) -> tuple[int, int]:
    """Of a table, the cells beside it: number, due date, remarks."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end) if "\n" in text[end:] else len(text)
    return (first, last) if ROW.search(text, first, last) else (start, end)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for hit in SENTENCE.finditer(text, start, end):
        first, last = hit.start() + len(hit[0]) - len(hit[0].lstrip()), hit.start() + len(hit[0].rstrip())
        number = marker(folded(text[first:last]))
        if WORDS.search(text, first + (number.length if number else 0), last) and not _is_heading(number, hit[0]):
            yield first, last


def _is_heading(number: Marker | None, words: str) -> bool:
    """二、主要任务, and the row of a table that names its columns."""
    heads = number is not None and number.style in HEADINGS and not words.endswith(ENDS)
    return heads or bool(COLUMNS.match(words))
