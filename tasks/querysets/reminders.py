"""Sets of reminders and of the letters that carry them, and who is told of what is owed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Prefetch, Q

from departments.models import User
from tasks.querysets.reports import writers
from tasks.querysets.rows import rows

if TYPE_CHECKING:
    from tasks.models import Letter, Reminder, Report  # noqa: F401 - named in the base classes

MOST_ATTEMPTS = 10  # then a letter waits for a person who looks into it


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: Any) -> "ReminderQuerySet":
        """Planners and leaders all; anybody else what reached him, or his unit about its own reports."""
        if not user.is_authenticated or not user.does_business:
            return self.none()
        if user.is_superuser or user.is_planner or user.is_leader:
            return self
        own = Q(recipient=user.pk) | Q(report__department=user.department_id)
        return self.filter(own, report__in=rows("report").visible_to(user).values("pk"))

    def for_reading(self) -> "ReminderQuerySet":
        """With what a line about them names."""
        named = self.select_related("report__task__plan", "report__department", "report__period", "by")
        shown = named.defer("report__task__text", "report__task__plan__text")
        return shown.order_by("report__department__order", "report__department__code", "report__task__number", "pk")


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: Any) -> "LetterQuerySet":
        """Planners keep the letters; anybody else reads those to himself."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_superuser or user.is_planner else self.filter(recipient=user.pk)

    def to_send(self) -> "LetterQuerySet":
        """Never tried, or failed and worth another try; those tried least come first, so that one bad letter holds
        up no other."""
        waiting = self.filter(state__in=["waiting", "failed"], attempts__lt=MOST_ATTEMPTS)
        return waiting.order_by("attempts", "id")

    def stuck(self) -> "LetterQuerySet":
        """Those that a person must look after."""
        return self.filter(Q(state="failed") | Q(state="no_address"))

    def with_reminders(self) -> "LetterQuerySet":
        """With what each is about; two queries for any number of letters."""
        about = Prefetch("reminders", rows("reminder").for_reading())
        return self.select_related("recipient__department").prefetch_related(about).defer("body")


def recipients(reports: Iterable[Any]) -> dict[int, list[User]]:
    """Who is told that a report is owed, by its key: the reporters of its unit, its planners where it has none; where
    the unit has no account those of the task's co-ordinator, and without one all planners.

    Reports carry `coordinator`. One query."""
    asked = list(reports)
    units = {unit for report in asked for unit in (report.department_id, report.coordinator) if unit}
    people = list(writers().filter(Q(department__in=units) | Q(role=User.Role.PLANNER)).order_by("username"))
    of = {unit: _of_unit(people, unit) for unit in units}
    planners = [person for person in people if person.is_planner]
    return {report.pk: of[report.department_id] or of.get(report.coordinator) or planners for report in asked}


def _of_unit(people: list[User], unit: int) -> list[User]:
    """Planners chase; they are told only where their unit leaves the writing to them."""
    own = [person for person in people if person.department_id == unit]
    return [person for person in own if person.is_reporter] or own
