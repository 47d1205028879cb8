"""A district reports for a period in a real browser: four reports in few clicks, drafts that keep themselves."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tasks.models import Evidence, Report
from tests import cast, factories
from tests.browser.conftest import session_of
from tests.conftest import TODAY
from tests.files import PDF

pytestmark = pytest.mark.browser
DISTRICT = (6, 7, 8, 17)
TITLES = {6: "加强重点领域监管", 7: "完善计量抽查监测机制", 8: "强化事中事后监管", 17: "加强计量文化建设"}
COUNTING = """
window.addEventListener("click", (event) => {
  if (event.isTrusted && event.detail) sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true)
"""
SECRET = "别的单位的草稿秘密"


@pytest.fixture
def owed(pudong, xuhui, settings, tmp_path) -> dict[int, Report]:
    settings.MEDIA_ROOT = tmp_path
    period = cast.quarter(2)
    factories.owed(period, cast.task(6), xuhui.department, "draft", xuhui, progress_text=SECRET)
    return {number: factories.owed(period, cast.task(number), pudong.department) for number in DISTRICT}


def stored(report):
    row = Report.objects.get(pk=report.pk)
    return row.state, row.progress_text


def test_four_reports_from_sign_in_to_done_in_at_most_eight_clicks(owed, visit, settings):
    """Typing does not count, nor does going from field to field with the tabulator."""
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # four reports are four actions, each with its own locks
    page = visit("", "/login/")
    page.add_init_script(COUNTING)
    page.reload()
    page.get_by_label("用户名").press_sequentially("pudong")
    page.keyboard.press("Tab")
    page.keyboard.type(cast.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="一次填报全部").click()
    for number, title in TITLES.items():
        one = page.get_by_role("region", name=f"{number}{title}")
        one.get_by_label("达序时", exact=True).click()
        page.keyboard.press("Tab")
        page.keyboard.type(f"任务 {number} 的进展")
    page.get_by_role("button", name="全部报送").click()
    expect(page).to_have_url("/mine/")
    expect(page.locator(".messages")).to_have_text("已报送 4 份。")
    expect(page.locator(".answer")).to_have_text("浦东新区市场监管局第二季度应报 4 份，已全部报齐。")
    clicks = int(page.evaluate("sessionStorage.clicks"))
    assert (clicks, clicks <= 8) == (7, True)
    assert [stored(owed[number]) for number in DISTRICT] == [("submitted", f"任务 {n} 的进展") for n in DISTRICT]


def test_a_draft_keeps_itself_and_goes_on_with_its_version(owed, visit):
    page = visit("pudong", f"/reports/{owed[6].pk}/edit/")
    page.get_by_label("进展情况").fill("写到一半")
    expect(page.get_by_role("status")).to_contain_text("草稿已存")
    assert stored(owed[6]) == ("draft", "写到一半")
    page.get_by_label("进展情况").fill("写到一半，又写了一些")
    page.get_by_label("达序时", exact=True).check()
    page.get_by_role("button", name="报送", exact=True).click()  # at once, whether or not the next draft is under way
    expect(page).to_have_url("/mine/")
    assert stored(owed[6]) == ("submitted", "写到一半，又写了一些")


def test_a_kept_draft_may_be_left_without_a_question(owed, visit):
    page = visit("pudong", f"/reports/{owed[6].pk}/edit/")
    page.get_by_label("进展情况").fill("写到一半")
    expect(page.get_by_role("status")).to_contain_text("草稿已存")
    page.get_by_role("link", name="我的任务").first.click()
    expect(page).to_have_url("/mine/")
    expect(page.get_by_role("region", name="本期要报 4 份")).to_contain_text("继续填报")


def test_nothing_new_is_sent_with_the_version_of_the_kept_draft(owed, visit):
    page = visit("pudong", f"/reports/{owed[6].pk}/edit/")
    page.get_by_label("存在问题").fill("没有")
    expect(page.get_by_role("status")).to_contain_text("草稿已存")
    page.get_by_label("本期无新进展的原因").fill("下半年才开展")
    page.get_by_role("button", name="本期无新进展，直接报送").click()
    expect(page.locator(".messages")).to_have_text("已报送：本期无新进展。")
    assert stored(owed[6]) == ("submitted", "下半年才开展")


def test_a_draft_that_cannot_be_kept_is_told_and_both_texts_are_there(owed, live_server, browser):
    """Without the watch over refused requests: here one is refused on purpose."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
    context.add_cookies([{"name": "sessionid", "value": session_of("pudong"), "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/reports/{owed[6].pk}/edit/")
    Report.objects.filter(pk=owed[6].pk).update(
        state="draft", author=cast.account("pudong2", unit="pudong"), progress_text="同事写的"
    )
    page.get_by_label("进展情况").fill("我写的")
    expect(page.get_by_role("status")).to_contain_text("有同事改动了这份报送")
    expect(page.get_by_label("进展情况")).to_have_value("我写的")
    page.get_by_role("button", name="存草稿").click()
    expect(page.locator("table.conflict tbody tr")).to_have_text(["进展情况 同事写的 我写的"])
    page.get_by_role("button", name="按所选保存").click()
    expect(page.get_by_label("进展情况")).to_have_value("我写的")
    assert stored(owed[6]) == ("draft", "我写的")
    context.close()


def test_a_repeated_text_is_pointed_out_once(owed, pudong, visit):
    words = {"progress_text": "检查商超 68 家次。", "author": pudong, "on": date(2023, 3, 20)}
    factories.owed(cast.quarter(1), cast.task(6), pudong.department, "submitted", **words)
    page = visit("pudong", f"/reports/{owed[6].pk}/edit/")
    page.get_by_label("进展情况").fill("检查商超 68 家次")
    page.get_by_label("达序时", exact=True).check()
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("进展情况与上期相同或几乎相同。")
    page.get_by_role("button", name="仍要报送").click()
    expect(page.locator(".messages")).to_have_text("进展已报送。")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_coordinator_takes_over_a_text_and_a_file_goes_with_the_draft(scripts, owed, jlc, pudong, visit):
    words = {"author": pudong, "on": TODAY, "progress_text": "浦东的进展"}
    Report.objects.filter(pk=owed[6].pk).delete()
    factories.owed(cast.quarter(2), cast.task(6), pudong.department, "submitted", **words)
    own = factories.owed(cast.quarter(2), cast.task(6), jlc.department)
    page = visit("jlc", f"/reports/{own.pk}/edit/", java_script_enabled=scripts)
    expect(page.get_by_text(SECRET)).to_have_count(0)
    page.get_by_label("进展情况").fill("我的话")
    page.get_by_label("佐证材料").set_input_files({"name": "核验.pdf", "mimeType": "text/html", "buffer": PDF})
    page.get_by_role("button", name="引入").click()
    expect(page.locator(".messages")).to_have_text("已引入，草稿已保存。")
    expect(page.get_by_label("进展情况")).to_have_value("我的话\n【浦东新区市场监管局】浦东的进展")
    expect(page.get_by_role("link", name="核验.pdf")).to_be_visible()
    page.get_by_role("button", name="移除 : 核验.pdf").click()
    expect(page.locator(".messages")).to_have_text("附件已移除，草稿已保存。")
    assert [file.is_removed for file in Evidence.objects.all()] == [True]
    assert stored(own)[0] == "draft"


def test_sending_after_the_session_has_ended_goes_through_with_the_text(owed, visit):
    page = visit("pudong", f"/reports/{owed[6].pk}/edit/", java_script_enabled=False)
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("进展情况").fill("写好的进展")
    page.get_by_label("达序时", exact=True).check()
    page.get_by_role("button", name="报送", exact=True).click()
    page.get_by_label("用户名").fill("pudong")
    page.get_by_label("密码").fill(cast.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator("main form button").first.click()
    expect(page.locator(".messages")).to_have_text("进展已报送。")
    assert stored(owed[6]) == ("submitted", "写好的进展")
