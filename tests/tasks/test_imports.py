"""A document becomes a plan: read, corrected, stored whole or not at all."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from departments.models import Department
from tasks.actions import imports
from tasks.actions.imports import Problem
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.documents.reading import from_json
from tasks.models import Assignment, Milestone, Place, Plan, PlanImport, ReportingPeriod, Task, TaskGroup
from tests import cast, factories
from tests.tasks.importing import ALIEN, TEXT, TODAY, begun, steps, stored, units, versions

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ROWS: list[dict[str, Any]] = json.loads((FIXTURES / "plan_2023.json").read_text(encoding="utf-8"))
CORPUS = Path(__file__).parent / "documents" / "corpus"


def rows(model: str) -> list[dict[str, Any]]:
    return [row["fields"] for row in ROWS if row["model"] == f"tasks.{model}"]


def forget_the_plan() -> None:
    for model in (Place, Milestone, Assignment, Task, TaskGroup, ReportingPeriod, Plan):
        model.objects.all().delete()


# ---- the 2023 document ----


def test_the_2023_document_becomes_the_plan_of_the_fixture(planner):
    (told,) = rows("plan")
    forget_the_plan()
    row = imports.begin(told["text"], by=planner, name="C:\\要点\\2023年要点.docx")
    assert (row.name, row.state, row.sender, imports.problems(row), imports.warnings(row)) == (
        *("2023年要点.docx", "open", planner),
        *([], []),
    )
    plan = imports.store(row, by=planner, today=date(2023, 6, 15), version=1, seen="")
    kept = {name: str(getattr(plan, name)) for name in told}
    assert kept == {name: str(value) for name, value in told.items()}
    assert list(plan.groups.values_list("ordinal", "title")) == [
        (one["ordinal"], one["title"]) for one in rows("taskgroup")
    ]
    words = ("number", "group__ordinal", "title", "text", "state", "due_on", "original_due_on")
    assert [tuple(map(str, task)) for task in plan.tasks.values_list(*words)] == [
        tuple(map(str, (one["number"], one["group"][1], *(one[name] for name in (words[2:]))))) for one in rows("task")
    ]
    assert units(plan) == [
        (one["task"][1], one["role"], one["position"], one["department"][0], one["printed_as"], *switches(one))
        for one in rows("assignment")
    ]
    assert list(plan.periods.values_list("starts_on", "ends_on", "state")) == [
        (date.fromisoformat(one["starts_on"]), date.fromisoformat(one["ends_on"]), "planned")
        for one in rows("reportingperiod")
    ]
    row.refresh_from_db()
    assert (row.state, row.plan, row.stored_on) == ("stored", plan, date(2023, 6, 15))
    assert (plan.places.exclude(task=None).count(), plan.places.exclude(assignment=None).count()) == (17, 108)


def switches(one: dict[str, Any]) -> tuple[bool, bool]:
    return one["open_ended"], one["owes_report"]


# ---- a small one ----


def test_what_is_stored(planner):
    plan = stored(planner)
    head = (plan.code, plan.title, plan.year, plan.issuer, plan.document_number, plan.issued_on, plan.ends_on)
    assert head == (
        *("2024", "2024年上海市计量工作要点", 2024, "上海市市场监督管理局", ""),
        *(date(2024, 2, 20), date(2024, 12, 31)),
    )
    assert (plan.text, plan.is_active, plan.periods.count()) == (TEXT.strip(), True, 4)
    assert list(plan.groups.values_list("ordinal", "title")) == [(1, "夯实基础"), (2, "强化监管")]
    assert list(plan.tasks.values_list("number", "group__ordinal", "title", "due_on")) == [
        (1, 1, "完善计量标准", date(2024, 12, 31)),
        (2, 1, "加强计量宣传", date(2024, 12, 31)),
        (3, 2, "抓好计量检查", date(2024, 12, 31)),
    ]
    assert units(plan) == [
        (1, "lead", 1, "jlc", "市局计量处", False, True),
        (1, "support", 1, "simt", "市计量测试技术研究院", False, False),
        (1, "support", 2, "jiliangxiehui", "市计量协会等", True, False),
        (2, "lead", 1, "jlc", "市局计量处", False, True),
        (2, "lead", 2, "jiliangxiehui", "市计量协会", False, True),
        (3, "lead", 1, "zhifazongdui", "市局执法总队", False, True),
        (3, "support", 1, "districts", "各区市场监管局", False, False),
        (3, "support", 2, "lingang", "临港新片区市场监管局", False, False),
    ]
    end = date(2024, 12, 31)
    assert steps(plan) == [
        (1, 1, "新建社会公用计量标准5项", "新建社会公用计量标准5项", end, "plan_end"),
        (1, 2, "6月底前修订计量规范3项", "6月底前修订计量规范3项", date(2024, 6, 30), "stated"),
        (2, 1, "组织开展世界计量日宣传活动", "组织开展世界计量日宣传活动", end, "plan_end"),
        (3, 1, "开展民用三表专项检查", "开展民用三表专项检查", end, "plan_end"),
    ]


def test_line_ends_and_edges_do_not_count(planner):
    assert begun(planner, "\r\n\r\n" + TEXT.replace("\n", "\r\n")).text == TEXT.strip()


def test_corrections_are_what_is_stored(planner):
    row = begun(planner, title="改题", document_number="沪市监〔2024〕3号", code="yaodian", ends_on=date(2025, 1, 31))
    row = imports.set_task(
        row,
        0,
        by=planner,
        version=row.version,
        number=7,
        title="改标题",
        group=1,
        units=[{"printed": "市局法规处等", "role": "lead"}, {"printed": "市局计量处", "role": "support"}],
        milestones=[
            {"title": "节点甲", "quote": "新建社会公用计量标准5项", "due_on": date(2024, 5, 1)},
            {"title": "节点乙", "quote": "", "due_on": "2024-06-01"},
            {"title": "不要的", "quote": "这不在文中", "kept": False},
        ],
    )
    row = imports.set_task(row, 1, by=planner, left_out=True)
    row = imports.add_task(row, by=planner, title="补录", text="补录的任务。", group=0)
    plan = imports.store(row, by=planner, today=TODAY, version=row.version)
    assert (plan.code, plan.title, plan.document_number, str(plan.ends_on)) == (
        *("yaodian", "改题", "沪市监〔2024〕3号", "2025-01-31"),
    )
    assert list(plan.tasks.values_list("number", "title", "group__ordinal")) == [
        (3, "抓好计量检查", 2),
        (7, "改标题", 2),
        (8, "补录", 1),
    ]
    assert [unit for unit in units(plan) if unit[0] != 3] == [
        (7, "lead", 1, "faguichu", "市局法规处等", True, True),
        (7, "support", 1, "jlc", "市局计量处", False, False),
    ]
    assert [step for step in steps(plan) if step[0] == 7] == [
        (7, 1, "节点甲", "新建社会公用计量标准5项", date(2024, 5, 1), "set_by_staff"),
        (7, 2, "节点乙", "", date(2024, 6, 1), "set_by_staff"),
    ]


def test_another_year_takes_code_and_end_with_it(planner):
    reading = from_json(begun(planner, year=2025).reading)
    assert (reading.code, reading.ends_on) == ("2025", date(2025, 12, 31))
    reading = from_json(begun(planner, year=2025, code="x").reading)
    assert (reading.code, reading.ends_on) == ("x", date(2025, 12, 31))


def test_another_document_of_the_year_gets_a_code_of_its_own(planner):
    factories.plan(code="2024", title="2024年质量工作要点", year=2024)
    assert from_json(begun(planner).reading).code == "2024-2"


@pytest.mark.parametrize("name", ["08_fujian_articles", "31_state_council", "42_county"])
def test_documents_of_others(planner, name):
    """Whatever is doubtful: with a department for every name they can be stored."""
    from departments.actions.founding import found

    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
    row = begun(planner, text, code="x", issuer="某局", issued_on=date(2023, 1, 5), ends_on=date(2024, 12, 31))
    found(unit.printed for unit in imports.unknown(row))
    assert imports.problems(row) == []
    plan = imports.store(row, by=planner, today=TODAY)
    reading = from_json(row.reading)
    assert [task.number for task in plan.tasks.all()] == [item.number for item in reading.tasks]
    assert plan.tasks.count() > 1
    assert sorted(printed for *_rest, printed, _open, _owes in units(plan)) == sorted(
        unit.printed_as for item in reading.tasks for unit in item.units
    )


# ---- names ----


def test_a_name_nobody_has(planner):
    row = begun(planner, ALIEN)
    (name,) = imports.unknown(row)
    assert (name.printed, name.places, name.decided, name.inactive) == ("市局监察总队", [2], None, None)
    assert [unit.code for unit in name.nearest][:1] == ["zhifazongdui"]
    assert len(name.nearest) <= 5
    told = "没有名为“市局监察总队”的单位，请选择对应的单位，或不录入。"
    assert imports.problems(row) == [Problem(None, "names", told)]


def test_a_name_is_decided(planner):
    row = imports.set_names(begun(planner, ALIEN), {"市局监察总队": "zhifazongdui"}, by=planner)
    assert (imports.problems(row), [name.decided for name in imports.unknown(row)]) == ([], ["zhifazongdui"])
    plan = imports.store(row, by=planner, today=TODAY)
    assert units(plan)[5] == (3, "lead", 1, "zhifazongdui", "市局监察总队", False, True)


def test_a_unit_is_left_out_and_the_decision_taken_back(planner):
    row = imports.set_names(begun(planner, ALIEN), {"市局监察总队": ""}, by=planner)
    assert imports.problems(row) == []
    back = imports.set_names(row, {"市局监察总队": None}, by=planner)
    assert [problem.field for problem in imports.problems(back)] == ["names"]
    row = imports.set_names(back, {"市局监察总队": ""}, by=planner)
    plan = imports.store(row, by=planner, today=TODAY)
    assert [unit[1:4] for unit in units(plan) if unit[0] == 3] == [
        ("support", 1, "districts"),
        ("support", 2, "lingang"),
    ]


@pytest.mark.parametrize("names", [{"市局监察总队": "nobody"}, {"没印过": "jlc"}, {"市局监察总队": "xuhui"}])
def test_names_that_cannot_be_decided_so(planner, names):
    Department.objects.filter(code="xuhui").update(is_active=False)
    row = begun(planner, ALIEN)
    with pytest.raises(ValidationError) as refused:
        imports.set_names(row, names, by=planner)
    assert refused.value.message_dict == {"names": [f"请为以下名称选择启用中的单位：{next(iter(names))}。"]}


def test_a_department_that_is_switched_off_is_not_taken_silently(planner):
    Department.objects.filter(code="zhifazongdui").update(is_active=False)
    row = begun(planner)
    (name,) = imports.unknown(row)
    assert (name.printed, name.inactive.code) == ("市局执法总队", "zhifazongdui")
    assert "zhifazongdui" not in [unit.code for unit in name.nearest]
    told = "“市局执法总队”已停用，请选择接替的单位，或不录入。"
    assert imports.problems(row) == [Problem(None, "names", told)]


def test_names_are_compared_in_nfkc_and_by_alias(planner):
    text = TEXT.replace("市局执法总队", "执法总队").replace(
        "牵头部门：市局计量处、", "牵头部门：市局计量处（华东大区中心办公室）、"
    )
    plan = stored(planner, text)
    assert [unit[3:5] for unit in units(plan) if unit[1] == "lead"] == [
        ("jlc", "市局计量处"),
        ("jlc", "市局计量处（华东大区中心办公室）"),
        ("jiliangxiehui", "市计量协会"),
        ("zhifazongdui", "执法总队"),
    ]


# ---- all or nothing ----


def test_every_problem_is_told_at_once_and_nothing_is_stored(planner):
    row = begun(planner, ALIEN.replace("2024年2月20日\n", ""), issuer="")
    row = imports.set_task(row, 0, by=planner, number=3, title="", group=None)
    row = imports.set_task(
        row,
        1,
        by=planner,
        units=[
            {"printed": "市局计量处", "role": "lead"},
            {"printed": "市局计量处(华东大区中心办公室)", "role": "lead"},
        ],
    )
    before = versions()
    with pytest.raises(ValidationError) as refused:
        imports.store(row, by=planner, today=TODAY)
    assert [error.params["problem"] for error in refused.value.error_list] == [
        Problem(None, "issuer", "此字段不能为空。"),
        Problem(None, "issued_on", "此字段不能为空。"),
        Problem(None, "names", "没有名为“市局监察总队”的单位，请选择对应的单位，或不录入。"),
        Problem(0, "title", "此字段不能为空。"),
        Problem(0, "group", "请选择任务板块。"),
        Problem(1, "units", "“市局计量处”和“市局计量处(华东大区中心办公室)”是同一单位。"),
        Problem(2, "number", "任务编号 3 重复。"),
    ]
    row.refresh_from_db()
    assert (versions(), row.state, row.plan) == (before, "open", None)


def test_what_the_database_refuses_in_the_middle_leaves_nothing(planner):
    """A year that the model's own check refuses, past our own: the groups and tasks are not there either."""
    row = begun(planner)
    reading = row.reading | {"tasks": [*row.reading["tasks"][:2], row.reading["tasks"][2] | {"text": "没有引文。"}]}
    PlanImport.objects.filter(pk=row.pk).update(reading=reading)
    before = versions()
    with pytest.raises(ValidationError) as refused:
        imports.store(row, by=planner, today=TODAY)
    assert refused.value.messages == ["任务正文中没有这些字句：开展民用三表专项检查"]
    assert versions() == before


