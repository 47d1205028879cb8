"""`manage.py import_plan FILE`: a document into the plan, from the shell."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from departments.models import Department, DepartmentAlias, Membership, User
from tasks.models import Assignment, Milestone, Place, Plan, PlanImport, ReportingPeriod, Task, TaskGroup
from tests import cast
from tests.tasks.importing import ALIEN, TEXT, units, versions

pytestmark = pytest.mark.django_db

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).resolve().parents[2] / "fixtures" / "plan_2023.json").read_text(encoding="utf-8")
)
UPDATED = (
    "已更新《2024年上海市计量工作要点》（2024）：新增 1 项，变更 1 项，未变 1 项；"
    "文件中已没有的 1 项和已结束的 0 项保持原样。"
)


@pytest.fixture
def document(tmp_path):
    def write(text: str) -> str:
        file = tmp_path / "要点.txt"
        file.write_bytes(text.encode("gb18030"))
        return str(file)

    return write


def run(file: str, *options: str) -> list[str]:
    out = StringIO()
    call_command("import_plan", file, *options, stdout=out)
    return out.getvalue().splitlines()


def refused(file: str, *options: str) -> tuple[int, list[str]]:
    with pytest.raises(CommandError) as refusal:
        run(file, *options)
    return refusal.value.returncode, str(refusal.value).splitlines()


def test_stored_again_and_corrected(planner, document):
    assert run(document(TEXT), "--as", "planner") == [
        "已录入《2024年上海市计量工作要点》（2024）：2 个板块，3 项任务，8 处单位，4 个节点。"
    ]
    row = PlanImport.objects.get()
    assert (row.name, row.sender, row.state) == ("要点.txt", planner, "stored")
    before = versions()
    assert run(document(TEXT), "--as", "planner") == ["《2024年上海市计量工作要点》（2024）与文件一致，没有变动。"]
    assert versions() == before
    first = Task.objects.get(plan__code="2024", number=1).text
    corrected = TEXT.replace("5项", "6项").replace("3.抓好计量检查", "4.抓好计量检查")
    assert run(document(corrected.replace("2024年2月20日", "2024年2月21日")), "--as", "planner") == [
        UPDATED,
        "  印发日期：2024-02-20 → 2024-02-21",
        "  印发全文已更新。",
        "  ~ 1 完善计量标准",
        f"      正文：{first} → {first.replace('5项', '6项')}",
        "      节点“新建社会公用计量标准5项”的原文：新建社会公用计量标准5项 → 新建社会公用计量标准6项",
        "  - 3 抓好计量检查（“抓好计量检查”在文件中是第 4 项，编号可能有变，请核对。）",
        "  + 4 抓好计量检查",
        "  ? 4 抓好计量检查：编号不连续：2 之后为 4",
    ]


def test_a_preview_stores_nothing(planner, document):
    before = versions()
    told = "已录入《2024年上海市计量工作要点》（2024）：2 个板块，3 项任务，8 处单位，4 个节点。"
    assert run(document(TEXT), "--as", "planner", "--preview") == [told, "以上为预览，未作任何改动。"]
    assert (versions(), PlanImport.objects.count()) == (before, 0)
    run(document(TEXT), "--as", "planner")
    before = versions()
    changed = document(TEXT.replace("民用三表", "民用" * 80).replace("各区市场监管局、", ""))
    assert run(changed, "--as", "planner", "--preview")[1:] == [
        "  印发全文已更新。",
        "  ~ 3 抓好计量检查",
        "      正文",
        "      配合部门：各区市场监管局、临港新片区市场监管局 → 临港新片区市场监管局",
        "      节点“开展民用三表专项检查”的原文：开展民用三表专项检查 → —",
        f"      新增节点：— → 开展{'民用' * 28}民…",
        "以上为预览，未作任何改动。",
    ]
    assert (versions(), PlanImport.objects.count()) == (before, 1)


def test_problems_are_listed_with_the_nearest_names(planner, document):
    text = ALIEN.replace("2024年2月20日\n", "")
    status, told = refused(document(text), "--as", "planner")
    assert (status, told[:3]) == (
        1,
        [
            "发文机关：此字段不能为空。",
            "印发日期：此字段不能为空。",
            "单位：没有名为“市局监察总队”的单位，请选择对应的单位，或不录入。",
        ],
    )
    assert told[3:] == ["“市局监察总队”可能是：市局执法总队=zhifazongdui"]
    assert (PlanImport.objects.count(), Plan.objects.filter(year=2024).count()) == (0, 0)


def test_a_name_is_said_and_the_code_too(planner, document):
    run(document(ALIEN), "--as", "planner", "--name", "市局监察总队=zhifazongdui", "--code", "yaodian")
    assert units(Plan.objects.get(code="yaodian"))[5][3:5] == ("zhifazongdui", "市局监察总队")


def test_what_the_document_does_not_say(planner, document):
    said = ("--set", "issuer=某局", "--set", "issued_on=2024-01-05", "--set", "document_number=某发〔2024〕1号")
    run(document(TEXT.replace("2024年2月20日\n", "")), "--as", "planner", *said)
    plan = Plan.objects.get(code="2024")
    assert (plan.issuer, str(plan.issued_on), plan.document_number) == ("某局", "2024-01-05", "某发〔2024〕1号")


def test_what_is_no_field(planner, document):
    _status, (told,) = refused(document(TEXT), "--as", "planner", "--set", "text=x")
    assert told.startswith("--set text=x: write FIELD=VALUE with one of title, year,")


def test_a_unit_is_left_out(planner, document):
    run(document(ALIEN), "--as", "planner", "--name", "市局监察总队=")
    assert [unit[3] for unit in units(Plan.objects.get(code="2024")) if unit[0] == 3] == ["districts", "lingang"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--as", "planner", "--name", "市局监察总队"], "--name 市局监察总队: write NAME=CODE."),
        (["--as", "planner", "--name", "市局监察总队=x"], "请为以下名称选择启用中的单位：市局监察总队。"),
        (["--as", "planner", "--code", "二〇二四"], "输入由字母，数字，下划线或连字符号组成的有效“字段”。"),
        (["--as", "planner", "--set", "year=x"], "--set year=x: invalid literal for int() with base 10: 'x'."),
        (["--as", "planner", "--set", "issued_on=5月"], "--set issued_on=5月: Invalid isoformat string: '5月'."),
        (["--as", "jlc"], "No account jlc that keeps plans."),
        (["--as", "nobody"], "No account nobody that keeps plans."),
        ([], "Say --as USER, one of: planner, planner2."),
    ],
)
def test_what_cannot_be_said(document, options, told):
    for name in ("planner", "planner2", "jlc"):
        cast.person(name)
    cast.root()
    assert refused(document(ALIEN), *options) == (1, [told])
    assert PlanImport.objects.count() == 0


def test_nobody_keeps_plans(document, leader):
    told = "No account keeps plans yet: make_account --role planner, or createsuperuser before there are departments."
    assert refused(document(TEXT)) == (1, [told])


def test_no_document(planner, document):
    assert refused(document("plan"), "--as", "planner") == (2, ["文件中没有中文，不像一份工作要点。"])


# ---- from text alone ----


def test_an_empty_database_is_filled_from_text_alone(root, document):
    for model in (Place, Milestone, Assignment, Task, TaskGroup, ReportingPeriod, Plan):
        model.objects.all().delete()
    User.objects.exclude(pk=root.pk).delete()
    for model in (Membership, DepartmentAlias, Department):
        model.objects.all().delete()
    (told,) = (row["fields"] for row in ROWS if row["model"] == "tasks.plan")
    run(document(told["text"]), "--create-departments")
    plan = Plan.objects.get()
    assert (plan.code, plan.title, plan.text) == ("2023", told["title"], told["text"])
    rows = [row["fields"] for row in ROWS if row["model"] == "tasks.assignment"]
    assert [(number, role, at, *rest) for number, role, at, _code, *rest in units(plan)] == [
        (row["task"][1], row["role"], row["position"], row["printed_as"], row["open_ended"], row["owes_report"])
        for row in rows
    ]
    printed = {row["printed_as"].removesuffix("等") for row in rows}
    assert sorted(Department.objects.values_list("name", flat=True)) == sorted(printed)
    made = {unit.name: (unit.code, unit.kind, unit.is_collective, unit.order) for unit in Department.objects.all()}
    assert made["市局计量处"] == ("unit-1", "division", False, 10)
    assert made["各区市场监管局"] == ("unit-2", "district", True, 20)
    assert made["市计量测试技术研究院"][1:3] == ("institute", False)
    assert made["上海市计量协会"][1] == "association"
    assert made["国网上海市电力公司"][1] == "enterprise"


def test_only_unknown_names_become_departments(planner, document):
    known = Department.objects.count()
    run(document(ALIEN), "--as", "planner", "--create-departments")
    assert Department.objects.count() == known + 1
    made = Department.objects.get(name="市局监察总队")
    assert (made.short_name, made.kind, made.is_active, made.version) == ("市局监察总队", "division", True, 1)
    assert Department.objects.order_by("order").last() == made
