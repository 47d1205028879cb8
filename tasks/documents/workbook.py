"""Reading a workbook that came back: which of its rows carry a key, and what stands in the columns we know.

Columns are found by their heads, rows by their keys: both may have been moved, added or taken away. Plain Python.
"""

import unicodedata
from collections.abc import Collection, Mapping
from typing import BinaryIO, NamedTuple

from tasks.documents.grids import Grid, Unreadable, grids

KEY = "key"
HEAD_WITHIN = 30  # rows from the top


class Line(NamedTuple):
    """`number`: the row as the spreadsheet counts it; `cells`: by the name of their column."""

    number: int
    cells: dict[str, str]


def lines(file: BinaryIO, heads: Mapping[str, Collection[str]]) -> list[Line]:
    """The rows of the first sheet that has all these columns, if any cell of them is filled; raises Unreadable.

    `heads`: what may stand at the head of a column, by the column's name."""
    folded = {name: {_folded(head) for head in known} for name, known in heads.items()}
    for grid in grids(file):
        for at, row in enumerate(grid.rows[:HEAD_WITHIN]):
            columns = _columns(row, folded)
            if len(columns) == len(heads):
                return _lines(grid, at, columns)
    raise Unreadable("columns")


def _columns(row: list[str], heads: dict[str, set[str]]) -> dict[str, int]:
    """The first column with such a head; the row is the head if it has all of them."""
    folded = [_folded(cell) for cell in row]
    found = {name: next((at for at, cell in enumerate(folded) if cell in known), -1) for name, known in heads.items()}
    return {name: at for name, at in found.items() if at >= 0}


def _lines(grid: Grid, head: int, columns: dict[str, int]) -> list[Line]:
    found = []
    for number, row in enumerate(grid.rows[head + 1 :], head + 2):
        cells = {name: plain(row[at]) if at < len(row) else "" for name, at in columns.items()}
        if any(cells.values()):
            found.append(Line(number, cells))
    return found


def plain(text: str) -> str:
    """As it is stored: lines end with LF, nothing around it, no control characters, which spreadsheets garble."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