def test_a_document_without_tasks(planner):
    row = begun(planner, "2024年工作要点\n上海市市场监督管理局\n2024年2月20日\n请认真贯彻执行。")
    assert imports.problems(row) == [Problem(None, "tasks", "文件中没有任务。")]


# ---- what cannot be kept ----


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "文件中没有文字。"),
        ("plan of 2024", "文件中没有中文，不像一份工作要点。"),
        ("计量\x00工作", "这不是文字文件，请上传 .docx 或 .txt。"),
        ("计" * 2_000_001, "文件过大，不像一份工作要点。"),
    ],
)
def test_no_document(planner, text, told):
    with pytest.raises(ValidationError) as refused:
        imports.begin(text, by=planner)
    assert (refused.value.message_dict, PlanImport.objects.count()) == ({"text": [told]}, 0)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"title": "题" * 201}, {"title": ["确保该变量包含不超过 200 字符 (目前字符数 201)。"]}),
        ({"code": "import"}, {"code": ["该代码已用作门户网址，请换一个。"]}),
        ({"code": "二〇二四"}, {"code": ["输入由字母，数字，下划线或连字符号组成的有效“字段”。"]}),
        ({"year": 1999}, {"year": ["年份须在 2000 至 2100 之间。"]}),
        ({"ends_on": date(2024, 2, 20)}, {"ends_on": ["计划截止日期须晚于印发日期。"]}),
        (
            {"groups": [{"ordinal": 1, "title": "甲"}, {"ordinal": 1, "title": "乙"}]},
            {"groups": ["板块序号 1 重复。"]},
        ),
        ({"state": "stored"}, {"state": ["没有这一项。"]}),
    ],
)
def test_a_head_that_cannot_be_kept(planner, values, told):
    row = begun(planner)
    with pytest.raises(ValidationError) as refused:
        imports.set_head(row, by=planner, **values)
    assert refused.value.message_dict == told
    assert PlanImport.objects.get().version == 1


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"number": 0}, {"number": ["确保该值大于或等于1。"]}),
        ({"number": 40_000}, {"number": ["确保该值小于或等于32767。"]}),
        ({"title": "题" * 201}, {"title": ["确保该变量包含不超过 200 字符 (目前字符数 201)。"]}),
        ({"group": 2}, {"group": ["文件中没有这个板块。"]}),
        ({"group": -1}, {"group": ["文件中没有这个板块。"]}),
        ({"units": [{"printed": "甲", "role": "boss"}]}, {"units": ["角色不正确。"]}),
        (
            {"units": [{"printed": "甲" * 101, "role": "lead"}]},
            {"units": ["确保该变量包含不超过 100 字符 (目前字符数 101)。"]},
        ),
        (
            {"units": [{"printed": "甲", "role": "lead"}, {"printed": "甲等", "role": "lead"}]},
            {"units": ["“甲”重复。"]},
        ),
        ({"milestones": [{"title": "甲", "quote": "别处的话"}]}, {"milestones": ["任务正文中没有这些字句：别处的话"]}),
        ({"milestones": [{"title": "甲", "quote": ""}] * 2}, {"milestones": ["“甲”重复。"]}),
        ({"doubts": []}, {"doubts": ["没有这一项。"]}),
        ({"number": 0, "group": 9}, {"number": ["确保该值大于或等于1。"], "group": ["文件中没有这个板块。"]}),
    ],
)
def test_a_task_that_cannot_be_kept(planner, values, told):
    row = begun(planner)
    with pytest.raises(ValidationError) as refused:
        imports.set_task(row, 0, by=planner, **values)
    assert refused.value.message_dict == told


