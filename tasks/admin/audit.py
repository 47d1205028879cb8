"""Whose changes of the plan are listed in the admin, and what finds them."""

from typing import Any

from django.db.models import OuterRef, Subquery

from departments.querysets.changes import Events, Trail, register
from tasks.models import Assignment, Milestone, Plan, Report, Task, TaskGroup
from tasks.querysets.reports import readable_by

PLANNERS = "tasks.view_plan"


def readable_reports(events: Events, user: Any) -> Events:
    """An event that copies a draft is a draft."""
    tasks: Any = Task.objects.with_coordinator()
    coordinator = tasks.filter(pk=OuterRef("task")).values("coordinator_id")
    return events.alias(coordinator=Subquery(coordinator)).filter(readable_by(user))


register(Trail(Plan, PLANNERS, ("title",), ("code", "title")))
register(Trail(TaskGroup, PLANNERS, ("title",), ("title",)))
register(Trail(Task, PLANNERS, ("number", "title"), ("title",)))
register(Trail(Assignment, PLANNERS, ("task", "printed_as"), ("printed_as", "task__title")))
register(Trail(Milestone, PLANNERS, ("task", "title"), ("title", "task__title")))
register(
    Trail(
        Report,
        PLANNERS,
        ("task", "department"),
        ("task__title", "department__short_name", "department__name"),
        visible=readable_reports,
    )
)
