"""The report an address names, for those who write it."""

from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tasks.actions.refusals import IllegalNow
from tasks.actions.reports import require_author, require_move
from tasks.models import Report


def report_to_write(request: HttpRequest, pk: int) -> Report:
    """A report of a period: 404 where it is not visible, as others' drafts, 403 where somebody else writes it."""
    named = ("task__plan", "period", "department", "author", "reviewer__department")
    reports = Report.objects.visible_to(request.user).filter(period__isnull=False)
    reports = reports.with_coordinator().select_related(*named)
    report: Report = get_object_or_404(reports.defer("task__text", "task__plan__text"), pk=pk)
    require_author(report, request.user)
    return report


def refused_now(request: HttpRequest, report: Report, move: str) -> bool:
    """Whether there is nothing to show a form for; the reader is told why on the page he is led to."""
    try:
        require_move(report, move)
    except IllegalNow as refusal:
        messages.warning(request, str(refusal.reason))
        return True
    return False
