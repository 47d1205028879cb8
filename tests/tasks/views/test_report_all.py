"""All reports of a unit on one page: each row succeeds or is refused by itself, and no typed text is lost."""

import time
from datetime import date

import pytest
from django.core import signing
from zeal import zeal_ignore

from tasks.actions import periods
from tasks.forms.reporting import SALT
from tasks.models import Report, Task
from tests import cast, factories
from tests.conftest import TODAY
from tests.tasks.views.sending import told

pytestmark = pytest.mark.django_db
ADDRESS = "/mine/report/"
TEXT = {"assessment": "on_schedule", "progress_text": "检查商超 68 家次", "problems": "", "next_steps": "7 月汇总"}
EMPTY = dict.fromkeys(TEXT, "")
SECRET = "别的单位的草稿秘密"


@pytest.fixture
def owed(pudong, xuhui) -> dict[int, Report]:
    """pudong's four, by the number of the task; beside them others' that could leak."""
    period = cast.quarter(2)
    factories.owed(period, cast.task(6), xuhui.department, "draft", xuhui, progress_text=SECRET)
    factories.owed(period, cast.task(7), cast.unit("baoshan"))
    return {number: factories.owed(period, cast.task(number), pudong.department) for number in (6, 7, 8, 17)}


def row(report, **typed):
    """What the browser sends of one row; untouched unless something is typed."""
    stored = {name: getattr(report, name) for name in TEXT}
    values = {"version": report.version} | stored | typed
    return {"row": [report.pk]} | {
        f"r{report.pk}-{name}": value for name, value in values.items() if value is not None
    }


def post(client, *rows, intent="submit", **more):
    data: dict = {"row": [], intent: "1"} | more
    for each in rows:
        data["row"] += each["row"]
        data |= {name: value for name, value in each.items() if name != "row"}
    with zeal_ignore():  # each report is an action of its own, in a transaction of its own
        return client.post(ADDRESS, data)


def states():
    found = Report.objects.filter(department__code="pudong", period__isnull=False).order_by("task__number")
    return {report.task.number: report.state for report in found.select_related("task")}


def shown(page):
    return {each.report.task.number: each for each in page.context["rows"]}


def test_every_owed_report_of_the_own_unit_and_nothing_else(client_for, owed, pudong, planner):
    Report.objects.filter(pk=owed[8].pk).update(
        state="returned", author=pudong, reviewer=planner, reviewed_on=TODAY, review_note="请写数",
        reported_on=TODAY, submitted_at=owed[8].created_at, **TEXT,
    )  # fmt: skip
    factories.owed(cast.quarter(2), cast.task(12), pudong.department, "submitted", pudong, TODAY)
    page = client_for(pudong).get(ADDRESS)
    assert [each.report.task.number for each in page.context["rows"]] == [8, 6, 7, 17]
    assert "浦东新区市场监管局还有 <b>4 份</b>要报。" in page.text
    assert ("请写数" in page.text, SECRET in page.text) == (True, False)
    assert page.text.count('type="hidden" name="row"') == 4


def test_all_four_are_sent_with_one_button(client_for, owed, pudong):
    response = post(client_for(pudong), *(row(report, **TEXT) for report in owed.values()))
    assert (response.status_code, response.headers["Location"]) == (302, "/mine/")
    assert told(response) == ["已报送 4 份。"]
    assert states() == dict.fromkeys((6, 7, 8, 17), "submitted")
    assert {report.author for report in Report.objects.filter(state="submitted")} == {pudong}


def test_all_are_kept_as_drafts(client_for, owed, pudong):
    rows = [row(owed[6], progress_text="半句"), row(owed[7]), row(owed[8], next_steps="下一步")]
    response = post(client_for(pudong), *rows, intent="save")
    assert (response.headers["Location"], told(response)) == (ADDRESS, ["已存草稿 2 份。"])
    assert states() == {6: "draft", 7: "due", 8: "draft", 17: "due"}


def test_a_row_left_empty_is_not_touched_and_says_so(client_for, owed, pudong):
    response = post(client_for(pudong), row(owed[6], **TEXT), row(owed[7]), row(owed[17]))
    assert (response.status_code, response.headers["Location"]) == (302, ADDRESS)
    assert told(response) == [
        "已报送 1 份。",
        "2 份未填，未作改动：7 完善计量抽查监测机制、17 加强计量文化建设。",
    ]
    assert states() == {6: "submitted", 7: "due", 8: "due", 17: "due"}
    assert Report.objects.get(pk=owed[7].pk).version == owed[7].version


