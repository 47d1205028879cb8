"""One report of a period: its form in every state, drafts that keep themselves, doubts, conflicts, other units."""

import time
from datetime import date

import pytest
from django.core import signing

from tasks.actions import periods, reports
from tasks.forms.reporting import SALT
from tasks.models import Evidence, Report, Task
from tests import cast, factories
from tests.conftest import TODAY
from tests.files import PDF, sent
from tests.tasks.views.sending import recorded, told
from tests.tasks.views.test_acting import fields_of

pytestmark = pytest.mark.django_db
TEXT = {"assessment": "on_schedule", "progress_text": "检查商超 68 家次", "problems": "", "next_steps": "7 月汇总"}
SECRET = "别的单位的草稿秘密"


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def due(pudong, xuhui, jlc) -> Report:
    """pudong's; beside it another unit's draft, which could leak."""
    factories.owed(cast.quarter(2), cast.task(6), xuhui.department, "draft", xuhui, progress_text=SECRET)
    return factories.owed(cast.quarter(2), cast.task(6), pudong.department)


def address(report, step="edit"):
    return f"/reports/{report.pk}/{step}/"


def post(client, report, intent="submit", **changed):
    data = TEXT | {"version": report.version, intent: "1"} | changed
    return client.post(address(report), {name: value for name, value in data.items() if value is not None})


def now(report):
    return Report.objects.get(pk=report.pk)


def state(report):
    return (now(report).state, now(report).progress_text)


def errors(response):
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}


# ---- the form ----


def test_the_form_of_a_due_report(client_for, due, pudong):
    page = client_for(pudong).get(address(due))
    assert page.status_code == 200
    assert page.context["form"]["version"].value() == due.version
    assert "浦东新区市场监管局 · 第二季度" in page.text
    assert '<time datetime="2023-06-25">2023-06-25</time></b> 截止，还有 10 天' in page.text
    assert page.context["last"] is None
    assert SECRET not in page.text


def test_what_the_unit_said_last_stands_beside_it(client_for, due, pudong, planner):
    first = factories.owed(
        cast.quarter(1), due.task, pudong.department, "submitted", pudong, date(2023, 3, 20),
        progress_text="上期 <b>进展</b>\n第二行", problems="上期问题",
    )  # fmt: skip
    factories.report(due.task, pudong.department, pudong, date(2023, 5, 1), progress_text="期间进展")
    page = client_for(pudong).get(address(due))
    assert page.context["last"] == first
    assert "上期进展情况（第一季度）" in page.text
    assert "上期 &lt;b&gt;进展&lt;/b&gt;\n第二行" in page.text
    Report.objects.filter(pk=first.pk).delete()
    page = client_for(pudong).get(address(due))
    assert page.context["last"].progress_text == "期间进展"
    assert '上期进展情况（<time datetime="2023-05-01">2023-05-01</time>）' in page.text


def test_a_returned_report_opens_with_its_text_and_who_returned_it_and_why(client_for, due, pudong, planner):
    fields = {
        "state": "returned",
        "author": pudong,
        "reviewer": planner,
        "reviewed_on": TODAY,
        "review_note": "请写数",
    }
    words = {"assessment": "done", "progress_text": "原来的话", "reported_on": TODAY, "submitted_at": due.created_at}
    Report.objects.filter(pk=due.pk).update(**fields | words)
    client = client_for(pudong)
    page = client.get(address(due))
    assert page.context["form"]["progress_text"].value() == "原来的话"
    assert '退回意见</b> <span class="typed">请写数</span><small>planner 测试（市局计量处），' in page.text
    assert post(client, now(due), "save").status_code == 302
    assert state(due) == ("draft", "检查商超 68 家次")
    assert "请写数" in client.get(address(due)).text  # still worth knowing while one mends it
    assert post(client, now(due)).status_code == 302
    assert state(due)[0] == "submitted"


