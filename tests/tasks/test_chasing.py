"""催办: who is reminded of what, by hand and by the clock; once a day, all or nothing, never of what is not owed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Department
from tasks.actions import chasing, periods, reports
from tasks.actions.chasing import Due, latest_occasion
from tasks.actions.refusals import IllegalNow, NotAllowed
from tasks.models import Letter, Plan, Reminder, Report, ReportingPeriod, Task
from tests import cast, factories
from tests.violations import sql, violates

pytestmark = pytest.mark.django_db
OPENED, DUE = date(2024, 3, 1), date(2024, 3, 25)
MONDAY = date(2024, 3, 11)
DONE = {"assessment": "on_schedule", "progress_text": "已完成。"}


class World:
    """One period of a small plan. 牵头 has an account and speaks for tasks 1 and 2, 东区 has two, 西区 and 孤岛 none;
    孤岛 speaks for task 3 itself. 旁观 supports task 1 and is not asked."""

    def __init__(self) -> None:
        self.plan = factories.plan(code="2024", title="2024年工作要点")
        names = {"lead": "牵头", "east": "东区", "west": "西区", "lonely": "孤岛", "idle": "旁观"}
        made = [factories.department(code, short_name=name, name=f"{name}市场监管局") for code, name in names.items()]
        self.lead, self.east, self.west, self.lonely, self.idle = made
        factories.task(self.plan, (self.lead, self.east, self.west), (self.idle,), title="强化计量监管")
        factories.task(self.plan, (self.lead, self.east), title="服务“双碳”")
        factories.task(self.plan, (self.lonely,), title="孤岛的任务")
        for username, unit in (("anna", "lead"), ("ben", "east"), ("bea", "east"), ("ida", "idle")):
            cast.account(username, "reporter", unit, email=f"{username}@example.cn")
        cast.account("boss", "leader", "east", email="boss@example.cn")
        cast.account("gone", "reporter", "west", email="gone@example.cn", is_active=False)
        self.planner = cast.person("planner", email="planner@example.cn")
        self.period = self.opened(date(2024, 1, 1), date(2024, 3, 31), DUE)

    def opened(self, first: date, last: date, due: date, day: date = OPENED) -> ReportingPeriod:
        row = ReportingPeriod.objects.create(plan=self.plan, starts_on=first, ends_on=last, due_on=due)
        return periods.open_period(row, by=self.planner, today=day)

    def report(self, number: int, unit: Department) -> Report:
        return Report.objects.get(period=self.period, task__number=number, department=unit)

    def submit(self, number: int, unit: Department, who: str, day: date = MONDAY) -> None:
        row = self.report(number, unit)
        task = Task.objects.get(pk=row.task_id)
        reports.submit(task, unit, by=cast.person(who), today=day, fields=DONE, report=row)


@pytest.fixture
def world(db):
    return World()


def told(outcome):
    """{person: [(task, unit)]} of an outcome."""
    return {
        errand.person.username: [(report.task.number, report.department.code) for report in errand.reports]
        for errand in outcome.errands
    }


def stored():
    rows = Reminder.objects.order_by("recipient__username", "report__task__number", "report__department__code")
    columns = ("recipient__username", "report__task__number", "report__department__code", "reminded_on", "occasion")
    return list(rows.values_list(*columns))


EVERYONE = {
    "anna": [(1, "lead"), (2, "lead"), (1, "west")],
    "ben": [(1, "east"), (2, "east")],
    "bea": [(1, "east"), (2, "east")],
    "planner": [(3, "lonely")],
}


# ---- by hand ----


def test_everyone_who_owes_is_told_of_that_and_of_nothing_else(world):
    outcome = chasing.remind(world.period, by=world.planner, today=MONDAY)
    assert told(outcome) == EVERYONE
    assert (outcome.persons, outcome.units, outcome.reports) == (4, 4, 6)
    assert (outcome.unreached, outcome.unmailed) == ([], [])
    assert stored() == [
        ("anna", 1, "lead", MONDAY, "by_hand"),
        ("anna", 1, "west", MONDAY, "by_hand"),
        ("anna", 2, "lead", MONDAY, "by_hand"),
        ("bea", 1, "east", MONDAY, "by_hand"),
        ("bea", 2, "east", MONDAY, "by_hand"),
        ("ben", 1, "east", MONDAY, "by_hand"),
        ("ben", 2, "east", MONDAY, "by_hand"),
        ("planner", 3, "lonely", MONDAY, "by_hand"),
    ]
    assert set(Reminder.objects.values_list("by__username", flat=True)) == {"planner"}
    letters = Letter.objects.order_by("recipient__username").values_list("recipient__username", "address", "state")
    assert list(letters) == [
        ("anna", "anna@example.cn", "waiting"),
        ("bea", "bea@example.cn", "waiting"),
        ("ben", "ben@example.cn", "waiting"),
        ("planner", "planner@example.cn", "waiting"),
    ]


def test_looking_changes_nothing(world):
    assert told(chasing.outlook(world.period, by=world.planner, today=MONDAY)) == EVERYONE
    assert (Letter.objects.count(), Reminder.objects.count()) == (0, 0)


def test_one_unit_and_one_report(world):
    outcome = chasing.remind(world.period, by=world.planner, today=MONDAY, report=world.report(2, world.east))
    assert told(outcome) == {"ben": [(2, "east")], "bea": [(2, "east")]}
    outcome = chasing.remind(world.period, by=world.planner, today=MONDAY, department=world.east)
    assert told(outcome) == {"ben": [(1, "east")], "bea": [(1, "east")]}
    outcome = chasing.remind(world.period, by=world.planner, today=MONDAY, department=world.west)
    assert told(outcome) == {"anna": [(1, "west")]}


def test_what_was_sent_is_not_owed_and_what_was_returned_or_begun_is(world):
    world.submit(1, world.east, "ben")
    row = world.report(2, world.east)
    reports.save_draft(row.task, world.east, by=cast.person("ben"), fields=DONE, report=row)
    assert told(chasing.outlook(world.period, by=world.planner, today=MONDAY)) == EVERYONE | {
        "ben": [(2, "east")],
        "bea": [(2, "east")],
    }


def test_nothing_is_owed_on_a_task_that_is_suspended(world):
    Task.objects.filter(plan=world.plan, number=1).update(
        state="suspended", state_before="not_started", state_note="等待部署", state_since=MONDAY
    )
    assert told(chasing.outlook(world.period, by=world.planner, today=MONDAY)) == {
        "anna": [(2, "lead")],
        "ben": [(2, "east")],
        "bea": [(2, "east")],
        "planner": [(3, "lonely")],
    }


def test_a_second_press_finds_everybody_reminded(world):
    chasing.remind(world.period, by=world.planner, today=MONDAY)
    for narrowed in ({}, {"department": world.east}, {"report": world.report(1, world.lead)}):
        with pytest.raises(IllegalNow) as refusal:
            chasing.remind(world.period, by=world.planner, today=MONDAY, **narrowed)
        assert str(refusal.value) == "今天已经催办过。"
    assert (Letter.objects.count(), Reminder.objects.count()) == (4, 8)
    assert told(chasing.remind(world.period, by=world.planner, today=MONDAY + timedelta(1))) == EVERYONE


def test_somebody_new_is_reminded_though_the_unit_was(world):
    chasing.remind(world.period, by=world.planner, today=MONDAY)
    cast.account("new", "reporter", "east")
    outcome = chasing.remind(world.period, by=world.planner, today=MONDAY)
    assert told(outcome) == {"new": [(1, "east"), (2, "east")]}
    assert [unit.code for unit in outcome.unmailed] == ["east"]
    assert Letter.objects.get(recipient__username="new").state == "no_address"


def test_where_nobody_can_be_told(world):
    type(world.planner).objects.filter(role="planner").update(is_active=False)
    boss = cast.root()
    outcome = chasing.outlook(world.period, by=boss, today=MONDAY)
    assert told(outcome) == {name: owed for name, owed in EVERYONE.items() if name != "planner"}
    assert [unit.code for unit in outcome.unreached] == ["lonely"]
    with pytest.raises(IllegalNow) as refusal:
        chasing.remind(world.period, by=boss, today=MONDAY, department=world.lonely)
    assert str(refusal.value) == "没有可催办的账号。"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "planned", "opened_on": None}, "第一季度尚未开启。"),
        ({"state": "closed", "closed_on": MONDAY}, "第一季度已经关闭。"),
    ],
)
def test_only_an_open_period_is_chased(world, change, words):
    ReportingPeriod.objects.filter(pk=world.period.pk).update(**change)
    period = ReportingPeriod.objects.get(pk=world.period.pk)
    for press in (chasing.remind, chasing.outlook):
        with pytest.raises(IllegalNow) as refusal:
            press(period, by=world.planner, today=MONDAY)
        assert str(refusal.value) == words


def test_a_plan_out_of_force_is_not_chased(world):
    Plan.objects.filter(pk=world.plan.pk).update(is_active=False)
    with pytest.raises(IllegalNow) as refusal:
        chasing.remind(world.period, by=world.planner, today=MONDAY)
    assert str(refusal.value) == "计划尚未生效，各单位还看不到。"
    assert told(chasing.remind_by_clock(today=DUE)) == {}


def test_nothing_owed_is_said(world):
    with pytest.raises(IllegalNow) as refusal:
        chasing.remind(world.period, by=world.planner, today=MONDAY, department=world.idle)
    assert str(refusal.value) == "没有欠报，无需催办。"


@pytest.mark.parametrize("who", ["leader", "pudong", "jlc", "admin", "anna"])
def test_planners_remind_and_nobody_else(world, who):
    by = cast.person(who)
    for press in (chasing.remind, chasing.outlook):
        with pytest.raises(NotAllowed):
            press(world.period, by=by, today=MONDAY)
    assert Reminder.objects.count() == 0


def test_never_twice_a_day_whatever_writes_it(world):
    chasing.remind(world.period, by=world.planner, today=MONDAY)
    with violates("reminder_once_a_day"):
        sql(
            "INSERT INTO tasks_reminder (report_id, recipient_id, reminded_on, occasion, by_id, letter_id) "
            "SELECT report_id, recipient_id, reminded_on, occasion, by_id, letter_id FROM tasks_reminder LIMIT 1"
        )


def test_the_number_of_queries_does_not_grow(world):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            chasing.outlook(world.period, by=world.planner, today=MONDAY)
        return len(captured)

    before = queries()
    for number in range(3):
        unit = factories.department(f"more-{number}")
        cast.account(f"more-{number}", "reporter", unit.code)
        task = factories.task(world.plan, (world.lead, unit))
        for owing in (world.lead, unit):
            Report.objects.create(period=world.period, task=task, department=owing, state="due")
    assert (before, queries()) == (3, 3)


# ---- the letter ----


def test_the_letter_says_what_is_owed_and_for_whom(world, settings):
    settings.PORTAL_URL = "https://jiliang.example.cn/"
    one, two, west = world.report(1, world.lead), world.report(2, world.lead), world.report(1, world.west)
    chasing.remind(world.period, by=world.planner, today=MONDAY)
    letter = Letter.objects.get(recipient__username="anna")
    assert letter.subject == "【催办】你有 3 份进展报送待报，2024-03-25 截止"
    assert (
        letter.body
        == f"""anna 测试：

