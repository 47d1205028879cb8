"""The audit in the API: who reads which entries, what stands in them, and that nothing leaks through counts."""

from datetime import date

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import CalendarDay, Membership, User
from departments.models.token import issue
from tasks.actions import imports, milestones, reports
from tasks.models import Assignment, Milestone, Plan, Report, Task
from tests import cast, factories
from tests.api import loop
from tests.api.calls import ask, call, errors, get
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

HOST = "http://testserver/api/v1"
SECRET = "秘密草稿"


def entries(user, query: str = "") -> list[dict]:
    return get(user, f"changes/?limit=1000&{query}")["results"]


def kinds(user) -> set[str]:
    return {entry["kind"]["value"] for entry in entries(user)}


def _after(entry: dict) -> dict[str, str]:
    return {each["field"]: each["after"] for each in entry["differences"]}


def reports_of(user) -> list[tuple]:
    return [(entry["action"]["value"], _after(entry).get("progress_text")) for entry in entries(user, "kind=report")]


# ---- one entry ----


def test_an_entry_field_by_field(planner, jlc):
    row = cast.task(5).milestones.first()
    with pghistory.context(user=jlc.pk, address="10.1.2.3", request="secret-request"):
        milestones.complete(row, by=jlc, today=TODAY)
    [entry] = [
        one for one in entries(planner, f"kind=milestone&object={row.pk}") if one["action"]["value"] == "update"
    ]
    assert entry.pop("at").endswith("+08:00")
    assert entry.pop("id").startswith("milestone-")
    title = cast.task(5).title
    assert entry == {
        "kind": {"value": "milestone", "label": "milestone"},
        "action": {"value": "update", "label": "changed"},
        "object": {
            "id": row.pk,
            "url": f"{HOST}/milestones/{row.pk}/",
            "display": f"5 {title} · {row.title}",
        },
        "task": {"id": row.task_id, "url": f"{HOST}/tasks/2023-05/", "display": f"5 {title}", "number": 5},
        "user": {"id": jlc.pk, "url": None, "display": jlc.name},
        "differences": [
            {"field": "state", "label": "state", "before": "open", "after": "done"},
            {"field": "done_on", "label": "done on", "before": "", "after": "2023-06-15"},
        ],
    }


def test_nobody_sees_addresses(planner, admin):
    with pghistory.context(user=planner.pk, address="10.1.2.3", request="secret-request"):
        Task.objects.filter(number=5).update(title="x")
        cast.unit("pudong").aliases.create(name="浦东局")
    for user in (planner, admin):
        text = call(user, "GET", "changes/?limit=1000").text
        assert "10.1.2.3" not in text
        assert "secret-request" not in text


def test_without_a_user(planner):
    Task.objects.filter(number=5).update(title="x")
    assert entries(planner, "kind=task")[0]["user"] is None


@pytest.mark.parametrize("context", [{"user": "a command"}, {"user": 10**30}, {"user": None}, {"user": -1}, {}])
def test_a_context_written_by_somebody_else(context, planner):
    with pghistory.context(**context):
        Task.objects.filter(number=5).update(title="x")
    assert entries(planner, "kind=task")[0]["user"] is None
    assert get(planner, f"changes/?user={planner.pk}")["count"] == 0


def test_where_it_leads(planner, admin, jlc):
    task = cast.task(5)
    row = task.assignments.get(role="support", position=2)
    report = factories.report(task, cast.unit("jlc"), jlc, date(2023, 6, 1))
    Plan.objects.update(title="新")
    urls = {(one["kind"]["value"], one["object"]["id"]): one["object"]["url"] for one in entries(planner)}
    assert urls["plan", task.plan_id] == f"{HOST}/plans/2023/"
    assert urls["group", task.group_id] == f"{HOST}/groups/{task.group_id}/"
    assert urls["task", task.pk] == f"{HOST}/tasks/2023-05/"
    assert urls["assignment", row.pk] == f"{HOST}/assignments/{row.pk}/"
    assert urls["report", report.pk] == f"{HOST}/reports/{report.pk}/"
    for url in set(urls.values()):
        if url and "milestones" not in url:
            assert call(planner, "GET", url.removeprefix("http://testserver")).status_code == 200
    pk = row.pk
    row.delete()
    gone = entries(planner, f"kind=assignment&object={pk}")
    assert [(one["action"]["value"], one["object"]["url"]) for one in gone] == [("delete", None), ("insert", None)]
    assert {one["field"]: (one["before"], one["after"]) for one in gone[0]["differences"]}["printed_as"] == (
        row.printed_as, "",
    )  # fmt: skip
    urls = {(one["kind"]["value"], one["object"]["id"]): one["object"]["url"] for one in entries(admin)}
    assert urls["department", cast.unit("pudong").pk] == f"{HOST}/departments/pudong/"
    assert urls["account", admin.pk] is None


