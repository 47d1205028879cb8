"""Sets of calendar addresses."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from departments.models import CalendarFeed  # noqa: F401 - named in the base class


class FeedQuerySet(models.QuerySet["CalendarFeed"]):
    def answering(self) -> "FeedQuerySet":
        """Of accounts that may sign in and see tasks, and whose password is their owner's own."""
        does_business = Q(user__is_superuser=True) | ~Q(user__role="admin")
        return self.filter(does_business, user__is_active=True, user__must_change_password=False)
