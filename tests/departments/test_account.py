"""One's own account: password, forced first change, language, signing out everywhere."""

import pytest
from django.test import Client

from departments.models import AccessEvent, User
from tests import cast
from tests.cast import PASSWORD

NEW = "清明-谷雨-立夏-2023"


def change(client, old=PASSWORD, new=NEW, again=None):
    typed = {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}
    return client.post("/account/password/", typed)


@pytest.fixture
def fresh(db):
    """An account as an administrator has just made it."""
    return cast.account("fresh", "reporter", "pudong", must_change_password=True)


# ---- the page ----


def test_the_page_shows_who_one_is(client_for, pudong):
    page = client_for(pudong).get("/account/").text
    for word in ("pudong 测试", "<small>pudong</small>", "浦东新区市场监督管理局", "填报员"):
        assert word in page


@pytest.mark.parametrize(
    ("username", "way"), [("admin", True), ("planner", True), ("leader", False), ("jlc", False), ("pudong", False)]
)
def test_only_staff_are_shown_the_way_to_the_administration(username, way, request, client_for):
    page = client_for(request.getfixturevalue(username)).get("/account/").text
    assert ("进入管理后台" in page) == way


# ---- password ----


def test_a_changed_password_is_said_kept_and_ends_other_sessions(client_for, pudong):
    here, elsewhere = client_for(pudong), client_for(pudong)
    response = change(here)
    assert (response.status_code, response.headers["Location"]) == (302, "/account/")
    assert "密码已修改。" in here.get("/account/").text
    assert elsewhere.get("/account/").status_code == 302
    pudong.refresh_from_db()
    assert pudong.check_password(NEW)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"old": "wrong"}, "old_password", "你的旧密码不正确。请重新输入。"),
        ({"again": "另一个不同的口令"}, "new_password2", None),
        ({"new": "short"}, "new_password2", None),
        ({"new": "1234567890123"}, "new_password2", None),
        ({"new": "password123"}, "new_password2", None),
        ({"new": PASSWORD}, "new_password1", "新密码不能与当前密码相同。"),
        ({"new": ""}, "new_password1", "该字段是必填项。"),
    ],
)
def test_bad_passwords_are_refused_beside_their_field(typed, field, message, client_for, pudong):
    response = change(client_for(pudong), **typed)
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert field in errors
    if message:
        assert errors[field][0] == message
    pudong.refresh_from_db()
    assert pudong.check_password(PASSWORD)


def test_no_password_is_ever_shown_again(client_for, pudong):
    page = change(client_for(pudong), old="wrong-secret-1", new="secret-secret-2", again="secret-secret-3").text
    assert [secret in page for secret in ("wrong-secret-1", "secret-secret-2", "secret-secret-3")] == [False] * 3


# ---- the forced first change ----


