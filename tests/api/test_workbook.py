"""A unit's filled-in ledger over the API and by command: what the page shows and stores, for the same file."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from zeal import zeal_ignore

from tasks.models import Report
from tests import cast, factories
from tests.api.calls import call, errors
from tests.api.test_schema import answered, assert_exactly, validate
from tests.conftest import TODAY
from tests.stored import everything
from tests.workbooks import Cells, ledger, row_of, upload, workbook

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/plans/2023/workbook/"
PROGRESS, PROBLEMS, SAID = 8, 10, 17  # columns
SECRET = "别的单位的草稿秘密"
EARLIER = "检查商超 68 家次，抽查加油机 120 台次。"


@pytest.fixture
def owed(pudong, xuhui) -> dict[int, Report]:
    """pudong's by the number of the task, and another unit's, which could leak or be overwritten."""
    period = cast.quarter(2)
    factories.owed(period, cast.task(6), xuhui.department, "draft", xuhui, progress_text=SECRET)
    return {number: factories.owed(period, cast.task(number), pudong.department) for number in (6, 7, 8)}


def filled(rows: Cells, cells: dict[tuple[int, int], str]) -> bytes:
    """By the number of the task and the column."""
    for (number, column), text in cells.items():
        row_of(rows, number)[column] = text
    return workbook(rows)


def send(user: Any, content: bytes, path: str = ADDRESS, **form: str) -> Any:
    client = cast.signed_in(user)
    with zeal_ignore():  # each report is an action of its own
        return client.post(path, {"file": upload(content)} | form, headers={"accept-language": "zh-hans"})


def run(tmp_path: Any, content: bytes, *options: str, user: str = "pudong") -> list[str]:
    file, out = tmp_path / "台账.xlsx", StringIO()
    file.write_bytes(content)
    try:
        with zeal_ignore():
            call_command("import_workbook", str(file), "--as", user, *options, stdout=out)
    except CommandError as error:
        return [*out.getvalue().splitlines(), f"exit {error.returncode}", *str(error).splitlines()]
    return out.getvalue().splitlines()


def states() -> dict[tuple[str, int], tuple[str, str]]:
    reports = Report.objects.select_related("department", "task")
    return {(each.department.code, each.task.number): (each.state, each.progress_text) for each in reports}


def changed_meanwhile(report: Report, by: Any, **fields: str) -> None:
    Report.objects.filter(pk=report.pk).update(
        **{"state": "draft", "author": by, "progress_text": "门户里的话"} | fields
    )


# ---- shown ----


def test_page_api_and_command_show_the_same(owed, pudong, tmp_path):
    rows = ledger(pudong)
    content = filled(rows, {(6, SAID): "达序时", (6, PROGRESS): "六号\n第二行", (7, PROGRESS): "=1+1"})
    six, seven = (rows.index(row_of(rows, number)) + 1 for number in (6, 7))
    before = everything()
    page = cast.signed_in(pudong).post("/mine/workbook/", {"file": upload(content)})
    body = send(pudong, content).json()
    told = run(tmp_path, content)
    shown = [
        (six, 6, "自评", "", "达序时"),
        (six, 6, "进展情况", "", "六号\n第二行"),
        (seven, 7, "进展情况", "", "=1+1"),
    ]
    assert shown == [
        (row.edit.line, row.task.number, str(each.label), each.before, each.after)
        for row in page.context["rows"]
        for each in row.changes
    ]
    assert shown == [
        (one["row"], one["task"]["number"], one["label"], one["before"], one["after"]) for one in body["changes"]
    ]
    assert [one["column"] for one in body["changes"]] == ["assessment", "progress_text", "progress_text"]
    assert {name: body[name] for name in body if name != "changes"} == {
        "conflicts": [], "errors": [], "same_as_before": [], "unchanged": 10, "stored": 0,
        "lacking": [{"row": seven, "column": "assessment", "message": "请选择一项。"}],
    }  # fmt: skip
    titles = {number: cast.task(number).title for number in (6, 7)}
    assert told == [
        "变更 2 份，冲突 0 份，未改动 10 行，错误 0 处。",
        f"  ~ 第 {six} 行 6 {titles[6]}",
        "      自评：— → 达序时",
        "      进展情况：— → 六号⏎第二行",
        f"  ~ 第 {seven} 行 7 {titles[7]}",
        "      进展情况：— → =1+1",
        "      ? 报送前还需补充：自评",
        "以上为预览，未作任何改动。",
    ]
    assert everything() == before


def test_the_words_of_last_period_are_pointed_out(owed, pudong, tmp_path):
    earlier = factories.owed(cast.quarter(1), cast.task(6), pudong.department)
    sent = {"state": "accepted", "assessment": "on_schedule", "reported_on": TODAY, "submitted_at": earlier.created_at}
    reviewed = {"author": pudong, "reviewer": cast.person("planner"), "reviewed_on": TODAY}
    Report.objects.filter(pk=earlier.pk).update(progress_text=EARLIER, **sent, **reviewed)
    rows = ledger(pudong)
    content = filled(rows, {(6, PROGRESS): EARLIER.replace("120", "121"), (7, PROGRESS): EARLIER})
    page = cast.signed_in(pudong).post("/mine/workbook/", {"file": upload(content)})
    assert page.text.count("与上期几乎相同") == 1
    response = send(pudong, content, store="true")
    six = rows.index(row_of(rows, 6)) + 1
    assert (response.status_code, response.json()["same_as_before"]) == (200, [six])
    Report.objects.filter(pk=owed[6].pk).update(progress_text="")
    assert run(tmp_path, filled(ledger(pudong), {(6, PROGRESS): EARLIER}))[3] == (
        "      ? 进展情况与上期相同或几乎相同。"
    )


# ---- stored ----


@pytest.mark.parametrize("way", ["api", "command"])
def test_stored_once_and_then_sent(owed, pudong, tmp_path, way):
    others = states()["xuhui", 6]

    def do(content: bytes, option: str) -> Any:
        if way == "command":
            return run(tmp_path, content, f"--{option}")[-1]
        return send(pudong, content, **{option: "true"}).json()["stored"]

    content = filled(ledger(pudong), {(6, SAID): "达序时", (6, PROGRESS): "六号", (7, PROGRESS): "七号"})
    assert do(content, "store") == {"api": 2, "command": "已存草稿 2 份。"}[way]
    assert states() == {
        ("xuhui", 6): others, ("pudong", 6): ("draft", "六号"), ("pudong", 7): ("draft", "七号"),
        ("pudong", 8): ("due", ""),
    }  # fmt: skip
    assert do(content, "store") == {"api": 0, "command": "没有改动，全部保留系统中的内容。"}[way]
    more = filled(ledger(pudong), {(6, PROGRESS): "六号已完成"})
    assert do(more, "send") == {"api": 1, "command": "已报送 1 份。"}[way]
    assert states()["pudong", 6] == ("submitted", "六号已完成")


def test_what_is_not_complete_is_not_sent(owed, pudong, tmp_path):
    rows = ledger(pudong)
    content = filled(rows, {(6, SAID): "达序时", (6, PROGRESS): "六号", (7, SAID): "欠序时", (7, PROGRESS): "七号"})
    seven, before = rows.index(row_of(rows, 7)) + 1, everything()
    response = send(pudong, content, send="true")
    assert (response.status_code, errors(response)) == (400, [(f"rows.{seven}.problems", "invalid")])
    assert run(tmp_path, content, "--send")[-2:] == [
        "exit 1",
        f"第 {seven} 行 存在问题：自评为“欠序时”的，请说明存在问题。",
    ]
    assert everything() == before


# ---- refused ----


def test_every_error_at_once_and_nothing_is_stored(owed, pudong, xuhui, tmp_path):
    rows, others = ledger(pudong), ledger(xuhui)
    row_of(others, 6)[PROGRESS] = "徐汇的话"
    rows.append(list(row_of(others, 6)))
    content = filled(rows, {(7, SAID): "很好 100%", (7, PROGRESS): "长" * 5001, (8, PROGRESS): "八号"})
    seven, last, before = rows.index(row_of(rows, 7)) + 1, len(rows), everything()
    wrong = [
        (seven, "assessment", "自评", "不能填“很好 100%”。可以填：未启动、欠序时、达序时、已完成。"),
        (seven, "progress_text", "进展情况", "共 5001 字，最多 5000 字。"),
        (last, "", "", "这项任务不属于（或不再属于）你单位。"),
        (last, "", "", "这项任务在表格中占了 2 行，请只保留一行。"),
    ]
    shown = send(pudong, content)
    assert shown.status_code == 200
    told = [(one["row"], one["column"], one["message"]) for one in shown.json()["errors"]]
    assert sorted(told) == sorted((row, column, message) for row, column, _label, message in wrong)
    assert SECRET not in shown.text
    refused = send(pudong, content, store="true", decide="workbook")
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/problem+json")
    assert sorted((one["field"], one["message"]) for one in refused.json()["errors"]) == sorted(
        (f"rows.{row}.{column}".rstrip("."), message) for row, column, _label, message in wrong
    )
    lines = [f"第 {row} 行{f' {label}' if label else ''}：{message}" for row, _column, label, message in wrong]
    for options in ([], ["--store"], ["--send"]):
        printed = run(tmp_path, content, *options)
        at = printed.index("exit 1")
        assert sorted(printed[at + 1 :]) == sorted(lines)
    assert everything() == before


def test_a_stale_row_is_decided_or_nothing_is_stored(owed, pudong, tmp_path):
    rows = ledger(pudong)
    changed_meanwhile(owed[6], pudong)
    content = filled(rows, {(6, PROGRESS): "表格里的话", (7, PROGRESS): "七号"})
    six, before = rows.index(row_of(rows, 6)) + 1, everything()
    body = send(pudong, content).json()
    [conflict] = body["conflicts"]
    assert (conflict["row"], conflict["task"]["number"], conflict["refused"]) == (six, 6, "")
    assert conflict["cells"] == [
        {"column": "progress_text", "label": "进展情况", "portal": "门户里的话", "workbook": "表格里的话"}
    ]
    assert [one["task"]["number"] for one in body["changes"]] == [7]
    stale = send(pudong, content, store="true")
    assert (stale.status_code, stale.json()["version"]) == (412, None)
    printed = run(tmp_path, content, "--store")
    assert printed[1:4] == [
        f"  ! 第 {six} 行 6 {cast.task(6).title}", "      进展情况：门户里的话 → 表格里的话", "      ! 系统中已有变动",
    ]  # fmt: skip
    assert printed[-2:] == ["exit 1", "还有 1 行冲突没有选择，没有保存任何内容。 --decide portal | workbook"]
    assert everything() == before
    assert send(pudong, content, store="true", decide="portal").json()["stored"] == 1
    assert (states()["pudong", 6][1], states()["pudong", 7][1]) == ("门户里的话", "七号")
    assert run(tmp_path, content, "--store", "--decide", "workbook")[-1] == "已存草稿 1 份。"
    assert (states()["pudong", 6][1], states()["xuhui", 6][1]) == ("表格里的话", SECRET)


def test_what_was_sent_meanwhile_can_only_stay(owed, pudong, tmp_path):
    rows = ledger(pudong)
    sent = {"state": "submitted", "assessment": "done", "reported_on": TODAY, "submitted_at": owed[6].created_at}
    changed_meanwhile(owed[6], pudong, **sent)
    content = filled(rows, {(6, PROGRESS): "表格里的话", (7, PROGRESS): "七号"})
    six, before = rows.index(row_of(rows, 6)) + 1, everything()
    assert send(pudong, content).json()["conflicts"][0]["refused"] == "已经报送。"
    refused = send(pudong, content, store="true", decide="workbook")
    assert (refused.status_code, refused.json()["detail"]) == (409, f"第 {six} 行：已经报送。")
    assert run(tmp_path, content, "--store", "--decide", "workbook")[-2:] == ["exit 1", f"第 {six} 行：已经报送。"]
    assert everything() == before
    assert send(pudong, content, store="true", decide="portal").json()["stored"] == 1


def test_a_row_of_another_plan(owed, pudong):
    factories.plan(code="other", year=2022)
    content = filled(rows := ledger(pudong), {(6, PROGRESS): "六号"})
    response = send(pudong, content, ADDRESS.replace("2023", "other"), store="true")
    six = rows.index(row_of(rows, 6)) + 1
    assert [(one["field"], one["message"]) for one in response.json()["errors"]] == [
        (f"rows.{six}", "本行属于另一计划：2023。")
    ]
    assert (response.status_code, states()["pudong", 6]) == (400, ("due", ""))
    assert send(pudong, content, ADDRESS.replace("2023", "none")).status_code == 404


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"MZ\x90" + bytes(300), "这不是 Excel 工作簿（.xlsx），或者其中含有宏。请另存为 .xlsx 后重新选择。"),
        (bytes(10 * 1024 * 1024 + 1), "文件超过 10 MB。"),
        (workbook([["无关的表"]]), "其中没有台账的各栏。请导出本单位台账，在其中填写。"),
    ],
    ids=["program", "large", "another"],
)
def test_what_is_no_workbook(pudong, tmp_path, content, message):
    response = send(pudong, content, store="true")
    assert response.status_code == 400
    assert [(one["field"], one["message"]) for one in response.json()["errors"]] == [("file", message)]
    assert run(tmp_path, content, "--store") == ["exit 2", message]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"store": "maybe"}, [("store", "invalid")]),
        ({"store": "true", "decide": "theirs"}, [("decide", "invalid_choice")]),
        ({"stored": "true"}, [("stored", "unknown")]),
    ],
)
def test_what_the_form_may_say(owed, pudong, form, told):
    content = filled(ledger(pudong), {(6, PROGRESS): "六号"})
    assert errors(send(pudong, content, **form)) == told
    assert errors(cast.signed_in(pudong).post(ADDRESS, {"store": "true"})) == [("file", "required")]
    assert states()["pudong", 6] == ("due", "")


def test_who_does_not_report(owed, pudong, xuhui, leader, admin, tmp_path):
    content = filled(ledger(pudong), {(6, PROGRESS): "浦东的话"})
    assert [send(user, content, store="true").status_code for user in (leader, admin, xuhui)] == [403, 403, 400]
    assert run(tmp_path, content, "--store", user="leader") == ["exit 1", "No account leader that reports."]
    assert run(tmp_path, content, "--store", user="xuhui")[1] == "exit 1"
    assert call(pudong, "POST", "plans/2023/workbook/", {"store": True}).status_code == 415
    assert states()["pudong", 6] == ("due", "")


def test_no_such_file(pudong):
    with pytest.raises(CommandError) as refusal:
        call_command("import_workbook", "/nowhere.xlsx", "--as", "pudong")
    assert (refusal.value.returncode, str(refusal.value)) == (
        2,
        "无法读取文件 /nowhere.xlsx：No such file or directory",
    )


def test_the_answer_is_exactly_what_is_declared(owed, pudong):
    rows = ledger(pudong)
    changed_meanwhile(owed[6], pudong)
    content = filled(rows, {(6, PROGRESS): "六号", (7, PROGRESS): "七号", (8, SAID): "好"})
    body = send(pudong, content).json()
    assert all(body[name] for name in ("changes", "conflicts", "errors", "lacking", "unchanged"))
    declared = answered("plans/{id}/workbook/", method="post")
    assert_exactly(body, declared, "workbook")
    validate(body, declared)