@pytest.mark.parametrize("how", ["submitted", "accepted", "closed", "suspended"])
def test_where_there_is_nothing_to_write_one_is_led_to_the_report(how, client_for, due, pudong, planner):
    words = {"author": pudong, "reviewer": planner, "reviewed_on": TODAY, "reported_on": TODAY}
    words |= {"submitted_at": due.created_at, "assessment": "done", "progress_text": "x"}
    if how == "closed":
        periods.close_period(due.period, by=planner, today=TODAY)
    elif how == "suspended":
        Task.objects.filter(pk=due.task_id).update(state=how, state_before="not_started")
    else:
        Report.objects.filter(pk=due.pk).update(state=how, **words)
    response = client_for(pudong).get(address(due))
    assert (response.status_code, response.headers["Location"]) == (302, f"/reports/{due.pk}/")
    expected = {
        "submitted": "已经报送。",
        "accepted": "不能“存草稿”：报送状态为“已审”。",
        "closed": "第二季度已经关闭，其中的报送不再变动。",
        "suspended": "任务状态为“已暂停”，不再填报进展。",
    }
    assert told(response) == [expected[how]]


# ---- who ----


@pytest.mark.parametrize(
    ("who", "status"),
    [("pudong", 200), ("xuhui", 404), ("sqi", 404), ("jlc", 403), ("planner", 403), ("leader", 403), ("admin", 403)],
)
@pytest.mark.parametrize("step", ["edit", "nothing-new"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_opens_a_due_report(who, status, step, method, client_for, due):
    client = client_for(cast.person(who))
    response = getattr(client, method)(address(due, step))
    assert response.status_code == (422 if (status, method) == (200, "post") else status)


def test_a_draft_of_another_unit_does_not_exist_for_anybody_else(client_for, due, pudong):
    Report.objects.filter(pk=due.pk).update(state="draft", author=pudong, progress_text=SECRET)
    for who in ("xuhui", "jlc", "planner", "leader", "simt"):
        client = client_for(cast.person(who))
        for step in ("edit", "nothing-new", "withdraw"):
            for response in (client.get(address(due, step)), client.post(address(due, step), {"version": "0"})):
                assert (response.status_code, SECRET in response.text) == (404, False)


def test_an_update_between_periods_has_its_own_page(client_for, pudong):
    draft = factories.report(cast.task(6), pudong.department, pudong)
    assert client_for(pudong).get(address(draft)).status_code == 404


def test_for_a_unit_without_accounts_the_coordinator_or_a_planner_fills_in(client_for, jlc, planner, planner2):
    report = factories.owed(cast.quarter(2), cast.task(6), cast.unit("baoshan"))
    page = client_for(jlc).get(address(report))
    assert "你正在代宝山区市场监管局填报" in page.text
    assert post(client_for(jlc), report, "save").status_code == 302
    assert client_for(planner).get(address(report)).context["form"]["progress_text"].value() == "检查商超 68 家次"
    assert post(client_for(planner), now(report)).status_code == 302
    assert (now(report).state, now(report).filled_in, now(report).author) == ("submitted", True, planner)


def test_a_planner_whose_unit_has_begun_meanwhile_learns_nothing_of_its_draft(client_for, planner, simt):
    """Planners write for a co-ordinator until it writes itself."""
    report = factories.owed(cast.quarter(2), cast.task(2), simt.department)
    client = client_for(planner)
    assert client.get(address(report)).status_code == 200
    assert post(client_for(simt), report, "save", progress_text=SECRET).status_code == 302
    for response in (client.get(address(report)), post(client, report), post(client, report, "autosave")):
        assert (response.status_code, SECRET in response.text) == (404, False)
    assert state(report) == ("draft", SECRET)


def test_a_unit_takes_over_what_was_begun_for_it(client_for, planner, simt):
    report = factories.owed(cast.quarter(2), cast.task(2), simt.department)
    assert post(client_for(planner), report, "save").status_code == 302
    assert now(report).filled_in
    assert client_for(simt).get(address(report)).context["form"]["progress_text"].value() == "检查商超 68 家次"
    assert post(client_for(simt), now(report)).status_code == 302
    assert (now(report).filled_in, now(report).author) == (False, simt)


# ---- saving and sending ----


def test_a_draft_is_kept_and_the_form_comes_back(client_for, due, pudong):
    response = post(client_for(pudong), due, "save", assessment="", progress_text="半句")
    assert (response.headers["Location"], told(response)) == (address(due), ["草稿已保存，仅本单位可见。"])
    assert (state(due), now(due).author, now(due).filled_in) == (("draft", "半句"), pudong, False)


def test_a_report_is_sent_on_the_portals_day_and_leads_back(client_for, due, pudong):
    response = post(client_for(pudong), due)
    assert (response.headers["Location"], told(response)) == ("/mine/", ["进展已报送。"])
    row = now(due)
    assert (row.state, row.reported_on, row.author, row.no_news) == ("submitted", TODAY, pudong, False)
    assert recorded(row) == [("insert", None), ("update", pudong.pk)]
    assert cast.task(6).state == "in_progress"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"assessment": ""}, {"assessment": ["请选择一项。"]}),
        ({"progress_text": " \r\n"}, {"progress_text": ["请填写进展情况。"]}),
        ({"assessment": "behind"}, {"problems": ["自评为“欠序时”的，请说明存在问题。"]}),
    ],
)
def test_what_is_missing_is_said_beside_its_field(typed, wrong, client_for, due, pudong):
    response = post(client_for(pudong), due, **typed)
    assert (response.status_code, errors(response)) == (422, wrong)
    assert response.context["form"]["next_steps"].value() == "7 月汇总"
    assert now(due).state == "due"


