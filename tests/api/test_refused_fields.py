"""What the database refuses stands beside its field; departments with their members and aliases; what is deleted."""

import pytest

from departments.models import Department, DepartmentAlias
from tasks.models import Assignment
from tests import cast, factories
from tests.api.calls import call, errors, get
from tests.api.test_refusals import TASK, filled

pytestmark = pytest.mark.django_db


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
