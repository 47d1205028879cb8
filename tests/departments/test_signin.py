"""Signing in and out: where each role lands, whom a wrong password locks out, what is recorded."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client

from departments.models import AccessEvent
from tests.cast import PASSWORD

HERE, THERE = "10.0.0.7", "10.0.0.8"


def sign_in(client, username="pudong", password=PASSWORD, address=HERE, **data):
    return client.post("/login/", {"username": username, "password": password} | data, REMOTE_ADDR=address)


def fail(times, username="pudong", address=HERE):
    return [sign_in(Client(), username, "wrong", address).status_code for _ in range(times)]


def records():
    return list(AccessEvent.objects.order_by("id").values_list("kind", "username", "address", "user__username"))


# ---- where one lands ----


@pytest.mark.parametrize(
    ("username", "page"),
    [
        ("admin", "/admin/"),
        ("planner", "/"),
        ("leader", "/"),
        ("jlc", "/mine/"),
        ("pudong", "/mine/"),
        ("simt", "/mine/"),
    ],
)
def test_each_role_begins_where_its_work_is(username, page, client, request):
    request.getfixturevalue(username)
    response = sign_in(client, username)
    assert (response.status_code, response.headers["Location"]) == (302, page)


def test_a_superuser_begins_at_the_dashboard(client, root):
    assert sign_in(client, "root").headers["Location"] == "/"


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("/tasks/2023-05/", "/tasks/2023-05/"),
        ("/tasks/?light=red&q=%E8%AE%A1%E9%87%8F", "/tasks/?light=red&q=%E8%AE%A1%E9%87%8F"),
        ("", "/mine/"),
        ("https://evil.example/", "/mine/"),
        ("//evil.example/", "/mine/"),
        ("///evil.example/", "/mine/"),
        ("/\\evil.example/", "/mine/"),
        ("\\\\evil.example/", "/mine/"),
        ("http:evil.example", "/mine/"),
        ("javascript:alert(1)", "/mine/"),
        ("\x01//evil.example", "/mine/"),
        (" //evil.example", "/mine/"),
        ("http://testserver@evil.example/", "/mine/"),
    ],
)
@pytest.mark.parametrize("how", ["address", "form"])
def test_next_is_honoured_only_within_the_portal(asked, page, how, client, pudong):
    if how == "form":
        response = sign_in(client, next=asked)
    else:
        response = client.post(
            "/login/", {"username": "pudong", "password": PASSWORD}, QUERY_STRING=f"next={quoted(asked)}"
        )
    assert (response.status_code, response.headers["Location"]) == (302, page)


def quoted(text):
    from urllib.parse import quote

    return quote(text, safe="")


def test_a_page_asked_for_without_a_sign_in_comes_after_it(client, pudong):
    asked = client.get("/tasks/2023-04/?tab=a&b=c")
    assert (asked.status_code, asked.headers["Location"]) == (302, "/login/?next=/tasks/2023-04/%3Ftab%3Da%26b%3Dc")
    page = client.get(asked.headers["Location"])
    assert page.context["next"] == "/tasks/2023-04/?tab=a&b=c"
    assert sign_in(client, next=page.context["next"]).headers["Location"] == "/tasks/2023-04/?tab=a&b=c"


def test_the_admin_site_has_no_sign_in_of_its_own(client, db):
    """The page asked for comes after it whole, with all its parameters."""
    response = client.get("/admin/login/", {"next": "/admin/departments/user/?q=a&p=2"})
    assert response.headers["Location"] == "/login/?next=/admin/departments/user/%3Fq%3Da%26p%3D2"
    assert client.get("/admin/login/").headers["Location"] == "/login/?next=/admin/"


@pytest.mark.parametrize("username", ["leader", "jlc", "pudong"])
def test_who_is_no_staff_is_refused_by_the_admin_site_instead_of_being_asked_to_sign_in(username, request, client_for):
    client = client_for(request.getfixturevalue(username))
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert "没有权限" in response.text


def test_the_admin_sign_in_page_leads_staff_who_are_signed_in_to_the_administration(client_for, admin):
    assert client_for(admin).get("/admin/login/").headers["Location"] == "/admin/"


def test_signing_in_again_while_signed_in_shows_the_form(client_for, pudong):
    assert client_for(pudong).get("/login/").status_code == 200


# ---- wrong passwords ----


def test_a_wrong_password_says_so_and_keeps_the_name_but_not_the_password(client, pudong):
    response = sign_in(client, password="wrong-secret")
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == ["用户名或密码错误。"]
    assert 'value="pudong"' in response.text
    assert "wrong-secret" not in response.text


@pytest.mark.parametrize("kind", ["unknown", "inactive"])
def test_unknown_and_switched_off_accounts_look_like_a_wrong_password(kind, client, pudong):
    if kind == "inactive":
        pudong.is_active = False
        pudong.save()
    response = sign_in(client, "nobody" if kind == "unknown" else "pudong")
    assert (response.status_code, response.context["form"].non_field_errors()) == (200, ["用户名或密码错误。"])


@pytest.mark.parametrize(
    "username",
    [
        "",
        "\x00",
        "pudong\x00",
        "x" * 151,
        "x" * 10_000,
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "浦\u202e东🙂",
        "%00",
    ],
)
def test_hostile_names_are_refused_in_words(username, client, pudong):
    response = sign_in(client, username)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "<script>alert(1)" not in response.text


def test_a_password_with_a_nul_is_only_wrong(client, pudong):
    assert sign_in(client, password="\x00").status_code == 200


def test_a_post_without_fields_shows_the_form_again(client, db):
    response = client.post("/login/")
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"username", "password"}


# ---- lockout ----


def test_the_fifth_failure_locks_the_name_at_the_address(pudong):
    assert fail(5) == [200, 200, 200, 200, 429]


def test_the_right_password_does_not_open_a_locked_account(client, pudong):
    fail(5)
    response = sign_in(client)
    assert response.status_code == 429
    assert "_auth_user_id" not in client.session
    assert "账号已临时锁定" in response.text
    assert "请 15 分钟后再试" in response.text


def test_the_same_name_from_another_address_is_not_locked(client, pudong):
    fail(5)
    assert sign_in(client, address=THERE).status_code == 302


def test_another_name_from_the_same_address_is_not_locked(client, pudong, xuhui):
    fail(5)
    assert sign_in(client, "xuhui").status_code == 302


def test_a_name_that_nobody_has_is_locked_too_so_that_names_cannot_be_found_out(db):
    assert fail(6, "nobody") == [200, 200, 200, 200, 429, 429]


def test_four_failures_and_a_success_begin_the_count_anew(client, pudong):
    assert fail(4) == [200] * 4
    assert sign_in(client).status_code == 302
    assert fail(4) == [200] * 4


def test_the_lock_opens_after_fifteen_minutes(client, pudong):
    with time_machine.travel("2023-06-15 08:00:00+08:00", tick=False) as clock:
        fail(5)
        clock.shift(timedelta(minutes=14))
        assert sign_in(client).status_code == 429
    with time_machine.travel("2023-06-15 08:30:01+08:00", tick=False):
        assert sign_in(client).status_code == 302


def test_a_forged_forwarding_header_does_not_open_a_lock(client, pudong):
    fail(5)
    response = client.post(
        "/login/", {"username": "pudong", "password": PASSWORD}, REMOTE_ADDR=HERE, headers={"X-Forwarded-For": THERE}
    )
    assert response.status_code == 429


def test_behind_a_proxy_the_clients_address_is_what_is_locked(settings, client, pudong):
    settings.TRUSTED_PROXIES = 1
    for _ in range(5):
        last = Client().post(
            "/login/",
            {"username": "pudong", "password": "wrong"},
            REMOTE_ADDR="172.16.0.1",
            headers={"X-Forwarded-For": HERE},
        )
    assert last.status_code == 429
    other = {"X-Forwarded-For": THERE}
    response = client.post(
        "/login/", {"username": "pudong", "password": PASSWORD}, REMOTE_ADDR="172.16.0.1", headers=other
    )
    assert response.status_code == 302


def test_a_lockout_keeps_the_form_that_was_being_sent(client, pudong):
    """Typed text is never lost: neither to an expired session nor to a lockout after it."""
    first = client.post("/tasks/2023-04/report/", {"progress_text": "写了一上午的进展", "version": "0"})
    kept = first.context["resume"]
    fail(5)
    locked = sign_in(client, resume=kept)
    assert locked.status_code == 429
    assert locked.context["resume"] == kept
    assert f'name="resume" value="{kept}"' in locked.text


# ---- what the lockout remembers ----


def test_neither_password_nor_typed_text_stays_in_the_records_of_the_lockout(client, pudong):
    first = client.post("/tasks/2023-04/report/", {"progress_text": "尚未公开的进展", "version": "0"})
    sign_in(Client(), password="Geheim-1", resume=first.context["resume"])
    attempt = AccessAttempt.objects.get()
    assert "Geheim-1" not in attempt.post_data
    assert first.context["resume"][:40] not in attempt.post_data
    assert attempt.ip_address == HERE


@pytest.mark.parametrize("address", ["/login/?a=%00", "/login/?" + "a=b&" * 1000, "/login/?next=%ff%00"])
def test_a_failed_sign_in_at_a_damaged_address_is_only_that(address, client, pudong):
    typed = {"username": "pudong", "password": "wrong", "extra": "\x00", "\x00": "x", "long": "x" * 100_000}
    headers = {"User-Agent": "x" * 5000, "Accept": "y" * 5000}
    assert client.post(address, typed, headers=headers).status_code == 200


# ---- what is recorded ----


def test_every_kind_of_access_is_recorded_with_its_address(client, pudong):
    fail(1)
    sign_in(client)
    client.post("/logout/", REMOTE_ADDR=HERE)
    assert records() == [
        ("failed", "pudong", HERE, None),
        ("signed_in", "pudong", HERE, "pudong"),
        ("signed_out", "pudong", HERE, "pudong"),
    ]


def test_a_lockout_is_recorded(pudong):
    fail(5)
    assert sorted(records()) == [("failed", "pudong", HERE, None)] * 5 + [("locked_out", "pudong", HERE, None)]


def test_attempts_during_a_lockout_are_recorded(client, pudong):
    fail(5)
    sign_in(client)
    assert sorted(kind for kind, *_rest in records()[6:]) == ["failed", "locked_out"]


def test_records_carry_the_id_of_their_request(client, pudong):
    fail(1)
    sign_in(client)
    client.post("/logout/")
    ids = [UUID(request) for request in AccessEvent.objects.values_list("request", flat=True)]
    assert len(set(ids)) == 3


@pytest.mark.parametrize("forged", ["abc-123", "x" * 10_000, "a\tb", "<b>", "’"])
def test_nobody_chooses_the_id_of_his_request(forged, client, pudong):
    response = client.post("/login/", {"username": "pudong", "password": PASSWORD}, headers={"X-Request-ID": forged})
    assert response.status_code == 302
    assert UUID(AccessEvent.objects.get().request)


def test_a_name_typed_into_the_wrong_place_is_recorded_as_typed(client, db):
    sign_in(client, "谁也不是 <b>")
    assert records() == [("failed", "谁也不是 <b>", HERE, None)]


def test_signing_out_without_being_signed_in_records_nothing(client, db):
    assert client.post("/logout/").status_code == 302
    assert records() == []


def test_signing_out_needs_a_post_and_ends_the_session(client_for, pudong):
    client = client_for(pudong)
    assert client.get("/logout/").status_code == 405
    response = client.post("/logout/")
    assert (response.status_code, response.headers["Location"]) == (302, "/login/")
    assert client.get("/mine/").status_code == 302


def test_the_key_of_the_session_changes_at_the_sign_in(client, pudong):
    """A session planted before the sign-in is worth nothing after it."""
    client.cookies["sessionid"] = "planted0planted0planted0planted0"
    sign_in(client)
    assert client.cookies["sessionid"].value != "planted0planted0planted0planted0"


def test_records_can_be_changed_by_nobody(pudong):
    from django.db import DatabaseError, transaction

    fail(1)
    for change in (AccessEvent.objects.all().delete, lambda: AccessEvent.objects.update(kind="signed_in")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert records() == [("failed", "pudong", HERE, None)]
