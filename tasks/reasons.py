"""The sentence behind a light: a reason code and its figures, in the reader's language.

`task` comes from `with_light(today)`. Nothing is decided here; the rules are in `querysets.light`.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Words = dict[str, Any]


NAMES_THE_NEXT = {"milestone_due_soon", "milestone_overdue", "milestone_long_overdue", "not_begun"}


def sentence(task: Any, today: date) -> str:
    """Why the light is what it is."""
    return SENTENCES[task.reason](task, _words(task, today))


def also(task: Any, today: date) -> str:
    """What else a reader of the task wants to know: progress and the next date, unless already said."""
    words = _words(task, today)
    parts = [
        _progress(task, words) if task.reason not in {"behind", "on_track"} else "",
        _next(task, words, today) if task.reason not in NAMES_THE_NEXT else "",
    ]
    return " ".join(part for part in parts if part)


def _words(task: Any, today: date) -> Words:
    return {
        "title": task.own_open_titles[0] if task.own_open_titles else "",
        "due": task.due_on,
        "next": task.next_on,
        "since": task.state_since,
        "owed": task.report_owed_on,
        "asked": task.closing_requested_on,
        "note": task.state_note,
        "late": max(task.days_overdue or 0, 0),
        "left": max(-(task.days_overdue or 0), 0),
        "days_to_due": task.days_to_due,
        "days_past_due": -task.days_to_due,
        "progress": task.progress,
        "expected": task.expected_progress,
        "gap": task.gap,
        "share": task.weight_overdue * 100 // task.weight if task.weight else 0,
        "share_limit": task.plan.red_overdue_share,
        "elapsed": task.elapsed * 100 // task.span,
        "days_limit": task.plan.red_overdue_days,
        "gap_limit": task.plan.yellow_gap,
    }


def _closed(task: Any, words: Words) -> str:
    if task.milestones_live and task.milestones_done == task.milestones_live:
        done = ngettext("its milestone is done.", "all %(n)s milestones are done.", task.milestones_done)
        return _("Closed on %(day)s; ") % {"day": task.closed_on} + done % {"n": task.milestones_done}
    return _("Closed on %(day)s.") % {"day": task.closed_on}


def _cancelled(task: Any, words: Words) -> str:
    return _("Cancelled on %(since)s: %(note)s") % words


def _suspended(task: Any, words: Words) -> str:
    return _("Suspended on %(since)s: %(note)s") % words


def _closing_asked(task: Any, words: Words) -> str:
    return _("Closing asked for on %(asked)s, waiting for review.") % words


def _task_overdue(task: Any, words: Words) -> str:
    text = ngettext(
        "The task was due on %(due)s and is %(days_past_due)s day overdue.",
        "The task was due on %(due)s and is %(days_past_due)s days overdue.",
        words["days_past_due"],
    )
    return text % words


def _milestone_long_overdue(task: Any, words: Words) -> str:
    text = ngettext(
        "Milestone “%(title)s” is %(late)s day overdue (due %(next)s), more than %(days_limit)s.",
        "Milestone “%(title)s” is %(late)s days overdue (due %(next)s), more than %(days_limit)s.",
        words["late"],
    )
    return text % words


def _overdue_share(task: Any, words: Words) -> str:
    text = _("Milestones past their date and not done make up %(share)s%% of the task, more than %(share_limit)s%%.")
    return text % words


def _idle(task: Any, words: Words) -> str:
    return _("Not started, though %(elapsed)s%% of the time has passed.") % words


def _reports_missed(task: Any, words: Words) -> str:
    return _("The co-ordinator has not reported for two periods in a row.")


def _due_soon(task: Any, words: Words) -> str:
    if not words["days_to_due"]:
        return _("The task is due today.")
    text = ngettext(
        "The task is due on %(due)s, %(days_to_due)s day left.",
        "The task is due on %(due)s, %(days_to_due)s days left.",
        words["days_to_due"],
    )
    return text % words


def _milestone_overdue(task: Any, words: Words) -> str:
    text = ngettext(
        "Milestone “%(title)s” is %(late)s day overdue (due %(next)s).",
        "Milestone “%(title)s” is %(late)s days overdue (due %(next)s).",
        words["late"],
    )
    return text % words


def _milestone_due_soon(task: Any, words: Words) -> str:
    if not words["left"]:
        return _("Milestone “%(title)s” is due today.") % words
    text = ngettext(
        "Milestone “%(title)s” is due on %(next)s, %(left)s day left.",
        "Milestone “%(title)s” is due on %(next)s, %(left)s days left.",
        words["left"],
    )
    return text % words


def _behind(task: Any, words: Words) -> str:
    text = ngettext(
        "Progress %(progress)s%%, expected %(expected)s%%: %(gap)s point behind.",
        "Progress %(progress)s%%, expected %(expected)s%%: %(gap)s points behind.",
        words["gap"],
    )
    return text % words


def _report_overdue(task: Any, words: Words) -> str:
    return _("The co-ordinator's report was due on %(owed)s and has not come.") % words


def _report_returned(task: Any, words: Words) -> str:
    return _("The co-ordinator's report of this period was returned and has not been sent again.")


def _assessed_behind(task: Any, words: Words) -> str:
    return _("The co-ordinator's latest own assessment is “behind schedule”.")


def _not_begun(task: Any, words: Words) -> str:
    if task.next_on:
        return _("Not begun; the first milestone is due on %(next)s.") % words
    return _("Not begun; no milestone has a date yet.")


def _on_track(task: Any, words: Words) -> str:
    return _progress(task, words) or _("In progress; no milestones yet.")


SENTENCES: dict[str, Callable[[Any, Words], str]] = {
    "closed": _closed,
    "cancelled": _cancelled,
    "suspended": _suspended,
    "closing_asked": _closing_asked,
    "task_overdue": _task_overdue,
    "milestone_long_overdue": _milestone_long_overdue,
    "overdue_share": _overdue_share,
    "idle": _idle,
    "reports_missed": _reports_missed,
    "due_soon": _due_soon,
    "milestone_overdue": _milestone_overdue,
    "milestone_due_soon": _milestone_due_soon,
    "behind": _behind,
    "report_overdue": _report_overdue,
    "report_returned": _report_returned,
    "assessed_behind": _assessed_behind,
    "not_begun": _not_begun,
    "on_track": _on_track,
}


def _progress(task: Any, words: Words) -> str:
    if task.progress is None:
        return ""
    if task.gap <= 0:
        return _("Progress %(progress)s%%, expected %(expected)s%%: on schedule.") % words
    if task.gap < task.plan.yellow_gap:
        return _("Progress %(progress)s%%, expected %(expected)s%%: less than %(gap_limit)s points apart.") % words
    return _behind(task, words)


def _next(task: Any, words: Words, today: date) -> str:
    if task.next_on is None or task.state in {"closed", "cancelled", "suspended"}:
        return ""
    return _milestone_overdue(task, words) if task.next_on < today else _milestone_due_soon(task, words)
