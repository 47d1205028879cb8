"""A unit's ledger filled in offline: every change and every error is shown, nothing is stored until confirmed."""

import html
import re
from typing import Any

import pytest
from zeal import zeal_ignore

from departments.models import User
from tasks.actions import workbook as actions
from tasks.forms.work import ReportForm
from tasks.models import Report
from tests import cast, factories
from tests.conftest import TODAY
from tests.tasks.views.sending import recorded, told
from tests.workbooks import Cells, ledger, row_of, upload, workbook

pytestmark = pytest.mark.django_db
ADDRESS = "/mine/workbook/"
SAID, PROGRESS, PROBLEMS, NEXT, KEY = 17, 8, 10, 11, 18  # columns
SECRET = "别的单位的草稿秘密"


@pytest.fixture
def owed(pudong, xuhui) -> dict[int, Report]:
    """pudong's four, by the number of the task; beside them another unit's, which could leak or be overwritten."""
    period = cast.quarter(2)
    factories.owed(period, cast.task(6), xuhui.department, "draft", xuhui, progress_text=SECRET)
    return {number: factories.owed(period, cast.task(number), pudong.department) for number in (6, 7, 8, 17)}


def fill(rows: Cells, number: int, **cells: str) -> None:
    row = row_of(rows, number)
    for name, cell in cells.items():
        row[{"said": SAID, "progress": PROGRESS, "problems": PROBLEMS, "next_steps": NEXT}[name]] = cell


def look(user: User, rows: Cells) -> Any:
    return cast.signed_in(user).post(ADDRESS, {"file": upload(workbook(rows))})


def sealed(page: Any) -> str:
    [found] = re.findall(r'name="sealed" value="([^"]+)"', page.text)
    return html.unescape(found)


def confirm(user: User, page: Any, button: str = "save", **choices: str) -> Any:
    named = {name.replace("_", "-"): choice for name, choice in choices.items()}
    with zeal_ignore():  # each report is an action of its own
        return cast.signed_in(user).post(ADDRESS, {"sealed": sealed(page), button: "1"} | named)


def changes(page: Any) -> list[tuple[int, str, str, str]]:
    return [
        (row.task.number, str(each.label), each.before, each.after)
        for row in page.context["rows"]
        for each in row.changes
    ]


def problems(page: Any) -> list[tuple[int, str, str]]:
    return [tuple(each) for each in page.context["problems"]]


def words() -> dict[tuple[str, int, str], tuple[str, str, str, str]]:
    """Everything that is stored: by unit, task and state."""
    return {
        (each.department.code, each.task.number, each.state): (
            each.assessment, each.progress_text, each.problems, each.next_steps,
        )
        for each in Report.objects.select_related("department", "task")
    }  # fmt: skip


# ---- the way there and back ----


def test_what_comes_back_as_it_went_changes_nothing(owed, pudong):
    before = words()
    page = look(pudong, ledger(pudong))
    assert (page.status_code, changes(page), problems(page)) == (200, [], [])
    assert "表格没有改动，内容与系统中一致。" in page.text
    assert 'name="sealed"' not in page.text
    assert words() == before


def test_exactly_the_edited_cells_are_shown_and_then_stored(owed, pudong):
    Report.objects.filter(pk=owed[8].pk).update(
        state="draft", author=pudong, progress_text="八号旧话", next_steps="八号下一步"
    )
    rows, before = ledger(pudong), words()
    fill(rows, 6, said="达序时", progress="检查商超 68 家次\n第二行")
    fill(rows, 8, progress="=1+1")
    page = look(pudong, rows)
    assert page.status_code == 200
    assert changes(page) == [
        (6, "自评", "", "达序时"),
        (6, "进展情况", "", "检查商超 68 家次\n第二行"),
        (8, "进展情况", "八号旧话", "=1+1"),
    ]
    assert (words(), SECRET in page.text) == (before, False)
    response = confirm(pudong, page)
    assert (response.status_code, response.headers["Location"], told(response)) == (302, "/mine/", ["已存草稿 2 份。"])
    after = words()
    assert {name: after[name] for name in after if name not in before or before[name] != after[name]} == {
        ("pudong", 6, "draft"): ("on_schedule", "检查商超 68 家次\n第二行", "", ""),
        ("pudong", 8, "draft"): ("", "=1+1", "", "八号下一步"),
    }
    assert recorded(Report.objects.get(pk=owed[6].pk))[-1] == ("update", pudong.pk)


