"""The burden the portal causes: how many reports a period asks of a unit, and how long writing one takes.

For planners alone, and never of one person: without enough reports, of enough units, there is no median.
"""

from typing import Any, NamedTuple

from django.db import models
from django.db.models import Aggregate, Case, Count, Q, When

from tasks.querysets.matrix import asked
from tasks.querysets.rows import rows
from tasks.workflow import SENT

REPORTS_AT_LEAST, UNITS_AT_LEAST = 5, 3  # and as many writers: one planner may fill in for several units


class Burden(NamedTuple):
    """`most`: asked of one unit. `timed`: reports whose writing has been timed; `seconds` is their median, or None."""

    reports: int
    units: int
    most: int
    timed: int
    seconds: float | None

    @property
    def per_unit(self) -> float:
        return self.reports / self.units

    @property
    def minutes(self) -> int | None:
        """At least one: nothing is written in no time."""
        return None if self.seconds is None else max(round(self.seconds / 60), 1)


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = models.FloatField()


TIMED = Q(writing_seconds__isnull=False, state__in=SENT)


def burdens(periods: Any) -> dict[int, Burden]:
    """By the key of the period; one never opened is not there. Two queries."""
    counted = rows("report").filter(asked(), period__in=periods).order_by().values("period")
    most = counted.values("period", "department").annotate(n=Count("pk")).values_list("period", "n")
    largest: dict[int, int] = {}
    for period, n in most:
        largest[period] = max(largest.get(period, 0), n)
    found = counted.annotate(
        reports=Count("pk"),
        units=Count("department", distinct=True),
        timed=Count("pk", filter=TIMED),
        timed_units=Count("department", distinct=True, filter=TIMED),
        writers=Count("author", distinct=True, filter=TIMED),
    )
    enough = Q(timed__gte=REPORTS_AT_LEAST, timed_units__gte=UNITS_AT_LEAST, writers__gte=UNITS_AT_LEAST)
    found = found.annotate(seconds=Case(When(enough, then=Median("writing_seconds", filter=TIMED))))
    columns = ("period", "reports", "units", "timed", "seconds")
    told = found.values_list(*columns)
    return {period: Burden(n, units, largest[period], *rest) for period, n, units, *rest in told}
