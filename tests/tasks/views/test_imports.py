"""A document comes in: read, shown beside what was read, corrected part by part, stored whole or not at all."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from zeal import zeal_ignore

from departments.models import Department
from tasks.actions import imports
from tasks.documents.reading import Item, from_json
from tasks.models import Plan, PlanImport
from tests import cast, factories
from tests.tasks.documents import word
from tests.tasks.importing import ALIEN, TEXT, begun, stored, versions
from tests.tasks.views.sending import told

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/import/"
LOOSE = TEXT.replace("一、夯实基础", "各单位要按月报送进展。\n一、夯实基础")


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def page_of(user: Any, row: PlanImport, step: str = "") -> Any:
    return cast.signed_in(user).get(f"{ADDRESS}{row.pk}/{step}")


def send(user: Any, row: PlanImport, step: str, **changed: Any) -> Any:
    """What a browser would send from the form as it stands, with something changed in it."""
    client = cast.signed_in(user)
    page = client.get(f"{ADDRESS}{row.pk}/{step}")
    with zeal_ignore():
        return client.post(f"{ADDRESS}{row.pk}/{step}", fields(page) | changed)


def fields(page: Any) -> dict[str, Any]:
    form = page.context["form"]
    now = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in now.items() if value is not None and value is not False}
    return sent | ({"seen": page.context["seen"]} if "seen" in page.context else {})


def item(row: PlanImport, place: int) -> Item:
    row.refresh_from_db()
    return from_json(row.reading).tasks[place]


# ---- coming in ----


def test_a_file_is_read_and_shown(planner):
    client = cast.signed_in(planner)
    lines = [(None, line) for line in TEXT.splitlines()]
    file = SimpleUploadedFile("要点.docx", word.with_lists(lines).getvalue())
    response = client.post(ADDRESS, {"file": file, "version": "0"})
    row = PlanImport.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"{ADDRESS}{row.pk}/")
    assert told(response) == ["文件已读取，尚未录入。请核对读出的内容，再确认录入。"]
    assert (row.name, row.sender, row.state) == ("要点.docx", planner, "open")
    assert Plan.objects.filter(year=2024).count() == 0
    assert '<th scope="row"><a class="t" href="/plans/import/' in client.get(ADDRESS).text


def test_a_text_is_read(planner):
    response = cast.signed_in(planner).post(ADDRESS, {"text": TEXT.replace("\n", "\r\n"), "version": "0"})
    assert response.status_code == 302
    assert (PlanImport.objects.get().text, PlanImport.objects.get().name) == (TEXT.strip(), "")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"MZ\x90\x00" * 99, "这不是可以读取的文件，请上传 .docx 或 .txt。"),
        (b"\xd0\xcf\x11\xe0" * 99, "这是旧版 Word 文档（.doc），请另存为 .docx 后再试。"),
        (b"no Chinese at all", "文件中没有中文，不像一份工作要点。"),
        (b"PK\x03\x04 no container", None),
        (b"", "提交的是空文件。"),
    ],
)
def test_a_file_that_is_no_document_is_refused(content, why, planner):
    page = cast.signed_in(planner).post(ADDRESS, {"file": SimpleUploadedFile("a.docx", content), "version": "0"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["file"])
    assert why is None or page.context["form"].errors["file"] == [why]
    assert PlanImport.objects.count() == 0


def test_more_than_the_portal_takes_at_once_is_refused_unread(planner, settings):
    settings.UPLOAD_MAX_SIZE = 1000
    page = cast.signed_in(planner).post(ADDRESS, {"file": SimpleUploadedFile("a.txt", b"x" * 1001), "version": "0"})
    assert (page.status_code, "内容过大" in page.text, PlanImport.objects.count()) == (413, True, 0)


def test_a_text_that_is_refused_stays(planner):
    client = cast.signed_in(planner)
    for sent, errors in (
        ({"text": "only <English> words"}, {"text": ["文件中没有中文，不像一份工作要点。"]}),
        ({}, {"__all__": ["请选择文件，或粘贴文字。"]}),
        ({"text": TEXT, "file": SimpleUploadedFile("a.txt", TEXT.encode())},
         {"__all__": ["请选择文件或粘贴文字，二者择一。"]}),
    ):  # fmt: skip
        page = client.post(ADDRESS, sent | {"version": "0"})
        assert (page.status_code, page.context["form"].errors) == (422, errors)
        assert page.context["form"]["text"].value() == sent.get("text")
    assert PlanImport.objects.count() == 0


def test_planners_see_each_others_and_nobody_else_any(planner, planner2, leader):
    row, dropped = begun(planner), begun(planner, ALIEN)
    imports.drop(dropped, by=planner)
    page = cast.signed_in(planner2).get(ADDRESS)
    assert [each.pk for each in page.context["page"].object_list] == [row.pk]
    assert f"2024年上海市计量工作要点 要点.docx 核对中 {planner.name}" in text(page)
    assert page_of(planner2, row).status_code == 200
    assert [page_of(leader, row).status_code, cast.signed_in(leader).get(ADDRESS).status_code] == [404, 403]


def test_the_list_costs_the_same_for_one_row_and_for_three(planner):
    client = cast.signed_in(planner)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS)
        return len(captured)

    begun(planner)
    one = cost()
    stored(planner)
    begun(planner, ALIEN)
    assert cost() == one


# ---- side by side ----


def test_both_sides_lead_to_each_other(planner):
    page = page_of(planner, begun(planner, LOOSE))
    assert "全部内容均已读出，没有疑点。目前尚未录入任何内容。" in text(page)
    assert "任务板块 2 任务 3 单位 6 节点建议 4" in text(page)
    for place in range(3):
        for anchor in (f'id="p{place}"', f'href="#p{place}"', f'id="t{place}"', f'href="#t{place}"'):
            assert anchor in page.text
    start = LOOSE.index("各单位")
    assert f'href="/plans/import/{PlanImport.objects.get().pk}/tasks/add/?at={start}"' in page.text
    assert '<span class="src-unit">市计量协会等</span>' in page.text
    assert '<span class="src-step">组织开展世界计量日宣传活动</span>' in page.text
    shown = re.search(r'class="source-text"[^>]*>(.*?)</div>', page.text, re.DOTALL)
    plain = re.sub(r"<a class=\"src-no.*?</a>|<[^>]+>", "", shown[1] if shown else "")
    assert plain.strip() == LOOSE.strip()


def test_what_is_unknown_and_what_is_doubted(planner):
    doubtful = ALIEN.replace("（牵头部门：市局计量处、市计量协会）", "（市局计量处、市计量协会）")
    row = begun(planner, doubtful.replace("2024年2月20日\n", ""))
    page = page_of(planner, row)
    assert '<a class="src-doubt" href="#t1" title="单位未注明牵头或配合，暂按牵头读入：' in page.text
    assert "市局监察总队 系统不认识，可能是 " in text(page)
    problems = text(page)[text(page).index("录入前须解决") :]
    assert "1 个单位名称系统不认识，请逐一确定" in problems
    assert f'<a href="/plans/import/{row.pk}/head/">印发日期</a>' in page.text
    assert '<button class="btn btn-main" disabled>' in page.text
    assert '任务中的疑点：任务 <a href="#t1">2</a>' in page.text


def test_markup_in_the_document_stays_text(planner):
    row = begun(planner, TEXT.replace("世界计量日", "<script>alert(1)</script>日"))
    page = page_of(planner, row)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


def test_the_page_costs_the_same_for_three_tasks_and_for_thirty(planner):
    client = cast.signed_in(planner)

    def cost(row: PlanImport) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{ADDRESS}{row.pk}/").status_code == 200
        return len(captured)

    more = "".join(f"{n}.开展第{n}项检查。检查企业{n}家。（牵头部门：市局监察{n}队）\n" for n in range(4, 31))
    assert cost(begun(planner)) == cost(begun(planner, TEXT + more)) == 7
    stored(planner)
    assert cost(begun(planner, TEXT + more)) == 12  # and the plan it is compared with


# ---- correcting ----


def test_a_task_is_corrected(planner):
    row = begun(planner)
    response = send(
        planner, row, "tasks/0/",
        title="建标准", group="1", leads="市局计量处\n市局执法总队等", supports="市计量协会",
        kept_0="", due_on_1="2024年6月20日", title_2="补的节点", quote_2="新建社会公用计量标准5项",
    )  # fmt: skip
    assert (response.status_code, response.headers["Location"]) == (302, f"{ADDRESS}{row.pk}/#t0")
    found = item(row, 0)
    assert (found.number, found.title, found.group, found.left_out) == (1, "建标准", 1, False)
    assert [(unit.printed, unit.role, unit.open_ended) for unit in found.units] == [
        ("市局计量处", "lead", False), ("市局执法总队", "lead", True), ("市计量协会", "support", False),
    ]  # fmt: skip
    assert [(step.title, str(step.due_on), step.date_basis, step.kept) for step in found.milestones] == [
        ("新建社会公用计量标准5项", "None", "plan_end", False),
        ("6月底前修订计量规范3项", "2024-06-20", "set_by_staff", True),
        ("补的节点", "None", "plan_end", True),
    ]
    assert item(row, 1).title == "加强计量宣传"


def test_what_nobody_touched_is_not_read_anew(planner):
    row = begun(planner)
    before = item(row, 0)
    send(planner, row, "tasks/0/", title="另一标题")
    before.title = "另一标题"
    assert item(row, 0) == before


def test_a_task_that_is_none_is_left_out(planner):
    row = begun(planner, ALIEN)
    send(planner, row, "tasks/2/", left_out="on")
    page = page_of(planner, row)
    assert (item(row, 2).left_out, page.context["task_count"], page.context["draft"].problems) == (True, 2, [])
    assert 'class="src is-out" id="p2"' in page.text


def test_what_cannot_be_kept_is_told_beside_its_field(planner):
    row = begun(planner)
    page = send(planner, row, "tasks/0/", number="0", due_on_0="明天", title_1="长" * 201)
    assert (page.status_code, sorted(page.context["form"].errors)) == (422, ["due_on_0", "number", "title_1"])
    page = send(planner, row, "tasks/0/", quote_0="没有这句话", leads="市局计量处\n市局计量处")
    assert (page.status_code, page.context["form"].errors) == (
        422, {"__all__": ["“市局计量处”重复。", "任务正文中没有这些字句：没有这句话"]},
    )  # fmt: skip
    assert page.context["form"]["quote_0"].value() == "没有这句话"
    row.refresh_from_db()
    assert row.version == 1


def test_two_planners_at_different_tasks_are_not_in_each_others_way(planner, planner2):
    row = begun(planner)
    opened = fields(page_of(planner, row, "tasks/0/"))
    imports.set_task(row, 1, by=planner2, title="别人改的二号")
    imports.set_head(row, by=planner2, issuer="别的机关")
    response = cast.signed_in(planner).post(f"{ADDRESS}{row.pk}/tasks/0/", opened | {"title": "我改的一号"})
    assert response.status_code == 302
    assert (item(row, 0).title, item(row, 1).title) == ("我改的一号", "别人改的二号")


def test_two_planners_at_the_same_task_see_both_versions(planner, planner2):
    row = begun(planner)
    opened = fields(page_of(planner, row, "tasks/0/"))
    imports.set_task(row, 0, by=planner2, title="别人的标题")
    client, mine = cast.signed_in(planner), opened | {"title": "我的标题"}
    page = client.post(f"{ADDRESS}{row.pk}/tasks/0/", mine)
    assert page.status_code == 409
    different = {each["name"]: (each["current"], each["typed"]) for each in page.context["conflict"]["rows"]}
    assert different["title"] == ("别人的标题", "我的标题")
    assert {name for name, (current, typed) in different.items() if current != typed} == {"title"}
    chosen = {name: value for name, value in mine.items() if name != "seen"}
    again = client.post(f"{ADDRESS}{row.pk}/tasks/0/", chosen | {"version": page.context["conflict"]["version"]})
    assert (again.status_code, item(row, 0).title) == (302, "我的标题")


def test_a_sentence_becomes_a_task(planner):
    row = begun(planner, LOOSE)
    start = LOOSE.index("各单位")
    response = send(planner, row, f"tasks/add/?at={start}", group="0", leads="市局计量处")
    assert (response.status_code, response.headers["Location"]) == (302, f"{ADDRESS}{row.pk}/#t3")
    found = item(row, 3)
    assert (found.number, found.title, found.text, found.group) == (
        4, "各单位要按月报送进展。", "各单位要按月报送进展。", 0,
    )  # fmt: skip
    page = page_of(planner, row)
    assert 'id="p3"' in page.text
    assert f'id="s{start}"' not in page.text
    assert send(planner, row, "tasks/add/", title="").status_code == 422
    assert page_of(planner, row, "tasks/9/").status_code == 404


def test_the_head_and_its_groups(planner):
    row = begun(planner)
    response = send(
        planner, row, "head/",
        title="改过的标题", issued_on="2024.3.1",
        ordinal_0="", group_0="", group_1="只剩这个", ordinal_2="7", group_2="新的",
    )  # fmt: skip
    assert response.status_code == 302, response.context["form"].errors
    row.refresh_from_db()
    reading = from_json(row.reading)
    assert (reading.title, str(reading.issued_on), reading.year) == ("改过的标题", "2024-03-01", 2024)
    assert [(group.ordinal, group.title) for group in reading.groups] == [(2, "只剩这个"), (7, "新的")]
    assert [each.group for each in reading.tasks] == [None, None, 0]  # the first heading is gone
    assert "未归入板块" in text(page_of(planner, row))
    page = send(planner, row, "head/", year="1999", ends_on="2024-01-01", code="两千")
    assert (page.status_code, sorted(page.context["form"].errors)) == (422, ["code", "year"])
    page = send(planner, row, "head/", ends_on="2024-01-01")
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["ends_on"])


# ---- names ----


def test_unknown_names_are_decided_on_one_page(planner):
    Department.objects.filter(code="simt").update(is_active=False)
    row = begun(planner, ALIEN.replace("市局计量处、市计量协会", "市局计量处、外省单位"))
    page = page_of(planner, row, "names/")
    names = [(name.printed, bool(name.inactive)) for name, _field, _tasks in page.context["lines"]]
    assert names == [("市计量测试技术研究院", True), ("外省单位", False), ("市局监察总队", False)]
    [simt, other, squad] = [field for _name, field, _tasks in page.context["lines"]]
    labels = [label for label, _choices in squad.field.choices]
    assert labels[:3] == ["", "-", "名称相近"]
    offered = {code for _label, group in squad.field.choices[2:] for code, _name in group}
    assert offered == set(Department.objects.filter(is_active=True).values_list("code", flat=True))
    response = send(planner, row, "names/", **{simt.name: "sqi", other.name: "-", squad.name: ""})
    row.refresh_from_db()
    assert (response.status_code, row.reading["names"]) == (302, {"市计量测试技术研究院": "sqi", "外省单位": ""})
    assert [one.message for one in imports.problems(row)] == [
        "没有名为“市局监察总队”的单位，请选择对应的单位，或不录入。"
    ]
    assert send(planner, row, "names/", **{squad.name: "simt"}).status_code == 422  # switched off
    again = send(planner, row, "names/", **{squad.name: "jlc", other.name: ""})
    row.refresh_from_db()
    assert (again.status_code, row.reading["names"]) == (302, {"市计量测试技术研究院": "sqi", "市局监察总队": "jlc"})


# ---- storing ----


def store(user: Any, row: PlanImport, page: Any = None) -> Any:
    page = page or page_of(user, row)
    hidden = dict(re.findall(r'name="(version|seen)" value="([^"]*)"', page.text))
    with zeal_ignore():
        return cast.signed_in(user).post(f"{ADDRESS}{row.pk}/", hidden)


def test_it_is_stored_and_its_dates_come_next(planner):
    row = begun(planner)
    response = store(planner, row)
    assert (response.status_code, response.headers["Location"]) == (302, "/plans/2024/dates/")
    assert told(response) == ["已录入 3 项任务。下一步：设定时限。"]
    page = page_of(planner, row)
    assert "已于 2023-06-15 录入" in text(page)
    assert ('<form class="store"' in page.text, f"{row.pk}/tasks/0/" in page.text) == (False, False)
    again = cast.signed_in(planner).post(f"{ADDRESS}{row.pk}/", {"version": "2", "seen": ""})
    assert (again.status_code, Plan.objects.filter(year=2024).count()) == (409, 1)


def test_with_a_problem_nothing_is_stored(planner):
    row = begun(planner, ALIEN)
    response = store(planner, row)
    assert (response.status_code, "有 1 处问题，未录入任何内容。" in text(response)) == (422, True)
    assert Plan.objects.filter(year=2024).count() == 0


def test_what_was_not_seen_is_not_stored(planner, planner2):
    row = begun(planner)
    page = page_of(planner, row)
    imports.set_task(row, 0, by=planner2, title="别人改的")
    response = store(planner, row, page)
    assert (response.status_code, "其间有人作了改动" in text(response)) == (409, True)
    assert Plan.objects.filter(year=2024).count() == 0
    assert store(planner, row, response).status_code == 302


def test_the_same_document_again_changes_nothing_and_says_so(planner):
    stored(planner)
    row, before = begun(planner), versions()
    page = page_of(planner, row)
    assert "文件与现有的“2024年上海市计量工作要点”完全一致，录入不会改动任何内容。" in text(page)
    response = store(planner, row, page)
    assert (response.status_code, response.headers["Location"], versions()) == (302, "/plans/2024/", before)


def test_a_corrected_document_shows_what_it_changes(planner):
    plan = stored(planner)
    edition = TEXT.replace("3.抓好计量检查。", "4.抓好计量检查。").replace("世界计量日宣传", "世界计量日系列宣传")
    row = begun(planner, edition)
    page = page_of(planner, row)
    assert "新增任务 1 项，有改动 1 项，无改动 1 项，文件中没有 1 项。" in text(page)
    assert "组织开展世界计量日宣传活动" in page.text
    assert 'href="/tasks/2024-03/"' in page.text
    factories.group(plan, 3, "别人添的板块")
    Plan.objects.filter(pk=plan.pk).update(document_number="别人改的")
    assert store(planner, row, page).status_code == 409  # the plan is another than the one compared with
    response = store(planner, row)
    assert (response.status_code, told(response)) == (302, ["工作要点已更新。"])
    assert [(task.number, "系列" in task.text) for task in plan.tasks.order_by("number")] == [
        (1, False), (2, True), (3, False), (4, False),
    ]  # fmt: skip


def test_it_is_dropped_after_being_asked(planner, planner2):
    row = begun(planner)
    assert "已作的校对将不保留" in page_of(planner2, row, "drop/").text
    response = send(planner2, row, "drop/")
    assert (response.status_code, response.headers["Location"]) == (302, ADDRESS)
    page = page_of(planner, row)
    assert "这次导入已放弃，未录入任何内容。" in text(page)
    assert '<form class="store"' not in page.text
    assert send(planner, row, "tasks/0/", title="晚了").status_code == 409


def test_the_way_there(planner):
    assert f'href="{ADDRESS}"' in cast.signed_in(planner).get("/plans/").text
