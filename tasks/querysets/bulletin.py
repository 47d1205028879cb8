"""What a bulletin tells of a period: how every task stands, the word of its co-ordinator, and who has not reported.

Of an open period the lights are today's, of a closed one those that were kept. Only what a planner has accepted is
quoted; what is begun, waits for review or was returned is counted, never read.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import F
from django.utils.translation import get_language

from tasks.documents.likeness import is_like
from tasks.querysets.assignments import Unit
from tasks.querysets.board import Section, sections
from tasks.querysets.light import LIGHT_OF, Light
from tasks.querysets.matrix import Cell, Tally, cells
from tasks.querysets.rollup import Rollup, rollup
from tasks.querysets.rows import rows
from tasks.reasons import sentence

WAITS_FOR_REVIEW = "closing_asked"  # the one reason for a yellow light that lies with the planner

# Beside the four own assessments: accepted without one, sent but not accepted, not sent, not asked for.
NOTHING_NEW, TO_REVIEW, MISSING, NOT_ASKED = "nothing_new", "to_review", "missing", "not_asked"
WORDS = ("done", "on_schedule", "behind", "not_started", NOTHING_NEW, TO_REVIEW, MISSING, NOT_ASKED)


@dataclass(frozen=True)
class Line:
    """A task. `unit`: its co-ordinator, None where the planner speaks; `cell`: that unit's report, None where none was
    asked for; `report`: the same with its words, once it has been accepted."""

    task: Any
    state: str
    reason: str
    why: str
    progress: int | None
    expected_progress: int | None
    unit: Any = None
    cell: Cell | None = None
    report: Any = None

    @property
    def light(self) -> str:
        return LIGHT_OF[self.reason]

    @property
    def group_id(self) -> int:
        return int(self.task.group_id)

    @property
    def word(self) -> str:
        """One of WORDS: what the co-ordinator says of the task, or why nothing can be said."""
        if self.report:
            return self.report.assessment or NOTHING_NEW
        if self.cell is None:
            return NOT_ASKED
        return TO_REVIEW if self.cell.is_sent else MISSING

    @property
    def is_repeated(self) -> bool:
        """In the very words of the period before."""
        return bool(self.report and self.report.said_before == self.report.progress_text)

    @property
    def is_nearly_repeated(self) -> bool:
        return bool(self.report and is_like(self.report.progress_text, self.report.said_before or ""))


class Owing(NamedTuple):
    """Units of one collective, or of none, that have not reported on the very same tasks."""

    collective: Unit | None
    units: list[Unit]
    tasks: tuple[int, ...]  # their numbers


@dataclass(frozen=True)
class Told:
    """`on`: the day of which all this is true."""

    period: Any
    on: date
    lines: list[Line]
    cells: list[Cell]
    missing: list[Section]

    @cached_property
    def figures(self) -> Rollup:
        groups = {line.task.group for line in self.lines}
        return rollup(self.lines, sorted(groups, key=lambda group: group.ordinal))

    @property
    def words(self) -> dict[str, int]:
        """How many tasks there are of each of WORDS."""
        counted = Counter(line.word for line in self.lines)
        return {word: counted[word] for word in WORDS}

    @property
    def tally(self) -> Tally:
        return Tally.of(self.cells)

    @property
    def red(self) -> list[Line]:
        return [line for line in self.lines if line.light == Light.RED]

    @property
    def yellow(self) -> list[Line]:
        """Those that trouble somebody: not those whose closing waits for the planner."""
        return [line for line in self.lines if line.light == Light.YELLOW and line.reason != WAITS_FOR_REVIEW]

    @property
    def waiting(self) -> list[Line]:
        return [line for line in self.lines if line.light == Light.YELLOW and line.reason == WAITS_FOR_REVIEW]

    @property
    def behind(self) -> list[Line]:
        """By their own assessment alone."""
        told = [*self.red, *self.yellow]
        return [line for line in self.lines if line.word == "behind" and line not in told]

    @cached_property
    def owing(self) -> list[Owing]:
        """In the order of the matrix; units that owe the same stand together."""
        numbers = {line.task.pk: line.task.number for line in self.lines}
        found: dict[tuple[Any, tuple[int, ...]], list[Unit]] = {}
        for section in self.missing:
            for row in section.rows:
                owed = tuple(sorted(numbers[cell.task] for cell in row.cells))
                found.setdefault((section.collective, owed), []).append(row.unit)
        return [Owing(collective, sorted(units), owed) for (collective, owed), units in found.items()]


def told(period: Any, user: Any, today: date) -> Told:
    """As the user sees it; `period` carries its plan and has been opened."""
    asked = cells([period.pk], user, today)
    by_unit = {(cell.task, cell.department): cell for cell in asked}
    words = _accepted(period, user)
    stood = _kept(period, user) if period.state == "closed" else _now(period, user, today)
    lines = [replace(line, **_spoken(line.task, by_unit, words)) for line in stood]
    missing = sections(cell for cell in asked if not cell.is_sent)
    return Told(period, period.closed_on or today, lines, asked, missing)


def _now(period: Any, user: Any, today: date) -> list[Line]:
    tasks = list(_tasks(rows("task").with_light(today), period, user))
    for task in tasks:
        task.plan = period.plan
    figures = ("state", "reason", "progress", "expected_progress")
    return [Line(task, why=sentence(task, today), **{name: getattr(task, name) for name in figures}) for task in tasks]


def _kept(period: Any, user: Any) -> list[Line]:
    """Tasks that came later are not among them."""
    tasks = _tasks(rows("task").with_coordinator(), period, user)
    kept = {each.task_id: each for each in rows("standing").visible_to(user).filter(period=period)}
    return [_as_kept(task, kept[task.pk]) for task in tasks if task.pk in kept]


def _as_kept(task: Any, kept: Any) -> Line:
    why = kept.why.get(get_language() or "", "")
    return Line(task, kept.state, kept.reason, why, kept.progress, kept.expected_progress)


def _tasks(tasks: Any, period: Any, user: Any) -> Any:
    seen = tasks.visible_to(user).filter(plan=period.plan_id).select_related("group").with_units()
    return seen.defer("text").order_by("number")


def _accepted(period: Any, user: Any) -> dict[int, Any]:
    """By the key of the task, what its co-ordinator reported, with `said_before`."""
    reports = rows("report").visible_to(user).filter(period=period, state="accepted").with_coordinator()
    return {each.task_id: each for each in reports.filter(department=F("coordinator")).with_said_before()}


def _spoken(task: Any, by_unit: dict[tuple[int, int], Cell], words: dict[int, Any]) -> dict[str, Any]:
    named = {unit.department_id: unit.department for unit in task.assignments.all()}
    return {
        "unit": named.get(task.coordinator_id),
        "cell": by_unit.get((task.pk, task.coordinator_id)),
        "report": words.get(task.pk),
    }
