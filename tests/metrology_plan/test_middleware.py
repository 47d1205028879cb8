"""What every request passes through: address, idle sign-out, sign-in, the administrator's limits, headers."""

import time

import pytest
from django.test import Client, RequestFactory

from metrology_plan.middleware import client_address
from tests.cast import PASSWORD

PAGES_OF_THE_PLAN = ("/", "/mine/", "/tasks/", "/tasks/2023-05/", "/document/", "/departments/", "/departments/simt/")


# ---- the client's address ----


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "172.16.0.1"),
        (0, "1.1.1.1", "172.16.0.1"),  # nobody is trusted: what is claimed is nothing
        (1, "", "172.16.0.1"),
        (1, "2.2.2.2", "2.2.2.2"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),  # the first was sent by the client itself
        (1, "1.1.1.1,2.2.2.2", "2.2.2.2"),
        (1, "not an address", "172.16.0.1"),
        (1, "2.2.2.2:4711", "172.16.0.1"),
        (1, "2.2.2.2, ", "172.16.0.1"),
        (1, "2001:db8::7", "2001:db8::7"),
        (2, "2.2.2.2", "172.16.0.1"),  # it cannot have come through two proxies
        (2, "2.2.2.2, 3.3.3.3", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2, 3.3.3.3", "2.2.2.2"),
        (2, "<script>, 3.3.3.3", "172.16.0.1"),
        (-1, "1.1.1.1, 2.2.2.2", "172.16.0.1"),
    ],
)
def test_exactly_as_many_proxies_are_believed_as_the_settings_name(proxies, forwarded, address, settings):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="172.16.0.1", headers=headers)
    assert client_address(request) == address


def test_a_request_over_a_socket_has_no_address():
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) is None


# ---- half an hour without a request ----


def idle(client, seconds):
    session = client.session
    session["seen"] = int(time.time()) - seconds
    session.save()


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (61, 200), (1795, 200), (1802, 302), (86_400, 302)])
def test_half_an_hour_without_a_request_signs_out(seconds, status, client_for, pudong):
    client = client_for(pudong)
    idle(client, seconds)
    assert client.get("/account/").status_code == status


def test_after_it_the_session_is_gone_for_good(client_for, pudong):
    client = client_for(pudong)
    old = client.cookies["sessionid"].value
    idle(client, 1802)
    client.get("/account/")
    client.cookies["sessionid"] = old
    assert client.get("/account/").status_code == 302


def test_every_request_counts_as_use_but_is_written_once_a_minute(client_for, pudong):
    client = client_for(pudong)
    idle(client, 50)
    seen = client.session["seen"]
    client.get("/account/")
    assert client.session["seen"] == seen
    idle(client, 1700)
    client.get("/account/")
    assert time.time() - client.session["seen"] < 5


def test_a_page_that_went_idle_leads_back_to_itself(client_for, pudong):
    client = client_for(pudong)
    idle(client, 1802)
    assert client.get("/account/?a=1").headers["Location"] == "/login/?next=/account/%3Fa%3D1"


# ---- who is not signed in ----


@pytest.mark.parametrize("path", [*PAGES_OF_THE_PLAN, "/account/"])
def test_pages_ask_to_sign_in_first(path, client, db):
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (302, f"/login/?next={path}")


@pytest.mark.parametrize(
    ("shown", "back"),
    [
        ("http://testserver/tasks/?light=red", "%2Ftasks%2F%3Flight%3Dred"),
        ("https://elsewhere.example/tasks/", "%2F"),  # never to another site
        ("", "%2F"),
    ],
)
def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(shown, back, client, db):
    answer = client.get("/tasks/?light=red&q=x", headers={"HX-Request": "true", "HX-Current-URL": shown})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["HX-Redirect"] == f"/login/?next={back}"


@pytest.mark.parametrize("path", ["/admin/", "/admin/departments/user/", "/admin/nowhere/"])
def test_the_administration_asks_on_the_same_page(path, client, db):
    response = client.get(path, follow=True)
    assert response.redirect_chain[-1] == (f"/login/?next={path}", 302)
    assert response.context["next"] == path


def test_an_address_that_does_not_exist_says_so_even_to_strangers(client, db):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有这个页面" in response.text


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_of_strangers_are_not_kept(method, client, db):
    assert getattr(client, method)("/tasks/2023-04/report/").status_code == 302


# ---- administrators ----


