"""What stands in a person's calendar: milestones and tasks with a date, and the days on which reports are due.

Of plans in force, of last year's too: what was not done in December is still owed in January.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q, Sum

from tasks.querysets.light import OWN_DATE
from tasks.querysets.matrix import asked, known_to
from tasks.querysets.milestones import OPEN
from tasks.querysets.rows import rows
from tasks.workflow import PAUSED, STANDING


class Asked(NamedTuple):
    """Of a period: how many reports were asked for, how many of them stand as sent; when and how often any of them
    changed, since what the calendar says of the period changes with them."""

    owed: int
    sent: int
    changed_at: datetime
    versions: int

    @property
    def lacking(self) -> int:
        return self.owed - self.sent


def milestones(user: Any, today: date) -> Any:
    """With a date of their own: open, or done. What is suspended or cancelled binds nobody to a day."""
    still = OPEN | Q(state="done") & ~Q(task__state__in=PAUSED)
    found = rows("milestone").visible_to(user).filter(_around(today, "task__plan__"), still, date_basis__in=OWN_DATE)
    return found.select_related("task__plan").defer("task__plan__text", "task__text").by_day()


def tasks(user: Any, today: date) -> Any:
    """In every state: that one was closed changes what is said of its plan's end."""
    found = rows("task").visible_to(user).filter(_around(today, "plan__"))
    return found.select_related("plan").defer("plan__text", "text").order_by("due_on", "plan", "number")


def periods(user: Any, today: date) -> Any:
    found = rows("reportingperiod").visible_to(user).filter(_around(today, "plan__"))
    return found.select_related("plan").defer("plan__text").order_by("due_on", "pk")


def reports_asked(periods: Any, user: Any) -> dict[int, Asked]:
    """By the key of the period: of a reporter's own unit, of all units for planners and leaders."""
    found = known_to(rows("report").filter(period__in=periods), user).filter(asked()).order_by()
    if user.sees_own_unit_only:
        found = found.filter(department=user.department_id)
    counted = found.values("period").annotate(
        owed=Count("pk"),
        sent=Count("pk", filter=Q(state__in=STANDING)),
        changed_at=Max("updated_at"),
        versions=Sum("version"),
    )
    return {period: Asked(*told) for period, *told in counted.values_list("period", *Asked._fields)}


def _around(today: date, plan: str) -> Q:
    """Of last year's, this year's and next year's plans in force."""
    return Q(**{f"{plan}is_active": True, f"{plan}year__range": (today.year - 1, today.year + 1)})
