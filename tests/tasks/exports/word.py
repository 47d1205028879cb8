"""Word documents read back: paragraphs, what is marked, and the raw XML."""

import io
import re
import zipfile
from typing import Any

from docx import Document
from docx.oxml.ns import qn


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def part(content: bytes, name: str = "word/document.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def lines(content: bytes) -> list[str]:
    """The paragraphs outside tables, without the empty ones."""
    return [each.text for each in opened(content).paragraphs if each.text]


def marked(content: bytes) -> list[str]:
    """The words that are marked for whoever works on the draft."""
    runs = (run for each in opened(content).paragraphs for run in each.runs)
    return [run.text for run in runs if run._r.find(f"{qn('w:rPr')}/{qn('w:highlight')}") is not None]


def rows(content: bytes) -> list[list[str]]:
    """Of the one table, with a spanned cell once."""
    [table] = opened(content).tables
    return [[cell.text for cell in row._tr.tc_lst and row.cells[: len(row._tr.tc_lst)]] for row in table.rows]


def section(lines: list[str], heading: str) -> list[str]:
    """What stands under a heading of the first level."""
    start = lines.index(heading) + 1
    end = next((n for n in range(start, len(lines)) if re.match("[一二三四]、|附件", lines[n])), len(lines))
    return lines[start:end]


def attributes(xml: str, tag: str) -> list[dict[str, str]]:
    """Of every such element of WordprocessingML, in their order."""
    found = re.findall(rf"<w:{tag}( [^>]*?)?/?>", xml)
    return [dict(re.findall(r'w:(\w+)="([^"]*)"', one)) for one in found]
