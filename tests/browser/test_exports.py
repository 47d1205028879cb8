"""A large export: its page waits, tells, and turns into the file by itself; without scripts by a link."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tasks.exports.asking import ask
from tests import cast
from tests.conftest import TODAY
from tests.worker import worker

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_ledger_to_the_file(visit, settings, tmp_path, scripts):
    settings.EXPORT_AT_ONCE, settings.MEDIA_ROOT = 0, tmp_path
    page = visit("pudong", "/tasks/?ordering=-number", java_script_enabled=scripts)
    page.get_by_role("link", name="导出 12 项").first.click()
    expect(page.get_by_role("status")).to_contain_text("等待生成")
    worker().run()
    if not scripts:
        page.get_by_role("link", name="刷新").click()
    expect(page.get_by_role("status")).to_contain_text("已完成")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()
    assert download.value.suggested_filename == "计量工作任务台账-2023-2023-06-15.xlsx"
    size = len(whole(cast.person("pudong")))
    assert abs(Path(download.value.path()).stat().st_size - size) < 50  # the moment it was made stands in it


def whole(user) -> bytes:
    wanted = {"by": user, "today": TODAY, "language": "zh-hans", "at_once": 99}
    file = ask("ledger_xlsx", cast.plan(), "ordering=-number", **wanted).file
    return file.content if file else b""