@pytest.mark.parametrize(
    "path", ["/", "/mine/", "/tasks/", "/tasks/2023-04/report/", "/account/", "/admin/", "/nowhere/"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_account_made_by_somebody_else_opens_nothing_before_its_password_is_changed(
    path, method, client_for, fresh
):
    response = getattr(client_for(fresh), method)(path)
    assert (response.status_code, response.headers["Location"]) == (302, "/account/password/")


def test_what_such_an_account_may_reach(client_for, fresh):
    client = client_for(fresh)
    assert client.get("/account/password/").status_code == 200
    assert client.post("/language/", {"language": "en", "next": "/account/password/"}).status_code == 302
    assert client.get("/account/password/").text.count("choose a new one to go on") == 1
    assert client.post("/logout/").headers["Location"] == "/login/"


def test_signing_in_leads_such_an_account_to_the_change_and_from_there_on(client, fresh):
    client.post("/login/", {"username": "fresh", "password": PASSWORD})
    assert client.get("/mine/").headers["Location"] == "/account/password/"
    assert change(client).headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    fresh.refresh_from_db()
    assert fresh.must_change_password is False


def test_a_refused_change_does_not_end_the_force(client_for, fresh):
    client = client_for(fresh)
    assert change(client, new="short").status_code == 200
    assert change(client, new=PASSWORD).status_code == 200
    assert client.get("/account/").headers["Location"] == "/account/password/"


# ---- language ----


def test_pages_are_chinese_unless_english_was_chosen(client_for, pudong):
    client = client_for(pudong)
    page = client.get("/account/", headers={"Accept-Language": "en"})
    assert (page.headers["Content-Language"], '<html lang="zh-hans">' in page.text) == ("zh-hans", True)
    client.post("/language/", {"language": "en", "next": "/account/"})
    page = client.get("/account/", headers={"Accept-Language": "zh-CN"})
    assert (page.headers["Content-Language"], '<html lang="en">' in page.text) == ("en", True)
    assert "My account" in page.text
    assert "我的账号" not in page.text
    client.post("/language/", {"language": "zh-hans", "next": "/account/"})
    assert "我的账号" in client.get("/account/").text


@pytest.mark.parametrize("path", ["/login/", "/nowhere/"])
def test_the_switch_works_before_the_sign_in_too(path, client, db):
    client.post("/language/", {"language": "en", "next": path})
    page = client.get(path, follow=True)
    assert '<html lang="en">' in page.text
    assert "Sign in" in page.text


@pytest.mark.parametrize(
    ("back", "page"),
    [
        ("/tasks/?light=red", "/tasks/?light=red"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("\x00", "/"),
    ],
)
def test_the_switch_goes_back_only_within_the_portal(back, page, client, db):
    response = client.post("/language/", {"language": "en", "next": back})
    assert (response.status_code, response.headers["Location"]) == (302, page)


@pytest.mark.parametrize("chosen", ["", "fr", "EN", "zh-hans\r\nSet-Cookie: a=b", "../../etc", "\x00", "x" * 10_000])
def test_unknown_languages_are_not_kept(chosen, client, db):
    response = client.post("/language/", {"language": chosen})
    assert (response.status_code, "language" in response.cookies) == (302, False)


@pytest.mark.parametrize("planted", ["fr", "../../etc/passwd", "en\x00", "", "<script>"])
def test_a_planted_cookie_leaves_the_page_chinese(planted, client, db):
    client.cookies["language"] = planted
    assert '<html lang="zh-hans">' in client.get("/login/").text


def test_the_cookie_lasts_a_year_and_is_not_for_scripts(client, db):
    cookie = client.post("/language/", {"language": "en"}).cookies["language"]
    assert (cookie.value, cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("en", 31536000, True, "Lax")


def test_the_switch_needs_a_post(client, db):
    assert client.get("/language/", {"language": "en"}).status_code == 405


def test_the_switch_needs_a_token(db):
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "en"}).status_code == 403


# ---- signing out everywhere ----


def test_signing_out_everywhere_ends_every_session_of_the_account_and_no_other(client_for, pudong, xuhui):
    here, elsewhere, other = client_for(pudong), client_for(pudong), client_for(xuhui)
    response = here.post("/account/sign-out-everywhere/")
    assert (response.status_code, response.headers["Location"]) == (302, "/login/")
    assert "已在所有设备上退出。" in here.get("/login/").text
    assert elsewhere.get("/account/").status_code == 302
    assert other.get("/account/").status_code == 200
    assert AccessEvent.objects.filter(kind="signed_out").values_list("username", flat=True).get() == "pudong"


def test_after_it_one_can_sign_in_again(client_for, pudong, client):
    client_for(pudong).post("/account/sign-out-everywhere/")
    client.post("/login/", {"username": "pudong", "password": PASSWORD})
    assert client.get("/account/").status_code == 200


def test_signing_out_everywhere_needs_a_post(client_for, pudong):
    client = client_for(pudong)
    assert client.get("/account/sign-out-everywhere/").status_code == 405
    assert client.get("/account/").status_code == 200


def test_a_planted_session_of_a_switched_off_account_is_worth_nothing(client_for, pudong):
    client = client_for(pudong)
    User.objects.filter(pk=pudong.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302
