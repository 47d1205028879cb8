"""What the dashboard says of reporting: how the open period stands, units × periods, and what waits for an answer."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import CharField, F, Value

from tasks.models import Directive, ExtensionRequest, Plan, ReportingPeriod
from tasks.querysets.matrix import Cell, Tally, cells_of_plan
from tasks.querysets.prepared import READERS, Given, Prepared, Reader
from tasks.views import answers
from tasks.views.codes import Code
from tasks.views.matrix_page import address, year


class Waiting(NamedTuple):
    """An extension that was asked for, or a directive that nobody has answered yet."""

    kind: str  # extension, directive
    number: int
    title: str
    on: date
    text: str
    code: Code


def reporting(plan: Plan, user: Any, today: date) -> dict[str, Any]:
    """A reporter's figures are those of the own unit; the others of tasks it co-ordinates are on the matrix."""
    periods = _periods(Reader.of(user)).ask(plan=plan.pk)
    cells = _own(cells_of_plan(plan, user, today), user)
    is_open = {period.pk for period in periods if period.is_open}
    in_order = sorted(periods, key=lambda period: period.starts_on)
    return {
        "owed": Tally.of([cell for cell in cells if cell.period in is_open]) if is_open else None,
        "owing_units": len({cell.department for cell in cells if cell.period in is_open and not cell.is_sent}),
        "to_review": [c for c in cells if c.period in is_open and c.state == "submitted"] if _reviews(user) else [],
        "foremost": periods[0] if periods else None,
        "period_answer": _answer(in_order, periods[0], cells) if is_open else "",
        "tabs": [(period, address(plan, period)) for period in in_order],
        "year": year(cells, in_order),
    }


def _own(cells: list[Cell], user: Any) -> list[Cell]:
    return [cell for cell in cells if cell.department == user.department_id] if user.sees_own_unit_only else cells


def _reviews(user: Any) -> bool:
    return bool(user.has_perm("tasks.return_report"))


def _answer(in_order: list[ReportingPeriod], period: ReportingPeriod, cells: list[Cell]) -> str:
    place = in_order.index(period)
    now, before = (
        [cell for cell in cells if each and cell.period == each.pk]
        for each in (period, in_order[place - 1] if place else None)
    )
    units = len({cell.department for cell in now if not cell.is_sent})
    return answers.of_a_period(period, Tally.of(now), units, Tally.of(before))


@lru_cache(maxsize=READERS)
def _periods(reader: Reader) -> Prepared:
    return Prepared(ReportingPeriod.objects.visible_to(reader).filter(plan=Given("plan")).foremost_first())


def waiting_requests(plan: Plan, user: Any) -> dict[str, list[Waiting]]:
    """The oldest first. Planners see both kinds, leaders the directives, a co-ordinator what it has to answer."""
    asked = _requests(Reader.of(user)).ask(plan=plan.pk)
    found = [Waiting(kind, n, title, on, text, Code(plan.code, n)) for kind, n, title, on, text in asked]
    return {f"{kind}s": [each for each in found if each.kind == kind] for kind in ("extension", "directive")}


@lru_cache(maxsize=READERS)
def _requests(reader: Reader) -> Prepared:
    directives = Directive.objects.visible_to(reader).unanswered().filter(task__plan=Given("plan"))
    rows = _columns(directives, "directive", "given_on", "text")
    if reader.is_planner or reader.is_superuser:
        waiting = ExtensionRequest.objects.visible_to(reader).waiting().filter(task__plan=Given("plan"))
        rows = rows.union(_columns(waiting, "extension", "requested_on", "reason"), all=True)
    return Prepared(rows.order_by("asked_on", "task__number"))


def _columns(rows: Any, kind: str, on: str, text: str) -> Any:
    marked = rows.order_by().annotate(kind=Value(kind, CharField()), asked_on=F(on), words=F(text))
    return marked.values_list("kind", "task__number", "task__title", "asked_on", "words")
