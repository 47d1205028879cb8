"""A document whose plan is there already: what would change, by task number; storing that and nothing else."""

import json
from datetime import date
from pathlib import Path

import pytest

from departments.models import Department
from tasks.actions import imports, planning
from tasks.actions.refusals import Stale
from tasks.documents.reading import from_json
from tasks.models import Assignment, Plan, Report, Task
from tests import cast, factories
from tests.tasks.importing import ALIEN, TEXT, TODAY, begun, steps, stored, units, versions

pytestmark = pytest.mark.django_db

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "plan_2023.json"
TEXT_2023 = next(
    row["fields"]["text"] for row in json.loads(FIXTURE.read_text(encoding="utf-8")) if row["model"] == "tasks.plan"
)
END = date(2024, 12, 31)

CORRECTED = """2024年上海市计量工作要点（修订）
上海市市场监督管理局
2024年2月20日
一、夯实计量基础
1.完善计量标准。新建社会公用计量标准6项，6月底前修订计量规范3项，建立计量数据中心。（牵头部门：市局计量处，配合部门：市质量监督检验技术研究院、市计量测试技术研究院）
2.加强计量宣传。组织开展世界计量日宣传活动。（牵头部门：市局计量处、市计量协会）
二、强化监管
4.抓好计量服务。开展惠企服务活动。（牵头部门：市局行政服务中心）
"""


def read_again(planner, plan: Plan, text: str) -> imports.Draft:
    return imports.Draft(begun(planner, text, code=plan.code))


def told(draft: imports.Draft) -> list[tuple]:
    return [
        (task.number, str(task.kind), [tuple(map(str, change)) for change in task.changes], task.notes)
        for task in draft.comparison.tasks
    ]


# ---- the same again ----


@pytest.mark.parametrize(
    "change", [str, lambda text: "\n" + text.replace("\n", "\r\n\r\n"), lambda text: text.replace("\n", "\n　　")]
)
def test_the_same_document_changes_nothing(planner, change):
    plan = stored(planner)
    draft = imports.Draft(begun(planner, change(TEXT)))
    assert (draft.plan, draft.problems, draft.comparison.is_same) == (plan, [], True)
    assert [str(task.kind) for task in draft.comparison.tasks] == ["unchanged"] * 3
    before = versions()
    row = draft.imported
    assert imports.store(row, by=planner, today=TODAY, seen=draft.comparison.seen) == plan
    assert versions() == before
    row.refresh_from_db()
    assert (row.state, row.plan, row.stored_on) == ("stored", plan, TODAY)


def test_the_2023_document_changes_nothing_in_the_fixture(planner):
    before = versions()
    row = imports.begin(TEXT_2023, by=planner)
    assert imports.comparison(row).is_same
    imports.store(row, by=planner, today=TODAY)
    assert versions() == before


def test_what_was_decided_at_first_holds_again(planner):
    row = begun(planner, ALIEN, title="另题", code="a")
    row = imports.set_task(row, 1, by=planner, left_out=True)
    row = imports.set_task(row, 0, by=planner, title="另一标题", number=9)
    plan = imports.store(imports.set_names(row, {"市局监察总队": ""}, by=planner), by=planner, today=TODAY)
    Plan.objects.filter(pk=plan.pk).update(title="2024年上海市计量工作要点")
    again = imports.begin(ALIEN, by=planner)
    assert again.reading == row.reading | {"names": {"市局监察总队": ""}}
    spaced = imports.begin(ALIEN.replace("\n", "\n\n"), by=planner)
    assert [item["title"] for item in spaced.reading["tasks"]] == ["另一标题", "加强计量宣传", "抓好计量检查"]
    assert [spaced.text[slice(*item["place"])] for item in spaced.reading["tasks"]] == [
        item["text"] for item in spaced.reading["tasks"]
    ]


