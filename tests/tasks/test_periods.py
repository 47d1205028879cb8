"""Laying out, opening and closing: who owes, counted from the document; what was closed stays."""

import json
from collections import Counter
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from departments.models import CalendarDay, Department, Membership
from tasks.actions import moves, planning, reports, review
from tasks.actions.periods import close_period, lay_out, open_period
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.models import Assignment, Milestone, Plan, Report, ReportingPeriod, Standing, Task
from tests import cast, factories
from tests.race import begun, race
from tests.tasks import test_plan_2023 as document
from tests.violations import refused, sql, violates

pytestmark = pytest.mark.django_db

TODAY = date(2023, 6, 15)
TEXT = {"assessment": "on_schedule", "progress_text": "完成检查。"}
Pairs = set[tuple[int, str]]


def period(number: int, plan: str = "2023") -> ReportingPeriod:
    """The first, second, … of the plan."""
    return ReportingPeriod.objects.filter(plan__code=plan).order_by("starts_on")[number - 1]


def opened(number: int, on: date = TODAY) -> ReportingPeriod:
    return open_period(period(number), by=cast.person("planner"), today=on)


def closed(number: int, on: date = TODAY) -> ReportingPeriod:
    return close_period(period(number), by=cast.person("planner"), today=on)


def asked(one: ReportingPeriod) -> Pairs:
    """Task numbers and units of what a period asks for, each once."""
    pairs = list(one.reports.values_list("task__number", "department__code"))
    assert len(pairs) == len(set(pairs))
    return set(pairs)


# ---- laid out ----

QUARTERS = [
    (date(2023, 1, 1), date(2023, 3, 31), date(2023, 3, 27)),
    (date(2023, 4, 1), date(2023, 6, 30), date(2023, 6, 25)),
    (date(2023, 7, 1), date(2023, 9, 30), date(2023, 9, 25)),
    (date(2023, 10, 1), date(2023, 12, 31), date(2023, 12, 25)),
]


def dates(plan: Plan) -> list[tuple[date, date, date]]:
    return list(plan.periods.order_by("starts_on").values_list("starts_on", "ends_on", "due_on"))


def months(plan: Plan) -> list[int]:
    return [one.starts_on.month for one in plan.periods.order_by("starts_on")]


def new_plan(**fields: Any) -> Plan:
    values = {"code": "n", "title": "新计划", "year": 2023, "issuer": "市局"} | fields
    return planning.create(
        Plan(issued_on=date(2023, 1, 3), ends_on=date(2023, 12, 31), **values), by=cast.person("planner")
    )


class TestLaidOut:
    def test_those_of_the_fixture_are_what_the_rule_gives(self):
        before = dates(cast.plan())
        lay_out(cast.plan())
        assert before == dates(cast.plan()) == QUARTERS
        assert set(cast.plan().periods.values_list("state", "opened_on", "closed_on")) == {("planned", None, None)}

    def test_a_new_plan_has_its_quarters(self):
        assert dates(new_plan()) == QUARTERS

    def test_or_months(self):
        found = dates(new_plan(report_every="month"))
        assert [(first.month, due) for first, _last, due in found][:4] == [
            (1, date(2023, 1, 28)), (2, date(2023, 2, 27)), (3, date(2023, 3, 27)), (4, date(2023, 4, 25)),
        ]  # fmt: skip
        assert len(found) == 12

    def test_by_the_calendar_of_the_offices(self):
        CalendarDay.objects.create(day=date(2023, 9, 25), is_working=False)
        assert dates(new_plan())[2][2] == date(2023, 9, 26)

    def test_another_rhythm_lays_out_anew_what_is_planned(self, planner):
        opened(1)
        closed(1)
        opened(2)
        kept = list(cast.plan().periods.exclude(state="planned").order_by("pk").values())
        planning.change(cast.plan(), by=planner, report_every="month")
        assert months(cast.plan()) == [1, 4, 7, 8, 9, 10, 11, 12]
        assert list(cast.plan().periods.exclude(state="planned").order_by("pk").values()) == kept
        planning.change(cast.plan(), by=planner, report_every="quarter")
        assert dates(cast.plan()) == QUARTERS

    def test_months_that_have_been_opened_stand_in_the_way_of_their_quarter(self, planner):
        planning.change(cast.plan(), by=planner, report_every="month")
        opened(7)
        planning.change(cast.plan(), by=planner, report_every="quarter")
        assert months(cast.plan()) == [1, 4, 7, 10]
        assert [one.ends_on.month for one in cast.plan().periods.order_by("starts_on")] == [3, 6, 7, 12]

    def test_any_other_change_of_the_plan_keeps_dates_set_by_hand(self, planner):
        planning.change(period(4), by=planner, due_on=date(2023, 12, 20))
        planning.change(cast.plan(), by=planner, title="改", red_overdue_days=7, report_every="quarter")
        assert period(4).due_on == date(2023, 12, 20)

    def test_another_year(self, planner):
        plan = new_plan()
        planning.change(plan, by=planner, year=2024)
        assert [one.year for one, *_rest in dates(plan)] == [2024] * 4

    def test_of_other_plans_nothing_moves(self, planner):
        planning.change(new_plan(), by=planner, report_every="month")
        assert dates(cast.plan()) == QUARTERS


