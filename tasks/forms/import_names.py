"""Whom the units of a document mean that no department is called: one choice for each name."""

from collections.abc import Iterable
from hashlib import sha256
from itertools import groupby
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext

from departments.models import Department
from tasks.actions.imports import Unknown
from tasks.forms.fields import VersionedForm

LEFT_OUT = "-"  # no department has such a code


class NamesForm(VersionedForm):
    """Whom the printed names mean that no department has."""

    def __init__(self, *args: Any, unknown: list[Unknown], departments: Iterable[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unknown = unknown
        everybody = by_kind(departments)
        for name in unknown:
            near = [(unit.code, named(unit)) for unit in name.nearest]
            nearest = [(_t("Nearest names"), near)] if near else []
            open_choices = [("", _t("— to be decided —")), (LEFT_OUT, _t("Leave this unit out"))]
            self.fields[field_of(name)] = forms.ChoiceField(
                label=name.printed, required=False, choices=[*open_choices, *nearest, *everybody]
            )

    @staticmethod
    def current(unknown: Iterable[Unknown]) -> dict[str, Any]:
        chosen = {None: "", "": LEFT_OUT}
        return {field_of(name): chosen.get(name.decided, name.decided) for name in unknown}

    @property
    def lines(self) -> list[tuple[Unknown, Any]]:
        """Each name with its field."""
        return [(name, self[field_of(name)]) for name in self.unknown]

    def decisions(self) -> dict[str, str | None]:
        """What `set_names` takes."""
        meant: dict[str, str | None] = {"": None, LEFT_OUT: ""}
        chosen = {name.printed: self.cleaned_data[field_of(name)] for name in self.unknown}
        return {printed: meant.get(code, code) for printed, code in chosen.items()}


def field_of(name: Unknown) -> str:
    """The same for the same name, whatever else has been decided meanwhile."""
    return "name_" + sha256(name.printed.encode()).hexdigest()[:12]


def by_kind(departments: Iterable[Department]) -> list[tuple[str | Promise, list[tuple[str, str]]]]:
    """The active ones under the word for their kind, in the order of the lists."""
    kinds = Department.Kind.values
    active = sorted((unit for unit in departments if unit.is_active), key=lambda unit: kinds.index(unit.kind))
    return [
        (capfirst(kind_label(kind)), [(unit.code, unit.short_name) for unit in units])
        for kind, units in groupby(active, key=lambda unit: unit.kind)
    ]


def kind_label(kind: str) -> str:
    return str(Department.Kind(kind).label)


def named(unit: Department) -> str:
    """The short name, and the full one where that says more."""
    if unit.name == unit.short_name:
        return unit.short_name
    return unit.short_name + pgettext("full name of a unit", " (%s)") % unit.name