def test_another_edition_keeps_the_decided_names_and_what_it_does_not_print(planner):
    row = begun(planner, ALIEN, document_number="沪市监〔2024〕3号", code="a", ends_on=date(2025, 1, 31))
    row = imports.set_names(row, {"市局监察总队": "zhifazongdui"}, by=planner)
    imports.store(row, by=planner, today=TODAY)
    again = from_json(imports.begin(ALIEN.replace("2024年2月20日\n", "").replace("5项", "8项"), by=planner).reading)
    assert (again.code, again.document_number, again.issued_on, again.ends_on, again.names) == (
        *("a", "沪市监〔2024〕3号", date(2024, 2, 20), date(2025, 1, 31)),
        {"市局监察总队": "zhifazongdui"},
    )


def test_a_department_that_was_switched_off_since_is_still_known_to_the_plan(planner):
    plan = stored(planner)
    Department.objects.filter(code="zhifazongdui").update(is_active=False)
    draft = read_again(planner, plan, TEXT)
    assert (draft.unknown, draft.problems, draft.comparison.is_same) == ([], [], True)


# ---- a corrected one ----


def test_what_a_corrected_document_would_change(planner):
    plan = stored(planner)
    draft = read_again(planner, plan, CORRECTED)
    found = draft.comparison
    assert [tuple(map(str, change)) for change in found.head] == [
        ("title", "标题", "2024年上海市计量工作要点", "2024年上海市计量工作要点（修订）")
    ]
    assert [tuple(map(str, change)) for change in found.groups] == [("group", "任务板块", "夯实基础", "夯实计量基础")]
    old, new = (
        Task.objects.get(plan=plan, number=1).text,
        draft.reading.tasks[0].text,
    )
    assert told(draft) == [
        (
            1,
            "changed",
            [
                ("text", "正文", old, new),
                (
                    "supports",
                    "配合部门",
                    "市计量测试技术研究院、市计量协会等",
                    "市质量监督检验技术研究院、市计量测试技术研究院",
                ),
                ("quote", "节点“新建社会公用计量标准5项”的原文", "新建社会公用计量标准5项", "新建社会公用计量标准6项"),
                ("milestone", "新增节点", "", "建立计量数据中心"),
            ],
            [],
        ),
        (2, "unchanged", [], []),
        (3, "missing", [], []),
        (4, "new", [], []),
    ]
    assert not found.is_same


def test_storing_a_corrected_document(planner):
    plan = stored(planner)
    task = Task.objects.get(plan=plan, number=1)
    asked = Assignment.objects.get(task=task, department__code="simt")
    Assignment.objects.filter(pk=asked.pk).update(owes_report=True)
    unit = cast.unit("jiliangxiehui")
    report = factories.report(task, unit, planner, TODAY)
    others = [row for row in versions() if row[0] in {"Task", "Assignment", "Milestone"}]
    row = begun(planner, CORRECTED, code="2024")
    assert imports.store(row, by=planner, today=TODAY) == plan
    plan.refresh_from_db()
    assert (plan.title, plan.text, plan.version) == ("2024年上海市计量工作要点（修订）", CORRECTED.strip(), 2)
    assert list(plan.groups.values_list("ordinal", "title")) == [(1, "夯实计量基础"), (2, "强化监管")]
    assert list(plan.tasks.values_list("number", "title", "group__ordinal")) == [
        (1, "完善计量标准", 1),
        (2, "加强计量宣传", 1),
        (3, "抓好计量检查", 2),
        (4, "抓好计量服务", 2),
    ]
    assert [unit for unit in units(plan) if unit[0] in {1, 4}] == [
        (1, "lead", 1, "jlc", "市局计量处", False, True),
        (1, "support", 1, "sqi", "市质量监督检验技术研究院", False, False),
        (1, "support", 2, "simt", "市计量测试技术研究院", False, True),
        (4, "lead", 1, "xingzhengfuwu", "市局行政服务中心", False, True),
    ]
    assert [step for step in steps(plan) if step[0] in {1, 4}] == [
        (1, 1, "新建社会公用计量标准5项", "新建社会公用计量标准6项", END, "plan_end"),
        (1, 2, "6月底前修订计量规范3项", "6月底前修订计量规范3项", date(2024, 6, 30), "stated"),
        (1, 3, "建立计量数据中心", "建立计量数据中心", END, "plan_end"),
        (4, 1, "开展惠企服务活动", "开展惠企服务活动", END, "plan_end"),
    ]
    assert Report.objects.get() == report
    asked.refresh_from_db()
    assert (asked.position, asked.owes_report) == (2, True)
    of_task = {("Task", task.pk), ("Assignment", asked.pk)}
    milestones = {("Milestone", one.pk) for one in task.milestones.filter(position=1)}
    stays = [row for row in others if row[:2] not in of_task | milestones]
    gone = {row for row in others if row[0] == "Assignment"} - set(versions())
    assert {row for row in stays if row not in gone} <= set(versions())
    again = read_again(planner, plan, CORRECTED)
    assert again.comparison.is_same


