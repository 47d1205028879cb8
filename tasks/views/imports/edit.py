"""Correcting what was read: the head, the names nobody knows, one task after the other."""

from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tasks.actions import imports
from tasks.actions.imports import Draft
from tasks.documents.reading import Item
from tasks.forms.import_names import NamesForm
from tasks.forms.imports import HeadForm, ItemForm
from tasks.models import PlanImport
from tasks.views.acting import FormAction

NAMES_AT_MOST = 200  # on one form; the others follow once these are decided


def visible_import(request: HttpRequest, pk: int) -> PlanImport:
    rows = PlanImport.objects.visible_to(request.user).select_related("sender", "plan")
    found: PlanImport = get_object_or_404(rows, pk=pk)
    return found


class OfImport(FormAction):
    """A form about a part of an import. A change elsewhere in it is no conflict: `seen` tells the part as it was."""

    permission = "tasks.change_planimport"

    def prepare(self, pk: int, **kwargs: Any) -> None:
        self.row = visible_import(self.request, pk)
        self.draft = Draft(self.row)
        self.back = self.row.get_absolute_url()

    def part(self, draft: Draft) -> Any:
        """What the form is about, as plain values."""
        raise NotImplementedError

    def expected(self, version: int) -> int:
        """The version on top of which the form is stored: as it is now, where its own part is as it was seen."""
        return self.row.version if self.request.POST.get("seen") == self.seen else version

    @property
    def seen(self) -> str:
        return sha256(repr(self.part(self.draft)).encode()).hexdigest()[:16]

    def context(self) -> dict[str, Any]:
        return super().context() | {"imported": self.row, "draft": self.draft, "seen": self.seen}


class HeadEdit(OfImport):
    template_name = "tasks/imports/head_edit.html"
    form_class = HeadForm
    heading, submit = _("Title, dates, groups"), _("Save")

    def prepare(self, pk: int, **kwargs: Any) -> None:
        super().prepare(pk)
        self.back += "#head"

    def part(self, draft: Draft) -> Any:
        return self.current(draft.imported)

    def current(self, row: PlanImport) -> dict[str, Any]:
        return HeadForm.current(Draft(row).reading)

    def form_kwargs(self) -> dict[str, Any]:
        return {"reading": self.draft.reading}

    def perform(self, form: Any, version: int) -> str | Promise:
        imports.revise(self.row, by=self.request.user, version=self.expected(version), **form.values())
        return _("Saved.")


class NamesEdit(OfImport):
    template_name = "tasks/imports/names.html"
    form_class = NamesForm
    heading, submit = _("Unknown names"), _("Save")

    @property
    def asked(self) -> list[imports.Unknown]:
        """The undecided first, so that those beyond the limit move up."""
        return sorted(self.draft.unknown, key=lambda name: name.decided is not None)[:NAMES_AT_MOST]

    def part(self, draft: Draft) -> Any:
        return sorted(draft.reading.names.items())

    def current(self, row: PlanImport) -> dict[str, Any]:
        return NamesForm.current(Draft(row).unknown)

    def form_kwargs(self) -> dict[str, Any]:
        return {"unknown": self.asked, "departments": self.draft.names.departments}

    def perform(self, form: Any, version: int) -> str | Promise:
        imports.set_names(self.row, form.decisions(), by=self.request.user, version=self.expected(version))
        return _("Saved.")

    def context(self) -> dict[str, Any]:
        return super().context() | {"more": max(len(self.draft.unknown) - NAMES_AT_MOST, 0)}

    def page(self, form: Any, status: int = 200, **context: Any) -> HttpResponse:
        numbers = [item.number for item in self.draft.reading.tasks]
        lines = [(name, field, [(place, numbers[place]) for place in name.places]) for name, field in form.lines]
        return super().page(form, status, **context | {"lines": lines})


class ItemEdit(OfImport):
    template_name = "tasks/imports/task_edit.html"
    form_class = ItemForm
    submit = _("Save")

    def prepare(self, pk: int, place: int = -1, **kwargs: Any) -> None:
        super().prepare(pk)
        self.place = place
        if place >= len(self.draft.reading.tasks):
            raise Http404
        self.back += f"#t{place}"
        self.heading = _t("Task %s") % self.item(self.draft).number

    def item(self, draft: Draft) -> Item:
        return draft.reading.tasks[self.place]

    def part(self, draft: Draft) -> Any:
        return asdict(self.item(draft))

    def current(self, row: PlanImport) -> dict[str, Any]:
        return ItemForm.current(self.item(Draft(row)))

    def form_kwargs(self) -> dict[str, Any]:
        return {"groups": self.draft.reading.groups, "steps": self.item(self.draft).milestones}

    def perform(self, form: Any, version: int) -> str | Promise:
        imports.set_task(self.row, self.place, by=self.request.user, version=self.expected(version), **form.values())
        return _("Saved.")

    def context(self) -> dict[str, Any]:
        """With the place in the text, and what the reader and the check say of it."""
        item = self.item(self.draft)
        start, end = item.place or (0, 0)
        problems = [one for one in self.draft.problems if one.place == self.place]
        told = {"item": item, "printed": self.row.text[start:end], "problems": problems}
        return super().context() | told


class ItemAdd(OfImport):
    """A task the reader missed; `?at=` is the place of a sentence in no task, whose words it begins with."""

    template_name = "tasks/imports/task_edit.html"
    form_class = ItemForm
    heading, submit = _("Add a task"), _("Add")

    def part(self, draft: Draft) -> Any:
        return None

    def expected(self, version: int) -> int:
        """A task more does not touch those that somebody else corrects."""
        return self.row.version

    def current(self, row: PlanImport | None) -> dict[str, Any]:
        tasks = self.draft.reading.tasks
        number = max((item.number for item in tasks), default=0) + 1
        return {"number": number, "text": self.sentence, "title": self.sentence[:200], "group": self.group}

    @property
    def sentence(self) -> str:
        asked = self.request.GET.get("at", "")
        found = [(start, end) for start, end in self.draft.reading.loose if str(start) == asked]
        return self.row.text[slice(*found[0])] if found else ""

    @property
    def group(self) -> int | None:
        return 0 if len(self.draft.reading.groups) == 1 else None

    def form_kwargs(self) -> dict[str, Any]:
        return {"groups": self.draft.reading.groups, "steps": [], "is_new": True}

    def perform(self, form: Any, version: int) -> str | Promise:
        imports.add_task(self.row, by=self.request.user, version=self.expected(version), **form.whole())
        self.back += f"#t{len(self.draft.reading.tasks)}"
        return _("The task has been added.")