# ---- changed by hand ----


class TestChanged:
    def test_dates_of_a_planned_and_of_an_open_one(self, planner):
        opened(2)
        for number in (2, 3):
            row = planning.change(period(number), by=planner, due_on=QUARTERS[number - 1][1])
            assert (row.due_on, row.version) == (QUARTERS[number - 1][1], 4 - number + 1)

    def test_a_closed_one_never(self, planner):
        opened(1)
        closed(1)
        with pytest.raises(IllegalNow) as refusal, translation.override("en"):
            planning.change(period(1), by=planner, due_on=date(2023, 3, 31))
        assert refusal.value.reason == "First quarter has been closed already."
        assert period(1).due_on == date(2023, 3, 27)

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"ends_on": date(2023, 7, 1)}, "period_no_overlap"),
            ({"starts_on": date(2023, 3, 31)}, "period_no_overlap"),
            ({"due_on": date(2023, 3, 31)}, "period_dates"),
        ],
    )
    def test_what_does_not_fit(self, values, code, planner):
        with pytest.raises(ValidationError):
            planning.change(period(2), by=planner, **values)
        with violates(code):
            ReportingPeriod.objects.filter(pk=period(2).pk).update(**values)

    def test_it_does_not_end_before_it_starts(self, planner):
        with pytest.raises(ValidationError):
            planning.change(period(2), by=planner, ends_on=date(2023, 3, 31))
        with violates("period_dates"):
            ReportingPeriod.objects.filter(pk=period(2).pk).update(ends_on=date(2023, 3, 31))

    def test_another_plan_may_have_the_same_days(self):
        assert dates(new_plan()) == dates(cast.plan())

    def test_it_stays_in_its_plan(self):
        with refused("pgtrigger: Cannot update rows from tasks_reportingperiod table"):
            ReportingPeriod.objects.filter(plan__code="2023").update(plan=new_plan())

    @pytest.mark.parametrize("name", ["jlc", "leader", "admin", "pudong"])
    def test_by_planners_only(self, name):
        with pytest.raises(NotAllowed):
            planning.change(period(2), by=cast.person(name), due_on=date(2023, 6, 30))

    def test_not_what_somebody_else_has_changed(self, planner):
        with pytest.raises(Stale):
            planning.change(period(2), by=planner, version=7, due_on=date(2023, 6, 30))


# ---- who owes: counted from the document, the member lists and the switches ----

UNITS: list[dict[str, Any]] = json.loads(
    (Path(__file__).resolve().parents[2] / "fixtures" / "departments.json").read_text(encoding="utf-8")
)
BODIES = {row["fields"]["code"]: row["fields"] for row in UNITS if row["model"] == "departments.department"}


def code_of(printed: str) -> str:
    """By full name, short name or another spelling; nothing else is asked of the database."""
    names = {body[field]: code for code, body in BODIES.items() for field in ("name", "short_name")}
    names |= {row["fields"]["name"]: row["fields"]["department"][0] for row in UNITS if "alias" in row["model"]}
    bare = printed.removesuffix("等")
    return names.get(printed) or names.get(bare) or names[bare.translate(str.maketrans("()", "（）"))]


