"""Every page of the portal by the rules of WCAG 2.1 AA: wide and narrow, light and dark, Chinese and English."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.pages import PAGES
from tests.browser.room import too_wide

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demonstration")]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
CONTRAST = RULES | {"runOnly": ["color-contrast"]}
WORDS = RULES | {"rules": {"color-contrast": {"enabled": False}}}
IN_BOTH_COLOURS = (("light", RULES), ("dark", CONTRAST))  # nothing else is different in the dark
WIDTHS = (1440, 360)
# In English there are other words, longer ones, in the same colours.
LANGUAGES = {"zh-hans": (IN_BOTH_COLOURS, WIDTHS), "en": ((("light", WORDS),), (360,))}
ROUNDS = 6
SENT_ONLY = {"logout", "language", "sign_out_everywhere", "token_add", "tasks:letter_resend"}
NOT_PAGES = {"tasks:evidence", "tasks:ledger_csv", "tasks:ledger_xlsx", "tasks:matrix_csv"}
NOT_PAGES |= {"calendar", "tasks:export_file", "tasks:bulletin", "tasks:brief"}


def wrong_with(page: Page, looks=IN_BOTH_COLOURS, widths=WIDTHS) -> list[tuple[str, int, str, str]]:
    """Address, width, broken rule and what breaks it."""
    broken = [
        (page.url, width, *violation)
        for width in widths
        for scheme, rules in looks
        for violation in violations(page, width, scheme, rules)
    ]
    return broken + [(*each, "too wide") for each in too_wide(page)]


def violations(page: Page, width: int, scheme: str, rules: dict) -> list[tuple[str, str]]:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page, options=rules).response["violations"]
    return [(each["id"], node["html"][:200]) for each in found for node in each["nodes"]]


def names(resolver, namespace: str = ""):
    """Names of all addresses but the admin's and the API's."""
    for pattern in resolver.url_patterns:
        inner = getattr(pattern, "namespace", None)
        if hasattr(pattern, "url_patterns"):
            if inner not in {"admin", "api"} and "api/" not in str(pattern.pattern):
                yield from names(pattern, f"{inner}:" if inner else namespace)
        elif pattern.name:
            yield namespace + pattern.name


def test_no_page_is_left_out():
    assert set(names(get_resolver())) - SENT_ONLY - NOT_PAGES == {name for name in PAGES if " " not in name}


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("start", range(ROUNDS))
def test_pages(start, language, visit):
    """Every sixth page, so that all processors have something to do and the data is not laid out for each anew."""
    wrong = []
    for opened in list(PAGES.values())[start::ROUNDS]:
        page = visit(opened.who, language=language)
        page.goto(opened.address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        wrong += wrong_with(page, *LANGUAGES[language])
        page.context.close()
    assert wrong == []


def test_an_account_that_is_locked(pudong, visit):
    page = visit(path="/login/")
    for _attempt in range(5):
        page.get_by_label("用户名").fill("pudong")
        page.get_by_label("密码").fill("not the password")
        page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("账号已临时锁定")
    assert wrong_with(page) == []


def test_a_form_that_has_expired_and_the_sign_in_that_keeps_it(visit):
    page = visit("pudong", "/tasks/2023-06/report/")
    page.get_by_label("进展情况").fill("一段比二十个字符更长的进展情况，用来看看页面。")
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("页面已过期")
    assert wrong_with(page) == []
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="再提交一次").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    assert wrong_with(page) == []
    page.route("**/portal.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.get_by_label("用户名").fill("pudong")  # the page after this one sends itself: here it stays to be looked at
    page.get_by_label("密码").fill(cast.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已重新登录")
    assert wrong_with(page) == []


def test_errors_and_both_versions_side_by_side(visit):
    from tasks.actions import planning

    page = visit("planner", "/tasks/2023-14/edit/")
    page.get_by_label("标题").fill("我的标题")
    page.get_by_label("到期日期").fill("不是日期")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert wrong_with(page) == []
    planning.change(cast.task(14), by=cast.person("planner2"), title="别人的标题")
    page.get_by_label("到期日期").fill("2023-12-31")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("table.conflict")).to_be_visible()
    assert wrong_with(page) == []
