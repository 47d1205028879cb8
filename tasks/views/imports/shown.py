"""What was read in a document, laid out for the page that shows it beside the text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise

from departments.models import Department
from tasks.actions.imports import Draft, Problem, Unknown
from tasks.documents.beside import Place, Words, stretches
from tasks.documents.doubts import Doubt, Why
from tasks.documents.numerals import heading
from tasks.documents.reading import Item, Unit

ABOUT_NUMBERS = {Why.NUMBER_MISSING, Why.NUMBER_REPEATED, Why.RENUMBERED, Why.TITLE_CUT, Why.LONG_TITLE}
FOLDED_FROM = 40  # tasks: from there on the proposals for milestones are folded
TOLD_AT_MOST = 10  # problems on top of the page; each stands beside its task as well


class ShownUnit(NamedTuple):
    """As printed; `department` where it is known by another name; `unknown` where somebody must decide."""

    unit: Unit
    department: Department | None
    is_left_out: bool
    unknown: Unknown | None


@dataclass
class ShownTask:
    """A task of the reading; `is_placed`: its place in the text is shown."""

    place: int
    item: Item
    leads: list[ShownUnit]
    supports: list[ShownUnit]
    problems: list[Problem] = field(default_factory=list)
    is_placed: bool = False

    @property
    def steps_in_a_row(self) -> str:
        """The proposals that are kept, where there is no room for a line for each."""
        kept = [step for step in self.item.milestones if step.kept]
        return "；".join(f"{step.title} {step.due_on}" if step.due_on else step.title for step in kept)

    @property
    def is_unsure(self) -> bool:
        return not self.item.left_out and bool(self.problems or self.item.doubts)


class ShownGroup(NamedTuple):
    heading: str
    tasks: list[ShownTask]


class Pointed(NamedTuple):
    """A problem with the way to where it is mended; `number` of the task that has it."""

    number: int | None
    label: Promise
    message: str
    url: str


def page_of(draft: Draft) -> dict[str, Any]:
    """Everything the page shows; no more queries than the draft itself asks."""
    tasks = _tasks(draft)
    cut = stretches(draft.imported.text, _places(draft, tasks))
    return _figures(draft, tasks) | {
        "reading": draft.reading,
        "groups": _groups(draft, tasks),
        "stretches": cut,
        "loose_count": sum(stretch.is_loose for stretch in cut),
        "folded": len(tasks) > FOLDED_FROM,
    }


def _figures(draft: Draft, tasks: list[ShownTask]) -> dict[str, Any]:
    reading = draft.reading
    return {
        "task_count": len(reading.taken),
        "left_out_count": len(tasks) - len(reading.taken),
        "unit_count": len(reading.printed),
        "step_count": sum(step.kept for __, item in reading.taken for step in item.milestones),
        "doubt_count": len(draft.warnings),
        "unsure": [task for task in tasks if task.item.doubts and not task.item.left_out],
        "decided": sum(draft.names.is_settled(name.printed) for name in draft.unknown),
    }


def pointed(draft: Draft) -> dict[str, Any]:
    """What prevents storing. Names nobody knows are decided on one page, so they are one line."""
    names = [one for one in draft.problems if one.field == "names"]
    others = [one for one in draft.problems if one.field != "names"]
    return {
        "undecided": len(names),
        "other_problems": [_pointed(draft, one) for one in others[:TOLD_AT_MOST]],
        "more_problems": max(len(others) - TOLD_AT_MOST, 0),
    }


def _pointed(draft: Draft, problem: Problem) -> Pointed:
    key, label = draft.imported.pk, problem.label
    if problem.place is not None:
        number = draft.reading.tasks[problem.place].number
        return Pointed(number, label, problem.message, reverse("tasks:import_task", args=[key, problem.place]))
    name = "tasks:import_task_add" if problem.field == "tasks" else "tasks:import_head"
    return Pointed(None, label, problem.message, reverse(name, args=[key]))


# ---- what was read ----


def _tasks(draft: Draft) -> list[ShownTask]:
    unknown = {name.printed: name for name in draft.unknown if not draft.names.is_settled(name.printed)}
    shown = [
        ShownTask(place, item, _units(item.leads, draft, unknown), _units(item.supports, draft, unknown))
        for place, item in enumerate(draft.reading.tasks)
    ]
    for problem in draft.problems:
        if problem.place is not None:
            shown[problem.place].problems.append(problem)
    return shown


def _units(units: Iterable[Unit], draft: Draft, unknown: dict[str, Unknown]) -> list[ShownUnit]:
    names = draft.names
    return [
        ShownUnit(unit, _other(unit, names.department(unit.printed)), names.is_left_out(unit.printed), found)
        for unit in units
        for found in [unknown.get(unit.printed)]
    ]


def _other(unit: Unit, department: Department | None) -> Department | None:
    return department if department and department.short_name != unit.printed else None


def _groups(draft: Draft, tasks: list[ShownTask]) -> list[ShownGroup]:
    """In the order of the document, those without a group first."""
    headings = [(None, ""), *((place, heading(group)) for place, group in enumerate(draft.reading.groups))]
    found = [ShownGroup(title, [task for task in tasks if task.item.group == place]) for place, title in headings]
    return [group for group in found if group.tasks or group.heading]


# ---- beside the text ----


def _places(draft: Draft, tasks: list[ShownTask]) -> Iterator[Place]:
    """Of the tasks, and of the sentences that are in none. A task that a planner added is looked for in the text."""
    text, taken = draft.imported.text, set()
    for task in tasks:
        start, end = task.item.place or _found(text, task.item.text)
        if start < end and start not in taken:
            task.is_placed = True
            taken.add(start)
            yield Place(start, end, task, _words(task.item))
    doubts = list(_doubted(draft.reading.doubts))
    for start, end in draft.reading.loose:
        if start not in taken:
            yield Place(start, end, None, doubts)


def _found(text: str, words: str) -> tuple[int, int]:
    start = text.find(words) if words else -1
    return (start, start + len(words)) if start >= 0 else (0, 0)


def _words(item: Item) -> list[Words]:
    """What is doubted comes first, so that it is marked in any case."""
    units = [Words("unit", unit.printed_as) for unit in item.units]
    steps = [Words("step", step.quote) for step in item.milestones if step.kept]
    return [*_doubted(item.doubts), *sorted(units, key=lambda words: -len(words.text)), *steps]


def _doubted(doubts: Iterable[Doubt]) -> Iterator[Words]:
    for doubt in doubts:
        if doubt.about and doubt.why not in ABOUT_NUMBERS:
            yield Words("doubt", doubt.about, doubt)