def expected(switched: Pairs = frozenset(), **members: list[str]) -> Pairs:  # type: ignore[assignment]
    """Leads, and supporting units that were switched on; a collective stands for its members.

    `members`: instead of the fixture's."""
    of: dict[str, list[str]] = {code: [] for code, body in BODIES.items() if body["is_collective"]}
    for row in UNITS:
        if row["model"] == "departments.membership":
            of[row["fields"]["collective"][0]].append(row["fields"]["member"][0])
    of |= members
    named = {(one.task, one.role, code_of(one.printed_as)) for one in document.MENTIONS}
    owes = {(task, code) for task, role, code in named if role == "lead" or (task, code) in switched}
    return {(task, unit) for task, code in owes for unit in of.get(code, [code])}


def switch(*pairs: tuple[int, str], on: bool = True) -> None:
    for number, code in pairs:
        found = Assignment.objects.filter(task=cast.task(number), department__code=code, role="support")
        assert found.update(owes_report=on) == 1


DISTRICTS = [row["fields"]["member"][0] for row in UNITS if row["model"] == "departments.membership"]


class TestWhoOwes:
    def test_each_lead_once_collectives_unfolded(self):
        one = opened(1)
        assert asked(one) == expected()
        counts = Counter(code for _task, code in asked(one))
        assert counts == {
            **dict.fromkeys(DISTRICTS, 4),
            "jlc": 16, "lingang": 4, "jichangfenju": 4, "zhifazongdui": 3, "simt": 1, "sqi": 1,
        }  # fmt: skip
        assert counts.total() == 93

    def test_pudong_owes_four(self):
        assert {task for task, code in asked(opened(1)) if code == "pudong"} == {6, 7, 8, 17}

    def test_they_are_due_and_empty(self):
        values = opened(1).reports.values_list(
            "state", "author", "progress_text", "reported_on", "no_news", "filled_in", "version"
        )
        assert set(values) == {("due", None, "", None, False, False, 1)}

    def test_supporting_units_where_they_were_asked(self):
        on = {(14, "baosteel"), (14, "districts"), (6, "simt")}
        switch(*on)
        first = opened(1)
        assert asked(first) == expected(on)
        assert len(asked(first)) == 93 + 1 + 16 + 1
        switch((14, "districts"), on=False)
        assert asked(first) == expected(on)
        assert asked(opened(2)) == expected(on - {(14, "districts")})

    def test_members_of_mid_year_owe_from_the_next_period_and_leave_their_past(self):
        first = opened(1)
        Membership.objects.filter(member__code="pudong").delete()
        Membership.objects.create(collective=cast.unit("districts"), member=factories.department("newtown"))
        Membership.objects.create(collective=cast.unit("municipal-industry-centers"), member=cast.unit("baosteel"))
        assert asked(first) == expected()
        now = [code for code in DISTRICTS if code != "pudong"] + ["newtown"]
        second = opened(2)
        assert asked(second) == expected(**{"districts": now, "municipal-industry-centers": ["baosteel"]})
        assert len(asked(second)) == 93 + 1  # 市级产业计量测试中心 leads task 2
        assert asked(period(1)) == expected()

    def test_an_inactive_unit_owes_nothing_more(self):
        first = opened(1)
        Department.objects.filter(code__in=["pudong", "simt", "lingang"]).update(is_active=False)
        gone = {pair for pair in expected() if pair[1] in {"pudong", "simt", "lingang"}}
        assert len(gone) == 9
        assert asked(opened(2)) == expected() - gone
        assert asked(first) == expected()

    def test_an_empty_collective_owes_nothing(self):
        Membership.objects.all().delete()
        one = opened(1)
        assert asked(one) == expected(districts=[])
        assert not one.reports.filter(department__is_collective=True).exists()

    def test_named_alone_twice_and_through_two_collectives_is_once(self):
        Membership.objects.create(collective=cast.unit("districts-concerned"), member=cast.unit("pudong"))
        for position, code in enumerate(["pudong", "districts-concerned"], 20):
            factories.assignment(cast.task(6), cast.unit(code), "support", position, owes_report=True)
        factories.assignment(cast.task(6), cast.unit("pudong"), "lead", 20)
        assert asked(opened(1)) == expected()

    def test_units_named_and_taken_off(self):
        first = opened(1)
        cast.task(8).assignments.filter(department__code="districts").delete()
        factories.assignment(cast.task(9), cast.unit("baosteel"), "lead", 9)
        less = {pair for pair in expected() if pair[0] == 8 and pair[1] in DISTRICTS}
        assert asked(opened(2)) == (expected() - less) | {(9, "baosteel")}
        assert asked(first) == expected()

    @pytest.mark.parametrize(
        ("state", "owes"),
        [("not_started", True), ("in_progress", True), ("closing", True), ("closed", False), ("suspended", False),
         ("cancelled", False)],
    )  # fmt: skip
    def test_tasks_by_their_state(self, state, owes, jlc):
        asking = {"closing_requested_by": jlc, "closing_requested_on": TODAY, "result": "有。"}
        values: dict[str, dict[str, Any]] = {
            "closing": asking, "closed": asking | {"closed_on": TODAY}, "suspended": {"state_before": "in_progress"},
            "cancelled": {"state_before": "not_started"},
        }  # fmt: skip
        Task.objects.filter(pk=cast.task(6).pk).update(state=state, **values.get(state, {}))
        assert asked(opened(1)) == expected() if owes else {one for one in expected() if one[0] != 6}
        assert cast.task(6).state == state

    def test_other_plans_owe_nothing(self):
        other = factories.task(leads=(cast.unit("pudong"),))
        opened(1)
        assert not Report.objects.filter(task=other).exists()

    def test_several_may_be_open_each_with_its_own(self):
        opened(1)
        opened(2)
        assert Report.objects.count() == 2 * 93
        assert Report.objects.owed().count() == 186

    def test_a_plan_without_anybody_opens_empty(self, planner):
        plan = new_plan()
        one = open_period(plan.periods.first(), by=planner, today=TODAY)
        assert (one.state, one.reports.count()) == ("open", 0)

    def test_queries_do_not_depend_on_how_many_owe(self, planner, django_assert_num_queries):
        small = new_plan()
        factories.task(small, leads=(factories.department(),))
        for one, owed in ((small.periods.first(), 1), (period(1), 93)):
            with django_assert_num_queries(13):
                open_period(one, by=planner, today=TODAY)
            assert one.reports.count() == owed


