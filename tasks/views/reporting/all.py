"""Every report the unit owes on one page, sent with one button; each succeeds or is refused by itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext, pgettext
from django.views import View

from departments.clock import portal_today
from tasks.actions.refusals import require
from tasks.forms.reporting import opening, seconds_since
from tasks.models import Report
from tasks.views.current import current_plan
from tasks.views.reporting.before import last_words
from tasks.views.reporting.row import Row


class ReportAll(View):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require(request.user, "tasks.report_task")
        self.plan = current_plan(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.rows(self.own().owed()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """What was on the page when it was sent is settled, also what is not owed any more: no text gets lost."""
        keys = [int(key) for key in request.POST.getlist("row") if key.isascii() and key.isdigit() and len(key) < 19]
        rows = self.rows(self.own().filter(pk__in=keys), request.POST)
        save = "save" in request.POST
        seconds = seconds_since(request.POST.get("opened", ""), 0)
        each = seconds // len(rows) if rows and seconds is not None else None
        for row in rows:
            row.settle(save=save, by=request.user, today=portal_today(), seconds=each)
        return self.told(rows, save)

    def own(self) -> Any:
        """The unit's own reports of the plan's periods; what is filled in for others has pages of its own."""
        user: Any = self.request.user
        reports = Report.objects.visible_to(user).filter(
            period__isnull=False, department=user.department_id, task__plan=self.plan
        )
        reports = reports.select_related("task__plan", "period", "department", "author", "reviewer")
        return reports.defer("task__text", "task__plan__text").order_by("period__due_on", "task__number")

    def rows(self, reports: Any, data: Any = None) -> list[Row]:
        found = sorted(reports, key=lambda report: report.state != Report.State.RETURNED)
        last = last_words(found, self.request.user)
        return [Row.of(report, last.get(report.pk), data) for report in found]

    def told(self, rows: list[Row], save: bool) -> HttpResponse:
        done, blank = [row for row in rows if row.is_done], [row for row in rows if row.is_blank]
        if done:
            messages.success(self.request, _kept(len(done)) if save else _sent(len(done)))
        status = max((row.status for row in rows), default=0) or (422 if blank and not done else 0)
        if status:
            return self.page([row for row in rows if not row.is_done], status)
        if blank:
            messages.info(self.request, _not_filled_in(blank))
        return redirect(self.request.get_full_path() if save or blank else reverse("tasks:mine"))

    def page(self, rows: list[Row], status: int = 200) -> HttpResponse:
        context = {
            "rows": rows,
            "plan": self.plan,
            "opened": self.request.POST.get("opened") or opening(0),
            "refused": sum(row.status > 0 for row in rows),
            "nothing_typed": bool(rows) and all(row.is_blank for row in rows),
        }
        return render(self.request, "tasks/reporting/all.html", context, status=status)


def _sent(n: int) -> str:
    return ngettext("%d report sent.", "%d reports sent.", n) % n


def _kept(n: int) -> str:
    return ngettext("%d draft kept.", "%d drafts kept.", n) % n


def _not_filled_in(rows: list[Row]) -> str:
    told = ngettext(
        "%(n)d not filled in and left as it is: %(tasks)s.",
        "%(n)d not filled in and left as they are: %(tasks)s.",
        len(rows),
    )
    return told % {
        "n": len(rows),
        "tasks": pgettext("between numbers", ", ").join(str(row.report.task) for row in rows),
    }
