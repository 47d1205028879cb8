"""The periods of a year and what they are called."""

from datetime import date

import pytest
from django.utils import translation

from departments.models import CalendarDay
from tasks.rhythm import Rhythm, label, spans

QUARTERS = [
    ((1, 1), (3, 31), (3, 25)),
    ((4, 1), (6, 30), (6, 25)),
    ((7, 1), (9, 30), (9, 25)),
    ((10, 1), (12, 31), (12, 25)),
]
LAST_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def laid_out(year: int, rhythm: str) -> list[tuple[date, date, date]]:
    return [(one.starts_on, one.ends_on, one.nominal_due_on) for one in spans(year, rhythm)]


@pytest.mark.parametrize("year", [2000, 2023, 2024, 2035, 2100])
def test_quarters(year):
    assert laid_out(year, "quarter") == [tuple(date(year, *day) for day in quarter) for quarter in QUARTERS]


@pytest.mark.parametrize(("year", "february"), [(2023, 28), (2024, 29), (2000, 29), (2100, 28)])
def test_months_and_leap_years(year, february):
    last = [*LAST_DAYS[:1], february, *LAST_DAYS[2:]]
    assert laid_out(year, "month") == [
        (date(year, month, 1), date(year, month, last[month - 1]), date(year, month, 25)) for month in range(1, 13)
    ]


def test_no_other_rhythm():
    assert Rhythm.values == ["quarter", "month"]
    with pytest.raises(ValueError, match="week"):
        spans(2023, "week")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "rhythm", "due"),
    [
        (2023, "quarter", ["03-27", "06-25", "09-25", "12-25"]),  # a Saturday; a Sunday that is worked
        (
            2023,
            "month",
            # 01-25 lies in 春节, worked again from Saturday 28; 02-25 and 11-25 are Saturdays
            [
                "01-28",
                "02-27",
                "03-27",
                "04-25",
                "05-25",
                "06-25",
                "07-25",
                "08-25",
                "09-25",
                "10-25",
                "11-27",
                "12-25",
            ],
        ),
        (2026, "quarter", ["03-25", "06-25", "09-28", "12-25"]),  # 09-25 is 中秋, a Friday
        (2035, "quarter", ["03-26", "06-25", "09-25", "12-25"]),  # not announced: 03-25 is a Sunday
        (2024, "quarter", ["03-25", "06-25", "09-25", "12-25"]),
    ],
)
def test_due_on_the_25th_or_the_next_working_day(year, rhythm, due):
    found = [CalendarDay.objects.next_working(span.nominal_due_on) for span in spans(year, rhythm)]
    assert found == [date.fromisoformat(f"{year}-{day}") for day in due]


# starts, ends, Chinese, English
LABELS = [
    (date(2023, 1, 1), date(2023, 3, 31), "第一季度", "First quarter"),
    (date(2023, 4, 1), date(2023, 6, 30), "第二季度", "Second quarter"),
    (date(2023, 7, 1), date(2023, 9, 30), "第三季度", "Third quarter"),
    (date(2023, 10, 1), date(2023, 12, 31), "第四季度", "Fourth quarter"),
    (date(2023, 1, 1), date(2023, 1, 31), "1月", "1/2023"),
    (date(2024, 2, 1), date(2024, 2, 29), "2月", "2/2024"),
    (date(2023, 12, 1), date(2023, 12, 31), "12月", "12/2023"),
    # neither
    (date(2024, 2, 1), date(2024, 2, 28), "2024-02-01 至 2024-02-28", "2024-02-01 to 2024-02-28"),
    (date(2023, 2, 1), date(2023, 4, 30), "2023-02-01 至 2023-04-30", "2023-02-01 to 2023-04-30"),
    (date(2023, 1, 1), date(2023, 12, 31), "2023-01-01 至 2023-12-31", "2023-01-01 to 2023-12-31"),
    (date(2023, 10, 1), date(2024, 3, 31), "2023-10-01 至 2024-03-31", "2023-10-01 to 2024-03-31"),
    (date(2023, 6, 1), date(2023, 6, 1), "2023-06-01 至 2023-06-01", "2023-06-01 to 2023-06-01"),
]


@pytest.mark.parametrize(("starts_on", "ends_on", "chinese", "english"), LABELS)
def test_what_people_call_it(starts_on, ends_on, chinese, english):
    with translation.override("zh-hans"):
        assert label(starts_on, ends_on) == chinese
    with translation.override("en"):
        assert label(starts_on, ends_on) == english
