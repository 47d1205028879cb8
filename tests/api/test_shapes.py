"""What the API shows, field by field: the 17 tasks against the reading of the document, the rest against the rows."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from departments.models import Department
from tasks.actions import extensions
from tasks.models import Directive, ExtensionRequest, Milestone, Place, Reminder, Report, Standing, Task
from tests import cast, factories
from tests.api import loop
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
PLACES = fields_of(ROWS, "tasks.place")
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


def place_of(kind: str, *key: Any) -> list[int]:
    [found] = [place for place in PLACES if place.get(kind) == ["2023", *key]]
    return [found["starts_at"], found["ends_at"]]


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
        "place": place_of("task", number),
        "plan": plan_brief(),
        "group": group_brief(given["group"][1]),
        "state": {"value": "not_started", "label": "not started"},
        "starts_on": None,
        "due_on": "2023-12-31",
        "original_due_on": "2023-12-31",
        "extensions": 0,
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
        "place": place_of("milestone", 6, 1),
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


def test_words_that_stand_nowhere_have_no_place(planner):
    Place.objects.filter(plan__code="2023").delete()
    row = cast.task(6).milestones.get(position=1)
    assert get(planner, f"milestones/{row.pk}/")["place"] is None
    assert {one["place"] for one in get(planner, "tasks/?limit=100")["results"]} == {None}
    assert {one["place"] for one in get(planner, "assignments/?limit=1000")["results"]} == {None}


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
        "place": place_of("assignment", 17, "lead", 2),
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
        "report_every": {"value": "quarter", "label": "every quarter"},
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
        "overdue": False,
        "late": False,
        "no_news": False,
        "assessment": {"value": "behind", "label": "behind schedule"},
        "progress_text": "已做 <b>一半</b>",
        "problems": "缺人",
        "next_steps": "补人",
        "evidence": [],
        "author": {"id": jlc.pk, "url": None, "display": jlc.name},
        "filled_in": False,
        "reported_on": "2023-06-10",
        "submitted_at": "2023-06-10T12:00:00+08:00",
        "reviewer": None,
        "reviewed_on": None,
        "review_note": "",
    }
    assert get(jlc, "reports/")["results"] == [body]


def period_brief(number: int) -> dict[str, Any]:
    row, name = loop.quarter(number), ("First", "Second", "Third", "Fourth")[number - 1]
    dates = {"starts_on": row.starts_on, "ends_on": row.ends_on, "due_on": row.due_on}
    url = f"{HOST}/api/v1/periods/{row.pk}/"
    return {"id": row.pk, "url": url, "display": f"{name} quarter"} | {k: v.isoformat() for k, v in dates.items()}


def test_a_returned_report_of_a_period(pudong, planner):
    row = loop.brought_to("returned", loop.owed(loop.opened(), 6, "pudong"), pudong, planner)
    body = get(planner, f"reports/{row.pk}/")
    display = "浦东新区市场监管局 · 6 " + TASKS[6]["title"]
    row.refresh_from_db()
    assert body == common(row, f"reports/{row.pk}/", f"/reports/{row.pk}/", display) | {
        "task": task_brief(6),
        "department": unit_brief("pudong"),
        "period": period_brief(2),
        "state": {"value": "returned", "label": "returned"},
        "overdue": False,
        "late": False,
        "no_news": False,
        "assessment": {"value": "on_schedule", "label": "on schedule"},
        "progress_text": "已完成抽查。",
        "problems": "无",
        "next_steps": "继续抽查。",
        "evidence": [],
        "author": {"id": pudong.pk, "url": None, "display": pudong.name},
        "filled_in": False,
        "reported_on": "2023-06-15",
        "submitted_at": shanghai(row.submitted_at),
        "reviewer": {"id": planner.pk, "url": None, "display": planner.name},
        "reviewed_on": "2023-06-15",
        "review_note": "请补充数据。",
    }


def test_what_is_due_has_no_author_and_no_words(pudong, settings):
    row = loop.owed(loop.opened(), 6, "pudong")
    settings.PORTAL_TODAY = date(2023, 6, 26)
    body = get(pudong, f"reports/{row.pk}/")
    empty = ("author", "assessment", "progress_text", "reported_on", "submitted_at", "reviewer", "overdue", "late")
    assert [body[name] for name in empty] == [None, None, "", None, None, None, True, False]


def test_late_is_not_overdue(pudong):
    row = loop.brought_to("submitted", loop.owed(loop.opened(1), 6, "pudong"), pudong)
    body = get(pudong, f"reports/{row.pk}/")
    assert (body["period"]["due_on"], body["overdue"], body["late"]) == ("2023-03-27", False, True)


def test_periods(planner, pudong):
    loop.rows(cast.task(4))
    first, second, third, _fourth = get(planner, "periods/")["results"]
    row = loop.quarter(2)
    page = f"/matrix/?plan=2023&period={row.pk}"
    assert second == common(row, f"periods/{row.pk}/", page, "Second quarter") | {
        "plan": plan_brief(),
        "label": "Second quarter",
        "starts_on": "2023-04-01",
        "ends_on": "2023-06-30",
        "due_on": "2023-06-25",  # a Sunday that was made a working day
        "state": {"value": "open", "label": "open"},
        "opened_on": "2023-06-15",
        "closed_on": None,
        "owed": Report.objects.filter(period=row).count(),
        "sent": 0,
        "overdue": 0,
    }
    assert get(planner, f"periods/{row.pk}/") == second
    assert (first["due_on"], first["state"]["value"], first["overdue"]) == ("2023-03-27", "closed", first["owed"])
    assert [third[name] for name in ("state", "owed", "sent", "overdue")] == [
        {"value": "planned", "label": "planned"}, None, None, None,
    ]  # fmt: skip
    loop.brought_to("submitted", loop.owed(row, 7, "pudong"), pudong)
    own = get(pudong, f"periods/{row.pk}/")
    assert [own[name] for name in ("owed", "sent", "overdue")] == [4, 1, 0]


def test_the_matrix(planner, pudong, xuhui, settings):
    period = loop.opened()
    loop.brought_to("draft", loop.owed(period, 6, "pudong"), pudong)
    loop.brought_to("accepted", loop.owed(period, 7, "pudong"), pudong)
    settings.PORTAL_TODAY = date(2023, 6, 26)
    body = get(pudong, f"periods/{period.pk}/matrix/")
    assert body == {
        "units": [unit_brief("pudong")],
        "tasks": [task_brief(number) for number in (6, 7, 8, 17)],
        "cells": [
            {
                "department": cast.unit("pudong").pk,
                "task": cast.task(number).pk,
                "report": loop.owed(period, number, "pudong").pk,
                "state": {"value": state, "label": state},
                "overdue": overdue,
            }
            for number, state, overdue in (
                (6, "draft", True), (7, "accepted", False), (8, "due", True), (17, "due", True),
            )
        ],
    }  # fmt: skip
    whole = get(planner, f"periods/{period.pk}/matrix/")
    assert len(whole["cells"]) == Report.objects.filter(period=period).count()
    assert [cell for cell in whole["cells"] if cell["department"] == cast.unit("pudong").pk] == body["cells"]
    assert get(planner, f"periods/{loop.quarter(3).pk}/matrix/") == {"units": [], "tasks": [], "cells": []}


def test_a_standing_keeps_the_words_of_its_day(planner):
    before = get(planner, "tasks/2023-04/")
    loop.rows(cast.task(4))
    Task.objects.filter(number=4).update(due_on=date(2023, 6, 1))
    row = Standing.objects.get(task__number=4)
    body = get(planner, f"standings/{row.pk}/")
    display = f"First quarter · {before['display']}"
    assert body == common(row, f"standings/{row.pk}/", "/tasks/2023-04/", display) | {
        "period": period_brief(1),
        "task": task_brief(4),
        "state": before["state"],
        "light": body["light"],
        "progress": before["progress"],
        "expected_progress": before["expected_progress"],
        "due_on": "2023-12-31",
    }
    chinese = get(planner, f"standings/{row.pk}/", **{"Accept-Language": "zh"})["light"]
    assert (body["light"]["reason"], chinese["reason"]) == (row.why["en"], row.why["zh-hans"])
    assert get(planner, "tasks/2023-04/")["light"]["value"] == "red" != body["light"]["value"]


def test_a_reminder_and_who_may_know_of_its_letter(planner, pudong, leader):
    made = loop.rows(cast.task(4))
    row = Reminder.objects.select_related("letter").get(pk=made["reminder"])
    body = get(planner, f"reminders/{row.pk}/")
    report = {
        "id": made["owed"],
        "url": f"{HOST}/api/v1/reports/{made['owed']}/",
        "display": f"浦东新区市场监管局 · {task_brief(6)['display']}",
    }
    assert body == common(row, f"reminders/{row.pk}/", f"/reports/{made['owed']}/", str(row)) | {
        "report": report,
        "period": period_brief(2),
        "recipient": {"id": pudong.pk, "url": None, "display": pudong.name},
        "reminded_on": "2023-06-15",
        "occasion": {"value": "by_hand", "label": "by a planner"},
        "by": {"id": planner.pk, "url": None, "display": planner.name},
        "letter": body["letter"],
    }
    assert (body["letter"]["state"]["value"], body["letter"]["address"]) == (row.letter.state, row.letter.address)
    assert get(pudong, f"reminders/{row.pk}/") == body
    assert get(leader, f"reminders/{row.pk}/") == body | {"letter": None}


def test_an_extension(planner, jlc):
    made = loop.rows(cast.task(4))
    row = ExtensionRequest.objects.get(pk=made["extension"])
    word = extensions.decide(row, True, by=planner, today=date(2023, 6, 15), note="同意")
    body = get(jlc, f"extensions/{row.pk}/")
    assert body == common(word, f"extensions/{row.pk}/", "/tasks/2023-04/", str(row)) | {
        "task": task_brief(4),
        "milestone": None,
        "old_due_on": "2023-12-31",
        "new_due_on": "2024-01-31",
        "reason": "设备未到货",
        "progress": "已完成招标",
        "requested_by": {"id": jlc.pk, "url": None, "display": jlc.name},
        "requested_on": "2023-06-15",
        "state": {"value": "granted", "label": "granted"},
        "decided_by": {"id": planner.pk, "url": None, "display": planner.name},
        "decided_on": "2023-06-15",
        "decision_note": "同意",
    }
    task = get(jlc, "tasks/2023-04/")
    assert [task[name] for name in ("due_on", "original_due_on", "extensions")] == ["2024-01-31", "2023-12-31", 1]
    [listed] = [one for one in get(jlc, "tasks/")["results"] if one["number"] == 4]
    assert listed["extensions"] == 1


def test_a_directive(jlc, leader):
    row = Directive.objects.get(pk=loop.rows(cast.task(4))["directive"])
    body = get(jlc, f"directives/{row.pk}/")
    assert body == common(row, f"directives/{row.pk}/", "/tasks/2023-04/", "请加快进度。") | {
        "task": task_brief(4),
        "text": "请加快进度。",
        "author": {"id": leader.pk, "url": None, "display": leader.name},
        "given_on": "2023-06-15",
        "answer": "",
        "answered_by": None,
        "answered_on": None,
    }
    assert get(jlc, "directives/?answered=true")["count"] == 0
    assert get(jlc, "directives/?answered=false")["results"] == [body]


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
