"""Which days are worked: what an administrator has entered, else the public calendar, else Monday to Friday."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING

import chinese_calendar
from django.db import models

if TYPE_CHECKING:
    from departments.models import CalendarDay  # noqa: F401 - named in the base class

LONGEST_REST = 60  # days; a calendar in which nobody works for longer has been entered wrongly


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first one after it that is."""
        return self.next_working_each([day])[day]

    def next_working_each(self, days: Collection[date]) -> dict[date, date]:
        """For each of these days; one query."""
        ahead = {day: [day + timedelta(days=n) for n in range(LONGEST_REST)] for day in days}
        entered = dict(self.filter(day__in=set().union(*ahead.values())).values_list("day", "is_working"))
        return {
            day: next((each for each in after if entered.get(each, is_worked(each))), day)
            for day, after in ahead.items()
        }


def is_worked(day: date) -> bool:
    """By the public holidays and the weekends made up for; of years that are not known yet, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