def test_a_period_closed_between_opening_and_sending_keeps_the_typed_text(client_for, due, pudong, planner):
    client = client_for(pudong)
    client.get(address(due))
    periods.close_period(due.period, by=planner, today=TODAY)
    for intent in ("submit", "save"):
        response = post(client, due, intent, progress_text="写好的 <b>")
        assert (response.status_code, errors(response)) == (
            409,
            {"__all__": ["第二季度已经关闭，其中的报送不再变动。"]},
        )
        assert "写好的 &lt;b&gt;</textarea>" in response.text
    assert now(due).state == "due"


def test_two_colleagues_see_both_versions(client_for, due, pudong):
    other = cast.account("pudong2", unit="pudong")
    assert post(client_for(other), due, "save", progress_text="同事写的", next_steps="").status_code == 302
    response = post(client_for(pudong), due, "save", progress_text="我写的")
    assert response.status_code == 409
    rows = [(row["name"], row["current"], row["typed"]) for row in response.context["conflict"]["rows"]]
    assert rows == [
        ("assessment", "on_schedule", "on_schedule"),
        ("progress_text", "同事写的", "我写的"),
        ("problems", "", ""),
        ("next_steps", "", "7 月汇总"),
    ]
    assert post_again(client_for(pudong), due, response).status_code == 302
    assert (state(due), now(due).next_steps) == (("draft", "我写的"), "7 月汇总")


def post_again(client, report, response):
    return client.post(address(report), fields_of(response))


def test_a_report_sent_by_a_colleague_meanwhile_is_one_clear_message(client_for, due, pudong):
    other = cast.account("pudong2", unit="pudong")
    assert post(client_for(other), due, progress_text="同事写的").status_code == 302
    for intent in ("submit", "save"):
        response = post(client_for(pudong), due, intent, progress_text="我写的")
        sentence = "你打开后，pudong2 测试已报送这一份。你填的内容仍在下面，但没有保存。"
        assert (response.status_code, errors(response)) == (409, {"__all__": [sentence]})
        assert "我写的</textarea>" in response.text
    assert state(due) == ("submitted", "同事写的")


# ---- nearly the same as last time ----


@pytest.fixture
def repeated(due, pudong):
    words = {"progress_text": "检查商超68家次。"}
    return factories.owed(
        cast.quarter(1), due.task, pudong.department, "submitted", pudong, date(2023, 3, 20), **words
    )


def test_the_same_text_as_last_time_is_pointed_out_and_may_be_sent(client_for, due, repeated, pudong):
    client = client_for(pudong)
    response = post(client, due)
    assert (response.status_code, now(due).state) == (422, "due")
    assert response.context["doubt"] == "进展情况与上期相同或几乎相同。"
    assert '<button class="btn btn-main btn-big" name="anyway" value="1">仍要报送</button>' in response.text
    assert 'name="submit"' not in response.text
    assert "需要改正" not in response.text
    assert post(client, due, "anyway").status_code == 302
    assert state(due)[0] == "submitted"


def test_what_is_missing_comes_before_what_is_repeated(client_for, due, repeated, pudong):
    response = post(client_for(pudong), due, assessment="")
    assert (response.context["doubt"], errors(response)) == ("", {"assessment": ["请选择一项。"]})


def test_a_repeated_draft_is_kept_without_a_word(client_for, due, repeated, pudong):
    assert post(client_for(pudong), due, "save").status_code == 302


