"""What stands in the ledger as the word on a task, and which report a unit would go on with."""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Case, F, Value, When

from tasks.querysets.rows import rows
from tasks.workflow import TO_WRITE


class Said(NamedTuple):
    """`sent`: the latest word that stands. `own`: of a unit's own copy what it writes, or has sent, in an open period;
    else its update between periods; None where a new update would begin."""

    sent: Any
    own: Any = None

    @property
    def shown(self) -> Any:
        """What is being written hides what was said before, also where nothing is written yet."""
        return self.own if self.own and self.own.is_to_write else self.sent


def said(tasks: Collection[int], user: Any) -> dict[int, Said]:
    """By the key of the task: for a unit its own words, for everybody else the co-ordinator's. At most two queries."""
    own = user.sees_own_unit_only
    known = rows("report").visible_to(user).filter(task__in=tasks).select_related("period")
    speaks = known.filter(department=user.department_id)
    known = speaks if own else known.with_coordinator().filter(department=F("coordinator"))
    sent = _by_task(known.standing().order_by("task_id", "-reported_on", "-id"))
    mine = own_reports(known) if own else {}
    return {task: Said(sent.get(task), mine.get(task)) for task in tasks}


def own_reports(known: Any) -> dict[int, Any]:
    """By the key of the task, the one a unit would go on with: owed first, the earliest due of them; else what it has
    sent in an open period, which stays as it is; else its update between periods."""
    rank = Case(
        When(period__state="open", state__in=TO_WRITE, then=Value(0)),
        When(period__state="open", then=Value(1)),
        When(period__isnull=True, state="draft", filled_in=False, then=Value(2)),
    )
    begun = known.annotate(rank=rank).filter(rank__isnull=False)
    return _by_task(begun.order_by("task_id", "rank", "period__due_on", "-id"))


def _by_task(reports: Any) -> dict[int, Any]:
    return {report.task_id: report for report in reports.distinct("task_id")}
