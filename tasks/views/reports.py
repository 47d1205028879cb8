"""Reporting on a task: a draft that is kept, and its submission."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.clock import portal_today
from departments.models import Department
from tasks.actions import reports as actions
from tasks.forms.work import ReportForm
from tasks.models import Report
from tasks.views.acting import FormAction, visible_task
from tasks.views.codes import Code


class ReportView(FormAction):
    """One page for one unit's word on one task; `?unit=<code>` where the user writes for more than one."""

    template_name = "tasks/report.html"
    form_class = ReportForm
    permission = "tasks.report_task"

    def prepare(self, code: Code, **kwargs: Any) -> None:
        self.task = self.subject = visible_task(self.request, code)
        self.units = list(actions.units_to_report_for(self.task, self.request.user))
        self.unit = self._unit()
        self.row = actions.draft_for(self.task, self.unit, self.request.user)
        self.back = self.task.get_absolute_url()

    def _unit(self) -> Department:
        """The one asked for, else the own one, else the first; none at all is not allowed."""
        asked = self.request.GET.get("unit", "").replace("\x00", "?")  # PostgreSQL cannot look for a NUL
        if asked:
            unit = get_object_or_404(Department, code=asked)
            if unit not in self.units:
                raise PermissionDenied
            return unit
        if not self.units:
            raise PermissionDenied
        user: Any = self.request.user
        own = [unit for unit in self.units if unit.pk == user.department_id]
        return (own or self.units)[0]

    def current(self, row: Report | None) -> dict[str, Any]:
        return {name: getattr(row, name, "") for name in actions.FIELDS}

    def perform(self, form: Any, version: int) -> str | Promise:
        asked: dict[str, Any] = {"by": self.request.user, "fields": form.values(), "version": version}
        if "save" in self.request.POST:
            actions.save_draft(self.task, self.unit, **asked)
            return _("The draft is kept. Only your own unit sees it.")
        actions.submit(self.task, self.unit, today=portal_today(), **asked)
        return _("The report has been sent.")

    def done_url(self) -> str:
        if "save" in self.request.POST:
            return self.request.get_full_path()
        return self.back

    def context(self) -> dict[str, Any]:
        last = Report.objects.submitted().filter(task=self.task, department=self.unit).first()
        words = {"task": self.task, "unit": self.unit, "units": self.units, "last": last, "owed": self.owed()}
        return super().context() | words

    def owed(self) -> Report | None:
        """What the unit owes for a period, which this update does not answer."""
        owed = Report.objects.visible_to(self.request.user).owed().select_related("period")
        return owed.filter(task=self.task, department=self.unit).order_by("period__due_on").first()