你好！截至 2024-03-11，你还有以下 3 份进展报送待报，请点击链接登录系统填报。

牵头市场监管局
  任务 1：强化计量监管
    第一季度，待报，2024-03-25 截止（还有 14 天）
    https://jiliang.example.cn{one.get_absolute_url()}
  任务 2：服务“双碳”
    第一季度，待报，2024-03-25 截止（还有 14 天）
    https://jiliang.example.cn{two.get_absolute_url()}

西区市场监管局（该单位没有账号，请代填）
  任务 1：强化计量监管
    第一季度，待报，2024-03-25 截止（还有 14 天）
    https://jiliang.example.cn{west.get_absolute_url()}

我的任务：https://jiliang.example.cn/mine/

本次催办由计划管理人员planner 测试发起。
本邮件由计量工作要点跟踪系统自动发送，请勿回复。
非涉密系统，严禁录入涉密信息
"""
    )


def test_an_overdue_one_says_so_in_chinese_whoever_pressed_the_button(world):
    from django.utils.translation import override

    with override("en"):
        chasing.remind(world.period, by=world.planner, today=date(2024, 4, 4), department=world.lonely)
    letter = Letter.objects.get()
    assert letter.subject == "【催办】你有 1 份进展报送待报，其中有逾期（2024-03-25 截止）"
    assert "第一季度，待报，2024-03-25 截止（逾期 10 天）" in letter.body.splitlines()[6]


def test_titles_are_text(world):
    Task.objects.filter(plan=world.plan, number=3).update(title="<b>{{ 7 }}</b> & “引号”")
    chasing.remind(world.period, by=world.planner, today=MONDAY, department=world.lonely)
    assert Letter.objects.get().body.splitlines()[5] == "  任务 3：<b>{{ 7 }}</b> & “引号”"


# ---- by the clock ----

D = DUE


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (D - timedelta(4), None),
        (D - timedelta(3), Due(D - timedelta(3), "before")),
        (D - timedelta(1), Due(D - timedelta(3), "before")),
        (D, Due(D, "due")),
        (D + timedelta(6), Due(D, "due")),
        (D + timedelta(7), Due(D + timedelta(7), "after")),
        (D + timedelta(13), Due(D + timedelta(7), "after")),
        (D + timedelta(14), Due(D + timedelta(14), "after")),
        (D + timedelta(70), Due(D + timedelta(70), "after")),
    ],
)
def test_the_calendar(today, expected):
    assert latest_occasion(DUE, today) == expected


def by_day(first, last):
    """{day: {person: tasks}} of a run every day."""
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    ran = {day: told(chasing.remind_by_clock(today=day)) for day in days}
    return {day: people for day, people in ran.items() if people}


def test_every_day_from_the_opening_on(world):
    days = [date(2024, 3, 22), date(2024, 3, 25), date(2024, 4, 1), date(2024, 4, 8)]
    assert by_day(OPENED, date(2024, 4, 14)) == dict.fromkeys(days, EVERYONE)
    assert Reminder.objects.filter(recipient__username="planner").count() == 4
    occasions = Reminder.objects.filter(recipient__username="planner").order_by("reminded_on")
    assert [each.occasion for each in occasions] == ["before", "due", "after", "after"]
    assert set(Reminder.objects.values_list("by", flat=True)) == {None}


def test_a_missed_day_is_caught_up_once_and_moves_nothing(world):
    assert told(chasing.remind_by_clock(today=date(2024, 3, 24))) == EVERYONE  # nobody ran it on the 22nd
    assert told(chasing.remind_by_clock(today=date(2024, 3, 24))) == {}
    assert told(chasing.remind_by_clock(today=date(2024, 3, 27))) == EVERYONE  # nor on the 25th
    assert told(chasing.remind_by_clock(today=date(2024, 3, 31))) == {}
    assert told(chasing.remind_by_clock(today=date(2024, 4, 1))) == EVERYONE
    assert told(chasing.remind_by_clock(today=date(2024, 5, 1))) == EVERYONE  # four weeks missed: one message
    assert told(chasing.remind_by_clock(today=date(2024, 5, 5))) == {}
    assert told(chasing.remind_by_clock(today=date(2024, 5, 6))) == EVERYONE


def test_a_planner_was_quicker(world):
    day = date(2024, 3, 23)
    chasing.remind(world.period, by=world.planner, today=day, department=world.east)
    expected = {name: owed for name, owed in EVERYONE.items() if name in ("anna", "planner")}
    assert told(chasing.remind_by_clock(today=day)) == expected
    assert told(chasing.remind_by_clock(today=DUE)) == EVERYONE


def test_until_submitted_and_again_when_returned(world):
    from tasks.actions import review

    chasing.remind_by_clock(today=date(2024, 3, 22))
    world.submit(3, world.lonely, "planner", date(2024, 3, 23))
    assert told(chasing.remind_by_clock(today=DUE)) == {
        name: owed for name, owed in EVERYONE.items() if name != "planner"
    }
    other = cast.person("planner2")
    review.send_back(world.report(3, world.lonely), by=other, today=date(2024, 3, 26), note="请补充")
    again = told(chasing.remind_by_clock(today=date(2024, 3, 26)))
    assert again == {"planner": [(3, "lonely")], "planner2": [(3, "lonely")]}
    letter = Letter.objects.filter(recipient__username="planner").first()
    assert letter.body.splitlines()[6] == "    第一季度，退回，2024-03-25 截止（逾期 1 天）"


def test_one_message_a_day_about_two_periods(world):
    other = world.opened(date(2024, 4, 1), date(2024, 6, 30), date(2024, 4, 4), day=date(2024, 4, 1))
    outcome = chasing.remind_by_clock(today=date(2024, 4, 1))
    assert told(outcome)["ben"] == [(1, "east"), (2, "east"), (1, "east"), (2, "east")]
    assert Letter.objects.filter(recipient__username="ben").count() == 1
    occasions = Reminder.objects.filter(recipient__username="ben", report__period=other)
    assert {each.occasion for each in occasions} == {"before"}


def test_what_comes_up_after_the_daily_message_waits_for_tomorrow(world):
    chasing.remind_by_clock(today=DUE)
    task = factories.task(world.plan, (world.east,))
    Report.objects.create(period=world.period, task=task, department=world.east, state="due")
    assert told(chasing.remind_by_clock(today=DUE)) == {}
    assert told(chasing.remind_by_clock(today=DUE + timedelta(1))) == {"ben": [(4, "east")], "bea": [(4, "east")]}


def test_a_closed_period_is_left_alone(world):
    periods.close_period(world.period, by=world.planner, today=date(2024, 3, 20))
    assert by_day(date(2024, 3, 21), date(2024, 4, 2)) == {}


def test_looking_by_the_clock_changes_nothing(world):
    assert told(chasing.outlook_by_clock(today=DUE)) == EVERYONE
    assert (Letter.objects.count(), Reminder.objects.count()) == (0, 0)
