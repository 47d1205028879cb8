"""The lights, rule by rule and edge by edge: a literal table of cases."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

import pytest

from tasks.models import ReportingPeriod, Standing, Task
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


def p(state: str, day: date, by: str = "coordinator", **fields: Any) -> dict[str, Any]:
    """What a period that was due on this day asked of a unit, and how far that is."""
    return {"state": state, "day": day, "by": by} | fields


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
    periods: list[dict[str, Any]] = field(default_factory=list)
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
        for asked in self.periods:
            self.report_of(task, units | {"other": factories.department()}, author, asked)
        return task

    def report_of(self, task: Task, units: dict[str, Any], author: Any, asked: dict[str, Any]) -> None:
        """In a period of one day; `closed`: it has been closed, and this was the state of the task."""
        usual = {"closed": "", "on": asked["day"], "assessment": "on_schedule"}
        wanted = itemgetter("state", "day", "by", "closed", "on", "assessment")
        state, day, by, closed, on, said = wanted(usual | asked)
        one = ReportingPeriod.objects.filter(plan=task.plan, starts_on=day).first()
        one = one or factories.period(task.plan, day, day, day)
        written = {"assessment": said, "problems": "有。", "no_news": not said} if state != "due" else {}
        reviewed = {"reviewer": cast.person("planner")} if state in {"returned", "accepted"} else {}
        factories.owed(one, task, units[by], state, author, on, **written, **reviewed)
        if closed:
            why: dict[str, Any] = {"reason": "on_track", "why": {}, "due_on": task.due_on}
            Standing.objects.create(period=one, task=task, state=closed, **why)
            ReportingPeriod.objects.filter(pk=one.pk).update(state="closed", closed_on=day)

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
    # 3 red: two periods in a row without the co-ordinator's report
    Case("two missed", "red", "reports_missed", periods=[p("due", ago(40)), p("due", ago(10))]),
    Case("two missed and closed", "red", "reports_missed", periods=[
        p("due", ago(40), closed="in_progress"), p("due", ago(10), closed="in_progress"),
    ]),
    Case("begun is not sent", "red", "reports_missed", periods=[p("draft", ago(40)), p("draft", ago(10))]),
    Case("one missed", "yellow", "report_overdue", periods=[p("due", ago(10))]),
    Case("one missed and closed", "green", "on_track", periods=[p("due", ago(10), closed="in_progress")]),
    Case(
        "the due date of the second is today: one missed", "yellow", "report_overdue",
        periods=[p("due", ago(40)), p("due", DAY)],
    ),
    Case(
        "the first of two made up for", "yellow", "report_overdue",
        periods=[p("submitted", ago(40), on=ago(1)), p("due", ago(10))],
    ),
    Case("the second of two made up for", "yellow", "report_overdue", periods=[
        p("due", ago(40)), p("accepted", ago(10), on=ago(1)),
    ]),
    Case("late but there, the older one closed", "green", "on_track", periods=[
        p("due", ago(70), closed="in_progress"), p("due", ago(40), closed="in_progress"),
        p("submitted", ago(10), on=ago(1)),
    ]),
    Case("two missed, one sent before", "red", "reports_missed", periods=[
        p("accepted", ago(70)), p("due", ago(40)), p("due", ago(10)),
    ]),
    Case("two missed long ago", "green", "on_track", periods=[
        p("due", ago(70), closed="in_progress"), p("due", ago(55), closed="in_progress"), p("accepted", ago(10)),
    ]),
    Case("missed, sent, missed", "yellow", "report_overdue", periods=[
        p("due", ago(70), closed="in_progress"), p("accepted", ago(40)), p("due", ago(10)),
    ]),
    Case("missed, returned: that was sent", "yellow", "report_returned", periods=[
        p("due", ago(70), closed="in_progress"), p("returned", ago(10)),
    ]),
    Case("two missed, the next not due yet", "red", "reports_missed", periods=[
        p("due", ago(70), closed="in_progress"), p("due", ago(40), closed="in_progress"), p("due", ahead(20)),
    ]),
    Case("two missed, the next sent before it is due", "red", "reports_missed", periods=[
        p("due", ago(70), closed="in_progress"), p("due", ago(40), closed="in_progress"),
        p("submitted", ahead(20), on=ago(1)),
    ]),
    Case("asked before it was suspended, which is nothing missed", "green", "on_track", periods=[
        p("due", ago(70), closed="suspended"), p("due", ago(10), closed="in_progress"),
    ]),
    Case("suspended between: the two before and after are in a row", "red", "reports_missed", periods=[
        p("due", ago(70), closed="in_progress"), p("due", ago(40), closed="suspended"),
        p("due", ago(10), closed="in_progress"),
    ]),
    Case("cancelled and closed between as well", "green", "on_track", periods=[
        p("due", ago(70), closed="cancelled"), p("draft", ago(40), closed="closed"),
        p("due", ago(10), closed="in_progress"),
    ]),
    Case("closing was before the end", "red", "reports_missed", periods=[
        p("due", ago(70), closed="closing"), p("due", ago(40), closed="not_started"),
    ]),
    Case("a supporting unit's silence never colours", "green", "on_track", periods=[
        p("due", ago(40), by="support"), p("due", ago(10), by="support"),
    ]),
    Case("nor that of another lead, or of a co-ordinator that was", "green", "on_track", periods=[
        p("due", ago(40), by="other"), p("due", ago(10), by="other"),
    ]),
    Case("a co-ordinator that came between owes one", "yellow", "report_overdue", periods=[
        p("due", ago(40), by="other"), p("due", ago(10)),
    ]),
    Case("not started and two missed", "red", "reports_missed", "not_started", periods=[
        p("due", ago(40)), p("due", ago(10)),
    ]),
    Case("two missed while closing, asked too late", "red", "reports_missed", "closing", due_on=ago(2),
         asked_on=ago(1), periods=[p("due", ago(40)), p("due", ago(10))]),
    Case("two missed while closing, asked in time", "yellow", "closing_asked", "closing", asked_on=ago(1),
         periods=[p("due", ago(40)), p("due", ago(10))]),
    Case("two missed and suspended", "grey", "suspended", "suspended", "in_progress",
         periods=[p("due", ago(40)), p("due", ago(10))]),
    Case("two missed, the task closed", "blue", "closed", "closed", asked_on=ago(1),
         periods=[p("due", ago(40)), p("due", ago(10))]),
    Case("two missed, and overdue itself", "red", "task_overdue", due_on=ago(1),
         periods=[p("due", ago(40)), p("due", ago(10))]),
    # 4 yellow: this period's report overdue or returned
    Case("a report due yesterday", "yellow", "report_overdue", periods=[p("due", ago(1))]),
    Case("begun, due yesterday", "yellow", "report_overdue", periods=[p("draft", ago(1))]),
    Case("due today", "green", "on_track", periods=[p("due", DAY)]),
    Case("due tomorrow", "green", "on_track", periods=[p("draft", ahead(1))]),
    Case("sent late", "green", "on_track", periods=[p("submitted", ago(9), on=ago(1))]),
    Case("accepted", "green", "on_track", periods=[p("accepted", ago(9))]),
    Case("several open, the older overdue", "yellow", "report_overdue", periods=[
        p("due", ago(1)), p("submitted", ahead(20), on=DAY),
    ]),
    Case("several open, the younger due", "green", "on_track", periods=[p("submitted", ago(1)), p("due", ahead(20))]),
    Case("returned", "yellow", "report_returned", periods=[p("returned", ahead(9), on=ago(1))]),
    Case("returned and due since", "yellow", "report_returned", periods=[p("returned", ago(9))]),
    Case("returned, then closed", "green", "on_track", periods=[p("returned", ago(9), closed="in_progress")]),
    Case("returned and taken up again, in time", "green", "on_track", periods=[p("draft", ahead(9))]),
    Case("returned to a supporting unit", "green", "on_track", periods=[
        p("returned", ahead(9), by="support", on=ago(1)),
    ]),
    Case("what was returned is no word", "yellow", "report_returned", periods=[
        p("returned", ahead(9), on=ago(1), assessment="behind"),
    ]),
    Case("accepted as behind", "yellow", "assessed_behind", periods=[p("accepted", ago(9), assessment="behind")]),
    Case("nothing new has no assessment: the one before stands", "yellow", "assessed_behind", periods=[
        p("accepted", ago(40), assessment="behind"), p("submitted", ago(9), assessment=""),
    ]),
    Case("behind by figures wins over an overdue report", "yellow", "behind", milestones=UNDATED_10_OF_100,
         periods=[p("due", ago(1))]),
    Case("an overdue report wins over a returned one", "yellow", "report_overdue", periods=[
        p("due", ago(1)), p("returned", ahead(9), on=ago(1)),
    ]),
    Case("not started and a report overdue", "yellow", "report_overdue", "not_started", periods=[p("due", ago(1))]),
    # 5 grey
    Case("not started, a report due", "grey", "not_begun", "not_started", periods=[p("due", DAY)]),
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
