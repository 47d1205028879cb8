"""Geometry of the pictures: rows in, plain numbers out, ready to stand in SVG attributes."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tasks.models import Milestone, Plan
from tasks.querysets.light import Light

HEIGHT = 200
LIGHT_ORDER = {light: place for place, light in enumerate(Light.values)}  # red first


def elapsed_percent(plan: Plan, today: date) -> int:
    """How much of the plan's time is over; a day before its issue it is 0, after its end 100."""
    span = (plan.ends_on - plan.issued_on).days
    return min(max((today - plan.issued_on).days, 0), span) * 100 // span


def blocks(tasks: Iterable[Any]) -> dict[int, list[Any]]:
    """The tasks of each group (by its key), the red ones first."""
    found: dict[int, list[Any]] = defaultdict(list)
    for task in sorted(tasks, key=lambda task: (LIGHT_ORDER[task.light], task.number)):
        found[task.group_id].append(task)
    return dict(found)


# ---- planned against done over the year ----


@dataclass(frozen=True)
class Point:
    """`done` is None for days that have not come."""

    on: date
    planned: int
    done: int | None


@dataclass(frozen=True)
class Curve:
    points: tuple[Point, ...]
    start: date
    end: date
    today: date

    @property
    def width(self) -> int:
        return (self.end - self.start).days * 2

    @property
    def today_x(self) -> int | None:
        return self._x(self.today) if self.start <= self.today <= self.end else None

    @property
    def months(self) -> list[int]:
        """The months along the axis, 1 to 12 and on."""
        first = self.start.year * 12 + self.start.month - 1
        last = self.end.year * 12 + self.end.month - 1
        return [month % 12 + 1 for month in range(first, last + 1)]

    @property
    def planned_line(self) -> str:
        return " ".join(f"{self._x(point.on)},{_y(point.planned)}" for point in self.points)

    @property
    def done_line(self) -> str:
        return " ".join(f"{self._x(point.on)},{_y(point.done)}" for point in self.points if point.done is not None)

    @property
    def now(self) -> Point | None:
        return next((point for point in self.points if point.on == self.today), None)

    @property
    def table(self) -> list[Point]:
        """The ends of the months, today, and the last day."""
        return [point for point in self.points if point.on in {_month_end(point.on), self.today, self.points[-1].on}]

    def _x(self, on: date) -> int:
        return (on - self.start).days * 2


def curve(plan: Plan, milestones: Sequence[Milestone], today: date) -> Curve | None:
    """From the issue of the plan to its end, on an axis of whole years or more; None without milestones.

    `milestones` are the live ones of tasks that are not cancelled, each with its task.
    """
    if not milestones:
        return None
    by_task: dict[int, list[Milestone]] = defaultdict(list)
    for milestone in milestones:
        by_task[milestone.task_id].append(milestone)
    tasks = list(by_task.values())
    days = sorted(set(_days(plan.issued_on, plan.ends_on, today)))
    points = tuple(Point(on, _planned(plan, tasks, on), _done(tasks, on) if on <= today else None) for on in days)
    start = min(date(plan.year, 1, 1), plan.issued_on.replace(day=1))
    return Curve(points, start, max(date(plan.year, 12, 31), _month_end(plan.ends_on)), today)


def _days(first: date, last: date, today: date) -> Iterator[date]:
    """Every week, the ends of the months, today, and the last day."""
    yield last
    if first <= today <= last:
        yield today
    day = first
    while day < last:
        yield day
        yield min(_month_end(day), last)
        day += timedelta(days=7)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _planned(plan: Plan, tasks: Iterable[list[Milestone]], on: date) -> int:
    return _mean([_expected(plan, milestones, on) for milestones in tasks])


def _done(tasks: Iterable[list[Milestone]], on: date) -> int:
    return _mean([_progress(milestones, on) for milestones in tasks])


def _expected(plan: Plan, milestones: list[Milestone], on: date) -> int:
    """The expected progress of one task on any day, as `querysets.light` has it for one day."""
    span = max((milestones[0].task.due_on - plan.issued_on).days, 1)
    elapsed = min(max((on - plan.issued_on).days, 0), span)
    dated = sum(m.weight for m in milestones if m.has_own_date and m.due_on < on)
    undated = sum(m.weight for m in milestones if not m.has_own_date)
    return (dated * span + undated * elapsed) * 100 // (sum(m.weight for m in milestones) * span)


def _progress(milestones: list[Milestone], on: date) -> int:
    done = sum(m.weight for m in milestones if m.done_on is not None and m.done_on <= on)
    return done * 100 // sum(m.weight for m in milestones)


def _mean(values: list[int]) -> int:
    return sum(values) // len(values)


def _y(value: int) -> int:
    return HEIGHT - value * HEIGHT // 100
