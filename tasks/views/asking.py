"""Which supporting units are asked to report: one by one, or all of a kind at once."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from tasks.actions import asking
from tasks.forms.review import AskedForm, box, kind_of
from tasks.models import Assignment, Task
from tasks.views.acting import FormAction, visible_task
from tasks.views.codes import Code


class Asked(FormAction):
    template_name = "tasks/requests/asked.html"
    form_class: Any = AskedForm
    permission = "tasks.ask_task"
    heading, submit = _("Ask supporting units to report"), _("Save")

    def prepare(self, code: Code, **kwargs: Any) -> None:
        self.row = visible_task(self.request, code)
        self.supports: list[Assignment] = list(asking.supports(self.row))
        self.back = self.row.get_absolute_url()

    def form_kwargs(self) -> dict[str, Any]:
        return {"supports": self.supports}

    def current(self, row: Task) -> dict[str, Any]:
        return {box(each): each.owes_report for each in asking.supports(row)}

    def perform(self, form: Any, version: int) -> str | Promise:
        changed = asking.ask(self.row, form.wanted(), by=self.request.user, version=version)
        if not changed:
            return _("Nothing has changed.")
        return _changed(changed) % changed

    def page(self, form: Any, status: int = 200, **context: Any) -> Any:
        return super().page(form, status, kinds=self.kinds(form), **context)

    def kinds(self, form: Any) -> list["OfKind"]:
        """Each kind with its boxes, in printed order within."""
        rows = sorted(self.supports, key=lambda each: (ORDER.index(kind_of(each)), each.position))
        return [_of_kind(code, list(units), form) for code, units in groupby(rows, key=kind_of)]

    def context(self) -> dict[str, Any]:
        return super().context() | {"task": self.row}


def _changed(n: int) -> str:
    return ngettext(
        "%d unit changed; it counts from the next period.", "%d units changed; it counts from the next period.", n
    )


ORDER = [*Department.Kind.values, "collective"]


@dataclass(frozen=True)
class OfKind:
    """The supporting units of one kind; collectives stand by themselves."""

    code: str
    name: str
    boxes: list[tuple[Any, Assignment]]


def _of_kind(code: str, units: list[Assignment], form: Any) -> OfKind:
    name = gettext("Collectives") if code == "collective" else units[0].department.get_kind_display()
    return OfKind(code, name, [(form[box(each)], each) for each in units])
