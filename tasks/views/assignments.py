"""Who answers for a task: units are added, changed and taken off by the planner."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks.actions import planning
from tasks.forms.fields import VersionedForm
from tasks.forms.planning import AssignmentForm
from tasks.models import Assignment
from tasks.views.acting import FormAction, visible_task
from tasks.views.codes import Code


class OfTask(FormAction):
    form_class: Any = AssignmentForm

    def prepare(self, code: Code, pk: int | None = None, **kwargs: Any) -> None:
        self.task = self.subject = visible_task(self.request, code)
        rows = self.task.assignments.select_related("department")
        self.row = None if pk is None else get_object_or_404(rows, pk=pk)
        self.back = self.task.get_absolute_url()

    def current(self, row: Assignment | None) -> dict[str, Any]:
        if row is None:
            return {"role": "support", "owes_report": False}
        names = ("role", "printed_as", "open_ended", "owes_report")
        return {name: getattr(row, name) for name in names} | {"department": row.department_id}

    def context(self) -> dict[str, Any]:
        return super().context() | {"task": self.task, "assignment": self.row}


class AssignmentAdd(OfTask):
    permission = "tasks.add_assignment"
    heading, submit = _("Add a unit"), _("Add")

    def perform(self, form: Any, version: int) -> str | Promise:
        planning.create(Assignment(task=self.task, **form.values()), by=self.request.user)
        return _("The unit has been added.")


class AssignmentEdit(OfTask):
    template_name = "tasks/assignment.html"
    permission = "tasks.change_assignment"
    heading, submit = _("Edit the unit"), _("Save")

    def perform(self, form: Any, version: int) -> str | Promise:
        """In another role the unit stands last."""
        values = form.values()
        if values["role"] != self.row.role:
            values["position"] = None
        planning.change(self.row, by=self.request.user, version=version, **values)
        return _("The unit has been saved.")


class AssignmentRemove(OfTask):
    form_class = VersionedForm
    permission = "tasks.delete_assignment"
    heading, submit = _("Take the unit off the task"), _("Take it off")

    def prepare(self, code: Code, pk: int | None = None, **kwargs: Any) -> None:
        super().prepare(code, pk)
        self.intro = self.row.printed_as

    def current(self, row: Assignment | None) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int) -> str | Promise:
        planning.remove_assignment(self.row, by=self.request.user, version=version)
        return _("The unit has been taken off. What it has reported stays.")
