"""我的任务: what the own unit has begun to write, and everything it has to do with."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from tasks.models import Plan, Report
from tasks.views import answers
from tasks.views.current import current_plan, plan_choices
from tasks.views.unit_tasks import latest_reports, unit_tasks


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """An account without a unit, as leaders have, is told where all tasks are."""
    user: Any = request.user
    plan, unit = current_plan(request), user.department
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan), "unit": unit}
    if plan is not None and unit is not None:
        rows = unit_tasks(unit, plan, user, portal_today())
        drafts, last = _drafts(plan, user), latest_reports(unit, plan, user)
        context |= {"rows": [(row, last.get(row.task.pk)) for row in rows], "drafts": drafts}
        context["answer"] = answers.of_a_unit(rows, len(drafts))
    return render(request, "tasks/mine.html", context)


def _drafts(plan: Plan, user: Any) -> list[tuple[Report, bool]]:
    """The latest first, each with whether its task still takes reports."""
    drafts = Report.objects.visible_to(user).to_go_on_with(user).filter(task__plan=plan).order_by("-updated_at", "-id")
    drafts = drafts.select_related("task__plan", "department", "author").defer("task__text", "task__plan__text")
    return [(draft, draft.task.takes_reports) for draft in drafts]
