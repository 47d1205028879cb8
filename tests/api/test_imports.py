"""Documents on their way in, over the API: read, corrected, stored, brought up to date, dropped."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from zeal import zeal_ignore

from tasks.models import Plan, PlanImport, Task
from tests import cast
from tests.api.calls import BASE, call, errors, get
from tests.tasks.importing import ALIEN, TEXT, begun, stored, versions

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


def upload(user: Any, content: bytes, name: str = "要点.txt", **more: Any) -> Any:
    return cast.signed_in(user).post(f"{BASE}/imports/", {"file": SimpleUploadedFile(name, content)} | more)


def brief(plan: Plan) -> dict[str, Any]:
    url = f"{HOST}/api/v1/plans/{plan.code}/"
    return {"id": plan.pk, "url": url, "display": plan.title, "code": plan.code, "year": plan.year}


def test_a_text_is_read(planner):
    response = call(planner, "POST", "imports/", {"text": ALIEN, "name": "C:\\要点.docx"})
    assert response.status_code == 201, response.content
    body, row = response.json(), PlanImport.objects.get()
    assert response.headers["Location"] == body["url"] == f"{HOST}/api/v1/imports/{row.pk}/"
    assert body == get(planner, f"imports/{row.pk}/")
    assert {name: body[name] for name in body if name not in {"reading", "unknown", "created_at", "updated_at"}} == {
        "id": row.pk,
        "url": f"{HOST}/api/v1/imports/{row.pk}/",
        "display_url": f"{HOST}/plans/import/{row.pk}/",
        "display": "要点.docx",
        "version": 1,
        "name": "要点.docx",
        "title": "2024年上海市计量工作要点",
        "state": {"value": "open", "label": "being checked"},
        "sender": {"id": planner.pk, "url": None, "display": planner.name},
        "plan": None,
        "stored_on": None,
        "text": ALIEN.strip(),
        "problems": [
            {
                "place": None,
                "field": "names",
                "message": "No department has the name “市局监察总队”. Choose one, or leave it out.",
            }
        ],
        "warnings": [],
        "comparison": None,
    }
    assert body["reading"] == row.reading
    [unknown] = body["unknown"]
    assert (unknown["printed"], unknown["places"], unknown["decided"], unknown["inactive"]) == (
        "市局监察总队", [2], None, None,
    )  # fmt: skip
    assert 0 < len(unknown["nearest"]) <= 5
    [listed] = get(planner, "imports/")["results"]
    assert listed == {name: body[name] for name in listed}
    assert set(body) - set(listed) == {"text", "reading", "problems", "warnings", "unknown", "comparison"}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_file_is_read(encoding, planner):
    response = upload(planner, TEXT.encode(encoding))
    assert response.status_code == 201, response.content
    body = response.json()
    assert (body["name"], [task["title"] for task in body["reading"]["tasks"]]) == (
        "要点.txt", ["完善计量标准", "加强计量宣传", "抓好计量检查"],
    )  # fmt: skip


def test_what_is_no_document_is_400(planner, settings):
    assert errors(upload(planner, b"MZ\x90\x00" * 99)) == [("file", "unreadable")]
    assert errors(upload(planner, b"")) == [("file", "empty")]
    assert errors(upload(planner, TEXT.encode(), text="x")) == [("text", "unknown")]
    assert errors(cast.signed_in(planner).post(f"{BASE}/imports/", {})) == [("file", "required")]
    assert errors(call(planner, "POST", "imports/", {"text": "no Chinese"})) == [("text", "unreadable")]
    assert errors(call(planner, "POST", "imports/", {"text": ""})) == [("text", "blank")]
    assert errors(call(planner, "POST", "imports/", {"text": 5})) == [("text", "invalid")]
    assert errors(call(planner, "POST", "imports/", {"text": TEXT, "code": "2024"})) == [("code", "unknown")]
    settings.UPLOAD_MAX_SIZE = 1000
    response = upload(planner, TEXT.encode() * 9)
    assert (response.status_code, response.json()["title"]) == (413, "提交内容过大")
    assert PlanImport.objects.count() == 0


@pytest.mark.parametrize("who", ["leader", "jlc", "pudong", "admin"])
def test_nobody_but_planners(who, planner, everyone):
    row, user = begun(planner), everyone[who]
    path = f"imports/{row.pk}/"
    hidden = 403 if who == "admin" else 404
    assert call(user, "POST", "imports/", {"text": "x"}).status_code == 403
    assert upload(user, b"MZ").status_code == 403
    listed = call(user, "GET", "imports/")
    assert (listed.status_code, listed.json().get("count")) == ((403, None) if who == "admin" else (200, 0))
    for method, where in (("GET", path), ("PATCH", path), ("POST", f"{path}store/"), ("POST", f"{path}drop/")):
        assert call(user, method, where, None if method == "GET" else {}).status_code == hidden
    row.refresh_from_db()
    assert (row.version, row.state) == (1, "open")


def test_planners_correct_each_others(planner, planner2):
    path = f"imports/{begun(planner, ALIEN).pk}/"
    change = {
        "version": 1,
        "document_number": "沪市监计量〔2024〕1号",
        "names": {"市局监察总队": "jlc"},
        "groups": [{"ordinal": 1, "title": "夯实基础"}, {"ordinal": 2, "title": "强化监管（修订）"}],
        "tasks": [
            {"place": 0, "left_out": True},
            {
                "place": 1,
                "title": "加强宣传",
                "units": [{"printed": "市局计量处", "role": "lead"}, {"printed": "市计量协会等", "role": "support"}],
                "milestones": [{"title": "宣传", "quote": "组织开展世界计量日宣传活动", "due_on": "2024-05-20"}],
            },
        ],
        "added": [{"title": "补录", "text": "补录。", "group": 1}],
    }
    response = call(planner2, "PATCH", path, change)
    assert response.status_code == 200, response.content
    body = response.json()
    reading = body["reading"]
    assert (body["version"], body["problems"], reading["document_number"], reading["names"]) == (
        2, [], "沪市监计量〔2024〕1号", {"市局监察总队": "jlc"},
    )  # fmt: skip
    first, second, _third, added = reading["tasks"]
    assert first["left_out"] is True
    assert (second["title"], second["units"]) == (
        "加强宣传",
        [
            {"printed": "市局计量处", "role": "lead", "open_ended": False, "ending": ""},
            {"printed": "市计量协会", "role": "support", "open_ended": True, "ending": ""},
        ],
    )
    assert second["milestones"] == [
        {"title": "宣传", "quote": "组织开展世界计量日宣传活动", "due_on": "2024-05-20",
         "date_basis": "set_by_staff", "kept": True},
    ]  # fmt: skip
    assert (added["number"], added["group"], added["place"]) == (4, 1, None)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"year": "2024"}, [("year", "invalid")]),
        ({"year": 1999}, [("year", "min_value")]),
        ({"code": "两千"}, [("code", "invalid")]),
        ({"issued_on": "20240220"}, [("issued_on", "invalid")]),
        ({"groups": [{"title": "甲"}]}, [("groups.0.ordinal", "required")]),
        ({"groups": [{"ordinal": 1, "title": "甲"}, {"ordinal": 1, "title": "乙"}]}, [("groups", "unique")]),
        ({"names": {"市局监察总队": "nobody"}}, [("names", "invalid_choice")]),
        ({"names": {"没有的名字": "jlc"}}, [("names", "invalid_choice")]),
        ({"names": {"市局监察总队": 5}}, [("names.市局监察总队", "invalid")]),
        ({"tasks": [{"title": "甲"}]}, [("tasks.0.place", "required")]),
        ({"tasks": [{"place": 9, "title": "甲"}]}, [("tasks.9.place", "invalid_choice")]),
        ({"tasks": [{"place": 0}, {"place": 0}]}, [("tasks", "unique")]),
        ({"tasks": [{"place": 0, "number": None}]}, [("tasks.0.number", "null")]),
        ({"tasks": [{"place": 0, "group": 7}]}, [("tasks.0.group", "invalid_choice")]),
        ({"tasks": [{"place": 0, "units": [{"printed": "甲"}]}]}, [("tasks.0.units.0.role", "required")]),
        ({"tasks": [{"place": 0, "units": [{"printed": "甲", "role": "boss"}]}]},
         [("tasks.0.units.0.role", "invalid_choice")]),
        ({"tasks": [{"place": 0, "milestones": [{"title": "甲"}]}]}, [("tasks.0.milestones.0.quote", "required")]),
        ({"tasks": [{"place": 0, "milestones": [{"title": "甲", "quote": "没有这句"}]}]},
         [("tasks.0.milestones", "milestone_quote_verbatim")]),
        ({"tasks": [{"place": 0, "doubts": []}]}, [("tasks.0.doubts", "unknown")]),
        ({"added": [{"title": "甲"}]}, [("added.0.text", "required")]),
        ({"reading": {}}, [("reading", "unknown")]),
        ({"title": "长" * 201, "tasks": [{"place": 0, "title": 1}]},
         [("title", "max_length"), ("tasks.0.title", "invalid")]),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_400_and_keeps_nothing(change, wrong, planner):
    row = begun(planner, ALIEN)
    response = call(planner, "PATCH", f"imports/{row.pk}/", {"issuer": "别的机关"} | change)
    assert (response.status_code, errors(response)) == (400, wrong)
    row.refresh_from_db()
    assert (row.version, row.reading["issuer"]) == (1, "上海市市场监督管理局")


def test_it_is_stored_once(planner):
    row = begun(planner)
    path = f"imports/{row.pk}/"
    tag = call(planner, "GET", path).headers["ETag"]
    body = call(planner, "POST", f"{path}store/", {"seen": ""}, If_Match=tag).json()
    plan = Plan.objects.get(code="2024")
    assert (body["state"]["value"], body["plan"], body["stored_on"]) == ("stored", brief(plan), "2023-06-15")
    assert (body["comparison"], body["problems"], plan.tasks.count()) == (None, [], 3)
    assert [one["id"] for one in get(planner, "imports/?state=stored&plan=2024")["results"]] == [row.pk]
    assert get(planner, "imports/?state=open")["count"] == 0
    assert call(planner, "POST", f"{path}store/", {}).status_code == 409
    assert call(planner, "POST", f"{path}drop/", {}).status_code == 409
    assert call(planner, "PATCH", path, {"title": "晚了"}).status_code == 409
    assert call(planner, "POST", f"{path}store/", {}, If_Match=tag).status_code == 412
    assert Plan.objects.filter(year=2024).count() == 1


def test_every_problem_at_once_and_nothing_is_stored(planner):
    row = begun(planner, ALIEN.replace("2024年2月20日\n", ""))
    call(planner, "PATCH", f"imports/{row.pk}/", {"tasks": [{"place": 1, "group": None, "title": ""}]})
    response = call(planner, "POST", f"imports/{row.pk}/store/", {})
    assert (response.status_code, errors(response)) == (
        400,
        [
            ("issuer", "issuer"),
            ("issued_on", "issued_on"),
            ("names", "names"),
            ("tasks.1.title", "title"),
            ("tasks.1.group", "group"),
        ],
    )
    assert Plan.objects.filter(year=2024).count() == 0


def test_another_edition_is_compared_and_brings_the_plan_up_to_date(planner):
    plan = stored(planner)
    edition = TEXT.replace("开展民用三表专项检查", "开展民用四表专项检查").replace("2.加强", "4.加强")
    body = call(planner, "POST", "imports/", {"text": edition}).json()
    compared = body["comparison"]
    task = Task.objects.get(plan=plan, number=3)
    assert (compared["plan"], compared["is_same"], compared["text_changed"]) == (brief(plan), False, True)
    assert [(one["number"], one["kind"], one["place"]) for one in compared["tasks"]] == [
        (1, "unchanged", 0), (2, "missing", None), (3, "changed", 2), (4, "new", 1),
    ]  # fmt: skip
    third = compared["tasks"][2]
    assert third["task"] == {
        "id": task.pk, "url": f"{HOST}/api/v1/tasks/2024-03/", "display": str(task), "number": 3,
    }  # fmt: skip
    assert (third["changes"][0]["field"], third["changes"][0]["label"]) == ("text", "Text")
    Plan.objects.filter(pk=plan.pk).update(title="别人改的")
    stale = call(planner, "POST", f"imports/{body['id']}/store/", {"seen": compared["seen"]})
    assert stale.status_code == 412
    with zeal_ignore():  # the plan's places were found once before, when it was stored
        assert call(planner, "POST", f"imports/{body['id']}/store/", {}).status_code == 200
    assert plan.tasks.count() == 4


def test_the_same_again_touches_no_row(planner):
    stored(planner)
    body, before = call(planner, "POST", "imports/", {"text": TEXT}).json(), versions()
    assert body["comparison"]["is_same"] is True
    assert (
        call(planner, "POST", f"imports/{body['id']}/store/", {"seen": body["comparison"]["seen"]}).status_code == 200
    )
    assert versions() == before


def test_it_is_dropped(planner, planner2):
    path = f"imports/{begun(planner).pk}/"
    assert call(planner2, "POST", f"{path}drop/", {"note": "x"}).status_code == 400
    assert call(planner2, "POST", f"{path}drop/", {"version": 9}).status_code == 412
    body = call(planner2, "POST", f"{path}drop/", {"version": 1}).json()
    assert (body["state"], body["plan"], body["comparison"]) == (
        {"value": "dropped", "label": "dropped"}, None, None,
    )  # fmt: skip
    assert call(planner, "POST", f"{path}store/", {}).status_code == 409
