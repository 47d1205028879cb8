"""Writing reports: drafts, sending, withdrawing; by a unit, or filled in for it by a planner or the co-ordinator."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Department
from tasks.actions.moves import locked, start_if_waiting, with_coordinator
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale, require, require_text
from tasks.models import PeriodState, Report, ReportingPeriod, Task
from tasks.querysets.reports import writers
from tasks.workflow import REPORT_MOVES, ReportState

FIELDS = ("assessment", "progress_text", "problems", "next_steps")


# ---- who writes ----


def units_to_report_for(task: Task, user: Any) -> QuerySet[Department]:
    """The units for which the user may write on this task at any time, outside periods.

    The own unit when it is assigned; assigned units without accounts for the co-ordinator and for a planner, who also
    writes for the co-ordinator (代填).
    """
    named = Department.objects.filter(assignments__task=task)
    assigned = Department.objects.filter(
        Q(pk__in=named) | Q(collectives__in=named), is_collective=False, is_active=True
    )
    mine, unmanned = Q(pk=user.department_id), ~Q(Exists(writers().filter(department=OuterRef("pk"))))
    if user.is_planner or user.is_superuser:
        mine |= Q(pk=task.coordinator_id) | unmanned
    elif task.coordinator_id == user.department_id:
        mine |= unmanned
    return assigned.filter(mine).distinct()


def require_unit(task: Task, department: Department, by: Any) -> None:
    """`by` may write for this unit on this task; raises NotAllowed."""
    require(by, "tasks.report_task", task)
    if not units_to_report_for(task, by).filter(pk=department.pk).exists():
        raise NotAllowed("tasks.report_task")


def require_author(report: Report, by: Any) -> None:
    """`by` may go on with this report; raises NotAllowed. A unit takes over what was begun for it in a period."""
    if report.period_id is None:
        report.task = with_coordinator(report.task)  # once, however often it is asked
        require_unit(report.task, report.department, by)
    elif not may_write(report, by):
        raise NotAllowed("tasks.report_task")
    takes_over = report.period_id is not None and not _fills_in(report.department, by)
    if report.state == ReportState.DRAFT and report.filled_in != _fills_in(report.department, by) and not takes_over:
        raise NotAllowed("tasks.report_task")


def may_write(report: Report, by: Any) -> bool:
    """Whether this is one of the reports of a period that `by` writes."""
    return by.has_perm("tasks.report_task", report) and Report.objects.written_by(by).filter(pk=report.pk).exists()


def draft_for(task: Task, department: Department, user: Any) -> Report | None:
    """The update between periods this user would go on with."""
    drafts = Report.objects.between_periods().drafts().filter(task=task, department=department)
    return drafts.filter(filled_in=_fills_in(department, user)).first()


def _fills_in(department: Department, user: Any) -> bool:
    return bool(department.pk != user.department_id)


# ---- writing ----


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
    """Keep the text for later. `version` is the report's, 0 where the writer saw none, None not to ask.

    `report` names it; without it, it is the update between periods that this writer would go on with.
    """
    task, draft = _opened("save", task, department, by, version, report=report)
    _write(draft, fields, by)
    draft.state = ReportState.DRAFT
    return _kept(draft)


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
    seconds: int | None = None,
) -> Report:
    """Send it: it is read by others from now on. The first one starts the task. `seconds`: since the form opened."""
    task, draft = _opened("submit", task, department, by, version, fields, report=report)
    _write(draft, fields, by)
    _refuse_twice(draft, today)
    return _sent(draft, task, today, seconds)


@transaction.atomic
def report_nothing_new(
    report: Report, *, by: Any, today: date, reason: str, version: int | None = None, seconds: int | None = None
) -> Report:
    """本期无新进展, with a line of reason: the unit's last assessment stands. What else was begun is dropped."""
    require_author(report, by)
    reason = require_text("reason", reason)
    task, row = _opened("submit", report.task, report.department, by, version, report=report)
    if row.period_id is None:
        raise IllegalNow(_("“Nothing new” answers a reporting period; this is an update between them."))
    last = Report.objects.standing().filter(task=task, department=report.department).first()
    said = last.assessment if last else ""
    _write(row, {"assessment": said, "progress_text": reason, "problems": "", "next_steps": ""}, by)
    row.no_news = True
    return _sent(row, task, today, seconds)


