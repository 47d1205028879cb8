"""What the page of the matrix shows: the period's figures, units × tasks, and units × periods over the year."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import capfirst

from tasks.models import Plan, Reminder, ReportingPeriod
from tasks.querysets import board
from tasks.querysets.assignments import Unit
from tasks.querysets.board import Section
from tasks.querysets.matrix import Cell, Tally, cells_of_plan
from tasks.views import answers
from tasks.views.matrix_columns import Column, columns
from tasks.views.pictures import stacked
from tasks.workflow import REPORT_WORDS, SENT


@dataclass(frozen=True)
class Line:
    """A unit, its report on each task or None, and how it did last time. `reminded`: today, of all it owes."""

    unit: Unit
    tally: Tally
    before: Tally
    shown: list[tuple[Cell | None, Column]]
    reminded: bool


@dataclass(frozen=True)
class Block:
    """Lines under one heading. `summed`: of each task, for a collective."""

    section: Section
    lines: list[Line]
    before: Tally
    summed: list[tuple[Tally, Column]]


@dataclass(frozen=True)
class YearLine:
    """A unit, or a collective with its members folded under it: its tally in each period."""

    unit: Unit
    pairs: list[tuple[ReportingPeriod, Tally]]
    members: "list[YearLine]" = field(default_factory=list)


class Chip(NamedTuple):
    """A state of the legend: a click leaves the units that have such a cell."""

    state: str
    word: str
    n: int
    url: str


@dataclass
class Matrix:
    """Of one period, as far as the reader may know it. `state` leaves the units that have such a cell."""

    plan: Plan
    periods: list[ReportingPeriod]  # in their order
    period: ReportingPeriod
    user: Any
    today: date
    state: str = ""

    @cached_property
    def all(self) -> list[Cell]:
        return cells_of_plan(self.plan, self.user, self.today)

    @cached_property
    def cells(self) -> list[Cell]:
        return [cell for cell in self.all if cell.period == self.period.pk]

    @cached_property
    def before(self) -> list[Cell]:
        """Those of the period before this one."""
        place = self.periods.index(self.period)
        return [cell for cell in self.all if place and cell.period == self.periods[place - 1].pk]

    @cached_property
    def columns(self) -> dict[int, Column]:
        return columns(self.plan, self.period, self.cells, self.user, self.today)

    @cached_property
    def sections(self) -> list[Section]:
        return board.sections(self.cells)

    @cached_property
    def owing(self) -> list[Unit]:
        return [row.unit for section in self.sections for row in section.rows if row.tally.lacking]

    @cached_property
    def reminded(self) -> set[int]:
        """The reports of which somebody has been reminded today, for those who remind."""
        of_today = Reminder.objects.visible_to(self.user).filter(report__period=self.period, reminded_on=self.today)
        return set(of_today.values_list("report", flat=True)) if self.may_remind else set()

    @property
    def may_remind(self) -> bool:
        return self.period.is_open and bool(self.user.has_perm("tasks.remind"))

    @cached_property
    def blocks(self) -> list[Block]:
        return [_block(self, section) for section in _with(self.state, self.sections)]

    @property
    def tally(self) -> Tally:
        return Tally.of(self.cells)


def page(matrix: Matrix) -> dict[str, Any]:
    counts = board.by_state(matrix.cells)
    return {
        "matrix": matrix,
        "columns": list(matrix.columns.values()),
        "links": {cell.report for cell in matrix.cells if _leads_on(cell, matrix.user)},
        "answer": answers.of_a_period(matrix.period, matrix.tally, len(matrix.owing), Tally.of(matrix.before)),
        "bar": stacked(counts),
        "chips": [_chip(matrix, state, count) for state, count in counts.items()],
        "tabs": [(each, address(matrix.plan, each)) for each in matrix.periods],
        "everything": address(matrix.plan, matrix.period),
        "export": address(matrix.plan, matrix.period, matrix.state, "tasks:matrix_csv"),
        "to_remind": [cell for cell in matrix.cells if not cell.is_sent and cell.report not in matrix.reminded],
        "year": year(matrix.all, matrix.periods),
    }


def _chip(matrix: Matrix, state: str, count: int) -> Chip:
    word = capfirst(str(REPORT_WORDS[state]))
    return Chip(state, word, count, address(matrix.plan, matrix.period, state))


def _leads_on(cell: Cell, user: Any) -> bool:
    """To a report that can be read: what was sent, and whatever is the own unit's."""
    return cell.state in SENT or cell.department == user.department_id


def address(plan: Plan, period: ReportingPeriod, state: str = "", page: str = "tasks:matrix") -> str:
    query = f"?plan={plan.code}&period={period.pk}"
    return reverse(page) + query + (f"&state={state}" if state else "")


def year(all_cells: list[Cell], periods: list[ReportingPeriod]) -> list[YearLine]:
    """Collectives folded; one query."""
    lines: list[YearLine] = []
    for section in board.sections(all_cells):
        units = [YearLine(row.unit, _by_period(row.cells, periods)) for row in section.rows]
        if section.collective:
            units = [YearLine(section.collective, _by_period(section.cells, periods), units)]
        lines += units
    return lines


def _by_period(some: list[Cell], periods: list[ReportingPeriod]) -> list[tuple[ReportingPeriod, Tally]]:
    return [(period, Tally.of([cell for cell in some if cell.period == period.pk])) for period in periods]


def _with(state: str, sections: list[Section]) -> list[Section]:
    """Units that have such a cell, with all their cells."""
    if not state:
        return sections
    kept = [each.of_rows([row for row in each.rows if state in {c.shown for c in row.cells}]) for each in sections]
    return [each for each in kept if each.rows]


def _block(matrix: Matrix, section: Section) -> Block:
    before: dict[int, list[Cell]] = defaultdict(list)
    for cell in matrix.before:
        before[cell.department].append(cell)
    lines = [_line(matrix, row, before[row.unit.pk]) for row in section.rows]
    earlier = Tally.of([cell for row in section.rows for cell in before[row.unit.pk]])
    by_task = board.by_task(section.cells) if section.collective else {}
    summed = [(Tally.of(by_task.get(key, [])), column) for key, column in matrix.columns.items()]
    return Block(section, lines, earlier, summed)


def _line(matrix: Matrix, row: board.Row, before: list[Cell]) -> Line:
    by_task = {cell.task: cell for cell in row.cells}
    lacking = {cell.report for cell in row.cells if not cell.is_sent}
    reminded = bool(lacking) and lacking <= matrix.reminded
    shown = [(by_task.get(key), column) for key, column in matrix.columns.items()]
    return Line(row.unit, row.tally, Tally.of(before), shown, reminded)
