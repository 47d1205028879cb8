"""Milestones: tick, take back, cancel, restore, and their keeping by the planner."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.clock import portal_today
from tasks.actions import milestones as actions
from tasks.actions import planning
from tasks.documents.places import verbatim
from tasks.forms.fields import VersionedForm
from tasks.forms.planning import MilestoneForm
from tasks.forms.work import ReasonForm, TickForm
from tasks.models import Milestone
from tasks.views.acting import FormAction, visible_task
from tasks.views.codes import Code


@dataclass(frozen=True)
class Step:
    """One thing that can be done to a milestone."""

    action: Callable[..., Milestone]
    form: type[VersionedForm]
    permission: str
    label: Promise
    told: Promise


STEPS = {
    "complete": Step(
        actions.complete, TickForm, "tasks.tick_milestone", _("Tick as done"), _("The milestone is done.")
    ),
    "reopen": Step(
        actions.reopen, ReasonForm, "tasks.tick_milestone", _("Take the tick back"), _("The milestone is open again.")
    ),
    "cancel": Step(
        actions.cancel,
        ReasonForm,
        "tasks.cancel_milestone",
        _("Cancel the milestone"),
        _("The milestone is cancelled and counts no more."),
    ),
    "restore": Step(
        actions.restore,
        ReasonForm,
        "tasks.cancel_milestone",
        _("Restore the milestone"),
        _("The milestone counts again."),
    ),
}


class OfTask(FormAction):
    """A form about one milestone of a visible task."""

    def prepare(self, code: Code, pk: int | None = None, **kwargs: Any) -> None:
        self.task = self.subject = visible_task(self.request, code)
        self.row = None if pk is None else get_object_or_404(self.task.milestones, pk=pk)
        self.back = self.task.get_absolute_url()

    def context(self) -> dict[str, Any]:
        return super().context() | {"task": self.task, "milestone": self.row}


class Tick(OfTask):
    def prepare(self, code: Code, pk: int | None = None, name: str = "", **kwargs: Any) -> None:
        if name not in STEPS:
            raise Http404
        super().prepare(code, pk)
        self.step = STEPS[name]
        self.form_class, self.permission = self.step.form, self.step.permission
        self.heading = self.submit = self.step.label
        self.intro = self.row.title

    def current(self, row: Milestone) -> dict[str, Any]:
        return {"done_on": row.done_on or portal_today()}

    def perform(self, form: Any, version: int) -> str | Promise:
        today = {"today": portal_today()} if self.step.form is TickForm else {}
        self.step.action(self.row, by=self.request.user, version=version, **form.values(), **today)
        return self.step.told


class MilestoneAdd(OfTask):
    form_class = MilestoneForm
    permission = "tasks.add_milestone"
    heading, submit = _("Add a milestone"), _("Add")

    def current(self, row: Milestone | None) -> dict[str, Any]:
        """`?quote=` of the document page, as far as the task's text has such words."""
        return {"weight": 1, "quote": verbatim(self.task.text, self.request.GET.get("quote", ""))}

    def perform(self, form: Any, version: int) -> str | Promise:
        values = form.values()
        date = planning.dated(values.pop("due_on"), self.task)
        planning.create(Milestone(task=self.task, **values, **date), by=self.request.user)
        return _("The milestone has been added.")


class MilestoneEdit(OfTask):
    form_class = MilestoneForm
    permission = "tasks.change_milestone"
    heading, submit = _("Edit the milestone"), _("Save")

    def current(self, row: Milestone) -> dict[str, Any]:
        own = row.due_on if row.has_own_date else None
        return {"title": row.title, "quote": row.quote, "due_on": own, "weight": row.weight}

    def perform(self, form: Any, version: int) -> str | Promise:
        values = form.values()
        due_on = values.pop("due_on")
        if due_on != self.current(self.row)["due_on"]:
            values |= planning.dated(due_on, self.task)
        planning.change(self.row, by=self.request.user, version=version, **values)
        return _("The milestone has been saved.")