def test_the_second_button_sends(owed, pudong):
    rows = ledger(pudong)
    fill(rows, 6, said="已完成", progress="做完了")
    fill(rows, 7, said="欠序时", progress="在做", problems="缺人")
    response = confirm(pudong, look(pudong, rows), "send")
    assert told(response) == ["已报送 2 份。"]
    found = Report.objects.filter(department=pudong.department).order_by("task__number")
    assert [(each.state, each.reported_on, each.author) for each in found] == [
        ("submitted", TODAY, pudong), ("submitted", TODAY, pudong), ("due", None, None), ("due", None, None),
    ]  # fmt: skip


def test_nothing_is_sent_where_one_is_not_complete(owed, pudong):
    rows = ledger(pudong)
    fill(rows, 6, said="达序时", progress="做完了")
    fill(rows, 7, said="欠序时", progress="在做")
    page = look(pudong, rows)
    assert [[each.column for each in row.lacks] for row in page.context["rows"]] == [[], ["存在问题"]]
    refused = confirm(pudong, page, "send")
    assert (refused.status_code, "有 1 份内容不全，不能报送" in refused.text) == (422, True)
    assert {each.state for each in Report.objects.filter(department=pudong.department)} == {"due"}
    assert told(confirm(pudong, refused)) == ["已存草稿 2 份。"]


def test_rows_may_move_and_go_and_others_come(owed, pudong):
    rows = ledger(pudong)
    fill(rows, 6, progress="六号")
    fill(rows, 17, progress="十七号")
    head, body = rows[:3], [row for row in rows[3:] if row[0] not in (7.0, 8.0)]
    moved = [["加的标题"], *head, [], *reversed(body), [""] * 19, ["合计", "", "12 项"], []]
    page = look(pudong, moved)
    assert sorted(changes(page)) == [(6, "进展情况", "", "六号"), (17, "进展情况", "", "十七号")]


def test_a_task_without_a_period_gets_an_update_with_the_whole_row(owed, pudong):
    factories.report(cast.task(12), pudong.department, pudong, TODAY, progress_text="四月的话", problems="缺人")
    rows = ledger(pudong)
    fill(rows, 12, progress="六月的话")
    page = look(pudong, rows)
    assert (12, "进展情况", "", "六月的话") in changes(page)
    confirm(pudong, page)
    assert words()["pudong", 12, "draft"] == ("on_schedule", "六月的话", "缺人", "")
    assert words()["pudong", 12, "submitted"] == ("on_schedule", "四月的话", "缺人", "")


def test_cells_can_be_emptied(owed, pudong):
    Report.objects.filter(pk=owed[6].pk).update(state="draft", author=pudong, progress_text="旧", problems="旧问题")
    rows = ledger(pudong)
    fill(rows, 6, problems="  ")
    page = look(pudong, rows)
    assert changes(page) == [(6, "存在问题", "旧问题", "")]
    confirm(pudong, page)
    assert words()["pudong", 6, "draft"] == ("", "旧", "", "")


def test_a_workbook_in_english_is_understood(owed, pudong):
    client = cast.signed_in(pudong)
    client.cookies["language"] = "en"
    from tests.workbooks import cells

    rows = cells(client.get("/tasks/ledger.xlsx").content)
    fill(rows, 6, said="On schedule", progress="done")
    assert changes(look(pudong, rows)) == [(6, "自评", "", "达序时"), (6, "进展情况", "", "done")]


# ---- what is wrong, all at once ----


def test_every_error_at_once_and_nothing_is_stored(owed, pudong, xuhui, settings):
    rows, before = ledger(pudong), words()
    others = ledger(xuhui)
    fill(rows, 6, said="很好", progress="长" * 5001)
    fill(rows, 7, progress="好的")
    fill(others, 6, progress="徐汇的话")
    damaged = list(row_of(rows, 8))
    damaged[KEY] = str(damaged[KEY])[:-3] + "xyz"
    at = rows.index(row_of(rows, 8))
    rows[at] = damaged
    rows += [list(row_of(others, 6)), ["", *[""] * 7, "加的一行"]]
    page = look(pudong, rows)
    six, last = rows.index(row_of(rows, 6)) + 1, len(rows)
    assert page.status_code == 422
    assert problems(page) == [
        (six, "", "这项任务在表格中占了 2 行，请只保留一行。"),
        (six, "自评", "不能填“很好”。可以填：未启动、欠序时、达序时、已完成。"),
        (six, "进展情况", "共 5001 字，最多 5000 字。"),
        (at + 1, "", "本行隐藏的行编号已被改动。请重新导出台账，在其中填写。"),
        (last - 1, "", "这项任务不属于（或不再属于）你单位。"),
        (last - 1, "", "这项任务在表格中占了 2 行，请只保留一行。"),
        (last, "", "系统不认识这一行，只能读取导出台账中原有的行。"),
    ]
    assert 'name="sealed"' not in page.text
    assert words() == before


