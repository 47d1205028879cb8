"""The matrix as CSV: the rows of the page, in the reader's language."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from tasks.exports.ledger_csv import BYTE_ORDER_MARK, harmless
from tasks.querysets.light import Light
from tasks.querysets.matrix import Cell, Tally


def matrix_csv(matrix: Any) -> str:
    """`matrix` with its `columns` of tasks and `blocks` of units, as the page shows them."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in _rows(matrix))
    return BYTE_ORDER_MARK + file.getvalue()


def _rows(matrix: Any) -> Iterator[list[Any]]:
    tasks = matrix.columns.values()
    yield [*_head(), *(f"{task.number} {task.title}" for task in tasks)]
    lights = (capfirst(Light(task.light).label) if task.light else "" for task in tasks)
    yield ["", pgettext("ledger", "Light"), "", "", "", *lights]
    for block in matrix.blocks:
        above = block.section.collective.short_name if block.section.collective else ""
        if above:
            parts = [_part(tally) for tally, _task in block.summed]
            yield [above, gettext("All members"), *_figures(block.section.tally, block.before), *parts]
        for line in block.lines:
            words = [_word(cell) for cell, _task in line.shown]
            yield [above, line.unit.name, *_figures(line.tally, line.before), *words]


def _head() -> list[str]:
    return [
        pgettext("matrix", "Collective"),
        pgettext("matrix", "Unit"),
        pgettext("matrix", "Sent"),
        pgettext("matrix", "Asked for"),
        pgettext("matrix", "Last period"),
    ]


def _figures(now: Tally, before: Tally) -> list[Any]:
    return [now.sent, now.owed, last_time(before)]


def last_time(before: Tally) -> str:
    """齐, 逾期 2, 欠 2, or a dash where nothing was asked for."""
    if not before.owed:
        return "—"
    if before.overdue:
        return pgettext("reports", "overdue %(n)s") % {"n": before.overdue}
    return (
        pgettext("reports", "owed %(n)s") % {"n": before.lacking}
        if before.lacking
        else pgettext("reports", "complete")
    )


def _part(tally: Tally) -> str:
    return f"{tally.sent}/{tally.owed}" if tally.owed else ""


def _word(cell: Cell | None) -> str:
    """An empty cell: no report was asked for."""
    return cell.word if cell else ""
