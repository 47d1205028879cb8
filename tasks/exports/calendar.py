"""A person's dates as an iCalendar file (RFC 5545): whole days, no alarms, and nobody is busy on them.

What a program has read it knows again by the UID; `SEQUENCE` and `LAST-MODIFIED` tell it what has changed since.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from icalendar import Calendar, Event, vDuration

from tasks.querysets import calendar as stored
from tasks.querysets.calendar import Asked

TYPE = "text/calendar; charset=utf-8"
READ_AGAIN = timedelta(hours=4)
NO_TEXT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]+")  # ends a line for some readers, or is forbidden


@dataclass(frozen=True)
class Entry:
    """A day in the calendar. `key` is the row's own; `word` says how it stands, nothing while it is simply to come."""

    key: str
    day: date
    title: str
    word: str
    told: list[str]
    path: str
    category: str
    changed_at: datetime
    versions: int
    is_overdue: bool = False


def calendar_file(user: Any, today: date, site: str) -> bytes:
    """All that `user` sees, in the language that is spoken now. `site`: what addresses of pages begin with."""
    calendar = _calendar(user)
    tasks = list(stored.tasks(user, today))
    entries = [*_milestones(user, today), *_tasks(tasks, today), *_ends(tasks, today), *_periods(user, tasks, today)]
    for entry in sorted(entries, key=lambda each: each.day):
        calendar.add_component(_event(entry, site))
    return calendar.to_ical()


def _calendar(user: Any) -> Calendar:
    calendar = Calendar()
    name = f"{settings.PORTAL_NAME} · {user.department.short_name if user.department else user.name}"
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//metrology-plan//calendar//EN")
    calendar.add("calscale", "GREGORIAN")
    for label in ("name", "x-wr-calname"):
        calendar.add(label, _line(name))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(READ_AGAIN))
    return calendar


def _event(entry: Entry, site: str) -> Event:
    event = Event()
    page, changed_at = urljoin(site, entry.path), _changed_at(entry)
    event.add("uid", f"{entry.key}@{urlsplit(settings.PORTAL_URL).hostname}")
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", entry.versions)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", _line(_summary(entry)))
    event.add("description", "\n".join(map(_line, [*entry.told, page])))
    event.add("categories", [entry.category])
    event.add("url", page)
    event.add("transp", "TRANSPARENT")
    return event


def _summary(entry: Entry) -> str:
    return _("[%(word)s] %(title)s") % {"word": entry.word, "title": entry.title} if entry.word else entry.title


def _changed_at(entry: Entry) -> datetime:
    """What was to come is overdue from the next midnight on, though no row has changed."""
    midnight = datetime.combine(entry.day + timedelta(days=1), time(), ZoneInfo(settings.TIME_ZONE))
    return max(entry.changed_at, midnight if entry.is_overdue else entry.changed_at).astimezone(UTC)


def _line(text: str) -> str:
    return NO_TEXT.sub(" ", str(text))


# ---- what stands in it ----


def _milestones(user: Any, today: date) -> Iterator[Entry]:
    for row in stored.milestones(user, today):
        done = _("Done on %(day)s.") % {"day": row.done_on} if row.done_on else ""
        quoted = _("In the document: %(quote)s") % {"quote": row.quote} if row.quote else ""
        yield Entry(
            key=f"milestone-{row.pk}",
            day=row.due_on,
            title=_("Task %(number)s: %(title)s") % {"number": row.task.number, "title": row.title},
            word=row.get_state_display() if done else _overdue(row.is_overdue(today)),
            told=[*filter(None, (done, quoted)), str(row.task), row.task.plan.title],
            path=row.task.get_absolute_url(),
            category=_("Milestone"),
            changed_at=max(row.updated_at, row.task.updated_at),
            versions=row.version + row.task.version,
            is_overdue=row.is_overdue(today),
        )


def _overdue(is_overdue: bool) -> str:
    return pgettext("milestone", "overdue") if is_overdue else ""


