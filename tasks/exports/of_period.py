"""A document about one period of a plan, which the query of its address names: `period=12`."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tasks.actions.refusals import malformed
from tasks.exports.file import File, Tick
from tasks.models import Plan, ReportingPeriod

Writer = Callable[[Plan, ReportingPeriod, Any, date], File]


class OfPeriod:
    """Raises ValidationError for a query that names no period of the plan that the user sees and that has begun."""

    def __init__(self, writer: Writer, plan: Plan, query: str, user: Any, today: date) -> None:
        self.writer, self.plan, self.user, self.today = writer, plan, user, today
        self.period = _named(QueryDict(query), plan, user)

    @cached_property
    def rows(self) -> int:
        """The tasks it tells of."""
        return self.plan.tasks.count()

    def write(self, tick: Tick) -> File:
        return self.writer(self.plan, self.period, self.user, self.today)


def _named(given: QueryDict, plan: Plan, user: Any) -> ReportingPeriod:
    for name in given:
        if name != "period":
            raise malformed(name, _("There is no such parameter. There are: %s.") % "period", "unknown")
    values = given.getlist("period")
    begun = ReportingPeriod.objects.visible_to(user).begun().filter(plan=plan)
    found = next((one for one in begun if values == [str(one.pk)]), None)
    if found is None:
        raise malformed("period", _("The id of a period of this plan that has been opened."), "invalid")
    found.plan = plan
    return found