@transaction.atomic
def withdraw(report: Report, *, by: Any, version: int | None = None) -> Report:
    """Take it back before it is reviewed; its text becomes a draft again."""
    _task, row = _opened("withdraw", report.task, report.department, by, version, report=report)
    row.state, row.reported_on, row.submitted_at = ReportState.DRAFT, None, None
    row.filled_in = _fills_in(row.department, by)
    return _kept(row)


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


def require_move(report: Report, name: str) -> None:
    """Raises IllegalNow where the report, its period or its task does not allow this. All three are locked."""
    move = REPORT_MOVES[name]
    if not report.task.takes_reports and name != "accept":  # what has been sent may still be accepted
        told = _("The task is %s; nothing more is reported on it.") % report.task.get_state_display()
        raise IllegalNow(told)
    if report.period and report.period.state != PeriodState.OPEN:
        raise IllegalNow(_("%(period)s is closed; what was reported in it stays.") % {"period": report.period.label})
    if report.state not in move.sources or (move.reviewed and not report.period):
        raise IllegalNow(_refusal(report, name))


def _refusal(report: Report, name: str) -> str:
    if name in {"save", "submit"} and report.state == ReportState.SUBMITTED:
        return _("It has been sent already.")
    words = {"move": REPORT_MOVES[name].label, "state": report.get_state_display()}
    return _("“%(move)s” is not possible: the report is %(state)s.") % words


def lock(report: Report, task: Task) -> Report:
    """The report as it stands now, locked after its task and its period."""
    if report.period_id:
        ReportingPeriod.objects.select_for_update().get(pk=report.period_id)
    row = Report.objects.select_for_update(of=("self",)).select_related("period", "department").get(pk=report.pk)
    row.task = task
    return row


def _opened(
    name: str,
    task: Task,
    department: Department,
    by: Any,
    version: int | None,
    complete: dict[str, str] | None = None,
    report: Report | None = None,
) -> tuple[Task, Report]:
    """The locked task and report, after all checks; `complete` is what is to be sent with what the draft holds."""
    task = locked(task)
    known = report or draft_for(task, department, by)
    if known is None or known.period_id is None:
        require_unit(task, department, by)
    row = lock(known, task) if known else None
    if row:
        require_author(row, by)
    if complete is not None:
        check_complete({name: getattr(row, name, "") for name in FIELDS} | complete)
    if version is not None and version != (row.version if row else 0):
        raise Stale(row)
    row = row or Report(task=task, department=department, state=ReportState.DRAFT)
    require_move(row, name)
    return task, row


def _write(row: Report, fields: dict[str, str], by: Any) -> None:
    """What is not given stays as it is."""
    for name in FIELDS:
        if name in fields:
            setattr(row, name, fields[name].strip())
    row.author, row.no_news, row.filled_in = by, False, _fills_in(row.department, by)


def _refuse_twice(report: Report, today: date) -> None:
    """The same words again on the same day are a button pressed twice."""
    if report.period_id:
        return
    earlier = Report.objects.between_periods().submitted()
    last = earlier.filter(task=report.task, department=report.department, reported_on=today).first()
    if last and all(getattr(last, name) == getattr(report, name) for name in FIELDS):
        raise IllegalNow(_("It has been sent already."))


def _sent(row: Report, task: Task, today: date, seconds: int | None) -> Report:
    row.state, row.reported_on, row.submitted_at = ReportState.SUBMITTED, today, timezone.now()
    row.writing_seconds = seconds
    row = _kept(row)
    start_if_waiting(task, today)
    return row


def _kept(row: Report) -> Report:
    row.save()
    row.refresh_from_db(fields=["version", "created_at", "updated_at"])
    return row
