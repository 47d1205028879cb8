"""A document beside what was read in it: what is unsure, what prevents storing, what storing would change."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View

from departments.clock import portal_today
from tasks.actions import imports
from tasks.actions.imports import Draft
from tasks.actions.refusals import IllegalNow, Stale, require
from tasks.forms.fields import VersionedForm
from tasks.models import ImportState, Plan, PlanImport
from tasks.views.imports.edit import OfImport, visible_import
from tasks.views.imports.shown import page_of, pointed


class ImportPage(View):
    """GET shows it, POST stores it: all or nothing."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(visible_import(request, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = visible_import(request, pk)
        require(request.user, "tasks.store_planimport", row)
        form = VersionedForm(request.POST)
        if not form.is_valid():
            return self.page(row, 422, refused=_t("Nothing has been stored. Look at it again, then confirm."))
        is_new = Draft(row).plan is None
        try:
            plan = self.stored(row, form.cleaned_data["version"])
        except ValidationError as error:
            return self.page(row, 422, refused=_prevented(len(error.messages)))
        except (Stale, IllegalNow) as refusal:
            row.refresh_from_db()
            return self.page(row, 409, refused=_refused(refusal))
        return self.led_on(plan, is_new)

    def stored(self, row: PlanImport, version: int) -> Plan:
        """`seen`: the plan as it was compared with."""
        seen = self.request.POST.get("seen", "")
        return imports.store(row, by=self.request.user, today=portal_today(), version=version, seen=seen)

    def page(self, row: PlanImport, status: int = 200, **more: Any) -> HttpResponse:
        """What has been stored or dropped is shown as it was, and compared with nothing."""
        draft = Draft(row)
        is_open = row.state == ImportState.OPEN
        compared = draft.comparison if is_open else None
        told = {"imported": row, "draft": draft, "is_open": is_open, "comparison": compared}
        told |= page_of(draft) | (pointed(draft) if is_open else {}) | more
        return render(self.request, "tasks/imports/page.html", told, status=status)

    def led_on(self, plan: Plan, is_new: bool) -> HttpResponse:
        """A new plan wants its dates first."""
        if not is_new:
            messages.success(self.request, _t("The plan has been brought up to date."))
            return redirect("tasks:plan", plan.code)
        n = plan.tasks.count()
        messages.success(
            self.request,
            ngettext("%d task has been stored. Next: the dates.", "%d tasks have been stored. Next: the dates.", n)
            % n,
        )
        return redirect("tasks:plan_dates", plan.code)


def _prevented(n: int) -> str:
    told = ngettext(
        "%d thing prevents storing; nothing was stored.", "%d things prevent storing; nothing was stored.", n
    )
    return told % n


def _refused(refusal: Stale | IllegalNow) -> str:
    if isinstance(refusal, IllegalNow):
        return str(refusal.reason)
    return _t("Somebody changed it meanwhile. Nothing has been stored; below is how it stands now.")


class ImportDrop(OfImport):
    template_name = "tasks/imports/drop.html"
    form_class = VersionedForm
    heading, submit = _("Drop this import"), _("Drop it")

    def part(self, draft: Draft) -> Any:
        return None

    def current(self, row: PlanImport) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int) -> str | Promise:
        imports.drop(self.row, by=self.request.user, version=version)
        self.back = reverse("tasks:import_add")
        return _("The import has been dropped. Nothing was stored.")
