"""责任矩阵: for each unit and task of a period the state of the report, as far as the reader may know it.

States only, never words: that a report has been begun tells nothing of what it says. Few columns and no objects, so
that neither the number of queries nor much of the time depends on how many there are.
"""

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.text import capfirst

from tasks.querysets.prepared import READERS, Given, Prepared, Reader
from tasks.querysets.rows import ended_then, rows
from tasks.workflow import BEFORE_CLOSED, OVERDUE, REPORT_WORDS, STANDING, TO_WRITE


class Cell(NamedTuple):
    """One report. `late`: sent after the due date; `overdue`: not sent though it has passed."""

    period: int
    department: int
    task: int
    report: int
    state: str
    overdue: bool
    late: bool

    @classmethod
    def made(cls, told: Any, due_on: date, period_state: str, sent_on: date | None, today: date) -> "Cell":
        """`told`: the first five. See `unsent`, which says the same of rows that are only counted."""
        period, unit, task, report, state = told
        missing = state in TO_WRITE and (due_on < today or period_state == "closed")
        return cls(period, unit, task, report, state, missing, bool(sent_on and sent_on > due_on))

    @property
    def is_sent(self) -> bool:
        return self.state in {"submitted", "accepted"}

    @property
    def shown(self) -> str:
        """The one word for it: that it is overdue outweighs how far it is."""
        return OVERDUE if self.overdue else self.state

    @property
    def word(self) -> str:
        return capfirst(str(REPORT_WORDS[self.shown]))


class Tally(NamedTuple):
    """Of a period: how many reports were asked for, how many of them stand as sent, how many are overdue."""

    owed: int
    sent: int
    overdue: int

    @classmethod
    def of(cls, cells: Collection[Cell]) -> "Tally":
        return cls(len(cells), sum(cell.is_sent for cell in cells), sum(cell.overdue for cell in cells))

    @property
    def lacking(self) -> int:
        return self.owed - self.sent


COLUMNS = ("period", "department", "task", "pk", "state", "period__due_on", "period__state", "reported_on")
IN_ORDER = ("department__order", "department__code", "task__number", "period__starts_on")


def cells_of_plan(plan: Any, user: Any, today: date) -> list[Cell]:
    """Of all its periods; one query, whose SQL is written once."""
    return [_cell(row, today) for row in _of_plan(Reader.of(user)).ask(plan=plan.pk)]


@lru_cache(maxsize=READERS)
def _of_plan(reader: Reader) -> Prepared:
    found = known_to(rows("report").filter(period__plan=Given("plan")), reader).filter(asked())
    return Prepared(found.order_by(*IN_ORDER).values_list(*COLUMNS))


def cells(periods: Any, user: Any, today: date) -> list[Cell]:
    """Of these periods, in the order of units and tasks; one query. What need not be reported any more has no cell."""
    found = known_to(rows("report").filter(period__in=periods), user).filter(asked())
    return [_cell(row, today) for row in found.order_by(*IN_ORDER).values_list(*COLUMNS)]


def tallies(periods: Any, user: Any, today: date) -> dict[int, Tally]:
    """The same cells, counted, by the key of their period; one without any is not there. One query."""
    found = known_to(rows("report").filter(period__in=periods), user).filter(asked()).order_by()
    counted = found.values("period").annotate(
        owed=Count("pk"), sent=Count("pk", filter=Q(state__in=STANDING)), overdue=Count("pk", filter=unsent(today))
    )
    return {period: Tally(*numbers) for period, *numbers in counted.values_list("period", *Tally._fields)}


def overdue(today: date) -> Q:
    """Of reports: asked for, not sent, though the due date has passed; of a closed period, never sent."""
    return unsent(today) & asked()


def unsent(today: date) -> Q:
    """A closed period takes nothing more, so what is missing then is missing whatever the date."""
    return Q(state__in=TO_WRITE) & (Q(period__due_on__lt=today) | Q(period__state="closed"))


def _cell(row: Any, today: date) -> Cell:
    *keys, state, due_on, period_state, sent_on = row
    return Cell.made((*keys, state), due_on, period_state, sent_on, today)


def known_to(reports: Any, user: Any) -> Any:
    """Planners and leaders know all states; a unit its own, and those of the tasks it co-ordinates."""
    if not user.is_authenticated or not user.does_business:
        return reports.none()
    if user.is_superuser or user.is_planner or user.is_leader:
        return reports
    known = Q(department=user.department_id) | Q(coordinator=user.department_id)
    return reports.filter(period__plan__is_active=True).with_coordinator().filter(known)


def asked() -> Q:
    """Nobody reports on a task that is closed, suspended or cancelled; for a closed period its state then counts."""
    in_time = Q(period__state="closed") & ~Q(ended_then()) | Q(
        ~Q(period__state="closed"), task__state__in=BEFORE_CLOSED
    )
    return Q(state__in=STANDING) | in_time
