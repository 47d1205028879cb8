"""Every write, refused in the one order: 404 not visible, 403 not allowed, 400 malformed, 412 stale, 409 illegal now.

Each case is refused for its own reason and for all that come after it, so that the order shows.
"""

from datetime import date
from typing import Any, NamedTuple

import pytest
from django.apps import apps

from departments.models import Department, DepartmentAlias
from tasks.models import Assignment, Milestone, Report, Task
from tests import cast, factories
from tests.api.calls import call, errors, get

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
    "report sent": Write("PATCH", "reports/{sent}/", {}, "simt", ("leader", "planner", "admin"), ("jlc", "pudong"),
                         {"progress_text": "改过的进展"}),
    "submit sent": Write("POST", "reports/{sent}/submit/", {}, "simt", ("leader", "planner", "admin"),
                         ("jlc", "pudong"), {}),
    "department add": Write("POST", "departments/", {"code": "new", "name": "新部门", "short_name": "新部门",
                            "kind": "division"}, "admin", ("planner", "leader", "jlc"), stale=False),
    "department": Write("PATCH", "departments/pudong/", {"contact_name": "王工"}, "admin",
                        ("planner", "leader", "pudong")),
    "members": Write("PATCH", "departments/districts/", {"members": ["pudong", "xuhui"]}, "admin", ("leader", "jlc")),
}  # fmt: skip


@pytest.fixture
def rows(db, simt) -> dict[str, int]:
    """The rows that the paths and bodies speak of."""
    task, other = cast.task(5), cast.task(2)
    milestones = [factories.milestone(task, title=f"节点 {state}", state=state) for state in ("open", "cancelled")]
    Milestone.objects.filter(pk=factories.milestone(task, title="完成", due_on=date(2023, 6, 1), state="done").pk)
    return {
        "plan": task.plan_id,
        "group": task.group_id,
        "task": task.pk,
        "pudong": cast.unit("pudong").pk,
        "assignment": task.assignments.get(role="support", position=2).pk,
        "open": milestones[0].pk,
        "cancelled": milestones[1].pk,
        "done": task.milestones.get(state="done").pk,
        "draft": factories.report(other, cast.unit("simt"), simt).pk,
        "sent": factories.report(other, cast.unit("simt"), simt, date(2023, 6, 10)).pk,
    }


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
        assert send(write.allowed, elsewhere, rows, JUNK, stale=True).status_code == 404


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
    if response.status_code == 201:
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
