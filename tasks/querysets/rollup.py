"""Roll-ups: how many tasks, in which state and light, how far. Computed in SQL, never stored.

They stand on `with_light`, so a figure on one page cannot differ from the rows on another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
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


def rollup(tasks: Any, groups: Iterable[Any] = ()) -> Rollup:
    """One query over tasks that carry `with_light`: all of them together, and each of the groups."""
    standing = tasks.order_by().values("group_id", "state", "light", "progress", "expected_progress")
    inner, params = standing.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(OVER.format(inner=inner), params)
        names = [column.name for column in cursor.description]
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in cursor}
    each = (GroupRollup(**_read(rows.get(group.pk, {})), group=group) for group in groups)
    return Rollup(**_read(rows[None]), groups=tuple(each))


# Cancelled tasks are counted, but their progress is not; avg passes over tasks without a figure; 99.6 shows as 99.
# Django's own aggregation over these annotations costs twenty times as much as the query itself.
OVER = (
    "SELECT group_id, count(*) AS tasks, "
    + ", ".join(f"count(*) FILTER (WHERE state = '{state}') AS state_{state}" for state in State.values)
    + ", "
    + ", ".join(f"count(*) FILTER (WHERE light = '{light}') AS light_{light}" for light in Light.values)
    + ", floor(avg(progress) FILTER (WHERE state <> 'cancelled'))::int AS progress"
    + ", floor(avg(expected_progress) FILTER (WHERE state <> 'cancelled'))::int AS expected_progress"
    + " FROM ({inner}) AS standing GROUP BY GROUPING SETS ((group_id), ())"
)


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the query; without a line there is no task in the group."""
    return {
        "tasks": row.get("tasks", 0),
        "by_state": {state: row.get(f"state_{state}", 0) for state in State.values},
        "by_light": {light: row.get(f"light_{light}", 0) for light in Light.values},
        "progress": row.get("progress"),
        "expected_progress": row.get("expected_progress"),
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