def test_a_milestone_whose_words_are_gone_loses_its_quote_and_not_its_title(planner):
    plan = stored(planner)
    text = TEXT.replace("开展民用三表专项检查。", "把好市场准入关。")
    draft = read_again(planner, plan, text)
    assert [tuple(map(str, change))[2:] for change in draft.comparison.changed[0].changes][1:] == [
        ("开展民用三表专项检查", "")
    ]
    imports.store(draft.imported, by=planner, today=TODAY)
    assert [step[1:4] for step in steps(plan) if step[0] == 3] == [(1, "开展民用三表专项检查", "")]


def test_a_proposal_that_the_planner_once_declined_does_not_come_back(planner):
    row = begun(planner)
    kept = [step | {"kept": place == 1} for place, step in enumerate(row.reading["tasks"][0]["milestones"])]
    plan = imports.store(imports.set_task(row, 0, by=planner, milestones=kept), by=planner, today=TODAY)
    draft = read_again(planner, plan, TEXT.replace("3项。（", "4项。（"))
    imports.store(draft.imported, by=planner, today=TODAY)
    assert [step[1:4] for step in steps(plan) if step[0] == 1] == [
        (1, "6月底前修订计量规范3项", "6月底前修订计量规范4项")
    ]


@pytest.mark.parametrize(("state", "label"), [("closed", "已办结"), ("cancelled", "已取消")])
def test_what_is_over_stays_as_it_was(planner, state, label):
    plan = stored(planner)
    closing = {"closed_on": TODAY} if state == "closed" else {"state_before": "in_progress"}
    asked = {"closing_requested_by": planner, "closing_requested_on": TODAY, "result": "完成。"}
    Task.objects.filter(plan=plan, number=1).update(state=state, **closing, **asked)
    before = [row for row in versions() if row[0] in {"Task", "Assignment", "Milestone"}]
    draft = read_again(planner, plan, TEXT.replace("5项", "6项").replace("市计量协会等", "市局法规处"))
    (task,) = draft.comparison.kept
    assert ([change.field for change in task.changes], task.notes) == (
        ["text", "supports"],
        [f"任务{label}，保持原样。"],
    )
    assert not draft.comparison.changed
    imports.store(draft.imported, by=planner, today=TODAY)
    assert [row for row in versions() if row[0] in {"Task", "Assignment", "Milestone"}] == before


def test_a_suspended_task_follows_the_document(planner):
    plan = stored(planner)
    Task.objects.filter(plan=plan, number=1).update(state="suspended", state_before="in_progress")
    stored(planner, TEXT.replace("5项", "6项"), code="2024")
    assert Task.objects.get(plan=plan, number=1).text.startswith("完善计量标准。新建社会公用计量标准6项，")


def test_a_task_that_the_planner_leaves_out_stays_as_it_is(planner):
    plan = stored(planner)
    row = imports.set_task(begun(planner, TEXT.replace("5项", "6项"), code="2024"), 0, by=planner, left_out=True)
    assert [task.number for task in imports.comparison(row).tasks] == [2, 3]
    before = [row for row in versions() if row[0] == "Task"]
    imports.store(row, by=planner, today=TODAY)
    assert [row for row in versions() if row[0] == "Task"] == before
    assert plan.tasks.count() == 3


def test_a_unit_that_leads_now_owes_and_one_that_helps_now_does_not(planner):
    plan = stored(planner)
    swapped = TEXT.replace(
        "牵头部门：市局执法总队，配合部门：各区市场监管局、", "牵头部门：各区市场监管局，配合部门：市局执法总队、"
    )
    stored(planner, swapped, code="2024")
    assert [unit[1:4] + unit[6:] for unit in units(plan) if unit[0] == 3] == [
        ("lead", 1, "districts", True),
        ("support", 1, "zhifazongdui", False),
        ("support", 2, "lingang", False),
    ]


