"""The ledger as a workbook: paper, columns, types, whose words stand in it, and what a unit's copy has besides."""

import io
import re
import zipfile
from datetime import date, datetime

import pytest

from tasks.models import Milestone, Plan, Task
from tests import cast, factories
from tests.conftest import TODAY
from tests.workbooks import cells, ledger, row_of, sheet_of

pytestmark = pytest.mark.django_db

HEAD = [
    *("序号", "任务类别", "重点任务", "工作内容", "牵头部门", "配合部门", "联络员", "完成时限", "进展情况"),
    *("完成进度", "存在问题", "下一步计划", "完成情况", "亮灯", "延期", "更新时间", "备注"),
]
SECRET = "别的单位的草稿秘密"


def content(user, query=""):
    return cast.signed_in(user).get(f"/tasks/ledger.xlsx?{query}").content


def part(packed: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(packed)).read(name).decode()


@pytest.fixture
def words(jlc, pudong, xuhui, simt):
    """On task 6 everybody has said something, and somebody keeps something to himself."""
    task, period = cast.task(6), cast.quarter(2)
    factories.report(task, jlc.department, jlc, date(2023, 3, 1), progress_text="旧话", problems="旧问题")
    factories.report(
        task, jlc.department, jlc, date(2023, 6, 1), progress_text="牵头的话", problems="无", next_steps="收尾"
    )
    factories.owed(period, task, jlc.department, "draft", jlc, progress_text=SECRET)
    factories.owed(period, task, pudong.department, "draft", pudong, progress_text="浦东的草稿", assessment="behind")
    factories.report(task, pudong.department, pudong, date(2023, 4, 1), progress_text="浦东四月的话", problems="缺人")
    factories.owed(period, task, xuhui.department, "draft", xuhui, progress_text=SECRET)
    factories.owed(period, cast.task(7), pudong.department)
    factories.report(cast.task(7), pudong.department, pudong, date(2023, 4, 2), progress_text="浦东七号的话")
    factories.report(cast.task(12), pudong.department, pudong, date(2023, 4, 3), progress_text="浦东十二号的话")
    cast.unit("jlc").__class__.objects.filter(code="jlc").update(contact_name="计某")
    cast.unit("pudong").__class__.objects.filter(code="pudong").update(contact_name="浦某")


# ---- the sheet ----


def test_seventeen_columns_under_a_title(planner):
    rows = ledger(planner)
    assert rows[0][0] == "2023年上海市计量工作要点任务台账"
    assert rows[1][0] == "截至 2023-06-15，共 17 项。"
    assert rows[2] == HEAD
    assert [row[0] for row in rows[3:] if isinstance(row[0], float)] == list(range(1, 18))
    assert [row[0] for row in rows[3:] if isinstance(row[0], str)] == [
        "（一）坚持计量引领,主动服务国家战略",
        "（二）推进计量改革,加大监管力度",
        "（三）提升技术能力,完善量传溯源体系",
        "（四）强化计量支撑,提高核心竞争能力",
        "（五）优化计量服务,践行人民城市理念",
    ]


def test_exactly_what_is_filtered_in_its_order(planner):
    rows = ledger(planner, "lead=simt&ordering=-number")
    assert [row[0] for row in rows[3:] if isinstance(row[0], float)] == [2.0]
    rows = ledger(planner, "ordering=progress")
    assert all(isinstance(row[0], float) for row in rows[3:])  # no headings where they would not hold together
    assert ledger(planner, "q=没有这样的话")[2:] == [HEAD]


def test_real_dates_numbers_and_percentages(planner):
    Milestone.objects.filter(task__number=3).update(state="done", done_on=date(2023, 6, 1))
    plan = Plan.objects.get(code="2023")
    factories.task(plan, number=18, title="没有节点")
    rows = ledger(planner)
    done, bare, begun = row_of(rows, 3), row_of(rows, 18), row_of(rows, 5)
    assert (done[0], done[7], done[9]) == (3.0, date(2023, 12, 31), 1.0)
    assert isinstance(done[15], datetime)
    assert (begun[9], bare[9]) == (0.0, "")
    assert (begun[12], begun[13], begun[16]) == ("未启动", "黄灯", "进度 0%，序时应为 36%，落后 36 个百分点。")


def test_extensions_that_were_granted_are_counted(planner, jlc):
    for _ in range(2):
        decided = {"state": "granted", "decided_by": planner, "decided_on": TODAY, "decision_note": "同意"}
        factories.extension(cast.task(5), jlc, TODAY, **decided)
    factories.extension(cast.task(5), jlc, TODAY)
    rows = ledger(planner)
    assert (row_of(rows, 5)[14], row_of(rows, 6)[14]) == ("×2", "")


