"""The columns of the matrix: tasks with the light they show now, or showed when the period was closed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language

from tasks.models import Plan, ReportingPeriod, Standing, Task
from tasks.querysets.matrix import Cell
from tasks.reasons import sentence
from tasks.views.plan_tasks import plan_tasks


@dataclass(frozen=True)
class Column:
    """A task. It has no light where none was kept, and neither light nor address where the reader sees it no more."""

    number: int
    title: str
    url: str
    light: str
    why: str
    is_first: bool  # of its group


def columns(plan: Plan, period: ReportingPeriod, cells: list[Cell], user: Any, today: date) -> dict[int, Column]:
    """By the keys of the tasks, in the order of the document. Of a closed period: the tasks there were."""
    seen = {task.pk: task for task in plan_tasks(plan, user, today)}
    lights = _kept(period, user) if period.state == "closed" else _now(seen.values(), today)
    asked = {cell.task for cell in cells}
    tasks = [*seen.values(), *_left(asked - set(seen))]
    shown = sorted((task for task in tasks if task.pk in lights or task.pk in asked), key=lambda task: task.number)
    before = [None, *(task.group_id for task in shown)]
    return {
        task.pk: Column(
            task.number,
            task.title,
            task.get_absolute_url() if task.pk in seen else "",
            *lights.get(task.pk, ("", "")),
            task.group_id != group,
        )
        for task, group in zip(shown, before, strict=False)
    }


def _now(tasks: Any, today: date) -> dict[int, tuple[str, str]]:
    return {task.pk: (task.light, sentence(task, today)) for task in tasks}


def _kept(period: ReportingPeriod, user: Any) -> dict[int, tuple[str, str]]:
    """Light and sentence as they were when the period was closed."""
    language = get_language() or ""
    kept = Standing.objects.visible_to(user).filter(period=period).only("task_id", "reason", "why")
    return {each.task_id: (each.light.value, each.why.get(language, "")) for each in kept}


def _left(keys: set[int]) -> Any:
    """Tasks that the reader's unit has left: its reports stay, with the number and title they are about."""
    return Task.objects.filter(pk__in=keys).only("number", "title", "group_id") if keys else []
