"""What a body may be: hostile ones are malformed, never a failure, and nothing of them is kept."""

import json

import pytest

from tasks.models import Milestone, Task
from tests import cast
from tests.api.calls import call, errors

pytestmark = pytest.mark.django_db

PATH = "/api/v1/tasks/2023-05/"


def send(user, data: bytes | str, content_type: str = "application/json", method: str = "PATCH", path: str = PATH):
    given = data.encode() if isinstance(data, str) else data
    headers = {"Accept-Language": "en"}
    return cast.signed_in(user).generic(method, path, given, content_type=content_type, headers=headers)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("{", "This is no JSON: line 1, column 2."),
        ('{"title": "x",}', "This is no JSON: line 1, column 15."),
        ("\ufeff{}", "This is no JSON: line 1, column 1."),
        (b'{"title": "\xff"}', "The text is not UTF-8."),
        ('{"title": "新"}'.encode("gb18030"), "The text is not UTF-8."),
        ('{"title": "\\ud800"}', "The text is not UTF-8."),
        ('{"title": "x\\udc00y"}', "The text is not UTF-8."),
        ('{"\\ud800": 1}', "The text is not UTF-8."),
        ('{"title": ["\\ud800"]}', "The text is not UTF-8."),
        ('{"title": NaN}', "NaN and Infinity are no JSON."),
        ('{"number": Infinity}', "NaN and Infinity are no JSON."),
        ('{"number": -Infinity}', "NaN and Infinity are no JSON."),
        ('{"title": "a", "title": "b"}', "A name stands twice in one object."),
        ('{"version": 1, "version": 1}', "A name stands twice in one object."),
        ("[" * 30 + "]" * 30, "It is nested too deeply."),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "It is nested too deeply."),
        ("[" * 100_000, "It is nested too deeply."),
        ('{"number": ' + "9" * 5000 + "}", "A number in it is too long."),
        ("   ", "This is no JSON: line 1, column 4."),
    ],
)
def test_what_is_no_json_is_malformed(body, detail, planner):
    response = send(planner, body)
    assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
    assert (response.json()["detail"], response.json()["errors"]) == (detail, [])


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "true", '[{"title": "x"}]'])
def test_what_is_no_object_is_malformed(body, planner):
    response = send(planner, body)
    assert (response.status_code, errors(response)) == (400, [("", "invalid")])


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", "", "/"]
)
def test_another_type_is_415(kind, planner):
    response = send(planner, '{"title": "x"}', kind)
    assert (response.status_code, response.json()["title"]) == (415, "Send JSON")


def test_a_broken_form_is_refused_as_a_problem(planner):
    response = send(planner, b"--x\r\nbroken", "multipart/form-data; boundary=x")
    assert (response.status_code, response.headers["Content-Type"]) == (415, "application/problem+json")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "gbk", "utf-16", "rot13", "zlib", "no-such"])
def test_json_is_utf_8_whatever_the_type_says(charset, planner):
    response = send(planner, '{"title": "新标题", "version": 1}', f"application/json; charset={charset}")
    assert (response.status_code, Task.objects.get(number=5).title) == (200, "新标题")


@pytest.mark.parametrize("charset", ["rot13", "zlib", "undefined", "idna"])
@pytest.mark.parametrize("path", ["/api/v1/tasks/?q=%E8%AE%A1", "/api/v1/tasks/?%FF=%FF"])
def test_a_strange_charset_does_not_break_the_address(charset, path, planner):
    response = send(planner, "", f"application/json; charset={charset}", "GET", path)
    assert response.status_code in (200, 400)
    assert response.headers["Content-Type"].startswith("application/")


def test_what_is_too_large_is_413(planner):
    response = send(planner, json.dumps({"text": "x" * (2 * 1024 * 1024)}))
    assert (response.status_code, response.json()["title"]) == (413, "The request is too large")
    assert "x" * 100 not in Task.objects.get(number=5).text


def test_just_not_too_large_is_read(planner):
    task = Task.objects.get(number=5)
    size = 2 * 1024 * 1024 - len(json.dumps({"title": ""}))
    response = send(planner, json.dumps({"title": "x" * size}))
    assert (response.status_code, errors(response)) == (400, [("title", "max_length")])
    assert Task.objects.get(number=5).version == task.version


