"""The document with its marks, and the portal without a mouse."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demonstration")]

FOCUS_IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
}"""


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def tab_to(page: Page, name: str, limit: int = 60) -> None:
    """Press Tab until the element of this name has the focus; every stop on the way can be seen."""
    for _press in range(limit):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if focused(page) == name:
            return
    pytest.fail(f"{name} is not reached by Tab")


# ---- the document ----


def test_a_mark_leads_to_its_milestone_and_a_light_to_its_task(visit):
    page = visit("pudong", "/document/")
    expect(page.get_by_role("heading", level=1)).to_have_text("2023年上海市计量工作要点")
    expect(page.locator("article.item")).to_have_count(12)  # the tasks of the own unit; the others are only text
    expect(page.locator("main")).to_contain_text("深化计量许可改革")
    sixth = page.locator("#task-6")
    sixth.get_by_role("link", name="5 完成").click()
    expect(page).to_have_url("/tasks/2023-06/#m5")
    expect(page.locator("#m5")).to_be_in_viewport()
    expect(page.locator("#m5")).to_contain_text("强制检定工作计量器具摸底调查")
    page.go_back()
    sixth.get_by_role("link", name="黄灯 任务 6").click()
    expect(page).to_have_url("/tasks/2023-06/")


def test_the_contents_lead_to_groups_and_tasks(visit):
    page = visit("leader", "/document/")
    expect(page.locator("article.item")).to_have_count(17)
    contents = page.get_by_role("navigation", name="板块目录")
    contents.get_by_role("link", name="(四)强化计量支撑").click()
    expect(page.locator("#group-4")).to_be_in_viewport()
    contents.get_by_role("link", name="14 助力实现碳达峰碳中和, 红灯").click()
    expect(page.locator("#task-14")).to_be_in_viewport()


def test_the_marks_of_the_task_page_lead_to_its_rows(visit):
    page = visit("planner", "/tasks/2023-14/")
    page.locator(".printed").get_by_role("link", name="7 未定时限").click()
    expect(page).to_have_url("/tasks/2023-14/#m7")
    expect(page.locator("#m7")).to_be_in_viewport()


# ---- without a mouse ----


def test_the_first_tab_skips_to_the_content(visit):
    page = visit("pudong", "/mine/")
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert focused(page) == "一次填报全部"


def test_a_report_is_written_and_sent_by_keyboard(visit):
    page = visit("pudong", "/tasks/2023-06/")
    tab_to(page, "填报第二季度进展")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("填报： 6加强重点领域监管")
    page.get_by_label("未启动").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("达序时", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("检查七十家")
    tab_to(page, "报送")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_have_text("进展已报送。")


def test_sixteen_members_unfold_by_keyboard(visit):
    page = visit("pudong", "/tasks/2023-06/")
    members = page.get_by_role("region", name="责任单位").locator("ul.members")
    expect(members).to_be_hidden()
    tab_to(page, "各区市场监管局 （16 个）")
    page.keyboard.press("Enter")
    expect(members).to_be_visible()
    expect(members.get_by_role("listitem")).to_have_count(16)
    page.keyboard.press("Tab")
    assert focused(page) == "浦东新区市场监管局"


def test_signing_in_by_keyboard(pudong, visit):
    from tests import cast

    page = visit(path="/login/")
    page.keyboard.type("pudong")  # the name has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(cast.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("我的任务")


def test_after_a_refusal_the_focus_is_on_what_to_correct(visit):
    page = visit("pudong", "/tasks/2023-06/report/")
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "assessment"