@pytest.mark.parametrize("place", [-1, 3])
def test_no_such_task(planner, place):
    with pytest.raises(ValidationError) as refused:
        imports.set_task(begun(planner), place, by=planner, title="甲")
    assert refused.value.message_dict == {"place": ["文件中没有这项任务。"]}


def test_several_corrections_are_all_or_none(planner):
    row = begun(planner, ALIEN)
    with pytest.raises(ValidationError) as refused:
        imports.revise(
            row,
            by=planner,
            head={"title": "新题", "year": 1},
            names={"没印过": "jlc"},
            tasks={0: {"title": "甲"}, 1: {"number": 0}, 9: {}},
            added=[{"title": "乙", "group": 5}],
        )
    assert refused.value.message_dict == {
        "year": ["年份须在 2000 至 2100 之间。"],
        "names": ["请为以下名称选择启用中的单位：没印过。"],
        "tasks.1.number": ["确保该值大于或等于1。"],
        "tasks.9.place": ["文件中没有这项任务。"],
        "added.0.group": ["文件中没有这个板块。"],
    }
    row.refresh_from_db()
    assert (row.version, row.reading["title"]) == (1, "2024年上海市计量工作要点")
    names = {"市局监察总队": "zhifazongdui"}
    row = imports.revise(row, by=planner, version=1, head={"title": "新题"}, names=names, tasks={0: {"title": "甲"}})
    assert (row.version, row.reading["title"], row.reading["tasks"][0]["title"], row.reading["names"]) == (
        *(2, "新题", "甲"),
        names,
    )


