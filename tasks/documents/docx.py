"""The text of a Word document: paragraphs with their automatic numbers, tables as rows of cells parted by tabs.

Read are three parts of the container, each bounded, parsed without entities; nothing else is unpacked.
"""

import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from tasks.documents.encoding import SIGNS_AT_MOST, NotADocument
from tasks.documents.files import kind_of
from tasks.documents.wordnumbers import Counters, Numbering

PART_AT_MOST = 40 * 1024 * 1024  # bytes of XML: some four thousand pages
MAIN, NUMBERS, STYLES = "word/document.xml", "word/numbering.xml", "word/styles.xml"
REFUSED = "这不是可以读取的 Word 文档（.docx）。"
IN_CELL = "\u2028"  # between paragraphs of one cell: no new line of the document
DROPPED = {
    qn("w:del"),
    qn("w:moveFrom"),
    qn("w:rPr"),
    qn("w:pPr"),
    qn("w:instrText"),
    qn("w:txbxContent"),
    qn("w:footnoteReference"),
}
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def docx_text(file: BinaryIO) -> str:
    """The words of the document, or NotADocument."""
    if kind_of(file) != "docx":
        raise NotADocument(REFUSED)
    try:
        with zipfile.ZipFile(file) as container:
            document = _part(container, MAIN)
            numbering = Numbering(_part(container, NUMBERS), _part(container, STYLES))
    except (
        zipfile.BadZipFile,
        SyntaxError,
        ValueError,
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        zlib.error,
    ) as error:
        raise error if isinstance(error, NotADocument) else NotADocument(REFUSED) from error
    body = document.find(qn("w:body")) if document is not None else None
    if body is None:
        raise NotADocument(REFUSED)
    return _bounded(_blocks(body, Counters(numbering)))


def _part(container: zipfile.ZipFile, name: str) -> Any:
    """The parsed part, None where there is none. Word writes no document types, hence no entities."""
    if name not in container.namelist():
        return None
    with container.open(name) as part:
        data = part.read(PART_AT_MOST + 1)
    bare = data.replace(b"\0", b"")
    if len(data) > PART_AT_MOST or b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
        raise NotADocument(REFUSED)
    return parse_xml(data)


def _bounded(blocks: Iterator[str]) -> str:
    words, length = [], 0
    for block in blocks:
        words.append(block)
        length += len(block) + 1
        if length > SIGNS_AT_MOST:
            raise NotADocument("文件过大，不像一份工作要点。")
    return "\n".join(words)


def _blocks(body: Any, counters: Counters) -> Iterator[str]:
    """Paragraphs and rows in their order; content controls and insertions are looked through."""
    for element in body:
        if element.tag == qn("w:p"):
            yield counters.number(element) + _words(element)
        elif element.tag == qn("w:tbl"):
            yield from _rows(element, counters)
        elif element.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")}:
            yield from _blocks(element, counters)


def _words(element: Any) -> str:
    """Without what is struck out, hidden in fields, or said twice for older programs."""
    if element.tag in DROPPED or element.tag == FALLBACK:
        return ""
    if element.tag == qn("w:t"):
        return element.text or ""
    return SIGNS.get(element.tag) or "".join(_words(child) for child in element if isinstance(child.tag, str))


# ---- tables ----


def _rows(table: Any, counters: Counters) -> Iterator[str]:
    """A cell merged with the one above it repeats its words."""
    above: dict[int, str] = {}
    for row in table.iter(qn("w:tr")):
        if _table_of(row) is not table:
            continue
        cells, column = [], 0
        for cell in _cells(row):
            words = above.get(column, "") if _goes_on(cell) else _cell(cell, counters)
            above[column] = words
            cells += [words, *[""] * (_span(cell) - 1)]
            column += _span(cell)
        yield _line(cells)


def _line(cells: list[str]) -> str:
    """A row of one cell is a line of its own, as in a text."""
    return "\t".join(cells)


def _table_of(row: Any) -> Any:
    return next(row.iterancestors(qn("w:tbl")), None)


def _cells(row: Any) -> Iterator[Any]:
    for element in row:
        if element.tag == qn("w:tc"):
            yield element
        elif element.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins")}:
            yield from _cells(element)


def _cell(cell: Any, counters: Counters) -> str:
    parts = [part.strip() for part in _blocks(cell, counters)]
    return IN_CELL.join(part.replace("\t", " ").replace("\n", IN_CELL) for part in parts if part)


def _goes_on(cell: Any) -> bool:
    merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merged is not None and merged.get(qn("w:val"), "continue") == "continue"


def _span(cell: Any) -> int:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    printed = span.get(qn("w:val"), "1") if span is not None else "1"
    return min(int(printed), 64) if printed.isdigit() and printed != "0" else 1
