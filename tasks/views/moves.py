"""The moves of a task: one page each, with the note the move asks for."""

from typing import Any

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from departments.clock import portal_today
from tasks.actions.moves import move
from tasks.forms.work import MoveForm
from tasks.models import Task
from tasks.views.acting import FormAction, visible_task
from tasks.views.codes import Code
from tasks.workflow import MOVES


class MoveView(FormAction):
    template_name = "tasks/move.html"
    form_class = MoveForm

    def prepare(self, code: Code, name: str, **kwargs: Any) -> None:
        if name not in MOVES:
            raise Http404
        self.row = visible_task(self.request, code)
        self.move = MOVES[name]
        self.heading = self.submit = self.move.label
        self.permission, self.back = self.move.permission, self.row.get_absolute_url()

    def form_kwargs(self) -> dict[str, Any]:
        return {"move": self.move}

    def current(self, row: Task) -> dict[str, Any]:
        """A second request for closing begins with the result text of the first."""
        return {"note": row.result if self.move.name == "request_closing" else ""}

    def perform(self, form: Any, version: int) -> str | Promise:
        note = form.cleaned_data.get("note", "")
        move(self.row, self.move.name, by=self.request.user, today=portal_today(), note=note, version=version)
        return _("Done: %(move)s.") % {"move": self.move.label}

    def context(self) -> dict[str, Any]:
        possible = self.move.leads_from(self.row.state)
        return super().context() | {"task": self.row, "move": self.move, "possible": possible}
