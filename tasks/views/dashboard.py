"""工作台: how the year is going, and what waits for the reader."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from tasks.documents.numerals import heading
from tasks.models import Milestone, Plan, Report, Task
from tasks.querysets.light import Light
from tasks.querysets.rollup import rollup
from tasks.reasons import sentence
from tasks.views import answers
from tasks.views.current import current_plan, plan_choices
from tasks.views.pictures import blocks, curve, elapsed_percent
from tasks.workflow import State

DAYS_AHEAD = 30
LATEST = 6
NAMED = ("task__number", "task__title", "task__plan__code")  # what a list says of a task
REPORTED = ("filled_in", "assessment", "reported_on", "department__code", "department__short_name")


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Everything over what the user sees; a reporter's figures are those of the own unit."""
    plan = current_plan(request)
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan)}
    if plan is not None:
        user: Any = request.user
        context |= {"days_ahead": DAYS_AHEAD, "own_unit": user.sees_own_unit_only}
        context |= _standing(plan, request.user) | _ahead(plan, request.user) | _waiting(plan, request.user)
        context["waiting"] = len(context["to_close"]) + len(context["drafts"])
    return render(request, "tasks/dashboard.html", context)


def _standing(plan: Plan, user: Any) -> dict[str, Any]:
    """Where the tasks stand: the roll-up, the red ones with their reasons, the groups as blocks, the curve."""
    today = portal_today()
    seen = Task.objects.with_light(today).visible_to(user).filter(plan=plan).order_by("number")
    tasks: list[Any] = list(seen.select_related("group").defer("text").prefetch_related(_live_milestones()))
    for task in tasks:
        task.plan = plan  # the same for all: reading it from every row takes as long as reading the task
    figures = rollup(tasks, sorted({task.group for task in tasks}, key=lambda group: group.ordinal))
    by_group = blocks(tasks)
    red = [task for task in tasks if task.light == Light.RED]
    return {
        "figures": figures,
        "answer": answers.of_the_year(elapsed_percent(plan, today), figures, red, user.sees_own_unit_only),
        "red": [(task, sentence(task, today)) for task in red],
        "red_numbers": answers.numbers(red),
        "groups": [(each, heading(each.group), by_group[each.group.pk]) for each in figures.groups],
        "curve": curve(plan, _counted(tasks), today),
        "to_close": [task for task in tasks if _may_close(user, task)],
    }


def _may_close(user: Any, task: Task) -> bool:
    return bool(task.state == State.CLOSING and user.has_perm("tasks.close_task", task))


def _live_milestones() -> Prefetch:
    return Prefetch("milestones", Milestone.objects.live().only("task", "weight", "due_on", "done_on", "date_basis"))


def _counted(tasks: list[Any]) -> list[Milestone]:
    """The milestones that make up progress, each with its task."""
    moving = (task for task in tasks if task.state != State.CANCELLED)
    return [milestone for task in moving for milestone in task.milestones.all()]


def _ahead(plan: Plan, user: Any) -> dict[str, Any]:
    """What comes next, with the days until then, and how much has no date yet."""
    today = portal_today()
    milestones = Milestone.objects.visible_to(user).filter(task__plan=plan)
    upcoming = milestones.due_within(today, DAYS_AHEAD).select_related("task__plan")
    upcoming = upcoming.only("title", "due_on", *NAMED)
    return {
        "until": today + timedelta(days=DAYS_AHEAD),
        "upcoming": [(milestone, (milestone.due_on - today).days) for milestone in upcoming],
        "undated": milestones.undated().count(),
    }


def _waiting(plan: Plan, user: Any) -> dict[str, Any]:
    """The drafts the user would go on with, and the latest reports."""
    reports = Report.objects.visible_to(user).filter(task__plan=plan)
    reports = reports.select_related("task__plan", "department").only(*REPORTED, *NAMED)
    return {"drafts": list(reports.to_go_on_with(user)), "latest": reports.submitted()[:LATEST]}
