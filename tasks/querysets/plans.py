"""Sets of plans and their groups."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from tasks.querysets.rows import rows

if TYPE_CHECKING:
    from tasks.models import Plan, TaskGroup


class PlanQuerySet(models.QuerySet["Plan"]):
    def get_by_natural_key(self, code: str) -> "Plan":
        return self.get(code=code)

    def visible_to(self, user: Any) -> "PlanQuerySet":
        """The published text is public: everyone signed in; one not yet in force only planners and leaders."""
        if not user.is_authenticated or not user.does_business:
            return self.none()
        return self.filter(in_force_for(user))

    def current(self, today: date) -> "Plan | None":
        """The newest plan in force whose year is not after the portal's."""
        return self.begun(today).first()

    def begun(self, today: date) -> "PlanQuerySet":
        """Those in force whose year is not after the portal's."""
        return self.filter(is_active=True, year__lte=today.year)


def in_force_for(user: Any) -> Q:
    """Planners and leaders see every plan, the others those in force; so it is with events that copy a plan."""
    return Q() if user.is_superuser or user.is_planner or user.is_leader else Q(is_active=True)


class GroupQuerySet(models.QuerySet["TaskGroup"]):
    def get_by_natural_key(self, plan: str, ordinal: int) -> "TaskGroup":
        return self.get(plan__code=plan, ordinal=ordinal)

    def visible_to(self, user: Any) -> "GroupQuerySet":
        """Headings are part of the published text: those of the plans the user sees."""
        return self.filter(plan__in=rows("plan").visible_to(user).values("pk"))
