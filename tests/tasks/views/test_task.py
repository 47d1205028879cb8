"""The page of one task: who sees what of it, which buttons stand there, and what it costs."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.models import Milestone, Report, Task
from tests import cast, factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"


def page(name: str, number: int, **headers):
    user = cast.root() if name == "root" else cast.person(name)
    return cast.signed_in(user).get(f"/tasks/2023-{number:02d}/", headers=headers)


def html(name: str, number: int) -> str:
    return page(name, number).content.decode()


def words(response) -> str:
    """The text of the page's main part, tags gone, white space single."""
    main = response.content.decode().split('<main id="main"')[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", main))


def change(number: int, **values) -> Task:
    Task.objects.filter(plan__code="2023", number=number).update(**values)
    return cast.task(number)


def report(number: int, code: str, text: str, sent: bool = True, filled_in: bool = False, **fields) -> Report:
    author = cast.person("planner" if filled_in else code)
    day = fields.pop("day", TODAY) if sent else None
    values = {"progress_text": text, "filled_in": filled_in} | fields
    return factories.report(cast.task(number), cast.unit(code), author, day, **values)


# ---- who opens it ----

SEES_14 = {
    "root": 200,
    "planner": 200,
    "leader": 200,
    "jlc": 200,
    "simt": 200,
    "sqi": 200,
    "pudong": 200,
    "xuhui": 200,
    "admin": 403,
}
SEES_2 = {"root": 200, "planner": 200, "leader": 200, "jlc": 404, "simt": 200, "sqi": 200, "pudong": 404, "admin": 403}


@pytest.mark.parametrize(("name", "status"), SEES_14.items())
def test_task_14(name, status):
    assert page(name, 14).status_code == status


@pytest.mark.parametrize(("name", "status"), SEES_2.items())
def test_task_2(name, status):
    assert page(name, 2).status_code == status


@pytest.mark.parametrize("path", ["/tasks/2023-99/", "/tasks/1999-01/", "/tasks/2023-5/", "/tasks/2023-005/"])
def test_what_does_not_exist(path):
    assert cast.signed_in(cast.person("planner")).get(path).status_code == 404


def test_pudong_sees_twelve():
    client = cast.signed_in(cast.person("pudong"))
    opened = [n for n in range(1, 18) if client.get(f"/tasks/2023-{n:02d}/").status_code == 200]
    assert opened == [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]


# ---- what it says ----


def test_light_facts_and_printed_text():
    Milestone.objects.filter(task=cast.task(14), position=1).update(state="done", done_on=TODAY)
    told = words(page("leader", 14))
    for part in (
        "14助力实现碳达峰碳中和",
        "黄灯",
        "7 个节点完成 1 个",
        "第一牵头部门市局计量处",
        "到期2023-12-31还有 199 天",
        "开展《上海市碳达峰碳中和标准计量体系建设实施方案》宣贯",
        "（四）强化计量支撑,提高核心竞争能力",
    ):
        assert part in told


def test_english():
    client = cast.signed_in(cast.person("leader"))
    client.cookies["language"] = "en"
    told = words(client.get("/tasks/2023-14/"))
    assert "0 of 7 milestones done" in told
    assert "Responsible units" in told
    assert not {"变更记录", "责任单位", "节点未完成"} & set(told.split())


def test_no_milestones_is_no_figure():
    Milestone.objects.filter(task=cast.task(14)).delete()
    response = page("planner", 14)
    assert response.context["task"].progress is None
    assert "进度— 尚无节点" in words(response)


def test_nothing_done_is_nought():
    response = page("planner", 14)
    assert response.context["task"].progress == 0
    assert "0%" in words(response)


def situation(**values) -> str:
    Milestone.objects.filter(task=cast.task(14), position=1).update(**values)
    row = html("leader", 14).split('<tr id="m1">')[1].split("</tr>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", row))


def test_milestones_in_every_situation():
    own = {"date_basis": "set_by_staff", "original_due_on": date(2023, 12, 31)}
    assert "2023-12-31 未定时限 节点未完成" in situation()
    assert "2023-06-20 计划管理员设定 还有 5 天" in situation(due_on=date(2023, 6, 20), **own)
    assert "2023-06-15 计划管理员设定 今天到期" in situation(due_on=TODAY, **own)
    assert "2023-05-10 计划管理员设定 逾期 36 天" in situation(due_on=date(2023, 5, 10), **own)
    assert "2023-05-10 计划管理员设定 节点完成 2023-05-09" in situation(state="done", done_on=date(2023, 5, 9))
    assert "备注：并入他项 " in situation(state="cancelled", done_on=None, note="并入他项")
    assert " 已取消 " in situation()


