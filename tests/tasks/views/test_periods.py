"""A plan's reporting periods: opened, closed, moved and added by planners, and the burden they are."""

import re
from datetime import date
from typing import Any

import pytest

from departments.models import CalendarDay
from tasks.models import Plan, Report, ReportingPeriod
from tasks.querysets.burden import burdens
from tests import cast, factories
from tests.conftest import TODAY
from tests.race import race
from tests.tasks.test_periods import closed, opened, period, switch
from tests.tasks.views.sending import told
from tests.tasks.views.test_matrix import text, write

pytestmark = pytest.mark.django_db
LIST = "/plans/2023/periods/"


def address(one: ReportingPeriod, step: str = "") -> str:
    return f"{LIST}{one.pk}/" + (f"{step}/" if step else "")


def page(user: Any, where: str = LIST) -> Any:
    answer = cast.signed_in(user).get(where)
    assert answer.status_code == 200
    return answer


def send(user: Any, where: str, **data: Any) -> Any:
    return cast.signed_in(user).post(where, data)


class TestList:
    def test_each_with_its_figures(self, planner):
        opened(1, date(2023, 3, 1))
        write(period(1), "accepted", (6, "pudong"), on=date(2023, 3, 20))
        closed(1, date(2023, 4, 3))
        write(opened(2), "submitted", (6, "pudong"), (7, "pudong"))
        answer = page(planner)
        figures = [(each.state, tally, url) for each, tally, _burden, _due, url in answer.context["rows"]]
        keys = [period(number).pk for number in (1, 2, 3, 4)]
        assert figures == [
            ("closed", (93, 1, 92), f"/matrix/?plan=2023&period={keys[0]}"),
            ("open", (93, 2, 0), f"/matrix/?plan=2023&period={keys[1]}"),
            ("planned", (0, 0, 0), f"/matrix/?plan=2023&period={keys[2]}"),
            ("planned", (0, 0, 0), f"/matrix/?plan=2023&period={keys[3]}"),
        ]
        row = "第二季度 报送中 2023-06-15 起 2023-04-01 – 2023-06-30 2023-06-25 93 2 91 0 "
        row += "关闭 : 第二季度 通报 : 第二季度 专报 : 第二季度 日期 : 第二季度"
        assert row in text(answer)
        assert "第三季度 未开启 2023-07-01 – 2023-09-30 2023-09-25 — — — —" in text(answer)

    def test_what_can_be_done_follows_from_the_state(self, planner):
        opened(1, date(2023, 3, 1))
        closed(1, date(2023, 4, 3))
        opened(2)
        steps = re.findall(rf'href="{LIST}(\d+)/(\w*)/?"', page(planner).content.decode())
        second, third, fourth = (str(period(number).pk) for number in (2, 3, 4))
        assert steps == [
            (second, "close"), (second, ""), (third, "open"), (third, ""), (fourth, "open"), (fourth, ""),
        ]  # fmt: skip

    def test_the_working_calendar_is_only_pointed_out(self, planner):
        hints = [by_calendar for _each, _tally, _burden, by_calendar, _url in page(planner).context["rows"]]
        assert hints == [None] * 4
        CalendarDay.objects.create(day=date(2023, 6, 25), is_working=False)
        CalendarDay.objects.create(day=date(2023, 9, 25), is_working=False)
        answer = page(planner)
        assert [by_calendar for _e, _t, _b, by_calendar, _u in answer.context["rows"]] == [
            None,
            date(2023, 6, 26),
            date(2023, 9, 26),
            None,
        ]
        assert "2023-06-25 按工作日历应为 2023-06-26" in text(answer)
        assert period(2).due_on == date(2023, 6, 25)

    def test_a_plan_without_periods_begins_with_one(self, planner):
        plan = factories.plan()
        answer = page(planner, f"/plans/{plan.code}/periods/")
        assert f'href="/plans/{plan.code}/periods/add/"' in answer.content.decode()
        assert "这份工作要点还没有报送期" in text(answer)

    def test_others_keep_out(self, leader, jlc, admin):
        assert [cast.signed_in(user).get(LIST).status_code for user in (leader, jlc, admin)] == [403, 403, 403]
        assert cast.signed_in(leader).get("/plans/nowhere/periods/").status_code == 404


