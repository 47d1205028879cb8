"""A document beside the plan of the same code: what storing it would change, by task number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.actions.imports.names import Names
from tasks.documents.likeness import counterpart, same_words
from tasks.documents.reading import Heading, Item, Reading, Step
from tasks.models import Assignment, Milestone, Plan, Role, Task
from tasks.workflow import State

UNTOUCHED = (State.CLOSED, State.CANCELLED)  # what is over stays as it was when it ended
HEAD = ("title", "year", "issuer", "document_number", "issued_on", "ends_on")
BETWEEN = "、"


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MISSING = "missing"  # in the plan and not in the document: stays
    KEPT = "kept"  # closed or cancelled, whatever the document says now: stays


class Change(NamedTuple):
    """`field` of a plan, a group or a task: also `leads`, `supports`, `quote`, `milestone`."""

    field: str
    label: str | Promise
    before: str
    after: str


class Named(NamedTuple):
    """An assignment to be; equal ones need no writing."""

    role: str
    department: int
    printed_as: str
    open_ended: bool


@dataclass
class Compared:
    """A task of the plan, of the document, or of both. `item` and its `place` are the reading's, `task` the plan's.

    What storing does: `fields` are set, `units` replace those that stand there (None: they stay), `quotes` are set on
    milestones by their keys, `steps` are added."""

    number: int
    kind: Kind
    item: Item | None = None
    place: int | None = None
    task: Task | None = None
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    units: list[Named] | None = None
    quotes: dict[int, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.item.title if self.item else self.task.title if self.task else ""


@dataclass
class Comparison:
    """`head` and `groups` as they change; `fields` of the plan, its text among them, and titles by ordinal are what
    storing sets."""

    plan: Plan
    head: list[Change]
    groups: list[Change]
    tasks: list[Compared]
    fields: dict[str, Any]
    titles: dict[int, str]

    def of(self, kind: str) -> list[Compared]:
        return [task for task in self.tasks if task.kind == kind]

    @property
    def new(self) -> list[Compared]:
        return self.of(Kind.NEW)

    @property
    def changed(self) -> list[Compared]:
        return self.of(Kind.CHANGED)

    @property
    def unchanged(self) -> list[Compared]:
        return self.of(Kind.UNCHANGED)

    @property
    def missing(self) -> list[Compared]:
        return self.of(Kind.MISSING)

    @property
    def kept(self) -> list[Compared]:
        return self.of(Kind.KEPT)

    @property
    def is_same(self) -> bool:
        """Storing would change nothing."""
        return not (self.head or self.groups or self.new or self.changed or self.fields)

    @property
    def seen(self) -> str:
        """What `store` compares: whether the plan is still the one this was compared with."""
        rows = [self.plan, *(task.task for task in self.tasks if task.task)]
        return "-".join([str(self.plan.pk), str(len(rows)), str(sum(row.version for row in rows))])


def compare(reading: Reading, text: str, plan: Plan, names: Names) -> Comparison:
    """Four queries besides those of the names."""
    fields = {name: getattr(reading, name) for name in HEAD}
    fields = {name: value for name, value in fields.items() if value != getattr(plan, name)}
    head = [_change(Plan, name, getattr(plan, name), value) for name, value in fields.items()]
    if not same_words(plan.text, text):
        fields["text"] = text
    titles = {group.ordinal: group.title for group in plan.groups.all()}
    changed = {each.ordinal: each.title for each in reading.groups if titles.get(each.ordinal) != each.title}
    told = [Change("group", _("group"), titles.get(at, ""), title) for at, title in changed.items()]
    return Comparison(plan, head, told, _tasks(reading, plan, names), fields, changed)


def _change(model: Any, name: str, before: Any, after: Any) -> Change:
    label = capfirst(str(model._meta.get_field(name).verbose_name))
    return Change(name, label, "" if before is None else str(before), "" if after is None else str(after))


def _tasks(reading: Reading, plan: Plan, names: Names) -> list[Compared]:
    """In the order of their numbers. What a planner has left out stays in the plan as it is."""
    stored = {task.number: task for task in _stored(plan)}
    left_out = {item.number for item in reading.tasks if item.left_out}
    read = {item.number: (place, item) for place, item in reading.taken if item.number}
    titles = {item.title: number for number, (_place, item) in read.items()}
    compared = [_task(item, place, stored.get(number), reading, names) for number, (place, item) in read.items()] + [
        Compared(number, Kind.MISSING, task=task)
        for number, task in stored.items()
        if number not in read and number not in left_out
    ]
    for each in compared:
        each.notes += _moved(each, titles)
    return sorted(compared, key=lambda each: each.number)


def _stored(plan: Plan) -> Iterable[Task]:
    units = Assignment.objects.select_related("department").order_by("role", "position")
    return plan.tasks.select_related("group").prefetch_related(
        Prefetch("assignments", units), Prefetch("milestones", Milestone.objects.order_by("position"))
    )


def _moved(each: Compared, titles: dict[str, int]) -> Iterator[str]:
    """Numbers name the tasks: where a document counts anew, what stands under a number is another task."""
    now = titles.get(each.task.title) if each.task else None
    if each.task and now not in (None, each.number):
        yield _("“%(title)s” has the number %(number)s in the document: it may have been numbered anew.") % {
            "title": each.task.title,
            "number": now,
        }


def _task(item: Item, place: int, task: Task | None, reading: Reading, names: Names) -> Compared:
    if task is None:
        found = Compared(item.number, Kind.NEW, item, place, units=named(item, names), steps=kept_steps(item))
        found.fields = {"group": group.ordinal} if (group := _group(item, reading)) else {}
        return found
    found = Compared(item.number, Kind.CHANGED, item, place, task)
    _compare_words(found, item, task, reading)
    _compare_units(found, item, task, names)
    if not found.changes:
        return Compared(item.number, Kind.UNCHANGED, item, place, task)
    if task.state in UNTOUCHED:
        told = _("The task is %s and stays as it is.") % task.get_state_display()
        return Compared(item.number, Kind.KEPT, item, place, task, found.changes, [told])
    _compare_milestones(found, item, task)
    return found


# ---- words ----


def _compare_words(found: Compared, item: Item, task: Task, reading: Reading) -> None:
    for name in ("title", "text"):
        before, after = getattr(task, name), getattr(item, name)
        if not same_words(before, after):
            found.fields[name] = after
            found.changes.append(_change(Task, name, before, after))
    group = _group(item, reading)
    if group and group.ordinal != task.group.ordinal:
        found.fields["group"] = group.ordinal
        found.changes.append(_change(Task, "group", task.group, group.title))


def _group(item: Item, reading: Reading) -> Heading | None:
    return reading.groups[item.group] if item.group is not None and item.group < len(reading.groups) else None


# ---- units ----


def named(item: Item, names: Names) -> list[Named]:
    """Leads first, each role in the order of the document; without units that are left out or unknown."""
    ordered = [unit for role in (Role.LEAD, Role.SUPPORT) for unit in item.units if unit.role == role]
    known = [(unit, names.department(unit.printed)) for unit in ordered]
    return [Named(unit.role, found.pk, unit.printed_as, unit.open_ended) for unit, found in known if found]


def _compare_units(found: Compared, item: Item, task: Task, names: Names) -> None:
    before = {(one.role, one.department_id): one for one in task.assignments.all()}
    wanted = named(item, names)
    for role, name in ((Role.LEAD, "leads"), (Role.SUPPORT, "supports")):
        stand = [_as_named(one) for one in before.values() if one.role == role]
        asked = [one for one in wanted if one.role == role]
        if stand != asked:
            found.units = wanted
            found.changes.append(Change(name, LABELS[name], _listed(stand), _listed(asked)))


LABELS = {"leads": gettext_lazy("Lead units"), "supports": gettext_lazy("Supporting units")}


def _as_named(one: Assignment) -> Named:
    return Named(one.role, one.department_id, one.printed_as, one.open_ended)


def _listed(units: list[Named]) -> str:
    return BETWEEN.join(unit.printed_as for unit in units)


# ---- milestones ----


def kept_steps(item: Item) -> list[Step]:
    return [step for step in item.milestones if step.kept]


def _compare_milestones(found: Compared, item: Item, task: Task) -> None:
    """Milestones stay. Their quotes follow the text; proposals are added only where the words are new in it."""
    if "text" not in found.fields:
        return
    stand = list(task.milestones.all())
    for one in stand:
        if one.quote not in item.text:
            after = counterpart(one.quote, task.text, item.text)
            found.quotes[one.pk] = after
            found.changes.append(Change("quote", _("Quote of “%s”") % one.title, one.quote, after))
    quotes = [found.quotes.get(one.pk, one.quote) for one in stand]
    titles = {one.title for one in stand}
    for step in kept_steps(item):
        overlaps = any(quote and (quote in step.quote or step.quote in quote) for quote in quotes)
        if step.quote and step.quote not in task.text and not overlaps and step.title not in titles:
            found.steps.append(step)
            found.changes.append(Change("milestone", _("New milestone"), "", step.title))
