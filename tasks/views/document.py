"""原文: the published text, whole for everyone; marks, lights and figures only on what the reader sees."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from metrology_plan.remembering import remembered
from tasks.views.current import current_plan, plan_choices
from tasks.views.document_page import page


@require_safe
@remembered
def document(request: HttpRequest) -> HttpResponse:
    """`?uncovered=1` marks the sentences that belong to no milestone."""
    plan, user = current_plan(request), _user(request)
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan)}
    if plan is not None:
        context |= {"own_unit": user.sees_own_unit_only}
        context |= page(plan, user, portal_today(), request.GET.get("uncovered") == "1")
    return render(request, "tasks/document.html", context)


def _user(request: Any) -> Any:
    return request.user
