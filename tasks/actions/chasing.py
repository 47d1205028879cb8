"""催办: reminding exactly those who owe, by a planner's hand or by the clock, nobody twice a day of one report."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from departments.models import Department, User
from tasks.actions import letters
from tasks.actions.refusals import IllegalNow, require
from tasks.models import Letter, LetterState, Occasion, PeriodState, Reminder, Report, ReportingPeriod
from tasks.querysets.reminders import recipients

BEFORE_DAYS = 3  # before the due date
EVERY_DAYS = 7  # after it, until the report has come


class Errand(NamedTuple):
    """One message: to whom, and what that person owes, his own unit's reports first."""

    person: User
    reports: list[Any]


@dataclass(frozen=True)
class Reminded:
    """Who is told of what; `unreached`: units for which there is nobody at all, `unmailed`: in the portal only."""

    errands: list[Errand] = field(default_factory=list)
    unreached: list[Department] = field(default_factory=list)
    letters: list[int] = field(default_factory=list)

    @property
    def persons(self) -> int:
        return len(self.errands)

    @property
    def reports(self) -> int:
        return len({report.pk for errand in self.errands for report in errand.reports})

    @property
    def units(self) -> int:
        return len({report.department_id for errand in self.errands for report in errand.reports})

    @property
    def unmailed(self) -> list[Department]:
        """Units of which nobody that is told has an e-mail address."""
        told: dict[Department, bool] = {}
        for errand in self.errands:
            for report in errand.reports:
                told[report.department] = told.get(report.department, False) or bool(errand.person.email)
        return [unit for unit, has_mail in told.items() if not has_mail]


class Due(NamedTuple):
    """Since when somebody should be reminded, and why."""

    on: date
    occasion: Occasion


# ---- by hand ----


@transaction.atomic
def remind(
    period: ReportingPeriod,
    *,
    by: Any,
    today: date,
    department: Department | None = None,
    report: Report | None = None,
) -> Reminded:
    """Remind everyone who owes something in the period, or of one unit's reports, or of one report.

    Reminders and letters are stored together; mail goes out after the commit, and whether it does changes nothing
    here. The period is locked, so of two presses at the same moment the second finds everybody reminded.
    """
    require(by, "tasks.remind", period)
    locked = ReportingPeriod.objects.select_for_update(of=("self",)).filter(pk=period.pk).first()
    told = _by_hand(locked, today, department, report)
    stored = _stored(told, {period.pk: Occasion.BY_HAND}, by, today)
    transaction.on_commit(partial(letters.deliver_at_once, stored.letters), robust=True)
    return stored


def outlook(period: ReportingPeriod, *, by: Any, today: date) -> Reminded:
    """What `remind` would do to everyone now; refuses as it would."""
    require(by, "tasks.remind", period)
    return _by_hand(period, today, None, None)


def _by_hand(
    period: ReportingPeriod | None, today: date, department: Department | None, report: Report | None
) -> Reminded:
    _require_open(period)
    narrowed = {"department": department} if department else {}
    owed = _owed(period=period, **narrowed, **({"pk": report.pk} if report else {}))
    if not owed:
        raise IllegalNow(_("Nothing is owed here, so there is nobody to remind."))
    last = _last_reminded(owed)
    told = _errands(owed, lambda person, each: last.get((each.pk, person.pk)) != today)
    if not told.errands and len(told.unreached) == len({each.department_id for each in owed}):
        raise IllegalNow(_("There is no account that could be reminded."))
    if not told.errands:
        raise IllegalNow(_("They have been reminded today already."))
    return told


def _require_open(period: ReportingPeriod | None) -> None:
    if period is None:
        raise IllegalNow(_("The periods of the plan have been laid out anew; this one is no more."))
    if period.state == PeriodState.PLANNED:
        raise IllegalNow(_("%(period)s has not been opened yet.") % {"period": period.label})
    if period.state == PeriodState.CLOSED:
        raise IllegalNow(_("%(period)s has been closed already.") % {"period": period.label})
    if not period.plan.is_active:
        raise IllegalNow(_("The plan is not in force yet, so its units do not see it."))


# ---- by the clock ----