def test_an_unchanged_returned_report_is_pointed_out(client_for, due, pudong, planner):
    fields = {
        "state": "returned",
        "author": pudong,
        "reviewer": planner,
        "reviewed_on": TODAY,
        "review_note": "请写数",
    }
    Report.objects.filter(pk=due.pk).update(reported_on=TODAY, submitted_at=due.created_at, **fields | TEXT)
    response = post(client_for(pudong), now(due))
    assert (response.status_code, response.context["doubt"]) == (422, "退回后内容没有改动。")
    assert post(client_for(pudong), now(due), "anyway").status_code == 302


# ---- drafts that keep themselves ----


def test_the_script_keeps_a_draft_and_gets_the_new_version(client_for, due, pudong):
    client = client_for(pudong)
    response = post(client, due, "autosave", progress_text="写到一半")
    row = now(due)
    at = row.updated_at.astimezone(__import__("zoneinfo").ZoneInfo("Asia/Shanghai")).strftime("%H:%M")
    assert (response.status_code, response.json()) == (200, {"version": row.version, "told": f"草稿已存 {at}"})
    assert state(due) == ("draft", "写到一半")
    again = post(client, row, "autosave", progress_text="写到一半多")
    assert (again.status_code, state(due)) == (200, ("draft", "写到一半多"))


@pytest.mark.parametrize("case", ["stale", "sent", "closed", "long", "version"])
def test_a_draft_that_cannot_be_kept_is_told_in_json(case, client_for, due, pudong, planner):
    client, changed, expected = client_for(pudong), {}, 409
    if case in {"stale", "sent"}:
        other = cast.account("pudong2", unit="pudong")
        post(client_for(other), due, "save" if case == "stale" else "submit", progress_text="同事写的")
    if case == "closed":
        periods.close_period(due.period, by=planner, today=TODAY)
    if case in {"long", "version"}:
        changed, expected = {"long": {"problems": "长" * 5001}, "version": {"version": "x"}}[case], 422
    before = state(due)
    response = post(client, due, "autosave", progress_text="我写的", **changed)
    assert (response.status_code, list(response.json())) == (expected, ["told"])
    assert state(due) == before


# ---- how long it took ----


def seconds(client, report, opened):
    post(client, report, opened=opened)
    return now(report).writing_seconds


def signed(report, ago, salt=SALT):
    return signing.dumps([report.pk, int(time.time()) - ago], salt=salt)


def test_the_time_since_the_form_was_opened_is_kept(client_for, due, pudong):
    client = client_for(pudong)
    assert client.get(address(due)).context["form"]["opened"].value().count(":") == 2
    assert seconds(client, due, signed(due, 300)) in {300, 301, 302}


@pytest.mark.parametrize("opened", ["", "x", "0", "WzEsMV0:1:x", "\x00", "foreign", "other report"])
def test_an_invented_time_means_nothing(opened, client_for, due, pudong):
    invented = {"foreign": signed(due, 300, "other"), "other report": signing.dumps([0, 1], salt=SALT)}
    if opened == "\x00":
        assert post(client_for(pudong), due, opened=opened).status_code == 422
    else:
        assert seconds(client_for(pudong), due, invented.get(opened, opened)) is None
        assert now(due).state == "submitted"


# ---- nothing new, and taking back ----


def test_nothing_new_is_one_line(client_for, due, pudong):
    version = {"version": due.version, "opened": signed(due, 60)}
    client = client_for(pudong)
    empty = client.post(address(due, "nothing-new"), version | {"reason": "  "})
    assert (empty.status_code, list(errors(empty))) == (422, ["reason"])
    response = client.post(address(due, "nothing-new"), version | {"reason": "下半年才开展"})
    assert (response.headers["Location"], told(response)) == ("/mine/", ["已报送：本期无新进展。"])
    row = now(due)
    assert (row.state, row.no_news, row.progress_text) == ("submitted", True, "下半年才开展")
    assert row.writing_seconds in {60, 61, 62}
    again = client.post(address(due, "nothing-new"), version | {"reason": "又一次", "version": row.version})
    assert (again.status_code, errors(again)) == (409, {"__all__": ["已经报送。"]})