# ---- who reads which ----


def test_kinds(everyone):
    plan, keeping = (
        {"plan", "group", "task", "assignment", "milestone", "period"},
        {"department", "alias", "membership", "account"},
    )
    for name, user in everyone.items():
        expected = keeping if name == "admin" else plan | keeping if name == "root" else plan
        assert kinds(user) == expected, name


def test_tokens_are_in_the_audit_without_their_secret(admin, planner):
    token, text = issue(planner, "台账系统", read_only=True, days=3)
    token.delete()
    told = entries(admin, "kind=token")
    assert [one["action"]["value"] for one in told] == ["delete", "insert"]
    assert {d["field"] for d in told[1]["differences"]} == {"user", "id", "name", "read_only", "expiry", "created"} - {
        "id"
    }
    body = call(admin, "GET", "changes/?kind=token").text
    assert [secret in body for secret in (text, text[:15], token.digest)] == [False] * 3


def test_administrators_read_nothing_of_plans_and_others_nothing_of_accounts(admin, planner, leader, pudong):
    assert errors(call(admin, "GET", "changes/?kind=task")) == [("kind", "invalid")]
    for user in (planner, leader, pudong):
        for kind in ("department", "alias", "membership", "account", "token"):
            assert errors(call(user, "GET", f"changes/?kind={kind}")) == [("kind", "invalid")]


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("pudong", {1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17}),
        ("simt", {2, 6, 7, 10, 11, 14, 17}),
        ("leader", set(range(1, 18))),
    ],
)
def test_only_of_the_tasks_one_sees(username, seen):
    user = cast.person(username)
    Milestone.objects.update(note="geändert")
    body = get(user, "changes/?limit=1000")
    assert {one["task"]["number"] for one in body["results"] if one["task"]} == seen
    assert body["count"] == len(body["results"])
    hidden = Task.objects.exclude(number__in=seen).first()
    if hidden:
        assert get(user, f"changes/?task={hidden.pk}")["count"] == 0
        assert get(user, f"changes/?kind=task&object={hidden.pk}")["count"] == 0
        own = "&".join(f"kind={kind}" for kind in ("task", "milestone", "assignment", "report"))
        assert hidden.title not in call(user, "GET", f"changes/?limit=1000&{own}").text  # the published text is public


def test_who_leaves_the_collective_reads_no_more_of_it(pudong):
    assert get(pudong, "changes/?kind=task")["count"] == 12
    Membership.objects.filter(member__code="pudong").delete()
    assert get(pudong, "changes/?kind=task")["count"] == 0


def test_an_event_that_copies_a_draft_is_a_draft(everyone, pudong, leader):
    """浦东 writes on task 6, which 计量处 co-ordinates: a draft, changed twice, then sent, then corrected by hand."""
    task = cast.task(6)
    fields = {"assessment": "on_schedule", "progress_text": f"{SECRET}一"}
    draft = reports.save_draft(task, cast.unit("pudong"), by=pudong, fields=fields)
    reports.save_draft(task, cast.unit("pudong"), by=pudong, fields={"progress_text": f"{SECRET}二"}, report=draft)
    others = {name: user for name, user in everyone.items() if name not in ("pudong", "root")}
    for name, user in others.items():
        assert name == "admin" or reports_of(user) == []
        assert SECRET not in call(user, "GET", "changes/?limit=1000").text
    assert [text for _action, text in reports_of(pudong)] == [f"{SECRET}二", f"{SECRET}一"]
    reports.submit(task, cast.unit("pudong"), by=pudong, today=TODAY, fields={"progress_text": "已发出"}, report=draft)
    for name in ("planner", "planner2", "leader", "jlc"):
        assert reports_of(everyone[name]) == [("update", "已发出")]
        assert SECRET not in call(everyone[name], "GET", "changes/?limit=1000").text
    for name in ("simt", "sqi", "xuhui"):
        assert reports_of(everyone[name]) == []
    assert len(reports_of(pudong)) == len(reports_of(everyone["root"])) == 3
    Report.objects.filter(pk=draft.pk).update(progress_text="已更正")
    [newest, _older] = entries(leader, "kind=report")
    assert [(d["before"], d["after"]) for d in newest["differences"]] == [("已发出", "已更正")]


