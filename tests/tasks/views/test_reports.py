"""Reporting on a task: drafts, submission, filling in for a unit, two people of one unit."""

from datetime import date

import pytest

from tasks.actions import reports
from tasks.models import Report
from tests import cast, factories
from tests.tasks.views import sending
from tests.tasks.views.sending import recorded, told

pytestmark = pytest.mark.django_db
TODAY = date(2023, 6, 15)
ADDRESS = "/tasks/2023-04/report/"
TEXT = {"assessment": "on_schedule", "progress_text": "会议已开", "problems": "", "next_steps": "继续推进"}


def errors(response):
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}


def save(client, address=ADDRESS, **changed):
    return client.post(address, TEXT | {"version": 0, "save": "1"} | changed)


def send(client, address=ADDRESS, **changed):
    return client.post(address, TEXT | {"version": 0, "submit": "1"} | changed)


def stored():
    rows = Report.objects.order_by("pk")
    return [(row.department.code, row.state, row.filled_in, row.author.username, row.progress_text) for row in rows]


# ---- drafts ----


def test_a_draft_is_kept_and_gone_on_with(client_for, pudong):
    client = client_for(pudong)
    response = save(client)
    assert (response.headers["Location"], told(response)) == (ADDRESS, ["草稿已保存，仅本单位可见。"])
    assert stored() == [("pudong", "draft", False, "pudong", "会议已开")]
    page = client.get(ADDRESS)
    assert page.context["form"]["progress_text"].value() == "会议已开"
    assert page.context["form"]["version"].value() == Report.objects.get().version
    assert save(client, version=1, progress_text="改了").status_code == 302
    assert stored() == [("pudong", "draft", False, "pudong", "改了")]
    assert recorded(Report.objects.get()) == [("insert", pudong.pk), ("update", pudong.pk)]


def test_a_draft_may_be_empty(client_for, pudong):
    response = save(client_for(pudong), assessment="", progress_text="", next_steps="")
    assert response.status_code == 302
    assert stored() == [("pudong", "draft", False, "pudong", "")]


def test_the_place_of_a_draft_for_another_unit_is_kept(client_for, planner):
    response = save(client_for(planner), ADDRESS + "?unit=lingang")
    assert response.headers["Location"] == ADDRESS + "?unit=lingang"


def test_nobody_else_sees_a_draft(client_for, pudong, xuhui, planner, jlc, leader):
    save(client_for(pudong), progress_text="浦东的草稿秘密")
    for user in (xuhui, planner, jlc):
        assert "浦东的草稿秘密" not in client_for(user).get(ADDRESS).text
    for user in (xuhui, planner, jlc, leader):
        client = client_for(user)
        for address in ("/", "/mine/", "/tasks/2023-04/", "/tasks/2023-04/history/", "/tasks/?q=浦东的草稿秘密"):
            assert "浦东的草稿秘密</" not in client.get(address).text


def test_coworkers_of_a_unit_go_on_with_the_same_draft(client_for, pudong):
    other = cast.account("pudong2", "reporter", "pudong")
    save(client_for(pudong))
    assert client_for(other).get(ADDRESS).context["form"]["progress_text"].value() == "会议已开"


def test_two_coworkers_at_once_the_second_sees_both(client_for, pudong):
    other = cast.account("pudong2", "reporter", "pudong")
    mine, theirs = client_for(pudong), client_for(other)
    assert save(theirs, progress_text="同事写的").status_code == 302
    response = save(mine, progress_text="我写的 <b>")
    assert response.status_code == 409
    conflict = response.context["conflict"]
    assert (conflict["by"], conflict["version"]) == ("pudong2 测试", 1)
    rows = {row["name"]: (row["current_label"], row["typed_label"]) for row in conflict["rows"]}
    assert rows == {
        "assessment": ("达序时", "达序时"),
        "progress_text": ("同事写的", "我写的 <b>"),
        "problems": ("", ""),
        "next_steps": ("继续推进", "继续推进"),
    }
    assert stored() == [("pudong", "draft", False, "pudong2", "同事写的")]
    assert "我写的 &lt;b&gt;" in response.text


@pytest.mark.parametrize(("intent", "state"), [("save", "draft"), ("submit", "submitted")])
def test_what_was_meant_survives_the_conflict(intent, state, client_for, pudong):
    """Keeping a draft does not become sending it on the way."""
    client = client_for(pudong)
    save(client)
    page = client.post(ADDRESS, TEXT | {"version": 0, intent: "1", "progress_text": "我的"})
    assert page.status_code == 409
    assert ('name="save" value="1"' in page.text) == (intent == "save")
    fields = sent_by(page)
    assert client.post(ADDRESS, fields).status_code == 302
    assert [(row.state, row.progress_text) for row in Report.objects.all()] == [(state, "我的")]


def sent_by(page):
    from tests.tasks.views.test_acting import fields_of

    return fields_of(page)


