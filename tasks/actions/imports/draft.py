"""An import as a page shows it: what was read, what prevents storing it, what storing it would change."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.models import Department
from tasks.actions.imports.comparing import Comparison, compare
from tasks.actions.imports.correcting import Errors, errors_of_head, errors_of_task
from tasks.actions.imports.names import Names, Unknown
from tasks.documents.doubts import Doubt
from tasks.documents.reading import Item, Reading, from_json
from tasks.models import Plan, PlanImport

LABELS: dict[str, Promise] = {
    "title": gettext_lazy("Title"),
    "year": gettext_lazy("Year"),
    "issuer": gettext_lazy("Issued by"),
    "document_number": gettext_lazy("Document number"),
    "issued_on": gettext_lazy("Issued on"),
    "code": gettext_lazy("Code"),
    "ends_on": gettext_lazy("Ends on"),
    "groups": gettext_lazy("Groups"),
    "tasks": gettext_lazy("Tasks"),
    "names": gettext_lazy("Units"),
    "number": gettext_lazy("Number"),
    "text": gettext_lazy("Text"),
    "group": gettext_lazy("Group"),
    "units": gettext_lazy("Units"),
    "milestones": gettext_lazy("Milestones"),
}


class Problem(NamedTuple):
    """What keeps everything from being stored: at which task of the reading (None: in the head or the names), in
    which field, why."""

    place: int | None
    field: str
    message: str

    @property
    def label(self) -> Promise:
        """Of the field."""
        return LABELS[self.field]


class Warning(NamedTuple):
    """What the reader is unsure of; `place` as of a problem."""

    place: int | None
    doubt: Doubt

    @property
    def message(self) -> str:
        return str(self.doubt)


class Draft:
    """Everything is computed when it is first asked for; at most seven queries for all, however long the document."""

    def __init__(self, imported: PlanImport, reading: Reading | None = None) -> None:
        self.imported = imported
        self.reading: Reading = reading or from_json(imported.reading)

    @cached_property
    def plan(self) -> Plan | None:
        """The plan that has this code already: then it would be brought up to date."""
        return self.imported.plan or Plan.objects.filter(code=self.reading.code).first()

    @cached_property
    def names(self) -> Names:
        return Names(self.reading.names, self.plan)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """In which tasks a printed name stands."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, item in self.reading.taken:
            for unit in item.units:
                found[unit.printed].append(place)
        return found

    @cached_property
    def unknown(self) -> list[Unknown]:
        """Names that no department has or that somebody had to decide, in the order of the document."""
        return [
            self.names.unknown(name, places)
            for name, places in self.places.items()
            if name in self.reading.names or self.names.department(name) is None
        ]

    @cached_property
    def warnings(self) -> list[Warning]:
        of_tasks = [Warning(place, doubt) for place, item in self.reading.taken for doubt in item.doubts]
        return [*(Warning(None, doubt) for doubt in self.reading.doubts), *of_tasks]

    @cached_property
    def problems(self) -> list[Problem]:
        found = list(_told(None, errors_of_head(self.reading)))
        found += [Problem(None, "names", _name_told(each)) for each in self._undecided]
        if not self.reading.taken:
            found.append(Problem(None, "tasks", _("The document has no tasks.")))
        numbers: dict[int, int] = {}
        for place, item in self.reading.taken:
            found += _told(place, errors_of_task(item, self.reading.groups))
            if numbers.setdefault(item.number, place) != place:
                found.append(Problem(place, "number", _("Two tasks have the number %s.") % item.number))
            found += [Problem(place, "units", told) for told in self._twice(item)]
        return found

    @cached_property
    def _undecided(self) -> list[Unknown]:
        return [each for each in self.unknown if not self.names.is_settled(each.printed)]

    def _twice(self, item: Item) -> Iterator[str]:
        """A department may lead once and support once."""
        seen: dict[tuple[str, Department], str] = {}
        for unit in item.units:
            found = self.names.department(unit.printed)
            before = seen.setdefault((unit.role, found), unit.printed) if found else unit.printed
            if before != unit.printed:
                yield _("“%(one)s” and “%(other)s” are the same unit.") % {"one": before, "other": unit.printed}

    @cached_property
    def comparison(self) -> Comparison | None:
        """None where the plan is new."""
        return compare(self.reading, self.imported.text, self.plan, self.names) if self.plan else None


def _told(place: int | None, errors: Errors) -> Iterator[Problem]:
    for name, found in errors.items():
        for error in found:
            yield from (Problem(place, name, message) for message in error.messages)


def _name_told(name: Unknown) -> str:
    if name.inactive:
        return _("“%s” has been switched off. Choose who takes its place, or leave it out.") % name.printed
    return _("No department has the name “%s”. Choose one, or leave it out.") % name.printed


def problems(imported: PlanImport) -> list[Problem]:
    """All that prevents storing; empty where it can be stored."""
    return Draft(imported).problems


def warnings(imported: PlanImport) -> list[Warning]:
    """All that the reader is unsure of. It prevents nothing."""
    return Draft(imported).warnings


def unknown(imported: PlanImport) -> list[Unknown]:
    """The names that somebody must decide on, or has."""
    return Draft(imported).unknown


def comparison(imported: PlanImport) -> Comparison | None:
    """What storing would change in the plan that has this code already; None where there is none."""
    return Draft(imported).comparison