def test_a_date_that_was_moved_keeps_the_first():
    assert "（原定 2023-06-22 ）" in situation(
        due_on=date(2023, 7, 1), original_due_on=date(2023, 6, 22), date_basis="set_by_staff"
    )
    change(14, due_on=date(2024, 3, 31))
    assert "2024-03-31还有 290 天 （原定 2023-12-31）" in words(page("leader", 14))


def test_marks_lead_to_rows_of_this_page():
    content = html("leader", 14)
    assert re.findall(r'href="#(m\d+)"', content) == [f"m{n}" for n in range(1, 8)]
    assert re.findall(r'<tr id="(m\d+)"', content) == [f"m{n}" for n in range(1, 8)]


def test_words_of_the_state():
    jlc = cast.person("jlc")
    asked = {
        "closing_requested_by": jlc,
        "closing_requested_on": TODAY,
        "result": "全部完成",
        "state_note": "全部完成",
    }
    change(14, state="closing", **asked)
    told = words(page("leader", 14))
    assert "jlc 测试于 2023-06-15 申请办结。 完成情况：全部完成" in told
    assert told.count("全部完成") == 1 + told.split("变更记录")[1].count("全部完成")
    change(14, state="closed", closed_on=TODAY, state_note="同意")
    told = words(page("leader", 14))
    assert "备注：同意" in told
    assert "2023-06-15 办结" in told
    nobody = {"closing_requested_by": None, "closing_requested_on": None, "closed_on": None}
    change(14, state="in_progress", state_note="材料不全", **nobody)
    assert "上次状态变更说明：材料不全" in words(page("leader", 14))
    change(14, state="suspended", state_before="in_progress", state_since=TODAY, state_note="待文件")
    told = words(page("leader", 14)).split("变更记录")[0]
    assert told.count("待文件") == 1


# ---- units ----


def test_units_as_printed():
    told = words(page("leader", 1)).split("责任单位")[1].split("变更记录")[0]
    assert "市局计量处 第一牵头 须报送" in told
    assert "各区市场监管局 （16 个）" in told
    assert "各法定计量技术机构未指定成员，由牵头部门统报" in told
    assert "上海市计量协会等" in told


def test_an_empty_collective_owes_nothing():
    told = words(page("leader", 2)).split("责任单位")[1].split("变更记录")[0]
    assert told.count("须报送") == 2  # of four leads, two are collectives without members
    assert "配合部门 文件未列配合部门" in told


def test_where_every_lead_is_a_collective_the_planners_co_ordinate():
    task = cast.task(14)
    task.assignments.filter(role="lead").update(department=cast.unit("reference-laboratories"))
    told = words(page("leader", 14))
    assert "牵头部门均为集合单位，由计划管理人员统筹" in told
    assert "第一牵头 " not in told.split("责任单位")[1].split("变更记录")[0]


PARTS = {
    ("jlc", 14): "本单位是第一牵头部门，负责推进任务、勾选节点、申请办结，并报送任务总体进展。",
    ("sqi", 2): "本单位是牵头部门之一，须报送所承担工作的进展。",
    ("simt", 14): "本单位是配合部门，不要求报送，可以主动填报。",
    ("pudong", 14): "本单位属于“各区市场监管局”。 本单位是配合部门，不要求报送，可以主动填报。",
}


@pytest.mark.parametrize(("who", "sentence"), PARTS.items())
def test_what_the_readers_unit_has_to_do_with_it(who, sentence):
    assert sentence in words(page(*who))


@pytest.mark.parametrize("name", ["planner", "leader", "root"])
def test_others_are_not_told_of_a_part(name):
    assert page(name, 14).context["part"] is None


def test_a_part_that_was_switched():
    cast.task(14).assignments.filter(department=cast.unit("simt")).update(owes_report=True)
    assert "本单位是配合部门，须报送所承担工作的进展。" in words(page("simt", 14))
    cast.task(2).assignments.filter(department=cast.unit("sqi")).update(owes_report=False)
    assert "本单位是牵头部门之一，不要求报送，可以主动填报。" in words(page("sqi", 2))


