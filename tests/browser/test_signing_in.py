"""Coming in and going out: where each kind of person lands, and what is said when it does not work."""

import pytest
from playwright.sync_api import expect

from tests import cast

pytestmark = pytest.mark.browser

LANDS = {  # account: (address, heading, navigation)
    "pudong": ("/mine/", "我的任务", ["我的任务", "任务台账", "原文"]),
    "jlc": ("/mine/", "我的任务", ["我的任务", "任务台账", "原文"]),
    "planner": ("/", "工作台", ["工作台", "我的任务", "任务台账", "责任矩阵", "待审核", "原文", "部门", "计划维护"]),
    "leader": ("/", "工作台", ["工作台", "任务台账", "责任矩阵", "原文", "部门"]),
    "admin": ("/admin/", "管理后台", []),  # the admin's own page has no portal navigation
}


def sign_in(page, username, password=cast.PASSWORD):
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("username", LANDS)
def test_everybody_lands_where_the_work_is_and_can_leave(username, visit):
    address, heading, navigation = LANDS[username]
    cast.person(username)
    page = visit(path="/login/")
    sign_in(page, username)
    expect(page).to_have_url(address)
    expect(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
    expect(page.get_by_role("navigation", name="主导航").get_by_role("link")).to_have_text(navigation)

    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url("/login/")
    page.goto("/tasks/")
    expect(page).to_have_url("/login/?next=/tasks/")


def test_each_entry_of_the_navigation_leads_to_its_page(visit):
    page = visit("planner", "/")
    for label, heading in [
        ("我的任务", "我的任务"),
        ("任务台账", "任务台账"),
        ("责任矩阵", "责任矩阵"),
        ("待审核", "审核报送"),
        ("原文", "2023年上海市计量工作要点"),
        ("部门", "部门"),
        ("计划维护", "工作要点"),
        ("工作台", "工作台"),
    ]:
        navigation = page.get_by_role("navigation", name="主导航")
        navigation.get_by_role("link", name=label, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(navigation.locator("[aria-current=page]")).to_have_text(label)


def test_the_page_that_was_asked_for_opens_after_signing_in(pudong, visit):
    page = visit(path="/tasks/2023-06/")
    sign_in(page, "pudong")
    expect(page).to_have_url("/tasks/2023-06/")


def test_a_wrong_password_is_said_and_the_name_stays(pudong, visit):
    page = visit(path="/login/")
    sign_in(page, "pudong", "not the password")
    expect(page.get_by_role("alert")).to_have_text("用户名或密码错误。")
    expect(page.get_by_label("用户名")).to_have_value("pudong")
    expect(page.get_by_label("密码")).to_have_value("")


def test_five_wrong_passwords_lock_the_account_and_say_for_how_long(pudong, visit):
    page = visit(path="/login/")
    for _attempt in range(5):
        sign_in(page, "pudong", "not the password")
    expect(page.get_by_role("heading", level=1)).to_have_text("账号已临时锁定")
    expect(page.locator(".answer")).to_have_text(
        "密码连续输错次数过多。请 15 分钟后再试，或联系本单位系统管理员重置密码。"
    )
    page.goto("/login/")
    sign_in(page, "pudong")
    expect(page.get_by_role("heading", level=1)).to_have_text("账号已临时锁定")


def test_a_first_password_is_changed_before_anything_opens(visit):
    cast.person("xuhui", must_change_password=True)
    page = visit(path="/login/")
    sign_in(page, "xuhui")
    expect(page).to_have_url("/account/password/")
    page.goto("/tasks/")
    expect(page).to_have_url("/account/password/")
    page.get_by_label("旧密码").fill(cast.PASSWORD)
    page.get_by_label("新密码 必填").fill("plum-blossom-rain-88")
    page.get_by_label("新密码确认").fill("plum-blossom-rain-88")
    page.get_by_role("button", name="修改密码").click()
    expect(page).to_have_url("/account/")
    page.goto("/mine/")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的任务")


def test_an_administrator_is_shown_the_way_back_from_the_plan(visit):
    page = visit("admin", "/tasks/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有权限")
    page.get_by_role("link", name="返回管理后台").click()
    expect(page).to_have_url("/admin/")


def test_without_scripts_too(pudong, visit):
    page = visit(path="/login/", java_script_enabled=False)
    sign_in(page, "pudong")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的任务")
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url("/login/")
