"""原文: the published text, whole for everyone; marks, lights and figures only on what the reader sees."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from metrology_plan.remembering import remembered
from tasks.documents.marks import Block, Kind, Printed, outline, printed
from tasks.models import Milestone, Plan, Task, TaskGroup
from tasks.querysets.rollup import Figures, rollup
from tasks.views.current import current_plan, plan_choices


@require_safe
@remembered
def document(request: HttpRequest) -> HttpResponse:
    plan, user = current_plan(request), _user(request)
    context: dict[str, Any] = {"plan": plan, "choices": plan_choices(request, plan)}
    if plan is not None:
        context |= {"own_unit": user.sees_own_unit_only}
        context |= _page(plan, user, portal_today())
    return render(request, "tasks/document.html", context)


def _user(request: Any) -> Any:
    return request.user


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


def _page(plan: Plan, user: Any, today: date) -> dict[str, Any]:
    seen = Task.objects.with_light(today).visible_to(user).filter(plan=plan)
    tasks, groups = _tasks(seen, user), list(plan.groups.order_by("ordinal"))
    blocks = [block for block in outline(plan.text, plan.title, groups, tasks) if block.text.strip()]
    titles = [at for at, block in enumerate(blocks) if block.kind == Kind.TITLE]
    start = titles[0] if titles else 0
    parts = _parts(blocks[start:], today)
    _add_figures(parts, rollup(tasks, groups).groups)
    return {
        "letter": [_entry(block, today) for block in blocks[:start]],
        "parts": parts,
        "contents": _contents(groups, tasks, parts),
        "tasks": len(tasks),
        "marks": _marks(parts),
    }


def _tasks(seen: Any, user: Any) -> list[Any]:
    milestones = Prefetch("milestones", Milestone.objects.visible_to(user).order_by("position"))
    return list(seen.in_order().defer("plan__text").prefetch_related(milestones))


def _parts(blocks: Iterable[Block], today: date) -> list[Part]:
    """The title itself heads the page and is not said twice."""
    parts = [Part()]
    for block in blocks:
        if block.kind == Kind.GROUP:
            parts.append(Part(block.key, block.text.strip()))
        elif block.kind != Kind.TITLE:
            parts[-1].entries.append(_entry(block, today))
    return parts


def _entry(block: Block, today: date) -> Entry:
    text, task = block.text.strip(), block.key
    if task is None:
        return Entry(block.kind, text)
    return Entry(
        block.kind, text, task, printed(task, task.milestones.all(), today), block.text.removesuffix(task.text)
    )


def _add_figures(parts: Iterable[Part], figures: Iterable[Any]) -> None:
    by_group = {each.group: each for each in figures if each.tasks}
    for part in parts:
        part.figures = by_group.get(part.group)


def _contents(groups: Iterable[TaskGroup], tasks: Sequence[Any], parts: Iterable[Part]) -> list[dict[str, Any]]:
    """The groups and the reader's tasks, each leading to its place here, or to its page when it has none."""
    headings = {part.group: part.heading for part in parts if part.group}
    placed = {entry.task for part in parts for entry in part.entries if entry.task}
    return [
        {
            "group": group,
            "heading": headings.get(group, ""),
            "tasks": [(task, task in placed) for task in tasks if task.group_id == group.pk],
        }
        for group in groups
    ]


def _marks(parts: Iterable[Part]) -> dict[str, int]:
    """How many milestones are marked, and how many of them are done."""
    texts = [entry.printed for part in parts for entry in part.entries if entry.printed]
    marks = [piece.key for text in texts for piece in (*text.head, *text.body) if piece.key]
    return {"all": len(marks), "done": sum(mark.standing == "done" for mark in marks)}
