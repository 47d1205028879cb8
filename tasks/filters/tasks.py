"""What narrows a list of tasks, declared once: for the ledger, its export and the API.

A parameter given several times means any of its values, different parameters mean all of them. What nobody knows
is an error that names the parameter and what would fit; it never means "everything".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property, lru_cache, reduce
from itertools import chain
from operator import and_
from typing import Any

import django_filters
from django import forms
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

from tasks.documents.numerals import heading
from tasks.filters.parameters import AnyOf, Chosen, Days, Hidden, Known, Ordering, Parameters, Problem, Words
from tasks.models import Assignment, Plan, Task, TaskGroup
from tasks.querysets.assignments import PrintedUnit, Unit, as_printed
from tasks.querysets.light import Light
from tasks.querysets.prepared import READERS, Given, Prepared, Reader
from tasks.workflow import State

ORDERINGS = {
    "number": pgettext_lazy("order", "number"),
    "light": pgettext_lazy("order", "light, red first"),
    "progress": pgettext_lazy("order", "progress, least first"),
    "next_on": pgettext_lazy("order", "next milestone"),
    "due_on": pgettext_lazy("order", "due date"),
    "-number": pgettext_lazy("order", "number, last first"),
    "-light": pgettext_lazy("order", "light, red last"),
    "-progress": pgettext_lazy("order", "progress, most first"),
    "-next_on": pgettext_lazy("order", "next milestone, latest first"),
    "-due_on": pgettext_lazy("order", "due date, latest first"),
}
LIGHT_RANK = Case(*(When(light=light, then=Value(rank)) for rank, light in enumerate(Light.values)))
KEYS = {name: F(name) for name in ("number", "progress", "next_on", "due_on")} | {"light": LIGHT_RANK}
WITHOUT_LIGHT = ("number", "due_on")  # orders that fields of the task tell
WITHOUT_CONTROL = ("plan", "year", "light", "department", "due_after")  # the page has links for them
TOTAL_ORDER = ("-plan__year", "-plan_id", "number")


def _found(text: str) -> Q:
    return Q(pk__in=Task.objects.search(text).values("pk"))


def _named_as(role: str | None) -> Callable[["TaskFilter", str], Q]:
    """Tasks that name the unit in this role, by its own name or through a collective."""

    def condition(filterset: "TaskFilter", code: str) -> Q:
        unit = next(unit for unit in filterset.units if unit["code"] == code)
        return Q(pk__in=Task.objects.assigned_to(unit["pk"], role).values("pk"))

    return condition


class TaskFilter(django_filters.FilterSet):
    """Over tasks that the user sees, with their lights; what may be chosen comes from these tasks alone.

    `plan` narrows the choices to one plan; `technical` are further parameters of the list, such as a page's limit.
    """

    q = AnyOf(Words, lambda _set, text: _found(text), label=pgettext_lazy("filter", "Search"))
    group = AnyOf(Known, lambda _set, key: Q(group=key), label=pgettext_lazy("filter", "Group"))
    state = AnyOf(Known, lambda _set, state: Q(state=state), label=pgettext_lazy("filter", "State"))
    lead = AnyOf(Known, _named_as("lead"), label=pgettext_lazy("filter", "Lead unit"))
    support = AnyOf(Known, _named_as("support"), label=pgettext_lazy("filter", "Supporting unit"))
    due_before = AnyOf(Days, lambda _set, day: Q(due_on__lte=day), label=pgettext_lazy("filter", "Due not later than"))
    ordering = Ordering(KEYS, TOTAL_ORDER, label=pgettext_lazy("filter", "Order"))
    plan = AnyOf(Known, lambda _set, code: Q(plan__code=code), label=pgettext_lazy("filter", "Plan"))
    year = AnyOf(Known, lambda _set, year: Q(plan__year=year), label=pgettext_lazy("filter", "Year"))
    light = AnyOf(Known, lambda _set, light: Q(light=light), label=pgettext_lazy("filter", "Light"))
    department = AnyOf(Known, _named_as(None), label=pgettext_lazy("filter", "Department"))
    due_after = AnyOf(
        Days, lambda _set, day: Q(due_on__gte=day), label=pgettext_lazy("filter", "Due not earlier than")
    )

    class Meta:
        form = Parameters

    def __init__(
        self,
        data: Any,
        queryset: QuerySet[Task],
        *,
        request: Any,
        plan: Plan | None = None,
        technical: Iterable[str] = (),
    ) -> None:
        super().__init__(data, queryset, request=request)
        self.is_bound, self.technical = True, frozenset(technical)
        self.of_plan, self.seen = plan, Task.objects.visible_to(request.user)
        if plan is not None:
            self.seen = self.seen.filter(plan=plan)
        for name, choices in self._choices().items():
            self.filters[name].extra["choices"] = choices
        for name in WITHOUT_CONTROL:
            self.filters[name].extra["widget"] = Hidden

    def _choices(self) -> dict[str, Any]:
        """Those from the database are asked for only where they are needed: to check a value or to show a select."""
        return {
            "state": [(state, capfirst(label)) for state, label in State.choices],
            "light": Light.choices,
            "ordering": [(key, capfirst(label)) for key, label in ORDERINGS.items()],
            "plan": lambda: [(plan.code, plan.title) for plan in self.plans],
            "year": lambda: [(str(year), str(year)) for year in dict.fromkeys(plan.year for plan in self.plans)],
            "group": lambda: self.groups,
            "lead": lambda: [(unit["code"], unit["short_name"]) for unit in self.units if unit["leads"]],
            "support": lambda: [(unit["code"], unit["short_name"]) for unit in self.units if unit["supports"]],
            "department": lambda: [(unit["code"], unit["short_name"]) for unit in self.units],
        }

    @cached_property
    def plans(self) -> list[Plan]:
        return list(Plan.objects.visible_to(self.request.user).only("code", "title", "year"))

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        groups = self._asked(_groups, self.of_plan) if self.of_plan else _groups_of(self.seen)
        return [(str(group.pk), heading(group)) for group in groups]

    @cached_property
    def units(self) -> list[dict[str, Any]]:
        """Every unit that the tasks name, and the members of the collectives among them."""
        roles: dict[Unit, set[str]] = defaultdict(set)
        for named in chain.from_iterable(self.printed.values()):
            for unit in (named.unit, *named.members):
                roles[unit].add(named.role)
        return [
            unit._asdict() | {"leads": "lead" in of, "supports": "support" in of} for unit, of in sorted(roles.items())
        ]

    @cached_property
    def printed(self) -> dict[int, list[PrintedUnit]]:
        """The units of a plan's tasks; without a plan each unit once in each role, which is enough to choose from."""
        if self.of_plan:
            return as_printed(self._asked(_units, self.of_plan))
        once = ("role", "department_id")
        return as_printed(_units_of(self.seen).order_by(*once).distinct(*once))

    def _asked(self, query: Callable[[Reader], Prepared], plan: Plan) -> list[Any]:
        return query(Reader.of(self.request.user)).ask(plan=plan.pk)

    def get_form_class(self) -> type[forms.Form]:
        form: type[Parameters] = super().get_form_class()
        form.technical = self.technical
        return form

    # ---- the tasks ----

    @property
    def conditions(self) -> dict[str, Q]:
        """What each of the given parameters asks for."""
        given = self.form.cleaned_data if self.is_valid() else {}
        return {name: self.filters[name].any_of(given[name]) for name in given if given[name] and name != "ordering"}

    @property
    def asks_for_light(self) -> bool:
        """Whether a parameter is about something that only `with_light` tells."""
        given = self.form.cleaned_data
        return bool(given["light"]) or any(key.removeprefix("-") not in WITHOUT_LIGHT for key in given["ordering"])

    @property
    def in_order_of_document(self) -> bool:
        """Forwards or backwards: then rows stand under their headings."""
        keys = self.form.cleaned_data["ordering"]
        return not keys or keys[0].removeprefix("-") == "number"

    def filter_queryset(self, queryset: QuerySet[Task]) -> QuerySet[Task]:
        """Nothing at all where a parameter is wrong."""
        return super().filter_queryset(queryset) if self.is_valid() else queryset.none()

    def marked_but(self, name: str) -> QuerySet[Task]:
        """All tasks, whether they fit or not; those that fit all parameters but this one are marked: `fits`."""
        others = _all(condition for other, condition in self.conditions.items() if other != name)
        fits = Case(When(others, then=True), default=False) if others else Value(True)
        return self.queryset.annotate(fits=fits) if self.is_valid() else self.queryset.none()

    def to_drop(self) -> dict[str, int]:
        """For an empty list: parameters without which it would not be empty, with the number of tasks. One query."""
        asked = self.conditions
        others = {name: _all(asked[other] for other in asked if other != name) for name in asked}
        counts = self.queryset.aggregate(**{f"but_{name}": Count("pk", filter=fits) for name, fits in others.items()})
        return {name: counts[f"but_{name}"] for name in asked if counts[f"but_{name}"]}

    # ---- in words ----

    def problems(self) -> list[Problem]:
        """What is wrong with the parameters, each with its name, its label and what would fit."""
        found = []
        for field, errors in self.form.errors.as_data().items():
            for error in errors:
                name = error.params["name"] if error.code == "unknown" else field
                label = self.filters[name].label if name in self.filters else ""
                found.append(Problem(name, str(label), str(error.code), error.messages[0]))
        return found

    def chosen(self) -> list[Chosen]:
        """Every value that narrows the list."""
        given = self.form.cleaned_data if self.is_valid() else {}
        return [self._chosen(name, each) for name in given if name != "ordering" for each in given[name]]

    def _chosen(self, name: str, value: Any) -> Chosen:
        field = self.form.fields[name]
        known = field.known() if isinstance(field, Known) else {}
        value = value.isoformat() if isinstance(value, date) else str(value)
        return Chosen(name, value, str(field.label), str(known.get(value, value)))


def _all(conditions: Iterable[Q]) -> Q:
    return reduce(and_, conditions, Q())


# ---- what may be chosen ----


def _groups_of(tasks: QuerySet[Task]) -> QuerySet[TaskGroup]:
    groups = TaskGroup.objects.filter(Exists(tasks.filter(group=OuterRef("pk"))))
    return groups.order_by("-plan__year", "-plan_id", "ordinal")


def _units_of(tasks: QuerySet[Task]) -> QuerySet[Assignment, Any]:
    return Assignment.objects.filter(task__in=tasks.values("pk")).order_by("role", "position").columns()


def _seen(reader: Reader) -> QuerySet[Task]:
    return Task.objects.visible_to(reader).filter(plan=Given("plan"))


@lru_cache(maxsize=READERS)
def _groups(reader: Reader) -> Prepared:
    return Prepared(_groups_of(_seen(reader)))


@lru_cache(maxsize=READERS)
def _units(reader: Reader) -> Prepared:
    return Prepared(_units_of(_seen(reader)))
