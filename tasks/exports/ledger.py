"""The ledger as a file of either kind: the very tasks a filter lists, in its order, for page, API and command."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from tasks.documents.files import KINDS
from tasks.exports.file import File, Tick, nobody
from tasks.exports.ledger_csv import ledger_csv
from tasks.exports.ledger_xlsx import Sheet, ledger_xlsx
from tasks.exports.rows import Row, ledger_rows
from tasks.filters import TaskFilter
from tasks.models import Plan, Task

TYPES = {"xlsx": KINDS["xlsx"], "csv": "text/csv; charset=utf-8"}


class Ledger:
    """The tasks of the plan that the user sees, narrowed and sorted as the query of an address says.

    Raises ValidationError for a query that does not fit.
    """

    def __init__(self, ending: str, plan: Plan, query: str, user: Any, today: date) -> None:
        self.ending, self.plan, self.today = ending, plan, today
        seen = Task.objects.with_light(today).visible_to(user).filter(plan=plan)
        self.listed = TaskFilter(QueryDict(query), seen, request=SimpleNamespace(user=user), plan=plan)
        problems: dict[str, list[ValidationError]] = {}
        for problem in self.listed.problems():
            problems.setdefault(problem.field, []).append(ValidationError(problem.message, code=problem.code))
        if problems:
            raise ValidationError(problems)

    @cached_property
    def rows(self) -> int:
        return int(self.listed.qs.count())

    def write(self, tick: Tick = nobody) -> File:
        return ledger_file(self.ending, self.listed, self.plan, self.today, tick)


def ledger_file(kind: str, listed: TaskFilter, plan: Plan, today: date, tick: Tick = nobody) -> File:
    """Of the plan's tasks those that a valid filter lists, as the filter's reader sees them."""
    user: Any = listed.request.user
    rows = _Told(ledger_rows(listed.qs, user, today), tick)
    unit = user.department if user.sees_own_unit_only else None
    write: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: ledger_xlsx(Sheet(plan, rows, today, unit, listed.in_order_of_document)),
        "csv": lambda: ledger_csv(rows),
    }
    name = _("metrology-ledger-%(plan)s-%(day)s") % {"plan": plan.code, "day": today.isoformat()}
    return File(f"{name}.{kind}", TYPES[kind], write[kind]())


class _Told(list[Row]):
    """Rows that tell how many of them have been taken; a workbook takes them for each of its sheets."""

    def __init__(self, rows: list[Row], tick: Tick) -> None:
        super().__init__(rows)
        self.tick, self.most = tick, 0

    def __iter__(self) -> Iterator[Row]:
        for taken, row in enumerate(super().__iter__()):
            self.most = max(self.most, taken)
            self.tick(self.most)
            yield row
