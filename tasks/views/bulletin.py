"""通报 and 专报 of a period, as Word documents."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tasks.models import ExportKind, ReportingPeriod
from tasks.views.exports import answer


@require_safe
def bulletin(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    return _of_period(request, ExportKind.BULLETIN, plan, pk)


@require_safe
def brief(request: HttpRequest, plan: str, pk: int) -> HttpResponse:
    return _of_period(request, ExportKind.BRIEF, plan, pk)


def _of_period(request: HttpRequest, kind: str, plan: str, pk: int) -> HttpResponse:
    """A period that has not been opened yet has neither."""
    begun = ReportingPeriod.objects.visible_to(request.user).begun().select_related("plan")
    period = get_object_or_404(begun, plan__code=plan, pk=pk)
    return answer(request, kind, period.plan, f"period={period.pk}")
