"""The ledger as a workbook: one sheet as bureaus print it, on landscape A4 under a head on every page.

A unit's own copy can be filled in and sent back: it has 自评 as an eighteenth column, the cells to fill in are marked,
and a hidden column carries the key of each row. A second sheet shows what the unit said last. Text is written as text,
never as a formula or a link, whatever it looks like.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil
from typing import Any

import xlsxwriter
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tasks.actions.reports import FIELDS
from tasks.actions.workbook_key import key_of
from tasks.documents.numerals import heading
from tasks.exports.rows import COLUMNS, Cell, Column, Row
from tasks.models import Assessment, Plan

TITLE, NOTE, HEAD = 0, 1, 2  # rows above the tasks
FROZEN = 3  # columns that stay: number, group, title
LONGEST_CELL = 32_000  # characters; a spreadsheet takes 32,767
A4 = 9
LINE, HIGHEST = 13.5, 409.0  # points; a spreadsheet takes no higher row
LINES_TO_FILL = 5  # room to write
OPTIONS = {
    "in_memory": True,
    "remove_timezone": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
BASE = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
KINDS: dict[str, dict[str, Any]] = {
    "text": {"quote_prefix": True},
    "number": {"align": "center"},
    "day": {"align": "center", "num_format": "yyyy-mm-dd"},
    "percent": {"align": "center", "num_format": "0%"},
    "moment": {"align": "center", "num_format": "yyyy-mm-dd hh:mm"},
    "fill": {"num_format": "@", "align": "left", "bg_color": "#FFF8DC"},  # as text: 1-2 stays 1-2 and becomes no date
    "head": {"align": "center", "bold": True, "bg_color": "#DCE6F1"},
    "group": {"bold": True, "bg_color": "#F2F2F2"},
    "title": {"align": "center", "bold": True, "font_size": 16, "border": 0},
    "note": {"border": 0, "font_color": "#444444"},
}


@dataclass(frozen=True)
class Sheet:
    """What is written: whose copy it is (`unit`, None for the whole), and whether rows stand under headings."""

    plan: Plan
    rows: Sequence[Row]
    today: date
    unit: Any = None
    headings: bool = True


ASSESSMENT = Column(_("Own assessment"), 8, lambda row: _label(row.word("assessment")), name="assessment")
KEY_LABEL = pgettext_lazy("ledger", "Row number (do not change)")


def ledger_xlsx(sheet: Sheet) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        formats = {kind: book.add_format(BASE | look) for kind, look in KINDS.items()}
        _Ledger(book.add_worksheet(_t("Task ledger")), formats, sheet).write()
        if sheet.unit:
            _write_last(book.add_worksheet(_t("Sent last")), formats, sheet.rows)
    return file.getvalue()


class _Ledger:
    def __init__(self, page: Any, formats: dict[str, Any], sheet: Sheet) -> None:
        self.page, self.formats, self.sheet = page, formats, sheet
        self.columns = (*COLUMNS, ASSESSMENT) if sheet.unit else COLUMNS
        self.last = len(self.columns) - 1

    def write(self) -> None:
        self.layout()
        self.page.merge_range(TITLE, 0, TITLE, self.last, "", self.formats["title"])
        _put(self.page, TITLE, 0, _t("%(plan)s: task ledger") % {"plan": self.sheet.plan.title}, self.formats["title"])
        self.page.merge_range(NOTE, 0, NOTE, self.last, "", self.formats["note"])
        _put(self.page, NOTE, 0, self.note(), self.formats["note"])
        for at, column in enumerate(self.columns):
            _put(self.page, HEAD, at, str(column.label), self.formats["head"])
        end = self.body(HEAD + 1)
        self.page.print_area(0, 0, end - 1, self.last)
        if self.sheet.unit:
            self.for_the_way_back(end)

    def layout(self) -> None:
        page = self.page
        _paper(page)
        page.repeat_rows(HEAD)
        page.freeze_panes(HEAD + 1, FROZEN)
        page.set_row(TITLE, 30)
        page.set_row(NOTE, 32 if self.sheet.unit else 18)
        for at, column in enumerate(self.columns):
            page.set_column(at, at, column.width)

    def note(self) -> str:
        words = {"day": self.sheet.today.isoformat(), "n": len(self.sheet.rows)}
        note = _t("As of %(day)s, %(n)s tasks.") % words
        if not self.sheet.unit:
            return note
        how = _t(
            "%(unit)s: fill in the marked cells and send the file back under “My tasks”, “Fill in a workbook”. Hidden "
            "columns belong to it; rows may be moved or left out."
        )
        return f"{note} {how % {'unit': self.sheet.unit.name}}"

    def body(self, at: int) -> int:
        """The tasks from this row on; returns the row after them."""
        for group, rows in groupby(self.sheet.rows, key=lambda row: row.task.group):
            if self.sheet.headings:
                self.page.merge_range(at, 0, at, self.last, "", self.formats["group"])
                _put(self.page, at, 0, heading(group), self.formats["group"])
                at += 1
            for row in rows:
                self.line(at, row)
                at += 1
        return at

    def line(self, at: int, row: Row) -> None:
        fill = self.sheet.unit is not None and row.is_to_write
        cells = [column.value(row) for column in self.columns]
        for column_at, (column, cell) in enumerate(zip(self.columns, cells, strict=True)):
            kind = "fill" if fill and column.name else column.kind
            _put(self.page, at, column_at, cell, self.formats[kind], column.kind)
        widths = [column.width for column in self.columns]
        self.page.set_row(at, _height(zip(cells, widths, strict=True), least=LINES_TO_FILL if fill else 1))
        if self.sheet.unit:
            _put(self.page, at, self.last + 1, _key(row, self.sheet.unit.code), self.formats["text"])

    def for_the_way_back(self, end: int) -> None:
        """The hidden keys' head, and what a spreadsheet itself says of a wrong entry."""
        _put(self.page, HEAD, self.last + 1, str(KEY_LABEL), self.formats["head"])
        self.page.set_column(self.last + 1, self.last + 1, 4, None, {"hidden": True})
        words = [capfirst(str(label)) for label in Assessment.labels]
        told = {"error_title": str(ASSESSMENT.label), "error_message": _t("Choose one of the list.")}
        rule = {"validate": "list", "source": words, **told}
        if end > HEAD + 1:
            self.page.data_validation(HEAD + 1, self.last, end - 1, self.last, rule)