def test_nothing_filled_in_at_all(client_for, owed, pudong):
    response = post(client_for(pudong), row(owed[6]), row(owed[7]))
    assert (response.status_code, response.context["nothing_typed"]) == (422, True)
    assert response.text.count("未填，未作改动。") == 2
    assert "还没有填写任何一份，没有报出。" in response.text


def test_what_is_refused_stays_with_its_text_and_the_others_go(client_for, owed, pudong):
    rows = [
        row(owed[6], **TEXT),
        row(owed[7], **TEXT | {"assessment": ""}),
        row(owed[8], **TEXT | {"assessment": "behind", "progress_text": "写好的 <b>"}),
        row(owed[17]),
    ]
    response = post(client_for(pudong), *rows)
    assert response.status_code == 422
    assert states() == {6: "submitted", 7: "due", 8: "due", 17: "due"}
    left = shown(response)
    assert (sorted(left), {number: left[number].status for number in left}) == ([7, 8, 17], {7: 422, 8: 422, 17: 0})
    assert left[7].form.errors == {"assessment": ["请选择一项。"]}
    assert left[8].form.errors == {"problems": ["自评为“欠序时”的，请说明存在问题。"]}
    assert left[17].is_blank
    assert "写好的 &lt;b&gt;</textarea>" in response.text
    assert "已报送 1 份。" in response.text
    assert "<b>有 2 份没有报出或保存。</b>" in response.text


def test_a_stale_row_shows_what_is_stored_now_beside_what_was_typed(client_for, owed, pudong):
    other = cast.account("pudong2", unit="pudong")
    client_for(other).post(f"/reports/{owed[6].pk}/edit/", TEXT | {"version": owed[6].version, "save": "1"})
    typed = TEXT | {"progress_text": "我写的", "assessment": "done"}
    response = post(client_for(pudong), row(owed[6], **typed), row(owed[7], **TEXT))
    assert response.status_code == 409
    left = shown(response)[6]
    assert left.now == [("自评", "达序时"), ("进展情况", "检查商超 68 家次")]
    assert left.form["progress_text"].value() == "我写的"
    assert states() == {6: "draft", 7: "submitted", 8: "due", 17: "due"}
    fresh = Report.objects.get(pk=owed[6].pk)
    assert left.form["version"].value() == str(fresh.version)
    assert post(client_for(pudong), row(fresh, **typed)).status_code == 302
    assert Report.objects.get(pk=fresh.pk).progress_text == "我写的"


def test_a_row_that_a_colleague_has_sent_keeps_its_typed_text(client_for, owed, pudong):
    other = cast.account("pudong2", unit="pudong")
    client_for(other).post(f"/reports/{owed[6].pk}/edit/", TEXT | {"version": owed[6].version, "submit": "1"})
    response = post(client_for(pudong), row(owed[6], **TEXT | {"progress_text": "我写的"}))
    assert (response.status_code, shown(response)[6].told) == (
        409,
        "你打开后，pudong2 测试已报送这一份。你填的内容仍在下面，但没有保存。",
    )
    assert "我写的</textarea>" in response.text
    assert Report.objects.get(pk=owed[6].pk).progress_text == "检查商超 68 家次"


@pytest.mark.parametrize("intent", ["submit", "save"])
def test_a_period_closed_meanwhile_and_a_task_that_has_ended(intent, client_for, owed, pudong, planner):
    Task.objects.filter(plan__code="2023", number=7).update(state="suspended", state_before="not_started")
    response = post(client_for(pudong), row(owed[6], **TEXT), row(owed[7], **TEXT), intent=intent)
    assert (response.status_code, shown(response)[7].told) == (409, "任务状态为“已暂停”，不再填报进展。")
    periods.close_period(owed[8].period, by=planner, today=TODAY)
    response = post(client_for(pudong), row(owed[8], **TEXT), intent=intent)
    assert (response.status_code, shown(response)[8].told) == (409, "第二季度已经关闭，其中的报送不再变动。")