# ---- buttons ----

IN_PROGRESS = {
    "planner": ["suspend*", "cancel*", "extension*", "request_closing", "edit", "report!"],
    "jlc": ["extension*", "request_closing", "report!"],
    "simt": ["report!"],
    "sqi": ["report!"],
    "pudong": ["report!"],
    "leader": ["directive!"],
    "root": ["suspend*", "cancel*", "extension*", "request_closing", "edit", "directive", "report!"],
}
MARKS = {"btn-quiet": "*", "btn-main": "!", "": ""}


def buttons(name: str, number: int = 14) -> list[str]:
    return [button.name + MARKS[button.look] for button in page(name, number).context["buttons"]]


@pytest.mark.parametrize(("name", "expected"), IN_PROGRESS.items())
def test_buttons_of_a_task_in_progress(name, expected):
    change(14, state="in_progress", state_since=TODAY)
    assert buttons(name) == expected


def test_buttons_follow_the_state():
    jlc = cast.person("jlc")
    asked = {"closing_requested_by": jlc, "closing_requested_on": TODAY, "result": "x"}
    assert buttons("planner") == ["suspend*", "cancel*", "extension*", "start", "edit", "report!"]
    change(14, state="closing", **asked)
    assert buttons("planner") == ["suspend*", "cancel*", "extension*", "return", "edit", "report", "close!"]
    assert buttons("jlc") == ["extension*", "withdraw_closing", "report!"]
    change(14, state="closed", closed_on=TODAY)
    assert buttons("planner") == ["reopen*", "edit"]
    assert buttons("jlc") == []
    change(14, state="suspended", closed_on=None, state_before="in_progress")
    assert buttons("planner") == ["edit", "resume!"]
    change(14, state="cancelled")
    assert buttons("planner") == ["edit", "restore!"]
    assert buttons("pudong") == []


def test_when_all_is_done_closing_is_the_next_step():
    task = change(14, state="in_progress")
    task.milestones.update(state="done", done_on=TODAY)
    assert buttons("jlc") == ["extension*", "report", "request_closing!"]


def test_buttons_lead_where_they_say():
    change(14, state="in_progress")
    content = html("jlc", 14)
    assert re.findall(r'<a class="btn (?:btn-main)?\s*" href="([^"]*)">([^<]*)</a>', content) == [
        ("/tasks/2023-14/moves/request_closing/", "申请办结"),
        ("/tasks/2023-14/report/", "填报进展"),
    ]


@pytest.mark.parametrize("name", ["planner", "jlc", "simt", "pudong", "leader", "root"])
def test_no_button_leads_to_a_refusal(name):
    """Every link of the page that writes opens, for whoever sees it."""
    task = change(14, state="in_progress")
    task.milestones.filter(position=1).update(state="done", done_on=TODAY)
    task.milestones.filter(position=2).update(state="cancelled", note="x")
    links = set(re.findall(r'href="(/tasks/2023-14/[^"#]+)"', html(name, 14)))
    client = cast.signed_in(cast.root() if name == "root" else cast.person(name))
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


STEPS = {
    "planner": [["reopen", "edit"], ["complete", "cancel", "edit"], ["restore", "edit"]],
    "jlc": [["reopen"], ["complete"], []],
    "simt": [[], [], []],
    "leader": [[], [], []],
    "root": [["reopen", "edit"], ["complete", "cancel", "edit"], ["restore", "edit"]],
}


@pytest.mark.parametrize(("name", "expected"), STEPS.items())
def test_what_can_be_done_to_a_done_an_open_and_a_cancelled_milestone(name, expected):
    task = change(14, state="in_progress")
    task.milestones.filter(position=1).update(state="done", done_on=TODAY)
    task.milestones.filter(position=3).update(state="cancelled", note="x")
    content = html(name, 14)
    rows = [content.split(f'<tr id="m{n}">')[1].split("</tr>")[0] for n in (1, 2, 3)]
    found = [re.findall(r'href="/tasks/2023-14/milestones/\d+/(\w*)/?"', row) for row in rows]
    assert [[name or "edit" for name in names] for names in found] == expected


