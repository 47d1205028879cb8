"""Keeping the plan by hand: plans, groups, tasks, units, milestones and their dates."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple, TypeVar

from django.db import models, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from tasks.actions import periods, places
from tasks.actions.refusals import IllegalNow, Stale, malformed, require, require_version
from tasks.actions.saving import saved
from tasks.models import Assignment, DateBasis, Milestone, Plan, Task

R = TypeVar("R", bound=models.Model)


@transaction.atomic
def create(row: R, *, by: Any) -> R:
    """Store a new plan, group, task, assignment or milestone. Raises ValidationError with every field at once."""
    require(by, f"tasks.add_{row._meta.model_name}")
    _complete(row)
    row.full_clean()
    _refuse_twice(row)
    places.hold(row)
    _touch_task(row)
    row = saved(row)
    if isinstance(row, Plan):
        periods.lay_out(row)
    elif any(places.words_of(row)):
        places.follow(row)
    return row


@transaction.atomic
def change(row: R, *, by: Any, version: int | None = None, **values: Any) -> R:
    """Set the values on the row as it stands now. `version` is what the caller saw."""
    require(by, f"tasks.change_{row._meta.model_name}", row)
    places.hold(row)
    row = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    current_version = row.version  # type: ignore[attr-defined]
    rhythm, words = _rhythm(row), places.words_of(row)
    for name, value in values.items():
        setattr(row, name, value)
    _complete(row)
    row.full_clean()
    if version is not None and version != current_version:
        raise Stale(type(row)._default_manager.get(pk=row.pk))
    periods.refuse_closed(row)
    _touch_task(row)
    row = saved(row)
    if isinstance(row, Plan) and _rhythm(row) != rhythm:
        periods.lay_out(row)
    if places.words_of(row) != words:
        places.follow(row)
    return row


@transaction.atomic
def remove_assignment(assignment: Assignment, *, by: Any, version: int | None = None) -> None:
    """Take a unit off a task. What it has reported stays."""
    require(by, "tasks.delete_assignment", assignment)
    places.hold(assignment)
    row = Assignment.objects.select_for_update().filter(pk=assignment.pk).first()
    if row is None:
        raise IllegalNow(_("This unit has been taken off the task already."))
    require_version(row, version)
    _touch_task(row)
    row.delete()


def dated(due_on: date | None, task: Task) -> dict[str, Any]:
    """The values that give a milestone a date of its own, or none: then it stands at the plan's end."""
    if due_on is None:
        return {"due_on": task.plan.ends_on, "date_basis": DateBasis.PLAN_END}
    return {"due_on": due_on, "date_basis": DateBasis.SET_BY_STAFF}


class NewDate(NamedTuple):
    milestone: int  # primary key
    version: int
    due_on: date | None


@transaction.atomic
def set_dates(plan: Plan, dates: Iterable[NewDate], *, by: Any) -> int:
    """Set many milestones' dates, all or none; returns how many changed. Unchanged ones are not compared."""
    require(by, "tasks.change_milestone")
    wanted = {new.milestone: new for new in dates}
    rows = Milestone.objects.select_for_update(of=("self",)).filter(task__plan=plan, pk__in=wanted)
    changed = []
    for row in rows.select_related("task__plan").order_by("pk"):
        new = wanted[row.pk]
        if new.due_on != (row.due_on if row.has_own_date else None):
            require_version(row, new.version)
            for name, value in dated(new.due_on, row.task).items():
                setattr(row, name, value)
            changed.append(row)
    return Milestone.objects.bulk_update(changed, ["due_on", "date_basis"])


def _rhythm(row: Any) -> tuple[int, str] | None:
    """What the periods of a plan follow from."""
    return (row.year, row.report_every) if isinstance(row, Plan) else None


def _complete(row: Any) -> None:
    """What follows from the rest where it is left open: original dates, the printed name, the next position."""
    kind = type(row)
    if kind in (Task, Milestone) and row.original_due_on is None:
        row.original_due_on = row.due_on
    if kind is Assignment and not row.printed_as and row.department_id:
        row.printed_as = row.department.short_name
    if kind in (Assignment, Milestone) and row.position is None:
        same = {"task": row.task_id} | ({"role": row.role} if kind is Assignment else {})
        row.position = (kind.objects.filter(**same).aggregate(last=Max("position"))["last"] or 0) + 1


def _refuse_twice(row: models.Model) -> None:
    """The same milestone again is a button pressed twice; for everything else a constraint says so."""
    if isinstance(row, Milestone) and row.task.milestones.filter(title=row.title, quote=row.quote).exists():
        raise malformed("title", _("The task has this milestone already."), "unique")


def _touch_task(row: models.Model) -> None:
    """A change of the units counts as a change of the task: whoever edits the task meanwhile is told."""
    if isinstance(row, Assignment):
        Task.objects.filter(pk=row.task_id).update(version=F("version") + 1)
