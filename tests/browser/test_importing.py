"""From the published text to the plan, without retyping it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from departments.models import Department
from tasks.models import Assignment, Milestone, Place, Plan, ReportingPeriod, Task, TaskGroup
from tests import cast

pytestmark = pytest.mark.browser


@pytest.fixture
def document(planner, tmp_path) -> Path:
    """The 2023 text in a file, the plan itself forgotten, and one of its units under a name the text does not have."""
    file = tmp_path / "2023年上海市计量工作要点.txt"
    file.write_text(cast.plan().text, "utf-8")
    for model in (Place, Milestone, Assignment, Task, TaskGroup, ReportingPeriod, Plan):
        model.objects.all().delete()
    Department.objects.filter(code="simt").update(short_name="市计测院", name="上海市计量测试技术研究院（新）")
    Department.objects.get(code="simt").aliases.all().delete()
    return file


def test_a_document_becomes_the_plan(document, visit):
    page = visit("planner", "/")
    page.get_by_role("link", name="导入文件").click()
    page.get_by_label("文件", exact=True).set_input_files(document)
    page.get_by_role("button", name="读取").click()
    expect(page.locator(".read-facts dd")).to_have_text(["5", "17", "29", "114"])
    expect(page.get_by_role("button", name="确认录入").first).to_be_disabled()

    page.get_by_role("link", name="个单位名称系统不认识，请逐一确定").click()
    page.get_by_role("combobox").first.select_option("simt")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".messages")).to_have_text("已保存。")

    page.locator("#p4 .src-no").click()  # in the text, beside its words
    expect(page.locator("#t4")).to_be_in_viewport()
    page.get_by_role("link", name="校对 5", exact=True).click()
    page.get_by_label("标题", exact=True).first.fill("深化计量许可改革（校对）")
    page.get_by_label("录入节点 1", exact=True).uncheck()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#t4 h3")).to_have_text("5深化计量许可改革（校对）")

    page.get_by_role("button", name="确认录入").first.click()
    expect(page.locator(".messages")).to_have_text("已录入 17 项任务。下一步：设定时限。")
    expect(page).to_have_url("/plans/2023/dates/")
    expect(page.locator(".group-row")).to_have_count(17)
    page.goto("/tasks/2023-05/")
    expect(page.get_by_role("heading", level=1)).to_have_text("5深化计量许可改革（校对）")
