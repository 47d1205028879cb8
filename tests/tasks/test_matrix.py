"""The cells of the matrix: the same reports for everybody, as far as he may know their states."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from tasks.actions.periods import close_period, open_period
from tasks.models import Plan, Report, ReportingPeriod, Task
from tasks.querysets.matrix import cells
from tests import cast, factories

pytestmark = pytest.mark.django_db

TODAY = date(2023, 6, 26)  # the day after the second quarter's reports were due
BEFORE = date(2023, 6, 25)


def second() -> ReportingPeriod:
    return ReportingPeriod.objects.get(plan__code="2023", starts_on=date(2023, 4, 1))


def put(number: int, code: str, state: str, on: date | None = None) -> None:
    """The report as it were in this state, of the open period."""
    author = cast.person("jlc")
    sent = (
        {"reported_on": on, "submitted_at": f"{on} 04:00Z"} if state in {"submitted", "returned", "accepted"} else {}
    )
    review = {"reviewer": cast.person("planner"), "reviewed_on": on, "review_note": "退回"}
    reviewed: dict[str, Any] = review if state in {"returned", "accepted"} else {}
    text = {"author": author, "assessment": "done", "progress_text": "有"}
    found = Report.objects.filter(period=second(), task__number=number, department__code=code)
    assert found.update(state=state, **text, **sent, **reviewed) == 1


@pytest.fixture
def opened(planner) -> ReportingPeriod:
    open_period(second(), by=planner, today=date(2023, 4, 3))
    put(6, "pudong", "draft")
    put(7, "pudong", "submitted", BEFORE)
    put(8, "pudong", "accepted", TODAY)
    put(6, "xuhui", "returned", BEFORE)
    put(2, "simt", "draft")
    return second()


def shown(user: Any, today: date = TODAY) -> dict[tuple[int, str], tuple[str, bool, bool]]:
    """Task and unit: state, overdue, late."""
    units = dict(Report.objects.values_list("department", "department__code"))
    numbers = dict(Task.objects.values_list("pk", "number"))
    found = cells([second()], user, today)
    told = {(numbers[cell.task], units[cell.department]): (cell.state, cell.overdue, cell.late) for cell in found}
    assert len(told) == len(found)
    return told


PUDONG = {
    (6, "pudong"): ("draft", True, False),
    (7, "pudong"): ("submitted", False, False),
    (8, "pudong"): ("accepted", False, True),
    (17, "pudong"): ("due", True, False),
}
TASK_2 = {(2, "simt"): ("draft", True, False), (2, "sqi"): ("due", True, False)}


class TestWhoKnowsWhat:
    def test_planners_and_leaders_know_all_states(self, opened, everyone):
        all_of_them = shown(everyone["root"])
        assert len(all_of_them) == 93
        assert {key: all_of_them[key] for key in PUDONG | TASK_2} == PUDONG | TASK_2
        assert all_of_them[6, "xuhui"] == ("returned", True, False)
        for name in ("planner", "planner2", "leader"):
            assert shown(everyone[name]) == all_of_them, name

    def test_a_unit_its_own_and_those_of_the_tasks_it_co_ordinates(self, opened, everyone):
        assert shown(everyone["pudong"]) == PUDONG
        assert set(shown(everyone["xuhui"])) == {(number, "xuhui") for number in (6, 7, 8, 17)}
        assert shown(everyone["simt"]) == TASK_2
        assert set(shown(everyone["sqi"])) == {(2, "sqi")}
        assert set(shown(everyone["jlc"])) == {key for key in shown(everyone["root"]) if key[0] != 2}

    def test_nobody_else(self, opened, everyone):
        assert shown(everyone["admin"]) == shown(AnonymousUser()) == {}

    def test_not_before_the_plan_is_in_force(self, opened, everyone):
        Plan.objects.update(is_active=False)
        assert shown(everyone["pudong"]) == shown(everyone["jlc"]) == {}
        assert len(shown(everyone["leader"])) == 93

    def test_a_unit_that_left_keeps_its_past(self, opened, pudong):
        cast.unit("districts").memberships.filter(member__code="pudong").delete()
        assert shown(pudong) == PUDONG


class TestCells:
    def test_on_the_due_date_nothing_is_overdue(self, opened, planner):
        assert not any(overdue for _state, overdue, _late in shown(planner, BEFORE).values())

    def test_in_the_order_of_units_and_tasks(self, opened, planner):
        found = cells([opened], planner, TODAY)
        keys = {row.pk: (row.department.order, row.department.code, row.task.number) for row in opened.reports.all()
                .select_related("department", "task")}  # fmt: skip
        assert [keys[cell.report] for cell in found] == sorted(keys.values())

    @pytest.mark.parametrize("state", ["suspended", "cancelled", "closed"])
    def test_of_a_task_that_has_ended_only_what_was_sent(self, opened, state, planner, jlc):
        before = {"suspended": "in_progress", "cancelled": "in_progress"}.get(state, "")
        asked = {"closing_requested_by": jlc, "closing_requested_on": TODAY, "result": "有", "closed_on": TODAY}
        more = asked if state == "closed" else {}
        Task.objects.filter(pk=cast.task(7).pk).update(state=state, state_before=before, **more)
        assert {key for key in shown(planner) if key[0] == 7} == {(7, "pudong")}
        assert len(shown(planner)) == 93 - len(opened.reports.filter(task__number=7)) + 1

    def test_of_a_closed_period_the_state_of_that_day_counts(self, opened, planner):
        Task.objects.filter(pk=cast.task(8).pk).update(state="suspended", state_before="in_progress")
        close_period(second(), by=planner, today=TODAY)
        closed = shown(planner)
        Task.objects.filter(pk=cast.task(8).pk).update(state="in_progress", state_before="")
        Task.objects.filter(pk=cast.task(7).pk).update(state="cancelled", state_before="in_progress")
        assert shown(planner) == closed
        assert {key for key in closed if key[0] == 8} == {(8, "pudong")}
        assert (7, "xuhui") in closed

    def test_of_the_periods_asked_for(self, opened, planner):
        first = ReportingPeriod.objects.get(plan__code="2023", starts_on=date(2023, 1, 1))
        open_period(first, by=planner, today=TODAY)
        both = cells([first, opened], planner, TODAY)
        assert {cell.period for cell in both} == {first.pk, opened.pk}
        assert len(both) == 186
        assert cells([], planner, TODAY) == []

    @pytest.mark.parametrize("name", ["planner", "leader", "jlc", "pudong", "root"])
    def test_one_query_however_many(self, opened, name, everyone, django_assert_num_queries):
        small = factories.task(leads=(cast.unit("pudong"),))
        one = factories.period(small.plan, BEFORE, BEFORE, BEFORE)
        factories.owed(one, small, cast.unit("pudong"))
        for period in (one, opened):
            with django_assert_num_queries(1):
                cells([period], everyone[name], TODAY)
