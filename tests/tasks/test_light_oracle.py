"""The lights against a second computation, written from the rules, that knows no SQL."""

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from tasks.models import Milestone, Plan, Report, Standing, Task
from tests import cast, factories

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 14)
ISSUED = factories.ISSUED


class Oracle:
    """Lights and figures from rows in memory."""

    def __init__(self, task: Task, milestones: list[Milestone], reports: list[Report], coordinator: int, today: date):
        self.task, self.plan, self.today = task, task.plan, today
        self.live = [one for one in milestones if one.state != "cancelled"]
        self.own = [one for one in self.live if one.date_basis in {"stated", "festival", "set_by_staff"}]
        self.reports = [one for one in reports if one.state in {"submitted", "accepted"}]
        by_coordinator = [one for one in self.reports if one.department_id == coordinator and one.assessment]
        self.asked = [one for one in reports if one.period and one.department_id == coordinator]
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

    @property
    def open_asked(self) -> list[Report]:
        return [one for one in self.asked if one.period and one.period.state == "open"]

    def is_overdue(self) -> bool:
        unsent = [one.period for one in self.open_asked if one.state in {"due", "draft"}]
        return any(period and period.due_on < self.today for period in unsent)

    def missed_two(self) -> bool:
        """Of what was asked and has fallen due the last two, unless the task was paused when the period was closed."""
        due = [one for one in self.asked if one.period and one.period.due_on < self.today]
        kept = [one for one in due if one.state not in {"due", "draft"} or not ended_then(one)]
        last = sorted(kept, key=lambda one: one.period and one.period.due_on, reverse=True)[:2]
        return len(last) == 2 and all(one.state in {"due", "draft"} for one in last)

    def is_red(self) -> bool:
        gone, span = self.elapsed
        late = [one for one in self.own if one.state == "open" and one.due_on < self.today]
        return (
            (self.task.due_on < self.today and self.task.state != "closing")
            or any((self.today - one.due_on).days > self.plan.red_overdue_days for one in late)
            or self.weight(late) * 100 > self.weight(self.live) * self.plan.red_overdue_share
            or (self.task.state == "not_started" and gone * 100 > span * self.plan.red_idle_share)
            or self.missed_two()
        )

    def is_yellow(self) -> bool:
        to_due = (self.task.due_on - self.today).days
        return (
            self.task.state == "closing"
            or 0 <= to_due <= self.plan.yellow_due_days
            or any((day - self.today).days <= self.plan.yellow_milestone_days for day in self.open_dates)
            or (self.gap is not None and self.gap >= self.plan.yellow_gap)
            or (self.latest is not None and self.latest.assessment == "behind")
            or any(one.state == "returned" for one in self.open_asked)
            or self.is_overdue()
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


def ended_then(report: Report) -> bool:
    standing = report.period and report.period.standings.filter(task=report.task_id).first()
    return bool(standing and standing.state in {"suspended", "cancelled", "closed"})


def random_periods(dice: random.Random, plan: Plan, tasks: list[Task], units: list[Any], author: Any) -> None:
    """Up to four, some closed: of each task the units may have been asked, and may have answered."""
    days = sorted(dice.sample(range(5, 360), dice.randint(0, 4)))
    for number, day in enumerate(days):
        due_on = ISSUED + timedelta(days=day)
        one = factories.period(plan, due_on, due_on, due_on)
        for task in tasks:
            for unit in units:
                if dice.random() < 0.8:
                    a_random_answer(dice, one, task, unit, author)
        if number < len(days) - 1 and dice.random() < 0.6:
            for task in tasks:
                then = dice.choice(["in_progress", "in_progress", "closing", "suspended", "cancelled", "closed"])
                why: dict[str, Any] = {"reason": "on_track", "why": {}, "due_on": task.due_on}
                Standing.objects.create(period=one, task=task, state=then, **why)
            type(one).objects.filter(pk=one.pk).update(state="closed", closed_on=due_on)


def a_random_answer(dice: random.Random, period: Any, task: Task, unit: Any, author: Any) -> None:
    state = dice.choice(["due", "due", "due", "draft", "submitted", "returned", "accepted"])
    nothing_new = state in {"submitted", "accepted"} and dice.random() < 0.3
    said = {"assessment": "" if nothing_new else dice.choice(["behind", "on_schedule"]), "problems": "有。"}
    on = ISSUED + timedelta(days=dice.randint(0, 364))
    reviewed = {"reviewer": cast.person("planner")} if state in {"returned", "accepted"} else {}
    written = said | {"no_news": nothing_new} if state != "due" else {}
    factories.owed(period, task, unit, state, author, on, **written, **reviewed)


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
    for plan in plans:
        random_periods(dice, plan, [task for task in tasks if task.plan_id == plan.pk], units[1:], jlc)
    milestones, reports = defaultdict(list), defaultdict(list)
    for milestone in Milestone.objects.all():
        milestones[milestone.task_id].append(milestone)
    for report in Report.objects.select_related("period"):
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
