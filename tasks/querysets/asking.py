"""Before a period is opened: who would be asked for how many reports, and who writes for units without accounts."""

from typing import Any, NamedTuple

from tasks.querysets.assignments import Unit
from tasks.querysets.board import places
from tasks.querysets.reports import writers
from tasks.querysets.rows import rows


class Unmanned(NamedTuple):
    """A unit in which nobody can sign in. `by`: the co-ordinators of its tasks that can; else a planner has to."""

    unit: Unit
    by: list[Unit]
    needs_planner: bool


class Asked(NamedTuple):
    reports: int
    units: int
    unmanned: list[Unmanned]


def to_ask(plan: Any) -> Asked:
    """Five queries, however many units there are."""
    pairs: set[tuple[int, int]] = rows("assignment").filter(task__plan=plan).owing()
    tasks_of: dict[int, set[int]] = {}
    for task, unit in pairs:
        tasks_of.setdefault(unit, set()).add(task)
    with_accounts = set(writers().values_list("department", flat=True))
    speakers = dict(rows("task").with_coordinator().filter(plan=plan).values_list("pk", "coordinator_id"))
    known = {pk: place.unit for pk, place in places().items()}
    unmanned = [
        _unmanned(known, unit, {speakers[task] for task in tasks}, with_accounts)
        for unit, tasks in tasks_of.items()
        if unit not in with_accounts
    ]
    return Asked(len(pairs), len(tasks_of), sorted(unmanned))


def _unmanned(known: dict[int, Unit], unit: int, speakers: set[int | None], with_accounts: set[int]) -> Unmanned:
    able = {speaker for speaker in speakers if speaker in with_accounts}
    return Unmanned(known[unit], sorted(known[each] for each in able if each), speakers != able)
