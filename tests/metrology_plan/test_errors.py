"""Pages for what went wrong."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from metrology_plan.urls import urlpatterns as portal_urls
from tasks.models import Report
from tests import cast

REPORT = "/tasks/2023-04/report/"
TYPED = {"version": "0", "assessment": "done", "progress_text": "写了很久的进展 <script>alert(1)</script>"}


def broken(request):
    raise RuntimeError("secret of the inside")


def told(request):
    raise PermissionDenied("因为 <b>如此</b>")


def fine(request):
    return HttpResponse("ok")


urlpatterns = [*portal_urls, path("broken/", broken), path("told/", told), path("fine/", fine)]


@pytest.fixture
def browser(pudong):
    return cast.signed_in(pudong, enforce_csrf_checks=True, raise_request_exception=False)


# ---- a token that no longer fits ----


@pytest.mark.parametrize("origin", ["http://testserver"])
def test_a_form_of_this_site_whose_token_has_expired_keeps_what_was_typed(origin, browser):
    page = browser.post(REPORT, TYPED, headers={"Origin": origin})
    assert page.status_code == 403
    assert "页面已过期" in page.text
    assert "写了很久的进展 &lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert(1)" not in page.text
    assert f'action="{REPORT}"' in page.text
    assert Report.objects.count() == 0


def test_sending_it_once_more_from_that_page_goes_through(browser):
    page = browser.post(REPORT, TYPED, headers={"Origin": "http://testserver"})
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    fields = dict(page.context["fields"]) | {"csrfmiddlewaretoken": token}
    assert browser.post(REPORT, fields, headers={"Origin": "http://testserver"}).status_code == 302
    assert Report.objects.get().progress_text == TYPED["progress_text"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://evil.example/http://testserver"},
        {"Origin": "https://testserver"},
        {"Origin": "http://testserver:8001"},
        {"Origin": "http://user@testserver"},
        {"Referer": "http://testserver/tasks/"},
        {"Origin": "http://[bad"},
    ],
)
def test_a_foreign_page_does_not_get_its_form_confirmed_here(headers, browser):
    page = browser.post(REPORT, TYPED, headers=headers)
    assert page.status_code == 403
    assert "写了很久的进展" not in page.text
    assert f'action="{REPORT}"' not in page.text
    assert "内容没有保存" in page.text


def test_a_password_is_not_kept_on_that_page(client, db):
    browser = Client(enforce_csrf_checks=True)
    typed = {"username": "pudong", "password": "Geheim-1"}
    page = browser.post("/login/", typed, headers={"Origin": "http://testserver"})
    assert page.status_code == 403
    assert "Geheim" not in page.text
    assert dict(page.context["fields"]) == {"username": "pudong"}


# ---- the pages ----


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nowhere/", 404, {"zh-hans": "没有这个页面", "en": "No such page"}),
        ("/plans/add/", 403, {"zh-hans": "没有权限", "en": "Not allowed"}),
        ("/tasks/2023-99/", 404, {"zh-hans": "没有这个页面", "en": "No such page"}),
    ],
)
def test_error_pages_speak_the_readers_language_and_lead_back(language, address, status, words, client_for, pudong):
    client = client_for(pudong)
    client.cookies["language"] = language
    page = client.get(address)
    assert page.status_code == status
    assert f"<h1>{words[language]}</h1>" in page.text
    assert 'class="btn btn-main" href="/mine/"' in page.text


FORMS_ONLY = {
    "zh-hans": "此地址只接收其他页面上的按钮提交的内容，不能直接打开。"
    "数据没有变动，请返回原页面，用页面上的按钮操作。",
    "en": "This address only takes what a button on another page sends. Nothing has changed: "
    "go back to that page and use the button there.",
}
UNFIT_HERE = {
    "zh-hans": "此页面不接收所提交的内容，内容没有保存。请返回后重新打开此页面。",
    "en": "What was sent does not fit this page, and nothing of it was saved: go back and open the page again.",
}
UNFIT = {"zh-hans": "不能以这种方式打开", "en": "This does not open that way"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("method", "address", "allow", "words"),
    [
        ("get", "/logout/", "POST, OPTIONS", FORMS_ONLY),
        ("get", "/language/", "POST", FORMS_ONLY),
        ("get", "/account/tokens/", "POST", FORMS_ONLY),
        ("get", "/account/sign-out-everywhere/", "POST", FORMS_ONLY),
        ("post", "/mine/", "GET, HEAD", UNFIT_HERE),
        ("delete", "/tasks/2023-04/report/", "GET, POST, HEAD, OPTIONS", UNFIT_HERE),
    ],
)
def test_a_method_that_does_not_fit_is_told_and_leads_back(
    language, method, address, allow, words, client_for, pudong
):
    client = client_for(pudong)
    client.cookies["language"] = language
    page = getattr(client, method)(address)
    assert (page.status_code, page["Allow"], page["Content-Language"]) == (405, allow, language)
    assert f"<h1>{UNFIT[language]}</h1>" in page.text
    assert f'<p class="answer">{words[language]}</p>' in page.text
    assert 'class="btn btn-main" href="/mine/"' in page.text


def test_a_stranger_is_led_to_the_sign_in_from_there_too(client, db):
    page = client.get("/logout/")
    assert page.status_code == 405
    assert 'class="btn btn-main" href="/login/"' in page.text


def test_the_api_tells_of_its_methods_as_a_problem(client_for, pudong):
    told = client_for(pudong).put("/api/v1/tasks/2023-04/")
    assert (told.status_code, told["Content-Type"]) == (405, "application/problem+json")
    assert told.json()["title"] == "此地址不支持该请求方法"


def long(address: str, length: int) -> str:
    return address + "x" * (length - len(address))


@pytest.mark.parametrize(("length", "status"), [(8000, 200), (8001, 414), (100_000, 414)])
def test_the_longest_address_that_is_read(length, status, client_for, pudong):
    assert client_for(pudong).get(long("/mine/?x=", length)).status_code == status


TOO_LONG = {
    "zh-hans": ("地址过长", "系统无法处理此地址，通常是筛选条件过多所致。请减少条件后重试。"),
    "en": (
        "The address is too long",
        "The portal does not read it, usually because it holds too many filters. Choose fewer and try again.",
    ),
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_too_long_an_address_is_told_to_people_and_to_programs(language, client_for, pudong):
    title, words = TOO_LONG[language]
    client = client_for(pudong)
    client.cookies["language"] = language
    page = client.get(long("/tasks/?q=", 8001))
    assert f"<h1>{title}</h1>" in page.text
    assert f'<p class="answer">{words}</p>' in page.text
    assert 'class="btn btn-main" href="/mine/"' in page.text
    told = client.post(long("/api/v1/reports/?q=", 8001), headers={"Accept-Language": language})
    assert (told.status_code, told["Content-Type"]) == (414, "application/problem+json")
    assert told.json() == {
        "type": "about:blank",
        "title": title,
        "status": 414,
        "detail": title,
        "instance": "/api/v1/reports/",
        "errors": [],
    }


@pytest.mark.urls("tests.metrology_plan.test_errors")
def test_a_fault_of_ours_tells_nothing_of_the_inside(browser):
    page = browser.get("/broken/")
    assert page.status_code == 500
    assert "系统出错" in page.text
    assert "secret of the inside" not in page.text
    assert "Traceback" not in page.text


@pytest.mark.urls("tests.metrology_plan.test_errors")
def test_a_fault_of_ours_is_in_english_too(browser):
    browser.cookies["language"] = "en"
    assert "Something went wrong" in browser.get("/broken/").text


@pytest.mark.urls("tests.metrology_plan.test_errors")
def test_the_reason_of_a_refusal_is_shown_and_escaped(browser):
    page = browser.get("/told/")
    assert page.status_code == 403
    assert "因为 &lt;b&gt;如此&lt;/b&gt;" in page.text


def test_a_permission_is_not_named_to_the_reader(client_for, pudong):
    """The name of a permission is for developers."""
    page = client_for(pudong).get("/plans/add/")
    assert page.status_code == 403
    assert "tasks.add_plan" not in page.text
    assert "你的账号无权进行此项操作。" in page.text


def test_a_stranger_is_led_to_the_sign_in(client, db):
    assert 'class="btn btn-main" href="/login/"' in client.get("/nowhere/").text


@pytest.mark.parametrize("address", ["/nowhere/<script>alert(1)</script>", "/tasks/?q=<script>alert(1)</script>"])
def test_addresses_are_never_echoed_as_markup(address, client_for, pudong):
    assert "<script>alert(1)" not in client_for(pudong).get(address).text
