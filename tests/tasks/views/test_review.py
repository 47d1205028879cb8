"""The planner's queue, the page of a report, and the forms by which people ask of one another."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.actions import directives, milestones, reports
from tasks.models import Assignment, Directive, ExtensionRequest, Milestone, Report, Task
from tests import cast, factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def one_lock_after_the_other(settings):
    """Each report of many is reviewed, each milestone settled, in a step of its own."""
    rows = ("Task", "Report", "ReportingPeriod", "Milestone")
    settings.ZEAL_ALLOWLIST = [{"model": f"tasks.{name}", "field": "get()"} for name in rows]


def sent(number: int = 4, code: str = "jlc", author: str = "", state: str = "submitted", **fields) -> Report:
    unit, by = cast.unit(code), cast.person(author or code)
    period = cast.quarter(fields.pop("quarter", 2))
    return factories.owed(period, cast.task(number), unit, state, by, TODAY, **fields)


def client(name: str):
    return cast.signed_in(cast.root() if name == "root" else cast.person(name))


def words(response) -> str:
    main = response.content.decode().split('<main id="main"')[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", main))


def listed(response) -> list[int]:
    return [row.report.pk for row in response.context["rows"]]


def post(name: str, *rows: Report, **data):
    versions = {f"v{row.pk}": row.version for row in rows}
    picked = {} if "picked" in data and data.pop("picked") is None else {"pick": [row.pk for row in rows]}
    return client(name).post("/review/", picked | versions | data)


def states(*rows: Report) -> list[str]:
    return [Report.objects.get(pk=row.pk).state for row in rows]


# ---- the queue ----


def test_nothing_waits():
    assert "没有待审核的报送" in words(client("planner").get("/review/"))


def test_what_waits_the_oldest_first_and_nothing_else():
    one, two = sent(4), sent(5)
    sent(6, state="due")
    sent(7, state="draft", progress_text="草稿里的话")
    sent(8, state="accepted", reviewer=cast.person("planner2"))
    factories.report(cast.task(9), cast.unit("jlc"), cast.person("jlc"), TODAY)  # between periods
    response = client("planner").get("/review/")
    assert listed(response) == [one.pk, two.pk]
    assert "草稿里的话" not in words(response)


def test_accepted_together_one_refused():
    good, drawn, _other = sent(4), sent(5), sent(6)
    reports.withdraw(drawn, by=cast.person("jlc"), version=drawn.version)
    response = post("planner", good, drawn, accept="", note="原话")
    assert response.status_code == 409
    assert "市局计量处，5 深化计量许可改革：报送单位此间已撤回。" in words(response)
    assert states(good, drawn) == ["accepted", "draft"]
    assert ">原话</textarea>" in response.text


def test_one_by_its_own_button_whatever_is_ticked():
    one, two = sent(4), sent(5)
    response = post("planner", one, two, accept=str(two.pk))
    assert (response.status_code, states(one, two)) == (302, ["submitted", "accepted"])


def test_returned_needs_a_reason_and_keeps_the_ticks():
    row = sent()
    response = post("planner", row, **{"return": "", "note": "  "})
    assert (response.status_code, states(row)) == (422, ["submitted"])
    assert [line.is_ticked for line in response.context["rows"]] == [True]
    assert post("planner", row, **{"return": "", "note": HOSTILE}).status_code == 302
    assert Report.objects.get(pk=row.pk).review_note == HOSTILE


def test_a_version_from_before_is_refused_and_stays_ticked():
    row = sent()
    Report.objects.filter(pk=row.pk).update(progress_text="改过的话")
    response = post("planner", row, accept="")
    assert (response.status_code, states(row)) == (409, ["submitted"])
    [line] = response.context["rows"]
    assert (line.refusal, line.is_ticked) == ("此间内容有改动，请再看一遍。", True)
    assert "改过的话" in words(response)


def test_his_own_is_not_offered_and_refused():
    row = sent(author="planner")
    response = client("planner").get("/review/")
    assert f'value="{row.pk}"' not in response.text
    assert post("planner", row, accept="").status_code == 409
    assert states(row) == ["submitted"]
    assert post("planner2", row, accept="").status_code == 302


@pytest.mark.parametrize("pick", ["", "abc", "-1", "0", "99999999999999999999", "1; DROP TABLE", "１"])
def test_hostile_picks(pick):
    row = sent()
    response = client("planner").post("/review/", {"pick": pick, f"v{row.pk}": "x", "accept": pick})
    assert (response.status_code, states(row)) == (422, ["submitted"])


def test_a_draft_picked_by_its_number_shows_no_words():
    row = sent(code="pudong", number=6, state="draft", progress_text="浦东的草稿")
    response = post("planner", row, accept="")
    assert (response.status_code, states(row)) == (409, ["draft"])
    assert "浦东的草稿" not in response.text


def test_filters():
    one, two = sent(4), sent(6, "pudong")
    page = client("planner")
    assert listed(page.get("/review/?unit=pudong")) == [two.pk]
    assert listed(page.get("/review/?task=2023-04")) == [one.pk]
    assert listed(page.get("/review/?period=2023-04-01")) == [one.pk, two.pk]
    for nothing in ("unit=xuhui", "task=2023-04x", "period=abc", "unit=%00", "task=1&unit=jlc"):
        response = page.get(f"/review/?{nothing}")
        assert (response.status_code, listed(response)) == (200, [])
        assert "没有符合筛选条件的待审报送。" in words(response)


def test_the_same_words_as_last_time_are_marked():
    sent(quarter=1, state="accepted", reviewer=cast.person("planner2"), progress_text="会议已经召开，方案已经印发。")
    sent(progress_text="会议已经召开，方案已经印发！")
    sent(5, progress_text="另外的话")
    assert [row.says_the_same for row in client("planner").get("/review/").context["rows"]] == [True, False]


def test_hostile_words_are_words():
    sent(
        progress_text=HOSTILE,
        problems=HOSTILE,
        next_steps=HOSTILE,
        review_note=HOSTILE,
        reviewer=cast.person("planner2"),
    )
    assert HOSTILE not in client("planner").get("/review/").text


def test_queries_do_not_grow_with_the_queue():
    page = client("planner")
    counts = []
    for numbers in ((4,), (5, 6)):
        for number in numbers:
            sent(number)
        page.get("/review/")
        with CaptureQueriesContext(connection) as captured:
            page.get("/review/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


# ---- one report ----

READS = {
    "draft": {"planner": 404, "leader": 404, "jlc": 404, "pudong": 200, "xuhui": 404, "simt": 404, "root": 200},
    "submitted": {"planner": 200, "leader": 200, "jlc": 200, "pudong": 200, "xuhui": 404, "simt": 404, "root": 200},
    "due": {"planner": 200, "leader": 200, "jlc": 200, "pudong": 200, "xuhui": 404, "simt": 404, "root": 200},
}


@pytest.mark.parametrize(("state", "name"), [(state, name) for state, who in READS.items() for name in who])
def test_who_reads_a_report(state, name):
    row = sent(6, "pudong", state=state)
    assert client(name).get(f"/reports/{row.pk}/").status_code == READS[state][name]


OFFERS = {
    ("planner", "submitted"): {"may_accept", "may_return"},
    ("pudong", "submitted"): {"may_withdraw"},
    ("pudong", "due"): {"may_edit"},
    ("pudong", "returned"): {"may_edit"},
    ("pudong", "accepted"): set(),
    ("jlc", "submitted"): set(),
    ("leader", "submitted"): set(),
}


@pytest.mark.parametrize(("name", "state"), OFFERS)
def test_buttons_by_state_and_person(name, state):
    reviewed = {"reviewer": cast.person("planner2")} if state in {"returned", "accepted"} else {}
    context = client(name).get(f"/reports/{sent(6, 'pudong', state=state, **reviewed).pk}/").context
    offered = {key for key in ("may_accept", "may_return", "may_edit", "may_withdraw") if context[key]}
    assert offered == OFFERS[name, state]


def test_a_unit_that_left_reads_its_past_without_a_link():
    row = sent(6, "pudong")
    Assignment.objects.filter(task=cast.task(6), department__code="districts").delete()
    response = client("pudong").get(f"/reports/{row.pk}/")
    assert (response.status_code, "/tasks/2023-06/" in response.text) == (200, False)


def test_accepting_from_the_page_and_too_late():
    row, page = sent(), client("planner")
    stale = page.post(f"/reports/{row.pk}/return/", {"version": row.version + 1, "note": "请补充"})
    assert stale.status_code == 409
    assert "请补充</textarea>" in stale.text
    assert page.post(f"/reports/{row.pk}/accept/", {"version": row.version}).status_code == 302
    late = client("planner2").post(f"/reports/{row.pk}/return/", {"version": row.version, "note": "请补充"})
    assert (late.status_code, states(row)) == (409, ["accepted"])
    assert "此间已被审核：已审。" in words(late)


# ---- extensions, directives, asking, closing ----


def test_an_extension_from_asking_to_the_count():
    ask = {"new_due_on": "2024-03-31", "reason": HOSTILE, "progress": "方案已报", "version": cast.task(14).version}
    assert client("jlc").post("/tasks/2023-14/extension/", ask).status_code == 302
    asked = ExtensionRequest.objects.get()
    for name, seen in {"planner": True, "leader": True, "jlc": True, "pudong": False}.items():
        response = client(name).get("/tasks/2023-14/")
        assert ("2024-03-31" in words(response)) == seen
        assert HOSTILE not in response.text
    decided = {"decision": "grant", "note": "同意", "version": asked.version}
    assert client("planner").post(f"/extensions/{asked.pk}/decide/", decided).status_code == 302
    told = words(client("pudong").get("/tasks/2023-14/"))
    assert "到期2024-03-31 延×1" in told
    assert "（原定 2023-12-31）" in told
    assert "方案已报" not in told


def test_an_extension_of_what_changed_meanwhile_keeps_what_was_typed():
    old = cast.task(14).version
    Task.objects.filter(pk=cast.task(14).pk).update(title="改过")
    ask = {"new_due_on": "2024-03-31", "reason": "原话", "progress": "方案已报", "version": old}
    response = client("jlc").post("/tasks/2023-14/extension/", ask)
    assert response.status_code == 409
    assert "原话</textarea>" in response.text
    assert f'name="version" value="{old + 1}"' in response.text


@pytest.mark.parametrize("position", ["99", "0", "-1", "x", "１", "99999999999999999999"])
def test_no_such_milestone(position):
    assert client("jlc").get(f"/tasks/2023-14/extension/?milestone={position}").status_code == 404


def test_a_directive_and_its_answer_and_who_reads_them():
    assert (
        client("leader").post("/tasks/2023-14/directives/add/", {"text": "请抓紧。", "version": 0}).status_code == 302
    )
    given = Directive.objects.get()
    for name, seen in {"planner": True, "leader": True, "jlc": True, "pudong": False}.items():
        assert ("请抓紧。" in words(client(name).get("/tasks/2023-14/"))) == seen
    assert client("pudong").get(f"/directives/{given.pk}/answer/").status_code == 404
    answer = {"answer": "已部署。", "version": given.version}
    assert client("jlc").post(f"/directives/{given.pk}/answer/", answer).status_code == 302
    assert "已部署。" in words(client("leader").get("/tasks/2023-14/"))
    assert "已部署。" not in words(client("pudong").get("/tasks/2023-14/"))
    with pytest.raises(Exception, match="答复"):
        directives.answer(given, by=cast.person("planner"), today=TODAY, answer="x")


def supports(number: int = 14) -> dict[str, Assignment]:
    found = Assignment.objects.filter(task=cast.task(number), role="support").select_related("department")
    return {row.department.code: row for row in found}


def test_a_whole_kind_by_one_button():
    rows = supports()
    version = cast.task(14).version
    sent_in = {"version": version, f"a{rows['simt'].pk}": "on", "ask": "enterprise"}
    assert client("jlc").post("/tasks/2023-14/asked/", sent_in).status_code == 302
    owing = {code for code, row in supports().items() if row.owes_report}
    assert owing == {"simt", *(code for code, row in rows.items() if row.department.kind == "enterprise")}
    free = {"version": version + 1, "free": "institute"} | {f"a{row.pk}": "on" for row in rows.values()}
    client("jlc").post("/tasks/2023-14/asked/", free)
    owing = {code for code, row in supports().items() if row.owes_report}
    assert owing == {
        code for code, row in rows.items() if row.department.kind != "institute" or row.department.is_collective
    }


def to_close() -> tuple[list[Milestone], dict]:
    task = cast.task(4)
    wants = {"closing_requested_by": cast.person("jlc"), "closing_requested_on": TODAY, "result": "全部完成"}
    Task.objects.filter(pk=task.pk).update(state="closing", **wants)
    rows = list(task.milestones.order_by("position"))
    data = {"version": cast.task(4).version}
    for row in rows:
        data |= {f"m{row.pk}-state": "done", f"m{row.pk}-done_on": "2023-06-01", f"m{row.pk}-version": row.version}
    return rows, data


def test_closing_with_open_milestones():
    rows, data = to_close()
    data |= {f"m{rows[0].pk}-state": "cancelled", f"m{rows[0].pk}-note": "并入他项"}
    assert client("planner").post("/tasks/2023-04/moves/close/", data).status_code == 302
    assert cast.task(4).state == "closed"
    assert {row.state for row in cast.task(4).milestones.all()} == {"done", "cancelled"}


@pytest.mark.parametrize(
    "wrong", [{"state": ""}, {"state": "open"}, {"done_on": "2023-06-16"}, {"done_on": ""}, {"state": "cancelled"}]
)
def test_one_wrong_line_and_nothing_is_closed(wrong):
    rows, data = to_close()
    data |= {f"m{rows[0].pk}-{name}": value for name, value in wrong.items()}
    assert client("planner").post("/tasks/2023-04/moves/close/", data).status_code == 422
    assert cast.task(4).state == "closing"
    assert {row.state for row in cast.task(4).milestones.all()} == {"open"}


def test_a_milestone_changed_meanwhile_is_told_and_the_rest_kept():
    rows, data = to_close()
    milestones.complete(rows[0], by=cast.person("jlc"), today=TODAY)
    response = client("planner").post("/tasks/2023-04/moves/close/", data)
    assert (response.status_code, cast.task(4).state) == (409, "closing")
    assert [line.milestone.pk for line in response.context["lines"]] == [row.pk for row in rows[1:]]
    again = {key: value for key, value in data.items() if not key.startswith(f"m{rows[0].pk}-")}
    assert client("planner").post("/tasks/2023-04/moves/close/", again).status_code == 302