class TestOpen:
    def test_the_page_says_what_will_happen_and_who_fills_in(self, planner, jlc, pudong, simt, sqi):
        switch((14, "baosteel"))
        asked = page(planner, address(period(2), "open")).context["asked"]
        assert (asked.reports, asked.units, asked.without_accounts) == (94, 23, 19)
        [(writers, units)] = asked.unmanned.items()
        assert ([unit.code for unit in writers.coordinators], writers.planner) == (["jlc"], False)
        assert [unit.code for unit in units][-2:] == ["lingang", "baosteel"]
        answer = text(page(planner, address(period(2), "open")))
        assert "将向 23 个单位 要 94 份 进展报送， 2023-06-25 截止。" in answer
        assert "19 个单位没有账号，由他人代填： 市局计量处 代填 19 个单位" in answer

    def test_without_a_co_ordinator_that_can_a_planner_fills_in(self, planner):
        plan = factories.plan()
        unit, silent = factories.department("silent"), factories.department("other")
        factories.task(plan, leads=(unit, silent))
        one = factories.period(plan, date(2024, 1, 1), date(2024, 3, 31), date(2024, 3, 25), "planned")
        asked = page(planner, f"/plans/{plan.code}/periods/{one.pk}/open/").context["asked"]
        assert {(writers.coordinators, writers.planner) for writers in asked.unmanned} == {((), True)}

    def test_it_opens_once_and_the_second_is_told(self, planner, planner2):
        one = period(2)
        answer = send(planner, address(one, "open"), version=one.version)
        assert (answer.status_code, answer["Location"]) == (302, f"/matrix/?plan=2023&period={one.pk}")
        assert told(answer) == ["第二季度已开启，应报 93 份。"]
        second = send(planner2, address(one, "open"), version=one.version)
        assert second.status_code == 409
        assert "第二季度已经开启。" in text(second)
        assert 'class="btn btn-main" disabled' in second.content.decode()
        assert Report.objects.filter(period=one).count() == 93

    def test_changed_dates_are_shown_before_it_opens(self, planner):
        one = period(2)
        ReportingPeriod.objects.filter(pk=one.pk).update(due_on=date(2023, 6, 28))
        answer = send(planner, address(one, "open"), version=one.version)
        assert answer.status_code == 409
        assert "2023-06-28 截止" in text(answer)
        assert "刚才有人改过这个报送期，下面是现在的情况。" in text(answer)
        [version] = re.findall(r'name="version" value="(\d+)"', answer.content.decode())
        assert send(planner, address(one, "open"), version=version).status_code == 302

    def test_a_plan_that_is_not_in_force_asks_nobody(self, planner):
        Plan.objects.update(is_active=False)
        one = period(2)
        assert "计划尚未生效，各单位还看不到。" in text(page(planner, address(one, "open")))
        assert send(planner, address(one, "open"), version=one.version).status_code == 409
        assert not Report.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_two_planners_at_the_same_moment(self):
        one, people = period(2), [cast.person("planner"), cast.person("planner2")]
        clients = [cast.signed_in(person) for person in people]
        calls = [
            lambda client=client: client.post(address(one, "open"), {"version": one.version}).status_code
            for client in clients
        ]
        assert sorted(race(one, *calls)) == [302, 409]
        assert Report.objects.filter(period=one).count() == 93


class TestClose:
    def test_the_page_says_what_is_lost_and_that_it_is_final(self, planner):
        write(opened(2), "submitted", (6, "pudong"), (7, "pudong"))
        answer = text(page(planner, address(period(2), "close")))
        assert "应报 93 份，已报 2 份； 2023-06-25 截止。" in answer
        assert "关闭后不能恢复。" in answer
        assert "还欠 91 份，关闭后不能再报。 2 份待审，关闭后不再审核。" in answer

    def test_it_closes_once(self, planner, planner2):
        one = opened(2)
        answer = send(planner, address(one, "close"), version=one.version)
        assert told(answer) == ["第二季度已关闭，报送内容和各任务亮灯不再变动。"]
        second = send(planner2, address(one, "close"), version=one.version)
        assert (second.status_code, "第二季度已经关闭。" in text(second)) == (409, True)
        one.refresh_from_db()
        assert (one.state, one.closed_on, one.standings.count()) == ("closed", TODAY, 17)

    def test_what_has_not_been_opened_is_not_closed(self, planner):
        one = period(2)
        assert "disabled" in page(planner, address(one, "close")).content.decode()
        assert send(planner, address(one, "close"), version=one.version).status_code == 409