@transaction.atomic
def remind_by_clock(*, today: date) -> Reminded:
    """Everything that the calendar asks for by today and that has not been done, also what a missed day left over.

    All or nothing, and under the locks of the periods: a second run finds it done. Mail is the caller's next step.
    """
    periods = _open_periods().select_for_update(of=("self",))
    due = _due(periods, today)
    occasions = {period: each.occasion for period, each in due.items()}
    return _stored(_by_clock(due, today), occasions, None, today)


def outlook_by_clock(*, today: date) -> Reminded:
    """What `remind_by_clock` would do now."""
    return _by_clock(_due(_open_periods(), today), today)


def latest_occasion(due_on: date, today: date) -> Due | None:
    """The last day up to today on which the calendar asks for a reminder: before the due date, on it, weekly after."""
    late = (today - due_on).days
    if late < -BEFORE_DAYS:
        return None
    if late < 0:
        return Due(due_on - timedelta(days=BEFORE_DAYS), Occasion.BEFORE)
    if late < EVERY_DAYS:
        return Due(due_on, Occasion.DUE)
    return Due(due_on + timedelta(days=late - late % EVERY_DAYS), Occasion.AFTER)


def _open_periods() -> QuerySet[ReportingPeriod]:
    return ReportingPeriod.objects.open().filter(plan__is_active=True).order_by("pk")


def _due(periods: Iterable[ReportingPeriod], today: date) -> dict[int, Due]:
    found = {period.pk: latest_occasion(period.due_on, today) for period in periods}
    return {period: due for period, due in found.items() if due}


def _by_clock(due: dict[int, Due], today: date) -> Reminded:
    """One message a day: whoever had one of the clock today gets tomorrow what has come up since."""
    owed = _owed(period__in=due)
    last = _last_reminded(owed)
    had_one = set(Reminder.objects.filter(reminded_on=today, by=None).values_list("recipient", flat=True))

    def is_due(person: User, report: Any) -> bool:
        since = last.get((report.pk, person.pk))
        return person.pk not in had_one and (since is None or since < due[report.period_id].on)

    return _errands(owed, is_due)


# ---- both ----


def _owed(**narrowed: Any) -> list[Any]:
    """What is owed in open periods of plans in force, the earliest due first, with all that a letter says of it."""
    owed = Report.objects.owed().filter(period__plan__is_active=True, **narrowed).with_coordinator()
    named = owed.select_related("task__plan", "period", "department").defer("task__text", "task__plan__text")
    return list(named.order_by("period__due_on", "department__order", "department__code", "task__number"))


def _last_reminded(reports: list[Any]) -> dict[tuple[int, int], date]:
    """By the keys of report and person."""
    reminders = Reminder.objects.filter(report__in=[report.pk for report in reports]).order_by()
    days = reminders.values_list("report", "recipient").annotate(last=Max("reminded_on"))
    return {(report, person): last for report, person, last in days}


def _errands(owed: list[Any], is_due: Callable[[User, Any], bool]) -> Reminded:
    of = recipients(owed)
    asked: dict[User, list[Any]] = defaultdict(list)
    for report in owed:
        for person in of[report.pk]:
            if is_due(person, report):
                asked[person].append(report)
    errands = [Errand(person, _own_first(person, asked[person])) for person in asked]
    return Reminded(errands, list(dict.fromkeys(report.department for report in owed if not of[report.pk])))


def _own_first(person: User, reports: list[Any]) -> list[Any]:
    return sorted(reports, key=lambda report: report.department_id != person.department_id)


def _stored(told: Reminded, occasions: dict[int, Occasion], by: Any, today: date) -> Reminded:
    """A letter each, and a reminder for each report in it."""
    written = Letter.objects.bulk_create(letters.compose(*errand, by=by, today=today) for errand in told.errands)
    Reminder.objects.bulk_create(
        Reminder(
            report=report,
            recipient=errand.person,
            reminded_on=today,
            occasion=occasions[report.period_id],
            by=by,
            letter=letter,
        )
        for errand, letter in zip(told.errands, written, strict=True)
        for report in errand.reports
    )
    to_send = [letter.pk for letter in written if letter.state == LetterState.WAITING]
    return Reminded(told.errands, told.unreached, to_send)
