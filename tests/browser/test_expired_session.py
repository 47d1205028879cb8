"""The session ends while somebody is typing: what was typed goes through after signing in again."""

import time

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tasks.models import Report
from tests import cast

pytestmark = pytest.mark.browser

TEXT = "第一行\n第二行 “引号” <b>粗</b> & 🙂"


def half_an_hour_passes():
    for session in Session.objects.all():
        store = SessionStore(session.session_key)
        store["seen"] = int(time.time()) - 1802
        store.save()


def type_a_report(page):
    page.get_by_label("达序时", exact=True).check()
    page.get_by_label("进展情况").fill(TEXT)


def send(page):
    page.get_by_role("button", name="报送", exact=True).click()


def sign_in(page):
    expect(page.get_by_role("status")).to_have_text("30 分钟未操作，已自动退出。你填的内容都在，登录后即可提交。")
    page.get_by_label("用户名").fill("pudong")
    page.get_by_label("密码").fill(cast.PASSWORD)
    page.get_by_role("button", name="登录").click()


def has_arrived(page):
    expect(page.locator(".messages")).to_have_text("进展已报送。")
    expect(page).to_have_url("/tasks/2023-06/")
    report = Report.objects.get()
    assert (report.author.username, report.assessment, report.progress_text) == ("pudong", "on_schedule", TEXT)


@pytest.mark.parametrize("end", [half_an_hour_passes, Session.objects.all().delete], ids=["idle", "gone"])
def test_a_report_goes_through_by_itself_after_signing_in_again(end, pudong, visit):
    page = visit("pudong", "/tasks/2023-06/report/")
    type_a_report(page)
    end()
    send(page)
    sign_in(page)
    has_arrived(page)


def test_without_scripts_by_one_button_more(pudong, visit):
    page = visit("pudong", "/tasks/2023-06/report/", java_script_enabled=False)
    type_a_report(page)
    half_an_hour_passes()
    send(page)
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("已重新登录")
    expect(page.locator(".typed")).to_contain_text("第一行")
    assert Report.objects.count() == 0
    page.get_by_role("button", name="提交", exact=True).click()
    has_arrived(page)


def test_a_wrong_password_in_between_costs_nothing(pudong, visit):
    page = visit("pudong", "/tasks/2023-06/report/")
    type_a_report(page)
    half_an_hour_passes()
    send(page)
    page.get_by_label("用户名").fill("pudong")
    page.get_by_label("密码").fill("not the password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_have_text("用户名或密码错误。")
    sign_in(page)
    has_arrived(page)


def test_a_sign_in_in_another_tab_meanwhile_offers_to_send_once_more(pudong, visit):
    page = visit("pudong", "/tasks/2023-06/report/")
    type_a_report(page)
    other = page.context.new_page()
    other.goto("/login/")  # signing in again changes the token that the first tab's form carries
    other.get_by_label("用户名").fill("pudong")
    other.get_by_label("密码").fill(cast.PASSWORD)
    other.get_by_role("button", name="登录").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("我的任务")

    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("页面已过期")
    expect(page.locator(".typed")).to_contain_text("第一行")
    assert Report.objects.count() == 0
    page.get_by_role("button", name="再提交一次").click()
    has_arrived(page)


def test_a_page_that_was_only_read_asks_to_sign_in_and_comes_back(pudong, visit):
    page = visit("pudong", "/tasks/2023-06/")
    half_an_hour_passes()
    page.get_by_role("link", name="填报进展").click()
    page.get_by_label("用户名").fill("pudong")
    page.get_by_label("密码").fill(cast.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url("/tasks/2023-06/report/")