def test_a_draft_sent_by_a_coworker_meanwhile_is_a_conflict_with_nothing(client_for, pudong):
    other = cast.account("pudong2", "reporter", "pudong")
    mine, theirs = client_for(pudong), client_for(other)
    save(mine)
    assert send(theirs, version=1).status_code == 302
    response = save(mine, version=1, progress_text="我又写了")
    assert response.status_code == 409
    assert "你打开的内容已被报送或删除。" in response.text
    assert response.context["conflict"]["version"] == 0
    assert mine.post(ADDRESS, sent_by(response)).status_code == 302
    assert [(row.state, row.progress_text) for row in Report.objects.order_by("pk")] == [
        ("submitted", "会议已开"),
        ("draft", "我又写了"),
    ]


# ---- sending ----


def test_a_report_is_sent_with_the_days_date_and_starts_the_task(client_for, pudong):
    response = send(client_for(pudong))
    assert (response.headers["Location"], told(response)) == ("/tasks/2023-04/", ["进展已报送。"])
    row = Report.objects.get()
    assert (row.state, row.reported_on, row.author, row.filled_in) == ("submitted", TODAY, pudong, False)
    assert row.submitted_at is not None
    assert (cast.task(4).state, cast.task(4).starts_on) == ("in_progress", TODAY)


def test_a_draft_alone_starts_nothing(client_for, pudong):
    save(client_for(pudong))
    assert cast.task(4).state == "not_started"


def test_sending_a_draft_leaves_no_draft(client_for, pudong):
    client = client_for(pudong)
    save(client)
    send(client, version=1)
    assert stored() == [("pudong", "submitted", False, "pudong", "会议已开")]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"assessment": ""}, {"assessment": ["请选择一项。"]}),
        ({"progress_text": "  \r\n"}, {"progress_text": ["请填写进展情况。"]}),
        ({"assessment": "behind"}, {"problems": ["自评为“欠序时”的，请说明存在问题。"]}),
        ({"assessment": "behind", "problems": "   "}, {"problems": ["自评为“欠序时”的，请说明存在问题。"]}),
        (
            {"assessment": "", "progress_text": ""},
            {"assessment": ["请选择一项。"], "progress_text": ["请填写进展情况。"]},
        ),
        ({"assessment": "great"}, {"assessment": ["选择一个有效的选项。 great 不在可用的选项中。"]}),
    ],
)
def test_what_a_report_lacks_is_said_beside_its_field_and_what_was_typed_stays(typed, wrong, client_for, pudong):
    response = send(client_for(pudong), **typed)
    assert (response.status_code, errors(response)) == (422, wrong)
    assert response.context["form"]["next_steps"].value() == "继续推进"
    assert stored() == []


def test_the_same_report_is_not_sent_twice(client_for, pudong):
    client = client_for(pudong)
    assert send(client).status_code == 302
    again = send(client)
    assert (again.status_code, errors(again)) == (409, {"__all__": ["已经报送。"]})
    assert again.context["form"]["progress_text"].value() == "会议已开"
    assert send(client, progress_text="又一次会议").status_code == 302
    assert len(stored()) == 2


def test_the_text_of_the_last_report_stands_beside_the_new_one(client_for, pudong, xuhui):
    send(client_for(pudong), progress_text="上次的 <b>进展</b>\r\n第二行")
    page = client_for(pudong).get(ADDRESS)
    assert page.context["last"].progress_text == "上次的 <b>进展</b>\n第二行"
    assert "上次的 &lt;b&gt;进展&lt;/b&gt;<br>第二行" in page.text
    assert page.context["form"]["progress_text"].value() == ""
    assert client_for(xuhui).get(ADDRESS).context["last"] is None


@pytest.mark.parametrize(
    ("make", "word"),
    [(sending.closed, "已办结"), (sending.suspended, "已暂停"), (sending.cancelled, "已取消")],
)
@pytest.mark.parametrize("how", [save, send])
def test_nothing_is_reported_on_a_task_that_has_ended(make, word, how, client_for, pudong):
    make()
    response = how(client_for(pudong))
    assert (response.status_code, errors(response)) == (409, {"__all__": [f"任务状态为“{word}”，不再填报进展。"]})
    assert response.context["form"]["progress_text"].value() == "会议已开"
    assert stored() == []


def test_a_report_while_closing_is_asked_for_is_possible(client_for, pudong):
    sending.asked()
    assert send(client_for(pudong)).status_code == 302


# ---- for which unit ----


