"""The ledger as CSV: a queryset in, rows out, in the reader's language. Spreadsheets open it as it is."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from tasks.documents.marks import parts
from tasks.documents.numerals import heading
from tasks.querysets.light import Light
from tasks.reasons import sentence
from tasks.workflow import BEFORE_CLOSED

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the machine's own encoding
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def ledger_csv(tasks: Iterable[Any], today: date) -> str:
    """`tasks` with their lights, units, plan and group, in the order in which they shall stand."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_head())
    writer.writerows([harmless(cell) for cell in _cells(task, today)] for task in tasks)
    return BYTE_ORDER_MARK + file.getvalue()


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe; figures stay figures."""
    if not isinstance(cell, str):
        return cell
    begins = cell.startswith(FORMULA_MARKS) or cell.lstrip().startswith(FORMULA_MARKS)
    return f"'{cell}" if begins else cell


def _head() -> list[str]:
    return [
        pgettext("ledger", "No."),
        pgettext("ledger", "Group"),
        pgettext("ledger", "Task"),
        pgettext("ledger", "Work to do"),
        pgettext("ledger", "Lead units"),
        pgettext("ledger", "Supporting units"),
        pgettext("ledger", "Due"),
        pgettext("ledger", "State"),
        pgettext("ledger", "Light"),
        pgettext("ledger", "Reason for the light"),
        pgettext("ledger", "Completion"),
        pgettext("ledger", "Expected progress"),
        pgettext("ledger", "Next milestone"),
        pgettext("ledger", "Updated"),
    ]


def _cells(task: Any, today: date) -> Iterator[Any]:
    yield task.number
    yield heading(task.group)
    yield task.title
    yield _work(task)
    yield _units(task, "lead")
    yield _units(task, "support")
    yield task.due_on.isoformat()
    yield capfirst(task.get_state_display())
    yield capfirst(Light(task.light).label)
    yield sentence(task, today)
    yield _percent(task.progress)
    yield _percent(task.expected_progress)
    yield _next(task)
    yield timezone.localtime(task.updated_at).strftime("%Y-%m-%d %H:%M")


def _work(task: Any) -> str:
    """The text without what has a column of its own: its title and the clause that names the units."""
    body: str = parts(task.text, task.title)[1]
    return body.strip() or task.text


def _units(task: Any, role: str) -> str:
    return "、".join(unit.printed_as for unit in task.assignments.all() if unit.role == role)


def _percent(figure: int | None) -> str:
    """Nothing to count is an empty cell, which is not 0."""
    return "" if figure is None else f"{figure}%"


def next_step(task: Any) -> str:
    """What comes next: a milestone that is `dated`, only ones that are `undated`, or nothing."""
    if task.state not in BEFORE_CLOSED or task.milestones_live == task.milestones_done:
        return ""
    return "undated" if task.next_on is None else "dated"


def _next(task: Any) -> str:
    if next_step(task) == "dated":
        return f"{task.next_on.isoformat()} {task.own_open_titles[0]}"
    return gettext("No date set") if next_step(task) == "undated" else ""