def test_a_report_made_a_draft_again_hides_the_draft_and_keeps_what_was_sent(leader, pudong):
    row = factories.report(cast.task(6), cast.unit("pudong"), pudong, TODAY, progress_text="已发出")
    Report.objects.filter(pk=row.pk).update(
        state="draft", reported_on=None, submitted_at=None, progress_text=SECRET
    )  # fmt: skip
    assert reports_of(leader) == [("insert", "已发出")]
    Report.objects.filter(pk=row.pk).delete()
    assert reports_of(leader) == [("insert", "已发出")]
    assert SECRET not in call(leader, "GET", "changes/").text


def test_drafts_filled_in_are_the_planners(planner, planner2, simt, leader):
    body = {"task": cast.task(2).pk, "department": cast.unit("simt").pk, "progress_text": SECRET}
    assert call(planner, "POST", "reports/", body).status_code == 201
    assert [len(reports_of(user)) for user in (planner, planner2, simt, leader)] == [1, 1, 1, 0]


def test_a_plan_in_preparation_is_for_those_who_prepare_it(planner, leader, pudong):
    plan = factories.plan(is_active=False, title=SECRET)
    factories.task(plan, leads=(cast.unit("pudong"),), title=SECRET)
    assert [SECRET in call(user, "GET", "changes/").text for user in (planner, leader, pudong)] == [True, True, False]
    Plan.objects.filter(pk=plan.pk).update(is_active=True, title="公开的标题")
    [entry] = entries(pudong, f"kind=plan&object={plan.pk}")
    assert {d["field"]: d["before"] for d in entry["differences"]}["title"] == ""
    assert {d["field"]: d["after"] for d in entry["differences"]}["title"] == "公开的标题"


def test_usernames_are_for_those_who_keep_accounts(planner, admin, jlc):
    Task.objects.filter(number=5).update(
        state="closing", result="好", closing_requested_by=jlc, closing_requested_on=TODAY
    )
    User.objects.filter(pk=jlc.pk).update(name="新名字")
    changed = entries(planner, f"kind=task&object={cast.task(5).pk}")[0]
    assert {d["field"]: d["after"] for d in changed["differences"]}["closing_requested_by"] == "新名字"


def test_page_and_api_tell_the_same(planner, simt, pudong):
    """The history of a task on its page and the entries of the task in the API."""
    task = cast.task(6)
    milestones.complete(task.milestones.first(), by=planner, today=TODAY)
    factories.report(task, cast.unit("pudong"), pudong, TODAY)
    draft = factories.report(task, cast.unit("pudong"), pudong)
    Report.objects.filter(pk=draft.pk).update(progress_text=SECRET)
    for user, count in ((planner, 1), (simt, 0), (pudong, 3)):
        told = [one for one in entries(user, f"task={task.pk}") if one["kind"]["value"] == "report"]
        page = cast.signed_in(user).get("/tasks/2023-06/history/").text
        assert len(told) == count
        assert (SECRET in page) == (SECRET in str(told)) == (user is pudong)


# ---- filters ----


def test_filters(planner, jlc):
    task, other = cast.task(5), cast.task(6)
    before = get(planner, "changes/")["count"]
    with pghistory.context(user=jlc.pk):
        Milestone.objects.filter(task=task).update(note="x")
        Task.objects.filter(pk=other.pk).update(title="x")
    changed = task.milestones.count()
    assert get(planner, "changes/")["count"] == before + changed + 1
    assert get(planner, f"changes/?user={jlc.pk}")["count"] == changed + 1
    assert get(planner, f"changes/?user={jlc.pk}&user={planner.pk}&task={task.pk}")["count"] == changed
    assert (
        get(planner, f"changes/?user={jlc.pk}&kind=task&kind=milestone&task={task.pk}&task={other.pk}")["count"]
        == changed + 1
    )
    assert get(planner, f"changes/?kind=task&object={other.pk}&user={jlc.pk}")["count"] == 1
    assert get(planner, f"changes/?kind=plan&task={task.pk}")["count"] == 0
    assert get(planner, "changes/?since=9999-12-31T23:59:59%2B08:00")["count"] == 0
    assert get(planner, "changes/?until=0001-01-02T00:00:00")["count"] == 0
    at = entries(planner, "kind=task")[0]["at"].replace("+", "%2B")
    assert get(planner, f"changes/?kind=task&object={other.pk}&since={at}")["count"] >= 1
    assert get(planner, f"changes/?kind=task&until={at}")["count"] < get(planner, "changes/?kind=task")["count"]


