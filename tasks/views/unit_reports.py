"""What a unit reports in a plan, as 我的任务 lists it: owed now, filled in for others, begun between periods, past."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from departments.models import Department
from tasks.models import Directive, Plan, Reminder, Report, ReportingPeriod
from tasks.querysets.matrix import Cell, cells
from tasks.views.unit_tasks import UnitTask

TEXTS = ("task__text", "task__plan__text", "progress_text", "problems", "next_steps")


@dataclass(frozen=True)
class Owed:
    """A report to write. `reminder` is the latest about it, `row` its task as far as the user still sees it."""

    report: Report
    row: UnitTask | None
    reminder: Reminder | None
    overdue: bool

    @property
    def shown(self) -> str:
        """That it is overdue outweighs that it is merely due."""
        return "overdue" if self.overdue and self.report.state == Report.State.DUE else self.report.state


@dataclass(frozen=True)
class Past:
    """A period that is over, with the unit's reports of it: each its cell, and the report where it can be read."""

    period: ReportingPeriod
    reports: list[tuple[Cell, Report | None]]

    @property
    def by_state(self) -> list[tuple[Cell, int]]:
        """One cell of each kind with how many there are."""
        counted: dict[str, list[Cell]] = {}
        for cell, _report in self.reports:
            counted.setdefault(cell.shown, []).append(cell)
        return [(found[0], len(found)) for found in counted.values()]


@dataclass
class UnitReports:
    """Everything 我的任务 says about reports; a handful of queries however many there are."""

    open_periods: list[ReportingPeriod]
    owed: list[Owed] = field(default_factory=list)
    filled_in: list[Owed] = field(default_factory=list)  # for units without accounts
    drafts: list[Report] = field(default_factory=list)  # between periods
    latest: dict[int, Report] = field(default_factory=dict)  # by task, the last one sent
    current: dict[int, list[Cell]] = field(default_factory=dict)  # by task, in the open periods
    past: list[Past] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)


def unit_reports(unit: Department, plan: Plan, rows: list[UnitTask], user: Any, today: date) -> UnitReports:
    """`rows` are the tasks of the unit."""
    periods = list(plan.periods.exclude(state=ReportingPeriod.State.PLANNED).order_by("-starts_on"))
    found = UnitReports([period for period in periods if period.is_open])
    reports = _reports(unit, plan, user)
    _sort(found, reports, unit, rows, user, today)
    own = [cell for cell in cells(periods, user, today) if cell.department == unit.pk] if periods else []
    for cell in own:
        if any(cell.period == period.pk for period in found.open_periods):
            found.current.setdefault(cell.task, []).append(cell)
    readable = {report.pk: report for report in reports}
    over = [period for period in periods if not period.is_open]
    past = ((period, [cell for cell in own if cell.period == period.pk]) for period in over)
    found.past = [Past(period, [(cell, readable.get(cell.report)) for cell in of]) for period, of in past if of]
    found.directives = _directives(rows, user)
    return found


def _reports(unit: Department, plan: Plan, user: Any) -> list[Report]:
    """Of the own unit all that the user may read; of others what he fills in for them and has not been sent."""
    written = Report.objects.written_by(user).owed().filter(Q(has_accounts=False)).exclude(department=unit)
    begun = Report.objects.to_go_on_with(user)
    wanted = Q(department=unit) | Q(pk__in=written.values("pk")) | Q(pk__in=begun.values("pk"))
    reports = Report.objects.visible_to(user).filter(wanted, task__plan=plan)
    reports = reports.select_related("task__plan", "period", "department", "author", "reviewer").defer(*TEXTS)
    return list(reports.order_by("period__due_on", "task__number", "department__order", "department__code"))


def _sort(
    found: UnitReports, reports: list[Report], unit: Department, rows: list[UnitTask], user: Any, today: date
) -> None:
    tasks, owed = {row.task.pk: row for row in rows}, [report for report in reports if report.is_owed]
    reminders = _reminders(owed, user)
    for report in sorted(owed, key=lambda report: report.state != Report.State.RETURNED):
        overdue = report.is_overdue(today)
        one = Owed(report, tasks.get(report.task_id), reminders.get(report.pk), overdue)
        (found.owed if report.department_id == unit.pk else found.filled_in).append(one)
    found.filled_in.sort(key=lambda one: (one.report.department.order, one.report.department.code))
    begun = [report for report in reports if report.period is None and report.state == Report.State.DRAFT]
    drafts = [report for report in begun if report.filled_in == (report.department_id != unit.pk)]
    found.drafts = sorted(drafts, key=lambda report: report.updated_at, reverse=True)
    sent = [report for report in reports if report.reported_on and report.department_id == unit.pk]
    for report in sorted(sent, key=lambda report: (report.reported_on, report.pk)):
        found.latest[report.task_id] = report


def _reminders(owed: list[Report], user: Any) -> dict[int, Reminder]:
    """The latest about each."""
    reminders = Reminder.objects.visible_to(user).filter(report__in=[report.pk for report in owed])
    latest = reminders.select_related("by").order_by("report_id", "-reminded_on", "-id").distinct("report_id")
    return {reminder.report_id: reminder for reminder in latest}


def _directives(rows: list[UnitTask], user: Any) -> list[Directive]:
    """Those that wait for the unit's answer, the oldest first."""
    mine = [row.task.pk for row in rows if row.coordinates]
    waiting = Directive.objects.visible_to(user).unanswered().filter(task__in=mine)
    waiting = waiting.select_related("task__plan", "author").defer("task__text", "task__plan__text")
    return list(waiting.order_by("given_on", "id"))
