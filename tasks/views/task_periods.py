"""The reports on one task by unit and period: the co-ordinator first, collectives folded."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tasks.models import Assignment, Role
from tasks.querysets.of_task import Period, Place, places
from tasks.workflow import OVERDUE, REPORT_WORDS

FOLDED = 3  # members of a collective that still stand among the others


@dataclass(frozen=True)
class Box:
    """One report. `look` is its class: a supporting unit's silence is told without colour."""

    place: Place
    word: Any
    look: str
    icon: str
    leads_to: int | None  # the report, where it may be read


@dataclass
class Line:
    """A unit: `boxes` by period, None where it owed nothing."""

    pk: int
    unit: str
    name: str
    supports: bool
    coordinates: bool
    through: str  # the collective that brings it in, if one does
    boxes: list[Box | None] = field(default_factory=list)


@dataclass(frozen=True)
class Fold:
    name: str
    lines: list[Line]
    sent: int
    owed: int


@dataclass(frozen=True)
class ByPeriod:
    """`current`: the newest period that is open, with how many of its reports have come."""

    periods: list[Period]
    lines: list[Line]
    folds: list[Fold]
    current: Period | None
    sent: int
    owed: int

    def every_line(self) -> list[Line]:
        return [*self.lines, *(line for fold in self.folds for line in fold.lines)]


def by_period(
    shown: Any, units: list[Assignment], user: Any, today: date, readable: Collection[int]
) -> ByPeriod | None:
    """None before the first period was opened, or where the reader knows nothing of what is owed. One query."""
    known = places(shown.pk, user, today)
    if not known:
        return None
    periods = sorted({place.period for place in known})
    current = next((period for period in reversed(periods) if period.is_open), None)
    lines = _lines(shown, units, known)
    for line in lines:
        mine = {place.period: _box(place, line, readable) for place in known if place.cell.department == line.pk}
        line.boxes = [mine.get(period) for period in periods]
    folds = _folds(lines, current)
    folded = {id(line) for fold in folds for line in fold.lines}
    plain = [line for line in lines if id(line) not in folded]
    return ByPeriod(periods, plain, folds, current, *_count(lines, current))


def _lines(shown: Any, units: Iterable[Assignment], known: list[Place]) -> list[Line]:
    """Those that have a report, in printed order; who has left the task stands last."""
    roles = _roles(units)
    named = {place.cell.department: place for place in known}
    lines = [_line(shown, pk, place, roles.get(pk)) for pk, place in named.items()]
    order = {pk: place for place, pk in enumerate(roles)}
    return sorted(lines, key=lambda line: (not line.coordinates, order.get(line.pk, len(order))))


def _line(shown: Any, pk: int, place: Place, named: tuple[str, str] | None) -> Line:
    role, through = named or ("", "")
    return Line(pk, place.unit, place.name, role != Role.LEAD, pk == shown.coordinator_id, through)


def _roles(units: Iterable[Assignment]) -> dict[int, tuple[str, str]]:
    """(role, collective) of each unit by its key; the first that names it counts, leads stand before supports."""
    roles: dict[int, tuple[str, str]] = {}
    for each in units:
        roles.setdefault(each.department_id, (each.role, ""))
        for member in each.department.members.all():
            roles.setdefault(member.pk, (each.role, each.printed_as))
    return roles


def _box(place: Place, line: Line, readable: Collection[int]) -> Box:
    shown = place.cell.shown
    look = "" if line.supports and not place.cell.is_sent else shown
    icon = "due" if shown == OVERDUE and line.supports else shown
    return Box(place, REPORT_WORDS[shown], look, icon, place.cell.report if place.cell.report in readable else None)


def _folds(lines: list[Line], current: Period | None) -> list[Fold]:
    folds = []
    for name in dict.fromkeys(line.through for line in lines if line.through):
        of_it = [line for line in lines if line.through == name]
        if len(of_it) > FOLDED:
            folds.append(Fold(name, of_it, *_count(of_it, current)))
    return folds


def _count(lines: Iterable[Line], current: Period | None) -> tuple[int, int]:
    """(sent, owed) in the current period."""
    boxes = [box for line in lines for box in line.boxes if box and box.place.period == current]
    return sum(box.place.cell.is_sent for box in boxes), len(boxes)
