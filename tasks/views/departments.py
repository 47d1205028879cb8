"""Departments: who they are, whom to call, and what they have to do in the plan."""

from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from departments.models import Department
from tasks.models import Plan, Report, Task
from tasks.querysets.matrix import cells_of_plan
from tasks.querysets.rollup import rollup, with_task_counts
from tasks.views import answers
from tasks.views.current import current_plan, plan_choices
from tasks.views.unit_tasks import unit_tasks

LATEST = 6


class Punctual(NamedTuple):
    """Of the reports asked for in the year: sent in time, sent late, not sent yet or never; overdue of those."""

    asked: int
    on_time: int
    late: int
    lacking: int
    overdue: int


KINDS = {kind: place for place, kind in enumerate(Department.Kind.values)}


@require_safe
def department_list(request: HttpRequest) -> HttpResponse:
    """By kind; the counts are of tasks the user sees."""
    plan = current_plan(request)
    user: Any = request.user
    query = request.GET.get("q", "").replace("\0", "").strip()
    found = Department.objects.visible_to(user).named(query)
    departments = list(_counted(found, plan, user))
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan), "query": query}
    context |= {"kinds": _by_kind(departments), "found": len(departments), "own_unit": user.sees_own_unit_only}
    return render(request, "departments/list.html", context)


def _counted(departments: Any, plan: Plan | None, user: Any) -> QuerySet[Department]:
    tasks = Task.objects.visible_to(user).filter(plan=plan)
    return with_task_counts(departments, tasks).prefetch_related(_members())


def _members() -> Prefetch:
    return Prefetch("members", Department.objects.order_by("order", "code"))


def _by_kind(departments: list[Department]) -> list[tuple[str, list[Department]]]:
    """In the order in which `Kind` names them, each kind in its own order."""
    ordered = sorted(departments, key=lambda department: KINDS[department.kind])
    return [(str(label), list(rows)) for label, rows in groupby(ordered, lambda each: each.get_kind_display())]


@require_safe
def department_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Tasks and reports are those the user sees, whosever page it is."""
    department = get_object_or_404(Department.objects.visible_to(request.user), code=code)
    related = list(department.members.all() if department.is_collective else department.collectives.all())
    plan = current_plan(request)
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan)}
    context |= {"department": department, "related": related, "aliases": department.aliases.all()}
    if plan is not None:
        units = [department, *related] if department.is_collective else [department]
        context |= _work(department, plan, request.user) | {"latest": _latest(units, plan, request.user)}
        context["punctual"] = _punctual(units, plan, request.user)
    return render(request, "departments/detail.html", context)


def _work(department: Department, plan: Plan, user: Any) -> dict[str, Any]:
    today, own_unit = portal_today(), user.sees_own_unit_only
    rows = unit_tasks(department, plan, user, today)
    figures = rollup(row.task for row in rows)
    return {
        "figures": figures,
        "answer": answers.of_a_department(figures, own_unit),
        "rows": rows,
        "own_unit": own_unit,
    }


def _punctual(units: list[Department], plan: Plan, user: Any) -> Punctual | None:
    """For planners and leaders; None also where nothing was asked for. Of a collective: its members' reports."""
    if user.sees_own_unit_only:
        return None
    keys = {unit.pk for unit in units}
    cells = [cell for cell in cells_of_plan(plan, user, portal_today()) if cell.department in keys]
    sent = [cell for cell in cells if cell.is_sent]
    late = sum(cell.late for cell in sent)
    overdue = sum(cell.overdue for cell in cells)
    return Punctual(len(cells), len(sent) - late, late, len(cells) - len(sent), overdue) if cells else None


def _latest(units: list[Department], plan: Plan, user: Any) -> QuerySet[Report]:
    """Of a collective: those of its members."""
    reports = Report.objects.visible_to(user).submitted().filter(task__plan=plan, department__in=units)
    return reports.select_related("task__plan", "department").defer("task__text", "task__plan__text")[:LATEST]
