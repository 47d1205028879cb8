"""The figures behind a light, and the 2023 plan as it was published."""

from datetime import date, timedelta
from typing import Any

import pytest

from tasks.models import Milestone, Task
from tests import cast, factories

pytestmark = pytest.mark.django_db

# The small plans run from 2024-01-01 to 2024-12-31: 365 days. On DAY 73 of them, exactly 20 %, have gone.
DAY = date(2024, 3, 14)
FAR = date(2024, 11, 30)
ISSUED = factories.ISSUED


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def ahead(days: int) -> date:
    return DAY + timedelta(days=days)


def figures(task: Task, today: date = DAY) -> tuple[Any, ...]:
    lit = Task.objects.with_light(today).get(pk=task.pk)
    return lit.progress, lit.expected_progress, lit.gap


class TestFigures:
    def test_without_milestones_there_are_none(self):
        assert figures(factories.task()) == (None, None, None)

    def test_only_cancelled_ones_are_none(self):
        task = factories.task()
        factories.milestone(task, state="cancelled")
        assert figures(task) == (None, None, None)

    def test_a_true_zero_is_zero(self):
        task = factories.task()
        factories.milestone(task, FAR)
        assert figures(task) == (0, 0, 0)

    def test_progress_is_the_floor_99_6_is_99(self):
        task = factories.task()
        for weight, state in ((100, "done"), (100, "done"), (49, "done"), (1, "open")):
            factories.milestone(task, FAR, weight=weight, state=state)  # 249 of 250
        assert figures(task) == (99, 0, -99)

    def test_all_done_is_100(self):
        task = factories.task()
        factories.milestone(task, state="done", weight=7)
        factories.milestone(task, state="done", weight=3)
        factories.milestone(task, state="cancelled", weight=90)
        assert figures(task)[0] == 100

    def test_weights_count(self):
        task = factories.task()
        factories.milestone(task, FAR, state="done", weight=3)
        factories.milestone(task, FAR, weight=1)
        assert figures(task) == (75, 0, -75)

    def test_a_date_of_its_own_asks_for_the_full_weight_the_day_after(self):
        task = factories.task()
        factories.milestone(task, DAY, weight=3)
        factories.milestone(task, FAR, weight=7)
        assert figures(task)[1] == 0
        assert figures(task, ahead(1))[1] == 30

    def test_a_done_milestone_is_asked_for_all_the_same(self):
        task = factories.task()
        factories.milestone(task, ago(1), state="done")
        assert figures(task) == (100, 100, 0)

    @pytest.mark.parametrize(
        ("today", "expected"),
        [
            (date(2023, 12, 1), 0),  # before the plan was issued
            (date(2024, 1, 1), 0),
            (date(2024, 1, 4), 0),  # 3 of 365: 0.8
            (date(2024, 1, 5), 1),  # 4 of 365: 1.1
            (DAY, 20),
            (date(2024, 12, 30), 99),
            (date(2024, 12, 31), 100),
            (date(2025, 6, 1), 100),
        ],
    )
    def test_undated_ones_follow_the_time(self, today, expected):
        task = factories.task()
        factories.milestone(task)
        assert figures(task, today)[1] == expected

    def test_the_time_is_the_tasks_own(self):
        task = factories.task(due_on=date(2024, 5, 26))  # 146 days after the plan was issued
        factories.milestone(task)
        assert figures(task)[1] == 50

    def test_a_task_due_on_the_day_of_issue(self):
        task = factories.task(due_on=ISSUED)
        factories.milestone(task)
        assert [figures(task, day)[1] for day in (ISSUED, date(2024, 1, 2))] == [0, 100]

    def test_counts_and_the_next_date(self):
        task = factories.task()
        factories.milestone(task, ago(1), state="done")
        factories.milestone(task, ahead(9), title="后")
        factories.milestone(task, ahead(3), title="先")
        factories.milestone(task, ahead(1), state="cancelled")
        factories.milestone(task)
        lit = Task.objects.with_light(DAY).get(pk=task.pk)
        assert (lit.milestones_live, lit.milestones_done, lit.next_on) == (4, 1, ahead(3))
        assert lit.own_open_titles == ["先", "后"]
        assert (lit.days_overdue, lit.days_to_due) == (-3, 292)


class TestThePlanOf2023:
    """As it was published, on 2023-06-15: 114 of 313 days."""

    TODAY = date(2023, 6, 15)

    def lit(self):
        return Task.objects.filter(plan__code="2023").with_light(self.TODAY).order_by("number")

    def test_untouched(self):
        behind = ("yellow", "behind", 0, 36, 36, None)
        assert {
            task.number: (task.light, task.reason, task.progress, task.expected_progress, task.gap, task.next_on)
            for task in self.lit()
        } == dict.fromkeys(range(1, 18), behind) | {
            6: ("yellow", "milestone_due_soon", 0, 18, 18, date(2023, 6, 22)),
            17: ("yellow", "milestone_overdue", 0, 52, 52, date(2023, 5, 20)),
        }

    def test_one_done_of_three_is_green(self):
        cast.task(1).milestones.filter(position=1).update(state="done", done_on=self.TODAY)
        task = self.lit().get(number=1)
        assert (task.light, task.progress, task.expected_progress, task.gap) == ("green", 33, 36, 3)

    def test_through_a_collective_nothing_counts_twice(self, pudong):
        seen = {t.number: t.weight for t in Task.objects.visible_to(pudong).with_light(self.TODAY)}
        assert seen == {n: Milestone.objects.filter(task__number=n).count() for n in seen}
        assert len(seen) == 12

    def test_the_year_goes_from_grey_to_red(self):
        lights = {}
        for day in (date(2023, 2, 21), date(2023, 4, 1), date(2023, 8, 1), date(2024, 1, 1)):
            lit = Task.objects.with_light(day).get(plan__code="2023", number=1)
            lights[day] = (lit.light, lit.reason)
        assert list(lights.values()) == [
            ("grey", "not_begun"), ("yellow", "behind"), ("red", "idle"), ("red", "task_overdue"),
        ]  # fmt: skip
