"""What the frame of every page says of reporting: the open period, and to planners how much waits for them.

One query, and only where base.html asks: for planners, and in a demonstration for everybody.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from departments.models import User
from tasks.models import Letter, Report, ReportingPeriod
from tasks.querysets.prepared import READERS, Given, Prepared, Reader
from tasks.rhythm import label


@dataclass(frozen=True)
class Frame:
    starts_on: date | None = None
    ends_on: date | None = None
    due_on: date | None = None
    to_review: int = 0
    stuck: int = 0  # letters that could not be sent

    @property
    def period(self) -> str:
        """第二季度, or nothing where no period is open."""
        return label(self.starts_on, self.ends_on) if self.starts_on and self.ends_on else ""


def reporting(request: HttpRequest) -> dict[str, Any]:
    """A context processor."""
    return {"reporting": SimpleLazyObject(lambda: _frame(getattr(request, "user", None)))}


def _frame(user: Any) -> Frame:
    if user is None or not user.is_authenticated or not user.does_business:
        return Frame()
    rows = _asked(Reader.of(user)).ask(user=user.pk)
    return Frame(*rows[0]) if rows else Frame()


@lru_cache(maxsize=READERS)
def _asked(reader: Reader) -> Prepared:
    """One row, which the account itself is, so that there is one also while no period is open."""
    seen = ReportingPeriod.objects.visible_to(reader).open().filter(plan__is_active=True)
    newest = seen.order_by("-plan__year", "-starts_on")
    period = (Subquery(newest.values(name)[:1]) for name in ("starts_on", "ends_on", "due_on"))
    waiting = _waiting(reader, Subquery(newest.values("plan")[:1])) if reader.is_planner else ()
    return Prepared(User.objects.filter(pk=Given("user")).order_by().values_list(*period, *waiting))


def _waiting(planner: Reader, plan: Subquery) -> tuple[Coalesce, Coalesce]:
    """Of the plan in force: counting all the years that nobody has closed would cost every page."""
    to_review = Report.objects.visible_to(planner).to_review().filter(period__plan=plan)
    return _count(to_review), _count(Letter.objects.visible_to(planner).stuck())


def _count(rows: Any) -> Coalesce:
    counted = rows.order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
