"""Paragraphs and tables in WordprocessingML.

Their looks stand in the styles and once more on every paragraph and run, so that what is pasted into an office's own
template keeps them.
"""

from collections.abc import Iterable, Sequence
from math import floor
from typing import Any, NamedTuple

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tasks.exports.official.looks import CELL, CELL_CENTRED, CELL_HEAD, CHARACTERS, LEFT, RIGHT, SIZE, WIDTH, Look
from tasks.exports.official.text import clean, paragraphs

TWIPS = 20  # of a point
TWIPS_OF_INCH, MILLIMETRES_OF_INCH = 1440, 25.4


class Piece(NamedTuple):
    """Words of a paragraph; marked ones are for whoever works on the draft."""

    text: str
    marked: bool = False


class Column(NamedTuple):
    """`width` in millimetres."""

    label: str
    width: int
    centred: bool = False


Words = str | Piece | Sequence[Piece]


def element(tag: str, *inside: Any, **values: Any) -> Any:
    """With its attributes and what stands in it."""
    made = OxmlElement(f"w:{tag}")
    for name, value in values.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(inside)
    return made


def twips(millimetres: float) -> int:
    return round(millimetres / MILLIMETRES_OF_INCH * TWIPS_OF_INCH)


CLOSER = floor(twips(WIDTH - LEFT - RIGHT) / CHARACTERS - SIZE * TWIPS)  # the space between characters, below 0


# ---- paragraphs ----


def paragraph(look: Look, words: Words = "") -> Any:
    """Line breaks in it stay."""
    pieces = [Piece(words)] if isinstance(words, str) else [words] if isinstance(words, Piece) else words
    style = element("pStyle", val=look.key)
    return element("p", paragraph_look(look, style), *(_run(piece, look) for piece in pieces if piece.text))


def _run(piece: Piece, look: Look) -> Any:
    written: list[Any] = []
    for line in piece.text.split("\n"):
        text = element("t")
        text.text = clean(line)
        text.set(qn("xml:space"), "preserve")
        written += [*([element("br")] if written else []), text]
    return element("r", run_look(look, piece.marked), *written)


def paragraph_look(look: Look, *style: Any) -> Any:
    """In the order that the format asks for. Pages and lines are filled, and nothing snaps to the grid: where it is
    narrower than its font, LibreOffice gives every character two places of it. `run_look` says how wide they are."""
    in_outline = look.level is not None
    ahead = [element("keepNext")] if in_outline else []
    ahead += [element("pageBreakBefore")] if look.on_new_page else []
    ahead += [element(tag, val=0) for tag in ("widowControl", "autoSpaceDE", "autoSpaceDN", "snapToGrid")]
    pitch = element("spacing", before=0, after=0, line=round(look.pitch * TWIPS), lineRule="exact")
    level = [element("outlineLvl", val=look.level)] if in_outline else []
    return element("pPr", *style, *ahead, pitch, _indent(look), element("jc", val=look.align), *level)


def _indent(look: Look) -> Any:
    """In hundredths of a character, and in twips for programs that do not count in characters."""
    values = {"rightChars": look.from_right * 100, "firstLineChars": look.indent * 100}
    character = look.points * TWIPS
    values |= {"right": look.from_right * character, "firstLine": look.indent * character}
    return element("ind", **{name: round(value) for name, value in values.items()})


def run_look(look: Look, marked: bool = False) -> Any:
    fonts = element("rFonts", hint="eastAsia", ascii=look.font, hAnsi=look.font, eastAsia=look.font, cs=look.font)
    size = round(look.points * 2)
    closer = [element("snapToGrid", val=0), element("spacing", val=CLOSER)] if look.points == SIZE else []
    highlight = [element("highlight", val="yellow")] if marked else []
    return element("rPr", fonts, *closer, element("sz", val=size), element("szCs", val=size), *highlight)


# ---- tables ----


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Any:
    """The head stands on every page; a row of one cell spans the table."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = element("tblBorders", *(element(side, val="single", sz=4, space=0, color="000000") for side in sides))
    widths = [twips(column.width) for column in columns]
    margins = element("tblCellMar", *(element(side, w=twips(1), type="dxa") for side in ("left", "right")))
    fixed = element("tblLayout", type="fixed")
    look = element("tblPr", element("tblW", w=sum(widths), type="dxa"), borders, fixed, margins)
    grid = element("tblGrid", *(element("gridCol", w=width) for width in widths))
    head = _row([(column.label, CELL_HEAD) for column in columns], widths, repeated=True)
    return element("tbl", look, grid, head, *(_line(row, columns, widths) for row in rows))


def _line(cells: Sequence[str], columns: Sequence[Column], widths: list[int]) -> Any:
    if len(cells) == 1:
        return _row([(cells[0], CELL_HEAD)], [sum(widths)], spanned=len(widths))
    looks = (CELL_CENTRED if column.centred else CELL for column in columns)
    return _row(list(zip(cells, looks, strict=True)), widths)


def _row(cells: list[tuple[str, Look]], widths: list[int], repeated: bool = False, spanned: int = 1) -> Any:
    look = element("trPr", element("cantSplit"), *([element("tblHeader")] if repeated else []))
    written = (_cell(text, look, width, spanned) for (text, look), width in zip(cells, widths, strict=True))
    return element("tr", look, *written)


def _cell(text: str, look: Look, width: int, spanned: int) -> Any:
    size, middle = element("tcW", w=width, type="dxa"), element("vAlign", val="center")
    span = [element("gridSpan", val=spanned)] if spanned > 1 else []
    return element("tc", element("tcPr", size, *span, middle), paragraph(look, " ".join(paragraphs(text))))
