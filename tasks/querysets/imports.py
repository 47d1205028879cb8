"""Documents on their way in."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from tasks.models import PlanImport  # noqa: F401 - named in the base class


class ImportQuerySet(models.QuerySet["PlanImport"]):
    def visible_to(self, user: Any) -> "ImportQuerySet":
        """Planners keep plans, and so see each other's imports; nobody else sees any."""
        keeps_plans = user.is_authenticated and (user.is_superuser or user.is_planner)
        return self if keeps_plans else self.none()
