"""The geometry of pictures: pure functions over loaded rows."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tasks.models import Milestone, Task
from tasks.querysets.rollup import rollup
from tasks.views.pictures import blocks, curve, elapsed_percent
from tests import factories

ISSUED, ENDS = date(2023, 2, 21), date(2023, 12, 31)


def a_plan(issued_on=ISSUED, ends_on=ENDS, year=2023) -> Any:
    return SimpleNamespace(issued_on=issued_on, ends_on=ends_on, year=year)


def a_milestone(task=1, due_on=ENDS, done_on=None, own=True, weight=1, task_due_on=ENDS):
    return SimpleNamespace(
        task_id=task,
        task=SimpleNamespace(due_on=task_due_on),
        due_on=due_on,
        done_on=done_on,
        has_own_date=own,
        weight=weight,
    )


@pytest.mark.parametrize(
    ("today", "percent"),
    [
        (date(2023, 1, 1), 0),
        (ISSUED, 0),
        (date(2023, 6, 15), 36),  # 114 of 313 days
        (date(2023, 12, 30), 99),
        (ENDS, 100),
        (date(2030, 1, 1), 100),
    ],
)
def test_elapsed_share_of_the_plan(today, percent):
    assert elapsed_percent(a_plan(), today) == percent


def test_blocks_put_red_first_and_keep_groups_apart():
    lights = {1: "green", 2: "grey", 3: "red", 4: "yellow", 5: "blue", 6: "red"}
    tasks = [SimpleNamespace(number=n, light=light, group_id=n // 6) for n, light in lights.items()]
    found = {group: [task.number for task in row] for group, row in blocks(tasks).items()}
    assert found == {0: [3, 4, 1, 5, 2], 1: [6]}


def drawn_from(plan: Any, milestones: list[Any], today: date) -> Any:
    return curve(plan, milestones, today)


def points(*milestones, today=date(2023, 6, 15), **of_plan):
    drawn = drawn_from(a_plan(**of_plan), list(milestones), today)
    return {point.on: (point.planned, point.done) for point in drawn.points}


def test_without_milestones_there_is_no_curve():
    assert drawn_from(a_plan(), [], date(2023, 6, 15)) is None


def test_a_date_of_its_own_counts_from_the_day_after():
    own = a_milestone(due_on=date(2023, 3, 28))
    drawn = points(own, today=date(2023, 3, 28))
    assert drawn[date(2023, 3, 28)] == (0, 0)
    assert drawn[date(2023, 3, 31)] == (100, None)


def test_without_a_date_the_expectation_grows_with_the_time():
    drawn = points(a_milestone(own=False))
    assert (drawn[ISSUED], drawn[date(2023, 6, 15)], drawn[ENDS]) == ((0, 0), (36, 0), (100, None))


def test_done_counts_from_its_day_and_the_future_is_not_0():
    drawn = points(a_milestone(done_on=date(2023, 6, 6)), a_milestone(), today=date(2023, 6, 13))
    assert drawn[date(2023, 5, 31)][1] == 0
    assert drawn[date(2023, 6, 6)][1] == 50
    assert drawn[date(2023, 6, 13)][1] == 50
    assert drawn[date(2023, 6, 20)][1] is None


def test_weights_count_and_means_are_cut():
    heavy = a_milestone(task=1, weight=2, done_on=ISSUED), a_milestone(task=1)
    other = a_milestone(task=2)
    assert points(*heavy, other)[date(2023, 6, 15)][1] == 33  # of 66 and 0


def test_the_curve_has_the_weeks_the_ends_of_months_today_and_the_last_day():
    days = list(points(a_milestone(), today=date(2023, 6, 15)))
    assert days == sorted(set(days))
    assert (days[0], days[1], days[2], days[-1]) == (ISSUED, date(2023, 2, 28), date(2023, 3, 7), ENDS)
    assert {date(2023, 6, 15), date(2023, 6, 30), date(2023, 11, 30)} <= set(days)


@pytest.mark.parametrize(
    ("today", "x", "done"),
    [
        (date(2022, 12, 31), None, ""),
        (date(2023, 1, 1), 0, ""),
        (ENDS, 728, "728,200"),
        (date(2024, 1, 1), None, "728,200"),
    ],
)
def test_today_may_lie_before_or_after_the_year(today, x, done):
    drawn = drawn_from(a_plan(), [a_milestone()], today)
    assert drawn.today_x == x
    assert drawn.done_line[-7:] == done
    assert (drawn.now is None) == (not ISSUED <= today <= ENDS)


def test_the_line_is_drawn_on_an_axis_of_the_whole_year():
    drawn = drawn_from(a_plan(), [a_milestone(own=False)], date(2023, 6, 15))
    assert (drawn.start, drawn.end, drawn.width) == (date(2023, 1, 1), date(2023, 12, 31), 728)
    assert drawn.months == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert drawn.planned_line.split()[0] == "102,200"
    assert drawn.planned_line.split()[-1] == "728,0"


def test_a_plan_over_two_years_has_a_longer_axis():
    drawn = drawn_from(a_plan(date(2023, 11, 15), date(2025, 1, 31), 2024), [a_milestone()], date(2024, 1, 1))
    assert (drawn.start, drawn.end) == (date(2023, 11, 1), date(2025, 1, 31))
    assert drawn.months == [11, 12, *range(1, 13), 1]


def test_the_table_has_the_ends_of_months_today_and_the_last_day():
    drawn = drawn_from(a_plan(ends_on=date(2023, 4, 20)), [a_milestone(done_on=date(2023, 3, 1))], date(2023, 3, 15))
    assert [(point.on, point.done) for point in drawn.table] == [
        (date(2023, 2, 28), 0),
        (date(2023, 3, 15), 100),
        (date(2023, 3, 31), None),
        (date(2023, 4, 20), None),
    ]


@pytest.mark.django_db
def test_the_curve_says_what_the_roll_up_says():
    """The rule stands in SQL; the curve repeats it for other days and must agree on each."""
    plan = factories.plan()
    for number in range(1, 5):
        task = factories.task(plan, state="in_progress", due_on=plan.ends_on - timedelta(days=number * 20))
        for position in range(number):
            factories.milestone(task, date(2024, 2 + position * 2, number * 5), weight=position + 1)
        factories.milestone(task, weight=number, state="done", done_on=date(2024, number * 2, 1))
    for today in (plan.issued_on, date(2024, 3, 31), date(2024, 7, 9), date(2024, 10, 13), plan.ends_on):
        drawn = drawn_from(plan, list(Milestone.objects.filter(task__plan=plan).select_related("task")), today)
        figures = rollup(Task.objects.filter(plan=plan).with_light(today))
        assert drawn.now.planned == figures.expected_progress
    assert drawn.now.done == figures.progress == 37
