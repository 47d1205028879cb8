"""Which days are worked: the public calendar, weekdays where it ends, and what an administrator has entered."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from departments.models import CalendarDay
from departments.querysets.calendar import LONGEST_REST, is_worked
from tests.violations import violates

pytestmark = pytest.mark.django_db


def entered(day: date, *, is_working: bool) -> None:
    CalendarDay.objects.create(day=day, is_working=is_working)


def following(day: date) -> date:
    return CalendarDay.objects.next_working(day)


@pytest.mark.parametrize(
    ("day", "next_one"),
    [
        (date(2023, 3, 24), date(2023, 3, 24)),  # a Friday
        (date(2023, 3, 25), date(2023, 3, 27)),  # a Saturday
        (date(2023, 3, 26), date(2023, 3, 27)),
        (date(2023, 6, 22), date(2023, 6, 25)),  # 端午, a Thursday to Saturday
        (date(2023, 6, 25), date(2023, 6, 25)),  # a Sunday that is worked for it
        (date(2023, 9, 25), date(2023, 9, 25)),
        (date(2023, 9, 29), date(2023, 10, 7)),  # 中秋 and 国庆: eight days; the 7th is a Saturday that is worked
        (date(2023, 12, 25), date(2023, 12, 25)),
        (date(2024, 2, 10), date(2024, 2, 18)),  # 春节; the 18th is a Sunday that is worked
        (date(2024, 12, 31), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 1, 2)),
        # years that nobody has announced yet: Monday to Friday
        (date(2035, 3, 25), date(2035, 3, 26)),  # a Sunday
        (date(2035, 10, 1), date(2035, 10, 1)),  # 国庆, for all we know a Monday
        (date(2034, 12, 30), date(2035, 1, 1)),  # a Saturday, over the year's end
        (date(2028, 2, 29), date(2028, 2, 29)),  # the day of a leap year, a Tuesday
        (date(1999, 12, 25), date(1999, 12, 27)),  # before the calendar begins
    ],
)
def test_the_day_itself_or_the_next_that_is_worked(day, next_one):
    assert following(day) == next_one


def test_the_first_unknown_year_goes_by_weekdays():
    """Whatever the last year of the installed calendar is: the 2026 one knows 2026."""
    known = {year for year in range(2004, 2036) if _is_known(year)}
    assert {2023, 2024, 2025} <= known
    assert 2035 not in known
    unknown = max(known) + 1
    days = [date(unknown, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [is_worked(day) for day in days] == [day.weekday() < 5 for day in days]


def _is_known(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 6, 1))
    except NotImplementedError:
        return False
    return True


class TestOverrides:
    def test_a_working_day_made_free(self):
        entered(date(2023, 9, 25), is_working=False)
        assert following(date(2023, 9, 25)) == date(2023, 9, 26)

    def test_a_free_day_made_working(self):
        entered(date(2023, 3, 25), is_working=True)
        assert following(date(2023, 3, 25)) == date(2023, 3, 25)

    def test_a_made_up_sunday_taken_back(self):
        entered(date(2023, 6, 25), is_working=False)
        assert following(date(2023, 6, 25)) == date(2023, 6, 26)

    def test_of_a_year_nobody_knows(self):
        entered(date(2035, 3, 26), is_working=False)
        entered(date(2035, 3, 27), is_working=False)
        assert following(date(2035, 3, 25)) == date(2035, 3, 28)

    def test_what_says_the_same_changes_nothing(self):
        entered(date(2023, 3, 25), is_working=False)
        entered(date(2023, 3, 27), is_working=True)
        assert following(date(2023, 3, 25)) == date(2023, 3, 27)

    def test_a_day_before_or_far_after_does_not_matter(self):
        entered(date(2023, 3, 24), is_working=False)
        entered(date(2023, 3, 28), is_working=False)
        assert following(date(2023, 3, 25)) == date(2023, 3, 27)


class TestTheLongestRest:
    day = date(2035, 3, 26)  # a Monday

    def rest(self, days: int) -> None:
        free = (self.day + timedelta(days=n) for n in range(days))
        CalendarDay.objects.bulk_create(CalendarDay(day=day, is_working=False) for day in free)

    def test_the_last_day_that_is_looked_at(self):
        self.rest(LONGEST_REST - 1)
        last = self.day + timedelta(days=LONGEST_REST - 1)
        entered(last, is_working=True)
        assert following(self.day) == last

    def test_a_calendar_in_which_nobody_works_is_no_calendar(self):
        self.rest(LONGEST_REST)
        assert following(self.day) == self.day


def test_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        following(date(2023, 9, 29))


def test_a_day_is_entered_once():
    entered(date(2023, 3, 25), is_working=True)
    with violates("departments_calendarday_day_key"):
        entered(date(2023, 3, 25), is_working=False)
