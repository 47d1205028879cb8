"""工作台: how the year is going, and what waits for the reader."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from metrology_plan.remembering import remembered
from tasks.documents.numerals import heading
from tasks.models import Milestone, Plan, Report, Task
from tasks.querysets.light import Light
from tasks.querysets.prepared import READERS, Given, Prepared, Reader
from tasks.querysets.rollup import rollup
from tasks.reasons import sentence
from tasks.views import answers
from tasks.views.current import current_plan, plan_choices
from tasks.views.dashboard_reports import reporting, waiting_requests
from tasks.views.pictures import blocks, curve, elapsed_percent
from tasks.views.plan_tasks import plan_tasks
from tasks.workflow import State

DAYS_AHEAD = 30
LATEST = 6
STATED = ("task", "title", "due_on", "done_on", "date_basis", "weight", "position")
NAMED = ("task__number", "task__title", "task__plan__code")  # what a list says of a task
REPORTED = ("state", "filled_in", "assessment", "reported_on", "department__code", "department__short_name")


@require_safe
@remembered
def dashboard(request: HttpRequest) -> HttpResponse:
    """Everything over what the user sees; a reporter's figures are those of the own unit."""
    plan = current_plan(request)
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan)}
    if plan is not None:
        user: Any = request.user
        context |= {"days_ahead": DAYS_AHEAD, "own_unit": user.sees_own_unit_only}
        context |= (
            _standing(plan, user, portal_today()) | _reports_of(plan, user) | reporting(plan, user, portal_today())
        )
        context |= waiting_requests(plan, user)
        context["waiting"] = sum(len(context[name]) for name in ("to_close", "drafts", "extensions", "to_review"))
    return render(request, "tasks/dashboard.html", context)


def _standing(plan: Plan, user: Any, today: date) -> dict[str, Any]:
    """Where the tasks stand: the roll-up, the red ones with their reasons, the groups as blocks, the curve."""
    tasks = plan_tasks(plan, user, today)
    milestones = _milestones_of(plan, tasks, user, today)
    figures = rollup(tasks, sorted({task.group for task in tasks}, key=lambda group: group.ordinal))
    by_group = blocks(tasks)
    red = [task for task in tasks if task.light == Light.RED]
    return _ahead(milestones, today) | {
        "figures": figures,
        "answer": answers.of_the_year(elapsed_percent(plan, today), figures, red, user.sees_own_unit_only),
        "red": [(task, sentence(task, today)) for task in red],
        "red_numbers": answers.numbers(red),
        "groups": [(each, heading(each.group), by_group[each.group.pk]) for each in figures.groups],
        "curve": curve(plan, [each for each in milestones if each.task.state != State.CANCELLED], today),
        "to_close": [task for task in tasks if _may_close(user, task)],
    }


def _ahead(milestones: list[Any], today: date) -> dict[str, Any]:
    """What comes next, with the days until then, and how much has no date yet."""
    return {
        "until": today + timedelta(days=DAYS_AHEAD),
        "upcoming": [(each, (each.due_on - today).days) for each in milestones if each.is_ahead],
        "undated": sum(each.is_undated for each in milestones),
    }


def _may_close(user: Any, task: Task) -> bool:
    return bool(task.state == State.CLOSING and user.has_perm("tasks.close_task", task))


def _reports_of(plan: Plan, user: Any) -> dict[str, Any]:
    """The drafts the user would go on with, and the latest reports."""
    reports = _reports(Reader.of(user)).ask(plan=plan.pk)
    drafts = [each for each in reports if each.state == Report.State.DRAFT]
    return {"drafts": drafts, "latest": [each for each in reports if each not in drafts]}


# ---- queries ----


def _milestones_of(plan: Plan, tasks: list[Any], user: Any, today: date) -> list[Any]:
    """The live ones of these tasks, each with its task; one that has come since belongs to none of them."""
    by_key = {task.pk: task for task in tasks}
    asked = _milestones(Reader.of(user), today).ask(plan=plan.pk)
    milestones = [each for each in asked if each.task_id in by_key]
    for milestone in milestones:
        milestone.task = by_key[milestone.task_id]
    return milestones


@lru_cache(maxsize=READERS)
def _milestones(reader: Reader, today: date) -> Prepared:
    milestones = Milestone.objects.visible_to(reader).filter(task__plan=Given("plan")).live()
    return Prepared(milestones.with_standing(today, DAYS_AHEAD).by_day().only(*STATED))


@lru_cache(maxsize=READERS)
def _reports(reader: Reader) -> Prepared:
    """The drafts, and the latest of those that were sent."""
    seen = Report.objects.visible_to(reader).filter(task__plan=Given("plan"))
    wanted = seen.to_go_on_with(reader).order_by().values("pk").union(seen.submitted().values("pk")[:LATEST], all=True)
    reports = Report.objects.filter(pk__in=wanted).select_related("task__plan", "department")
    return Prepared(reports.only(*REPORTED, *NAMED))