def test_a_sent_report_is_withdrawn_until_it_is_reviewed(client_for, due, pudong, planner):
    client = client_for(pudong)
    post(client, due)
    page = client.get(address(due, "withdraw"))
    assert (page.status_code, "撤回报送" in page.text) == (200, True)
    response = client.post(address(due, "withdraw"), {"version": now(due).version})
    assert (response.headers["Location"], told(response)) == (address(due), ["已撤回，内容变回草稿。"])
    assert state(due) == ("draft", "检查商超 68 家次")
    post(client, now(due))
    words = {"state": "accepted", "reviewer": planner, "reviewed_on": TODAY}
    Report.objects.filter(pk=due.pk).update(**words)
    late = client.post(address(due, "withdraw"), {"version": now(due).version})
    assert (late.status_code, errors(late)) == (409, {"__all__": ["不能“撤回”：报送状态为“已审”。"]})


def test_nobody_else_withdraws_it(client_for, due, pudong):
    post(client_for(pudong), due)
    for who, status in (("xuhui", 404), ("jlc", 403), ("planner", 403), ("leader", 403)):
        response = client_for(cast.person(who)).post(address(due, "withdraw"), {"version": now(due).version})
        assert response.status_code == status
    assert state(due)[0] == "submitted"


# ---- evidence within the form ----


def files():
    return [(file.name, file.is_removed) for file in Evidence.objects.order_by("pk")]


def test_files_go_with_the_report(client_for, due, pudong):
    response = post(client_for(pudong), due, files=[sent(), sent("照片.pdf", PDF + b"2")])
    assert (response.status_code, files()) == (302, [("核验结果.pdf", False), ("照片.pdf", False)])
    assert now(due).state == "submitted"


@pytest.mark.parametrize("typed", [{"progress_text": ""}, {}])
def test_chosen_files_are_kept_with_the_draft_where_the_report_is_not_sent(typed, client_for, due, repeated, pudong):
    """What is missing, or a doubt: the form comes back with the version the draft has now."""
    client = client_for(pudong)
    response = post(client, due, files=[sent()], **typed)
    assert (response.status_code, files(), now(due).state) == (422, [("核验结果.pdf", False)], "draft")
    assert (response.context["files_kept"], response.context["files_lost"]) == (True, False)
    assert response.context["form"]["version"].value() == str(now(due).version)
    assert "你选的附件已随草稿保存。" in response.text
    assert post(client, now(due), "anyway").status_code == 302


def test_a_refused_file_is_told_beside_its_field_and_nothing_is_sent(client_for, due, pudong, disk):
    response = post(client_for(pudong), due, files=[sent(), sent("a.exe", b"MZ")])
    told_ = "“a.exe”不是 PDF、PNG、JPEG、Word（.docx）、Excel（.xlsx）或 OFD 文件，或者含有宏。"
    assert (response.status_code, errors(response)) == (422, {"files": [told_]})
    assert (response.context["files_lost"], now(due).state, files()) == (True, "due", [])
    assert [path for path in disk.rglob("*") if path.is_file()] == []


def test_files_lost_in_a_conflict_are_told_of(client_for, due, pudong):
    other = cast.account("pudong2", unit="pudong")
    post(client_for(other), due, "save", progress_text="同事写的")
    response = post(client_for(pudong), due, files=[sent()])
    assert (response.status_code, response.context["files_lost"], files()) == (409, True, [])
    assert "你选的附件没有保存，请重新选择。" in response.text


def test_a_file_is_removed_with_the_text_kept(client_for, due, pudong, xuhui):
    client = client_for(pudong)
    post(client, due, "save", files=[sent()])
    file = Evidence.objects.get()
    other = factories.owed(cast.quarter(2), cast.task(7), pudong.department)
    assert post(client, other, remove=file.pk).status_code == 404  # not of this report
    response = post(client, now(due), None, remove=file.pk, progress_text="边写边移除")
    assert (response.headers["Location"], files()) == (address(due), [("核验结果.pdf", True)])
    assert state(due) == ("draft", "边写边移除")
    assert post(client, now(due), None, remove=file.pk).status_code == 404


# ---- the co-ordinator and the other units ----


@pytest.fixture
def own(jlc, pudong, xuhui):
    """Task 6 of the co-ordinator: pudong has sent, xuhui drafts, simt's has been returned, baoshan is due."""
    period, task = cast.quarter(2), cast.task(6)
    said = {"progress_text": "浦东的 <b>进展</b>", "problems": "缺人", "next_steps": ""}
    factories.owed(period, task, pudong.department, "submitted", pudong, TODAY, **said)
    factories.owed(period, task, xuhui.department, "draft", xuhui, progress_text=SECRET)
    person = cast.person("simt")
    review = {"reviewer": cast.person("planner")}
    factories.owed(period, task, person.department, "returned", person, TODAY, progress_text="退回的话", **review)
    factories.owed(period, task, cast.unit("baoshan"))
    factories.owed(period, cast.task(7), pudong.department, "submitted", pudong, TODAY, progress_text="别的任务")
    return factories.owed(period, task, jlc.department)


