"""The OpenAPI document: valid, without a warning, and exactly what the API answers and takes."""

import json
import re
from datetime import date
from functools import cache
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from rest_framework import serializers

from metrology_plan.api.inputs import Input
from tasks.api import inputs
from tests import cast, factories
from tests.api import loop
from tests.api.calls import call, get, token_of
from tests.tasks.importing import ALIEN, begun, stored

pytestmark = pytest.mark.django_db


@cache
def document() -> dict[str, Any]:
    from drf_spectacular.generators import SchemaGenerator

    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))


def test_it_is_valid_and_nothing_is_left_to_warn_of(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_it_is_served_as_json(planner):
    response = call(planner, "GET", "schema/")
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["openapi"] == "3.1.0"
    assert set(response.json()["paths"]) == set(document()["paths"])


def test_how_one_signs_in():
    assert document()["components"]["securitySchemes"] == {
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token; they are made on /account/.",
        },
    }
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            assert operation["security"] == [{"token": []}, {"session": []}], (path, method)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = document()["paths"]
    return [(path, method, operation) for path in paths for method, operation in paths[path].items()]


def test_every_operation_says_how_it_refuses():
    for path, method, operation in operations():
        if path == "/api/v1/schema/":
            continue
        wanted = {"400", "401", "403", "404", "406", "414"}
        if method in ("post", "patch"):
            wanted |= {"409", "412", "413", "415"}
        if method == "delete":
            wanted |= {"409", "412"}
        if path.endswith((".xlsx", ".csv", ".docx", "/exports/{id}/file/")):
            wanted |= {"409"}  # too many wait, or there is no file
        refusals = {code for code in operation["responses"] if code >= "400"}
        assert refusals == wanted, (path, method)
        for code in refusals:
            assert operation["responses"][code]["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }


MEDIA = {
    ("/api/v1/evidence/", "post"): ["multipart/form-data"],
    ("/api/v1/imports/", "post"): ["application/json", "multipart/form-data"],
    ("/api/v1/plans/{id}/workbook/", "post"): ["multipart/form-data"],
}


def test_in_a_body_that_is_taken_nothing_else_may_stand():
    for path, method, operation in operations():
        if "requestBody" in operation:
            wanted = MEDIA.get((path, method), ["application/json"])
            assert list(operation["requestBody"]["content"]) == wanted, (path, method)
            for taken in operation["requestBody"]["content"].values():
                ref = taken["schema"]["$ref"]
                assert resolved({"$ref": ref})["additionalProperties"] is False, ref


def test_a_version_is_taken_where_something_is_changed_and_nowhere_else():
    for path, method, operation in operations():
        if "requestBody" in operation:
            schema, *_others = [resolved(each["schema"]) for each in operation["requestBody"]["content"].values()]
            changes = method == "patch" or path.rstrip("/").rpartition("/")[2] not in (
                "plans", "groups", "tasks", "assignments", "milestones", "reports", "departments",
                "periods", "reminders", "extensions", "directives", "evidence", "imports", "workbook",
            )  # fmt: skip
            assert ("version" in schema["properties"]) == changes, (path, method)
            headers = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
            assert ("If-Match" in headers) == changes, (path, method)


# ---- the bodies ----


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return resolved(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if list(schema) == ["allOf"] or set(schema) <= {"allOf", "readOnly", "description"}:
        return resolved(schema["allOf"][0]) if "allOf" in schema else schema
    if "oneOf" in schema:
        [one] = [each for each in schema["oneOf"] if each.get("type") != "null"]
        return resolved(one)
    return schema


def assert_exactly(body: Any, schema: dict[str, Any], where: str) -> None:
    """Every member that is declared, and no other, at every depth."""
    schema = resolved(schema)
    if isinstance(body, dict) and "properties" in schema:  # unless its members are what somebody calls them
        assert set(body) == set(schema["properties"]), where
        for name, value in body.items():
            assert_exactly(value, schema["properties"][name], f"{where}.{name}")
    elif isinstance(body, list):
        assert "array" in schema["type"], where  # or nothing
        for each in body:
            assert_exactly(each, schema["items"], f"{where}[]")


def validate(body: Any, schema: dict[str, Any]) -> None:
    whole = schema | {"components": document()["components"]}
    jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker()).validate(body)


def answered(path: str, status: str = "200", method: str = "get") -> dict[str, Any]:
    content = document()["paths"][f"/api/v1/{path}"][method]["responses"][status]["content"]
    return next(iter(content.values()))["schema"]


@pytest.fixture
def rows(db, jlc, planner, root) -> dict[str, Any]:
    """Something of everything, with what is often empty filled and empty."""
    task = cast.task(4)
    report = factories.report(task, cast.unit("jlc"), jlc, date(2023, 6, 1))
    factories.report(cast.task(5), cast.unit("jlc"), jlc, assessment="")
    empty = factories.task(leads=(cast.unit("districts"),), supports=(cast.unit("jlc"),))
    task.milestones.filter(position=1).update(state="done", done_on=date(2023, 6, 1))
    task.assignments.filter(role="support").last().delete()
    return {
        "report": report.pk,
        "export": factories.export(root, task.plan, b"x", error="x").pk,
        "empty": empty.pk,
        "milestone": task.milestones.first().pk,
        "group": task.group_id,
        "assignment": task.assignments.first().pk,
    } | loop.rows(task)


READ = {
    "plans/": ["plans/"],
    "plans/{id}/": ["plans/2023/"],
    "plans/{id}/summary/": ["plans/2023/summary/"],
    "groups/": ["groups/"],
    "groups/{id}/": ["groups/{group}/"],
    "tasks/": ["tasks/", "tasks/?limit=1&offset=1"],
    "tasks/{id}/": ["tasks/2023-04/", "tasks/{empty}/"],
    "assignments/": ["assignments/"],
    "assignments/{id}/": ["assignments/{assignment}/"],
    "milestones/": ["milestones/"],
    "milestones/{id}/": ["milestones/{milestone}/"],
    "reports/": ["reports/"],
    "reports/{id}/": ["reports/{report}/", "reports/{owed}/"],
    "periods/": ["periods/"],
    "periods/{id}/": ["periods/{period}/"],
    "periods/{id}/matrix/": ["periods/{period}/matrix/"],
    "standings/": ["standings/"],
    "standings/{id}/": ["standings/{standing}/"],
    "exports/": ["exports/"],
    "exports/{id}/": ["exports/{export}/"],
    "evidence/": ["evidence/"],
    "evidence/{id}/": ["evidence/{evidence}/"],
    "reminders/": ["reminders/"],
    "reminders/{id}/": ["reminders/{reminder}/"],
    "extensions/": ["extensions/"],
    "extensions/{id}/": ["extensions/{extension}/"],
    "directives/": ["directives/"],
    "directives/{id}/": ["directives/{directive}/"],
    "departments/": ["departments/"],
    "departments/{id}/": ["departments/districts/", "departments/pudong/"],
    "changes/": ["changes/?limit=1000"],
}


FILES = {f"plans/{{id}}/{name}" for name in ("ledger.xlsx", "ledger.csv", "bulletin.docx", "brief.docx")} | {
    "exports/{id}/file/"
}  # no bodies


APART = {"imports/", "imports/{id}/"}


def test_every_address_that_is_read_is_read_here():
    read = {path[len("/api/v1/") :] for path, method, _o in operations() if method == "get"}
    assert read == {*READ} | FILES | APART


@pytest.mark.parametrize("path", READ)
def test_bodies_are_exactly_what_is_declared(path, rows, root, jlc):
    for where in READ[path]:
        for user in (root, jlc):
            if user is jlc and path in ("reminders/{id}/", "evidence/{id}/", "exports/{id}/"):
                continue  # another's
            body = get(user, where.format(**rows))
            assert_exactly(body, answered(path), path)
            validate(body, answered(path))


def test_imports_are_exactly_what_is_declared(planner):
    """One with everything in it: doubts, names, another edition of a plan; and one that was stored."""
    stored(planner)
    edition = (
        ALIEN.replace("（牵头部门：市局计量处、市计量协会）", "").replace("5项", "6项").replace("2024年2月20日\n", "")
    )
    row = begun(planner, edition, code="2024")
    body = get(planner, f"imports/{row.pk}/")
    assert all(body[name] for name in ("problems", "warnings", "unknown", "comparison"))
    for path, shown in (("imports/{id}/", body), ("imports/", get(planner, "imports/"))):
        assert_exactly(shown, answered(path), path)
        validate(shown, answered(path))


def test_problems_are_what_is_declared(planner):
    for method, path, body in (
        ("GET", "tasks/?x=1", None),
        ("GET", "tasks/999/", None),
        ("PATCH", "tasks/2023-05/", {"x": 1}),
    ):
        problem = call(planner, method, path, body).json()
        validate(problem, {"$ref": "#/components/schemas/Problem"})
        assert set(problem) == {"type", "title", "status", "detail", "instance", "errors"}
    stale = call(planner, "PATCH", "tasks/2023-05/", {"version": 9}).json()
    validate(stale, {"$ref": "#/components/schemas/Problem"})
    assert stale["version"] == 1


def test_inputs_take_what_the_document_says():
    """Names and requirements of every serializer that reads a body, against its component."""
    components = document()["components"]["schemas"]
    for name, serializer in vars(inputs).items():
        if isinstance(serializer, type) and issubclass(serializer, Input) and f"{name}Request" in components:
            fields = serializer().fields
            assert set(components[f"{name}Request"]["properties"]) == set(fields), name
            required = {field for field, one in fields.items() if one.required}
            assert set(components[f"{name}Request"].get("required", [])) == required, name


def test_no_field_converts():
    """Each is one of the strict ones: a number in quotation marks is no number."""
    from metrology_plan.api.inputs import Choice, Day, Slug, Switch, Text, Visible, Whole

    strict = (Text, Slug, Whole, Switch, Day, Choice, Visible, serializers.ListField, inputs.Fates)
    for name, serializer in vars(inputs).items():
        ours = isinstance(serializer, type) and serializer.__module__ == inputs.__name__
        if ours and issubclass(serializer, serializers.Serializer):
            loose = {field: type(one) for field, one in serializer().fields.items() if not isinstance(one, strict)}
            assert loose == {}, name


def test_the_pages_load_nothing_from_elsewhere(client_for, planner):
    page = client_for(planner).get("/api/v1/docs/")
    assert page.status_code == 200
    found = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert [url for url in found if not url.startswith(("/static/", "/api/v1/docs/"))] == []
    script = client_for(planner).get("/api/v1/docs/?script=")
    assert (script.status_code, "https://" in script.text) == (200, False)


def test_the_document_costs_no_secret(planner, admin):
    """The same for everybody: it says nothing of what stands in the database."""
    text = token_of(planner)
    assert call(planner, "GET", "schema/").content == call(admin, "GET", "schema/").content
    assert text not in call(planner, "GET", "schema/").text
    assert "浦东" not in call(planner, "GET", "schema/").text
