"""A plan's reporting periods: how they stand, opening, closing, their dates, and the burden they are."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from departments.models import CalendarDay
from tasks.actions import planning
from tasks.actions.periods import close_period, open_period
from tasks.actions.refusals import require
from tasks.forms.fields import VersionedForm
from tasks.forms.planning import PeriodForm
from tasks.models import Plan, ReportingPeriod
from tasks.querysets.asking import to_ask
from tasks.querysets.burden import burdens
from tasks.querysets.matrix import Tally, cells, tallies
from tasks.rhythm import Span, spans
from tasks.views.acting import FormAction
from tasks.views.matrix_page import address
from tasks.views.plans import OfPlan

NO_TALLY = Tally(0, 0, 0)


@require_safe
def period_list(request: HttpRequest, plan: str) -> HttpResponse:
    """With what each has asked for and got, and what it cost those who wrote."""
    found = get_object_or_404(Plan.objects.visible_to(request.user).defer("text"), code=plan)
    require(request.user, "tasks.view_reportingperiod")
    periods = list(ReportingPeriod.objects.visible_to(request.user).filter(plan=found).order_by("starts_on"))
    counted, burden = tallies(periods, request.user, portal_today()), burdens(periods)
    by_calendar = _by_calendar(periods)
    rows = [
        (each, counted.get(each.pk, NO_TALLY), burden.get(each.pk), by_calendar.get(each.pk), address(found, each))
        for each in periods
    ]
    return render(request, "tasks/periods.html", {"plan": found, "rows": rows})


def _by_calendar(periods: list[ReportingPeriod]) -> dict[int, Any]:
    """The due date that the working calendar gives, where it is another than the one that is set."""
    spanned = {each: Span(each.starts_on, each.ends_on) for each in periods if each.state != each.State.CLOSED}
    nominal = {each: span.nominal_due_on for each, span in spanned.items() if span.is_regular}
    worked = CalendarDay.objects.next_working_each(set(nominal.values()))
    return {each.pk: worked[day] for each, day in nominal.items() if worked[day] != each.due_on}


def page_of(plan: Plan) -> str:
    return reverse("tasks:periods", args=[plan.code])


class PeriodAdd(OfPlan):
    form_class = PeriodForm
    permission = "tasks.add_reportingperiod"
    heading, submit = gettext_lazy("Add a period"), gettext_lazy("Add")

    def prepare(self, plan: str, **kwargs: Any) -> None:
        super().prepare(plan)
        self.back = page_of(self.plan)

    def current(self, row: ReportingPeriod | None) -> dict[str, Any]:
        """The first span of the plan's rhythm in which there is no period yet."""
        taken = list(self.plan.periods.all())
        for span in spans(self.plan.year, self.plan.report_every):
            if not any(one.starts_on <= span.ends_on and span.starts_on <= one.ends_on for one in taken):
                due_on = CalendarDay.objects.next_working(span.nominal_due_on)
                return {"starts_on": span.starts_on, "ends_on": span.ends_on, "due_on": due_on}
        return {}

    def perform(self, form: Any, version: int) -> str | Promise:
        period = planning.create(ReportingPeriod(plan=self.plan, **form.values()), by=self.request.user)
        return _("%(period)s has been added.") % {"period": period.label}


class OfPeriod(FormAction):
    """A form about one period of a visible plan."""

    def prepare(self, plan: str, pk: int, **kwargs: Any) -> None:
        periods = ReportingPeriod.objects.visible_to(self.request.user).select_related("plan")
        self.row = get_object_or_404(periods, plan__code=plan, pk=pk)
        self.back = page_of(self.row.plan)

    def context(self) -> dict[str, Any]:
        return super().context() | {"plan": self.row.plan, "period": self.row}


class PeriodEdit(OfPeriod):
    form_class = PeriodForm
    permission = "tasks.change_reportingperiod"
    heading, submit = gettext_lazy("Change the dates"), gettext_lazy("Save")

    def prepare(self, plan: str, pk: int, **kwargs: Any) -> None:
        super().prepare(plan, pk)
        if self.row.state == self.row.State.CLOSED:
            self.intro = _("%(period)s has been closed; its dates stay.") % {"period": self.row.label}

    def form_kwargs(self) -> dict[str, Any]:
        return {"instance": ReportingPeriod.objects.get(pk=self.row.pk)}

    def current(self, row: ReportingPeriod) -> dict[str, Any]:
        return {name: getattr(row, name) for name in PeriodForm.Meta.fields}

    def perform(self, form: Any, version: int) -> str | Promise:
        planning.change(self.row, by=self.request.user, version=version, **form.values())
        return _("The dates have been saved.")


class Step(OfPeriod):
    """Opening or closing: a page that says what will happen, and one button."""

    form_class = VersionedForm
    source = ""  # the state it begins in

    def current(self, row: ReportingPeriod) -> dict[str, Any]:
        return {}

    def conflict(self, form: Any, current: ReportingPeriod) -> dict[str, Any]:
        """Nothing has been typed: the page is shown anew, with a word on what has happened meanwhile."""
        self.row = current
        form.data = form.data.copy() | {"version": str(current.version)}
        form.add_error(None, self.too_late if not self.possible else _("Somebody has changed it meanwhile."))
        return {}

    @property
    def possible(self) -> bool:
        return bool(self.row.state == self.source)

    @property
    def too_late(self) -> str:
        """Why it cannot be done, where it cannot."""
        words = {"period": self.row.label}
        if self.row.state == self.row.State.PLANNED:
            return _("%(period)s has not been opened yet.") % words
        if self.row.state == self.row.State.CLOSED:
            return _("%(period)s has been closed already.") % words
        return _("%(period)s has been opened already.") % words

    def context(self) -> dict[str, Any]:
        return super().context() | {"possible": self.possible, "too_late": self.too_late}


class PeriodOpen(Step):
    template_name = "tasks/periods/open.html"
    permission = "tasks.open_reportingperiod"
    source = ReportingPeriod.State.PLANNED
    heading, submit = gettext_lazy("Open the period"), gettext_lazy("Open the period")

    def perform(self, form: Any, version: int) -> str | Promise:
        period = open_period(self.row, by=self.request.user, today=portal_today(), version=version)
        self.back = address(period.plan, period)
        words = {"period": period.label, "n": period.reports.count()}
        return _("%(period)s is open: %(n)s reports have been asked for.") % words

    def context(self) -> dict[str, Any]:
        return super().context() | {"asked": to_ask(self.row.plan) if self.possible else None}


class PeriodClose(Step):
    template_name = "tasks/periods/close.html"
    permission = "tasks.close_reportingperiod"
    source = ReportingPeriod.State.OPEN
    heading, submit = gettext_lazy("Close the period"), gettext_lazy("Close it for good")

    def perform(self, form: Any, version: int) -> str | Promise:
        period = close_period(self.row, by=self.request.user, today=portal_today(), version=version)
        self.back = address(period.plan, period)
        return _("%(period)s is closed. What was reported in it, and the lights of its tasks, stay.") % {
            "period": period.label
        }

    def context(self) -> dict[str, Any]:
        found = cells([self.row], self.request.user, portal_today())
        to_review = sum(cell.state == "submitted" for cell in found)
        return super().context() | {"tally": Tally.of(found), "to_review": to_review}
