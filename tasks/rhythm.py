"""How often units report, and the spans of a year that follow from it."""

from calendar import monthrange
from datetime import date
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DUE_DAY = 25  # of a period's last month; a day off moves it to the next working day


class Rhythm(models.TextChoices):
    QUARTER = "quarter", _("every quarter")
    MONTH = "month", _("every month")


class Span(NamedTuple):
    starts_on: date
    ends_on: date

    @property
    def nominal_due_on(self) -> date:
        """The 25th of the last month, whatever day of the week that is."""
        return self.ends_on.replace(day=DUE_DAY)

    @property
    def is_regular(self) -> bool:
        """A whole quarter or month."""
        return any(self in spans(self.starts_on.year, rhythm) for rhythm in Rhythm)


MONTHS = {Rhythm.QUARTER: 3, Rhythm.MONTH: 1}


def spans(year: int, rhythm: str) -> list[Span]:
    """The periods of a calendar year, in their order."""
    months = MONTHS[Rhythm(rhythm)]
    return [_span(year, first, first + months - 1) for first in range(1, 13, months)]


def _span(year: int, first: int, last: int) -> Span:
    return Span(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def label(starts_on: date, ends_on: date) -> str:
    """What people call it, in the reader's language: 第二季度, 6月; its dates where it is neither."""
    if Span(starts_on, ends_on) in spans(starts_on.year, Rhythm.QUARTER):
        return QUARTERS[starts_on.month // 3]()
    if Span(starts_on, ends_on) in spans(starts_on.year, Rhythm.MONTH):
        return gettext("%(month)s/%(year)s") % {"month": starts_on.month, "year": starts_on.year}
    return gettext("%(first)s to %(last)s") % {"first": starts_on, "last": ends_on}


QUARTERS = (
    lambda: gettext("First quarter"),
    lambda: gettext("Second quarter"),
    lambda: gettext("Third quarter"),
    lambda: gettext("Fourth quarter"),
)
