"""Sets of reports: whose words a user may read."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

if TYPE_CHECKING:
    from tasks.models import Report


class ReportQuerySet(models.QuerySet["Report"]):
    def submitted(self) -> "ReportQuerySet":
        return self.exclude(state="draft")

    def drafts(self) -> "ReportQuerySet":
        return self.filter(state="draft")

    def visible_to(self, user: Any) -> "ReportQuerySet":
        """Within the visible tasks: drafts of the own unit (planners: those filled in for units), and submitted
        reports of the own unit, of the co-ordinator, and of all units to planners, leaders and the co-ordinator."""
        tasks = self.model._meta.get_field("task").related_model._default_manager
        seen = self.filter(task__in=tasks.visible_to(user).values("pk"))
        if not user.is_authenticated or user.is_superuser:
            return seen
        own = Q(department=user.department_id) if user.department_id else Q(pk__in=[])
        if user.is_planner:
            return seen.filter(~Q(state="draft") | own | Q(filled_in=True))
        if user.is_leader:
            return seen.exclude(state="draft")
        coordinator = Subquery(tasks.with_coordinator().filter(pk=OuterRef("task")).values("coordinator_id"))
        by_coordinator = Q(coordinator=user.department_id) | Q(department=F("coordinator"))
        return seen.annotate(coordinator=coordinator).filter(own | (~Q(state="draft") & by_coordinator))