def test_fewer_groups_leave_their_tasks_without_one(planner):
    row = begun(planner, groups=[{"ordinal": 1, "title": "夯实基础"}])
    assert [task["group"] for task in row.reading["tasks"]] == [0, 0, None]
    assert imports.problems(row) == [Problem(2, "group", "请选择任务板块。")]


# ---- who, when ----

DOORS = {
    "head": lambda row, **by: imports.set_head(row, title="甲", **by),
    "task": lambda row, **by: imports.set_task(row, 0, title="甲", **by),
    "added": lambda row, **by: imports.add_task(row, title="甲", **by),
    "names": lambda row, **by: imports.set_names(row, {}, **by),
    "all": imports.revise,
    "stored": lambda row, **by: imports.store(row, today=TODAY, **by),
    "dropped": imports.drop,
}


@pytest.mark.parametrize("who", ["jlc", "pudong", "leader", "admin"])
def test_only_planners_import(planner, who):
    by = cast.person(who)
    row = begun(planner)
    with pytest.raises(NotAllowed):
        imports.begin(TEXT, by=by)
    for door in DOORS.values():
        with pytest.raises(NotAllowed):
            door(row, by=by, version=99)
    assert not PlanImport.objects.visible_to(by).exists()
    assert PlanImport.objects.get().version == 1


