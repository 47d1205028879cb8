"""What the ledger page shows: rows under their headings, chips, sorted heads, and the addresses they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from tasks.documents.numerals import heading
from tasks.filters import TaskFilter
from tasks.filters.parameters import Chosen
from tasks.models import Plan
from tasks.querysets.assignments import PrintedUnit, Unit
from tasks.querysets.light import Light
from tasks.querysets.rollup import Figures, rollup
from tasks.reasons import sentence
from tasks.workflow import BEFORE_CLOSED, State

SORTED_BY = ("number", "light", "progress", "next_on")  # the columns whose heads are links
NUMBERS_AT_MOST = 12  # of tasks, in a sentence


@dataclass(frozen=True)
class Units:
    """A cell under its heading: of the leads the first by its name, all of them `printed` under a `label`, and who
    belongs to the collectives among them."""

    heading: str
    first: Unit | None
    label: str
    printed: str
    collectives: list[tuple[str, str]]  # name with the number of members, and their names


@dataclass(frozen=True)
class Row:
    task: Any
    state: str
    why: str
    units: tuple[Units, Units]  # leads, supports
    next_step: str


@dataclass(frozen=True)
class Section:
    """Rows under the heading they stand under in the document; the figures are those of the whole group."""

    rows: list[Row]
    heading: str = ""
    anchor: str = ""
    figures: Figures | None = None


@dataclass(frozen=True)
class Chip:
    light: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class Sort:
    """The head of a column: where a click leads, and how the rows are sorted now, in the words of ARIA."""

    url: str
    now: str


@dataclass(frozen=True)
class Beside:
    """A value that no control of the filter bar shows; it can only be dropped."""

    chosen: Chosen
    url: str


def page(found: Any, plan: Plan, listed: TaskFilter, today: date) -> dict[str, Any]:
    tasks = _of_plan(found, plan)
    rows = [_row(task, listed.printed.get(task.pk, []), today) for task in tasks]
    whole, others = _whole(tasks, listed)
    return {
        "count": len(rows),
        "attention": _attention(tasks),
        "sections": _sections(rows, whole, listed) if rows else [],
        "chips": _chips(others, listed),
        "sorts": {name: _sort(listed, name) for name in SORTED_BY},
        "beside": _beside(listed),
        "to_drop": [] if rows else _to_drop(listed),
        "export": address(listed, "tasks:ledger_xlsx"),
        "export_csv": address(listed, "tasks:ledger_csv"),
        "everything": address(listed, changes={name: [] for name in listed.conditions if name != "plan"}),
    }


def _of_plan(found: Any, plan: Plan) -> list[Any]:
    """The tasks, each with this very plan: reading it from every row takes as long as reading the task."""
    tasks: list[Any] = list(found.defer("text"))
    for task in tasks:
        task.plan = plan
    return tasks


def _row(task: Any, units: list[PrintedUnit], today: date) -> Row:
    leads, supports = ([unit for unit in units if unit.role == role] for role in ("lead", "support"))
    units_shown = (_leads(leads), _supports(supports))
    return Row(task, capfirst(str(State(task.state).label)), sentence(task, today), units_shown, next_step(task))


def next_step(task: Any) -> str:
    """What comes next: a milestone that is `dated`, only ones that are `undated`, or nothing."""
    if task.state not in BEFORE_CLOSED or task.milestones_live == task.milestones_done:
        return ""
    return "undated" if task.next_on is None else "dated"


def _leads(units: list[PrintedUnit]) -> Units:
    collectives, label = _collectives(units), ""
    if len(units) > 1:
        label = pgettext("leads", "%(n)s in all") % {"n": len(units)}
    elif collectives:
        label = pgettext("leads", "members")
    first = units[0].unit if units else None
    return Units(pgettext("ledger", "Lead"), first, label, _printed(units), collectives)


def _supports(units: list[PrintedUnit]) -> Units:
    label = npgettext("units", "%(n)s unit", "%(n)s units", len(units)) % {"n": len(units)} if units else ""
    return Units(pgettext("ledger", "Support"), None, label, _printed(units), _collectives(units))


def _printed(units: list[PrintedUnit]) -> str:
    return pgettext("between units", ", ").join(unit.printed_as for unit in units)


def _collectives(units: list[PrintedUnit]) -> list[tuple[str, str]]:
    comma = pgettext("between units", ", ")
    return [
        (_name_of(unit), comma.join(member.short_name for member in unit.members)) for unit in units if unit.members
    ]


def _name_of(unit: PrintedUnit) -> str:
    return _("%(name)s (%(n)s)") % {"name": unit.printed_as, "n": len(unit.members)}


def _whole(tasks: Sequence[Any], listed: TaskFilter) -> tuple[Sequence[Any], Sequence[Any]]:
    """All tasks of the plan, and those that fit all filters but the light: one query, none if nothing is filtered."""
    if not set(listed.conditions) - {"plan"}:
        return tasks, tasks
    whole: list[Any] = list(listed.marked_but("light").defer("text"))
    return whole, [task for task in whole if task.fits]


def _sections(rows: list[Row], whole: Sequence[Any], listed: TaskFilter) -> list[Section]:
    """By the headings of the document where the rows stand in its order, otherwise one list."""
    if not listed.in_order_of_document:
        return [Section(rows)]
    groups = dict.fromkeys(row.task.group for row in rows)
    figures = {each.group: each for each in rollup(whole, groups).groups}
    anchors = {group: f"group-{group.ordinal}" for group in groups}
    together = groupby(rows, key=lambda row: row.task.group)
    return [Section(list(of), heading(group), anchors.pop(group, ""), figures[group]) for group, of in together]


def _first_key(listed: TaskFilter) -> str:
    keys: list[str] = listed.form.cleaned_data["ordering"]
    return keys[0] if keys else "number"


def _attention(tasks: Sequence[Any]) -> str:
    """要留意 8 项：红灯 2 项（任务 4、14），黄灯 6 项。"""
    watched = (Light.RED, Light.YELLOW)
    by_light = {light: sorted(task.number for task in tasks if task.light == light) for light in watched}
    parts = [_of_light(light, numbers) for light, numbers in by_light.items() if numbers]
    if not parts:
        return _("No task is red or yellow.") if tasks else ""
    n = sum(map(len, by_light.values()))
    text = ngettext("%(n)s task needs attention: %(parts)s.", "%(n)s tasks need attention: %(parts)s.", n)
    return text % {"n": n, "parts": pgettext("between parts of a sentence", ", ").join(parts)}


def _of_light(light: Light, numbers: list[int]) -> str:
    words = {
        "light": light.label,
        "n": len(numbers),
        "numbers": pgettext("between numbers", ", ").join(map(str, numbers)),
    }
    if len(numbers) > NUMBERS_AT_MOST:
        return _("%(n)s %(light)s") % words
    return _("%(n)s %(light)s (%(numbers)s)") % words


def _chips(others: Sequence[Any], listed: TaskFilter) -> list[Chip]:
    """All lights and each light, with the number of tasks that the other filters leave."""
    any_light, figures = not listed.form.cleaned_data["light"], rollup(others)
    everything = Chip("", figures.tasks, address(listed, changes={"light": []}), any_light)
    return [everything, *(_chip(listed, light, count) for light, count in figures.by_light.items())]


def _chip(listed: TaskFilter, light: str, count: int) -> Chip:
    is_current = light in listed.form.cleaned_data["light"]
    return Chip(light, count, address(listed, changes={"light": [light]}), is_current)


def _sort(listed: TaskFilter, name: str) -> Sort:
    """A click sorts by the column, a second one the other way round."""
    now = {name: "ascending", f"-{name}": "descending"}.get(_first_key(listed), "")
    other = f"-{name}" if now == "ascending" else name
    return Sort(address(listed, changes={"ordering": [other]}), now)


def _beside(listed: TaskFilter) -> list[Beside]:
    """Values of a parameter without a control, and the second and further ones of a parameter with one."""
    shown, beside = {"light", "plan"}, []  # chips and a switcher of their own
    chosen = [one for one in listed.chosen() if one.name not in shown]
    for one in chosen:
        if listed.form.fields[one.name].widget.is_hidden or one.name in shown:
            beside.append(Beside(one, _without(listed, one)))
        shown.add(one.name)
    return beside


def _without(listed: TaskFilter, one: Chosen) -> str:
    rest = [other.value for other in listed.chosen() if other.name == one.name and other.value != one.value]
    return address(listed, changes={one.name: rest})


def _to_drop(listed: TaskFilter) -> list[dict[str, Any]]:
    """Which filters to drop to see something, and how much."""
    counts = listed.to_drop()
    return [
        {"label": listed.filters[name].label, "count": count, "url": address(listed, changes={name: []})}
        for name, count in counts.items()
        if name != "plan"
    ]


def address(listed: TaskFilter, page: str = "tasks:ledger", changes: dict[str, list[str]] | None = None) -> str:
    """The list at hand, with the values of some parameters changed. What is empty is left out."""
    query = QueryDict(mutable=True)
    for name, values in (dict(listed.data.lists()) | (changes or {})).items():
        query.setlist(name, [value for value in values if value.strip()])
    return reverse(page) + ("?" if query.urlencode() else "") + query.urlencode()
