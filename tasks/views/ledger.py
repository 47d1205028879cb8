"""任务台账: every task the reader sees, narrowed by filters, as a page and as files with the very same rows."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url
from django_htmx.middleware import HtmxDetails

from departments.clock import portal_today
from metrology_plan.remembering import remembered
from tasks.filters import TaskFilter
from tasks.models import ExportKind, Plan, Task
from tasks.views import exports
from tasks.views.current import current_plan, plan_choices
from tasks.views.ledger_page import address, page

FILES = {"xlsx": ExportKind.LEDGER_XLSX, "csv": ExportKind.LEDGER_CSV}


class Request(HttpRequest):
    """A request as our middleware leaves it."""

    htmx: HtmxDetails
    user: Any


@require_safe
@remembered
def ledger(request: Request) -> HttpResponse:
    plan = _plan(request)
    listed = _listed(request, plan)
    if request.htmx and not listed.is_valid():  # htmx shows no refusals: let the browser ask again, for the whole page
        return HttpResponseClientRedirect(address(listed))
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan), "listed": listed}
    context |= {"own_unit": request.user.sees_own_unit_only}
    if plan is not None and listed.is_valid():
        context |= page(_tasks(listed), plan, listed, portal_today())
    answer = render(request, "tasks/ledger.html", context, status=200 if listed.is_valid() else 400)
    return push_url(answer, address(listed)) if request.htmx else answer


@require_safe
def ledger_download(request: Request, kind: str) -> HttpResponse:
    plan = _plan(request)
    if plan is not None:
        return exports.answer(request, FILES[kind], plan)
    if problems := _listed(request, plan).problems():
        return exports.refused(ValidationError({problem.field: problem.message for problem in problems}))
    raise Http404


def _plan(request: Request) -> Plan | None:
    """A code that names no plan is for the filter to refuse, with the codes there are."""
    try:
        return current_plan(request)
    except Http404:
        return None


def _listed(request: Request, plan: Plan | None) -> TaskFilter:
    seen = Task.objects.with_light(portal_today()).visible_to(request.user).filter(plan=plan)
    return TaskFilter(request.GET, seen, request=request, plan=plan)


def _tasks(listed: TaskFilter) -> Any:
    return listed.qs.select_related("group").defer("plan__text")
