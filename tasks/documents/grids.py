"""Opening an uploaded .xlsx without trusting it: counted first, then read. Plain Python.

The reader of the cells unpacks whatever a container holds and lays out a sheet as wide and as high as its farthest
cell, so it is given a container of our own making: what has been unpacked here, up to a bound, and found to be sheets
of a bearable size without entities.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from posixpath import join, normpath
from typing import Any, BinaryIO, NamedTuple
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from tasks.documents.files import kind_of

UNPACKED_AT_MOST = 32 * 1024 * 1024  # bytes of all parts that are read
LAST_ROW, LAST_COLUMN = 10_000, 100  # of a cell with something in it
ELEMENTS_AT_MOST = 2_000_000  # of a sheet, empty ones too
READ = (".xml", ".rels")  # parts that are read: no pictures, no objects


class Unreadable(Exception):
    """`reason`: kind, large or damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Grid(NamedTuple):
    """A sheet from its first row and column, as text; what is merged downwards stands in every row of it."""

    name: str
    rows: list[list[str]]


def grids(file: BinaryIO) -> Iterator[Grid]:
    """The sheets of a workbook without macros; raises Unreadable."""
    if kind_of(file) != "xlsx":
        raise Unreadable("kind")
    try:
        parts = _unpacked(file)
        formulas = {path: _formulas(part) for path, part in parts.items() if path.endswith(".xml")}
        book = CalamineWorkbook.from_filelike(_packed(parts))
        places = _places(parts)
        for name in book.sheet_names:
            yield Grid(name, _rows(book.get_sheet_by_name(name), formulas.get(places.get(name, ""), {})))
    except (CalamineError, zipfile.BadZipFile, expat.ExpatError, ValueError, KeyError, OSError, EOFError) as error:
        raise Unreadable("damaged") from error


# ---- the container ----


def _unpacked(file: BinaryIO) -> dict[str, bytes]:
    """Never more than the bound, whatever the directory says of sizes."""
    parts, left = {}, UNPACKED_AT_MOST
    with zipfile.ZipFile(file) as container:
        for entry in container.infolist():
            if entry.filename.lower().endswith(READ):
                with container.open(entry) as part:
                    parts[entry.filename] = part.read(left + 1)
                left -= len(parts[entry.filename])
                if left < 0:
                    raise Unreadable("large")
    return parts


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as container:
        for name, part in parts.items():
            container.writestr(name, part)
    packed.seek(0)
    return packed


def _places(parts: dict[str, bytes]) -> dict[str, str]:
    """In which part of the container a sheet is."""
    targets = {one["Id"]: one["Target"] for one in _elements(parts["xl/_rels/workbook.xml.rels"], "Relationship")}
    sheets = _elements(parts["xl/workbook.xml"], "sheet")
    found = {one["name"]: targets.get(one.get("id", ""), "") for one in sheets if "name" in one}
    return {name: normpath(join("/xl", target)).lstrip("/") for name, target in found.items()}


def _elements(part: bytes, name: str) -> list[dict[str, str]]:
    """The attributes of all elements of this name, without namespaces."""
    found: list[dict[str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if _local(element) == name:
            found.append({_local(key): value for key, value in attributes.items()})

    parser = _parser()
    parser.StartElementHandler = start
    parser.Parse(part, True)
    return found


# ---- one sheet ----


class _Sheet:
    """Where its cells with something in them are, and their formulas; raises Unreadable where they are too many."""

    def __init__(self) -> None:
        self.row = self.column = self.elements = 0
        self.formulas: dict[tuple[int, int], str] = {}
        self.text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        kind = _local(name)
        if kind == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif kind == "c":
            self.column += 1
            if "r" in attributes:
                self.row, self.column = _place(attributes["r"])
        elif kind in {"v", "is", "f"} and (self.row > LAST_ROW or self.column > LAST_COLUMN):
            raise Unreadable("large")
        self.text = [] if kind == "f" else self.text
        if self.elements > ELEMENTS_AT_MOST:
            raise Unreadable("large")

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, name: str) -> None:
        if _local(name) == "f" and self.text is not None:
            if written := "".join(self.text):
                self.formulas[self.row - 1, self.column - 1] = f"={written}"
            self.text = None


def _formulas(part: bytes) -> dict[tuple[int, int], str]:
    """By row and column from nought. Every part is looked at: which of them are sheets is for the file to say."""
    sheet, parser = _Sheet(), _parser()
    parser.StartElementHandler, parser.EndElementHandler = sheet.start, sheet.end
    parser.CharacterDataHandler = sheet.data
    parser.Parse(part, True)
    return sheet.formulas


def _parser() -> Any:
    """No document of ours, nor of any office program, declares a type or entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*args: Any) -> None:
    raise Unreadable("damaged")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _place(reference: str) -> tuple[int, int]:
    """AB12 is row 12, column 28. Raises ValueError."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter.upper()) - ord("A") + 1
    return int(reference[len(letters) :]), column


def _rows(sheet: Any, formulas: dict[tuple[int, int], str]) -> list[list[str]]:
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), formula in formulas.items():
        _put(rows, row, column, formula)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if left == right and top < len(rows) and left < len(rows[top]):
            for row in range(top + 1, min(bottom + 1, LAST_ROW)):
                _put(rows, row, left, rows[top][left])
    return rows


def _put(rows: list[list[str]], row: int, column: int, text: str) -> None:
    """A formula stays the text that was typed: what it came to somewhere else is nobody's word."""
    if row < len(rows):
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = text


def _text(cell: Any) -> str:
    """As people read it: 80 and not 80.0, a day as 2023-06-22."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == time() else "%Y-%m-%d %H:%M")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
