"""A district reports: from what it owes to what everybody reads, with nothing lost on the way."""

import pytest
from playwright.sync_api import expect

from tasks.models import Report
from tests import cast

pytestmark = pytest.mark.browser

TEXT = "检查商超 68 家次，责令整改 3 家。\n\n<script>alert(1)</script> “引号” & 🙂"
SENT = TEXT.replace("\n", " ")  # as people read it


def test_from_my_tasks_to_the_change_history(pudong, visit):
    page = visit("pudong", "/mine/")
    page.get_by_role("link", name="随时填报 : 加强重点领域监管").click()
    expect(page).to_have_url("/tasks/2023-06/report/")
    expect(page.locator(".answer")).to_have_text("6 加强重点领域监管 · 浦东新区市场监管局")

    page.get_by_label("存在问题").fill("人手不足")
    page.get_by_role("button", name="报送", exact=True).click()  # nothing said yet: refused, and kept
    expect(page.get_by_role("alert")).to_contain_text("有 2 处需要改正")
    expect(page.get_by_label("存在问题")).to_have_value("人手不足")

    page.get_by_label("进展情况").fill(TEXT)
    page.get_by_role("button", name="存草稿").click()
    expect(page.locator(".messages")).to_have_text("草稿已保存，仅本单位可见。")
    expect(page.get_by_label("进展情况")).to_have_value(TEXT)
    page.goto("/mine/")
    expect(page.get_by_role("region", name="随时填报的草稿 1")).to_contain_text("6加强重点领域监管")

    page.get_by_role("link", name="继续填报 : 加强重点领域监管").click()
    page.get_by_label("达序时", exact=True).check()
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page).to_have_url("/tasks/2023-06/")
    expect(page.locator(".messages")).to_have_text("进展已报送。")
    is_shown_to_all(page)


def is_shown_to_all(page):
    said = page.get_by_role("region", name="进展报送").get_by_role("article")
    expect(said).to_have_count(1)
    expect(said.get_by_role("heading")).to_have_text("浦东新区市场监管局")
    expect(said.get_by_role("definition")).to_have_text([SENT, "人手不足", "—"])
    page.get_by_role("region", name="变更记录").get_by_role("link").click()
    expect(page).to_have_url("/tasks/2023-06/history/")
    expect(page.locator(".log li").first).to_contain_text("pudong 测试")
    expect(page.locator(".log li").first).to_contain_text("浦东新区市场监管局报送进展（自评：达序时）")


def test_another_units_task_is_not_there_and_the_page_leads_back(pudong, visit):
    page = visit("pudong")
    answer = page.goto("/tasks/2023-05/")
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这个页面")
    page.get_by_role("link", name="返回我的任务").click()
    expect(page).to_have_url("/mine/")


def test_in_english_from_then_on(pudong, visit):
    page = visit("pudong", "/tasks/2023-06/report/")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url("/tasks/2023-06/report/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report progress")
    page.get_by_label("Progress made").fill("Sixty-eight shops.")
    page.get_by_label("on schedule").check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".messages")).to_have_text("The report has been sent.")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()


def test_leaving_typed_text_asks_first(pudong, visit):
    page = visit("pudong", "/tasks/2023-06/report/")
    page.get_by_label("进展情况").fill("还没有保存")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="我的任务").click(no_wait_after=True)
    expect(page).to_have_url("/tasks/2023-06/report/")
    expect(page.get_by_label("进展情况")).to_have_value("还没有保存")
    assert asked == ["beforeunload"]


def test_without_scripts_too(pudong, visit):
    page = visit("pudong", "/tasks/2023-06/report/", java_script_enabled=False)
    page.get_by_label("进展情况").fill(TEXT)
    page.get_by_label("已完成", exact=True).check()
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.locator(".messages")).to_have_text("进展已报送。")
    report = Report.objects.get()
    assert (report.state, report.assessment, report.progress_text) == ("submitted", "done", TEXT)


def test_two_colleagues_on_one_draft_lose_nothing(pudong, visit):
    cast.account("pudong2", unit="pudong")
    first = visit("pudong", "/tasks/2023-06/report/")
    second = visit("pudong2", "/tasks/2023-06/report/")
    first.get_by_label("进展情况").fill("甲写的进展")
    first.get_by_label("存在问题").fill("甲写的问题")
    first.get_by_role("button", name="存草稿").click()
    expect(first.locator(".messages")).to_have_text("草稿已保存，仅本单位可见。")

    second.get_by_label("进展情况").fill("乙写的进展")
    second.get_by_label("下一步计划").fill("乙写的计划")
    second.get_by_role("button", name="存草稿").click()
    expect(second.get_by_role("alert")).to_contain_text("pudong 测试已在")
    expect(second.locator("table.conflict tbody tr")).to_have_text(
        [
            "进展情况 甲写的进展 乙写的进展",
            "存在问题 甲写的问题 （空）",
            "下一步计划 （空） 乙写的计划",
        ]
    )
    second.get_by_label("甲写的问题").check()
    second.get_by_role("button", name="按所选保存").click()
    expect(second.locator(".messages")).to_have_text("草稿已保存，仅本单位可见。")
    expect(second.get_by_label("进展情况")).to_have_value("乙写的进展")
    expect(second.get_by_label("存在问题")).to_have_value("甲写的问题")
    expect(second.get_by_label("下一步计划")).to_have_value("乙写的计划")
    assert Report.objects.get().state == "draft"
