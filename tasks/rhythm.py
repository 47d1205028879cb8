"""How often units report, and the spans of a year that follow from it."""

from calendar import monthrange
from datetime import date
from functools import lru_cache
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
        return rhythm_of(self) is not None


MONTHS = {Rhythm.QUARTER: 3, Rhythm.MONTH: 1}


def spans(year: int, rhythm: str) -> list[Span]:
    """The periods of a calendar year, in their order."""
    months = MONTHS[Rhythm(rhythm)]
    return [_span(year, first, first + months - 1) for first in range(1, 13, months)]


def _span(year: int, first: int, last: int) -> Span:
    return Span(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


@lru_cache(maxsize=256)
def rhythm_of(span: Span) -> Rhythm | None:
    """Of which these days are a period, if of any."""
    return next((rhythm for rhythm in Rhythm if span in spans(span.starts_on.year, rhythm)), None)


def label(starts_on: date, ends_on: date) -> str:
    """What people call it, in the reader's language: 第二季度, 6月; its dates where it is neither."""
    rhythm = rhythm_of(Span(starts_on, ends_on))
    if rhythm == Rhythm.QUARTER:
        return QUARTERS[starts_on.month // 3]()
    if rhythm == Rhythm.MONTH:
        return gettext("%(month)s/%(year)s") % {"month": starts_on.month, "year": starts_on.year}
    return gettext("%(first)s to %(last)s") % {"first": starts_on, "last": ends_on}


QUARTERS = (
    lambda: gettext("First quarter"),
    lambda: gettext("Second quarter"),
    lambda: gettext("Third quarter"),
    lambda: gettext("Fourth quarter"),
)
