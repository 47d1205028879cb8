"""Filling in reports offline: the unit's workbook comes back, every change is shown, then stored if confirmed."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from departments.clock import portal_today
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale, require
from tasks.actions.workbook import Edit, Problem, Row, compare, store, told
from tasks.actions.workbook_whole import look
from tasks.forms.workbook import WorkbookForm, sealed, unsealed
from tasks.views.current import current_plan


class Workbook(View):
    """POST with a file shows what it would change, POST with what was shown stores it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require(request.user, "tasks.report_task")
        self.plan = current_plan(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(WorkbookForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.confirm(request) if "sealed" in request.POST else self.look(request)

    def look(self, request: HttpRequest) -> HttpResponse:
        form = WorkbookForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, 422)
        found = look(form.cleaned_data["file"], by=request.user)
        return self.shown(found.rows, found.problems)

    def shown(self, rows: list[Row], problems: Iterable[Problem], status: int = 200, **more: Any) -> HttpResponse:
        """What would change and everything that keeps it from being stored."""
        form, wrong = WorkbookForm(), sorted(problems)
        try:
            more["sealed"] = "" if wrong or not rows else sealed([row.as_shown() for row in rows], self.request.user)
        except ValidationError as error:
            wrong = [Problem(0, "", error.messages[0])]
        more |= {"rows": sorted(rows, key=lambda row: row.edit.line), "problems": wrong, "is_read": True}
        return self.page(form, 422 if wrong else status, **more)

    def page(self, form: WorkbookForm, status: int = 200, **more: Any) -> HttpResponse:
        context = {"form": form, "plan": self.plan, "own_unit": self.request.user.sees_own_unit_only}  # type: ignore[union-attr]
        return render(self.request, "tasks/workbook/workbook.html", context | more, status=status)

    # ---- confirming ----

    def confirm(self, request: HttpRequest) -> HttpResponse:
        found = unsealed(request.POST["sealed"], request.user)
        if found is None:
            return self.page(WorkbookForm(), 422, expired=True)
        rows, problems = self.decided(found)
        if problems or any(row.has_moved for row in rows):
            return self.shown(rows, problems, 409, changed_again=True)
        if undecided := sum(row.is_undecided for row in rows):
            return self.shown(rows, [], 422, undecided=undecided)
        return self.kept(rows, "send" in request.POST)

    def decided(self, found: list[Edit]) -> tuple[list[Row], list[Problem]]:
        """The rows with what was chosen for them; where the portal's words stay, nothing stands in the way."""
        rows, problems = compare(found, by=self.request.user)
        for row in rows:
            row.choice = self.request.POST.get(f"row-{row.edit.line}", "")
        return rows, [one for one in problems if self.request.POST.get(f"row-{one.line}") != "portal"]

    def kept(self, rows: list[Row], send: bool) -> HttpResponse:
        if lacking := sum(send and bool(row.lacks) and row.choice != "portal" for row in rows):
            return self.shown(rows, [], 422, lacking=lacking)
        try:
            n = store(rows, by=self.request.user, today=portal_today(), send=send)
        except (Stale, IllegalNow, NotAllowed, ValidationError):  # between looking and locking
            return self.shown(*compare([row.edit for row in rows], by=self.request.user), 409, changed_again=True)
        messages.success(self.request, told(n, send))
        return redirect("tasks:mine")
