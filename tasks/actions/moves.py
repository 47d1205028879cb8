"""The moves of a task, as the table in `workflow` allows them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tasks.actions.refusals import IllegalNow, NotAllowed, malformed, require, require_text, require_version
from tasks.models import Task
from tasks.workflow import MOVES, PAUSED, Move, State


def locked(task: Task) -> Task:
    """The task as it stands now, locked until the transaction ends, with its co-ordinator."""
    return Task.objects.select_for_update(of=("self",)).select_related("plan").with_coordinator().get(pk=task.pk)


def with_coordinator(task: Task) -> Task:
    """The task as predicates want it."""
    if hasattr(task, "coordinator_id"):
        return task
    return Task.objects.select_related("plan").with_coordinator().get(pk=task.pk)


def require_some(task: Task, by: Any, name: str = "") -> None:
    """Who may make no move at all, or not this one, is told so before what else he sent is looked at."""
    wanted = [MOVES[name]] if name in MOVES else MOVES.values()
    if not any(by.has_perm(each.permission, task) for each in wanted):
        raise NotAllowed("tasks.move_task")


def available_moves(task: Task, user: Any) -> list[Move]:
    """The moves this user may make now: the buttons of the page and the `moves` of the API."""
    return [m for m in MOVES.values() if m.leads_from(task.state) and user.has_perm(m.permission, task)]


@transaction.atomic
def move(task: Task, name: str, *, by: Any, today: date, note: str = "", version: int | None = None) -> Task:
    """Make a move. Raises ValidationError for an unknown move or a missing note, and the refusals of an action."""
    if name not in MOVES:
        raise malformed("move", _("Unknown move. Choose from: %s.") % ", ".join(MOVES), "invalid_choice")
    this = MOVES[name]
    task = locked(task)
    require(by, this.permission, task)
    note = require_text("note", note) if this.note else note.strip()
    require_version(task, version)
    require_source(this, task)
    return make(this, task, by, today, note)


def make(this: Move, task: Task, by: Any, today: date, note: str) -> Task:
    """The move on the locked task, after who may, what is sent and which state have been checked."""
    CHECKS.get(this.name, _no_check)(task)
    target = this.target or State(task.state_before)
    EFFECTS.get(this.name, _no_effect)(task, by, today, note)
    _enter(task, target, today, note)
    task.save()
    task.refresh_from_db(fields=["version", "updated_at"])
    return task


def require_source(this: Move, task: Task) -> None:
    """The locked task is in a state from which the move leads; raises IllegalNow."""
    if not this.leads_from(task.state):
        raise IllegalNow(_("“%(move)s” is not possible: the task is %(state)s.") % _words(this, task))


def start_if_waiting(task: Task, today: date) -> None:
    """The first tick or submitted update starts a task by itself. `task` is locked and saved."""
    if task.state == State.NOT_STARTED:
        _enter(task, State.IN_PROGRESS, today, "")
        task.save()


def _words(this: Move, task: Task) -> dict[str, str]:
    return {"move": str(this.label), "state": task.get_state_display()}


def _enter(task: Task, target: State, today: date, note: str) -> None:
    task.state_before = task.state if target in PAUSED else ""
    task.state = target
    task.state_since = today
    task.state_note = note
    if target == State.IN_PROGRESS:
        task.starts_on = task.starts_on or today


def _no_check(task: Task) -> None:
    pass


def _no_open_milestones(task: Task) -> None:
    left = list(task.milestones.filter(state="open").values_list("title", flat=True))
    if left:
        raise IllegalNow(_("Open milestones must be done or cancelled first: %s.") % "、".join(left))


def _no_effect(task: Task, by: Any, today: date, note: str) -> None:
    pass


def _asked(task: Task, by: Any, today: date, note: str) -> None:
    task.result, task.closing_requested_by, task.closing_requested_on = note, by, today


def _asked_no_more(task: Task, by: Any, today: date, note: str) -> None:
    """The result text stays, so that the next request begins with it."""
    task.closing_requested_by = task.closing_requested_on = None


def _closed(task: Task, by: Any, today: date, note: str) -> None:
    task.closed_on = today


def _reopened(task: Task, by: Any, today: date, note: str) -> None:
    _asked_no_more(task, by, today, note)
    task.closed_on = None


CHECKS: dict[str, Callable[[Task], None]] = {"close": _no_open_milestones}
EFFECTS: dict[str, Callable[[Task, Any, date, str], None]] = {
    "request_closing": _asked,
    "withdraw_closing": _asked_no_more,
    "return": _asked_no_more,
    "close": _closed,
    "reopen": _reopened,
}