# ---- opening and closing ----


class TestOpening:
    def test_says_when(self):
        one = opened(2, on=date(2023, 4, 3))
        assert (one.state, one.opened_on, one.closed_on, one.version) == ("open", date(2023, 4, 3), None, 2)
        assert period(2).state == "open"

    @pytest.mark.parametrize("name", ["jlc", "leader", "admin", "pudong"])
    @pytest.mark.parametrize("act", [open_period, close_period])
    def test_by_planners_only(self, act, name):
        with pytest.raises(NotAllowed):
            act(period(2), by=cast.person(name), today=TODAY, version=77)
        assert period(2).state == "planned"

    @pytest.mark.parametrize("act", [open_period, close_period])
    def test_stale_before_illegal(self, act, planner):
        opened(1)
        closed(1)
        with pytest.raises(Stale):
            act(period(1), by=planner, today=TODAY, version=1)
        with pytest.raises(IllegalNow):
            act(period(1), by=planner, today=TODAY, version=3)

    def test_once(self, planner):
        one = period(1)
        opened(1)
        with pytest.raises(IllegalNow) as refusal, translation.override("zh-hans"):
            open_period(one, by=planner, today=TODAY)
        assert (refusal.value.reason, Report.objects.count()) == ("第一季度已经开启。", 93)

    def test_not_again_once_it_is_closed(self, planner):
        opened(1)
        closed(1)
        with pytest.raises(IllegalNow):
            open_period(period(1), by=planner, today=TODAY)

    def test_not_while_units_do_not_see_the_plan(self, planner):
        Plan.objects.update(is_active=False)
        with pytest.raises(IllegalNow):
            open_period(period(1), by=planner, today=TODAY)
        assert not Report.objects.exists()

    def test_not_what_has_been_laid_out_anew(self, planner):
        gone = period(3)
        planning.change(cast.plan(), by=planner, report_every="month")
        for act in (open_period, close_period):
            with pytest.raises(IllegalNow):
                act(gone, by=planner, today=TODAY)


