"""Whose changes a user reads, for the audit of plans and all that belongs to them: admin, task history and API.

An event is visible as the row is that it copies; one that copies a draft is a draft.
"""

from typing import Any

from django.apps import apps
from django.db.models import OuterRef, QuerySet, Subquery

from tasks.querysets.plans import in_force_for
from tasks.querysets.reports import readable_by

Events = QuerySet[Any]


def of_plans(events: Events, user: Any) -> Events:
    """A plan that was not in force yet was a draft."""
    return events.filter(in_force_for(user), pgh_obj__in=_rows("plan").visible_to(user).values("pk"))


def in_plans(events: Events, user: Any) -> Events:
    return events.filter(plan__in=_rows("plan").visible_to(user).values("pk"))


def of_tasks(events: Events, user: Any) -> Events:
    return events.filter(pgh_obj__in=_rows("task").visible_to(user).values("pk"))


def in_tasks(events: Events, user: Any) -> Events:
    return events.filter(task__in=_rows("task").visible_to(user).values("pk"))


def of_reports(events: Events, user: Any) -> Events:
    """In the tasks he sees, the words he may read."""
    coordinator = _rows("task").with_coordinator().filter(pk=OuterRef("task")).values("coordinator_id")
    return in_tasks(events, user).alias(coordinator=Subquery(coordinator)).filter(readable_by(user))


def _rows(name: str) -> Any:
    return apps.get_model("tasks", name)._default_manager