def _tasks(tasks: list[Any], today: date) -> Iterator[Entry]:
    """Due on a day of their own; the others share the plan's last day."""
    for row in tasks:
        if row.due_on == row.plan.ends_on or row.is_paused:
            continue
        closed = _("Closed on %(day)s.") % {"day": row.closed_on} if row.closed_on else ""
        yield Entry(
            key=f"task-{row.pk}",
            day=row.due_on,
            title=_("Task %(number)s due: %(title)s") % {"number": row.number, "title": row.title},
            word=row.get_state_display() if closed else _overdue(row.is_overdue(today)),
            told=[*filter(None, (closed,)), row.plan.title],
            path=row.get_absolute_url(),
            category=_("Task"),
            changed_at=row.updated_at,
            versions=row.version,
            is_overdue=row.is_overdue(today),
        )


def _ends(tasks: list[Any], today: date) -> Iterator[Entry]:
    """One entry for all tasks of a plan that end with it, as long as one of them is open."""
    by_plan: dict[Any, list[Any]] = {}
    for row in tasks:
        by_plan.setdefault(row.plan, []).append(row)
    for plan, rows in by_plan.items():
        left = [row for row in rows if row.due_on == plan.ends_on and row.takes_reports]
        if left:
            yield _end(plan, rows, left, today)


def _end(plan: Any, rows: list[Any], left: list[Any], today: date) -> Entry:
    title = ngettext("%(plan)s ends: %(n)s open task", "%(plan)s ends: %(n)s open tasks", len(left))
    return Entry(
        key=f"plan-{plan.pk}",
        day=plan.ends_on,
        title=title % {"plan": plan.title, "n": len(left)},
        word=_overdue(plan.ends_on < today),
        told=[str(row) for row in left],
        path=f"{reverse('tasks:ledger')}?plan={plan.code}",
        category=_("Task"),
        changed_at=max(plan.updated_at, *(row.updated_at for row in rows)),
        versions=plan.version + sum(row.version for row in rows),
        is_overdue=plan.ends_on < today,
    )


def _periods(user: Any, tasks: list[Any], today: date) -> Iterator[Entry]:
    """Begun ones where anything was asked for; those to come where there is anything to report on."""
    periods = list(stored.periods(user, today))
    asked = stored.reports_asked([row.pk for row in periods], user)
    plans = {row.plan_id for row in tasks}
    for row in periods:
        if row.pk in asked or (row.state == "planned" and row.plan_id in plans):
            yield _period(row, asked.get(row.pk), user, today)


def _period(row: Any, asked: Asked | None, user: Any, today: date) -> Entry:
    late = bool(asked and asked.lacking and (row.is_past_due(today) or row.is_closed))
    return Entry(
        key=f"period-{row.pk}",
        day=row.due_on,
        title=_due(row, asked.lacking if asked else 0),
        word=_standing(asked, late),
        told=[*([_told(asked)] if asked else []), row.plan.title],
        path=f"{reverse('tasks:mine')}?plan={row.plan.code}" if user.sees_own_unit_only else row.get_absolute_url(),
        category=pgettext("calendar", "Reporting"),
        changed_at=max(row.updated_at, asked.changed_at) if asked else row.updated_at,
        versions=row.version + (asked.versions if asked else 0),
        is_overdue=late,
    )


def _due(row: Any, lacking: int) -> str:
    if not lacking:
        return _("%(period)s: reports due") % {"period": row.label}
    text = ngettext("%(period)s: %(n)s report due", "%(period)s: %(n)s reports due", lacking)
    return text % {"period": row.label, "n": lacking}


def _standing(asked: Asked | None, late: bool) -> str:
    if asked and not asked.lacking:
        return pgettext("reports", "all sent")
    return pgettext("report", "overdue") if late else ""


def _told(asked: Asked) -> str:
    return _("Asked for: %(owed)s, sent: %(sent)s.") % {"owed": asked.owed, "sent": asked.sent}
