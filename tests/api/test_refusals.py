"""Every write, refused in the one order: 404 not visible, 403 not allowed, 400 malformed, 412 stale, 409 illegal now.

Each case is refused for its own reason and for all that come after it, so that the order shows.
"""

from datetime import date
from typing import Any, NamedTuple

import pytest
from django.apps import apps

from departments.models import Department, DepartmentAlias
from tasks.actions import directives, extensions
from tasks.models import Assignment, Directive, ExtensionRequest, Milestone, Reminder, Report, Task
from tests import cast, factories
from tests.api import loop
from tests.api.calls import call, errors, get
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

NEVER = '"never-v9"'
JUNK: dict[str, Any] = {"nonsense": [1, {"x": None}]}


class Write(NamedTuple):
    """`unseen` do not see the thing, `refused` see it and may not; `illegal` is well formed and not possible."""

    method: str
    path: str
    body: dict[str, Any]
    allowed: str
    refused: tuple[str, ...]
    unseen: tuple[str, ...] = ()
    illegal: dict[str, Any] | None = None
    stale: bool = True


# 市局计量处 co-ordinates task 5, which no district sees; task 6 is seen by districts, which do not co-ordinate it.
TASK = "tasks/2023-05/"
WRITES = {
    "plan add": Write("POST", "plans/", {"code": "2024", "title": "新计划", "year": 2024, "issuer": "市局",
                      "issued_on": "2024-02-01", "ends_on": "2024-12-31"}, "planner", ("leader", "jlc", "admin"),
                      stale=False),
    "plan": Write("PATCH", "plans/2023/", {"title": "改过的标题"}, "planner", ("leader", "jlc", "admin")),
    "group add": Write("POST", "groups/", {"plan": "{plan}", "ordinal": 6, "title": "新板块"}, "planner",
                       ("leader", "jlc", "admin"), stale=False),
    "group": Write("PATCH", "groups/{group}/", {"title": "改过的标题"}, "planner", ("leader", "jlc", "admin")),
    "task add": Write("POST", "tasks/", {"plan": "{plan}", "group": "{group}", "number": 18, "title": "新任务",
                      "text": "新任务。", "due_on": "2023-12-31"}, "planner", ("leader", "jlc", "admin"), stale=False),
    "task": Write("PATCH", TASK, {"title": "改过的标题"}, "planner", ("leader", "jlc", "admin"), ("pudong", "simt")),
    "move": Write("POST", f"{TASK}moves/", {"move": "start"}, "jlc", ("leader", "admin"), ("pudong", "simt"),
                  {"move": "withdraw_closing"}),
    "assignment add": Write("POST", "assignments/", {"task": "{task}", "department": "{pudong}", "role": "support"},
                            "planner", ("leader", "jlc", "admin"), stale=False),
    "assignment": Write("PATCH", "assignments/{assignment}/", {"open_ended": True}, "planner",
                        ("leader", "jlc", "admin"), ("pudong", "simt")),
    "assignment off": Write("DELETE", "assignments/{assignment}/", {}, "planner", ("leader", "jlc", "admin"),
                            ("pudong", "simt")),
    "milestone add": Write("POST", "milestones/", {"task": "{task}", "title": "新节点"}, "planner",
                           ("leader", "jlc", "admin"), stale=False),
    "milestone": Write("PATCH", "milestones/{open}/", {"due_on": "2023-08-01"}, "planner", ("leader", "jlc", "admin"),
                       ("pudong", "simt")),
    "complete": Write("POST", "milestones/{open}/complete/", {"done_on": "2023-06-01"}, "jlc", ("leader", "admin"),
                      ("pudong", "simt")),
    "complete again": Write("POST", "milestones/{done}/complete/", {}, "jlc", ("leader", "admin"), ("pudong",), {}),
    "reopen": Write("POST", "milestones/{done}/reopen/", {"note": "误报"}, "jlc", ("leader", "admin"),
                    ("pudong", "simt")),
    "reopen open": Write("POST", "milestones/{open}/reopen/", {}, "jlc", ("leader",), ("pudong",), {"note": "误报"}),
    "cancel": Write("POST", "milestones/{open}/cancel/", {"note": "并入"}, "planner", ("leader", "jlc", "admin"),
                    ("pudong", "simt")),
    "cancel done": Write("POST", "milestones/{done}/cancel/", {}, "planner", ("jlc",), ("pudong",), {"note": "并入"}),
    "restore": Write("POST", "milestones/{cancelled}/restore/", {"note": "恢复"}, "planner",
                     ("leader", "jlc", "admin"), ("pudong", "simt")),
    "restore open": Write("POST", "milestones/{open}/restore/", {}, "planner", ("jlc",), ("pudong",),
                          {"note": "恢复"}),
    "report add": Write("POST", "reports/", {"task": "{task}", "progress_text": "进展"}, "jlc", ("leader", "admin"),
                        stale=False),
    "report": Write("PATCH", "reports/{draft}/", {"progress_text": "改过的进展"}, "simt", ("admin",),
                    ("leader", "planner", "jlc", "sqi", "pudong")),
    "submit": Write("POST", "reports/{draft}/submit/", {}, "simt", ("admin",),
                    ("leader", "planner", "jlc", "sqi", "pudong")),
    "report sent": Write("PATCH", "reports/{sent}/", {}, "simt", ("leader", "admin"), ("jlc", "pudong"),
                         {"progress_text": "改过的进展"}),
    "submit sent": Write("POST", "reports/{sent}/submit/", {}, "simt", ("leader", "admin"), ("jlc", "pudong"), {}),
    # 浦东's reports of the second quarter on tasks 6 (due), 7 (sent), 8 (accepted)
    "period add": Write("POST", "periods/", {"plan": "{plan}", "starts_on": "2024-01-01", "ends_on": "2024-01-31",
                        "due_on": "2024-01-25"}, "planner", ("leader", "jlc", "admin"), stale=False),
    "period": Write("PATCH", "periods/{period}/", {"due_on": "2023-06-28"}, "planner", ("leader", "jlc", "admin")),
    "period closed": Write("PATCH", "periods/{closed}/", {}, "planner", ("leader", "jlc", "admin"),
                           illegal={"due_on": "2023-04-28"}),
    "open": Write("POST", "periods/{planned}/open/", {}, "planner", ("leader", "jlc", "admin")),
    "open again": Write("POST", "periods/{period}/open/", {}, "planner", ("leader", "jlc", "admin"), illegal={}),
    "close": Write("POST", "periods/{period}/close/", {}, "planner", ("leader", "jlc", "admin")),
    "close planned": Write("POST", "periods/{planned}/close/", {}, "planner", ("leader", "jlc", "admin"), illegal={}),
    "owed": Write("PATCH", "reports/{owed}/", {"progress_text": "进展"}, "pudong",
                  ("leader", "planner", "jlc", "admin"), ("xuhui", "simt")),
    "owed submit": Write("POST", "reports/{owed}/submit/", {"assessment": "done", "progress_text": "进展"}, "pudong",
                         ("leader", "planner", "jlc", "admin"), ("xuhui", "simt")),
    "nothing new": Write("POST", "reports/{owed}/nothing_new/", {"reason": "设备检修"}, "pudong",
                         ("leader", "planner", "jlc", "admin"), ("xuhui", "simt")),
    "nothing new again": Write("POST", "reports/{asked}/nothing_new/", {}, "pudong", ("planner", "jlc"), ("xuhui",),
                               {"reason": "设备检修"}),
    "withdraw": Write("POST", "reports/{asked}/withdraw/", {}, "pudong", ("leader", "planner", "jlc", "admin"),
                      ("xuhui", "simt")),
    "withdraw accepted": Write("POST", "reports/{accepted}/withdraw/", {}, "pudong", ("planner",), ("xuhui",), {}),
    "accept": Write("POST", "reports/{asked}/accept/", {}, "planner", ("leader", "jlc", "pudong", "admin"),
                    ("xuhui", "simt")),
    "accept again": Write("POST", "reports/{accepted}/accept/", {}, "planner", ("jlc", "pudong"), ("xuhui",), {}),
    "return": Write("POST", "reports/{asked}/return/", {"note": "请补充数据。"}, "planner",
                    ("leader", "jlc", "pudong", "admin"), ("xuhui", "simt")),
    "return due": Write("POST", "reports/{owed}/return/", {}, "planner", ("jlc", "pudong"), ("xuhui",),
                        {"note": "请补充数据。"}),
    "remind": Write("POST", "reminders/", {"period": "{period}", "report": "{owed}"}, "planner",
                    ("leader", "jlc", "pudong", "admin"), stale=False),
    "remind planned": Write("POST", "reminders/", {}, "planner", ("jlc",), illegal={"period": "{planned}"},
                            stale=False),
    "extension add": Write("POST", "extensions/", {"task": "{other}", "new_due_on": "2024-01-31", "reason": "未到货",
                           "progress": "已招标"}, "simt", ("leader", "admin"), stale=False),
    "extension late": Write("POST", "extensions/", {}, "simt", ("leader", "admin"), stale=False, illegal={
                            "task": "{other}", "milestone": "{other_milestone}", "new_due_on": "2023-07-31",
                            "reason": "未到货", "progress": "已招标"}),
    "grant": Write("POST", "extensions/{extension}/grant/", {"note": "同意"}, "planner", ("leader", "jlc", "admin"),
                   ("pudong", "simt")),
    "refuse": Write("POST", "extensions/{extension}/refuse/", {"note": "不同意"}, "planner",
                    ("leader", "jlc", "admin"), ("pudong", "simt")),
    "refuse again": Write("POST", "extensions/{refused}/refuse/", {}, "planner", ("jlc",), ("pudong",),
                          {"note": "不同意"}),
    "directive add": Write("POST", "directives/", {"task": "{task}", "text": "请列入局长办公会。"}, "leader",
                           ("planner", "jlc", "admin"), stale=False),
    "answer": Write("POST", "directives/{directive}/answer/", {"answer": "已落实。"}, "jlc", ("leader", "admin"),
                    ("pudong", "simt")),
    "answer again": Write("POST", "directives/{answered}/answer/", {}, "jlc", ("leader",), ("pudong",),
                          {"answer": "已落实。"}),
}  # fmt: skip