def test_paper_and_panes(planner):
    sheet = sheet_of(content(planner)).decode()
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert '<pane xSplit="3" ySplit="3" topLeftCell="D4" activePane="bottomRight" state="frozen"/>' in sheet
    merged = re.findall(r'<mergeCell ref="([^"]+)"/>', sheet)
    assert merged == ["A1:Q1", "A2:Q2", "A4:Q4", "A9:Q9", "A14:Q14", "A18:Q18", "A22:Q22"]
    book = part(content(planner), "xl/workbook.xml")
    assert "任务台账'!$3:$3" in book or "任务台账!$3:$3" in book
    assert 'wrapText="1"' in part(content(planner), "xl/styles.xml")


def test_text_that_looks_like_a_formula_or_a_link_is_text(planner):
    plan = factories.plan(code="hostile", year=2023)
    unit = factories.department("=cmd|x")
    task = factories.task(plan, (unit,), title='=HYPERLINK("http://x","y")', text="http://x.cn/" + "长" * 40_000)
    factories.report(task, unit, planner, TODAY, progress_text="@SUM(A1)\x0b", problems="+1", next_steps="-1")
    packed = content(planner, "plan=hostile")
    row = row_of(cells(packed), 1)
    assert (row[2], row[4], row[8], row[10], row[11]) == (
        '=HYPERLINK("http://x","y")', "=cmd|x", "@SUM(A1)\x0b", "+1", "-1",
    )  # fmt: skip
    assert (len(row[3]), row[3][:12]) == (32_000, "http://x.cn/")
    assert re.findall(r"<f[ >]|<hyperlink", sheet_of(packed).decode()) == []


def test_headings_and_words_in_the_language_of_the_reader(planner):
    client = cast.signed_in(planner)
    client.cookies["language"] = "en"
    rows = cells(client.get("/tasks/ledger.xlsx").content)
    assert (rows[2][0], rows[2][8], rows[2][16]) == ("No.", "Progress made", "Remarks")
    assert row_of(rows, 5)[12] == "Not started"


# ---- whose words ----


@pytest.mark.parametrize("username", ["planner", "leader"])
def test_the_coordinators_word_that_stands(words, username):
    row = row_of(ledger(cast.person(username)), 6)
    assert (row[6], row[8], row[10], row[11]) == ("计某", "牵头的话", "无", "收尾")
    assert len(row) == 17


def test_a_unit_gets_its_own_words_and_nobody_elses(words, pudong):
    rows = ledger(pudong)
    assert rows[2] == [*HEAD, "自评", "行编号（请勿改动）"]
    assert [row[0] for row in rows[3:] if isinstance(row[0], float)] == [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]
    assert row_of(rows, 6)[6:18:2] == ["浦某", "浦东的草稿", "", row_of(rows, 6)[12], "", row_of(rows, 6)[16]]
    assert row_of(rows, 6)[17] == "欠序时"
    assert row_of(rows, 7)[8] == ""  # asked for and not begun
    assert row_of(rows, 12)[8] == "浦东十二号的话"
    everything = content(pudong)
    texts = "".join(part(everything, "xl/sharedStrings.xml"))
    assert (SECRET in texts, "牵头的话" in texts, "浦东四月的话" in texts) == (False, False, True)


def test_what_was_said_last_stands_on_a_second_sheet(words, pudong):
    assert cells(content(pudong), 1) == [
        ["序号", "重点任务", "报送期", "自评", "进展情况", "存在问题", "下一步计划"],
        [6.0, "加强重点领域监管", "2023-04-01", "达序时", "浦东四月的话", "缺人", ""],
        [7.0, "完善计量抽查监测机制", "2023-04-02", "达序时", "浦东七号的话", "", ""],
        [12.0, "深入推进产业计量工作", "2023-04-03", "达序时", "浦东十二号的话", "", ""],
    ]


def test_the_keys_are_hidden_and_the_assessment_is_chosen_from_a_list(words, pudong, planner):
    sheet = sheet_of(content(pudong)).decode()
    assert re.search(r'<col min="19" max="19" [^>]*hidden="1"', sheet)
    assert '<formula1>"未启动,欠序时,达序时,已完成"</formula1>' in sheet
    assert "hidden=" not in sheet_of(content(planner)).decode()


def test_csv_holds_the_same(words, pudong):
    text = cast.signed_in(pudong).get("/tasks/ledger.csv").content.decode("utf-8-sig")
    assert text.splitlines()[0].split(",") == HEAD
    assert ("浦东的草稿" in text, SECRET in text, "牵头的话" in text) == (True, False, False)


def test_a_plan_without_tasks(planner):
    factories.plan(code="empty", year=2023)
    assert ledger(planner, "plan=empty")[2] == HEAD


def test_updated_is_the_later_of_task_and_words(planner, jlc):
    report = factories.report(cast.task(5), jlc.department, jlc, TODAY)
    Task.objects.filter(number=6).update(result="x")
    rows = ledger(planner)
    report.refresh_from_db()
    assert row_of(rows, 5)[15] > row_of(rows, 9)[15]
