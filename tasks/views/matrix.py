"""责任矩阵: who has reported and who has not, as a page and as CSV with the very same rows."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from metrology_plan.remembering import remembered
from tasks.exports.matrix_csv import matrix_csv as export
from tasks.models import Plan, ReportingPeriod
from tasks.querysets.board import SHOWN
from tasks.views.current import current_plan, plan_choices
from tasks.views.matrix_page import Matrix, page


@require_safe
@remembered
def matrix(request: HttpRequest) -> HttpResponse:
    """Planners and leaders see all units; a reporter the own one, and the others of tasks it co-ordinates."""
    user: Any = request.user
    plan = current_plan(request)
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan)}
    found = _asked_for(request, plan)
    if found is not None:
        context |= page(found) | {"own_unit": user.sees_own_unit_only, "may_remind": found.may_remind}
    return render(request, "tasks/matrix.html", context)


@require_safe
def matrix_csv(request: HttpRequest) -> HttpResponse:
    found = _asked_for(request, current_plan(request))
    if found is None:
        raise Http404
    name = _("metrology-matrix-%(plan)s-%(period)s-%(day)s.csv")
    words = {"plan": found.plan.code, "period": found.period.label, "day": found.today.isoformat()}
    headers = {"Content-Disposition": content_disposition_header(True, name % words) or ""}
    return HttpResponse(export(found), "text/csv; charset=utf-8", headers=headers)


def _asked_for(request: HttpRequest, plan: Plan | None) -> Matrix | None:
    """None only where no plan is in force or it has no periods; what names none of the plan's is a 404."""
    if plan is None:
        return None
    periods = list(ReportingPeriod.objects.visible_to(request.user).filter(plan=plan).foremost_first())
    if not periods:
        return None
    key, state = request.GET.get("period", ""), request.GET.get("state", "")
    chosen = periods[:1] if not key else [each for each in periods if str(each.pk) == key]
    if not chosen or state not in ("", *SHOWN):
        raise Http404
    in_order = sorted(periods, key=lambda each: each.starts_on)
    return Matrix(plan, in_order, chosen[0], request.user, portal_today(), state)