@pytest.fixture
def rows(db, simt) -> dict[str, int]:
    """The rows that the paths and bodies speak of."""
    task, other = cast.task(5), cast.task(2)
    milestones = [factories.milestone(task, title=f"节点 {state}", state=state) for state in ("open", "cancelled")]
    return {
        "plan": task.plan_id,
        "group": task.group_id,
        "task": task.pk,
        "other": other.pk,
        "other_milestone": factories.milestone(other, due_on=date(2023, 6, 14)).pk,  # was due yesterday
        "pudong": cast.unit("pudong").pk,
        "assignment": task.assignments.get(role="support", position=2).pk,
        "open": milestones[0].pk,
        "cancelled": milestones[1].pk,
        "done": factories.milestone(task, title="完成", due_on=date(2023, 6, 1), state="done").pk,
        "draft": factories.report(other, cast.unit("simt"), simt).pk,
        "sent": factories.report(other, cast.unit("simt"), simt, date(2023, 6, 10)).pk,
        "refused": refused(cast.task(3)).pk,
        "answered": answered(cast.task(3)).pk,
    } | of_the_loop(task)


def of_the_loop(task: Task) -> dict[str, int]:
    made, pudong = loop.rows(task), cast.person("pudong")
    period = loop.quarter(2)
    asked, accepted = (
        loop.brought_to(state, loop.owed(period, number, "pudong"), pudong)
        for number, state in ((7, "submitted"), (8, "accepted"))
    )
    Reminder.objects.all().delete()  # nobody has been reminded yet
    others = {"closed": loop.quarter(1).pk, "planned": loop.quarter(3).pk}
    return made | others | {"asked": asked.pk, "accepted": accepted.pk}


