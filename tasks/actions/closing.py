"""办结: closing a task says what becomes of each milestone that is still open."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tasks.actions import milestones as steps
from tasks.actions.moves import locked, make, require_source
from tasks.actions.refusals import require, require_version
from tasks.models import Milestone, Task
from tasks.workflow import MOVES

CLOSE = MOVES["close"]


class Fate(NamedTuple):
    """What becomes of a milestone: `done` on a day, today unless given, or `cancelled` for a reason."""

    state: str
    done_on: date | None = None
    note: str = ""
    version: int | None = None  # of the milestone as the planner saw it


@transaction.atomic
def close(
    task: Task,
    *,
    by: Any,
    today: date,
    milestones: Mapping[int, Fate] | None = None,
    note: str = "",
    version: int | None = None,
) -> Task:
    """Close it together with its open milestones, all or nothing.

    `milestones`: for the key of each open milestone its fate, `{12: Fate("done", date(2023, 6, 1)),
    13: Fate("cancelled", note="并入他项")}`; one that is left out stays open and so keeps the task from closing.
    Errors are named `milestones.<key>.<state, done_on or note>`. Stale with the milestone that changed meanwhile.
    """
    fates = milestones or {}
    task = locked(task)
    require(by, CLOSE.permission, task)
    _check(task, fates, today)
    require_version(task, version)
    require_source(CLOSE, task)
    for row in Milestone.objects.filter(pk__in=fates).select_related("task").order_by("pk"):
        _settle(row, fates[row.pk], by, today)
    return make(CLOSE, task, by, today, note.strip())


def open_milestones(task: Task) -> Any:
    """Those that closing has to say something about."""
    return task.milestones.filter(state=Milestone.State.OPEN).order_by("position")


def _settle(row: Milestone, fate: Fate, by: Any, today: date) -> None:
    if fate.state == Milestone.State.DONE:
        steps.complete(row, by=by, today=today, done_on=fate.done_on, note=fate.note, version=fate.version)
    else:
        steps.cancel(row, by=by, note=fate.note, version=fate.version)


def _check(task: Task, fates: Mapping[int, Fate], today: date) -> None:
    """Raises ValidationError with all that is wrong at once."""
    own = set(task.milestones.values_list("pk", flat=True))
    errors: dict[str, Any] = {}
    for key, fate in fates.items():
        if key not in own:
            errors["milestones"] = ValidationError(_("The task has no such milestone."), code="invalid_choice")
        elif wrong := _wrong(fate, today):
            field, told, code = wrong
            errors[f"milestones.{key}.{field}"] = ValidationError(told, code=code)
    if errors:
        raise ValidationError(errors)


def _wrong(fate: Fate, today: date) -> tuple[str, str, str] | None:
    if fate.state not in (Milestone.State.DONE, Milestone.State.CANCELLED):
        return "state", _("Done or cancelled: choose one."), "invalid_choice"
    if fate.state == Milestone.State.DONE and fate.done_on and fate.done_on > today:
        return "done_on", _("This day has not come yet."), "future"
    if fate.state == Milestone.State.CANCELLED and not fate.note.strip():
        return "note", _("Please write something here."), "required"
    return None
