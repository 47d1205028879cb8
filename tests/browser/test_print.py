"""On paper stands what was read on the screen, without what can only be clicked, and with what is folded."""

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demonstration")]


def printed(page: Page) -> Page:
    page.emulate_media(media="print")
    for name in ("主导航", "所在位置", "按灯筛选"):
        for each in page.get_by_role("navigation", name=name, include_hidden=True).all():
            expect(each).to_be_hidden()
    for button in page.locator("button, .btn, form.find").all():
        expect(button).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("非涉密系统，严禁录入涉密信息")).to_be_visible()
    return page


def unfolded(part: Page | Locator, words: str) -> bool:
    """Whether the words take room there; what is folded does not."""
    return part.get_by_text(words).last.evaluate("element => element.checkVisibility({contentVisibilityAuto: true})")


def test_the_ledger(visit):
    page = visit("planner", "/tasks/")
    assert not unfolded(page, "机场分局")
    printed(page)
    expect(page.get_by_role("search", name="筛选任务")).to_be_hidden()
    rows = page.locator("table.ledger tbody tr:not(.group-row)")
    expect(rows).to_have_count(17)
    assert unfolded(page, "市局计量处、各区市场监管局、临港新片区市场监管局、市局执法总队、机场分局")


def test_a_task(visit):
    page = visit("planner", "/tasks/2023-06/")
    units = page.get_by_role("region", name="责任单位")
    assert not unfolded(units, "崇明区市场监管局")
    printed(page)
    assert unfolded(units, "崇明区市场监管局")
    expect(page.locator("#m1")).to_contain_text("端午前过度包装检查")
    expect(page.get_by_role("columnheader", name="操作", include_hidden=True)).to_be_hidden()


def test_the_document(visit):
    page = printed(visit("planner", "/document/"))
    assert unfolded(page, "现将《2023年上海市计量工作要点》印发给你们")
    expect(page.locator("article.item")).to_have_count(17)


def test_paper_is_light_where_the_screen_is_dark(visit):
    page = visit("planner", "/tasks/2023-06/", color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).color")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") != dark


@pytest.mark.parametrize("path", ["/tasks/", "/tasks/2023-06/", "/document/"])
def test_the_button_prints(path, visit):
    page = visit("planner")
    page.add_init_script("window.print = () => { window.printed = true }")
    page.goto(path)
    buttons = page.get_by_role("button", name="打印")
    if buttons.count():
        buttons.click()
        assert page.evaluate("window.printed") is True
