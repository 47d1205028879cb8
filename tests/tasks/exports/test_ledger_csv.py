"""The ledger as CSV: columns, language, harmless cells."""

import csv
import io
from datetime import date

import pytest
from django.utils import translation

from tasks.exports.ledger_csv import harmless, ledger_csv
from tasks.exports.rows import ledger_rows
from tasks.models import Task
from tests import cast, factories

TODAY = date(2023, 6, 15)

pytestmark = pytest.mark.django_db


def text(tasks=None, language="zh-hans") -> str:
    tasks = Task.objects.filter(plan__code="2023") if tasks is None else tasks
    with translation.override(language):
        return ledger_csv(ledger_rows(tasks.with_light(TODAY).in_order(), cast.person("planner"), TODAY)).decode()


def rows(*args, **options) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text(*args, **options).removeprefix("\ufeff"), newline="")))


def test_byte_order_mark_and_line_ends():
    written = text()
    assert written[0] == "\ufeff"
    assert written.count("\r\n") == 18
    assert "\n" not in written.replace("\r\n", "")
    assert written.endswith("\r\n")


def test_columns_in_the_language_of_the_reader():
    assert rows()[0] == [
        *("序号", "任务类别", "重点任务", "工作内容", "牵头部门", "配合部门", "联络员", "完成时限", "进展情况"),
        *("完成进度", "存在问题", "下一步计划", "完成情况", "亮灯", "延期", "更新时间", "备注"),
    ]
    assert rows(language="en")[0] == [
        *("No.", "Group", "Task", "Work to do", "Lead units", "Supporting units", "Contact person", "Due"),
        *("Progress made", "Completion", "Problems", "Next steps", "State of the work", "Light", "Extended"),
        *("Updated", "Remarks"),
    ]


def test_a_task_as_it_was_printed():
    task = rows()[5]
    assert task[:6] + task[7:15] == [
        "5",
        "（二）推进计量改革,加大监管力度",
        "深化计量许可改革",
        (
            "全面推广改革试点成果,实现计量器具型式批准告知承诺审批、进口计量器具型式批准审批权改革复制推广至全市。"
            "强化型式批准证书等电子证照应用推广,鼓励出具、使用计量检定和校准电子证书。研究推进计量标准器具复查考核告知承诺制改革。"
            "高质量、高效率完成计量行政审批工作。继续实施计量器具强制检定和型式评价停征收费,切实减轻企业负担。"
        ),
        "市局计量处",
        "市局法规处、市局行政服务中心",
        *("2023-12-31", "", "0%", "", "", "未启动", "黄灯", ""),
    ]
    assert rows()[2][5] == ""  # task 2 has no supporting units
    assert rows()[1][5].endswith("、上海市计量协会等")  # as printed, not the unit's own name


def test_light_state_and_reason_in_english():
    task = rows(Task.objects.filter(number=5), "en")[1]
    assert task[12:14] + task[16:] == ["Not started", "Yellow", "Progress 0%, expected 36%: 36 points behind."]


def test_nothing_to_count_is_empty_and_nought_is_nought():
    plan = factories.plan(code="small", issued_on=date(2023, 1, 1), ends_on=date(2023, 12, 31))
    bare, begun, done = (factories.task(plan, state="in_progress") for _ in range(3))
    factories.milestone(begun, date(2023, 6, 14), title="首个节点")
    factories.milestone(done, date(2023, 6, 14), state="done")
    written = rows(Task.objects.filter(plan=plan))[1:]
    assert [row[9] for row in written] == ["", "0%", "100%"]
    assert bare.text == written[0][3]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠1", "'＠1"),
        ("  =1", "'  =1"),
        ("\n=1", "'\n=1"),
        ("\u3000＝1", "'\u3000＝1"),
        ("1=1", "1=1"),
        ("甲-乙", "甲-乙"),
        ("", ""),
        (" x", " x"),
        (-1, -1),
        (0, 0),
    ],
)
def test_cells_that_would_run_as_a_formula_are_neutralised(cell, written):
    assert harmless(cell) == written


def test_hostile_rows_stay_in_their_cells():
    plan = factories.plan(code="hostile")
    unit = factories.department("=cmd")
    task = factories.task(plan, (unit,), title='=HYPERLINK("http://x","y")', text='＝x\r\n"a",b')
    factories.report(task, unit, cast.person("planner"), TODAY, progress_text="=SUM(A1)")
    head, row = rows(Task.objects.filter(plan=plan))
    assert len(head) == len(row) == 17
    assert row[2:5] == ['\'=HYPERLINK("http://x","y")', '\'＝x\r\n"a",b', "'=cmd"]
    assert row[8] == "'=SUM(A1)"
