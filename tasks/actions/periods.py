"""Reporting periods: laid out by rule, opened, closed for ever."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from departments.models import CalendarDay
from tasks.actions.refusals import IllegalNow, require, require_version
from tasks.actions.saving import saved
from tasks.models import Assignment, PeriodState, Plan, Report, ReportingPeriod, Standing, Task
from tasks.reasons import sentence
from tasks.rhythm import spans
from tasks.workflow import ReportState


def lay_out(plan: Plan) -> None:
    """The periods still to come, in the plan's rhythm: those that have been opened stay, others give way."""
    planned = plan.periods.select_for_update().filter(state=PeriodState.PLANNED)  # unless somebody opens it just now
    ReportingPeriod.objects.filter(pk__in=[period.pk for period in planned]).delete()
    begun = list(plan.periods.all())
    for span in spans(plan.year, plan.report_every):
        if not any(one.starts_on <= span.ends_on and span.starts_on <= one.ends_on for one in begun):
            due_on = CalendarDay.objects.next_working(span.nominal_due_on)
            ReportingPeriod.objects.create(plan=plan, starts_on=span.starts_on, ends_on=span.ends_on, due_on=due_on)


@transaction.atomic
def open_period(period: ReportingPeriod, *, by: Any, today: date, version: int | None = None) -> ReportingPeriod:
    """From now on everyone who owes is asked: one report in state `due` for each task and unit, all or none."""
    period = _locked(period, "tasks.open_reportingperiod", by, version)
    if period.state != PeriodState.PLANNED:
        raise IllegalNow(_("%(period)s has been opened already.") % {"period": period.label})
    if not period.plan.is_active:
        raise IllegalNow(_("The plan is not in force yet, so its units do not see it."))
    period.state, period.opened_on = PeriodState.OPEN, today
    period = saved(period)
    owing = sorted(Assignment.objects.filter(task__plan=period.plan).owing())
    due = (Report(period=period, task_id=task, department_id=unit, state=ReportState.DUE) for task, unit in owing)
    Report.objects.bulk_create(due)
    return period


@transaction.atomic
def close_period(period: ReportingPeriod, *, by: Any, today: date, version: int | None = None) -> ReportingPeriod:
    """Nothing more is written or reviewed in it; how every task stands today is kept beside it."""
    period = _locked(period, "tasks.close_reportingperiod", by, version)
    if period.state == PeriodState.PLANNED:
        raise IllegalNow(_("%(period)s has not been opened yet.") % {"period": period.label})
    if period.state == PeriodState.CLOSED:
        raise IllegalNow(_("%(period)s has been closed already.") % {"period": period.label})
    tasks: Any = Task.objects.with_light(today).filter(plan=period.plan).select_related("plan")
    Standing.objects.bulk_create(_standing(period, task, today) for task in tasks)
    period.state, period.closed_on = PeriodState.CLOSED, today
    return saved(period)


def refuse_closed(row: Any) -> None:
    """The dates of a closed period stay, as what was reported in it does."""
    if isinstance(row, ReportingPeriod) and ReportingPeriod.objects.filter(pk=row.pk, state="closed").exists():
        raise IllegalNow(_("%(period)s has been closed already.") % {"period": row.label})


def _locked(period: ReportingPeriod, permission: str, by: Any, version: int | None) -> ReportingPeriod:
    """The period as it stands now, locked after the tasks of its plan: whoever reports holds his task already."""
    require(by, permission, period)
    list(Task.objects.select_for_update(no_key=True).filter(plan=period.plan_id).order_by("pk").values_list("pk"))
    rows = ReportingPeriod.objects.select_for_update(of=("self",)).select_related("plan")
    current = rows.filter(pk=period.pk).first()
    if current is None:
        raise IllegalNow(_("The periods of the plan have been laid out anew; this one is no more."))
    require_version(current, version)
    return current


def _standing(period: ReportingPeriod, task: Any, today: date) -> Standing:
    return Standing(
        period=period,
        task=task,
        state=task.state,
        reason=task.reason,
        why={code: _why(code, task, today) for code, _name in settings.LANGUAGES},
        progress=task.progress,
        expected_progress=task.expected_progress,
        due_on=task.due_on,
    )


def _why(language: str, task: Any, today: date) -> str:
    with override(language):
        return sentence(task, today)
