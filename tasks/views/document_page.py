"""What the document page shows of a plan's text: its parts, the reader's tasks with their marks, what is covered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch

from departments.models import Membership
from tasks.documents.blocks import Block, Kind, outline
from tasks.documents.coverage import Sentence, sentences, to_quote
from tasks.documents.marks import Mark, Mention, Printed, Uncovered, marked, printed_at
from tasks.documents.passages import Span
from tasks.models import Assignment, Milestone, Plan, Task, TaskGroup
from tasks.querysets.rollup import Figures, rollup


@dataclass
class Placed:
    """A task of the reader's at its place, with what is marked in it and the sentences that ask for work."""

    task: Any
    place: Span
    marks: dict[Mark, Span]
    mentions: dict[Mention, Span]
    sentences: list[Sentence] = field(default_factory=list)

    def read(self, text: str) -> None:
        """The sentences between title and units."""
        bare = printed_at(text, self.place, self.place.end, self.task.title, {})
        start = self.place.start + sum(len(piece.text) for piece in bare.head)
        end = start + sum(len(piece.text) for piece in bare.body)
        self.sentences = sentences(text, start, end, self.marks.values(), self.mentions.values())

    def printed(self, text: str, end: int, with_uncovered: bool) -> Printed:
        left = [one.place for one in self.sentences if with_uncovered and not one.covered]
        uncovered = {Uncovered(place, to_quote(text[place.start : place.end])): place for place in left}
        marks: dict[Any, Span] = {**self.marks, **self.mentions, **uncovered}
        return printed_at(text, self.place, end, self.task.title, marks)


@dataclass(frozen=True)
class Entry:
    """A block of the document; a task the reader sees has its marks, and `prefix`, its number as printed."""

    kind: Kind
    text: str
    task: Any = None
    printed: Printed | None = None
    prefix: str = ""


@dataclass
class Part:
    """The blocks under a heading of the document; `group` and `figures` where it is that of a group."""

    group: TaskGroup | None = None
    heading: str = ""
    figures: Figures | None = None
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Covered:
    """How many sentences ask for work, how many of them have a milestone, and the tasks in which some have none."""

    sentences: int
    covered: int
    tasks: list[Any]

    @property
    def left(self) -> int:
        return self.sentences - self.covered


def page(plan: Plan, user: Any, today: date, with_uncovered: bool) -> dict[str, Any]:
    """`with_uncovered`: sentences without a milestone are marked."""
    tasks, groups = _tasks(plan, user, today), list(plan.groups.order_by("ordinal"))
    placed = {one.task: one for one in _placed(plan, tasks, user, today)}
    blocks = outline(plan.text, plan.title, groups, {task: one.place for task, one in placed.items()})
    blocks = [block for block in blocks if block.text.strip()]
    start = next((at for at, block in enumerate(blocks) if block.kind == Kind.TITLE), 0)
    entries = [_entry(block, plan.text, placed, with_uncovered) for block in blocks]
    parts = _parts(blocks[start:], entries[start:])
    _add_figures(parts, rollup(tasks, groups).groups)
    return {
        "letter": entries[:start],
        "parts": parts,
        "contents": _contents(groups, tasks, placed, parts),
        "tasks": len(tasks),
        "marks": _marks(entries),
        "coverage": _coverage(placed.values()),
        "with_uncovered": with_uncovered,
        "may_add_milestone": user.has_perm("tasks.add_milestone"),
    }


def _tasks(plan: Plan, user: Any, today: date) -> list[Any]:
    seen = Task.objects.with_light(today).visible_to(user).filter(plan=plan)
    milestones = Prefetch("milestones", Milestone.objects.visible_to(user).order_by("position"))
    units = Assignment.objects.visible_to(user).select_related("department").order_by("role", "position")
    return list(seen.in_order().defer("plan__text").prefetch_related(milestones, Prefetch("assignments", units)))


def _placed(plan: Plan, tasks: Iterable[Any], user: Any, today: date) -> Iterator[Placed]:
    """Those that have a place in the text."""
    spans, own = plan.places.spans(), _own_units(user)
    for task in tasks:
        if place := spans.get((task.pk, None, None)):
            marks = {mark: spans.get((None, mark.milestone.pk, None)) for mark in marked(task.milestones.all(), today)}
            units = {
                Mention(unit, unit.department_id in own): spans.get((None, None, unit.pk))
                for unit in task.assignments.all()
            }
            placed = Placed(task, place, _there(marks), _there(units))
            placed.read(plan.text)
            yield placed


def _there(spans: dict[Any, Span | None]) -> dict[Any, Span]:
    return {key: span for key, span in spans.items() if span}


def _own_units(user: Any) -> set[int]:
    """The reader's unit and the collectives it belongs to; for those who see all tasks none stands out."""
    if not user.sees_own_unit_only:
        return set()
    through = Membership.objects.filter(member=user.department_id)
    return {user.department_id, *through.values_list("collective", flat=True)}


def _entry(block: Block, text: str, placed: dict[Any, Placed], with_uncovered: bool) -> Entry:
    """Whole lines; of a task also what is printed before and behind its words."""
    one = placed.get(block.key)
    if one is None:
        return Entry(block.kind, block.text.strip())
    printed = one.printed(text, block.end, with_uncovered)
    return Entry(block.kind, block.text.strip(), one.task, printed, text[block.start : one.place.start].strip())


def _parts(blocks: Iterable[Block], entries: Iterable[Entry]) -> list[Part]:
    """The title itself heads the page and is not said twice."""
    parts = [Part()]
    for block, entry in zip(blocks, entries, strict=True):
        if block.kind == Kind.GROUP:
            parts.append(Part(block.key, entry.text))
        elif block.kind != Kind.TITLE:
            parts[-1].entries.append(entry)
    return parts


def _add_figures(parts: Iterable[Part], figures: Iterable[Any]) -> None:
    by_group = {each.group: each for each in figures if each.tasks}
    for part in parts:
        part.figures = by_group.get(part.group)


def _contents(
    groups: Iterable[TaskGroup], tasks: Sequence[Any], placed: dict[Any, Placed], parts: Iterable[Part]
) -> list[dict[str, Any]]:
    """The groups and the reader's tasks, each leading to its place here, or to its page when it has none."""
    headings = {part.group: part.heading for part in parts if part.group}
    return [
        {
            "group": group,
            "heading": headings.get(group, ""),
            "tasks": [(task, task in placed) for task in tasks if task.group_id == group.pk],
        }
        for group in groups
    ]


def _marks(entries: Iterable[Entry]) -> dict[str, int]:
    """How many milestones are marked, and how many of them are done."""
    texts = [entry.printed for entry in entries if entry.printed]
    keys = [piece.key for text in texts for piece in (*text.head, *text.body, *text.tail)]
    marks = [key for key in keys if isinstance(key, Mark)]
    return {"all": len(marks), "done": sum(mark.standing == "done" for mark in marks)}


def _coverage(placed: Iterable[Placed]) -> Covered:
    ordered = list(placed)
    found = [sentence for one in ordered for sentence in one.sentences]
    left = [one.task for one in ordered if not all(sentence.covered for sentence in one.sentences)]
    return Covered(len(found), sum(sentence.covered for sentence in found), left)
