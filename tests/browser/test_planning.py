"""The planner keeps the plan, and nobody closes what he asked to close himself."""

import pytest
from playwright.sync_api import expect

from tests import cast

pytestmark = pytest.mark.browser


def saved(page, words):
    expect(page.locator(".messages")).to_have_text(words)


def test_dates_of_the_whole_plan_on_one_page(visit):
    page = visit("planner", "/plans/2023/")
    page.get_by_role("link", name="统一设定时限").click()
    expect(page.locator(".answer b")).to_have_text("78")
    page.get_by_label("14.1 标准计量体系建设实施方案宣贯").fill("2023年7月1日")
    page.get_by_label("14.3 国家碳计量中心（上海）筹建研究").fill("不知道")
    page.get_by_role("button", name="保存时限").click()
    expect(page.locator(".field-error")).to_have_text("请写成 2023-06-22 这样的日期。")
    expect(page.get_by_label("14.1 标准计量体系建设实施方案宣贯")).to_have_value("2023年7月1日")

    page.get_by_label("14.3 国家碳计量中心（上海）筹建研究").fill("2023/9/30")
    page.get_by_role("button", name="保存时限").click()
    saved(page, "已保存 2 个时限。")
    page.goto("/plans/2023/dates/")
    expect(page.locator(".answer b")).to_have_text("76")
    expect(page.get_by_label("14.1 标准计量体系建设实施方案宣贯")).to_have_value("2023-07-01")
    page.goto("/tasks/2023-14/")
    expect(page.locator("#m1")).to_contain_text("2023-07-01计划管理员设定")
    expect(page.locator("#m3")).to_contain_text("2023-09-30计划管理员设定")


def test_a_task_its_units_and_its_milestones(visit):
    page = visit("planner", "/tasks/2023-05/")
    page.get_by_role("link", name="编辑任务").click()
    page.get_by_label("标题").fill("深化计量许可改革（修订）")
    page.get_by_label("到期日期").fill("2023-11-30")
    page.get_by_role("button", name="保存").click()
    saved(page, "任务已保存。")
    expect(page.get_by_role("heading", level=1)).to_have_text("5深化计量许可改革（修订）")
    expect(page.locator(".facts")).to_contain_text("2023-11-30还有 168 天 （原定 2023-12-31）")

    page.get_by_role("link", name="添加节点").click()
    page.get_by_label("标题").fill("年度总结")
    page.get_by_label("时限").fill("2023-11-20")
    page.get_by_role("button", name="添加").click()
    saved(page, "节点已添加。")
    expect(page.locator("#m5")).to_contain_text("年度总结")

    page.get_by_role("link", name="添加责任单位").click()
    page.get_by_label("部门 必填").select_option(label="市计量协会")
    page.get_by_role("button", name="添加").click()
    saved(page, "责任单位已添加。")
    expect(
        page.get_by_role("region", name="责任单位").get_by_role("link", name="市计量协会", exact=True)
    ).to_be_visible()
    expect(page.locator(".log li").first).to_contain_text("增加配合部门：市计量协会")


def test_asked_by_one_planner_closed_by_another(visit):
    page = visit("planner", "/tasks/2023-05/")
    for position in (1, 2, 3, 4):
        page.get_by_role("link", name=f"勾选完成 {position}", exact=True).click()
        page.get_by_role("button", name="勾选完成").click()
        saved(page, "节点已勾选完成。")
    page.get_by_role("link", name="申请办结").click()
    page.get_by_role("button", name="申请办结").click()
    expect(page.get_by_label("完成情况")).to_be_focused()  # the browser itself asks for the result
    page.get_by_label("完成情况").fill("四项改革全部完成。")
    page.get_by_role("button", name="申请办结").click()
    expect(page.get_by_role("link", name="撤回办结申请")).to_be_visible()
    expect(page.get_by_role("link", name="办结", exact=True)).to_have_count(0)  # his own request
    assert page.goto("/tasks/2023-05/moves/close/").status == 403

    other = visit("planner2", "/")
    expect(other.get_by_role("region", name="等我处理")).to_contain_text("5深化计量许可改革")
    other.goto("/tasks/2023-05/")
    other.get_by_role("link", name="办结", exact=True).click()
    expect(other.locator(".answer")).to_contain_text("四项改革全部完成。")
    other.get_by_role("button", name="办结", exact=True).click()
    expect(other.locator(".verdict")).to_contain_text("蓝灯")
    expect(other.locator(".verdict")).to_contain_text("2023-06-15 办结，4 个节点全部完成。")
    expect(other.locator(".log li").first).to_contain_text("planner2 测试")


def test_cancelling_asks_for_a_reason_and_shows_it(visit):
    page = visit("planner", "/tasks/2023-13/")
    page.get_by_role("link", name="取消任务").click()
    expect(page.locator(".note.warn")).to_have_text("取消后不再计入进度，可以恢复。")
    page.get_by_role("button", name="取消任务").click()
    expect(page).to_have_url("/tasks/2023-13/moves/cancel/")  # the browser itself asks for the reason
    expect(page.get_by_label("原因")).to_be_focused()
    page.get_by_label("原因").fill("并入任务 12")
    page.get_by_role("button", name="取消任务").click()
    expect(page.locator(".verdict")).to_contain_text("2023-06-15 取消：并入任务 12")
    page.get_by_role("link", name="恢复").click()
    page.get_by_label("原因").fill("仍要单列")
    page.get_by_role("button", name="恢复").click()
    expect(page.locator(".facts")).to_contain_text("未启动")


def test_a_unit_without_an_account_is_filled_in_for(visit):
    page = visit("planner", "/tasks/2023-14/report/?unit=baosteel")
    expect(page.locator(".note.warn")).to_contain_text("宝山钢铁股份有限公司")
    page.get_by_label("达序时", exact=True).check()
    page.get_by_label("进展情况").fill("试点方案初稿已完成。")
    page.get_by_role("button", name="报送", exact=True).click()
    said = page.get_by_role("region", name="进展报送").get_by_role("article")
    expect(said).to_contain_text("由市局计量处代填")
    expect(said.get_by_role("heading")).to_have_text("宝山钢铁股份有限公司")


def test_a_new_plan_by_hand(visit):
    page = visit("planner", "/plans/")
    page.get_by_role("link", name="新建工作要点").click()
    page.get_by_label("代码").fill("2024")
    page.get_by_label("标题").fill("2024年上海市计量工作要点")
    page.get_by_label("年份").fill("2024")
    page.get_by_label("印发单位").fill("上海市市场监督管理局")
    page.get_by_label("印发日期").fill("2024-02-20")
    page.get_by_label("截止日期").fill("2024-12-31")
    page.get_by_role("button", name="创建").click()
    page.get_by_role("link", name="添加板块").first.click()
    page.get_by_label("标题").fill("夯实计量基础")
    page.get_by_role("button", name="添加").click()
    page.get_by_role("link", name="添加任务").click()
    page.get_by_label("标题").fill("建设计量数据中心")
    page.get_by_label("任务板块").select_option(label="（一）夯实计量基础")
    page.get_by_label("正文").fill("建设计量数据中心。")
    page.get_by_role("button", name="添加").click()
    expect(page).to_have_url("/tasks/2024-01/")
    assert cast.plan().tasks.count() == 17  # the other plan is as it was
