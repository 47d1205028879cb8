"""我的任务: what the own unit owes, what it fills in for others, all its tasks, and the periods that are over."""

import re
from datetime import date

import pytest

from departments.models import Department
from tasks.models import Letter, Milestone, Plan, Reminder, Report, Task
from tests import cast, factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'&{{ 7 }}"
NO_PERIOD = "目前没有开放的报送期，暂无到期报送；有新进展可随时填报。"


def text(answer) -> str:
    """What is read on the page: its words with single spaces, also where a tag stood."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main.partition(">")[2]).split())


def opened(user, query=""):
    answer = cast.signed_in(user).get(f"/mine/{query}")
    assert answer.status_code == 200
    return answer


def rows(page):
    return [row for row, *_rest in page.context["rows"]]


def row(page, number):
    return next(row for row in rows(page) if row.task.number == number)


def cells(page, number):
    return next(cells for row, cells, _last, _owed in page.context["rows"] if row.task.number == number)


def last(page, number):
    return next(last for row, _cells, last, _owed in page.context["rows"] if row.task.number == number)


def drafts(page):
    return page.context["found"].drafts


def owed(page):
    return [(one.report.task.number, one.report.state) for one in page.context["found"].owed]


def buttons(page):
    """Where the buttons and links lead by which one writes."""
    pattern = r'href="(/tasks/[^"]*/report/[^"]*|/reports/[0-9]+/edit/|/mine/report/[^"]*)"'
    return re.findall(pattern, page.content.decode())


def remind(report, person, on, by=None):
    letter = Letter.objects.create(recipient=person, address="a@example.cn", subject="催办", body="请报送")
    occasion = "by_hand" if by else "before"
    return Reminder.objects.create(
        report=report, recipient=person, reminded_on=on, by=by, occasion=occasion, letter=letter
    )


# ---- what is owed ----


def test_what_is_owed_returned_first_then_by_date(pudong, xuhui, planner):
    second, third = cast.quarter(2), cast.quarter(3)
    unit = pudong.department
    factories.owed(second, cast.task(17), unit)
    factories.owed(second, cast.task(6), unit)
    factories.owed(third, cast.task(6), unit)
    draft = factories.owed(second, cast.task(7), unit, "draft", pudong)
    back = factories.owed(
        second, cast.task(8), unit, "returned", pudong, TODAY, reviewer=planner, review_note="请写数"
    )
    factories.owed(second, cast.task(12), unit, "submitted", pudong, TODAY)
    factories.owed(cast.quarter(1), cast.task(12), unit)
    factories.owed(second, cast.task(6), xuhui.department, "draft", xuhui, progress_text="徐汇的草稿")
    page = opened(pudong)
    listed = [(one.report.task.number, one.report.period.label) for one in page.context["found"].owed]
    assert listed == [
        (8, "第二季度"), (12, "第一季度"), (6, "第二季度"), (7, "第二季度"), (17, "第二季度"), (6, "第三季度"),
    ]  # fmt: skip
    assert buttons(page)[:2] == ["/mine/report/?plan=2023", f"/reports/{back.pk}/edit/"]
    assert f"/reports/{draft.pk}/edit/" in buttons(page)
    read = text(page)
    assert "退回意见 （planner 测试， 2023-06-15 ）： 请写数" in read
    assert "8 强化事中事后监管 退回 第二季度 2023-06-25 截止，还有 10 天 任务亮灯" in read
    assert "12 深入推进产业计量工作 逾期 第一季度 2023-03-27 截止，逾期 80 天 任务亮灯" in read
    assert [read.count(word) for word in ("修改后再报", "继续填报", "一次填报全部")] == [1, 1, 1]
    assert "徐汇" not in read


SENTENCES = {
    "four": "浦东新区市场监管局第二季度应报 5 份，还欠 <b>4 份</b>：1 份退回、2 份待报、1 份草稿。"
    '<b><time datetime="2023-06-25">2023-06-25</time></b> 截止，还有 10 天。',
    "all sent": "浦东新区市场监管局第二季度应报 1 份，<b>已全部报齐</b>。",
    "not asked": "第二季度没有要求浦东新区市场监管局报送，有新进展可随时填报。",
    "no period": NO_PERIOD,
}


@pytest.mark.parametrize("case", SENTENCES)
def test_the_sentence_on_top(case, pudong, planner):
    unit = pudong.department
    if case != "no period":
        period = cast.quarter(2)
    if case in {"four", "all sent"}:
        factories.owed(period, cast.task(12), unit, "submitted", pudong, TODAY)
    if case == "four":
        factories.owed(period, cast.task(6), unit)
        factories.owed(period, cast.task(17), unit)
        factories.owed(period, cast.task(7), unit, "draft", pudong)
        factories.owed(period, cast.task(8), unit, "returned", pudong, TODAY, reviewer=planner)
    assert opened(pudong).context["answer"] == SENTENCES[case]


def test_each_open_period_has_its_sentence_the_earlier_first(pudong, settings):
    settings.PORTAL_TODAY = date(2023, 7, 1)
    factories.owed(cast.quarter(2), cast.task(6), pudong.department)
    factories.owed(cast.quarter(3), cast.task(6), pudong.department)
    assert re.sub(r"<[^>]*>", "", opened(pudong).context["answer"]) == (
        "浦东新区市场监管局第二季度应报 1 份，还欠 1 份：1 份待报。2023-06-25 截止，逾期 6 天。"
        "浦东新区市场监管局第三季度应报 1 份，还欠 1 份：1 份待报。2023-09-25 截止，还有 86 天。"
    )


def test_one_report_alone_has_no_button_for_all(pudong):
    report = factories.owed(cast.quarter(2), cast.task(6), pudong.department)
    page = opened(pudong)
    assert "一次填报全部" not in text(page)
    assert buttons(page)[0] == f"/reports/{report.pk}/edit/"


def test_nothing_is_owed_for_a_task_that_has_ended(pudong):
    factories.owed(cast.quarter(2), cast.task(6), pudong.department)
    Task.objects.filter(plan__code="2023", number=6).update(state="suspended", state_before="not_started")
    page = opened(pudong)
    assert (owed(page), cells(page, 6)) == ([], [])
    assert page.context["answer"] == SENTENCES["not asked"]


def test_a_task_the_unit_has_left_is_still_owed(pudong):
    factories.owed(cast.quarter(2), cast.task(6), pudong.department)
    task = cast.task(6)
    task.assignments.filter(department__code="districts").delete()
    page = opened(pudong)
    assert (owed(page), [each.task.number for each in rows(page) if each.task.number == 6]) == ([(6, "due")], [])
    assert "/tasks/2023-06/" not in page.content.decode()  # the task itself is not his to see any more


def test_the_latest_reminder_stands_on_its_row(pudong, xuhui, planner):
    report = factories.owed(cast.quarter(2), cast.task(6), pudong.department)
    other = factories.owed(cast.quarter(2), cast.task(7), pudong.department)
    foreign = factories.owed(cast.quarter(2), cast.task(6), xuhui.department)
    remind(report, pudong, date(2023, 6, 12))
    remind(report, pudong, date(2023, 6, 14), by=planner)
    remind(other, cast.account("pudong2", unit="pudong"), date(2023, 6, 11))
    remind(foreign, xuhui, date(2023, 6, 13))
    read = text(opened(pudong))
    assert [read.count(words) for words in ("催办于 2023-06-14 （planner 测试）", "催办于 2023-06-11")] == [1, 1]
    assert ("2023-06-12" in read, "2023-06-13" in read) == (False, False)


# ---- what is filled in for others ----


@pytest.mark.parametrize("who", ["jlc", "planner"])
def test_units_without_accounts_stand_in_a_block_of_their_own(who, request, pudong, simt):
    user, period = request.getfixturevalue(who), cast.quarter(2)
    for number, code in ((7, "baoshan"), (6, "lingang"), (6, "baoshan")):
        factories.owed(period, cast.task(number), cast.unit(code))
    factories.owed(period, cast.task(6), pudong.department)  # writes itself
    factories.owed(period, cast.task(2), simt.department)  # a planner may, but need not
    own = factories.owed(period, cast.task(6), user.department)
    page = opened(user)
    found = [(one.report.department.code, one.report.task.number) for one in page.context["found"].filled_in]
    assert found == [("baoshan", 6), ("baoshan", 7), ("lingang", 6)]
    assert [one.report for one in page.context["found"].owed] == [own]
    assert "代填 3 份 这些单位没有账号，由第一牵头部门或计划管理员代填。" in text(page)


def test_a_district_fills_in_for_nobody(pudong, jlc):
    factories.owed(cast.quarter(2), cast.task(6), cast.unit("baoshan"))
    page = opened(pudong)
    assert (page.context["found"].filled_in, "宝山" in text(page)) == ([], False)


# ---- directives ----


def test_directives_wait_for_the_unit_that_coordinates(jlc, pudong, simt, leader):
    waiting = factories.directive(cast.task(6), leader, date(2023, 6, 12), text="请抓紧 <b>")
    factories.directive(cast.task(2), leader, date(2023, 6, 12), text="给市计量院的话")
    told = {"answer": "已办", "answered_by": jlc, "answered_on": TODAY}
    factories.directive(cast.task(7), leader, date(2023, 6, 12), text="已经答复", **told)
    page = opened(jlc)
    assert [one.pk for one in page.context["found"].directives] == [waiting.pk]
    assert f'href="/directives/{waiting.pk}/answer/"' in page.content.decode()
    assert (
        "待回复的批示 1 6 加强重点领域监管 leader 测试， 2023-06-12 回复 : 加强重点领域监管 请抓紧 &lt;b&gt;"
        in text(page)
    )
    assert ("市计量院的话" in text(page), "已经答复" in text(page)) == (False, False)
    assert (opened(pudong).context["found"].directives, len(opened(simt).context["found"].directives)) == ([], 1)


# ---- periods that are over ----


def test_earlier_periods_with_every_report(pudong, xuhui, planner):
    first, unit = cast.quarter(1), pudong.department
    review = {"reviewer": planner}
    sent = factories.owed(first, cast.task(6), unit, "accepted", pudong, date(2023, 3, 20), **review)
    late = factories.owed(first, cast.task(7), unit, "accepted", pudong, date(2023, 4, 2), **review)
    missing = factories.owed(first, cast.task(8), unit)
    factories.owed(first, cast.task(6), xuhui.department, "accepted", xuhui, date(2023, 3, 21), **review)
    first.__class__.objects.filter(pk=first.pk).update(state="closed", closed_on=date(2023, 4, 10))
    factories.owed(cast.quarter(2), cast.task(6), unit)
    page = opened(pudong)
    (past,) = page.context["found"].past
    found = [(cell.task, cell.shown, cell.late, report.pk) for cell, report in past.reports]
    assert found == [
        (sent.task_id, "accepted", False, sent.pk),
        (late.task_id, "accepted", True, late.pk),
        (missing.task_id, "overdue", False, missing.pk),
    ]
    assert [(cell.shown, n) for cell, n in past.by_state] == [("accepted", 2), ("overdue", 1)]
    links = re.findall(r'href="/reports/([0-9]+)/"', page.content.decode().partition('id="h-past"')[2])
    assert links == [str(report.pk) for report in (sent, late, missing)]


# ---- all tasks ----


def test_a_district_has_twelve_tasks_through_its_collective(pudong):
    page = opened(pudong)
    parts = {each.task.number: each.leads for each in rows(page)}
    leading = {6, 7, 8, 17}
    assert parts == {number: number in leading for number in (1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17)}
    assert page.context["answer"] == NO_PERIOD
    assert "本单位全部任务 12 项，其中牵头 4 项" in text(page)
    assert {tuple(each.through) for each in rows(page)} == {("各区市场监管局",)}
    assert [each.coordinates for each in rows(page)] == [False] * 12
    assert buttons(page) == [f"/tasks/{each.task.code}/report/" for each in rows(page)]


def test_the_first_lead_is_marked(simt, jlc):
    page = opened(simt)
    assert [(each.task.number, each.leads, each.coordinates) for each in rows(page)] == [
        (2, True, True),
        *((number, False, False) for number in (6, 7, 10, 11, 14, 17)),
    ]
    assert text(page).count("第一牵头 ") == 1
    assert "2 加强计量基础和前沿技术研究 牵头 第一牵头" in text(page)
    assert text(opened(jlc)).count("第一牵头 ") == 16


def test_a_unit_named_twice_leads_under_its_own_name(db):
    unit = factories.department("twice")
    mates = factories.collective("both", members=(unit,))
    plan = factories.plan(code="2022", year=2022)
    factories.task(plan, leads=(mates,), supports=(unit,))
    factories.task(plan, supports=(mates,))
    page = opened(cast.account("of-twice", unit="twice"), "?plan=2022")
    assert [(each.leads, each.through) for each in rows(page)] == [(True, []), (False, ["both"])]


def test_light_reason_and_next_milestone(pudong):
    Milestone.objects.filter(task__plan__code="2023", task__number=4, position=1).update(
        due_on=date(2023, 4, 30), date_basis="set_by_staff"
    )
    Milestone.objects.filter(task__plan__code="2023", task__number=1).update(state="done", done_on=date(2023, 5, 1))
    page = opened(pudong)
    assert row(page, 4).task.light == "red"
    assert row(page, 4).why == "节点“召开联席会议全体会议和专题会议”逾期 46 天（2023-04-30 到期），超过 30 天。"
    assert "2023-04-30 召开联席会议全体会议和专题会议 逾期 46 天" in text(page)
    assert (row(page, 6).next_title, row(page, 6).task.next_on) == ("端午前过度包装检查", date(2023, 6, 22))
    assert (row(page, 9).is_undated, row(page, 1).is_undated, row(page, 1).next_title) == (True, False, "")
    assert text(page).count("节点均未定时限") == sum(each.is_undated for each in rows(page))


def test_the_last_report_is_the_own_units(pudong, xuhui, jlc):
    factories.report(cast.task(6), pudong.department, pudong, date(2023, 5, 1))
    factories.report(cast.task(6), pudong.department, pudong, date(2023, 6, 1), assessment="behind", problems="缺人。")
    factories.report(cast.task(6), jlc.department, jlc, date(2023, 6, 10), assessment="done")
    factories.report(cast.task(7), xuhui.department, xuhui, date(2023, 6, 10), assessment="done")
    page = opened(pudong)
    assert last(page, 6).reported_on == date(2023, 6, 1)
    assert "上次 2023-06-01 欠序时 随时填报" in text(page)
    assert last(page, 7) is None
    assert "2023-06-10" not in text(page)
    assert text(page).count("尚未报送") == 11


def test_drafts_stand_first_and_only_the_own_ones(pudong, xuhui, planner):
    factories.report(cast.task(7), pudong.department, pudong, progress_text="浦东的草稿")
    factories.report(cast.task(8), xuhui.department, xuhui, progress_text="徐汇的草稿")
    factories.report(cast.task(9), pudong.department, planner, filled_in=True)  # the planner goes on with it
    page = opened(pudong)
    assert [draft.task.number for draft in drafts(page)] == [7]
    assert buttons(page)[0] == "/tasks/2023-07/report/"
    assert "随时填报的草稿 1 7 完善计量抽查监测机制 草稿 pudong 测试保存于" in text(page)
    assert page.context["answer"] == f"{NO_PERIOD}另有 <b>1 份随时填报的草稿</b>尚未报出。"
    assert "徐汇" not in page.content.decode()


def test_a_planner_sees_the_units_tasks_and_what_is_filled_in_for_others(planner, sqi):
    factories.report(cast.task(14), cast.unit("baosteel"), planner, filled_in=True)
    factories.report(cast.task(2), sqi.department, sqi)
    page = opened(planner)
    assert [draft.department.code for draft in drafts(page)] == ["baosteel"]
    assert buttons(page)[0] == "/tasks/2023-14/report/?unit=baosteel"
    assert "代填：宝山钢铁股份有限公司" in text(page)
    assert len(page.context["rows"]) == 16


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        ("closed", {"closed_on": date(2023, 6, 1)}),
        ("suspended", {"state_before": "in_progress", "state_since": date(2023, 6, 1), "state_note": "等通知。"}),
        ("cancelled", {"state_before": "in_progress", "state_since": date(2023, 6, 1), "state_note": "等通知。"}),
    ],
)
def test_a_task_that_takes_no_reports_has_no_button(state, fields, pudong, jlc):
    factories.report(cast.task(6), pudong.department, pudong)
    asked = {"closing_requested_by": jlc, "closing_requested_on": date(2023, 5, 30), "result": "完成。"}
    Task.objects.filter(plan__code="2023", number=6).update(state=state, **asked, **fields)
    page = opened(pudong)
    assert [draft.task.takes_reports for draft in drafts(page)] == [False]
    assert "/tasks/2023-06/report/" not in page.content.decode()
    assert "，不再接收报送。" in text(page)
    assert (row(page, 6).is_open, row(page, 6).next_title, row(page, 6).is_undated) == (False, "", False)


def test_every_button_opens(pudong):
    client = cast.signed_in(pudong)
    for address in buttons(client.get("/mine/")):
        assert client.get(address).status_code == 200


def test_an_inactive_unit_reports_no_more(pudong):
    Department.objects.filter(code="pudong").update(is_active=False)
    pudong.refresh_from_db()
    assert buttons(opened(pudong)) == []


def test_a_leader_is_told_where_the_tasks_are(leader, root):
    expected = "我的任务 你的账号不属于任何单位 本页只列本单位的任务，全部任务见任务台账。 查看任务台账"
    assert text(opened(leader)) == text(opened(root)) == expected


def test_a_leader_of_a_unit_reads_but_does_not_report(db):
    page = opened(cast.account("chief", "leader", "pudong"))
    assert (len(page.context["rows"]), buttons(page)) == (12, [])


def test_a_unit_without_tasks(db):
    page = opened(cast.account("idle", unit=factories.department("idle").code))
    assert text(page) == "我的任务 本单位在这份工作要点中没有任务 工作要点全文所有人都可以阅读。 阅读原文"


def test_no_plan(pudong):
    Plan.objects.update(is_active=False)
    assert text(opened(pudong)) == "我的任务 还没有生效的工作要点 当年的工作要点印发并生效后，会显示在这里。"


def test_hostile_words_are_only_words(db):
    unit = factories.department("bad", name=f"{HOSTILE}全", short_name=HOSTILE)
    mates = factories.collective("mates", members=(unit,), short_name=f"{HOSTILE}们")
    user = cast.account("of-bad", unit="bad", name=HOSTILE)
    task = factories.task(factories.plan(code="2022", year=2022), supports=(mates,), title=(HOSTILE * 9)[:200])
    factories.milestone(task, date(2023, 6, 20), title=HOSTILE)
    factories.report(task, unit, user)
    page = opened(user, "?plan=2022").content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 10


def test_the_administrator_has_no_business_here(admin):
    assert cast.signed_in(admin).get("/mine/").status_code == 403


def test_the_state_of_this_period_stands_in_the_table(pudong, planner):
    period, unit = cast.quarter(2), pudong.department
    factories.owed(period, cast.task(6), unit)
    sent = factories.owed(period, cast.task(7), unit, "submitted", pudong, TODAY)
    factories.owed(period, cast.task(8), unit, "returned", pudong, TODAY, reviewer=planner)
    page = opened(pudong)
    shown = {number: [(cell.shown, cell.word) for cell in cells(page, number)] for number in (1, 6, 7, 8)}
    assert shown == {1: [], 6: [("due", "待报")], 7: [("submitted", "已报")], 8: [("returned", "退回")]}
    assert text(page).count("未要求") == 12 - 3
    assert f'<a href="/reports/{sent.pk}/">' in page.content.decode()
    assert buttons(page).count("/tasks/2023-06/report/") == 0  # the period's report comes first
    assert buttons(page).count("/tasks/2023-07/report/") == 1


@pytest.mark.parametrize("who", ["pudong", "jlc", "planner"])
@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(number, who, request, django_assert_max_num_queries, leader):
    user = request.getfixturevalue(who)
    plan = factories.plan(code="2022", year=2022)
    first = factories.period(plan, date(2022, 1, 1), date(2022, 3, 31), date(2022, 3, 25), "closed")
    second = factories.period(plan, date(2022, 4, 1), date(2022, 6, 30), date(2022, 6, 25))
    for each in range(number):
        silent = factories.department(f"silent-{who}-{number}-{each}")
        task = factories.task(plan, leads=(user.department, silent), supports=(cast.unit("districts"),))
        factories.milestone(task, date(2023, 6, 20))
        factories.report(task, user.department, user, date(2023, 6, 1))
        factories.report(task, user.department, user)
        report = factories.owed(second, task, user.department)
        factories.owed(second, task, silent)
        remind(report, user, date(2023, 6, 1))
        factories.directive(task, leader, date(2023, 6, 1))
    assert first.state == "closed"
    client = cast.signed_in(user)
    with django_assert_max_num_queries(12):
        page = client.get("/mine/?plan=2022")
    found = page.context["found"]
    assert [len(rows(page)), len(found.drafts), len(found.owed)] == [number] * 3
    assert [len(found.filled_in), len(found.directives)] == [number, number]


def test_a_silent_draft_of_a_unit_whose_account_is_gone_is_nobodys(jlc):
    """What it has written stays its own; nobody is offered to go on with it."""
    gone = cast.account("gone", unit="baoshan")
    factories.owed(cast.quarter(2), cast.task(6), gone.department, "draft", gone, progress_text="宝山的草稿")
    gone.is_active = False
    gone.save()
    assert opened(jlc).context["found"].filled_in == []
    assert Report.objects.visible_to(jlc).filter(state="draft").count() == 0
