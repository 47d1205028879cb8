"""Sets of milestones."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from tasks.querysets.light import OWN_DATE
from tasks.querysets.rows import of_seen_tasks
from tasks.workflow import BEFORE_CLOSED

if TYPE_CHECKING:
    from tasks.models import Milestone


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def get_by_natural_key(self, plan: str, number: int, position: int) -> "Milestone":
        return self.get(task__plan__code=plan, task__number=number, position=position)

    def visible_to(self, user: Any) -> "MilestoneQuerySet":
        """Those of the tasks the user sees."""
        seen: MilestoneQuerySet = of_seen_tasks(self, user)
        return seen

    def live(self) -> "MilestoneQuerySet":
        return self.exclude(state="cancelled")

    def open(self) -> "MilestoneQuerySet":
        """Open milestones of tasks that are still being worked on."""
        return self.filter(OPEN)

    def undated(self) -> "MilestoneQuerySet":
        return self.filter(UNDATED)

    def with_standing(self, today: date, days: int) -> "MilestoneQuerySet":
        """`is_undated`, and `is_ahead`: open with a date of its own, from today to today + days."""
        return self.annotate(is_undated=UNDATED, is_ahead=_ahead(today, days))

    def due_within(self, today: date, days: int) -> "MilestoneQuerySet":
        """Open ones with a date of their own, from today to today + days, the nearest first."""
        return self.filter(_ahead(today, days)).by_day()

    def by_day(self) -> "MilestoneQuerySet":
        return self.order_by("due_on", "task__number", "position")


OPEN = Q(state="open", task__state__in=BEFORE_CLOSED)
UNDATED = OPEN & Q(date_basis="plan_end")


def _ahead(today: date, days: int) -> Q:
    return OPEN & Q(date_basis__in=OWN_DATE, due_on__range=(today, today + timedelta(days=days)))