@pytest.mark.parametrize(
    ("who", "asked", "status"),
    [
        ("pudong", "", 200),
        ("pudong", "pudong", 200),
        ("pudong", "xuhui", 403),  # another member of the same collective
        ("pudong", "jlc", 403),
        ("pudong", "districts", 403),  # a collective reports through its members
        ("pudong", "nowhere", 404),
        ("jlc", "", 200),
        ("jlc", "pudong", 403),
        ("jlc", "lingang", 200),  # without accounts: the co-ordinator fills in
        ("jlc", "jiading", 200),
        ("planner", "", 200),
        ("planner", "jlc", 200),
        ("planner", "lingang", 200),  # without accounts
        ("planner", "jiading", 200),  # a member without accounts
        ("planner", "pudong", 403),  # has accounts of its own
        ("planner", "simt", 403),  # not assigned to this task
        ("planner", "districts", 403),
        ("planner", "nowhere", 404),
        ("planner", "JLC", 404),
        ("planner", "jlc'--", 404),
        ("leader", "", 403),
        ("leader", "jlc", 403),
        ("admin", "", 403),
        ("sqi", "", 404),
        ("sqi", "sqi", 404),
        ("root", "pudong", 403),
        ("root", "lingang", 200),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_one_writes_for_the_own_unit_planners_for_units_without_accounts(
    who, asked, status, method, request, client_for
):
    cast.person("pudong")
    client = client_for(request.getfixturevalue(who))
    address = f"{ADDRESS}?unit={asked}" if asked else ADDRESS
    wanted = 302 if (status, method) == (200, "post") else status
    response = client.get(address) if method == "get" else send(client, address)
    assert response.status_code == wanted


def test_a_planner_fills_in_for_a_unit_and_it_is_marked(client_for, planner, jlc):
    page = client_for(planner).get(ADDRESS + "?unit=lingang")
    assert "你正在代" in page.text
    assert send(client_for(planner), ADDRESS + "?unit=lingang").status_code == 302
    assert stored() == [("lingang", "submitted", True, "planner", "会议已开")]


def test_a_planner_writes_for_his_own_unit_without_a_mark(client_for, planner):
    assert send(client_for(planner)).status_code == 302
    assert stored() == [("jlc", "submitted", False, "planner", "会议已开")]


def test_once_a_unit_has_accounts_nobody_fills_in_for_it_and_its_drafts_are_its_own(client_for, planner):
    save(client_for(planner), ADDRESS + "?unit=lingang", progress_text="代填的草稿")
    new = cast.account("lingang", "reporter", "lingang")
    assert client_for(planner).get(ADDRESS + "?unit=lingang").status_code == 403
    assert client_for(new).get(ADDRESS).context["form"]["progress_text"].value() == ""
    assert save(client_for(new), progress_text="自己的草稿").status_code == 302
    assert stored() == [
        ("lingang", "draft", True, "planner", "代填的草稿"),
        ("lingang", "draft", False, "lingang", "自己的草稿"),
    ]


def test_a_planner_chooses_among_the_units_and_begins_with_his_own(client_for, planner, pudong):
    page = client_for(planner).get(ADDRESS)
    assert page.context["unit"].code == "jlc"
    codes = {unit.code for unit in page.context["units"]}
    assert {"jlc", "lingang", "jichangfenju", "jiading"} <= codes
    assert codes & {"pudong", "districts", "legal-institutes", "simt"} == set()


def test_a_unit_that_was_switched_off_is_not_written_for(client_for, planner):
    from departments.models import Department

    Department.objects.filter(code="lingang").update(is_active=False)
    assert client_for(planner).get(ADDRESS + "?unit=lingang").status_code == 403


def test_a_planner_outside_the_task_writes_for_its_coordinator(client_for, planner, simt):
    """Task 2 is simt's; planners may act for any task's co-ordinator, accounts or not."""
    address = "/tasks/2023-02/report/"
    assert client_for(planner).get(address).context["unit"].code == "simt"
    assert send(client_for(planner), address).status_code == 302
    assert stored() == [("simt", "submitted", True, "planner", "会议已开")]


def test_where_every_lead_is_a_collective_nobody_is_the_coordinator(client_for, planner):
    made = factories.task(factories.plan(code="p"), leads=(factories.collective("all", (cast.unit("pudong"),)),))
    cast.person("pudong")
    assert client_for(planner).get(f"/tasks/{made.code}/report/").status_code == 403
    assert client_for(cast.person("pudong")).get(f"/tasks/{made.code}/report/").status_code == 200


def test_the_page_costs_the_same_with_many_reports(client_for, planner, django_assert_num_queries):
    client = client_for(planner)
    address = ADDRESS + "?unit=lingang"
    fields = {"assessment": "done", "progress_text": "一", "problems": "", "next_steps": ""}

    def report(number):
        text = fields | {"progress_text": f"第 {number} 次"}
        reports.submit(cast.task(4), cast.unit("lingang"), by=planner, today=TODAY, fields=text)

    report(1)
    client.get(address)
    with django_assert_num_queries(9):
        client.get(address)
    report(2)
    report(3)
    with django_assert_num_queries(9):
        client.get(address)
