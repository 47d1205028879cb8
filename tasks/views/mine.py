"""我的任务: what the own unit owes, by when, and everything it has to do with."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from metrology_plan.remembering import remembered
from tasks.views import answers
from tasks.views.current import current_plan, plan_choices
from tasks.views.unit_reports import UnitReports, unit_reports
from tasks.views.unit_tasks import UnitTask, unit_tasks


@require_safe
@remembered
def mine(request: HttpRequest) -> HttpResponse:
    """An account without a unit, as leaders have, is told where all tasks are."""
    user: Any = request.user
    plan, unit, today = current_plan(request), user.department, portal_today()
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan), "unit": unit}
    if plan is not None and unit is not None:
        rows = unit_tasks(unit, plan, user, today)
        found = unit_reports(unit, plan, rows, user, today)
        context |= {"rows": _lines(rows, found), "found": found, "leading": sum(row.leads for row in rows)}
        context["answer"] = answers.of_a_unit(unit, found, today)
    return render(request, "tasks/mine.html", context)


def _lines(rows: list[UnitTask], found: UnitReports) -> list[tuple[UnitTask, Any, Any, Any]]:
    """Each task with its cells in the open periods, the last report, and the one to write now."""
    owed = {one.report.task_id: one.report for one in found.owed}
    return [
        (row, found.current.get(row.task.pk, []), found.latest.get(row.task.pk), owed.get(row.task.pk)) for row in rows
    ]