def test_a_thousand_rows_with_an_error_in_every_tenth(pudong, django_assert_num_queries, settings):
    settings.EXPORT_AT_ONCE = 1000
    plan = factories.plan(code="large", year=2023)
    for number in range(1, 1001):
        factories.task(plan, (pudong.department,), number=number)
    rows = ledger(pudong, "plan=large")
    for number in range(1, 1001):
        fill(rows, number, progress=f"第 {number} 项的进展", said="不错" if number % 10 == 0 else "达序时")
    client, file = cast.signed_in(pudong), upload(workbook(rows))
    with django_assert_num_queries(5):
        page = client.post(ADDRESS, {"file": file})
    assert (page.status_code, len(problems(page)), Report.objects.count()) == (422, 100, 0)
    assert page.text.count("不能填“不错”") == 100


def test_the_limit_is_the_forms_own():
    assert {ReportForm.base_fields[name].max_length for name in ("progress_text", "problems", "next_steps")} == {
        actions.LONGEST
    }


def test_what_has_been_sent_or_ended_takes_nothing_more(owed, pudong, planner):
    Report.objects.filter(pk=owed[6].pk).update(
        state="submitted", author=pudong, assessment="done", progress_text="已报", reported_on=TODAY,
        submitted_at=owed[6].created_at,
    )  # fmt: skip
    task = cast.task(12)
    task.__class__.objects.filter(pk=task.pk).update(state="suspended", state_before="in_progress", state_note="x")
    rows = ledger(pudong)
    fill(rows, 6, progress="再改")
    fill(rows, 12, progress="停了")
    assert [message for _line, _column, message in problems(look(pudong, rows))] == [
        "已经报送。",
        "任务状态为“已暂停”，不再填报进展。",
    ]


# ---- changed meanwhile ----


def changed_in_the_portal(report: Report, by: User) -> None:
    typed = {"assessment": "behind", "progress_text": "门户里的话", "problems": "缺人", "next_steps": ""}
    data = typed | {"version": report.version, "save": "1"}
    assert cast.signed_in(by).post(f"/reports/{report.pk}/edit/", data).status_code == 302


def test_a_row_changed_meanwhile_is_decided_row_by_row(owed, pudong):
    rows = ledger(pudong)
    changed_in_the_portal(owed[6], cast.account("pudong2", unit="pudong"))
    changed_in_the_portal(owed[7], pudong)
    changed_in_the_portal(owed[8], pudong)  # not edited in the workbook: no conflict
    fill(rows, 6, progress="表格里的话")
    fill(rows, 7, progress="表格里的话")
    fill(rows, 17, progress="十七号")
    page = look(pudong, rows)
    assert [(row.task.number, row.is_conflict) for row in page.context["rows"]] == [(6, True), (7, True), (17, False)]
    assert page.text.count("系统中已有变动") == 2
    six, seven = (row.edit.line for row in page.context["rows"][:2])
    undecided = confirm(pudong, page, **{f"row_{six}": "workbook"})
    assert (undecided.status_code, "还有 1 行冲突没有选择" in undecided.text) == (422, True)
    assert words()["pudong", 17, "due"] == ("", "", "", "")
    assert f'name="row-{six}" value="workbook" checked' in undecided.text
    response = confirm(pudong, undecided, **{f"row_{six}": "workbook", f"row_{seven}": "portal"})
    assert told(response) == ["已存草稿 2 份。"]
    assert words()["pudong", 6, "draft"] == ("behind", "表格里的话", "缺人", "")
    assert words()["pudong", 7, "draft"] == ("behind", "门户里的话", "缺人", "")
    assert words()["pudong", 17, "draft"] == ("", "十七号", "", "")


