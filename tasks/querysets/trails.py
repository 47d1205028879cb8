"""Whose changes a user may read, for the audit of plans and all that belongs to them.

An event is visible as the row is that it copies; one that copies a draft is a draft.
"""

from typing import Any

from django.apps import apps
from django.db.models import OuterRef, QuerySet, Subquery

from tasks.querysets.reports import readable_by

Events = QuerySet[Any]


def _seen(name: str, user: Any) -> Any:
    return apps.get_model("tasks", name)._default_manager.visible_to(user).values("pk")


def of_plans(events: Events, user: Any) -> Events:
    return events.filter(pgh_obj__in=_seen("plan", user))


def in_plans(events: Events, user: Any) -> Events:
    return events.filter(plan__in=_seen("plan", user))


def of_tasks(events: Events, user: Any) -> Events:
    return events.filter(pgh_obj__in=_seen("task", user))


def in_tasks(events: Events, user: Any) -> Events:
    return events.filter(task__in=_seen("task", user))


def of_reports(events: Events, user: Any) -> Events:
    tasks = apps.get_model("tasks", "task")._default_manager.with_coordinator()
    coordinator = tasks.filter(pk=OuterRef("task")).values("coordinator_id")
    return in_tasks(events, user).alias(coordinator=Subquery(coordinator)).filter(readable_by(user))
