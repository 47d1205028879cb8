"""Roll-ups: how many tasks, in which state and light, how far. Computed in SQL, never stored.

They stand on `with_light`, so a figure on one page cannot differ from the rows on another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Avg, Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce, Floor

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


def rollup(tasks: Any, groups: Iterable[Any] = ()) -> Rollup:
    """One query over tasks that carry `with_light`: all of them together, then each of the groups."""
    groups = tuple(groups)
    asked = _figures("all")
    for group in groups:
        asked |= _figures(f"group_{group.pk}", Q(group=group))
    row = tasks.aggregate(**asked)
    each = (GroupRollup(**_read(row, f"group_{group.pk}"), group=group) for group in groups)
    return Rollup(**_read(row, "all"), groups=tuple(each))


def _figures(name: str, among: Q | None = None) -> dict[str, Any]:
    """Cancelled tasks are counted, but their progress is not; Avg passes over tasks without a figure."""
    among = among or Q()
    alive = among & ~Q(state=State.CANCELLED)
    return {
        f"{name}_tasks": Count("pk", filter=among),
        **{f"{name}_state_{state}": Count("pk", filter=among & Q(state=state)) for state in State.values},
        **{f"{name}_light_{light}": Count("pk", filter=among & Q(light=light)) for light in Light.values},
        f"{name}_progress": _mean("progress", alive),
        f"{name}_expected": _mean("expected_progress", alive),
    }


def _mean(figure: str, among: Q) -> Cast:
    """99.6 shows as 99."""
    return Cast(Floor(Avg(figure, filter=among)), models.IntegerField())


def _read(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "tasks": row[f"{name}_tasks"],
        "by_state": {state: row[f"{name}_state_{state}"] for state in State.values},
        "by_light": {light: row[f"{name}_light_{light}"] for light in Light.values},
        "progress": row[f"{name}_progress"],
        "expected_progress": row[f"{name}_expected"],
    }


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