@pytest.mark.parametrize("door", DOORS)
def test_stale(planner, planner2, door):
    row = begun(planner)
    imports.set_head(row, by=planner2, title="别人改过")
    with pytest.raises(Stale) as refused:
        DOORS[door](row, by=planner, version=1)
    assert (refused.value.current.version, refused.value.current.reading["title"]) == (2, "别人改过")


@pytest.mark.parametrize("door", DOORS)
def test_nothing_more_once_it_is_stored_or_dropped(planner, door):
    row = begun(planner)
    imports.drop(row, by=planner, version=1)
    with pytest.raises(IllegalNow) as refused:
        DOORS[door](row, by=planner, version=2)
    assert str(refused.value.reason) == "该文件已放弃录入。"
    row = begun(planner)
    imports.store(row, by=planner, today=TODAY)
    with pytest.raises(IllegalNow) as refused:
        DOORS[door](row, by=planner)
    assert str(refused.value.reason) == "该文件已经录入。"
    assert Plan.objects.filter(year=2024).count() == 1


# ---- queries ----


def test_a_draft_asks_as_often_for_one_task_as_for_many(planner, django_assert_num_queries):
    one, many = begun(planner, code="2023"), begun(planner, rows("plan")[0]["text"])
    for row in (one, many):
        with django_assert_num_queries(7):
            draft = imports.Draft(row)
            assert (draft.problems, draft.unknown, len(draft.comparison.tasks)) == ([], [], 17)
