"""The ledger as CSV: rows in, text out, in the reader's language. Spreadsheets open it as it is."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from tasks.exports.rows import COLUMNS, Cell, Row

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the machine's own encoding
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def ledger_csv(rows: Iterable[Row]) -> bytes:
    """In the order in which the rows come."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([column.label for column in COLUMNS])
    writer.writerows([harmless(_text(column.value(row), column.kind)) for column in COLUMNS] for row in rows)
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe; figures stay figures."""
    if not isinstance(cell, str):
        return cell
    begins = cell.startswith(FORMULA_MARKS) or cell.lstrip().startswith(FORMULA_MARKS)
    return f"'{cell}" if begins else cell


def _text(cell: Cell, kind: str) -> str | int:
    """Nothing to count is an empty cell, which is not 0."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell}%" if kind == "percent" else cell
