"""All milestones' dates of a plan on one page: the first thing a planner does with a new plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tasks.actions import planning
from tasks.actions.refusals import Stale
from tasks.forms.planning import DateForm
from tasks.models import Milestone
from tasks.views.plans import OfPlan
from tasks.workflow import BEFORE_CLOSED


class Line(DateForm):
    """A milestone and its date as typed. `stale`: it has another version than the page that was sent."""

    def __init__(self, milestone: Milestone, data: QueryDict | None = None, *, anew: bool = False) -> None:
        self.milestone = milestone
        self.own = milestone.due_on if milestone.has_own_date else None
        self.stale = False
        name = f"m{milestone.pk}-version"
        if data is not None and anew and data.get(name) != str(milestone.version):
            data = data.copy()
            data[name] = str(milestone.version)
            data.pop(f"m{milestone.pk}-seen", None)
            self.stale = True
        known = data if data is not None and name in data else None
        initial = {"due_on": self.own, "version": milestone.version}
        super().__init__(known, prefix=f"m{milestone.pk}", initial=initial)

    @property
    def is_undated(self) -> bool:
        """As the dashboard counts them: still to be done, and without a date of its own."""
        row = self.milestone
        return self.own is None and row.state == "open" and row.task.state in BEFORE_CLOSED

    @property
    def seen(self) -> str:
        """The date that stood in the field when the page was opened."""
        now = self.own.isoformat() if self.own else ""
        return str(self.data.get(self.add_prefix("seen"), now))

    @property
    def is_touched(self) -> bool:
        """A line left as it was asks for nothing, whatever somebody else has set meanwhile."""
        return self.add_prefix("seen") not in self.data or self.seen != self.data.get(self.add_prefix("due_on"))

    @property
    def changed_meanwhile(self) -> bool:
        """Somebody else changed it since the page was opened, and to something else than what is typed here."""
        return self.stale and self.is_valid() and self.cleaned_data["due_on"] != self.own

    def new_date(self) -> planning.NewDate:
        return planning.NewDate(self.milestone.pk, self.cleaned_data["version"], self.cleaned_data["due_on"])


class Dates(OfPlan):
    """Lines that nobody changed are left alone; of the others all are stored, or none."""

    template_name = "tasks/dates.html"
    permission = "tasks.change_milestone"
    heading, submit = _("Set the dates"), _("Save the dates")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page_of(self.lines())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        lines = self.lines(request.POST)
        sent = [line for line in lines if line.is_bound]
        valid = [line.is_valid() for line in sent]  # each line says what is wrong with it
        if not all(valid):
            return self.page_of(lines, status=422)
        try:
            touched = [line.new_date() for line in sent if line.is_touched]
            changed = planning.set_dates(self.plan, touched, by=request.user)
        except Stale:
            return self.page_of(self.lines(request.POST, anew=True), status=409)
        messages.success(request, ngettext("%d date saved.", "%d dates saved.", changed) % changed)
        return redirect(self.back)

    def lines(self, data: QueryDict | None = None, *, anew: bool = False) -> list[Line]:
        live = Milestone.objects.live().filter(task__plan=self.plan).select_related("task__plan", "task__group")
        return [Line(row, data, anew=anew) for row in live.order_by("task__number", "position")]

    def page_of(self, lines: list[Line], status: int = 200) -> HttpResponse:
        undated = sum(line.is_undated for line in lines)
        context = self.context() | {"lines": lines, "undated": undated, "conflict": status == 409}
        return render(self.request, self.template_name, context, status=status)
