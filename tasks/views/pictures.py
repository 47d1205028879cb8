"""Geometry of the pictures: rows in, plain numbers out, ready to stand in SVG attributes."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


@dataclass(frozen=True)
class Piece:
    """A part of a bar: what it stands for, where it begins, how wide it is."""

    name: str
    count: int
    x: int
    width: int


BAR, GAP = 1000, 3


def stacked(counts: Mapping[str, int]) -> list[Piece]:
    """Side by side, as wide as their shares, in the order given; what there is none of has no piece."""
    there = [(name, count) for name, count in counts.items() if count]
    room, whole = BAR - GAP * (len(there) - 1), sum(counts.values())
    pieces, before = [], 0
    for place, (name, count) in enumerate(there):
        x, end = before * room // whole, (before + count) * room // whole
        pieces.append(Piece(name, count, x + place * GAP, end - x))
        before += count
    return pieces


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
    works = [Work.of(plan, each) for each in by_task.values()]
    days = sorted(set(_days(plan.issued_on, plan.ends_on, today)))
    points = tuple(Point(on, _planned(works, on), _done(works, on) if on <= today else None) for on in days)
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


@dataclass(frozen=True)
class Work:
    """The milestones of one task as weights: those with a date of their own, those without, those done."""

    issued_on: date
    span: int
    weight: int
    undated: int
    due: list[tuple[date, int]]
    done: list[tuple[date, int]]

    @classmethod
    def of(cls, plan: Plan, milestones: list[Milestone]) -> "Work":
        return cls(
            issued_on=plan.issued_on,
            span=max((milestones[0].task.due_on - plan.issued_on).days, 1),
            weight=sum(m.weight for m in milestones),
            undated=sum(m.weight for m in milestones if not m.has_own_date),
            due=[(m.due_on, m.weight) for m in milestones if m.has_own_date],
            done=[(m.done_on, m.weight) for m in milestones if m.done_on is not None],
        )

    def expected(self, on: date) -> int:
        """The expected progress on any day, as `querysets.light` has it for one day."""
        elapsed = min(max((on - self.issued_on).days, 0), self.span)
        dated = sum(weight for due_on, weight in self.due if due_on < on)
        return (dated * self.span + self.undated * elapsed) * 100 // (self.weight * self.span)

    def progress(self, on: date) -> int:
        return sum(weight for done_on, weight in self.done if done_on <= on) * 100 // self.weight


def _planned(works: list[Work], on: date) -> int:
    return _mean([work.expected(on) for work in works])


def _done(works: list[Work], on: date) -> int:
    return _mean([work.progress(on) for work in works])


def _mean(values: list[int]) -> int:
    return sum(values) // len(values)


def _y(value: int) -> int:
    return HEIGHT - value * HEIGHT // 100