@pytest.mark.parametrize("state", ["closed", "suspended", "cancelled"])
def test_nothing_is_ticked_on_a_task_that_is_not_worked_on(state):
    before = {"state_before": "in_progress"} if state != "closed" else {"closed_on": TODAY}
    jlc = cast.person("jlc")
    change(14, state=state, closing_requested_by=jlc, closing_requested_on=TODAY, result="x", **before)
    assert [line.steps for line in page("jlc", 14).context["milestones"]] == [[]] * 7
    assert "勾选完成" not in html("planner", 14)


@pytest.mark.parametrize(("name", "links"), [("planner", 11), ("jlc", 0), ("leader", 0), ("simt", 0), ("root", 11)])
def test_units_are_kept_by_planners(name, links):
    assert len(re.findall(r'href="/tasks/2023-14/units/', html(name, 14))) == links


@pytest.mark.parametrize(("name", "links"), [("planner", 1), ("jlc", 0), ("leader", 0), ("simt", 0), ("root", 1)])
def test_milestones_are_added_by_planners(name, links):
    assert len(re.findall(r'href="/tasks/2023-14/milestones/add/"', html(name, 14))) == links


# ---- reports ----

ALL = ["baosteel", "jlc", "pudong", "simt"]
# account: (drafts, those it may go on with, sent)
REPORTS = {
    "planner": (["报 baosteel 草稿", "报 jlc 草稿"], ["报 baosteel 草稿", "报 jlc 草稿"], ALL),
    "jlc": (["报 baosteel 草稿", "报 jlc 草稿"], ["报 baosteel 草稿", "报 jlc 草稿"], ALL),
    "leader": ([], [], ALL),
    "simt": (["报 simt 草稿"], ["报 simt 草稿"], ["jlc", "simt"]),
    "sqi": ([], [], ["jlc"]),
    "pudong": (["报 pudong 草稿"], ["报 pudong 草稿"], ["jlc", "pudong"]),
    "xuhui": ([], [], ["jlc"]),
}


@pytest.fixture
def reported(db):
    for code in ("jlc", "simt", "pudong", "baosteel"):
        report(14, code, f"报 {code}", filled_in=code == "baosteel")
        report(14, code, f"报 {code} 草稿", sent=False, filled_in=code == "baosteel")


@pytest.mark.parametrize(("name", "expected"), REPORTS.items())
def test_reports(reported, name, expected):
    drafts, going_on, sent = expected
    context = page(name, 14).context
    assert sorted(one.report.progress_text for one in context["drafts"]) == drafts
    assert sorted(one.report.progress_text for one in context["drafts"] if one.goes_on) == going_on
    assert sorted(one.report.department.code for one in context["reports"]) == sent


@pytest.mark.parametrize("name", REPORTS)
def test_drafts_of_others_stand_nowhere_on_the_page(reported, name):
    """Not in the reports, nor in the history, nor in its count: two events fewer for each draft not seen."""
    drafts, _going_on, sent = REPORTS[name]
    response = page(name, 14)
    content = response.content.decode()
    assert {code for code in ("jlc", "simt", "pudong", "baosteel") if f"报 {code} 草稿" in content} == set()
    assert response.context["changes"] == 18 + len(drafts) + len(sent)
    assert content.count("草稿</span>") == len(drafts)


def test_a_units_own_draft_and_one_filled_in_for_it():
    report(14, "simt", "自己的", sent=False)
    report(14, "simt", "代填的", sent=False, filled_in=True)
    found = {one.report.progress_text: one.goes_on for one in page("simt", 14).context["drafts"]}
    assert found == {"自己的": True, "代填的": False}


def test_reports_of_a_closed_task_stay_but_nobody_goes_on():
    report(14, "simt", "自己的", sent=False)
    change(14, state="suspended", state_before="in_progress", state_note="x", state_since=TODAY)
    assert [one.goes_on for one in page("simt", 14).context["drafts"]] == [False]
    assert "继续填报" not in html("simt", 14)