def refused(task: Task) -> ExtensionRequest:
    texts = {"reason": "设备未到货", "progress": "已完成招标"}
    later = extensions.request_extension(
        task, by=cast.person("jlc"), today=TODAY, new_due_on=date(2024, 1, 31), **texts
    )
    return extensions.decide(later, False, by=cast.person("planner"), today=TODAY, note="不同意")


def answered(task: Task) -> Directive:
    given = directives.give(task, by=cast.person("leader"), today=TODAY, text="请加快进度。")
    return directives.answer(given, by=cast.person("jlc"), today=TODAY, answer="已落实。")


def filled(value: Any, rows: dict[str, int]) -> Any:
    if isinstance(value, dict):
        return {name: filled(each, rows) for name, each in value.items()}
    if isinstance(value, str) and value.startswith("{"):
        return rows[value.strip("{}")]
    return value


def everything() -> dict[str, list[Any]]:
    """Every row and every audit event of the domain; accounts apart, since signing in may touch them."""
    models = [model for app in ("departments", "tasks") for model in apps.get_app_config(app).get_models()]
    ours = [model for model in models if model.__name__ not in ("User", "UserEvent", "AccessEvent")]
    return {model.__name__: list(model._base_manager.order_by("pk").values_list()) for model in ours}


def send(who: str, write: Write, rows: dict[str, int], body: Any, *, stale: bool) -> Any:
    """Refused, it must leave everything as it was."""
    user = cast.person(who)
    headers = {"If_Match": NEVER} if stale and write.stale else {}
    before = everything()
    response = call(user, write.method, write.path.format(**rows), filled(body, rows), **headers)
    if response.status_code >= 400:
        assert everything() == before, (who, write, response.content)
        assert response.headers["Content-Type"] == "application/problem+json"
    return response


