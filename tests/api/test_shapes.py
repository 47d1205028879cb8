"""What the API shows, field by field: the 17 tasks against the reading of the document, the rest against the rows."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from departments.models import Department
from tasks.models import Milestone, Report, Task
from tests import cast, factories
from tests.api.calls import get

pytestmark = pytest.mark.django_db

HOST = "http://testserver"
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ROWS = json.loads((FIXTURES / "plan_2023.json").read_text(encoding="utf-8"))
UNITS = json.loads((FIXTURES / "departments.json").read_text(encoding="utf-8"))


def fields_of(rows: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
    return [row["fields"] for row in rows if row["model"] == model]


TASKS = {task["number"]: task for task in fields_of(ROWS, "tasks.task")}
GROUPS = {group["ordinal"]: group["title"] for group in fields_of(ROWS, "tasks.taskgroup")}
ASSIGNMENTS = fields_of(ROWS, "tasks.assignment")
MILESTONES = fields_of(ROWS, "tasks.milestone")
KINDS = {unit["code"]: unit for unit in fields_of(UNITS, "departments.department")}
KIND_LABELS = {
    "division": "bureau division",
    "subordinate": "bureau subordinate body",
    "district": "district bureau",
    "institute": "technical institute",
    "association": "association",
    "enterprise": "enterprise",
}


def unit_brief(code: str) -> dict[str, Any]:
    unit = KINDS[code]
    return {
        "id": cast.unit(code).pk,
        "url": f"{HOST}/api/v1/departments/{code}/",
        "display": unit["short_name"],
        "code": code,
        "kind": {"value": unit["kind"], "label": KIND_LABELS[unit["kind"]]},
    }


def named(number: int, role: str) -> list[dict[str, Any]]:
    rows = [row for row in ASSIGNMENTS if row["task"] == ["2023", number] and row["role"] == role]
    return [
        {"department": unit_brief(row["department"][0])}
        | {name: row[name] for name in ("printed_as", "open_ended", "owes_report")}
        for row in sorted(rows, key=lambda row: row["position"])
    ]


def common(row: Any, url: str, page: str, display: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "url": f"{HOST}/api/v1/{url}",
        "display_url": f"{HOST}{page}",
        "display": display,
        "version": row.version,
        "created_at": shanghai(row.created_at),
        "updated_at": shanghai(row.updated_at),
    }


def shanghai(moment: datetime) -> str:
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo("Asia/Shanghai")).isoformat()


def plan_brief() -> dict[str, Any]:
    title = "2023年上海市计量工作要点"
    return {
        "id": cast.plan().pk, "url": f"{HOST}/api/v1/plans/2023/", "display": title, "code": "2023", "year": 2023,
    }  # fmt: skip


def group_brief(ordinal: int) -> dict[str, Any]:
    pk, title = cast.plan().groups.get(ordinal=ordinal).pk, GROUPS[ordinal]
    return {
        "id": pk, "url": f"{HOST}/api/v1/groups/{pk}/", "display": title, "ordinal": ordinal, "title": title,
    }  # fmt: skip


def task_brief(number: int) -> dict[str, Any]:
    display = f"{number} {TASKS[number]['title']}"
    url = f"{HOST}/api/v1/tasks/2023-{number:02d}/"
    return {"id": cast.task(number).pk, "url": url, "display": display, "number": number}


@pytest.mark.parametrize("number", range(1, 18))
def test_the_17_tasks_field_by_field(number, planner):
    body = get(planner, f"tasks/2023-{number:02d}/")
    given, row = TASKS[number], Task.objects.with_light(date(2023, 6, 15)).get(number=number)
    light = body.pop("light")
    milestones = body.pop("milestones")
    leads = named(number, "lead")
    speaks = next((one["department"] for one in leads if not KINDS[one["department"]["code"]]["is_collective"]), None)
    page = f"tasks/2023-{number:02d}/"
    assert body == common(row, page, f"/{page}", f"{number} {given['title']}") | {
        "number": number,
        "title": given["title"],
        "text": given["text"],
        "plan": plan_brief(),
        "group": group_brief(given["group"][1]),
        "state": {"value": "not_started", "label": "not started"},
        "starts_on": None,
        "due_on": "2023-12-31",
        "original_due_on": "2023-12-31",
        "progress": 0,
        "expected_progress": row.expected_progress,
        "leads": leads,
        "supports": named(number, "support"),
        "coordinator": speaks,
        "moves": [
            {"value": "start", "label": "Start"},
            {"value": "suspend", "label": "Suspend"},
            {"value": "cancel", "label": "Cancel the task"},
        ],
    }  # fmt: skip
    assert light == {"value": row.light, "label": row.light, "reason": light["reason"]}
    assert light["reason"].endswith(".")
    assert [milestone["title"] for milestone in milestones] == [
        row["title"] for row in MILESTONES if row["task"] == ["2023", number]
    ]


def test_the_list_holds_the_same_17_without_milestones(planner):
    body = get(planner, "tasks/")
    assert {name: body[name] for name in ("count", "next", "previous")} == {
        "count": 17,
        "next": None,
        "previous": None,
    }
    for task in body["results"]:
        detail = get(planner, f"tasks/{task['id']}/")
        del detail["milestones"]
        assert task == detail


def test_printed_names_keep_what_was_printed(planner):
    supports = get(planner, "tasks/2023-01/")["supports"]
    assert [(one["printed_as"], one["open_ended"], one["department"]["display"]) for one in supports][-1] == (
        "上海市计量协会等", True, "市计量协会",
    )  # fmt: skip


def test_a_task_whose_leads_are_all_collectives_has_no_coordinator(planner):
    task = factories.task(leads=(cast.unit("districts"),))
    assert get(planner, f"tasks/{task.pk}/")["coordinator"] is None


def test_progress_is_null_without_milestones_and_not_0(planner):
    task = factories.task(leads=(cast.unit("jlc"),))
    body = get(planner, f"tasks/{task.pk}/")
    assert (body["progress"], body["expected_progress"], body["milestones"]) == (None, None, [])
    factories.milestone(task)
    assert get(planner, f"tasks/{task.pk}/")["progress"] == 0


@pytest.mark.parametrize(
    ("username", "moves"),
    [
        ("planner", ["start", "suspend", "cancel"]),
        ("jlc", ["start"]),
        ("pudong", []),
        ("leader", []),
    ],
)
def test_moves_are_what_this_caller_may_do(username, moves, request):
    body = get(request.getfixturevalue(username), "tasks/2023-06/")
    assert [move["value"] for move in body["moves"]] == moves


def test_a_milestone(planner):
    given = next(row for row in MILESTONES if row["task"] == ["2023", 6])
    row = Milestone.objects.get(task__number=6, position=1)
    body = get(planner, f"milestones/{row.pk}/")
    labels = {"plan_end": "no date set", "stated": "stated in the text", "festival": "festival named in the text"}
    assert body == common(row, f"milestones/{row.pk}/", "/tasks/2023-06/#m6-1", given["title"]) | {
        "task": task_brief(6),
        "position": 1,
        "title": given["title"],
        "quote": given["quote"],
        "due_on": given["due_on"],
        "original_due_on": given["original_due_on"],
        "date_basis": {"value": given["date_basis"], "label": labels[given["date_basis"]]},
        "weight": 1,
        "state": {"value": "open", "label": "open"},
        "done_on": None,
        "note": "",
    }
    assert get(planner, "tasks/2023-06/")["milestones"][0] == body


def test_every_milestone_quotes_its_task(planner):
    body = get(planner, "milestones/?limit=1000")
    assert body["count"] == 82
    assert [one for one in body["results"] if one["quote"] not in TASKS[one["task"]["number"]]["text"]] == []


def test_an_assignment(planner):
    row = cast.task(17).assignments.get(role="lead", position=2)
    body = get(planner, f"assignments/{row.pk}/")
    assert body == common(row, f"assignments/{row.pk}/", "/tasks/2023-17/", row.printed_as) | {
        "task": task_brief(17),
        "role": {"value": "lead", "label": "lead"},
        "position": 2,
        "department": unit_brief("districts"),
        "printed_as": "各区市场监管局",
        "open_ended": False,
        "owes_report": True,
    }


def test_108_assignments(planner):
    body = get(planner, "assignments/?limit=1000")
    found = [
        (one["task"]["number"], one["role"]["value"], one["position"], one["printed_as"]) for one in body["results"]
    ]
    assert sorted(found) == sorted(
        (row["task"][1], row["role"], row["position"], row["printed_as"]) for row in ASSIGNMENTS
    )
    assert get(planner, "assignments/?role=lead")["count"] == 35


def test_a_plan(planner):
    [given] = fields_of(ROWS, "tasks.plan")
    row = cast.plan()
    body = get(planner, "plans/2023/")
    assert body == common(row, "plans/2023/", "/document/?plan=2023", given["title"]) | given | {
        "is_active": True,
        "red_overdue_days": 30,
        "red_overdue_share": 30,
        "red_idle_share": 50,
        "yellow_due_days": 15,
        "yellow_milestone_days": 7,
        "yellow_gap": 10,
    }
    assert get(planner, "plans/")["results"] == [body]


def test_groups(planner):
    groups = get(planner, "groups/")["results"]
    assert [(group["ordinal"], group["title"], group["display"]) for group in groups] == [
        (ordinal, title, title) for ordinal, title in GROUPS.items()
    ]
    row = cast.plan().groups.get(ordinal=2)
    page = f"/tasks/?plan=2023&group={row.pk}"
    own = {"plan": plan_brief(), "ordinal": 2, "title": GROUPS[2]}
    assert groups[1] == common(row, f"groups/{row.pk}/", page, GROUPS[2]) | own == get(planner, f"groups/{row.pk}/")


def test_a_department_with_members_and_aliases(admin):
    row = cast.unit("districts")
    body = get(admin, "departments/districts/")
    districts = [code for code, unit in KINDS.items() if unit["kind"] == "district" and not unit["is_collective"]]
    members = [member["code"] for member in body["members"]]
    assert len(members) == 16
    assert set(members) <= set(districts)
    assert body["members"][0] == unit_brief(members[0])
    assert {name: body[name] for name in ("members", "aliases")} == {"members": body["members"], "aliases": []}
    own = KINDS["districts"]
    expected = common(row, "departments/districts/", "/departments/districts/", own["short_name"]) | {
        "code": "districts",
        "name": own["name"],
        "short_name": own["short_name"],
        "kind": {"value": own["kind"], "label": KIND_LABELS[own["kind"]]},
        "is_collective": True,
        "is_active": True,
        "contact_name": "",
        "contact_phone": "",
    }
    assert {name: value for name, value in body.items() if name not in ("members", "aliases")} == expected
    assert next(one for one in get(admin, "departments/")["results"] if one["code"] == "districts") == expected
    assert get(admin, "departments/")["count"] == 42


def test_aliases(leader):
    found = {
        one["code"]: get(leader, f"departments/{one['code']}/")["aliases"]
        for one in get(leader, "departments/")["results"]
    }
    given = {}
    for alias in fields_of(UNITS, "departments.departmentalias"):
        given.setdefault(alias["department"][0], []).append(alias["name"])
    assert {code: sorted(names) for code, names in found.items() if names} == {c: sorted(n) for c, n in given.items()}


def test_a_report(jlc):
    row = factories.report(
        cast.task(4), cast.unit("jlc"), jlc, date(2023, 6, 10),
        assessment="behind", problems="缺人", next_steps="补人", progress_text="已做 <b>一半</b>",
    )  # fmt: skip
    body = get(jlc, f"reports/{row.pk}/")
    assert body == common(row, f"reports/{row.pk}/", "/tasks/2023-04/", "市局计量处 · 4 构建大计量工作格局") | {
        "task": task_brief(4),
        "department": unit_brief("jlc"),
        "period": None,
        "state": {"value": "submitted", "label": "submitted"},
        "assessment": {"value": "behind", "label": "behind schedule"},
        "progress_text": "已做 <b>一半</b>",
        "problems": "缺人",
        "next_steps": "补人",
        "author": {"id": jlc.pk, "url": None, "display": jlc.name},
        "filled_in": False,
        "reported_on": "2023-06-10",
        "submitted_at": "2023-06-10T12:00:00+08:00",
        "reviewer": None,
        "review_note": "",
    }
    assert get(jlc, "reports/")["results"] == [body]


def test_an_empty_choice_is_null(jlc):
    row = factories.report(cast.task(4), cast.unit("jlc"), jlc, assessment="")
    body = get(jlc, f"reports/{row.pk}/")
    assert (body["assessment"], body["reported_on"], body["submitted_at"]) == (None, None, None)


def test_the_summary(planner):
    Milestone.objects.filter(task__number=3).update(state="done", done_on=date(2023, 6, 1))
    Task.objects.filter(number=9).update(state="cancelled", state_before="not_started")
    body = get(planner, "plans/2023/summary/")
    assert body["tasks"] == 17
    assert body["by_state"] == [
        {"value": "not_started", "label": "not started", "count": 16},
        {"value": "in_progress", "label": "in progress", "count": 0},
        {"value": "closing", "label": "closing asked for", "count": 0},
        {"value": "closed", "label": "closed", "count": 0},
        {"value": "suspended", "label": "suspended", "count": 0},
        {"value": "cancelled", "label": "cancelled", "count": 1},
    ]
    lights = [task["light"]["value"] for task in get(planner, "tasks/")["results"]]
    assert {one["value"]: one["count"] for one in body["by_light"]} == {
        light: lights.count(light) for light in ("red", "yellow", "green", "blue", "grey")
    }
    assert (body["progress"], [group["tasks"] for group in body["groups"]]) == (6, [4, 4, 3, 3, 3])
    assert [group["progress"] for group in body["groups"]] == [25, 0, 0, 0, 0]
    assert [group["group"] for group in body["groups"]] == [group_brief(ordinal) for ordinal in GROUPS]
    assert sum(one["count"] for group in body["groups"] for one in group["by_light"]) == 17


def test_the_summary_is_over_what_the_caller_sees(pudong, simt):
    assert get(pudong, "plans/2023/summary/")["tasks"] == 12
    body = get(simt, "plans/2023/summary/")
    assert (body["tasks"], [group["tasks"] for group in body["groups"]]) == (7, [1, 2, 2, 1, 1])


def test_a_summary_of_nothing(planner):
    plan = factories.plan()
    body = get(planner, f"plans/{plan.code}/summary/")
    assert (body["tasks"], body["progress"], body["expected_progress"], body["groups"]) == (0, None, None, [])


def test_inactive_plans_are_for_those_who_prepare_them(planner, leader, pudong):
    plan = factories.plan(is_active=False)
    factories.task(plan, leads=(cast.unit("pudong"),))
    for user, seen in ((planner, True), (leader, True), (pudong, False)):
        assert (plan.code in [one["code"] for one in get(user, "plans/")["results"]]) == seen
        assert (plan.pk in [one["plan"]["id"] for one in get(user, "groups/")["results"]]) == seen
        assert (plan.pk in [one["plan"]["id"] for one in get(user, "tasks/")["results"]]) == seen


def test_nothing_of_a_department_is_left_out(planner):
    assert set(get(planner, "departments/pudong/")) == {
        "id", "url", "display_url", "display", "version", "created_at", "updated_at",
        "code", "name", "short_name", "kind", "is_collective", "is_active", "contact_name", "contact_phone",
        "members", "aliases",
    }  # fmt: skip
    assert Department.objects.count() == 42
    assert Report.objects.count() == 0
