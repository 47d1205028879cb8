"""One report of a period to read: its words, files and state, what the unit said in other periods; and its review."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from tasks.actions import review
from tasks.actions.reports import may_write
from tasks.forms.review import ReturnForm, ReviewForm
from tasks.models import Evidence, Report, Task
from tasks.views.adding import Addition
from tasks.views.reviewed import says_the_same
from tasks.workflow import REPORT_MOVES


def visible_report(request: HttpRequest, pk: int) -> Report:
    """One of a period, or 404 where the user may not read it."""
    reports = Report.objects.visible_to(request.user).filter(period__isnull=False).with_said_before()
    related = reports.select_related("department", "task__plan", "period__plan", "author__department", "reviewer")
    return get_object_or_404(related.defer("task__plan__text", "period__plan__text"), pk=pk)


@require_safe
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    report, today = visible_report(request, pk), portal_today()
    context = {
        "report": report,
        "task": report.task,
        "sees_task": Task.objects.visible_to(request.user).filter(pk=report.task_id).exists(),
        "files": Evidence.objects.visible_to(request.user).filter(report=report),
        "others": _others(report, request.user),
        "is_overdue": report.is_overdue(today),
        "says_the_same": says_the_same(report),
        "is_own": report.author_id == request.user.pk,
    }
    return render(request, "tasks/review/report.html", context | _offers(report, request.user))


def _others(report: Report, user: Any) -> Any:
    """Of the same unit and task, in other periods, the newest first."""
    same = Report.objects.visible_to(user).filter(task=report.task_id, department=report.department_id)
    others = same.filter(period__isnull=False).exclude(pk=report.pk).order_by("-period__starts_on")
    return others.select_related("period")


def _offers(report: Report, user: Any) -> dict[str, bool]:
    """What may be done now: the buttons."""
    reviews, mine = review.available_reviews(report, user), may_write(report, user)
    writable = mine and report.period.is_open and report.task.takes_reports  # type: ignore[union-attr]
    return {
        "may_accept": "accept" in reviews,
        "may_return": "return" in reviews,
        "may_edit": writable and report.state in REPORT_MOVES["save"].sources,
        "may_withdraw": writable and report.state in REPORT_MOVES["withdraw"].sources,
    }


class Review(Addition):
    """Accept it, or return it with a reason; what was typed stays when somebody was quicker."""

    template_name = "tasks/review/one.html"
    name = ""

    def prepare(self, pk: int, **kwargs: Any) -> None:
        self.row = visible_report(self.request, pk)
        self.back = self.row.get_absolute_url()

    def current(self, row: Report) -> dict[str, Any]:
        return {}

    def changed(self, conflict: dict[str, Any]) -> str:
        return review.changed_meanwhile(conflict["current"])

    def context(self) -> dict[str, Any]:
        offered = self.name in review.available_reviews(self.row, self.request.user)
        same = says_the_same(self.row)
        return super().context() | {
            "report": self.row,
            "task": self.row.task,
            "offered": offered,
            "says_the_same": same,
        }


class Accept(Review):
    form_class = ReviewForm
    permission, name = "tasks.accept_report", "accept"
    heading, submit = _("Accept the report"), _("Accept")

    def perform(self, form: Any, version: int) -> str | Promise:
        review.accept(self.row, by=self.request.user, today=portal_today(), version=version)
        return _("The report is accepted.")


class Return(Review):
    form_class = ReturnForm
    permission, name = "tasks.return_report", "return"
    heading, submit = _("Return the report"), _("Return")

    def perform(self, form: Any, version: int) -> str | Promise:
        note = form.cleaned_data["note"]
        review.send_back(self.row, by=self.request.user, today=portal_today(), note=note, version=version)
        return _("The report is returned.")
