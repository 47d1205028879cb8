"""One report of a period: written, kept as a draft, sent."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from departments.clock import portal_today
from tasks.actions import evidence, reports
from tasks.actions.refusals import IllegalNow, Stale
from tasks.forms.reporting import NothingNewForm, ReportingForm, doubt, opening, seconds_since
from tasks.models import Evidence, Report
from tasks.views.acting import FormAction, add_errors
from tasks.views.reporting import before
from tasks.views.reporting.finding import refused_now, report_to_write

KEEPS = ("save", "pull", "remove")  # buttons that keep the text as a draft and come back to the form


class ReportEdit(FormAction):
    """Whatever button is pressed, what was typed is kept: sent, stored as a draft, or shown again with the reason."""

    template_name = "tasks/reporting/edit.html"
    form_class = ReportingForm
    doubt = ""  # pointed out before sending
    files_kept = False

    def prepare(self, pk: int, **kwargs: Any) -> None:
        self.row = report_to_write(self.request, pk)
        self.back = reverse("tasks:mine")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if refused_now(request, self.row, "save"):
            return redirect(self.row.get_absolute_url())
        return super().get(request, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.autosave() if "autosave" in request.POST else super().post(request, **kwargs)

    def current(self, row: Report | None) -> dict[str, Any]:
        return {name: getattr(row, name, "") for name in reports.FIELDS} | {"opened": opening(self.row.pk)}

    # ---- what the buttons do ----

    def perform(self, form: Any, version: int) -> str | Promise:
        try:
            if "pull" in self.request.POST:
                return self.pull(form, version)
            if "remove" in self.request.POST:
                return self.remove(form, version)
            return self.save(form, version) if "save" in self.request.POST else self.send(form, version)
        except Stale as stale:
            if stale.current.is_to_write:
                raise
            told = _t("%(name)s has sent this report meanwhile. What you typed is still below, but is not stored.")
            raise IllegalNow(told % {"name": stale.current.author}) from stale

    def save(self, form: Any, version: int) -> str | Promise:
        self.keep(form, form.values(), version)
        return _("The draft is kept. Only your own unit sees it.")

    def pull(self, form: Any, version: int) -> str | Promise:
        fields = before.pulled(form.values(), self.row, self.request.POST["pull"], self.request.user)
        self.keep(form, fields, version)
        return _("The text has been taken over; the draft is kept.")

    def remove(self, form: Any, version: int) -> str | Promise:
        files = Evidence.objects.visible_to(self.request.user).filter(report=self.row)
        file = next((each for each in files if str(each.pk) == self.request.POST["remove"]), None)
        if file is None:
            raise Http404
        self.keep(form, form.values(), version, without=file)
        return _("The file has been taken away; the draft is kept.")

    def send(self, form: Any, version: int) -> str | Promise:
        user, fields, row = self.request.user, form.values(), self.row
        said = {"by": user, "today": portal_today(), "fields": fields, "version": version, "report": row}
        said["seconds"] = seconds_since(form.cleaned_data["opened"], row.pk)
        try:
            self.look_twice(fields)
            with evidence.with_files(row, form.cleaned_data["files"], by=user):
                reports.submit(row.task, row.department, **said)
        except ValidationError as error:
            self.keep_files(form, version, error)
            raise
        return _("The report has been sent.")

    def look_twice(self, fields: dict[str, str]) -> None:
        """What is missing comes first, then what a reader would wonder about."""
        reports.check_complete(fields)
        self.doubt = "" if "anyway" in self.request.POST else doubt(fields, self.row, self.last())
        if self.doubt:
            raise ValidationError(self.doubt)

    # ---- keeping ----

    def keep(self, form: Any, fields: dict[str, str], version: int, without: Evidence | None = None) -> Report:
        row, user = self.row, self.request.user
        with evidence.with_files(row, form.cleaned_data["files"], by=user, without=without):
            return reports.save_draft(row.task, row.department, by=user, fields=fields, version=version, report=row)

    def keep_files(self, form: Any, version: int, why: ValidationError) -> None:
        """Chosen files do not come back with the page: they are kept with the draft, where they can be."""
        if not form.cleaned_data["files"] or "files" in getattr(why, "error_dict", {}):
            return
        try:
            self.row = self.keep(form, form.values(), version)
        except ValidationError as error:
            add_errors(form, error)
        else:
            form.kept_as(self.row.version)
            self.files_kept = True

    def autosave(self) -> HttpResponse:
        """The script's way to keep a draft: the same action, answered in a few words. Files wait for a button."""
        form = self.form_class(self.request.POST)
        if not form.is_valid():
            return JsonResponse({"told": _t("Not kept: something in the form needs correcting.")}, status=422)
        try:
            row = self.keep(form, form.values(), form.cleaned_data["version"])
        except Stale:
            told = _t("Not kept: somebody else changed this report. Your text stays here; save it to compare both.")
            return JsonResponse({"told": told}, status=409)
        except IllegalNow as refusal:
            return JsonResponse({"told": str(refusal.reason)}, status=409)
        at = timezone.localtime(row.updated_at).strftime("%H:%M")
        return JsonResponse({"version": row.version, "told": _t("Draft kept at %(at)s") % {"at": at}})

    # ---- what the page shows ----

    def done_url(self) -> str:
        return self.request.path if any(name in self.request.POST for name in KEEPS) else self.back

    def conflict(self, form: Form, current: Any) -> dict[str, Any]:
        told = super().conflict(form, current)
        return told | {"rows": [row for row in told["rows"] if row["name"] in reports.FIELDS]}

    def last(self) -> Report | None:
        return before.last_words([self.row], self.request.user).get(self.row.pk)

    def context(self) -> dict[str, Any]:
        row, user = self.row, self.request.user
        others = before.other_units(row, getattr(row, "coordinator", None), user, portal_today())
        return super().context() | {
            "task": row.task,
            "last": self.last(),
            "doubt": self.doubt,
            "files": Evidence.objects.visible_to(user).filter(report=row),
            "files_kept": self.files_kept,
            "files_lost": bool(self.request.FILES) and not self.files_kept,
            "keeps": any(name in self.request.POST for name in KEEPS),
            "said": [other for other in others if other.said],
            "silent": [other for other in others if not other.said],
            "quick": NothingNewForm(initial={"version": row.version, "opened": opening(row.pk)}, auto_id="quick_%s"),
        }
