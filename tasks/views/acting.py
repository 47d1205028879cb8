"""A page with one short form that makes one action happen: refusals, conflicts and typed text have their home here."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import yesno
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views import View

from departments.querysets.history import last_change
from tasks.actions.refusals import IllegalNow, Stale, require
from tasks.models import Task
from tasks.views.codes import Code


def visible_task(request: HttpRequest, code: Code) -> Task:
    """The task with its co-ordinator, or 404 where the user does not see it."""
    tasks = Task.objects.visible_to(request.user).select_related("plan", "group").with_coordinator()
    task: Task = get_object_or_404(tasks, plan__code=code.plan, number=code.number)
    return task


class FormAction(View):
    """GET shows the form, POST acts. Invalid input answers 422, a conflict or a wrong moment 409."""

    template_name = "tasks/form.html"
    form_class: type[forms.Form]
    heading: str | Promise = ""
    submit: str | Promise = ""
    intro: str | Promise = ""
    permission = ""

    def prepare(self, *args: Any, **kwargs: Any) -> None:
        """Load what the page is about through `visible_to`; a missing row is 404."""
        raise NotImplementedError

    def current(self, row: Any) -> dict[str, Any]:
        """The values of the form's fields as they stand now."""
        raise NotImplementedError

    def perform(self, form: Any, version: int) -> str | Promise:
        """Call the action; returns what the reader is told afterwards."""
        raise NotImplementedError

    row: Any = None  # whose version guards the form
    subject: Any = None  # what the permission is asked for; the row unless set
    back: str = "/"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.prepare(**kwargs)
        if self.permission:
            require(request.user, self.permission, self.subject or self.row)
        return super().dispatch(request, *args, **kwargs)

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        initial = self.current(self.row) | {"version": self.row.version if self.row else 0}
        return self.page(self.form_class(initial=initial, **self.form_kwargs()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST, request.FILES, initial=self.current(self.row), **self.form_kwargs())
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            told = self.perform(form, form.cleaned_data["version"])
        except ValidationError as error:
            add_errors(form, error)
            return self.page(form, status=422)
        except Stale as stale:
            return self.page(form, status=409, conflict=self.conflict(form, stale.current))
        except IllegalNow as refusal:
            form.add_error(None, str(refusal.reason))
            return self.page(form, status=409)
        messages.success(request, str(told))
        return redirect(self.done_url())

    def done_url(self) -> str:
        return self.back

    def page(self, form: forms.Form, status: int = 200, **context: Any) -> HttpResponse:
        return render(self.request, self.template_name, self.context() | {"form": form} | context, status=status)

    def context(self) -> dict[str, Any]:
        return {
            "heading": self.heading,
            "submit": self.submit,
            "intro": self.intro,
            "back": self.back,
            "row": self.row,
        }

    def conflict(self, form: forms.Form, current: Any) -> dict[str, Any]:
        """Both versions side by side; sending it again carries the version that is shown now."""
        by, at = last_change(current) if current else ("", None)
        now = self.current(current)
        rows = [compared(form[name], now.get(name)) for name in form.fields if name != "version"]
        return {"version": current.version if current else 0, "by": by or _("Somebody"), "at": at, "rows": rows}


def compared(field: Any, current: Any) -> dict[str, Any]:
    """One line of the comparison, values as a form sends them and as people read them."""
    stored, typed = _sent(field, current), _sent(field, field.value())
    return {
        "name": field.html_name,
        "label": field.label,
        "current": stored,
        "typed": typed,
        "current_label": _read(field, stored),
        "typed_label": _read(field, typed),
    }


def _sent(field: Any, value: Any) -> str:
    if value is None:
        return ""
    return str(field.field.prepare_value(getattr(value, "pk", value))).replace("\r\n", "\n")


def _read(field: Any, value: str) -> str:
    if isinstance(field.field, forms.BooleanField):
        return str(yesno(value == "True"))
    choices = getattr(field.field, "choices", ())
    return next((str(label) for key, label in choices if str(key) == value), value)


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Beside the field where the form has it, above the form otherwise."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)