def test_nothing_new_is_a_tick_and_a_reason(client_for, owed, pudong):
    rows = [
        row(owed[6], no_news="on", reason="下半年才开展"),
        row(owed[7], no_news="on"),
        row(owed[8], no_news="on", reason="没有", progress_text="其实有"),
        row(owed[17], reason="忘了勾"),
    ]
    response = post(client_for(pudong), *rows)
    left = shown(response)
    assert {number: list(each.form.errors) for number, each in left.items()} == {
        7: ["reason"],
        8: ["no_news"],
        17: ["assessment", "progress_text"],
    }
    sent = Report.objects.get(pk=owed[6].pk)
    assert (sent.state, sent.no_news, sent.progress_text) == ("submitted", True, "下半年才开展")


def test_a_reason_kept_as_a_draft_is_not_lost(client_for, owed, pudong):
    post(client_for(pudong), row(owed[6], no_news="on", reason="下半年才开展"), intent="save")
    assert Report.objects.get(pk=owed[6].pk).progress_text == "下半年才开展"


def test_a_repeated_and_an_unchanged_text_wait_for_a_tick(client_for, owed, pudong, planner):
    first = {"author": pudong, "on": date(2023, 3, 20), "progress_text": "检查商超68家次。"}
    factories.owed(cast.quarter(1), cast.task(6), pudong.department, "submitted", **first)
    Report.objects.filter(pk=owed[8].pk).update(
        state="returned", author=pudong, reviewer=planner, reviewed_on=TODAY, review_note="请写数",
        reported_on=TODAY, submitted_at=owed[8].created_at, **TEXT,
    )  # fmt: skip
    returned = Report.objects.get(pk=owed[8].pk)
    client = client_for(pudong)
    response = post(client, row(owed[6], **TEXT), row(returned), row(owed[17], **TEXT))
    doubts = {number: each.doubt for number, each in shown(response).items()}
    assert doubts == {6: "进展情况与上期相同或几乎相同。", 8: "退回后内容没有改动。"}
    assert (response.status_code, states()[17]) == (422, "submitted")
    assert response.text.count("仍要报送") == 2
    response = post(client, row(owed[6], **TEXT, anyway="on"), row(returned, anyway="on"))
    assert (response.status_code, states()) == (302, {6: "submitted", 7: "due", 8: "submitted", 17: "submitted"})


@pytest.mark.parametrize("pks", [["x"], ["-1"], ["9" * 30], ["²"], [""], ["0"]])
def test_invented_rows_are_nothing(pks, client_for, owed, pudong):
    assert client_for(pudong).post(ADDRESS, {"row": pks}).status_code == 302
    assert set(states().values()) == {"due"}


def test_another_units_reports_are_not_written_here(client_for, owed, pudong, jlc):
    others = Report.objects.exclude(department=pudong.department)
    for report in others:
        response = post(client_for(pudong), row(report, **TEXT))
        assert (response.status_code, SECRET in response.text) == (302, False)
    baoshan = others.get(department__code="baoshan")
    assert post(client_for(jlc), row(baoshan, **TEXT)).status_code == 302  # filled in on a page of its own
    assert sorted(others.values_list("state", flat=True)) == ["draft", "due"]


def test_the_time_is_shared_among_the_rows(client_for, owed, pudong):
    opened = signing.dumps([0, int(time.time()) - 600], salt=SALT)
    post(client_for(pudong), row(owed[6], **TEXT), row(owed[7], **TEXT), opened=opened)
    assert {report.writing_seconds for report in Report.objects.filter(state="submitted")} <= {300, 301}
    post(client_for(pudong), row(owed[8], **TEXT), opened="x")
    assert Report.objects.get(pk=owed[8].pk).writing_seconds is None


def test_nothing_owed_and_who_may_not(client_for, pudong, leader, admin):
    page = client_for(pudong).get(ADDRESS)
    assert (page.status_code, "本单位目前没有待报的进展。" in page.text) == (200, True)
    assert [client_for(user).get(ADDRESS).status_code for user in (leader, admin)] == [403, 403]


def test_the_page_costs_the_same_with_many_rows(client_for, owed, pudong, django_assert_num_queries):
    client = client_for(pudong)
    keep = owed[6].pk
    Report.objects.filter(department=pudong.department).exclude(pk=keep).delete()
    client.get(ADDRESS)
    with django_assert_num_queries(5):
        client.get(ADDRESS)
    for number in (7, 8, 17):
        factories.owed(cast.quarter(2), cast.task(number), pudong.department)
        words = {"author": pudong, "on": date(2023, 3, 20)}
        factories.owed(cast.quarter(1), cast.task(number), pudong.department, "submitted", **words)
    with django_assert_num_queries(5):
        client.get(ADDRESS)