def test_the_coordinator_sees_what_others_sent_and_who_is_silent(client_for, own, jlc):
    page = client_for(jlc).get(address(own))
    assert [other.unit.code for other in page.context["said"]] == ["pudong"]
    states = [(other.unit.code, other.cell.state) for other in page.context["silent"]]
    assert sorted(states) == [("baoshan", "due"), ("simt", "returned"), ("xuhui", "draft")]
    assert "浦东的 &lt;b&gt;进展&lt;/b&gt;" in page.text
    assert [word for word in (SECRET, "退回的话", "别的任务") if word in page.text] == []


def test_one_click_takes_a_units_text_over_below_what_is_typed(client_for, own, jlc, pudong):
    said = Report.objects.get(department=pudong.department, task__number=6)
    client = client_for(jlc)
    response = post(client, own, None, pull=said.pk, progress_text="我的话", problems="")
    assert (response.headers["Location"], told(response)) == (address(own), ["已引入，草稿已保存。"])
    row, name = now(own), "浦东新区市场监管局"
    assert (row.progress_text, row.problems) == (f"我的话\n【{name}】浦东的 <b>进展</b>", f"【{name}】缺人")
    assert (row.state, row.next_steps, row.assessment) == ("draft", "7 月汇总", "on_schedule")
    post(client, row, None, pull=said.pk, progress_text=row.progress_text, problems=row.problems)
    assert now(own).progress_text == row.progress_text  # pressed twice


@pytest.mark.parametrize("whose", ["xuhui", "simt", "baoshan", "jlc", "other task", "nobody"])
def test_what_has_not_been_sent_is_not_taken_over(whose, client_for, own, jlc):
    found = Report.objects.filter(department__code=whose, task__number=6, period=own.period).first()
    other = Report.objects.get(task__number=7)
    pk = found.pk if found else {"other task": other.pk, "nobody": "x"}[whose]
    response = post(client_for(jlc), own, None, pull=pk, progress_text="我的话")
    assert (response.status_code, errors(response)) == (422, {"__all__": ["该单位的报送已撤回或退回，不能引入。"]})
    assert (now(own).state, response.context["form"]["progress_text"].value()) == ("due", "我的话")


def test_a_text_that_does_not_fit_is_refused_and_the_typed_one_stays(client_for, own, jlc, pudong):
    said = Report.objects.get(department=pudong.department, task__number=6)
    response = post(client_for(jlc), own, None, pull=said.pk, progress_text="长" * 4990)
    assert (response.status_code, errors(response)) == (
        422,
        {"__all__": ["字数已满，放不下浦东新区市场监管局的内容。"]},
    )
    assert now(own).state == "due"


def test_other_units_do_not_see_one_another(client_for, own, pudong):
    factories.owed(cast.quarter(2), cast.task(8), cast.unit("jlc"), "submitted", cast.person("jlc"), TODAY)
    mine = factories.owed(cast.quarter(2), cast.task(8), pudong.department)
    page = client_for(pudong).get(address(mine))
    assert (page.context["said"], page.context["silent"]) == ([], [])


def test_a_silent_unit_never_blocks(client_for, own, jlc):
    assert post(client_for(jlc), own).status_code == 302


# ---- cost, and the update between periods ----


def test_the_page_costs_the_same_with_many_units(client_for, own, jlc, django_assert_num_queries):
    client = client_for(jlc)
    client.get(address(own))
    with django_assert_num_queries(9):
        client.get(address(own))
    for code in ("minhang", "jiading", "jinshan"):
        person = cast.account(code, unit=code)
        factories.owed(own.period, own.task, person.department, "submitted", person, TODAY)
    with django_assert_num_queries(9):
        client.get(address(own))


def test_the_page_of_an_update_says_that_the_periods_report_is_owed(client_for, due, pudong):
    client, link = client_for(pudong), f'<a href="{address(due)}">填报本期</a>'
    assert link in client.get("/tasks/2023-06/report/").text
    reports.submit(due.task, due.department, by=pudong, today=TODAY, fields=TEXT, report=due)
    assert link not in client.get("/tasks/2023-06/report/").text