CASES = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


@CASES
def test_404_first(write, rows):
    for who in write.unseen:
        assert send(who, write, rows, JUNK, stale=True).status_code == 404, who
    elsewhere = write._replace(path=write.path.format(**rows).replace("2023-05", "2023-99"))
    if "{" in write.path or "2023-05" in write.path:
        for name, pk in rows.items():
            if f"{{{name}}}" in write.path:
                elsewhere = write._replace(path=write.path.format(**rows).replace(str(pk), "987654321"))
        assert send(write.allowed, elsewhere, rows, JUNK, stale=True).status_code == 404, elsewhere


@CASES
def test_then_403(write, rows):
    for who in write.refused:
        for body in (JUNK, write.body, write.illegal or {}):
            assert send(who, write, rows, body, stale=True).status_code == 403, (who, body)


@CASES
def test_then_400(write, rows):
    response = send(write.allowed, write, rows, JUNK | (write.illegal or {}), stale=True)
    assert (response.status_code, ("nonsense", "unknown") in errors(response)) == (
        (400, True) if write.method != "DELETE" else (412, False)
    )
    if write.method == "PATCH" or write.stale:
        response = send(write.allowed, write, rows, {"version": "x"} | (write.illegal or {}), stale=True)
        assert response.status_code == (400 if write.method != "DELETE" else 412)


@CASES
def test_then_412(write, rows):
    if write.stale:
        response = send(write.allowed, write, rows, write.body if write.illegal is None else write.illegal, stale=True)
        assert (response.status_code, isinstance(response.json()["version"], int)) == (412, True)


@CASES
def test_then_409(write, rows):
    if write.illegal is not None:
        response = send(write.allowed, write, rows, write.illegal, stale=False)
        assert (response.status_code, response.json()["title"], response.json()["errors"]) == (
            409,
            "Not possible now",
            [],
        )
        assert response.json()["detail"].endswith(".")


@CASES
def test_and_otherwise_it_is_done(write, rows):
    if write.illegal is not None and write.body in ({}, write.illegal):
        return
    response = send(write.allowed, write, rows, write.body, stale=False)
    expected = {"POST": 200 if "{" in write.path or "moves" in write.path else 201, "PATCH": 200, "DELETE": 204}
    assert response.status_code == expected[write.method], response.content
    if response.status_code == 201 and "reminders" not in response.json():
        assert response.headers["Location"] == response.json()["url"]
        assert (
            get(cast.person(write.allowed), response.json()["url"].removeprefix("http://testserver"))
            == response.json()
        )
    if write.method == "PATCH":
        body = response.json()
        assert body["version"] > 1 or "members" in write.body


# ---- what the order is about besides ----


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


