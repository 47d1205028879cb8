"""Roll-ups: how many tasks, in which state and light, how far. Counted from the rows of `with_light`, never stored.

So a figure cannot differ from the rows beside it, and a page that shows both asks for them once.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tasks.querysets.light import Light
from tasks.workflow import State


@dataclass(frozen=True)
class Figures:
    """Progress is None where no task has a figure, which is not 0."""

    tasks: int
    by_state: dict[str, int]
    by_light: dict[str, int]
    progress: int | None
    expected_progress: int | None

    @property
    def gap(self) -> int | None:
        if self.progress is None or self.expected_progress is None:
            return None
        return self.expected_progress - self.progress


@dataclass(frozen=True)
class GroupRollup(Figures):
    group: Any


@dataclass(frozen=True)
class Rollup(Figures):
    groups: tuple[GroupRollup, ...] = ()


def rollup(tasks: Iterable[Any], groups: Iterable[Any] = ()) -> Rollup:
    """Over tasks that carry `with_light`: all of them together, and each of the groups."""
    rows = list(tasks)
    by_group = {group: [task for task in rows if task.group_id == group.pk] for group in groups}
    each = (GroupRollup(**_figures(of_group), group=group) for group, of_group in by_group.items())
    return Rollup(**_figures(rows), groups=tuple(each))


def _figures(tasks: list[Any]) -> dict[str, Any]:
    """Cancelled tasks are counted, but their progress is not."""
    states, lights = Counter(task.state for task in tasks), Counter(task.light for task in tasks)
    moving = [task for task in tasks if task.state != State.CANCELLED]
    return {
        "tasks": len(tasks),
        "by_state": {state: states[state] for state in State.values},
        "by_light": {light: lights[light] for light in Light.values},
        "progress": _mean(task.progress for task in moving),
        "expected_progress": _mean(task.expected_progress for task in moving),
    }


def _mean(figures: Iterable[int | None]) -> int | None:
    """Of those there are; 99.6 shows as 99."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) // len(known) if known else None


def with_task_counts(departments: Any, tasks: Any) -> Any:
    """Departments with `lead_tasks` and `support_tasks` among these tasks, by name or through a collective.

    A department named twice for a task counts once, as its lead if it leads.
    """
    leading = _naming(tasks, "lead")
    return departments.annotate(
        lead_tasks=_count(tasks.filter(leading)),
        support_tasks=_count(tasks.filter(~leading, _naming(tasks, "support"))),
    )


def _naming(tasks: Any, role: str) -> Exists:
    """That a task names the department of the query two levels up."""
    department = OuterRef(OuterRef("pk"))
    assignments = tasks.model._meta.get_field("assignments").related_model._default_manager
    by_name = Q(department=department) | Q(department__memberships__member=department)
    return Exists(assignments.filter(by_name, task=OuterRef("pk"), role=role))


def _count(tasks: Any) -> Coalesce:
    counted = tasks.order_by().values(one=models.Value(1)).annotate(tasks=Count("pk")).values("tasks")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)
