"""Whose changes a user reads, for the audit of plans and all that belongs to them: admin, task history and API.

An event is visible as the row is that it copies; one that copies a draft is a draft.
"""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from tasks.querysets.plans import in_force_for
from tasks.querysets.reports import readable_by
from tasks.workflow import SENT

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


def of_periods(events: Events, user: Any) -> Events:
    """Planned periods give way when the rhythm changes, so the row of an event may be gone."""
    return in_plans(events, user)


def of_standings(events: Events, user: Any) -> Events:
    return _of_visible("standing", events, user)


def of_reports(events: Events, user: Any) -> Events:
    """In the tasks he sees the words he may read; the own unit's past also where it has left the task."""
    seen = in_tasks(events, user)
    if user.is_reporter and not user.is_superuser:
        past = Q(department=user.department_id, period__isnull=False, task__plan__is_active=True)
        seen = events.filter(past | Q(task__in=_rows("task").visible_to(user).values("pk")))
    coordinator = _rows("task").with_coordinator().filter(pk=OuterRef("task")).values("coordinator_id")
    return seen.alias(coordinator=Subquery(coordinator)).filter(readable_by(user))


def of_evidence(events: Events, user: Any) -> Events:
    """A file is as readable as its report; one taken away before anybody else could read it was a draft's."""
    removed = events.model.objects.filter(pgh_obj=OuterRef("pgh_obj"), is_removed=True).order_by("pgh_id")
    words = _rows("report").model.pgh_event_model.objects.filter(pgh_obj=OuterRef("report"))
    meanwhile = {"pgh_created_at__gte": OuterRef("created_at"), "pgh_created_at__lt": OuterRef("removed_at")}
    was_read = Exists(of_reports(words, user).filter(state__in=SENT, **meanwhile))
    known = Q(removed_at__isnull=True) | Q(was_read) | Q(report__department=user.department_id)
    readable = events.filter(report__in=_rows("report").visible_to(user).values("pk"))
    first = Subquery(removed.values("pgh_created_at")[:1])
    return readable if user.is_superuser else readable.alias(removed_at=first).filter(known)


def of_reminders(events: Events, user: Any) -> Events:
    return _of_visible("reminder", events, user)


def of_letters(events: Events, user: Any) -> Events:
    return _of_visible("letter", events, user)


def of_extensions(events: Events, user: Any) -> Events:
    return _of_visible("extensionrequest", events, user)


def of_directives(events: Events, user: Any) -> Events:
    return _of_visible("directive", events, user)


def of_exports(events: Events, user: Any) -> Events:
    """Whoever asked for a file, and nobody else: what somebody looks into is his own business."""
    return _of_visible("export", events, user)


def of_imports(events: Events, user: Any) -> Events:
    """Of documents on their way in: planners. What was corrected in them is not told, the plan they become is."""
    return _of_visible("planimport", events, user)


def _of_visible(name: str, events: Events, user: Any) -> Events:
    """Of rows that are never deleted and whose readers do not change with what is written in them."""
    return events.filter(pgh_obj__in=_rows(name).visible_to(user).values("pk"))


def _rows(name: str) -> Any:
    return apps.get_model("tasks", name)._default_manager
