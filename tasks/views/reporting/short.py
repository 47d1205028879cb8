"""The two short ways: nothing new in this period, and taking a sent report back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.clock import portal_today
from tasks.actions import reports
from tasks.actions.refusals import IllegalNow
from tasks.forms.fields import VersionedForm
from tasks.forms.reporting import NothingNewForm, opening, seconds_since
from tasks.models import Report
from tasks.views.adding import Addition
from tasks.views.reporting.finding import refused_now, report_to_write


class ShortForm(Addition):
    """About one report of a period; where the step is not possible now, its page says why."""

    template_name = "tasks/reporting/short.html"
    move = ""

    def prepare(self, pk: int, **kwargs: Any) -> None:
        self.row = report_to_write(self.request, pk)
        self.back = self.row.get_absolute_url()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if refused_now(request, self.row, self.move):
            return redirect(self.row.get_absolute_url())
        return super().get(request, **kwargs)

    def changed(self, conflict: dict[str, Any]) -> str:
        """Why it cannot be done any more, where it cannot; that weighs more than who was quicker."""
        try:
            reports.require_move(conflict["current"], self.move)
        except IllegalNow as refusal:
            self.intro = ""
            return str(refusal.reason)
        return super().changed(conflict)

    def context(self) -> dict[str, Any]:
        return super().context() | {"task": self.row.task}


class NothingNew(ShortForm):
    form_class = NothingNewForm
    move = "submit"
    heading = _("Nothing new in this period")
    submit = _("Nothing new: send it")
    intro = _("One line of reason is enough; your last assessment stands.")

    def prepare(self, pk: int, **kwargs: Any) -> None:
        super().prepare(pk, **kwargs)
        self.back = reverse("tasks:report_edit", args=[pk])

    def current(self, row: Report | None) -> dict[str, Any]:
        return {"reason": "", "opened": opening(self.row.pk)}

    def perform(self, form: Any, version: int) -> str | Promise:
        reason, opened = form.cleaned_data["reason"], form.cleaned_data["opened"]
        said: dict[str, Any] = {"by": self.request.user, "today": portal_today(), "reason": reason}
        said["seconds"] = seconds_since(opened, self.row.pk)
        reports.report_nothing_new(self.row, version=version, **said)
        return _("The report has been sent: nothing new in this period.")

    def done_url(self) -> str:
        return reverse("tasks:mine")


class Withdraw(ShortForm):
    form_class = VersionedForm
    permission = "tasks.withdraw_report"
    move = "withdraw"
    heading = _("Withdraw the report")
    submit = _("Withdraw")
    intro = _("Nobody has reviewed it yet: its text becomes a draft again, which only your own unit sees.")

    def current(self, row: Report | None) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int) -> str | Promise:
        reports.withdraw(self.row, by=self.request.user, version=version)
        return _("The report has been withdrawn and is a draft again.")

    def done_url(self) -> str:
        return reverse("tasks:report_edit", args=[self.row.pk])
