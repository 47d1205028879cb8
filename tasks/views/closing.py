"""办结: closing a task, with what becomes of each milestone that is still open; all or nothing."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from departments.clock import portal_today
from tasks.actions.closing import close, open_milestones
from tasks.forms.review import FateForm
from tasks.models import Milestone
from tasks.views.adding import Addition
from tasks.views.codes import Code
from tasks.views.moves import MoveView

SENT = re.compile(r"m(\d{1,9})-version")


class Close(Addition, MoveView):
    template_name = "tasks/requests/close.html"

    def prepare(self, code: Code, name: str = "close", **kwargs: Any) -> None:
        super().prepare(code, name)
        self.lines: list[FateForm] = []

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.lines = self.lines_of()
        return super().get(request, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.lines = self.lines_of(request.POST, sent=True)
        checked = [line.is_valid() for line in self.lines if line.is_bound]  # each line says what is wrong with it
        if all(checked):
            return super().post(request, **kwargs)
        return self.page(self.form_class(request.POST, **self.form_kwargs()), status=422)

    def perform(self, form: Any, version: int) -> str | Promise:
        fates = {line.milestone.pk: line.fate() for line in self.lines if line.is_bound}
        close(self.row, by=self.request.user, today=portal_today(), milestones=fates, version=version)
        return _("Done: %(move)s.") % {"move": self.move.label}

    def page(self, form: forms.Form, status: int = 200, **context: Any) -> HttpResponse:
        if status == 409:  # as the milestones stand now, with what was typed
            self.lines = self.lines_of(self.request.POST)
        return super().page(form, status, **context)

    def lines_of(self, data: Any = None, *, sent: bool = False) -> list[FateForm]:
        """Of the open milestones, and when `sent` of those that were open when the page was."""
        rows = open_milestones(self.row)
        keys = [found[1] for name in data or () if (found := SENT.fullmatch(name))]
        if sent:
            rows = rows | self.row.milestones.filter(pk__in=keys)
        return [_line(row, data, anew=not sent) for row in rows.order_by("position")]

    def context(self) -> dict[str, Any]:
        return super().context() | {"lines": self.lines}


def _line(row: Milestone, data: Any, *, anew: bool) -> FateForm:
    """With what was typed, where something was; `anew`: to be sent again with the version of now."""
    name = f"m{row.pk}-version"
    if not data or name not in data:
        return FateForm(row, portal_today())
    if anew:
        data = data.copy()
        data[name] = str(row.version)
    return FateForm(row, portal_today(), data)