LAST = (
    Column(pgettext_lazy("ledger", "No."), 5, lambda row: row.task.number, "number"),
    Column(pgettext_lazy("ledger", "Task"), 20, lambda row: row.task.title),
    Column(pgettext_lazy("ledger", "Reported for"), 11, lambda row: _when(row.said.sent)),
    Column(_("Own assessment"), 9, lambda row: _label(row.said.sent.assessment)),
    Column(_("Progress made"), 45, lambda row: row.said.sent.progress_text),
    Column(_("Problems"), 30, lambda row: row.said.sent.problems),
    Column(_("Next steps"), 30, lambda row: row.said.sent.next_steps),
)


def _write_last(page: Any, formats: dict[str, Any], rows: Iterable[Row]) -> None:
    """What the unit said last on each task, to look up and to copy from."""
    for at, column in enumerate(LAST):
        page.set_column(at, at, column.width)
        _put(page, 0, at, str(column.label), formats["head"])
    for at, row in enumerate((row for row in rows if row.said.sent), 1):
        cells = [column.value(row) for column in LAST]
        for column_at, (column, cell) in enumerate(zip(LAST, cells, strict=True)):
            _put(page, at, column_at, cell, formats[column.kind])
        page.set_row(at, _height((cell, column.width) for column, cell in zip(LAST, cells, strict=True)))
    page.freeze_panes(1, 2)
    page.repeat_rows(0)
    _paper(page)


def _paper(page: Any) -> None:
    """Landscape A4, as many pages as it takes, none of them cut in its width."""
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&C&P / &N")


def _when(report: Any) -> str:
    return str(report.period) if report.period else str(report.reported_on)


def _label(assessment: str) -> str:
    return capfirst(str(Assessment(assessment).label)) if assessment else ""


def _key(row: Row, unit: str) -> str:
    return key_of(row.task, unit, row.said.own, {name: row.word(name) for name in FIELDS})


def _height(cells: Iterable[tuple[Cell, float]], least: int = 1) -> float:
    """In points, as much as the longest text asks for: not every program finds that out when it opens a file."""
    lines = [_lines(cell, width) for cell, width in cells if isinstance(cell, str)]
    return min(max([least, *lines]) * LINE + 4, HIGHEST)


def _lines(text: str, width: float) -> int:
    wide = (sum(2 if ord(sign) > 0x2E7F else 1 for sign in part) for part in text.split("\n"))
    return sum(max(1, ceil(signs / (width - 0.5))) for signs in wide)


def _put(page: Any, row: int, column: int, cell: Cell, look: Any, kind: str = "text") -> None:
    """By what it is, never by what it looks like. Nothing to count is an empty cell, which is not 0."""
    if cell is None or cell == "":
        page.write_blank(row, column, None, look)
    elif isinstance(cell, str):
        page.write_string(row, column, cell[:LONGEST_CELL], look)
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, look)
    else:
        page.write_number(row, column, cell / 100 if kind == "percent" else cell, look)
