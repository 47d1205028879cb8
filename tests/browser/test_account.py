"""One's own account: tokens, language, signing out everywhere."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import wrong_with

pytestmark = pytest.mark.browser


def test_a_token_is_shown_once_and_revoked_after_a_question(visit):
    page = visit("pudong", "/account/")
    page.get_by_label("令牌名称").fill("试点系统")
    page.get_by_role("button", name="新建令牌").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("试点系统")
    shown = page.get_by_label("新令牌").input_value()
    assert len(shown) == 64
    assert wrong_with(page) == []
    page.get_by_role("link", name="已复制").click()
    expect(page).to_have_url("/account/")
    assert shown not in page.content()
    page.get_by_role("link", name="吊销 : 试点系统").click()
    page.get_by_role("button", name="吊销").click()
    expect(page.locator(".messages")).to_contain_text("试点系统")
    expect(page.get_by_role("link", name="吊销 : 试点系统")).to_have_count(0)


def test_signing_out_everywhere_ends_the_other_browser_too(visit):
    here, there = visit("pudong", "/account/"), visit("pudong", "/mine/")
    here.get_by_role("button", name="全部退出").click()
    expect(here).to_have_url("/login/")
    there.get_by_role("link", name="任务台账").click()
    expect(there).to_have_url("/login/?next=/tasks/")