def test_the_units_alone_count_as_a_change_of_the_task(planner):
    """Whoever edits it meanwhile is told."""
    plan = stored(planner)
    row = begun(planner, code="2024")
    lead = [{"printed": "市局法规处", "role": "lead"}]
    imports.store(imports.set_task(row, 2, by=planner, units=lead), by=planner, today=TODAY)
    assert [unit[1:4] for unit in units(plan) if unit[0] == 3] == [("lead", 1, "faguichu")]
    assert list(plan.tasks.values_list("number", "version")) == [(1, 1), (2, 1), (3, 2)]


def test_a_document_that_counts_anew_is_pointed_at(planner):
    plan = stored(planner)
    head, groups = TEXT.split("一、夯实基础\n")
    first, second, rest = groups.split("\n", 2)
    text = f"{head}一、夯实基础\n1{second[1:]}\n2{first[1:]}\n{rest}"
    assert [(task.number, task.title, task.notes) for task in read_again(planner, plan, text).comparison.changed] == [
        (1, "加强计量宣传", ["“完善计量标准”在文件中是第 2 项，编号可能有变，请核对。"]),
        (2, "完善计量标准", ["“加强计量宣传”在文件中是第 1 项，编号可能有变，请核对。"]),
    ]


def test_words_between_the_tasks_alone(planner):
    plan = stored(planner)
    draft = read_again(planner, plan, TEXT.replace("一、夯实基础", "为做好工作，制定本要点。\n一、夯实基础"))
    found = draft.comparison
    assert (list(found.fields), found.head, found.is_same, len(found.unchanged)) == (["text"], [], False, 3)
    before = [row for row in versions() if row[0] != "Plan"]
    imports.store(draft.imported, by=planner, today=TODAY)
    assert [row for row in versions() if row[0] != "Plan"] == before
    plan.refresh_from_db()
    assert "为做好工作" in plan.text


def test_a_task_without_a_number_is_compared_with_nothing(planner):
    plan = stored(planner)
    row = imports.set_task(begun(planner, code="2024"), 0, by=planner, number=None)
    draft = imports.Draft(row)
    assert [(problem.place, problem.field) for problem in draft.problems] == [(0, "number")]
    assert [(task.number, str(task.kind)) for task in draft.comparison.tasks] == [
        (1, "missing"),
        (2, "unchanged"),
        (3, "unchanged"),
    ]
    assert plan.tasks.count() == 3


def test_a_new_group(planner):
    plan = stored(planner)
    stored(planner, TEXT + "三、优化服务\n4.做好服务。开展惠企活动。（牵头部门：市局计量处）\n", code="2024")
    assert list(plan.groups.values_list("ordinal", "title")) == [(1, "夯实基础"), (2, "强化监管"), (3, "优化服务")]
    assert plan.tasks.get(number=4).group.ordinal == 3


def test_what_was_confirmed_is_what_is_stored(planner, planner2):
    """The plan changed after the comparison was shown, or appeared only then."""
    row = begun(planner)
    other = begun(planner2, code="2024")
    plan = imports.store(other, by=planner2, today=TODAY, seen="")
    with pytest.raises(Stale):
        imports.store(row, by=planner, today=TODAY, version=1, seen="")
    seen = imports.comparison(row).seen
    planning.change(plan.tasks.get(number=2), by=planner2, title="加强计量宣传")
    assert imports.comparison(row).seen == seen
    planning.change(plan.tasks.get(number=2), by=planner2, title="另题")
    with pytest.raises(Stale):
        imports.store(row, by=planner, today=TODAY, seen=seen)
    assert plan.tasks.get(number=2).title == "另题"


def test_queries_do_not_grow_with_what_stays(planner, django_assert_max_num_queries):
    row = imports.begin(TEXT_2023.replace("制定印发《实施意见》专栏", "制定《实施意见》专栏"), by=planner)
    assert [task.number for task in imports.comparison(row).changed] == [1]
    with django_assert_max_num_queries(60):
        imports.store(row, by=planner, today=TODAY)
