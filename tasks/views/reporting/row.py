"""One of the reports on the page of all that are owed: its fields, and what became of it when they were sent."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from tasks.actions import reports
from tasks.actions.refusals import IllegalNow, Stale
from tasks.forms.reporting import OneOfAllForm, doubt
from tasks.models import Report
from tasks.views.acting import add_errors


@dataclass
class Row:
    """`status` is 0 until the row needs its writer's attention; `now` is what somebody else stored meanwhile."""

    report: Report
    form: OneOfAllForm
    last: Report | None
    status: int = 0
    told: str = ""
    doubt: str = ""
    is_blank: bool = False
    is_done: bool = False
    now: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, report: Report, last: Report | None, data: Any = None) -> "Row":
        stored = {name: getattr(report, name) for name in reports.FIELDS}
        initial = stored | {"version": report.version}
        return cls(report, OneOfAllForm(data, prefix=f"r{report.pk}", initial=initial), last)

    def settle(self, *, save: bool, by: Any, today: date, seconds: int | None = None) -> None:
        """Keep or send this one; whatever refuses it, the others go their way."""
        if not self.form.is_valid():
            self.status = 422
        elif self.is_untouched(save):
            self.is_blank = not save
        else:
            self._try(save, by, today, seconds)

    def is_untouched(self, save: bool) -> bool:
        """Nothing typed. What is stored already and unchanged need not be kept again, but can be sent."""
        data, typed = self.form.cleaned_data, self.form.values()
        same = all(typed[name] == getattr(self.report, name) for name in reports.FIELDS)
        return not (data["no_news"] or data["reason"]) and same and (save or not any(typed.values()))

    def _try(self, save: bool, by: Any, today: date, seconds: int | None) -> None:
        try:
            self._keep(by) if save else self._send(by, today, seconds)
        except ValidationError as error:
            self.status = 422
            add_errors(self.form, error)
        except Stale as stale:
            self._changed(stale.current)
        except IllegalNow as refusal:
            self.status, self.told = 409, str(refusal.reason)
        except PermissionDenied:
            self.status, self.told = 409, _("The unit has taken this report over meanwhile.")

    def _keep(self, by: Any) -> None:
        """A reason given for nothing new stands in the draft as its text."""
        version, fields, report = self.form.cleaned_data["version"], self.form.values(), self.report
        fields["progress_text"] = fields["progress_text"] or self.form.cleaned_data["reason"]
        reports.save_draft(report.task, report.department, by=by, fields=fields, version=version, report=report)
        self.is_done = True

    def _send(self, by: Any, today: date, seconds: int | None) -> None:
        data, fields, report = self.form.cleaned_data, self.form.values(), self.report
        said: dict[str, Any] = {"by": by, "today": today, "version": data["version"], "seconds": seconds}
        if data["no_news"]:
            reports.report_nothing_new(report, reason=data["reason"], **said)
        else:
            reports.check_complete(fields)
            self.doubt = "" if data["anyway"] else doubt(fields, report, self.last)
            if self.doubt:
                self.status = 422
                return
            reports.submit(report.task, report.department, fields=fields, report=report, **said)
        self.is_done = True

    def _changed(self, current: Report) -> None:
        """The typed text stays in its fields, the stored text stands beside it; sending again is knowing both."""
        self.status, self.now = 409, []
        if not current.is_to_write:
            self.told = _("%(name)s has sent this report meanwhile.") % {"name": current.author}
            return
        self.told = _("%(name)s has changed this report meanwhile. Below your text stands what is stored now.")
        self.told %= {"name": current.author}
        typed = self.form.values()
        labels = {name: str(self.form.fields[name].label) for name in reports.FIELDS}
        stored = {name: getattr(current, name) for name in reports.FIELDS}
        stored["assessment"] = current.get_assessment_display()
        differing = (name for name in reports.FIELDS if typed[name] != getattr(current, name))
        self.now = [(labels[name], stored[name]) for name in differing]
        self.form.kept_as(current.version)
