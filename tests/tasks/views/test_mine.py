"""我的任务: what is begun, and all tasks of the own unit."""

import re
from datetime import date

import pytest

from departments.models import Department
from tasks.models import Milestone, Plan, Task
from tests import cast, factories

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
    return [row for row, _last in page.context["rows"]]


def row(page, number):
    return next(row for row in rows(page) if row.task.number == number)


def last(page, number):
    return next(last for row, last in page.context["rows"] if row.task.number == number)


def buttons(page):
    return re.findall(r'<a class="btn[^"]*" href="([^"]*/report/[^"]*)"', page.content.decode())


def test_a_district_has_twelve_tasks_through_its_collective(pudong):
    page = opened(pudong)
    parts = {each.task.number: each.leads for each in rows(page)}
    leading = {6, 7, 8, 17}
    assert parts == {number: number in leading for number in (1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17)}
    assert page.context["answer"] == f"本单位共有 <b>12</b> 项任务：牵头 4 项，配合 8 项。{NO_PERIOD}"
    assert {tuple(each.through) for each in rows(page)} == {("各区市场监管局",)}
    assert [each.coordinates for each in rows(page)] == [False] * 12
    assert buttons(page) == [f"/tasks/{each.task.code}/report/" for each in rows(page)]


def test_the_first_lead_is_marked(simt, jlc):
    page = opened(simt)
    assert [(each.task.number, each.leads, each.coordinates) for each in rows(page)] == [
        (2, True, True),
        *((number, False, False) for number in (6, 7, 10, 11, 14, 17)),
    ]
    assert text(page).count("第一牵头") == 1
    assert "2 加强计量基础和前沿技术研究 牵头 第一牵头" in text(page)
    assert text(opened(jlc)).count("第一牵头") == 16


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
    assert "2023-06-01 欠序时 填报" in text(page)
    assert last(page, 7) is None
    assert "2023-06-10" not in text(page)
    assert text(page).count("尚未报送") == 11


def test_drafts_stand_first_and_only_the_own_ones(pudong, xuhui, planner):
    factories.report(cast.task(7), pudong.department, pudong, progress_text="浦东的草稿")
    factories.report(cast.task(8), xuhui.department, xuhui, progress_text="徐汇的草稿")
    factories.report(cast.task(9), pudong.department, planner, filled_in=True)  # the planner goes on with it
    page = opened(pudong)
    assert [(draft.task.number, is_open) for draft, is_open in page.context["drafts"]] == [(7, True)]
    assert buttons(page)[0] == "/tasks/2023-07/report/"
    assert "未报出的草稿 1 7 完善计量抽查监测机制 草稿 pudong 测试保存于" in text(page)
    assert "配合 8 项。有 <b>1 份草稿</b>尚未报出。" in page.context["answer"]
    assert "徐汇" not in page.content.decode()


def test_a_planner_sees_the_units_tasks_and_what_is_filled_in_for_others(planner, sqi):
    factories.report(cast.task(14), cast.unit("baosteel"), planner, filled_in=True)
    factories.report(cast.task(2), sqi.department, sqi)
    page = opened(planner)
    assert [draft.department.code for draft, _open in page.context["drafts"]] == ["baosteel"]
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
    assert [is_open for _draft, is_open in page.context["drafts"]] == [False]
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


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(number, pudong, django_assert_num_queries):
    plan = factories.plan(code="2022", year=2022)
    for _each in range(number):
        task = factories.task(
            plan, leads=(factories.department(), pudong.department), supports=(cast.unit("districts"),)
        )
        factories.milestone(task, date(2023, 6, 20))
        factories.report(task, pudong.department, pudong, date(2023, 6, 1))
        factories.report(task, pudong.department, pudong)
    client = cast.signed_in(pudong)
    with django_assert_num_queries(8):
        page = client.get("/mine/?plan=2022")
    assert (len(page.context["rows"]), len(page.context["drafts"])) == (number, number)
