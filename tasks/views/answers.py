"""The sentences under a page's heading that answer its question, in the reader's language."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from departments.models import Department
from metrology_plan.templatetags.portal import day, days_left
from tasks.models import ReportingPeriod
from tasks.querysets.matrix import Tally
from tasks.querysets.rollup import Figures
from tasks.views.unit_reports import UnitReports
from tasks.workflow import REPORT_WORDS

NUMBERS_AT_MOST = 6  # of tasks, in a sentence


def of_the_year(elapsed: int, figures: Figures, red: list[Any], own_unit: bool) -> str:
    """How the year is going: time, progress, what is red."""
    return _one_after_the_other(
        format_html(_("{elapsed} of the year has passed."), elapsed=f"{elapsed}%"),
        _progress(figures),
        _red(red),
        _("All figures are those of your own unit.") if own_unit else "",
    )


def of_a_unit(unit: Department, found: UnitReports, today: date) -> str:
    """What the own unit owes, of which kind and until when; plainly where it owes nothing."""
    n = sum(not draft.filled_in for draft in found.drafts)
    begun = ngettext("<b>{n} update</b> is begun and not sent.", "<b>{n} updates</b> are begun and not sent.", n)
    told = [_of_the_unit(unit, period, found, today) for period in reversed(found.open_periods)]
    return _one_after_the_other(
        *(told or [_("No reporting period is open, so nothing is owed; news can be reported at any time.")]),
        format_html(begun, n=n) if n else "",
    )


def _of_the_unit(unit: Department, period: ReportingPeriod, found: UnitReports, today: date) -> str:
    asked = sum(cell.period == period.pk for of_task in found.current.values() for cell in of_task)
    owed = [one.report.state for one in found.owed if one.report.period_id == period.pk]
    if owed:
        text = ngettext(
            "{period}: {asked} asked of {unit}, <b>{n} still owed</b> ({parts}). Due on <b>{day}</b>, {left}.",
            "{period}: {asked} asked of {unit}, <b>{n} still owed</b> ({parts}). Due on <b>{day}</b>, {left}.",
            len(owed),
        )
    elif asked:
        text = _("{period}: {asked} asked of {unit}, <b>all of them sent</b>; nothing is owed.")
    else:
        text = _("{period}: nothing is asked of {unit}; news can be reported at any time.")
    words = {"period": period.label, "unit": unit.short_name, "asked": asked, "n": len(owed)}
    words |= {"day": day(period.due_on), "left": days_left(period.due_on, today), "parts": _by_state(owed)}
    return format_html(text, **words)


def _by_state(states: list[str]) -> str:
    """1 份退回、2 份待报、1 份草稿"""
    part, comma = pgettext("how many reports, in which state", "{n} {state}"), pgettext("between numbers", ", ")
    counted = [(states.count(state), REPORT_WORDS[state]) for state in ("returned", "due", "draft")]
    return comma.join(part.format(n=n, state=word) for n, word in counted if n)


def of_a_department(figures: Figures, own_unit: bool) -> str:
    """How much it has to do in the plan, and how much of that is red."""
    tasks, red = figures.tasks, figures.by_light["red"]
    if not tasks:
        text = _("No task in this plan.")
    elif red:
        text = ngettext(
            "<b>{n}</b> task in this plan, <b>{red}</b> of them red.",
            "<b>{n}</b> tasks in this plan, <b>{red}</b> of them red.",
            tasks,
        )
    else:
        text = ngettext("<b>{n}</b> task in this plan, not red.", "<b>{n}</b> tasks in this plan, none red.", tasks)
    only = _("Only tasks of your own unit are listed.") if own_unit else ""
    return _one_after_the_other(format_html(text, n=tasks, red=red), only)


def of_a_period(period: ReportingPeriod, now: Tally, units: int, before: Tally) -> str:
    """How far the reports of a period are, and what is still missing of the one before."""
    words = {"period": period.label, "day": day(period.due_on), "owed": now.owed, "sent": now.sent}
    if period.state == period.State.PLANNED:
        text = _("{period} has not been opened yet; it is due on {day}.")
    elif not now.owed:
        text = _("{period}: no report was asked for; due on {day}.")
    elif not now.lacking:
        text = _("{period}: {owed} asked for, <b>all of them sent</b>; due on {day}.")
    else:
        text = _lacking(period, now, units)
    told = format_html(text, **words, lacking=now.lacking, units=units)
    return _one_after_the_other(told, _overdue(period, now), _from_before(before))


def _lacking(period: ReportingPeriod, now: Tally, units: int) -> str:
    if period.state == period.State.CLOSED:
        return ngettext(
            "{period}, closed: {owed} asked for, <b>{sent} sent</b>, <b>{lacking} never came</b> from {units} unit.",
            "{period}, closed: {owed} asked for, <b>{sent} sent</b>, <b>{lacking} never came</b> from {units} units.",
            units,
        )
    return ngettext(
        "{period}: {owed} asked for, <b>{sent} sent</b>, <b>{lacking} still owed</b> by {units} unit; due on {day}.",
        "{period}: {owed} asked for, <b>{sent} sent</b>, <b>{lacking} still owed</b> by {units} units; due on {day}.",
        units,
    )


def _overdue(period: ReportingPeriod, now: Tally) -> str:
    if not (period.is_open and now.overdue):
        return ""
    return format_html(ngettext("<b>{n}</b> is overdue.", "<b>{n}</b> are overdue.", now.overdue), n=now.overdue)


def _from_before(before: Tally) -> str:
    text = ngettext(
        "Of the period before <b>{n}</b> is still overdue.",
        "Of the period before <b>{n}</b> are still overdue.",
        before.overdue,
    )
    return format_html(text, n=before.overdue) if before.overdue else ""


def numbers(tasks: Iterable[Any]) -> str:
    """4、14"""
    return pgettext("between numbers", ", ").join(str(task.number) for task in tasks)


def _progress(figures: Figures) -> str:
    if figures.gap is None:
        return _("There is no progress to show yet, as no task has milestones.")
    if not figures.gap:
        text = _("Overall progress is <b>{progress}%</b>, exactly on schedule.")
    elif figures.gap > 0:
        text = ngettext(
            "Overall progress is <b>{progress}%</b>, <b>{points} point</b> behind schedule.",
            "Overall progress is <b>{progress}%</b>, <b>{points} points</b> behind schedule.",
            figures.gap,
        )
    else:
        text = ngettext(
            "Overall progress is <b>{progress}%</b>, <b>{points} point</b> ahead of schedule.",
            "Overall progress is <b>{progress}%</b>, <b>{points} points</b> ahead of schedule.",
            -figures.gap,
        )
    return format_html(text, progress=figures.progress, points=abs(figures.gap))


def _red(red: list[Any]) -> str:
    if not red:
        return _("No task is red.")
    if len(red) > NUMBERS_AT_MOST:
        return format_html(_("<b>{n}</b> tasks are red."), n=len(red))
    text = ngettext("Task <b>{numbers}</b> is red.", "Tasks <b>{numbers}</b> are red.", len(red))
    return format_html(text, numbers=numbers(red))


def _one_after_the_other(*sentences: str) -> str:
    """English puts a space between sentences, Chinese does not."""
    both = pgettext("two sentences", "{first} {second}")
    told = [sentence for sentence in sentences if sentence]
    return reduce(lambda first, second: format_html(both, first=first, second=second), told)