def test_queries_do_not_grow(planner, admin):
    def cost(user, query: str) -> int:
        client = cast.signed_in(user)
        with CaptureQueriesContext(connection) as captured:
            assert ask(client, "GET", f"changes/?{query}").status_code == 200
        return len(captured)

    Milestone.objects.update(note="x")
    Assignment.objects.update(owes_report=False)
    Plan.objects.update(title="x")
    assert (
        cost(planner, "limit=1000")
        == cost(planner, "limit=1000&kind=plan&kind=group&kind=task&kind=assignment&kind=milestone")
        <= 12
    )
    assert cost(planner, "kind=milestone&limit=1") == cost(planner, "kind=milestone&limit=3") <= 9
    assert cost(admin, "limit=1000") <= 9


# ---- the reporting loop ----

LOOP = ["period", "standing", "evidence", "reminder", "letter", "extension", "directive"]


def test_the_loop_is_in_the_audit_of_those_who_read_its_rows(everyone):
    loop.rows(cast.task(4))
    seen = {kind: {name for name, user in everyone.items() if _has(user, kind)} for kind in LOOP}
    business = {"planner", "planner2", "leader", "jlc", "pudong", "xuhui", "simt", "sqi", "root"}
    of_task_4 = {"planner", "planner2", "leader", "jlc", "root"}
    assert seen == {
        "period": business,
        "standing": business,
        "evidence": {"pudong", "root"},  # a draft's
        "reminder": {"planner", "planner2", "leader", "pudong", "root"},
        "letter": {"planner", "planner2", "pudong", "root"},
        "extension": of_task_4,
        "directive": of_task_4,
    }


def test_exports_are_in_the_audit_of_their_owner_alone(everyone):
    export = factories.export(everyone["pudong"], cast.plan(), query="q=秘密")
    assert {name for name, user in everyone.items() if _has(user, "export")} == {"pudong"}
    [change] = get(everyone["pudong"], "changes/?kind=export")["results"]
    assert change["object"]["url"] == f"{HOST}/exports/{export.pk}/"
    assert get(everyone["pudong"], f"exports/{export.pk}/")["query"] == "q=秘密"


def test_imports_are_in_the_audit_of_planners_alone(everyone):
    row = imports.begin("2024年工作要点\n1.做事。（责任单位：甲局）", by=everyone["planner"], name="要点.docx")
    assert {name for name, user in everyone.items() if _has(user, "import")} == {"planner", "planner2", "root"}
    [change] = get(everyone["planner2"], "changes/?kind=import")["results"]
    assert change["object"] == {"id": row.pk, "url": f"{HOST}/imports/{row.pk}/", "display": "要点.docx"}
    assert {each["field"] for each in change["differences"]} & {"text", "reading"} == set()


def _has(user, kind: str) -> bool:
    response = call(user, "GET", f"changes/?kind={kind}")
    return response.status_code == 200 and response.json()["count"] > 0


def test_rows_of_the_loop_are_led_to(root):
    made = loop.rows(cast.task(4))
    for kind, resource in (("period", "periods"), ("extension", "extensions"), ("directive", "directives")):
        [newest, *_rest] = get(root, f"changes/?kind={kind}&object={made[kind]}")["results"]
        assert newest["object"]["url"] == f"{HOST}/{resource}/{made[kind]}/"
        assert get(root, newest["object"]["url"].removeprefix("http://testserver"))["id"] == made[kind]
    assert get(root, "changes/?kind=letter")["results"][0]["object"]["url"] is None


def test_days_off_are_in_the_audit_of_administrators(admin, planner):
    CalendarDay.objects.create(day="2027-06-25", note="临时放假")
    [entry] = entries(admin, "kind=calendar_day")
    assert {d["field"]: d["after"] for d in entry["differences"]}["note"] == "临时放假"
    assert errors(call(planner, "GET", "changes/?kind=calendar_day")) == [("kind", "invalid")]
