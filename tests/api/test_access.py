"""Who gets in, by a token or a session, and what every answer carries."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from departments.models import ApiToken
from tasks.models import Task
from tests import cast
from tests.api.calls import ask, call, token_of

pytestmark = pytest.mark.django_db

PATH = "/api/v1/tasks/2023-05/"


def bearer(text: str, method: str = "GET", path: str = PATH, body=None, scheme: str = "Bearer"):
    return ask(Client(), method, path, body, Authorization=f"{scheme} {text}")


def problem(response) -> tuple[int, str, str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "instance", "errors"}
    assert (body["type"], body["status"], body["instance"]) == (
        "about:blank", response.status_code, response.wsgi_request.path,
    )  # fmt: skip
    return response.status_code, body["title"], body["detail"]


# ---- nobody ----


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "path", ["tasks/", "tasks/2023-05/", "tasks/999/", "changes/", "departments/pudong/", "schema/"]
)
def test_without_credentials(method, path):
    response = call(None, method, path, None if method == "GET" else {})
    assert problem(response) == (401, "Sign in first", "Sign in first")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_the_page_of_the_documentation_leads_to_the_sign_in():
    response = call(None, "GET", "docs/")
    assert (response.status_code, response.headers["Location"]) == (302, "/login/?next=/api/v1/docs/")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer", "Bearer ", "Token", "bearer x", "Token x y", "Bearer " + "0" * 64, "Bearer " + "x" * 5000,
        "Bearer \x7f", "Bearer ÿþ", "Bearer 令牌".encode().decode("latin-1"),
    ],
)  # fmt: skip
def test_a_token_that_is_none(header, planner):
    token_of(planner)
    response = ask(Client(), "GET", PATH, Authorization=header)
    assert problem(response) == (401, "Sign in first", "This token is not valid: wrong, expired or revoked.")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["", "Basic cGxhbm5lcjp4", "Digest x", "Negotiate"])
def test_another_scheme_is_nobody(header):
    assert problem(ask(Client(), "GET", PATH, Authorization=header))[0] == 401


# ---- tokens ----


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Token", "TOKEN"])
def test_a_token_is_its_owner(scheme, planner):
    response = bearer(token_of(planner), scheme=scheme)
    assert (response.status_code, response.json()["number"]) == (200, 5)


def test_a_token_sees_what_its_owner_sees(pudong):
    assert problem(bearer(token_of(pudong)))[0] == 404


def test_a_token_needs_no_csrf(planner):
    client = Client(enforce_csrf_checks=True)
    response = ask(client, "PATCH", PATH, {"title": "新标题"}, Authorization=f"Bearer {token_of(planner)}")
    assert (response.status_code, response.json()["title"]) == (200, "新标题")


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", PATH), ("POST", "tasks/"), ("DELETE", "assignments/1/"), ("PUT", PATH)]
)
def test_a_read_only_token_refuses_every_write(method, path, planner):
    before = Task.objects.get(number=5).version
    response = bearer(token_of(planner, write=False), method, path, {"title": "新标题"})
    assert problem(response) == (403, "Not allowed", "This token may only read.")
    assert Task.objects.get(number=5).version == before


def test_a_read_only_token_reads(planner):
    text = token_of(planner, write=False)
    assert [bearer(text, method).status_code for method in ("GET", "HEAD")] == [200, 200]


def test_an_expired_token_is_refused_and_stays_in_the_list(planner):
    text = token_of(planner)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert problem(bearer(text))[0] == 401
    assert problem(bearer(text))[0] == 401
    assert ApiToken.objects.count() == 1


def test_an_expired_token_does_not_harm_another(planner):
    old, new = token_of(planner, "旧"), token_of(planner, "新")
    ApiToken.objects.filter(name="旧").update(expiry=timezone.now() - timedelta(days=1))
    assert [bearer(text).status_code for text in (new, old, new)] == [200, 401, 200]


def test_a_revoked_token_is_refused(planner):
    text = token_of(planner)
    assert bearer(text).status_code == 200
    ApiToken.objects.get().delete()
    assert problem(bearer(text))[0] == 401


def test_a_disabled_account(planner):
    text, session = token_of(planner), cast.signed_in(planner)
    planner.is_active = False
    planner.save()
    assert problem(bearer(text))[0] == 401
    assert problem(ask(session, "GET", PATH))[0] == 401


def test_an_account_with_its_first_password(planner):
    text, session = token_of(planner), cast.signed_in(planner)
    planner.must_change_password = True
    planner.save()
    refused = (403, "Not allowed", "Choose a password of your own first.")
    assert problem(bearer(text)) == refused
    assert problem(ask(session, "GET", PATH)) == refused


def test_only_the_hash_is_kept(planner):
    text = token_of(planner)
    kept = ApiToken.objects.values().get()
    assert (len(text), len(kept["digest"])) == (64, 128)
    assert [name for name, value in kept.items() if text in str(value)] == []


def test_the_last_use_is_written_at_most_hourly(planner, django_assert_num_queries):
    text = token_of(planner)
    bearer(text)
    used = ApiToken.objects.get().last_used_at
    assert used is not None
    bearer(text)
    assert ApiToken.objects.get().last_used_at == used
    ApiToken.objects.update(last_used_at=used - timedelta(hours=1))
    bearer(text)
    assert ApiToken.objects.get().last_used_at > used - timedelta(hours=1)
    assert ApiToken.objects.get().events.count() == 1  # using it is no change of it


def test_a_write_by_a_token_is_the_owners_in_the_audit(planner):
    bearer(token_of(planner), "PATCH", PATH, {"title": "新标题"})
    event = Task.objects.get(number=5).events.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["user"] == planner.pk


def test_signing_in_by_a_token_costs_one_query(planner, django_assert_num_queries):
    text = token_of(planner)
    ApiToken.objects.update(last_used_at=timezone.now())
    with django_assert_num_queries(3):  # the token with its owner, the count, the rows
        bearer(text, path="/api/v1/plans/")


# ---- administrators ----


@pytest.mark.parametrize(
    "path", ["plans/", "plans/2023/summary/", "groups/1/", "tasks/", "assignments/", "milestones/1/", "reports/"]
)
def test_administrators_keep_departments_not_plans(path, admin):
    detail = "Administrators keep departments and accounts; plans and tasks are not theirs."
    assert problem(bearer(token_of(admin), path=f"/api/v1/{path}")) == (403, "Not allowed", detail)


def test_an_administrators_token_keeps_departments(admin):
    text = token_of(admin)
    response = bearer(text, "PATCH", "/api/v1/departments/pudong/", {"contact_name": "王工"})
    assert (response.status_code, response.json()["contact_name"]) == (200, "王工")


# ---- sessions ----


def test_reading_with_a_session_needs_no_token(planner):
    assert ask(cast.signed_in(planner, enforce_csrf_checks=True), "GET", PATH).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_writing_with_a_session_needs_the_csrf_token(method, planner):
    before = Task.objects.get(number=5).version
    client = cast.signed_in(planner, enforce_csrf_checks=True)
    detail = "Writing with a session needs the header X-CSRFToken."
    assert problem(ask(client, method, PATH, {"title": "新标题"})) == (403, "Not allowed", detail)
    assert Task.objects.get(number=5).version == before


def test_writing_with_a_session_and_its_csrf_token(planner):
    client = cast.signed_in(planner, enforce_csrf_checks=True)
    page = client.get("/account/").text
    csrf = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    assert ask(client, "PATCH", PATH, {"title": "新标题"}, X_CSRFToken=csrf).status_code == 200


def test_a_foreign_origin_is_refused(planner):
    client = cast.signed_in(planner, enforce_csrf_checks=True)
    csrf = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/account/").text)[1]
    response = ask(client, "PATCH", PATH, {"title": "x"}, X_CSRFToken=csrf, Origin="https://evil.example")
    assert problem(response)[0] == 403


# ---- addresses and methods ----


@pytest.mark.parametrize(
    "path",
    [
        "/api/", "/api/v1/", "/api/v2/tasks/", "/api/v1/nothing/", "/api/v1/tasks", "/api/v1/tasks/2023-05",
        "/api/v1/tasks.json", "/api/v1/tasks/2023-05.json", "/api/v1/tasks/%00/", "/api/v1/tasks/%ff/",
        "/api/v1//tasks/",
        "/api/v1/tasks/2023-05/nothing/", "/api/v1/tasks/<script>/", "/api/v1/admin/", "/api/v1/changes/1/",
        "/api/v1/schema", "/api/v1/docs",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_an_address_that_nobody_serves(path, method, planner):
    for user in (None, planner):
        response = call(user, method, path, {} if method != "GET" else None)
        assert (response.status_code, problem(response)[1]) == (404, "Not found")


def test_the_same_while_developing(settings, planner):
    settings.DEBUG = True
    for user, method in ((None, "GET"), (planner, "GET"), (planner, "POST")):
        assert problem(call(user, method, "/api/v1/tasks", {}))[0] == 404
        assert problem(call(user, method, "nothing/", {}))[0] == 404


def test_an_unknown_host_gets_a_problem_too(planner):
    response = ask(cast.signed_in(planner), "GET", PATH, Host="evil.example")
    assert problem(response)[:2] == (400, "请求不符合要求")  # before the language is settled


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("plans/", "GET, POST, HEAD"),
        ("plans/2023/", "GET, PATCH, HEAD"),
        ("plans/2023/summary/", "GET, HEAD"),
        ("groups/1/", "GET, PATCH, HEAD"),
        ("tasks/2023-05/", "GET, PATCH, HEAD"),
        ("tasks/2023-05/moves/", "POST"),
        ("assignments/1/", "GET, PATCH, DELETE, HEAD"),
        ("milestones/1/", "GET, PATCH, HEAD"),
        ("milestones/1/complete/", "POST"),
        ("reports/", "GET, POST, HEAD"),
        ("reports/1/", "GET, PATCH, HEAD"),
        ("reports/1/submit/", "POST"),
        ("departments/pudong/", "GET, PATCH, HEAD"),
        ("changes/", "GET, HEAD"),
        ("schema/", "GET, HEAD"),
    ],
)  # fmt: skip
def test_methods_that_an_address_does_not_have(path, allowed, planner):
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} - set(allowed.split(", ")):
        response = call(planner, method, path, None if method == "GET" else {})
        assert problem(response)[:2] == (405, "This method is not allowed here"), method
        assert sorted(response.headers["Allow"].split(", ")) == sorted(allowed.split(", ")), method


# ---- what is asked for, what is answered ----


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "application/problem+json"])
def test_what_is_not_served(accept, planner):
    assert problem(call(planner, "GET", PATH, Accept=accept)) == (
        406,
        "The answer is JSON only",
        "The answer is JSON only",
    )


@pytest.mark.parametrize(
    "accept", ["application/json", "application/*", "*/*", "text/html, */*;q=0.1", "APPLICATION/JSON"]
)
def test_what_is_served(accept, planner):
    response = call(planner, "GET", PATH, Accept=accept)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize("accept", [";", ",,,", "json", "/", "*", "a/b;q=x", "\x7f", "application/json;" * 500, "é/é"])
def test_nonsense_does_not_break_it(accept, planner):
    assert call(planner, "GET", PATH, Accept=accept).status_code in (200, 406)


@pytest.mark.parametrize(
    ("user", "method", "path"),
    [
        ("planner", "GET", PATH), ("planner", "GET", "tasks/"), ("planner", "GET", "tasks/?x=1"),
        ("planner", "GET", "schema/"),
        ("planner", "GET", "nothing/"), ("planner", "PUT", PATH), ("planner", "PATCH", PATH), ("pudong", "GET", PATH),
        (None, "GET", PATH), (None, "GET", "nothing/"), ("planner", "GET", "docs/"),
    ],
)  # fmt: skip
def test_caches_are_told_whose_every_answer_is(user, method, path, request):
    response = call(user and request.getfixturevalue(user), method, path, None if method == "GET" else {})
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Accept-Language", "Cookie", "Authorization"} <= set(response.headers["Vary"].split(", "))


def test_a_304_tells_them_too(planner):
    tag = call(planner, "GET", PATH).headers["ETag"]
    response = call(planner, "GET", PATH, If_None_Match=tag)
    assert (response.status_code, response.content) == (304, b"")
    assert (response.headers["ETag"], response.headers["Cache-Control"]) == (tag, "private, no-cache")
    assert {"Accept", "Accept-Language", "Cookie", "Authorization"} <= set(response.headers["Vary"].split(", "))


@pytest.mark.parametrize(
    ("language", "title", "state"),
    [
        ("zh-CN,zh;q=0.9", "未找到", "未启动"),
        ("en", "Not found", "not started"),
        ("en-GB;q=0.9, zh;q=0.1", "Not found", "not started"),
        ("fr", "未找到", "未启动"),
        ("", "未找到", "未启动"),
        ("x" * 600, "未找到", "未启动"),
        (";;q=,", "未找到", "未启动"),
    ],
)  # fmt: skip
def test_the_callers_language(language, title, state, planner):
    header = {"Authorization": f"Bearer {token_of(planner)}", "Accept-Language": language}
    client = Client()
    assert client.get("/api/v1/tasks/999/", headers=header).json()["title"] == title
    assert client.get(PATH, headers=header).json()["state"]["label"] == state


def test_chinese_stands_in_the_body_as_it_is(planner):
    assert "深化计量许可改革".encode() in call(planner, "GET", PATH).content
    assert "未找到".encode() in Client().get("/api/v1/nothing/").content
