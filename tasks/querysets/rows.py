"""Models by name: querysets are what the models of this app are made of, so they cannot import them."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from tasks.workflow import BEFORE_CLOSED


def rows(model: str) -> Any:
    """All rows of a model of this app: `rows("task").visible_to(user)`."""
    return apps.get_model("tasks", model)._default_manager.all()


def ended_then() -> Exists:
    """Of a report: whether its task was closed, suspended or cancelled when the period was closed, so that in the end
    nothing was owed."""
    ended = rows("standing").exclude(state__in=BEFORE_CLOSED)
    return Exists(ended.filter(period=OuterRef("period"), task=OuterRef("task")))


def of_seen_tasks(children: Any, user: Any, besides: Q | None = None) -> Any:
    """Those of the tasks the user sees, and such `besides`; who sees all tasks is not asked about each.

    One condition on each row: a set of keys beside it would be made of every plan there is.
    """
    seen = rows("task").visible_to(user)
    if not seen.query.where:
        return children
    of_a_seen_task = Q(Exists(seen.filter(pk=OuterRef("task"))))
    return children.filter(of_a_seen_task if besides is None else besides | of_a_seen_task)