# ---- what the database refuses stands beside its field ----


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("PATCH", TASK, {"number": 6}, ("", "unique_together")),
        ("PATCH", TASK, {"text": "没有引文的新文字。"}, ("text", "milestone_quote_verbatim")),
        ("PATCH", TASK, {"group": "{foreign}"}, ("group", "task_group_of_same_plan")),
        ("PATCH", "plans/2023/", {"ends_on": "2023-01-01"}, ("", "plan_ends_after_issue")),
        ("PATCH", "plans/2023/", {"year": 1999}, ("", "plan_year")),
        ("PATCH", "plans/2023/", {"yellow_gap": 0}, ("yellow_gap", "min_value")),
        ("PATCH", "plans/2023/", {"code": "a b"}, ("code", "invalid")),
        ("PATCH", "plans/2023/", {"code": "other"}, ("code", "unique")),
        ("POST", "groups/", {"plan": "{plan}", "ordinal": 1, "title": "x"}, ("", "unique_together")),
        (
            "POST",
            "milestones/",
            {"task": "{task}", "title": "x", "quote": "文中没有"},
            ("quote", "milestone_quote_verbatim"),
        ),
        ("POST", "milestones/", {"task": "{task}", "title": "x", "weight": 101}, ("weight", "max_value")),
        ("POST", "assignments/", {"task": "{task}", "department": "{jlc}", "role": "lead"}, ("", "unique_together")),
    ],
)
def test_beside_its_field(method, path, body, expected, planner):
    foreign = factories.group(factories.plan(code="other"))
    rows = {"plan": cast.plan().pk, "task": cast.task(5).pk, "jlc": cast.unit("jlc").pk, "foreign": foreign.pk}
    response = call(planner, method, path, filled(body, rows))
    assert response.status_code == 400
    [(field, _code)] = errors(response)
    assert field == expected[0]
    assert response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "上海市市场监督管理局计量处"}, "name"),
        ({"short_name": "市局计量处"}, "name"),
        ({"aliases": ["执法总队"]}, "aliases"),
        ({"aliases": ["浦东", "市局计量处"]}, "aliases"),
        ({"aliases": ["x" * 101]}, "aliases.0"),
        ({"aliases": [""]}, "aliases.0"),
        ({"aliases": ["x", 5]}, "aliases.1"),
        ({"aliases": "x"}, "aliases"),
        ({"members": ["xuhui"]}, "members"),
        ({"is_collective": True}, "members"),
        ({"members": ["nobody"]}, "members"),
        ({"kind": "ministry"}, "kind"),
        ({"code": "xuhui"}, "code"),
        ({"code": "a/b"}, "code"),
        ({"name": "x" * 101}, "name"),
        ({"name": " x\n"}, None),
    ],
)
def test_departments(body, field, admin):
    before = Department.objects.values().get(code="pudong")
    response = call(admin, "PATCH", "departments/pudong/", body)
    if field is None:
        assert response.json()["name"] == "x"
        return
    assert (response.status_code, [name for name, _code in errors(response)]) == (400, [field]), response.content
    assert Department.objects.values().get(code="pudong") == before
    assert DepartmentAlias.objects.count() == 4


def test_members_and_aliases_are_set_whole(admin):
    body = call(
        admin, "PATCH", "departments/districts/", {"members": ["xuhui", "pudong", "xuhui"], "aliases": ["各区局"]}
    ).json()
    assert ([one["code"] for one in body["members"]], body["aliases"]) == (["pudong", "xuhui"], ["各区局"])
    body = call(admin, "PATCH", "departments/districts/", {"members": [], "aliases": []}).json()
    assert (body["members"], body["aliases"]) == ([], [])


def test_planners_name_members_and_nothing_else(planner):
    assert call(planner, "PATCH", "departments/districts/", {"members": ["pudong"]}).status_code == 200
    for body in ({"members": [], "name": "x"}, {"aliases": []}, {"is_active": False}, {"nonsense": 1}):
        assert call(planner, "PATCH", "departments/districts/", body).status_code == 403
    assert [one["code"] for one in get(planner, "departments/districts/")["members"]] == ["pudong"]


def test_what_is_deleted_is_gone(planner):
    row = cast.task(5).assignments.get(role="support", position=2)
    first = call(planner, "DELETE", f"assignments/{row.pk}/")
    assert (first.status_code, first.content) == (204, b"")
    assert call(planner, "DELETE", f"assignments/{row.pk}/").status_code == 404
    assert call(planner, "GET", f"assignments/{row.pk}/").status_code == 404
    assert Assignment.objects.filter(pk=row.pk).count() == 0
