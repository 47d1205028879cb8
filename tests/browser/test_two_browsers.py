"""Two people open the same form. The second sees both versions, decides field by field, and nothing is lost."""

import pytest
from playwright.sync_api import expect

from tests import cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_the_second_decides_field_by_field(scripts, visit):
    first = visit("planner", "/tasks/2023-05/edit/", java_script_enabled=scripts)
    second = visit("planner2", "/tasks/2023-05/edit/", java_script_enabled=scripts)
    first.get_by_label("标题").fill("甲的标题")
    first.get_by_label("到期日期").fill("2023-10-31")
    first.get_by_role("button", name="保存").click()
    expect(first.locator(".messages")).to_have_text("任务已保存。")

    second.get_by_label("标题").fill("乙的标题 <b>&")
    second.get_by_label("到期日期").fill("2023-11-30")
    second.get_by_role("button", name="保存").click()
    expect(second.get_by_role("alert")).to_contain_text("planner 测试已在")
    rows = second.locator("table.conflict tbody tr")
    expect(rows).to_have_text(["标题 甲的标题 乙的标题 <b>&", "到期日期 2023-10-31 2023-11-30"])
    assert (cast.task(5).title, str(cast.task(5).due_on)) == ("甲的标题", "2023-10-31")

    second.get_by_label("2023-10-31").check()  # the title: his own stays chosen
    second.get_by_role("button", name="按所选保存").click()
    expect(second.locator(".messages")).to_have_text("任务已保存。")
    assert (cast.task(5).title, str(cast.task(5).due_on)) == ("乙的标题 <b>&", "2023-10-31")


def test_his_own_can_be_dropped(visit):
    first, second = visit("planner", "/tasks/2023-05/edit/"), visit("planner2", "/tasks/2023-05/edit/")
    first.get_by_label("标题").fill("甲的标题")
    first.get_by_role("button", name="保存").click()
    expect(first.locator(".messages")).to_have_text("任务已保存。")
    second.get_by_label("标题").fill("乙的标题")
    second.get_by_role("button", name="保存").click()
    second.get_by_role("link", name="放弃我填的").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("5甲的标题")
    assert cast.task(5).title == "甲的标题"


def test_changed_once_more_while_the_second_decides(planner, visit):
    from tasks.actions import planning

    second = visit("planner2", "/tasks/2023-05/edit/")
    planning.change(cast.task(5), by=planner, title="甲的标题")
    second.get_by_label("标题").fill("乙的标题")
    second.get_by_role("button", name="保存").click()
    expect(second.locator("table.conflict tbody tr")).to_have_text(["标题 甲的标题 乙的标题"])
    planning.change(cast.task(5), by=planner, title="甲又改的标题")
    second.get_by_role("button", name="按所选保存").click()
    expect(second.locator("table.conflict tbody tr")).to_have_text(["标题 甲又改的标题 乙的标题"])
    second.get_by_role("button", name="按所选保存").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("5乙的标题")


def test_dates_typed_twice_are_marked_line_by_line(visit):
    first, second = visit("planner", "/plans/2023/dates/"), visit("planner2", "/plans/2023/dates/")
    name = "14.1 标准计量体系建设实施方案宣贯"
    first.get_by_label(name).fill("2023-07-01")
    first.get_by_role("button", name="保存时限").click()
    expect(first.locator(".messages")).to_have_text("已保存 1 个时限。")
    second.get_by_label(name).fill("2023-08-01")
    second.get_by_role("button", name="保存时限").click()
    expect(second.get_by_role("alert")).to_be_visible()
    expect(second.locator(".field-warn")).to_have_text("现为：2023-07-01")
    expect(second.get_by_label(name)).to_have_value("2023-08-01")
    assert str(cast.task(14).milestones.get(position=1).due_on) == "2023-07-01"
    second.get_by_role("button", name="保存时限").click()
    expect(second.locator(".messages")).to_have_text("已保存 1 个时限。")
    assert str(cast.task(14).milestones.get(position=1).due_on) == "2023-08-01"


def test_a_task_closed_meanwhile_says_so_and_keeps_the_text(planner, visit):
    from tasks.actions import moves
    from tests.conftest import TODAY

    page = visit("jlc", "/tasks/2023-05/report/")
    page.get_by_label("达序时", exact=True).check()
    page.get_by_label("进展情况").fill("还没有报出的进展")
    moves.move(cast.task(5), "cancel", by=planner, today=TODAY, note="不再推进")
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("进展情况")).to_have_value("还没有报出的进展")
