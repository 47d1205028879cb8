"""Sets of reminders and of the letters that carry them."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from tasks.querysets.rows import rows

if TYPE_CHECKING:
    from tasks.models import Letter, Reminder  # noqa: F401 - named in the base classes


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: Any) -> "ReminderQuerySet":
        """Planners and leaders all; anybody else what reached him, or his unit about its own reports."""
        if user.is_superuser or user.is_planner or user.is_leader:
            return self
        own = Q(recipient=user.pk) | Q(report__department=user.department_id)
        return self.filter(own, report__in=rows("report").visible_to(user).values("pk"))


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: Any) -> "LetterQuerySet":
        """Planners keep the letters; anybody else reads those to himself."""
        return self if user.is_superuser or user.is_planner else self.filter(recipient=user.pk)

    def to_send(self) -> "LetterQuerySet":
        """The oldest first: those never tried, and those that failed."""
        return self.filter(state__in=["waiting", "failed"]).order_by("id")