def test_marks_of_reports():
    report(14, "jlc", "牵头的话")
    report(14, "baosteel", "代填的话", filled_in=True)
    articles = re.findall(r'<article class="say">.*?</article>', html("leader", 14), re.DOTALL)
    texts = [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", article)) for article in articles]
    assert ["第一牵头部门" in text for text in texts] == [False, True]
    assert ["由市局计量处代填" in text for text in texts] == [True, False]
    assert "自评：达序时" in texts[0]


def test_the_newest_stand_open_the_others_fold():
    for n in range(8):
        report(14, "jlc", f"第 {n} 份", day=TODAY - timedelta(days=n))
    context = page("leader", 14).context
    assert [one.report.progress_text for one in context["reports"]] == [f"第 {n} 份" for n in range(5)]
    assert [one.report.progress_text for one in context["earlier"]] == [f"第 {n} 份" for n in range(5, 8)]
    assert "更早的报送（3 份）" in html("leader", 14)


def test_nothing_reported():
    assert "还没有进展报送" in html("leader", 14)


# ---- history ----


def test_the_newest_six_changes():
    response = page("leader", 14)
    assert response.context["changes"] == 18
    assert sum(len(entry.changes) for entry in response.context["entries"]) == 6
    assert "全部 18 条" in response.content.decode()


def test_a_tick_stands_in_the_history_at_once():
    change(14, state="in_progress")
    client = cast.signed_in(cast.person("jlc"))
    milestone = cast.task(14).milestones.get(position=2)
    form = {"version": milestone.version, "done_on": "2023-06-10", "note": ""}
    client.post(f"/tasks/2023-14/milestones/{milestone.pk}/complete/", form, REMOTE_ADDR="10.9.8.7")
    for name in ("jlc", "leader", "pudong"):
        told = words(page(name, 14)).split("变更记录")[1]
        assert "jlc 测试 勾选节点 2 完成（2023-06-10）" in told
        assert "10.9.8.7" not in html(name, 14)


# ---- hostile and long ----


def test_everything_is_escaped():
    task = change(14, title=HOSTILE, state_note=HOSTILE, state="in_progress", result=HOSTILE)
    task.milestones.filter(position=1).update(title=HOSTILE, note=HOSTILE)
    task.assignments.filter(position=3).update(printed_as=HOSTILE)
    report(14, "jlc", HOSTILE, problems=HOSTILE, next_steps=HOSTILE)
    unit = cast.unit("jlc")
    unit.contact_name, unit.contact_phone, unit.short_name = HOSTILE, '"><u>', "'\"<i>"
    unit.save()
    for name in ("planner", "jlc", "leader"):
        content = html(name, 14)
        assert "<script>alert" not in content
        assert '"><u>' not in content
        assert "'\"<i>" not in content
        assert "&lt;script&gt;alert(1)" in content


def test_long_titles_and_texts():
    task = change(14, title="长" * 200)
    task.milestones.filter(position=1).update(title="长" * 200, note="文" * 5000)
    report(14, "jlc", "文" * 5000)
    content = html("leader", 14)
    assert f'<span class="no">14</span>{"长" * 200}' in content
    assert content.count("文" * 5000) == 3  # note, report; the history unfolds the note


# ---- cost ----


def queries(name: str) -> int:
    client = cast.signed_in(cast.person(name))
    client.get("/tasks/2023-14/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/tasks/2023-14/").status_code == 200
    return len(captured)


@pytest.mark.parametrize(("name", "expected"), [("planner", 12), ("jlc", 11), ("pudong", 11), ("leader", 10)])
def test_queries_do_not_grow_with_rows(name, expected):
    task = cast.task(14)
    Milestone.objects.filter(task=task, position__gt=1).delete()
    task.assignments.filter(role="support").exclude(department__code__in=["districts", "simt"]).delete()
    report(14, "jlc", "一", problems="无")
    report(14, "simt", "草稿", sent=False)
    few = queries(name)
    for n in (2, 3):
        factories.milestone(task, position=n)
        members = (factories.department(), factories.department())
        factories.assignment(task, factories.collective(members=members), "support", 20 + n)
        report(14, "jlc", f"{n}")
        Task.objects.filter(pk=task.pk).update(title=f"{n}")
    assert (few, queries(name)) == (expected, expected)


def test_a_long_history_is_not_counted():
    for n in range(50):
        Task.objects.filter(number=14, plan__code="2023").update(title=f"第 {n} 稿")
    assert queries("planner") == 12
    assert "全部变更" in html("planner", 14)