class TestClosing:
    def test_says_when(self):
        opened(1)
        one = closed(1, on=date(2023, 4, 3))
        assert (one.state, one.opened_on, one.closed_on, one.version) == ("closed", TODAY, date(2023, 4, 3), 3)

    @pytest.mark.parametrize("times", [0, 2])
    def test_what_is_not_open(self, times, planner):
        if times:
            opened(1)
            closed(1)
        with pytest.raises(IllegalNow) as refusal, translation.override("zh-hans"):
            close_period(period(1), by=planner, today=TODAY)
        assert refusal.value.reason == ("第一季度已经关闭。" if times else "第一季度尚未开启。")

    def test_keeps_how_every_task_stood(self, jlc):
        Milestone.objects.filter(task=cast.task(1), position=1).update(state="done", done_on=TODAY)
        opened(1)
        one = closed(1)
        kept = {row.task.number: row for row in one.standings.select_related("task")}
        assert sorted(kept) == list(range(1, 18))
        first = kept[1]
        assert (first.state, first.reason, first.light, first.progress, first.expected_progress, first.due_on) == (
            "not_started", "report_overdue", "yellow", 33, 36, date(2023, 12, 31),
        )  # fmt: skip
        assert first.why == {
            "zh-hans": "第一牵头部门本期进展应于 2023-03-27 前报送，已逾期未报。",
            "en": "The co-ordinator's report was due on 2023-03-27 and has not come.",
        }
        assert (kept[2].reason, kept[2].progress, kept[2].expected_progress) == ("behind", 0, 36)

    def test_a_task_without_milestones_has_no_figure_not_nought(self, planner):
        plan = new_plan()
        factories.task(plan)
        one = plan.periods.first()
        open_period(one, by=planner, today=TODAY)
        standing = close_period(one, by=planner, today=TODAY).standings.get()
        assert (standing.progress, standing.expected_progress, standing.reason) == (None, None, "not_begun")

    def test_what_it_showed_stays_whatever_happens_afterwards(self, planner, jlc, planner2):
        opened(1)
        before = list(closed(1).standings.order_by("pk").values())
        task = cast.task(1)
        moves.move(task, "start", by=jlc, today=TODAY)
        moves.move(cast.task(2), "cancel", by=planner, today=TODAY, note="合并")
        Milestone.objects.update(state="done", done_on=TODAY)
        planning.change(cast.plan(), by=planner, yellow_gap=100, red_overdue_days=1, ends_on=date(2024, 1, 31))
        planning.change(cast.task(3), by=planner, due_on=date(2023, 6, 30), title="改")
        Membership.objects.all().delete()
        with translation.override("en"):
            assert list(period(1).standings.order_by("pk").values()) == before

    @pytest.mark.parametrize("statement", [
        "UPDATE tasks_standing SET reason = 'closed'", "UPDATE tasks_standing SET progress = 100",
        "DELETE FROM tasks_standing", "UPDATE tasks_standing SET why = '{}'",
    ])  # fmt: skip
    def test_standings_are_written_once(self, statement):
        opened(1)
        closed(1)
        with refused("pgtrigger: Cannot update or delete rows from tasks_standing table"):
            sql(statement)

    def test_standings_by_the_orm(self):
        opened(1)
        closed(1)
        with refused("pgtrigger: Cannot update or delete rows from tasks_standing table"):
            Standing.objects.update(progress=100)
        with refused("pgtrigger: Cannot update or delete rows from tasks_standing table"):
            Standing.objects.first().delete()

    def test_a_closed_period_stays(self):
        opened(1)
        closed(1)
        message = "pgtrigger: Cannot update or delete rows from tasks_reportingperiod table"
        for statement in ("UPDATE tasks_reportingperiod SET state = 'open', closed_on = NULL WHERE state = 'closed'",
                          "UPDATE tasks_reportingperiod SET due_on = due_on + 7 WHERE state = 'closed'",
                          "DELETE FROM tasks_reportingperiod WHERE state = 'closed'"):  # fmt: skip
            with refused(message):
                sql(statement)
        with refused(message):
            ReportingPeriod.objects.filter(pk=period(1).pk).update(opened_on=TODAY, version=9)

    def test_queries_do_not_grow_with_tasks(self, planner, django_assert_num_queries):
        counts = []
        for tasks in (1, 3):
            plan = new_plan(code=f"n{tasks}")
            for _ in range(tasks):
                factories.task(plan, leads=(factories.department(),))
            one = open_period(plan.periods.first(), by=planner, today=TODAY)
            with django_assert_num_queries(11) as found:
                close_period(one, by=planner, today=TODAY)
            counts.append(len(found))
        assert counts[0] == counts[1]


