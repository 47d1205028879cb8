"""责任矩阵 on a laptop, on a phone and on paper; a period opened and closed by hand."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demonstration")]
PHONE = {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True}


def wide(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def test_on_a_laptop_it_fits_and_folds(visit):
    page = visit("planner", "/matrix/", viewport={"width": 1366, "height": 768})
    table = page.locator("table.matrix")
    assert table.evaluate("table => table.parentElement.scrollWidth <= table.parentElement.clientWidth")
    expect(page.locator(".units-list")).to_be_hidden()
    xuhui = table.get_by_role("row", name="徐汇区市场监管局")
    expect(xuhui).to_be_visible()
    table.get_by_label("只看合计").check()
    expect(xuhui).to_be_hidden()
    expect(table.locator("tr.fold")).to_be_visible()
    year = page.locator("table.year")
    expect(year.get_by_role("row", name="徐汇区市场监管局")).to_be_hidden()
    year.get_by_label("16 个成员单位").check()
    expect(year.get_by_role("row", name="徐汇区市场监管局")).to_be_visible()


def test_one_click_reminds_of_one_report(visit):
    page = visit("planner", "/matrix/")
    cell = page.locator("table.matrix td.owed:not(:has(a))").first
    cell.hover()
    button = cell.get_by_role("button", name="催办")
    expect(button).to_have_css("opacity", "1")
    button.click()
    expect(page).to_have_url(re.compile("/matrix/"))
    expect(page.locator(".messages")).to_contain_text("催办")
    expect(page.locator("table.matrix .nudged")).to_have_count(1)


def test_on_a_phone_units_unfold_to_their_tasks(visit):
    page = visit("planner", "/matrix/", **PHONE)
    assert wide(page) == 360
    expect(page.locator("table.matrix")).to_be_hidden()
    units = page.locator(".units-list")
    unit = units.locator("details.one").filter(has_text="市局计量处").first
    expect(unit.locator("li").first).to_be_hidden()
    unit.locator("summary").click()
    expect(unit.locator("li").first).to_be_visible()
    districts = units.locator("details", has_text="16 个成员单位").first
    districts.locator("summary").first.click()
    expect(districts.locator("details.one")).to_have_count(16)
    expect(districts.locator("details.one").first).to_be_visible()
    assert wide(page) == 360


def test_on_paper_collectives_unfold_and_nothing_is_cut(visit):
    page = visit("leader", "/matrix/", viewport={"width": 1031, "height": 703})  # A4 across, within its margins
    page.locator("table.matrix").get_by_label("只看合计").check()
    page.emulate_media(media="print")
    table = page.locator("table.matrix")
    expect(table.get_by_role("row", name="徐汇区市场监管局")).to_be_visible()
    expect(page.locator("table.year").get_by_role("row", name="徐汇区市场监管局")).to_be_visible()
    for button in page.locator("button, .btn").all():
        expect(button).to_be_hidden()
    assert table.evaluate("table => table.getBoundingClientRect().right") <= 1031
    assert page.evaluate("getComputedStyle(document.body).page") == "wide"


def test_a_period_is_opened_and_closed_after_a_word_on_what_happens(visit):
    page = visit("planner", "/plans/2023/periods/")
    page.get_by_role("link", name=re.compile("开启.*第三季度")).click()
    expect(page.locator(".answer")).to_contain_text("2023-09-25 截止")
    page.get_by_role("button", name="开启报送期").click()
    expect(page.locator(".messages")).to_contain_text("第三季度已开启")
    expect(page.get_by_role("link", name="第三季度 报送中")).to_have_attribute("aria-current", "page")
    page.go_back()
    expect(page.locator("main")).to_contain_text("第三季度已经开启。")
    expect(page.get_by_role("button", name="开启报送期")).to_be_disabled()
    page.goto("/plans/2023/periods/")
    page.get_by_role("link", name=re.compile("关闭.*第三季度")).click()
    expect(page.locator("main")).to_contain_text("关闭后不能恢复。")
    page.get_by_role("button", name="确认关闭").click()
    expect(page.locator(".messages")).to_contain_text("第三季度已关闭")
    expect(page.get_by_role("button", name=re.compile("催办"))).to_have_count(0)
