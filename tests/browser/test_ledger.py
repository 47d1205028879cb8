"""The ledger narrows in place where scripts run, by plain links where they do not, and exports what it shows."""

import csv
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demonstration")]

ALL = [str(number) for number in range(1, 18)]
RED, YELLOW, PACKAGING = ["4", "14"], ["2", "5", "6", "10", "15"], ["6", "9"]


def shows(page, numbers):
    expect(page.locator("table.ledger td.no")).to_have_text(numbers)
    expect(page.get_by_role("status")).to_have_text(f"共 {len(numbers)} 项")


def asked(page):
    """What the address asks for, beside the order in which tasks stand anyway."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    return {name: value for name, value in query.items() if (name, value) != ("ordering", "number")}


def mark(page):
    page.evaluate("window.stillTheSamePage = true")


def is_the_same_page(page):
    return page.evaluate("window.stillTheSamePage === true")


def test_light_unit_words_and_order_in_place(visit):
    page = visit("planner", "/tasks/")
    shows(page, ALL)
    mark(page)
    page.get_by_role("link", name="红灯 2").click()
    shows(page, RED)
    assert asked(page) == {"light": "red"}
    page.get_by_role("link", name="黄灯 5").click()
    shows(page, YELLOW)
    page.get_by_role("link", name="全部 17").click()
    shows(page, ALL)

    page.get_by_label("牵头部门").select_option(label="市质量监督检验技术研究院")
    shows(page, ["2"])
    assert list(asked(page)) == ["lead"]
    page.get_by_label("牵头部门").select_option(label="全部")
    shows(page, ALL)

    page.get_by_label("关键词").press_sequentially("过度包装")  # no Enter: it answers while typing
    shows(page, PACKAGING)
    assert asked(page) == {"q": "过度包装"}
    page.get_by_label("关键词").fill("")
    shows(page, ALL)

    page.get_by_role("columnheader", name="进度").get_by_role("link").click()
    expect(page.locator("table.ledger td.no").first).to_have_text("4")
    expect(page.get_by_role("columnheader", name="进度")).to_have_attribute("aria-sort", "ascending")
    assert asked(page) == {"ordering": "progress"}
    assert is_the_same_page(page)


def test_back_and_forward_bring_back_what_was_shown(visit):
    page = visit("planner", "/tasks/")
    page.get_by_role("link", name="红灯 2").click()
    shows(page, RED)
    page.get_by_role("link", name="绿灯 6").click()
    shows(page, ["3", "7", "8", "11", "12", "17"])
    page.go_back()
    shows(page, RED)
    page.go_back()
    shows(page, ALL)
    page.go_forward()
    shows(page, RED)
    page.reload()
    shows(page, RED)


def test_filters_add_up_and_can_be_dropped_when_nothing_fits(visit):
    page = visit("planner", "/tasks/?light=blue")
    shows(page, ["1"])
    mark(page)
    page.get_by_label("关键词").press_sequentially("过度包装")
    expect(page.locator(".empty b")).to_have_text("没有同时符合这些条件的任务")
    assert asked(page) == {"light": "blue", "q": "过度包装"}
    page.get_by_role("link", name="去掉").first.click()
    expect(page.locator("table.ledger td.no")).to_have_count(1)


def test_the_same_by_plain_links_and_a_button(visit):
    page = visit("planner", "/tasks/", java_script_enabled=False)
    page.get_by_role("link", name="红灯 2").click()
    shows(page, RED)
    page.get_by_role("link", name="全部 17").click()
    page.get_by_label("关键词").fill("过度包装")
    page.get_by_role("button", name="筛选", exact=True).click()
    shows(page, PACKAGING)
    page.goto("/tasks/")
    page.get_by_label("牵头部门").select_option(label="市质量监督检验技术研究院")
    page.get_by_role("button", name="筛选", exact=True).click()
    shows(page, ["2"])
    page.goto("/tasks/")
    page.get_by_role("columnheader", name="进度").get_by_role("link").click()
    expect(page.locator("table.ledger td.no").first).to_have_text("4")


def test_the_search_of_every_page_leads_here(visit):
    page = visit("pudong", "/mine/")
    page.get_by_role("searchbox", name="查找任务、部门、节点").fill("过度包装")
    page.get_by_role("searchbox", name="查找任务、部门、节点").press("Enter")
    shows(page, PACKAGING)
    page.get_by_role("searchbox", name="查找任务、部门、节点").fill("许可改革")  # task 5: not theirs
    page.get_by_role("searchbox", name="查找任务、部门、节点").press("Enter")
    expect(page.locator(".empty b")).to_have_text("没有同时符合这些条件的任务")


@pytest.mark.parametrize(("username", "numbers"), [("planner", YELLOW), ("pudong", ["6", "15"])])
def test_the_export_holds_exactly_the_rows_shown(username, numbers, visit):
    page = visit(username, "/tasks/")
    page.locator("#chip-yellow").click()
    shows(page, numbers)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["序号"] for row in rows] == numbers
    assert {row["亮灯"] for row in rows} == {"黄灯"}
    titles = page.locator("table.ledger a.t").all_inner_texts()
    assert [row["重点任务"] for row in rows] == titles
