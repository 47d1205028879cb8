"""The lights, rule by rule and edge by edge: a literal table of cases."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from tasks.models import Task
from tasks.querysets.light import Light, rules
from tests import cast, factories

pytestmark = pytest.mark.django_db

# The plans below run from 2024-01-01 to 2024-12-31: 365 days. On DAY 73 of them, exactly 20 %, have gone.
DAY = date(2024, 3, 14)
FAR = date(2024, 11, 30)
ISSUED, DUE = factories.ISSUED, factories.ENDS


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def ahead(days: int) -> date:
    return DAY + timedelta(days=days)


def m(due_on: date | None = None, weight: int = 1, state: str = "open", **fields: Any) -> dict[str, Any]:
    return {"due_on": due_on, "weight": weight, "state": state} | fields


def r(assessment: str, on: date | None = DAY, by: str = "coordinator", **fields: Any) -> dict[str, Any]:
    return {"assessment": assessment, "on": on, "by": by} | fields


@dataclass
class Case:
    """A task in progress with one milestone far ahead, which is green, and what is different about it."""

    name: str
    light: str
    reason: str
    state: str = "in_progress"
    before: str = ""
    due_on: date = DUE
    asked_on: date | None = None
    milestones: list[dict[str, Any]] = field(default_factory=lambda: [m(FAR)])
    reports: list[dict[str, Any]] = field(default_factory=list)
    plan: dict[str, Any] = field(default_factory=dict)
    today: date = DAY

    def task(self) -> Task:
        author = cast.person("jlc")
        units = {"coordinator": factories.department(), "support": factories.department()}
        task = factories.task(
            factories.plan(**self.plan),
            leads=(factories.collective(), units["coordinator"]),
            supports=(units["support"],),
            due_on=self.due_on,
            **self.closing(author),
        )
        for milestone in self.milestones:
            factories.milestone(task, **milestone)
        for report in self.reports:
            said = {name: value for name, value in report.items() if name not in {"on", "by"}}
            factories.report(task, units[report["by"]], author, report["on"], problems="有。", **said)
        return task

    def closing(self, author: Any) -> dict[str, Any]:
        asked = {"closing_requested_by": author, "closing_requested_on": self.asked_on, "result": "有。"}
        closed = {"closed_on": self.today} if self.state == "closed" else {}
        return {"state": self.state, "state_before": self.before} | (asked if self.asked_on else {}) | closed


REST = m(FAR, weight=9)
LONG_OVERDUE = [m(ago(100)), REST]
HALF = date(2024, 7, 1)  # 182 of the 364 days to 2024-12-30
UNDATED_10_OF_100 = [m(weight=10, state="done"), m(weight=90)]
UNDATED_11_OF_100 = [m(weight=11, state="done"), m(weight=89)]

CASES = [
    Case("nothing is due", "green", "on_track"),
    # 1 blue
    Case("closed", "blue", "closed", state="closed", asked_on=DAY),
    Case(
        "closed, whatever is overdue", "blue", "closed", state="closed", asked_on=DAY, due_on=ago(9),
        milestones=LONG_OVERDUE,
    ),
    # 2 grey
    Case("cancelled", "grey", "cancelled", state="cancelled", before="in_progress"),
    Case(
        "cancelled, whatever is overdue", "grey", "cancelled", state="cancelled", before="not_started",
        due_on=ago(9), milestones=LONG_OVERDUE,
    ),
    Case("suspended", "grey", "suspended", state="suspended", before="in_progress", due_on=ago(9)),
    Case("suspended while closing", "grey", "suspended", state="suspended", before="closing", asked_on=ago(1)),
    # 3 red: past due
    Case("due yesterday", "red", "task_overdue", due_on=ago(1)),
    Case("due yesterday, not started", "red", "task_overdue", state="not_started", due_on=ago(1)),
    Case("the due date itself is not overdue", "yellow", "due_soon", due_on=DAY),
    Case(
        "due yesterday, closing asked that day", "yellow", "closing_asked", "closing",
        due_on=ago(1), asked_on=ago(1),
    ),
    Case("due long ago, asked before", "yellow", "closing_asked", "closing", due_on=ago(70), asked_on=ago(72)),
    Case(
        "asked the day after: waiting is not overdue", "yellow", "closing_asked", "closing",
        due_on=ago(2), asked_on=ago(1),
    ),
    Case(
        "asked in time never turns red", "yellow", "closing_asked", "closing", due_on=ago(1), asked_on=ago(1),
        milestones=LONG_OVERDUE,
    ),
    Case(
        "asked too late may be red by a milestone", "red", "milestone_long_overdue", "closing", due_on=ago(2),
        asked_on=ago(1), milestones=LONG_OVERDUE,
    ),
    Case(
        "asked too late may be red by its share", "red", "overdue_share", "closing", due_on=ago(2),
        asked_on=ago(1), milestones=[m(ago(1), weight=31), m(FAR, weight=69)],
    ),
    Case("past due wins over milestones", "red", "task_overdue", due_on=ago(1), milestones=LONG_OVERDUE),
    # 3 red: a milestone overdue by more than 30 days
    Case("overdue by 31 days", "red", "milestone_long_overdue", milestones=[m(ago(31)), REST]),
    Case("overdue by 30 days", "yellow", "milestone_overdue", milestones=[m(ago(30)), REST]),
    Case("done late", "green", "on_track", milestones=[m(ago(60), state="done"), REST]),
    Case("a cancelled one is not overdue", "green", "on_track", milestones=[m(ago(60), state="cancelled"), REST]),
    Case(
        "the earliest counts, wherever it stands", "red", "milestone_long_overdue",
        milestones=[m(FAR, weight=97), m(ago(3)), m(ago(31)), m(ago(2))],
    ),
    Case(
        "without a date of its own none is overdue", "green", "on_track",
        milestones=[m(date_basis="plan_end", weight=1) | {"due_on": ago(60)}, m(weight=3, state="done")],
    ),
    Case(
        "stated and festival dates are its own", "red", "milestone_long_overdue",
        milestones=[m(ago(40), date_basis="stated"), m(ago(35), date_basis="festival"), REST],
    ),
    # 3 red: overdue milestones make up more than 30 % of the weight
    Case("share 31 %", "red", "overdue_share", milestones=[m(ago(1), weight=31), m(FAR, weight=69)]),
    Case("share exactly 30 %", "yellow", "milestone_overdue", milestones=[m(ago(1), weight=30), m(FAR, weight=70)]),
    Case(
        "share over 30 % by a hair", "red", "overdue_share",
        milestones=[m(ago(1), weight=31), m(FAR, weight=95), *(m(ago(1)) for _ in range(10))],
    ),  # 41 of 136: 30.1 %
    Case(
        "share of several", "red", "overdue_share", milestones=[m(ago(1)), m(ago(2)), m(ago(3), weight=2), REST],
    ),  # 4 of 13
    Case(
        "a cancelled milestone does not dilute the share", "red", "overdue_share",
        milestones=[m(ago(1), weight=3), m(FAR, weight=6), m(FAR, weight=90, state="cancelled")],
    ),
    Case(
        "a milestone due today is no part of the share", "yellow", "milestone_due_soon",
        milestones=[m(DAY, weight=9), m(FAR)],
    ),
    # 3 red: not started though more than half of the time has gone
    Case(
        "idle past half-time", "red", "idle", "not_started",
        due_on=date(2024, 12, 30), today=HALF + timedelta(days=1),
    ),
    Case("idle at half-time exactly", "grey", "not_begun", "not_started", due_on=date(2024, 12, 30), today=HALF),
    Case("started past half-time", "green", "on_track", due_on=date(2024, 12, 30), today=HALF + timedelta(days=1)),
    # 4 yellow: closing, due soon
    Case("closing", "yellow", "closing_asked", "closing", asked_on=DAY),
    Case("due within 15 days", "yellow", "due_soon", due_on=ahead(15)),
    Case("due in 16 days", "green", "on_track", due_on=ahead(16)),
    Case("not started and due soon", "yellow", "due_soon", "not_started", due_on=ahead(15), plan={"issued_on": DAY}),
    # 4 yellow: milestones
    Case("milestone overdue by a day", "yellow", "milestone_overdue", milestones=[m(ago(1)), REST]),
    Case("milestone due today", "yellow", "milestone_due_soon", milestones=[m(DAY), REST]),
    Case("milestone due in 7 days", "yellow", "milestone_due_soon", milestones=[m(ahead(7))]),
    Case("milestone due in 8 days", "green", "on_track", milestones=[m(ahead(8))]),
    Case("milestone due soon but done", "green", "on_track", milestones=[m(ahead(7), state="done"), m(FAR)]),
    Case("milestone due soon but cancelled", "green", "on_track", milestones=[m(ahead(7), state="cancelled"), m(FAR)]),
    Case(
        "the plan's end in 7 days is not a milestone's date", "green", "on_track",
        milestones=[m(date_basis="plan_end") | {"due_on": ahead(7)}, m(weight=3, state="done")],
    ),
    Case(
        "not started and a milestone overdue", "yellow", "milestone_overdue", "not_started",
        milestones=[m(ago(1)), REST],
    ),
    # 4 yellow: behind
    Case("behind by 10", "yellow", "behind", milestones=UNDATED_10_OF_100),
    Case("behind by 9", "green", "on_track", milestones=UNDATED_11_OF_100),
    Case("not started and behind by 20", "yellow", "behind", "not_started", milestones=[m()]),
    Case(
        "behind by 10 of floors", "yellow", "behind", today=ahead(4),
        milestones=[m(weight=99), m(weight=12, state="done")],
    ),
    # 77 of 365 days: 21; 12 of 111: 10.8 → 10; gap 11
    Case("ahead", "green", "on_track", milestones=[m(state="done"), m()]),
    # 4 yellow: the co-ordinator's own assessment
    Case("assessed behind", "yellow", "assessed_behind", reports=[r("behind")]),
    Case("assessed better since", "green", "on_track", reports=[r("behind", ago(2)), r("on_schedule", ago(1))]),
    Case("assessed better before", "yellow", "assessed_behind", reports=[r("behind", ago(1)), r("done", ago(2))]),
    Case("twice a day: the later word", "yellow", "assessed_behind", reports=[r("done"), r("behind")]),
    Case("twice a day: the later word is better", "green", "on_track", reports=[r("behind"), r("done")]),
    Case("a supporting unit's word does not colour", "green", "on_track", reports=[r("behind", by="support")]),
    Case("nor does a draft", "green", "on_track", reports=[r("behind", on=None)]),
    # 5 grey
    Case("not begun", "grey", "not_begun", "not_started"),
    Case("not begun, no milestones", "grey", "not_begun", "not_started", milestones=[]),
    Case("not started, a draft", "grey", "not_begun", "not_started", reports=[r("done", on=None)]),
    Case("not started, one ticked", "green", "on_track", "not_started", milestones=[m(FAR), m(FAR, state="done")]),
    Case(
        "not started, a supporting unit reported", "green", "on_track", "not_started",
        reports=[r("done", by="support")],
    ),
    Case(
        "not started, a cancelled milestone", "grey", "not_begun", "not_started",
        milestones=[m(FAR), m(ago(50), state="cancelled")],
    ),
    # 6 green, without figures
    Case("no milestones", "green", "on_track", milestones=[]),
    Case("only cancelled ones", "green", "on_track", milestones=[m(ago(99), state="cancelled")]),
    # the plan's own numbers
    Case(
        "red_overdue_days 31", "yellow", "milestone_overdue",
        milestones=[m(ago(31)), REST], plan={"red_overdue_days": 31},
    ),
    Case(
        "red_overdue_days 0", "red", "milestone_long_overdue",
        milestones=[m(ago(1)), REST], plan={"red_overdue_days": 0},
    ),
    Case(
        "red_overdue_share 31", "yellow", "milestone_overdue",
        milestones=[m(ago(1), weight=31), m(FAR, weight=69)], plan={"red_overdue_share": 31},
    ),
    Case("red_idle_share 19", "red", "idle", "not_started", plan={"red_idle_share": 19}),
    Case("red_idle_share 20", "grey", "not_begun", "not_started", plan={"red_idle_share": 20}),
    Case("yellow_due_days 14", "green", "on_track", due_on=ahead(15), plan={"yellow_due_days": 14}),
    Case("yellow_due_days 0", "yellow", "due_soon", due_on=DAY, plan={"yellow_due_days": 0}),
    Case(
        "yellow_milestone_days 8", "yellow", "milestone_due_soon",
        milestones=[m(ahead(8))], plan={"yellow_milestone_days": 8},
    ),
    Case("yellow_milestone_days 0", "green", "on_track", milestones=[m(ahead(1))], plan={"yellow_milestone_days": 0}),
    Case("yellow_gap 9", "yellow", "behind", milestones=UNDATED_11_OF_100, plan={"yellow_gap": 9}),
    Case("yellow_gap 11", "green", "on_track", milestones=UNDATED_10_OF_100, plan={"yellow_gap": 11}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_light_and_reason(case):
    task = case.task()
    lit = Task.objects.with_light(case.today).get(pk=task.pk)
    assert (lit.light, lit.reason) == (case.light, case.reason)


def test_every_reason_has_a_case():
    assert {case.reason for case in CASES} == {rule.reason for rule in rules(DAY)}


class TestAsAQuery:
    @pytest.fixture(autouse=True)
    def every_case(self, db):
        self.tasks = [case.task() for case in CASES if case.today == DAY]

    def lit(self):
        return Task.objects.filter(pk__in=[task.pk for task in self.tasks]).with_light(DAY)

    def test_filtering_finds_exactly_what_is_shown(self):
        shown = defaultdict(set)
        for task in self.lit():
            shown[task.light].add(task.pk)
        assert set(shown) == set(Light.values)
        for light in Light.values:
            assert set(self.lit().filter(light=light).values_list("pk", flat=True)) == shown[light]
            assert self.lit().filter(light=light).count() == len(shown[light])

    def test_is_one_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert len(self.lit()) == len(self.tasks)
