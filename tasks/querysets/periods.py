"""Sets of reporting periods, and of what was kept when they were closed."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, DateField, F, IntegerField, Value, When

from tasks.querysets.rows import of_seen_tasks, rows

if TYPE_CHECKING:
    from tasks.models import ReportingPeriod, Standing  # noqa: F401 - named in the base class


class PeriodQuerySet(models.QuerySet["ReportingPeriod"]):
    def get_by_natural_key(self, plan: str, starts_on: str) -> "ReportingPeriod":
        return self.get(plan__code=plan, starts_on=starts_on)

    def visible_to(self, user: Any) -> "PeriodQuerySet":
        """When one reports is no secret: the periods of the plans the user sees."""
        return self.filter(plan__in=rows("plan").visible_to(user).values("pk"))

    def open(self) -> "PeriodQuerySet":
        return self.filter(state="open")

    def begun(self) -> "PeriodQuerySet":
        """In which reports have been asked for."""
        return self.exclude(state="planned")

    def foremost_first(self) -> "PeriodQuerySet":
        """Before all others the one a page shows unless asked: the newest open one, else the newest closed, else the
        next planned."""
        rank = Case(
            When(state="open", then=Value(0)),
            When(state="closed", then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        begun = Case(When(state="planned", then=None), default=F("starts_on"), output_field=DateField())
        return self.order_by(rank, begun.desc(nulls_last=True), "starts_on")

    def foremost(self) -> "ReportingPeriod | None":
        return self.foremost_first().first()


class StandingQuerySet(models.QuerySet["Standing"]):
    def visible_to(self, user: Any) -> "StandingQuerySet":
        """Those of the tasks the user sees."""
        seen: StandingQuerySet = of_seen_tasks(self, user)
        return seen
