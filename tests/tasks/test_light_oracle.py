"""The lights against a second computation, written from the rules, that knows no SQL."""

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from tasks.models import Milestone, Plan, Report, Task
from tests import factories

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 14)
ISSUED = factories.ISSUED


class Oracle:
    """Lights and figures from rows in memory."""

    def __init__(self, task: Task, milestones: list[Milestone], reports: list[Report], coordinator: int, today: date):
        self.task, self.plan, self.today = task, task.plan, today
        self.live = [one for one in milestones if one.state != "cancelled"]
        self.own = [one for one in self.live if one.date_basis in {"stated", "festival", "set_by_staff"}]
        self.reports = [one for one in reports if one.state == "submitted"]
        by_coordinator = [one for one in self.reports if one.department_id == coordinator]
        self.latest = max(by_coordinator, key=lambda one: (str(one.reported_on), one.pk), default=None)

    @staticmethod
    def weight(milestones: list[Milestone]) -> int:
        return sum(one.weight for one in milestones)

    @property
    def progress(self) -> int | None:
        total = self.weight(self.live)
        return self.weight([one for one in self.live if one.state == "done"]) * 100 // total if total else None

    @property
    def elapsed(self) -> tuple[int, int]:
        span = max((self.task.due_on - self.plan.issued_on).days, 1)
        return min(max((self.today - self.plan.issued_on).days, 0), span), span

    @property
    def expected(self) -> int | None:
        gone, span = self.elapsed
        asked = self.weight([one for one in self.own if one.due_on < self.today])
        undated = self.weight([one for one in self.live if one not in self.own])
        total = self.weight(self.live)
        return (asked * span + undated * gone) * 100 // (total * span) if total else None

    @property
    def gap(self) -> int | None:
        return None if self.expected is None or self.progress is None else self.expected - self.progress

    @property
    def open_dates(self) -> list[date]:
        return sorted(one.due_on for one in self.own if one.state == "open")

    def is_red(self) -> bool:
        gone, span = self.elapsed
        late = [one for one in self.own if one.state == "open" and one.due_on < self.today]
        return (
            (self.task.due_on < self.today and self.task.state != "closing")
            or any((self.today - one.due_on).days > self.plan.red_overdue_days for one in late)
            or self.weight(late) * 100 > self.weight(self.live) * self.plan.red_overdue_share
            or (self.task.state == "not_started" and gone * 100 > span * self.plan.red_idle_share)
        )

    def is_yellow(self) -> bool:
        to_due = (self.task.due_on - self.today).days
        return (
            self.task.state == "closing"
            or 0 <= to_due <= self.plan.yellow_due_days
            or any((day - self.today).days <= self.plan.yellow_milestone_days for day in self.open_dates)
            or (self.gap is not None and self.gap >= self.plan.yellow_gap)
            or (self.latest is not None and self.latest.assessment == "behind")
        )

    @property
    def light(self) -> str:
        state = self.task.state
        if state in {"closed", "cancelled", "suspended"}:
            return "blue" if state == "closed" else "grey"
        asked_on = self.task.closing_requested_on
        in_time = state == "closing" and asked_on is not None and asked_on <= self.task.due_on
        if self.is_red() and not in_time:
            return "red"
        if self.is_yellow():
            return "yellow"
        untouched = state == "not_started" and not self.progress and not self.reports
        return "grey" if untouched else "green"

    def answer(self) -> tuple[Any, ...]:
        nearest = self.open_dates[0] if self.open_dates else None
        return self.light, self.progress, self.expected, self.gap, nearest


def a_random_plan(dice: random.Random) -> Plan:
    return factories.plan(
        red_overdue_days=dice.choice([0, 10, 30]),
        red_overdue_share=dice.choice([10, 30, 50]),
        red_idle_share=dice.choice([30, 50]),
        yellow_due_days=dice.choice([0, 15]),
        yellow_milestone_days=dice.choice([0, 7]),
        yellow_gap=dice.choice([5, 10, 40]),
    )


def a_random_task(dice: random.Random, plan: Plan, units: list[Any], author: Any) -> Task:
    state = dice.choice(
        ["not_started", "not_started", "in_progress", "in_progress", "in_progress", "closing", "closed", "suspended"]
    )
    values: dict[str, Any] = {"state": state, "due_on": ISSUED + timedelta(days=dice.choice([0, 90, 180, 365]))}
    if state in {"closing", "closed"}:
        asked = values["due_on"] + timedelta(days=dice.choice([-5, 0, 1]))
        values |= {"closing_requested_by": author, "closing_requested_on": asked, "result": "有。"}
    more: dict[str, dict[str, Any]] = {"closed": {"closed_on": DAY}, "suspended": {"state_before": "in_progress"}}
    values |= more.get(state, {})
    task = factories.task(plan, leads=tuple(dice.sample(units, 2)), supports=(units[-1],), **values)
    for _ in range(dice.randint(0, 5)):
        day = ISSUED + timedelta(days=dice.randint(1, 364))
        basis = dice.choice(["stated", "festival", "set_by_staff", "plan_end", "plan_end"])
        options = {
            "weight": dice.choice([1, 1, 2, 7, 100]),
            "state": dice.choice(["open", "open", "done", "cancelled"]),
        }
        factories.milestone(task, day, date_basis=basis, **options)
    for _ in range(dice.randint(0, 2)):
        said = dice.choice(["behind", "on_schedule", "done"])
        on = ISSUED + timedelta(days=dice.randint(0, 5))
        factories.report(task, dice.choice(units), author, on, assessment=said, problems="有。")
    return task


@pytest.mark.parametrize("seed", range(6))
def test_the_queries_agree_with_the_rules_worked_out_by_hand(seed, jlc):
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    units = [factories.collective(), factories.department(), factories.department()]
    plans = [a_random_plan(dice) for _ in range(3)]
    tasks = [a_random_task(dice, plan, units, jlc) for plan in plans for _ in range(12)]
    milestones, reports = defaultdict(list), defaultdict(list)
    for milestone in Milestone.objects.all():
        milestones[milestone.task_id].append(milestone)
    for report in Report.objects.all():
        reports[report.task_id].append(report)
    for today in (ISSUED, DAY, date(2024, 7, 1), date(2024, 7, 2), date(2024, 12, 31), date(2025, 1, 1)):
        lit = {t.pk: t for t in Task.objects.filter(plan__in=plans).with_light(today)}
        for task in tasks:
            found = lit[task.pk]
            leads = sorted(task.assignments.filter(role="lead"), key=lambda one: one.position)
            coordinator = next(one.department_id for one in leads if one.department_id != units[0].pk)
            oracle = Oracle(task, milestones[task.pk], reports[task.pk], coordinator, today)
            answer = (found.light, found.progress, found.expected_progress, found.gap, found.next_on)
            assert answer == oracle.answer(), (seed, today, task.pk, found.reason)
