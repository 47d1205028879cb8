"""Ticking milestones, and what becomes of those that are no longer wanted."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tasks.actions.moves import locked, start_if_waiting
from tasks.actions.refusals import IllegalNow, malformed, require, require_text, require_version
from tasks.models import Milestone, Task
from tasks.workflow import BEFORE_CLOSED

State = Milestone.State


@transaction.atomic
def complete(
    milestone: Milestone,
    *,
    by: Any,
    today: date,
    done_on: date | None = None,
    note: str = "",
    version: int | None = None,
) -> Milestone:
    """Tick it as done on `done_on` (today unless given, never later). Starts a task that had not begun."""
    task, milestone = _locked(milestone)
    require(by, "tasks.tick_milestone", task)
    done_on = done_on or today
    if done_on > today:
        raise malformed("done_on", _("This day has not come yet."), "future")
    require_version(milestone, version)
    _require_state(task, milestone, State.OPEN)
    milestone.state, milestone.done_on, milestone.note = State.DONE, done_on, note.strip()
    milestone.save()
    start_if_waiting(task, today)
    return _as_stored(milestone)


@transaction.atomic
def reopen(milestone: Milestone, *, by: Any, note: str = "", version: int | None = None) -> Milestone:
    """Take a tick back. The reason is required: somebody relied on the tick."""
    task, milestone = _locked(milestone)
    require(by, "tasks.tick_milestone", task)
    note = require_text("note", note)
    require_version(milestone, version)
    _require_state(task, milestone, State.DONE)
    milestone.state, milestone.done_on, milestone.note = State.OPEN, None, note
    milestone.save()
    return _as_stored(milestone)


@transaction.atomic
def cancel(milestone: Milestone, *, by: Any, note: str = "", version: int | None = None) -> Milestone:
    """It counts nowhere from now on. Reason required."""
    return _set(milestone, by, note, version, State.OPEN, State.CANCELLED)


@transaction.atomic
def restore(milestone: Milestone, *, by: Any, note: str = "", version: int | None = None) -> Milestone:
    """A cancelled milestone counts again. Reason required."""
    return _set(milestone, by, note, version, State.CANCELLED, State.OPEN)


def _set(milestone: Milestone, by: Any, note: str, version: int | None, source: str, target: str) -> Milestone:
    task, milestone = _locked(milestone)
    require(by, "tasks.cancel_milestone", task)
    note = require_text("note", note)
    require_version(milestone, version)
    _require_state(task, milestone, source)
    milestone.state, milestone.note = target, note
    milestone.save()
    return _as_stored(milestone)


def _locked(milestone: Milestone) -> tuple[Task, Milestone]:
    """Always the task first, so that two people cannot lock each other out."""
    task = locked(milestone.task)
    return task, Milestone.objects.select_for_update().get(pk=milestone.pk)


def _as_stored(milestone: Milestone) -> Milestone:
    """With the version the trigger gave it."""
    milestone.refresh_from_db()
    return milestone


def _require_state(task: Task, milestone: Milestone, wanted: str) -> None:
    if task.state not in BEFORE_CLOSED:
        raise IllegalNow(_("The task is %s; its milestones stay as they are.") % task.get_state_display())
    if milestone.state != wanted:
        raise IllegalNow(_("The milestone is %s.") % milestone.get_state_display())


# What can be done to a milestone: the permission it needs and the state it starts from.
STEPS: dict[str, tuple[str, str]] = {
    "complete": ("tasks.tick_milestone", State.OPEN),
    "reopen": ("tasks.tick_milestone", State.DONE),
    "cancel": ("tasks.cancel_milestone", State.OPEN),
    "restore": ("tasks.cancel_milestone", State.CANCELLED),
}


def available_steps(milestone: Milestone, task: Task, user: Any) -> list[str]:
    """What this user may do to the milestone now: the buttons of the page."""
    if task.state not in BEFORE_CLOSED:
        return []
    from_here = [(name, permission) for name, (permission, source) in STEPS.items() if milestone.state == source]
    return [name for name, permission in from_here if user.has_perm(permission, task)]