# ---- what was reported in a closed period ----


@pytest.fixture
def reported(pudong, planner) -> dict[str, Report]:
    """Of 浦东, one report in each state; then the first quarter is closed."""
    one = opened(1)
    owed = {row.task.number: row for row in one.reports.filter(department__code="pudong")}

    def sent(number: int) -> Report:
        return reports.submit(
            cast.task(number), pudong.department, by=pudong, today=TODAY, fields=TEXT, report=owed[number]
        )

    reports.save_draft(cast.task(7), pudong.department, by=pudong, fields=TEXT, report=owed[7])
    review.send_back(sent(8), by=planner, today=TODAY, note="请补充")
    states = {"due": owed[6], "draft": owed[7], "returned": owed[8], "submitted": sent(17)}
    other = one.reports.get(task__number=6, department__code="xuhui")
    xuhui = cast.person("xuhui")
    reports.submit(cast.task(6), xuhui.department, by=xuhui, today=TODAY, fields=TEXT, report=other)
    states["accepted"] = review.accept(other, by=planner, today=TODAY)
    closed(1)
    return {name: Report.objects.get(pk=row.pk) for name, row in states.items()}


STATES = ["due", "draft", "submitted", "returned", "accepted"]


class TestReportsOfAClosedPeriod:
    def test_stand_as_they_were(self, reported):
        assert {name: row.state for name, row in reported.items()} == {name: name for name in STATES}

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("act", ["save", "submit", "nothing_new", "withdraw", "accept", "return"])
    def test_by_no_action(self, reported, state, act, planner2):
        row = reported[state]
        writer = cast.person(row.department.code)
        acts = {
            "save": lambda: reports.save_draft(row.task, row.department, by=writer, fields=TEXT, report=row),
            "submit": lambda: reports.submit(
                row.task, row.department, by=writer, today=TODAY, fields=TEXT, report=row
            ),
            "nothing_new": lambda: reports.report_nothing_new(row, by=writer, today=TODAY, reason="无"),
            "withdraw": lambda: reports.withdraw(row, by=writer),
            "accept": lambda: review.accept(row, by=planner2, today=TODAY),
            "return": lambda: review.send_back(row, by=planner2, today=TODAY, note="无"),
        }
        before = Report.objects.filter(pk=row.pk).values().get()
        with pytest.raises(IllegalNow) as refusal, translation.override("en"):
            acts[act]()
        assert refusal.value.reason == "First quarter is closed; what was reported in it stays."
        assert Report.objects.filter(pk=row.pk).values().get() == before

    @pytest.mark.parametrize("state", STATES)
    def test_by_no_other_way(self, reported, state):
        row = reported[state]
        with violates("report_of_closed_period"):
            row.save()
        with violates("report_of_closed_period"):
            row.delete()
        for values in ({"problems": "改"}, {"period": None}, {"period": period(2)}, {"state": "due"}):
            with violates("report_of_closed_period"):
                Report.objects.filter(pk=row.pk).update(**values)
        for statement in ("UPDATE tasks_report SET problems = 'x' WHERE id = %s",
                          "DELETE FROM tasks_report WHERE id = %s"):  # fmt: skip
            with violates("report_of_closed_period"):
                sql(statement, row.pk)

    def test_nothing_is_added_or_moved_in(self, reported, pudong):
        with violates("report_of_closed_period"):
            Report.objects.create(period=period(1), task=cast.task(1), department=pudong.department, state="due")
        outside = factories.report(cast.task(1), pudong.department, pudong)
        with violates("report_of_closed_period"):
            Report.objects.filter(pk=outside.pk).update(period=period(1))

    def test_nothing_of_it_is_owed_or_to_review(self, reported):
        assert not Report.objects.owed().exists()
        assert not Report.objects.to_review().exists()

    def test_the_task_and_the_unit_go_their_way(self, reported, planner, jlc):
        moves.move(cast.task(6), "suspend", by=planner, today=TODAY, note="等待")
        Department.objects.filter(code="pudong").update(is_active=False)
        assert period(1).reports.count() == 93


# ---- at the same moment ----


def outcomes(found: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in found)