class TestDates:
    def test_they_are_changed_until_it_is_closed(self, planner):
        one = period(2)
        dates = {"starts_on": "2023-04-01", "ends_on": "2023-06-30", "due_on": "2023-06-28"}
        assert told(send(planner, address(one), version=one.version, **dates)) == ["日期已保存。"]
        one.refresh_from_db()
        assert one.due_on == date(2023, 6, 28)
        opened(2)
        closed(2)
        one.refresh_from_db()
        refused = send(planner, address(one), version=one.version, **dates | {"due_on": "2023-06-29"})
        assert refused.status_code == 409
        assert "第二季度已关闭，日期不能再改。" in text(page(planner, address(one)))

    def test_another_change_meanwhile_is_shown_beside(self, planner, planner2):
        one = period(2)
        dates = {"starts_on": "2023-04-01", "ends_on": "2023-06-30"}
        send(planner, address(one), version=one.version, due_on="2023-06-28", **dates)
        answer = send(planner2, address(one), version=one.version, due_on="2023-06-29", **dates)
        assert answer.status_code == 409
        assert "2023-06-28 2023-06-29" in text(answer)

    def test_they_do_not_overlap(self, planner):
        answer = send(
            planner, f"{LIST}add/", version=0, starts_on="2023-06-01", ends_on="2023-07-01", due_on="2023-06-25"
        )
        assert (answer.status_code, cast.plan().periods.count()) == (422, 4)

    def test_what_is_missing_of_the_rhythm_is_suggested(self, planner):
        period(2).delete()
        initial = page(planner, f"{LIST}add/").context["form"].initial
        assert [str(initial[name]) for name in ("starts_on", "ends_on", "due_on")] == [
            "2023-04-01",
            "2023-06-30",
            "2023-06-25",
        ]
        answer = send(
            planner, f"{LIST}add/", version=0, starts_on="2023-04-01", ends_on="2023-06-30", due_on="2023-06-25"
        )
        assert told(answer) == ["已增加报送期“第二季度”。"]

    def test_a_full_year_has_nothing_to_suggest(self, planner):
        assert page(planner, f"{LIST}add/").context["form"].initial == {"version": 0}

    def test_a_period_of_another_plan_is_not_found(self, planner):
        plan = factories.plan()
        client = cast.signed_in(planner)
        for step in ("", "open/", "close/"):
            assert client.get(f"/plans/{plan.code}/periods/{period(2).pk}/{step}").status_code == 404


class TestBurden:
    """Who wrote how long is never told: not of fewer than 5 reports, 3 units and 3 people."""

    def timed(self, number: int, units: int, people: int, seconds: int = 600) -> ReportingPeriod:
        plan = factories.plan()
        one = factories.period(plan, date(2024, 1, 1), date(2024, 3, 31), date(2024, 3, 25))
        there = [factories.department() for _each in range(units)]
        authors = [cast.account(f"a{plan.pk}-{n}", unit=there[0].code) for n in range(people)]
        for n in range(number):
            task = factories.task(plan)
            written = {"author": authors[n % people], "on": date(2024, 3, 1), "writing_seconds": seconds + n * 60}
            factories.owed(one, task, there[n % units], "submitted", **written)
        return one

    @pytest.mark.parametrize(
        ("number", "units", "people", "median"),
        [(5, 3, 3, 720), (6, 3, 3, 750), (4, 4, 4, None), (9, 2, 3, None), (9, 3, 2, None), (9, 3, 1, None)],
    )
    def test_from_how_many_on(self, number, units, people, median):
        one = self.timed(number, units, people)
        assert burdens([one])[one.pk].seconds == median

    def test_what_was_not_sent_or_not_timed_does_not_count(self, planner):
        one = self.timed(5, 3, 3)
        for state, seconds in (("draft", 1), ("submitted", None), ("due", None)):
            author = {"author": planner, "writing_seconds": seconds} if state != "due" else {}
            on = {"on": date(2024, 3, 1)} if state == "submitted" else {}
            factories.owed(one, factories.task(one.plan), factories.department(), state, **author, **on)
        found = burdens([one])[one.pk]
        assert (found.reports, found.units, found.most, found.timed, found.minutes) == (8, 6, 2, 5, 12)

    def test_of_the_document(self, planner):
        found = burdens([opened(2), period(3)])
        assert found == {period(2).pk: (93, 22, 16, 0, None)}
        assert "第二季度 93 22 4.2 16 份数太少，不显示" in text(page(planner))

    def test_nothing_written_takes_no_time(self):
        one = self.timed(5, 3, 3, seconds=0)
        Report.objects.filter(period=one).update(writing_seconds=2)
        assert burdens([one])[one.pk].minutes == 1

    def test_two_queries(self, django_assert_num_queries):
        ones = [self.timed(5, 3, 3) for _each in range(3)]
        for some in (ones[:1], ones):
            with django_assert_num_queries(2):
                burdens(some)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(rows, planner, django_assert_num_queries):
    cast.plan().periods.filter(pk__in=[period(number).pk for number in range(rows + 1, 5)]).delete()
    for number in range(1, rows + 1):
        opened(number)
    client = cast.signed_in(planner)
    with django_assert_num_queries(9):
        client.get(LIST)
    ReportingPeriod.objects.filter(state="open").update(state="planned", opened_on=None)
    Report.objects.all().delete()
    with django_assert_num_queries(10):
        client.get(address(period(1), "open"))
