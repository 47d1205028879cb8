"""Updates outside any period: drafts and their submission, by a unit or filled in for it by a planner."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Department, User
from tasks.actions.moves import locked, start_if_waiting, with_coordinator
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale, require
from tasks.models import Report, Task

FIELDS = ("assessment", "progress_text", "problems", "next_steps")


def units_to_report_for(task: Task, user: Any) -> QuerySet[Department]:
    """The units for which the user may write on this task.

    The own unit when it is assigned; for a planner also the co-ordinator, and assigned units without accounts (代填).
    """
    named = Department.objects.filter(assignments__task=task)
    assigned = Department.objects.filter(
        Q(pk__in=named) | Q(collectives__in=named), is_collective=False, is_active=True
    )
    mine = Q(pk=user.department_id)
    if user.is_planner or user.is_superuser:
        accounts = User.objects.filter(department=OuterRef("pk"), is_active=True)
        mine |= Q(pk=task.coordinator_id) | ~Q(Exists(accounts))
    return assigned.filter(mine).distinct()


@transaction.atomic
def save_draft(
    task: Task,
    department: Department,
    *,
    by: Any,
    fields: dict[str, str],
    version: int | None = None,
    report: Report | None = None,
) -> Report:
    """Keep the text for later. `version` is the draft's, 0 where the writer saw none, None not to ask.

    `report` names the draft; without it, it is the one this writer would go on with.
    """
    task, draft = _opened(task, department, by, version, report=report)
    _write(draft, fields, by)
    draft.save()
    draft.refresh_from_db()
    return draft


@transaction.atomic
def submit(
    task: Task,
    department: Department,
    *,
    by: Any,
    today: date,
    fields: dict[str, str],
    version: int | None = None,
    report: Report | None = None,
) -> Report:
    """Send it: it is read by others from now on. The first one starts the task."""
    task, draft = _opened(task, department, by, version, fields, report=report)
    _write(draft, fields, by)
    _refuse_twice(draft, today)
    draft.state, draft.reported_on, draft.submitted_at = Report.State.SUBMITTED, today, timezone.now()
    draft.save()
    start_if_waiting(task, today)
    draft.refresh_from_db()
    return draft


def _refuse_twice(report: Report, today: date) -> None:
    """The same words again on the same day are a button pressed twice."""
    last = Report.objects.submitted().filter(task=report.task, department=report.department, reported_on=today).first()
    if last and all(getattr(last, name) == getattr(report, name) for name in FIELDS):
        raise IllegalNow(_("It has been sent already."))


def check_complete(fields: dict[str, str]) -> None:
    """What a submitted report needs; raises ValidationError with all that is missing at once."""
    errors = {}
    if fields.get("assessment", "") not in Report.Assessment.values:
        errors["assessment"] = _("Choose one.")
    if not fields.get("progress_text", "").strip():
        errors["progress_text"] = _("Say what was done.")
    if fields.get("assessment") == Report.Assessment.BEHIND and not fields.get("problems", "").strip():
        errors["problems"] = _("Behind schedule: say what the problem is.")
    if errors:
        raise ValidationError(errors)


def draft_for(task: Task, department: Department, user: Any) -> Report | None:
    """The draft this user would go on with."""
    drafts = Report.objects.drafts().filter(task=task, department=department)
    return drafts.filter(filled_in=_fills_in(department, user)).first()


def _fills_in(department: Department, user: Any) -> bool:
    return bool(department.pk != user.department_id)


def require_unit(task: Task, department: Department, by: Any) -> None:
    """`by` may write for this unit on this task; raises NotAllowed."""
    require(by, "tasks.report_task", task)
    if not units_to_report_for(task, by).filter(pk=department.pk).exists():
        raise NotAllowed("tasks.report_task")


def require_author(report: Report, by: Any) -> None:
    """`by` may go on with this report; raises NotAllowed."""
    require_unit(with_coordinator(report.task), report.department, by)
    _require_own(report, by)


def _require_own(report: Report, by: Any) -> None:
    """A planner's draft for the unit is not the unit's own, nor the reverse."""
    if report.filled_in != _fills_in(report.department, by):
        raise NotAllowed("tasks.report_task")


def _opened(
    task: Task,
    department: Department,
    by: Any,
    version: int | None,
    complete: dict[str, str] | None = None,
    report: Report | None = None,
) -> tuple[Task, Report]:
    """The locked task and draft, after all checks; `complete` is what is to be sent with what the draft holds."""
    task = locked(task)
    require_unit(task, department, by)
    known = report or draft_for(task, department, by)
    if known:
        _require_own(known, by)
    draft = Report.objects.select_for_update().filter(pk=known.pk).first() if known else None
    if complete is not None:
        check_complete({name: getattr(draft, name, "") for name in FIELDS} | complete)
    if version is not None and version != (draft.version if draft else 0):
        raise Stale(draft)
    if not task.takes_reports:
        raise IllegalNow(_("The task is %s; nothing more is reported on it.") % task.get_state_display())
    if draft and draft.state != Report.State.DRAFT:
        raise IllegalNow(_("It has been sent already."))
    return task, draft or Report(task=task, department=department, filled_in=_fills_in(department, by))


def _write(draft: Report, fields: dict[str, str], by: Any) -> None:
    """What is not given stays as it is."""
    for name in FIELDS:
        if name in fields:
            setattr(draft, name, fields[name].strip())
    draft.author = by