@pytest.mark.parametrize("path", [*PAGES_OF_THE_PLAN, "/tasks/2023-04/report/", "/plans/add/", "/plans/2023/dates/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_plans_pages_are_not_the_administrators(path, method, client_for, admin):
    response = getattr(client_for(admin), method)(path)
    assert response.status_code == 403
    assert "系统管理员只维护部门和账号，不查看业务数据。" in response.text
    assert '<a class="btn btn-main" href="/admin/">返回管理后台</a>' in response.text


def test_not_even_whether_a_task_exists_is_told_to_an_administrator(client_for, admin):
    client = client_for(admin)
    assert [client.get(f"/tasks/2023-{number}/").status_code for number in ("05", "99")] == [403, 403]


def test_an_administrator_keeps_his_own_account(client_for, admin):
    assert client_for(admin).get("/account/").status_code == 200


# ---- headers ----

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/login/", 200),
        ("/account/", 200),
        ("/account/password/", 200),
        ("/tasks/2023-04/report/", 200),
        ("/tasks/2023-99/", 404),
        ("/plans/add/", 403),
        ("/nowhere/", 404),
        ("/logout/", 405),
        ("/admin/", 302),
    ],
)
def test_every_answer_carries_the_headers_of_a_careful_site(path, status, client_for, pudong):
    response = client_for(pudong).get(path)
    assert response.status_code == status
    headers = response.headers
    assert {part.strip() for part in headers["Content-Security-Policy"].split(";")} == POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Content-Language"] == "zh-hans"
    assert "Content-Security-Policy-Report-Only" not in headers


def test_answers_to_strangers_carry_them_too(client, db):
    for response in (client.get("/"), client.post("/tasks/2023-04/report/"), client.get("/admin/login/")):
        assert {part.strip() for part in response.headers["Content-Security-Policy"].split(";")} == POLICY
        assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/account/", "/tasks/2023-04/report/"])
def test_no_page_of_a_person_is_kept_by_a_cache_between(path, client_for, pudong):
    headers = client_for(pudong).get(path).headers
    assert "Cookie" in headers["Vary"]


def test_the_session_cookie_is_not_for_scripts(client, pudong):
    client.post("/login/", {"username": "pudong", "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 43_200)


def test_behind_tls_plain_requests_are_led_to_it(settings, client, db):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/login/")
    assert (response.status_code, response.headers["Location"]) == (301, "https://testserver/login/")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:evil", ""])
def test_another_host_name_is_refused(host, db):
    response = Client(headers={"Host": host} if host else {"Host": "[bad"}).get("/login/")
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tasks/2023-04/report/?unit=%00", 404),
        ("/tasks/2023-04/report/?unit=%ff", 404),
        ("/tasks/2023-04/report/?unit=%F0%9F%99%82", 404),
        ("/tasks/2023-04/milestones/0/", 404),
        ("/tasks/2023-04/milestones/99999999999999999999999/", 404),
        ("/tasks/2023-04/milestones/0/complete/", 404),
        ("/tasks/2023-04/units/0/", 404),
        ("/tasks/2023-04/units/0/remove/", 404),
        ("/tasks/2023-99999/edit/", 404),
        ("/tasks/2023-4/", 404),
        ("/tasks/2023-004/", 404),
        ("/tasks/" + "9" * 5000 + "-04/edit/", 404),
        ("/tasks/2023-04/moves/%00/", 404),
        ("/tasks/2023-04/moves/../", 404),
        ("/plans/2023/groups/0/edit/", 404),
        ("/plans/2023/groups/99999999999999999999999/edit/", 404),
        ("/plans/nowhere/dates/", 404),
        ("/departments/%00/", 404),
        ("/%00", 404),
        ("/%ff", 404),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_damaged_addresses_are_pages_that_do_not_exist(address, status, method, client_for, planner):
    assert getattr(client_for(planner), method)(address).status_code == status


def test_a_flood_of_fields_is_refused(client_for, planner):
    fields = {f"m{number}-version": "1" for number in range(5001)}
    assert client_for(planner).post("/plans/2023/dates/", fields).status_code == 400


def test_a_flood_of_text_is_refused(client_for, planner):
    typed = {"text": "字" * 1_000_000}  # three million bytes
    response = client_for(planner).post("/plans/add/", typed)
    assert (response.status_code, "内容过大" in response.text) == (413, True)
