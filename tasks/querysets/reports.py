"""Sets of reports: whose words a user may read."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from tasks.querysets.rows import of_seen_tasks, rows

if TYPE_CHECKING:
    from tasks.models import Report  # noqa: F401 - named in the base class


class ReportQuerySet(models.QuerySet["Report"]):
    def submitted(self) -> "ReportQuerySet":
        return self.exclude(state="draft")

    def drafts(self) -> "ReportQuerySet":
        return self.filter(state="draft")

    def to_go_on_with(self, user: Any) -> "ReportQuerySet":
        """The drafts a writer would go on with: the own unit's, and a planner's for other units."""
        own = Q(department=user.department_id, filled_in=False)
        for_others = Q(filled_in=True) & ~Q(department=user.department_id)
        return self.drafts().filter(own | for_others if user.is_planner else own)

    def visible_to(self, user: Any) -> "ReportQuerySet":
        """Within the visible tasks: drafts of the own unit (planners: those filled in for units), and submitted
        reports of the own unit, of the co-ordinator, and of all units to planners, leaders and the co-ordinator."""
        seen: ReportQuerySet = of_seen_tasks(self, user)
        if not user.is_authenticated:
            return seen
        coordinator = rows("task").with_coordinator().filter(pk=OuterRef("task")).values("coordinator_id")
        return seen.alias(coordinator=Subquery(coordinator)).filter(readable_by(user))


def readable_by(user: Any) -> Q:
    """Whose words a user reads, among the reports of a task he sees and among the events that copy them.

    Rows carry `coordinator`, the unit that speaks for the task."""
    if user.is_superuser:
        return Q()
    if user.is_leader:
        return ~Q(state="draft")
    if user.department_id is None:
        return Q(pk__in=[])
    own = Q(department=user.department_id)
    if user.is_planner:
        return ~Q(state="draft") | own | Q(filled_in=True)
    by_coordinator = Q(coordinator=user.department_id) | Q(department=F("coordinator"))
    return own | (~Q(state="draft") & by_coordinator)
