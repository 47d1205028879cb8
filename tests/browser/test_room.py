"""Long and hostile words, many members, narrow windows: no page is ever wider than its window, nothing is executed."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import cast, factories
from tests.browser.room import too_wide
from tests.conftest import TODAY

pytestmark = pytest.mark.browser

BREAK = "document.title='broken'"
HOSTILE = f'<script>{BREAK}</script><img src=x onerror="{BREAK}"> \u202eתירבע\u202c 🙂{{{{ 7 }}}}'
LONG = "各区市场监管局须在本年度内完成全部重点用能单位能源计量审查和能效标识水效标识产品监督检查工作" * 5
UNBROKEN = "https://example.cn/" + "a" * 181  # no place to break the line
ROLES = ("pudong", "jlc", "planner", "leader")
READ = (
    "/", "/mine/", "/tasks/", "/tasks/2023-06/", "/tasks/2023-06/history/", "/document/", "/departments/",
    "/departments/pudong/", "/account/",
)  # fmt: skip
WRITTEN = {
    "pudong": ("/tasks/2023-06/report/",),
    "jlc": ("/tasks/2023-06/report/", "/tasks/2023-06/moves/request_closing/"),
    "planner": (
        "/tasks/2023-06/edit/", "/tasks/2023-06/report/?unit=xuhui", "/tasks/2023-06/moves/cancel/",
        "/tasks/2023-06/units/add/", "/tasks/2023-06/milestones/add/", "/plans/", "/plans/2023/", "/plans/2023/edit/",
        "/plans/2023/dates/", "/plans/2023/groups/2/edit/",
    ),
    "leader": (),
}  # fmt: skip


def unfold_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true })")


def fill(row: Any, **words: str) -> None:
    """As much of the words as each field takes."""
    fields = row._meta.get_field
    cut = {name: text[: getattr(fields(name), "max_length", None)] for name, text in words.items()}
    type(row).objects.filter(pk=row.pk).update(**cut)


@pytest.fixture
def overfull(live_server):
    """The worst that can be typed, in every field that people fill in."""
    task = cast.task(6)
    fill(task, title=LONG[:100] + UNBROKEN, state_note=HOSTILE)
    fill(task.plan, document_number=UNBROKEN)
    fill(task.group, title=LONG)
    fill(task.milestones.get(position=1), title=UNBROKEN, note=HOSTILE)
    fill(task.milestones.get(position=2), title=HOSTILE, note=UNBROKEN)
    fill(task.assignments.get(department__code="lingang"), printed_as=UNBROKEN)
    fill(cast.unit("pudong"), contact_name=HOSTILE, contact_phone=UNBROKEN)
    fill(cast.unit("xuhui"), name=UNBROKEN, short_name=LONG)
    factories.assignment(task, cast.unit("xuhui"), "lead", 6)
    for username in ("pudong", "jlc"):
        author = cast.person(username)
        fill(author, name=UNBROKEN)
        said = {"progress_text": LONG * 2 + UNBROKEN, "problems": HOSTILE, "next_steps": UNBROKEN}
        factories.report(task, author.department, author, TODAY, **said)
        factories.report(task, author.department, author, **said)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("username", ROLES)
def test_overfull(username, language, overfull, visit):
    page = visit(username, language=language)
    found = []
    for path in (*READ, *WRITTEN[username]):
        assert page.goto(path).status == 200, path
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        unfold_everything(page)
        found += too_wide(page)
        assert "broken" not in page.title()
    assert found == []


def test_sixteen_members_on_a_telephone(visit):
    page = visit("pudong", "/tasks/2023-06/", viewport={"width": 360, "height": 740})
    page.get_by_text("各区市场监管局 （16 个）").click()
    members = page.locator("ul.members li")
    expect(members).to_have_count(16)
    boxes = [member.bounding_box() for member in members.all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)


def test_on_a_telephone_a_report_is_written_with_a_thumb(visit):
    page = visit("pudong", "/mine/", viewport={"width": 360, "height": 740}, has_touch=True)
    page.get_by_role("link", name="填报 : 加强重点领域监管").tap()
    page.get_by_text("达序时", exact=True).tap()
    page.get_by_label("进展情况").fill("检查七十家")
    button = page.get_by_role("button", name="报送", exact=True)
    assert button.bounding_box()["height"] >= 24
    button.tap()
    expect(page.locator(".messages")).to_have_text("进展已报送。")
