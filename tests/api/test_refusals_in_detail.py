"""Writes whose refusal has more to tell than its status: whose it is, what is missing, what stands in the way."""

from datetime import date

import pytest

from tasks.models import Assignment, Milestone, Reminder, Report, Task
from tests import cast, factories
from tests.api.calls import call, errors, get
from tests.api.test_refusals import JUNK, TASK, laid
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(db) -> dict[str, int]:
    return laid()


def test_of_a_move_the_permission_of_this_very_move_counts_first(rows, jlc):
    """The co-ordinator may start, not cancel: that is told before anything of the body."""
    for body in ({"move": "cancel"}, {"move": "cancel", "note": 5}, {"move": "cancel", "version": "x"} | JUNK):
        assert call(jlc, "POST", f"{TASK}moves/", body).status_code == 403
    assert errors(call(jlc, "POST", f"{TASK}moves/", {"move": "dance"})) == [("move", "invalid_choice")]
    assert errors(call(jlc, "POST", f"{TASK}moves/", {"move": ["start"]})) == [("move", "invalid")]
    assert errors(call(jlc, "POST", f"{TASK}moves/", {})) == [("move", "required")]


def test_whose_report_it_is_counts_before_its_text(rows, pudong, xuhui, sqi):
    task, other = cast.task(6).pk, cast.unit("xuhui").pk
    for body in ({"task": task, "department": other}, {"task": task, "department": other, "assessment": 5} | JUNK):
        assert call(pudong, "POST", "reports/", body).status_code == 403
    assert errors(call(pudong, "POST", "reports/", {"task": task, "assessment": 5})) == [
        ("assessment", "invalid_choice")
    ]


def test_what_one_does_not_see_is_as_if_it_were_not(rows, pudong):
    unseen = call(pudong, "POST", "reports/", {"task": rows["task"]})
    absent = call(pudong, "POST", "reports/", {"task": 987654321})
    assert (unseen.status_code, errors(unseen)) == (400, [("task", "does_not_exist")])
    assert errors(absent) == errors(unseen)
    assert unseen.json()["errors"][0]["message"].replace(str(rows["task"]), "N") == absent.json()["errors"][0][
        "message"
    ].replace("987654321", "N")  # fmt: skip


def test_a_planners_draft_for_a_unit_is_not_the_units(rows, planner, simt):
    body = {"task": cast.task(2).pk, "department": cast.unit("simt").pk, "progress_text": "代填"}
    made = call(planner, "POST", "reports/", body)
    assert (made.status_code, made.json()["filled_in"]) == (201, True)
    path = f"reports/{made.json()['id']}/"
    assert call(simt, "PATCH", path, {"progress_text": "x"}).status_code == 403
    assert call(simt, "POST", f"{path}submit/", {}).status_code == 403
    assert call(planner, "PATCH", path, {"problems": "x"}).status_code == 200


def test_the_coordinator_asks_units_and_changes_nothing_else_of_them(rows, jlc, pudong, planner):
    row = Assignment.objects.get(pk=rows["assignment"])
    path, before = f"assignments/{row.pk}/", cast.task(5).version
    for body in (JUNK, {"owes_report": True, "open_ended": True}, {"open_ended": True}, {}, {"version": 1}):
        assert call(jlc, "PATCH", path, body).status_code == 403, body
    assert errors(call(jlc, "PATCH", path, {"owes_report": 1})) == [("owes_report", "invalid")]
    assert call(jlc, "PATCH", path, {"owes_report": True, "version": row.version + 1}).status_code == 412
    body = call(jlc, "PATCH", path, {"owes_report": True}, If_Match=f'"assignment-{row.pk}-v{row.version}"').json()
    assert (body["owes_report"], body["version"], cast.task(5).version) == (True, row.version + 1, before + 1)
    assert call(jlc, "PATCH", path, {"owes_report": True}).json()["version"] == row.version + 1  # it is so already
    lead = cast.task(5).assignments.filter(role="lead").first()
    assert errors(call(jlc, "PATCH", f"assignments/{lead.pk}/", {"owes_report": False})) == [
        ("owes_report", "invalid_choice")
    ]
    other = cast.task(6).assignments.filter(role="support").first()
    assert call(pudong, "PATCH", f"assignments/{other.pk}/", {"owes_report": True}).status_code == 403
    Task.objects.filter(number=5).update(state="cancelled", state_before="not_started", state_note="并入")
    assert call(jlc, "PATCH", path, {"owes_report": False}).status_code == 409


def test_a_period_is_not_named_for_a_new_report(rows, pudong):
    """What it asks for is there already."""
    response = call(pudong, "POST", "reports/", {"task": cast.task(6).pk, "period": rows["period"]})
    assert (response.status_code, errors(response)) == (400, [("period", "owed_already")])
    assert "/reports/?period=" in response.json()["errors"][0]["message"]


