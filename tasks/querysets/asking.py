"""Before a period is opened: who would be asked for how many reports, and who writes for units without accounts."""

from typing import Any, NamedTuple

from tasks.querysets.assignments import Unit
from tasks.querysets.board import places
from tasks.querysets.reports import writers
from tasks.querysets.rows import rows


class Writers(NamedTuple):
    """Who fills in for units in which nobody can sign in: the co-ordinators of their tasks, where those can, and a
    planner where they cannot or there is none."""

    coordinators: tuple[Unit, ...]
    planner: bool


class Asked(NamedTuple):
    reports: int
    units: int
    unmanned: dict[Writers, list[Unit]]

    @property
    def without_accounts(self) -> int:
        return sum(len(units) for units in self.unmanned.values())


def to_ask(plan: Any) -> Asked:
    """Five queries, however many units there are."""
    pairs: set[tuple[int, int]] = rows("assignment").filter(task__plan=plan).owing()
    tasks_of: dict[int, set[int]] = {}
    for task, unit in pairs:
        tasks_of.setdefault(unit, set()).add(task)
    with_accounts = set(writers().values_list("department", flat=True))
    speakers = dict(rows("task").with_coordinator().filter(plan=plan).values_list("pk", "coordinator_id"))
    known = {pk: place.unit for pk, place in places().items()}
    unmanned: dict[Writers, list[Unit]] = {}
    for silent in sorted(known[each] for each in tasks_of if each not in with_accounts):
        speaking = {speakers[task] for task in tasks_of[silent.pk]}
        able = tuple(sorted(known[each] for each in speaking if each in with_accounts and each))
        unmanned.setdefault(Writers(able, len(able) < len(speaking)), []).append(silent)
    return Asked(len(pairs), len(tasks_of), unmanned)