@pytest.mark.django_db(transaction=True)
class TestTwoAtTheSameMoment:
    @pytest.mark.parametrize("number", [1, 2, 3, 4])
    @pytest.mark.parametrize("_again", range(3))
    def test_open_the_same_period(self, _again, number, planner, planner2):
        one = period(number)
        found = race(one, *(lambda by=by: open_period(one, by=by, today=TODAY) for by in (planner, planner2) * 2))
        assert outcomes(found) == ["IllegalNow"] * 3 + ["ReportingPeriod"]
        assert {str(each) for each in found if isinstance(each, IllegalNow)} == {
            f"第{'一二三四'[number - 1]}季度已经开启。"
        }
        assert asked(one) == expected()
        assert (one.reports.count(), period(number).version) == (93, 2)

    def test_with_the_version_both_saw_the_second_is_stale(self, planner, planner2):
        one = period(1)
        found = race(
            one, *(lambda by=by: open_period(one, by=by, today=TODAY, version=1) for by in (planner, planner2))
        )
        assert outcomes(found) == ["ReportingPeriod", "Stale"]
        assert one.reports.count() == 93

    @pytest.mark.parametrize("_again", range(3))
    def test_close_the_same_period(self, _again, planner, planner2):
        opened(1)
        one = period(1)
        found = race(one, *(lambda by=by: close_period(one, by=by, today=TODAY) for by in (planner, planner2)))
        assert outcomes(found) == ["IllegalNow", "ReportingPeriod"]
        assert one.standings.count() == 17

    @pytest.mark.parametrize("_again", range(4))
    def test_open_it_while_the_plan_gets_another_rhythm(self, _again, planner, planner2):
        one = period(3)
        found = race(
            one,
            lambda: open_period(one, by=planner, today=TODAY),
            lambda: planning.change(cast.plan(), by=planner2, report_every="month"),
        )
        won = not isinstance(found[0], IllegalNow)
        assert not isinstance(found[1], Exception), found[1]
        assert (cast.plan().periods.count(), Report.objects.count()) == ((10, 93) if won else (12, 0)), found

    @pytest.mark.parametrize("locked", ["task", "period"])
    @pytest.mark.parametrize("_again", range(4))
    def test_close_it_while_a_report_is_sent(self, _again, locked, planner, pudong):
        """Whoever comes first: sent and closed, or closed and not sent; never a deadlock, never half of it."""
        opened(1)
        one = period(1)
        owed = one.reports.get(task__number=6, department__code="pudong")
        found = race(
            one if locked == "period" else cast.task(6),
            lambda: reports.submit(cast.task(6), pudong.department, by=pudong, today=TODAY, fields=TEXT, report=owed),
            lambda: close_period(one, by=planner, today=TODAY),
        )
        row = Report.objects.get(pk=owed.pk)
        assert isinstance(found[1], ReportingPeriod), found[1]
        if isinstance(found[0], IllegalNow):
            assert str(found[0]) == "第一季度已经关闭，其中的报送不再变动。"
            assert (row.state, row.progress_text) == ("due", "")
        else:
            assert (row.state, row.progress_text) == ("submitted", TEXT["progress_text"]), found[0]

    def test_closing_waits_for_no_late_writer_past_the_actions(self, planner, pudong):
        """An UPDATE that began before the close was committed is refused once it is."""
        opened(1)
        one = period(1)
        owed = one.reports.get(task__number=6, department__code="pudong")

        def write() -> int:
            return Report.objects.filter(pk=owed.pk).update(review_note="改")

        with transaction.atomic():
            close_period(one, by=planner, today=TODAY)
            thread, outcome = begun(write)
        thread.join(timeout=20)
        assert outcomes(outcome) == ["IntegrityError"]
        assert Report.objects.get(pk=owed.pk).review_note == ""


def test_a_plan_from_before_there_were_periods_gets_them():
    migration = import_module("tasks.migrations.0003_periods_of_plans")
    laid_out = list(ReportingPeriod.objects.order_by("pk").values_list("plan", "starts_on", "ends_on", "due_on"))
    assert len(laid_out) == 4
    ReportingPeriod.objects.all().delete()
    monthly = factories.plan(report_every="month")
    migration.lay_out(apps, None)
    migration.lay_out(apps, None)  # once is enough
    found = ReportingPeriod.objects.order_by("pk").exclude(plan=monthly)
    assert list(found.values_list("plan", "starts_on", "ends_on", "due_on")) == laid_out
    assert monthly.periods.count() == 12
