"""Models by name: querysets are what the models of this app are made of, so they cannot import them."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef

from tasks.workflow import BEFORE_CLOSED


def rows(model: str) -> Any:
    """All rows of a model of this app: `rows("task").visible_to(user)`."""
    return apps.get_model("tasks", model)._default_manager.all()


def ended_then() -> Exists:
    """Of a report: whether its task was closed, suspended or cancelled when the period was closed, so that in the end
    nothing was owed."""
    ended = rows("standing").exclude(state__in=BEFORE_CLOSED)
    return Exists(ended.filter(period=OuterRef("period"), task=OuterRef("task")))


def of_seen_tasks(children: Any, user: Any) -> Any:
    """Those of the tasks the user sees; who sees all tasks is not asked about each."""
    seen = rows("task").visible_to(user)
    return children.filter(Exists(seen.filter(pk=OuterRef("task")))) if seen.query.where else children