def test_a_row_sent_meanwhile_can_only_stay(owed, pudong):
    rows = ledger(pudong)
    fill(rows, 6, progress="表格里的话")
    fill(rows, 7, progress="七号")
    data = {"assessment": "done", "progress_text": "已报", "problems": "", "next_steps": "", "submit": "1"}
    cast.signed_in(pudong).post(f"/reports/{owed[6].pk}/edit/", data | {"version": owed[6].version})
    page = look(pudong, rows)
    line = page.context["rows"][0].edit.line
    assert (page.status_code, page.context["rows"][0].refused) == (200, "已经报送。")
    assert f'name="row-{line}" value="workbook"' not in page.text
    assert confirm(pudong, page, **{f"row_{line}": "workbook"}).status_code == 422
    assert told(confirm(pudong, page, **{f"row_{line}": "portal"})) == ["已存草稿 1 份。"]
    assert words()["pudong", 6, "submitted"] == ("done", "已报", "", "")


def test_what_changes_between_looking_and_confirming_is_shown_again(owed, pudong):
    rows = ledger(pudong)
    fill(rows, 6, progress="表格里的话")
    fill(rows, 7, progress="七号")
    page = look(pudong, rows)
    changed_in_the_portal(owed[6], pudong)
    again = confirm(pudong, page)
    assert (again.status_code, "你查看期间，系统中的内容有变动" in again.text) == (409, True)
    assert words()["pudong", 7, "due"] == ("", "", "", "")
    line = again.context["rows"][0].edit.line
    assert told(confirm(pudong, again, **{f"row_{line}": "portal"})) == ["已存草稿 1 份。"]


def test_confirming_twice_changes_nothing_the_second_time(owed, pudong):
    rows = ledger(pudong)
    fill(rows, 6, progress="表格里的话")
    page = look(pudong, rows)
    confirm(pudong, page)
    version = Report.objects.get(pk=owed[6].pk).version
    assert told(confirm(pudong, page)) == ["没有改动，全部保留系统中的内容。"]
    assert Report.objects.get(pk=owed[6].pk).version == version


# ---- who ----


def test_leaders_do_not_report(leader):
    assert cast.signed_in(leader).get(ADDRESS).status_code == 403
    assert cast.signed_in(leader).post(ADDRESS).status_code == 403


def test_another_units_seal_is_worth_nothing(owed, pudong, xuhui):
    rows = ledger(pudong)
    fill(rows, 6, progress="浦东的话")
    response = confirm(xuhui, look(pudong, rows))
    assert (response.status_code, response.context["expired"]) == (422, True)
    forged = cast.signed_in(pudong).post(ADDRESS, {"sealed": "x:y:z", "save": "1"})
    assert (forged.status_code, forged.context["expired"]) == (422, True)
    assert words()["pudong", 6, "due"] == ("", "", "", "")


def test_a_copy_of_all_units_cannot_be_sent_back(planner):
    page = cast.signed_in(planner).post(ADDRESS, {"file": upload(workbook(ledger(planner)))})
    assert page.context["form"].errors == {"file": ["其中没有台账的各栏。请导出本单位台账，在其中填写。"]}
    assert "全部单位的台账不能传回。" in cast.signed_in(planner).get(ADDRESS).text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "提交的是空文件。"),
        (b"MZ\x90" + bytes(300), "这不是 Excel 工作簿（.xlsx），或者其中含有宏。请另存为 .xlsx 后重新选择。"),
        (bytes(10 * 1024 * 1024 + 1), "文件超过 10 MB。"),
    ],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(pudong, content, message):
    response = cast.signed_in(pudong).post(ADDRESS, {"file": upload(content)})
    assert (response.status_code, response.context["form"].errors) == (422, {"file": [message]})


def test_the_page_leads_to_the_units_ledger(pudong):
    page = cast.signed_in(pudong).get(ADDRESS)
    assert 'href="/tasks/ledger.xlsx?plan=2023"' in page.text
    assert f'href="{ADDRESS}?plan=2023"' in cast.signed_in(pudong).get("/mine/").text


@pytest.mark.parametrize("numbers", [(6,), (6, 7, 8)])
def test_queries_do_not_grow_with_the_rows(owed, pudong, numbers, django_assert_num_queries):
    rows = ledger(pudong)
    for number in numbers:
        fill(rows, number, progress="x")
    client, file = cast.signed_in(pudong), upload(workbook(rows))
    with django_assert_num_queries(7):
        client.post(ADDRESS, {"file": file})
