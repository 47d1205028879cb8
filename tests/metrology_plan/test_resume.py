"""A form that is sent after the session has ended: it asks to sign in and then goes through."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client

from metrology_plan.resume import MAX_AGE, SALT, unpack
from tasks.models import Report
from tests import cast
from tests.cast import PASSWORD

REPORT = "/tasks/2023-04/report/?unit=pudong"
TEXT = "第一行\r\n第二行 “引号” <b>粗</b> & 🙂 \u202e反"
TYPED = {"version": "0", "assessment": "on_schedule", "progress_text": TEXT, "problems": "", "next_steps": "下一步"}


def token(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]


@pytest.fixture
def browser(pudong):
    """A browser that checks tokens as a real one must, in which pudong has signed in and opened the form."""
    client = cast.signed_in(pudong, enforce_csrf_checks=True)
    client.form_token = token(client.get(REPORT))
    return client


def go_idle(client):
    session = client.session
    session["seen"] = int(time.time()) - 1802
    session.save()


def send(client, **changed):
    return client.post(REPORT, TYPED | {"csrfmiddlewaretoken": client.form_token} | changed)


def sign_in(client, page, username="pudong", password=PASSWORD, **changed):
    data = {"username": username, "password": password, "csrfmiddlewaretoken": token(page)}
    return client.post("/login/", data | {"resume": page.context["resume"], "next": page.context["next"]} | changed)


def resend(client, offer):
    fields = dict(offer.context["fields"])
    return client.post(offer.context["path"], fields | {"csrfmiddlewaretoken": token(offer)})


# ---- the whole way ----


def test_a_form_sent_after_half_an_hour_goes_through_after_signing_in_again(browser, pudong):
    go_idle(browser)
    page = send(browser)
    assert page.status_code == 401
    assert "你填的内容都在，登录后即可提交。" in page.text
    assert '<form class="stack" method="post" action="/login/">' in page.text  # not to the address that was sent to
    assert Report.objects.count() == 0

    offer = sign_in(browser, page)
    assert offer.status_code == 200
    assert offer.context["path"] == REPORT
    assert "data-autosubmit" in offer.text
    assert "第一行" in offer.text
    assert "<b>粗</b>" not in offer.text
    assert Report.objects.count() == 0

    assert resend(browser, offer).status_code == 302
    report = Report.objects.get()
    assert (report.state, report.author, report.department.code) == ("submitted", pudong, "pudong")
    assert report.progress_text == TEXT.replace("\r\n", "\n")


def test_the_old_token_would_not_have_done(browser):
    """Signing in gives a fresh token: the page that is offered carries it."""
    go_idle(browser)
    offer = sign_in(browser, send(browser))
    assert token(offer) != browser.form_token
    refused = browser.post(REPORT, TYPED | {"csrfmiddlewaretoken": browser.form_token})
    assert refused.status_code == 403


def test_a_wrong_password_in_between_loses_nothing(browser):
    go_idle(browser)
    page = send(browser)
    again = sign_in(browser, page, password="wrong")
    assert again.status_code == 200
    assert again.context["resume"] == page.context["resume"]
    assert sign_in(browser, again).context["fields"] == unpack(page.context["resume"])["fields"]


def test_signing_out_elsewhere_keeps_the_form_too(browser, pudong):
    cast.signed_in(pudong).post("/account/sign-out-everywhere/")
    page = send(browser)
    assert page.status_code == 401
    assert resend(browser, sign_in(browser, page)).status_code == 302
    assert Report.objects.get().next_steps == "下一步"


def test_the_button_that_was_pressed_is_remembered(browser):
    go_idle(browser)
    assert resend(browser, sign_in(browser, send(browser, save="1"))).status_code == 302
    assert Report.objects.get().state == "draft"


def test_several_values_of_one_name_stay_several(client, db):
    page = client.post("/tasks/2023-04/report/", {"a": ["1", "2"], "b": ""})
    assert unpack(page.context["resume"]) == {
        "path": "/tasks/2023-04/report/",
        "fields": [["a", "1"], ["a", "2"], ["b", ""]],
    }


def test_an_empty_form_is_kept_as_well(client, pudong):
    page = client.post("/tasks/2023-04/report/")
    offer = client.post("/login/", {"username": "pudong", "password": PASSWORD, "resume": page.context["resume"]})
    assert (offer.status_code, offer.context["fields"]) == (200, [])


def test_somebody_else_who_signs_in_does_only_what_he_may(browser, leader):
    """On a shared computer: the form goes out in the name of whoever signed in, and is refused if it must be."""
    go_idle(browser)
    offer = sign_in(browser, send(browser), username="leader")
    assert resend(browser, offer).status_code == 403
    assert Report.objects.count() == 0


def test_whoever_must_change_the_password_is_not_let_past(browser):
    cast.account("fresh", "reporter", "pudong", must_change_password=True)
    go_idle(browser)
    offer = sign_in(browser, send(browser), username="fresh")
    answer = resend(browser, offer)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/password/")
    assert Report.objects.count() == 0


# ---- what is never kept ----


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/account/password/", {"old_password": "Geheim-1", "new_password1": "Geheim-2", "new_password2": "Geheim-3"}),
        ("/admin/departments/user/add/", {"username": "u", "password1": "Geheim-1", "password2": "Geheim-2"}),
        ("/tasks/2023-04/report/", {"PASSWORD": "Geheim-1", "Password2": "Geheim-2", "x-password-y": "Geheim-3"}),
        ("/tasks/2023-04/report/", {"csrfmiddlewaretoken": "Geheim-1", "resume": "Geheim-2"}),
    ],
)
def test_passwords_and_tokens_never_travel_in_it(path, typed, client, db):
    page = client.post(path, typed)
    assert page.status_code == 401
    assert "Geheim" not in str(unpack(page.context["resume"]))
    assert "Geheim" not in page.text


# ---- what is not believed ----


def packed(path="/tasks/", fields=(("a", "1"),), salt=SALT):
    return signing.dumps({"path": path, "fields": list(fields)}, salt=salt, compress=True)


def test_what_we_signed_is_believed():
    assert unpack(packed()) == {"path": "/tasks/", "fields": [["a", "1"]]}


NOT_OURS = {
    "nothing": lambda: "",
    "a word": lambda: "x",
    "a NUL": lambda: "\x00",
    "colons": lambda: ":::",
    "markup": lambda: "<script>alert(1)</script>",
    "Chinese": lambda: "浦东",
    "endless": lambda: "x" * 100_000,
    "longer": lambda: packed() + "x",
    "changed": lambda: "x" + packed(),
    "cut off": lambda: packed()[:-1],
    "of another kind": lambda: packed(salt="django.contrib.messages"),
    "not a form": lambda: signing.dumps("not a form", salt="somebody else"),
    "abroad": lambda: packed("https://evil.example/"),
    "abroad without scheme": lambda: packed("//evil.example/"),
    "abroad with a backslash": lambda: packed("/\\evil.example/"),
    "a script": lambda: packed("javascript:alert(1)"),
    "nowhere": lambda: packed(""),
}


@pytest.mark.parametrize("kind", NOT_OURS)
def test_what_is_not_ours_is_not_believed(kind, client, pudong):
    resume = NOT_OURS[kind]()
    assert unpack(resume) is None
    answer = client.post("/login/", {"username": "pudong", "password": PASSWORD, "resume": resume})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mine/")


def test_another_installations_signature_is_not_believed(settings):
    kept = packed()
    settings.SECRET_KEY = "another key of another portal, which is long enough for it"
    assert unpack(kept) is None


@pytest.mark.parametrize(("hours", "believed"), [(11, True), (13, False)])
def test_a_form_is_kept_for_a_day_of_work(hours, believed):
    assert MAX_AGE == 43_200
    with time_machine.travel("2023-06-15 08:00:00+08:00", tick=False) as clock:
        kept = packed()
        clock.shift(timedelta(hours=hours))
        assert (unpack(kept) is not None) == believed


@pytest.mark.parametrize("address", ["//evil.example/", "//evil.example/tasks/2023-04/report/", "/\\evil.example/"])
def test_an_address_that_would_leave_the_portal_is_never_kept(address, client, db):
    response = client.post("/", PATH_INFO=address)
    assert response.status_code == 404
    assert "resume" not in response.context


def test_a_stranger_cannot_make_somebody_elses_browser_send_a_form():
    """Whoever holds a kept form of his own still needs the other's token to have it offered."""
    assert Client(enforce_csrf_checks=True).post("/login/", {"resume": packed()}).status_code == 403