def test_closing_says_what_becomes_of_open_milestones(rows, jlc, planner, settings):
    # each of the few milestones is settled by its own action
    settings.ZEAL_ALLOWLIST = [{"model": f"tasks.{name}", "field": "get()"} for name in ("Task", "Milestone")]
    Task.objects.filter(number=5).update(
        state="closing", result="好", closing_requested_by=jlc, closing_requested_on=TODAY
    )
    left = list(cast.task(5).milestones.filter(state="open").order_by("position").values_list("pk", flat=True))
    first, *others = left
    fates = {str(pk): {"state": "cancelled", "note": "并入他项"} for pk in others}
    body = {"move": "close", "note": "同意", "milestones": fates | {str(first): {"state": "done"}}}
    wrong = {
        "state": {first: {"state": "open"}},
        "note": {first: {"state": "cancelled"}},
        "done_on": {first: {"state": "done", "done_on": "2023-06-16"}},
    }
    for field, fate in wrong.items():
        response = call(planner, "POST", f"{TASK}moves/", {"move": "close", "milestones": fates | fate})
        assert [name for name, _code in errors(response)] == [f"milestones.{first}.{field}"], response.content
    for key in ("x", "-1", "１", str(10**19), str(rows["other_milestone"])):
        response = call(planner, "POST", f"{TASK}moves/", {"move": "close", "milestones": {key: {"state": "done"}}})
        assert (response.status_code, len(errors(response))) == (400, 1), key
    refused = call(planner, "POST", f"{TASK}moves/", {"move": "reopen", "note": "x", "milestones": {}})
    assert errors(refused) == [("milestones", "unknown")]
    assert call(planner, "POST", f"{TASK}moves/", {"move": "close", "milestones": fates}).status_code == 409
    assert call(jlc, "POST", f"{TASK}moves/", body).status_code == 403
    assert call(planner, "POST", f"{TASK}moves/", body | {"version": 99}).status_code == 412
    closed = call(planner, "POST", f"{TASK}moves/", body)
    assert (closed.status_code, closed.json()["state"]["value"]) == (200, "closed"), closed.content
    states = {one["id"]: (one["state"]["value"], one["done_on"]) for one in closed.json()["milestones"]}
    assert [states[pk] for pk in left] == [("done", "2023-06-15"), *[("cancelled", None)] * len(others)]
    assert Task.objects.get(number=5).state_note == "同意"


def test_a_milestone_of_another_task_is_not_extended(rows, jlc):
    body = {"task": rows["task"], "milestone": rows["other_milestone"], "new_due_on": "2023-07-31"}
    response = call(jlc, "POST", "extensions/", body | {"reason": "x", "progress": "x"})
    assert errors(response) == [("milestone", "does_not_exist")]  # it is not even seen
    own = factories.milestone(cast.task(6), due_on=date(2023, 7, 1)).pk
    response = call(jlc, "POST", "extensions/", body | {"milestone": own, "reason": "x", "progress": "x"})
    assert errors(response) == [("milestone", "invalid_choice")]


def test_reminding_twice_the_same_day_is_refused(rows, planner):
    body = {"period": rows["period"], "department": rows["pudong"]}
    sent = call(planner, "POST", "reminders/", body)
    assert (sent.status_code, sent.json()["persons"], sent.json()["reports"]) == (201, 1, 2), sent.content
    assert {one["recipient"]["display"] for one in sent.json()["reminders"]} == {cast.person("pudong").name}
    again = call(planner, "POST", "reminders/", body)
    assert (again.status_code, Reminder.objects.count()) == (409, 2)


def test_who_asked_does_not_close(planner, planner2):
    Task.objects.filter(number=5).update(
        state="closing", result="好", closing_requested_by=planner, closing_requested_on=date(2023, 6, 1)
    )
    Milestone.objects.filter(task__number=5).update(state="cancelled")
    assert "close" not in [move["value"] for move in get(planner, TASK)["moves"]]
    assert call(planner, "POST", f"{TASK}moves/", {"move": "close"}).status_code == 403
    closed = call(planner2, "POST", f"{TASK}moves/", {"move": "close"})
    assert (closed.status_code, closed.json()["state"]["value"]) == (200, "closed")


def test_open_milestones_stand_in_the_way_of_closing(planner, planner2):
    Task.objects.filter(number=5).update(
        state="closing", result="好", closing_requested_by=planner, closing_requested_on=date(2023, 6, 1)
    )
    response = call(planner2, "POST", f"{TASK}moves/", {"move": "close"})
    assert response.status_code == 409
    assert response.json()["detail"].startswith("Open milestones must be done or cancelled first: ")


def test_a_report_needs_what_it_needs(jlc):
    draft = factories.report(cast.task(5), cast.unit("jlc"), jlc, assessment="behind", progress_text="")
    response = call(jlc, "POST", f"reports/{draft.pk}/submit/", {})
    assert errors(response) == [("progress_text", "invalid"), ("problems", "invalid")]
    assert Report.objects.get(pk=draft.pk).state == "draft"


def test_a_day_that_has_not_come(jlc):
    row = cast.task(5).milestones.first()
    response = call(jlc, "POST", f"milestones/{row.pk}/complete/", {"done_on": "2023-06-16"})
    assert errors(response) == [("done_on", "future")]
    assert call(jlc, "POST", f"milestones/{row.pk}/complete/", {"done_on": "2023-06-15"}).status_code == 200
    assert Task.objects.get(number=5).state == "in_progress"


def test_nothing_new_answers_a_period(jlc):
    update = factories.report(cast.task(4), cast.unit("jlc"), jlc)
    assert call(jlc, "POST", f"reports/{update.pk}/nothing_new/", {"reason": "设备检修"}).status_code == 409
    assert Report.objects.get(pk=update.pk).version == update.version