# ---- JSON types as they are ----


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", 5, "invalid"),
        ("title", True, "invalid"),
        ("title", None, "null"),
        ("title", ["x"], "invalid"),
        ("title", {"x": 1}, "invalid"),
        ("title", "", "blank"),
        ("title", "   ", "blank"),
        ("title", "x" * 201, "max_length"),
        ("title", "a\x00b", "null_characters_not_allowed"),
        ("text", "", "blank"),
        ("text", "a\x00b", "null_characters_not_allowed"),
        ("number", "5", "invalid"),
        ("number", 5.5, "invalid"),
        ("number", 1e400, None),
        ("number", True, "invalid"),
        ("number", 0, "min_value"),
        ("number", -1, "min_value"),
        ("number", 32768, "max_value"),
        ("number", 10**300, "max_value"),
        ("due_on", 20231231, "invalid"),
        ("due_on", "20231231", "invalid"),
        ("due_on", "2023-13-01", "invalid"),
        ("due_on", "2023-02-29", "invalid"),
        ("due_on", "0000-01-01", "invalid"),
        ("due_on", "10000-01-01", "invalid"),
        ("due_on", "2023-W01-1", "invalid"),
        ("due_on", "2023-1-1", "invalid"),
        ("due_on", "２０２３-12-31", "invalid"),
        ("due_on", "2023-12-31T00:00:00", "invalid"),
        ("due_on", "2023-12-31\n", "invalid"),
        ("due_on", "", "invalid"),
        ("due_on", None, "null"),
        ("group", "1", "invalid"),
        ("group", True, "invalid"),
        ("group", 0, "invalid"),
        ("group", -5, "invalid"),
        ("group", 2**63, "invalid"),
        ("group", 10**100, "invalid"),
        ("group", 2**63 - 1, "does_not_exist"),
        ("group", None, "null"),
        ("group", {"id": 1}, "invalid"),
        ("version", "1", "invalid"),
        ("version", -1, "min_value"),
        ("version", 2**31, "max_value"),
        ("version", True, "invalid"),
        ("version", 1.5, "invalid"),
        ("version", -1.0, "min_value"),
        ("version", None, "null"),
        ("progress", 50, "unknown"),
        ("state", "closed", "unknown"),
        ("light", "green", "unknown"),
        ("plan", 1, "unknown"),
        ("id", 7, "unknown"),
        ("", 1, "unknown"),
        ("a\x00", 1, "unknown"),
        ("__class__", 1, "unknown"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(field, value, code, planner):
    before = Task.objects.values().get(number=5)
    if code is None:
        response = send(planner, '{"number": 1e400}')
        code = "invalid"
    else:
        response = call(planner, "PATCH", PATH, {field: value})
    assert (response.status_code, errors(response)) == (400, [(field, code)])
    assert Task.objects.values().get(number=5) == before


def test_every_error_at_once(planner):
    response = call(planner, "PATCH", PATH, {"title": "", "number": 0, "due_on": "nonsense"})
    assert errors(response) == [("number", "min_value"), ("title", "blank"), ("due_on", "invalid")]


@pytest.mark.parametrize("value", ["yes", 1, "true", "false", 0, None, "on"])
def test_a_switch_is_true_or_false(value, planner):
    row = cast.task(5).assignments.first()
    response = call(planner, "PATCH", f"assignments/{row.pk}/", {"owes_report": value})
    assert response.status_code == 400
    assert [field for field, _code in errors(response)] == ["owes_report"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_dates_at_the_ends_of_time_are_dates(day, planner):
    row = Milestone.objects.first()
    response = call(planner, "PATCH", f"milestones/{row.pk}/", {"due_on": day})
    assert (response.status_code, response.json()["due_on"]) == (200, day)
    response = call(planner, "PATCH", PATH, {"due_on": day})
    assert (response.status_code, response.json()["due_on"]) == (200, day)
    assert call(planner, "GET", "tasks/").status_code == 200
    assert call(planner, "GET", "plans/2023/summary/").status_code == 200


def test_a_choice_says_what_fits(planner):
    response = call(planner, "POST", "assignments/", {"task": 1, "department": 1, "role": "chief"})
    assert errors(response) == [("role", "invalid_choice")]
    assert response.json()["errors"][0]["message"] == "This fits: lead, support"


@pytest.mark.parametrize("given", [None, {}])
def test_nothing_at_all_changes_nothing(given, planner):
    before = Task.objects.get(number=5).version
    assert call(planner, "PATCH", PATH, given).status_code == 200
    assert Task.objects.get(number=5).version == before


def test_what_is_missing_is_named(planner):
    response = call(planner, "POST", "tasks/")
    assert errors(response) == [(f, "required") for f in ("group", "number", "title", "text", "due_on", "plan")]


def test_hostile_text_comes_back_as_it_was_sent(planner):
    text = "<script>alert(1)</script> \"'&\\ \u2028 \U0001f600 \u202e"
    response = call(planner, "PATCH", PATH, {"title": text})
    assert (response.status_code, response.json()["title"]) == (200, text)
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_whole_number_may_be_written_with_a_point(planner):
    group = cast.task(5).group_id
    response = call(planner, "PATCH", PATH, {"number": 99.0, "group": float(group), "version": 1.0})
    assert (response.status_code, response.json()["number"]) == (200, 99)
