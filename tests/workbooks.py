"""Workbooks as people and programs leave them: the portal's own, edited cell by cell, and hostile ones."""

import io
import re
import zipfile
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from tests import cast

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = list[list[Any]]


def cells(content: bytes, sheet: int = 0) -> Cells:
    """All cells of a sheet, as wide as it is."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python(False)


def ledger(user: Any, query: str = "") -> Cells:
    response = cast.signed_in(user).get(f"/tasks/ledger.xlsx?{query}")
    assert response.status_code == 200
    return cells(response.content)


def row_of(rows: Cells, number: int) -> list[Any]:
    """The row of the task with this number."""
    return next(row for row in rows if row[0] == number and len(row) > 2)


def workbook(rows: Cells) -> bytes:
    """Written anew by another program: nothing but the cells; text that begins with == becomes a formula."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("Sheet1")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("=="):
                    page.write_formula(at, column, cell[1:])
                elif isinstance(cell, (str, int, float)):
                    page.write(at, column, cell)
    return file.getvalue()


def upload(content: bytes, name: str = "台账.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, TYPE)


SHEET = "xl/worksheets/sheet1.xml"


def with_parts(content: bytes, parts: dict[str, bytes | None]) -> bytes:
    """The container with these parts exchanged, added or, for None, left out."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            if part is not None:
                new.writestr(name, part)
    return file.getvalue()


def sheet_of(content: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read(SHEET)


def with_cells(content: bytes, more: bytes) -> bytes:
    """Further rows at the end of the first sheet, as XML."""
    return with_parts(content, {SHEET: re.sub(b"</sheetData>", more + b"</sheetData>", sheet_of(content))})
