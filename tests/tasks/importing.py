"""A small document for tests of imports, whose units the reference data know."""

from datetime import date
from typing import Any

from tasks.actions import imports
from tasks.documents.reading import Heading, Item, Reading, to_json
from tasks.models import Assignment, Milestone, Plan, PlanImport, ReportingPeriod, Task, TaskGroup

TODAY = date(2024, 3, 1)
TEXT = """2024年上海市计量工作要点
上海市市场监督管理局
2024年2月20日
一、夯实基础
1.完善计量标准。新建社会公用计量标准5项，6月底前修订计量规范3项。（牵头部门：市局计量处，配合部门：市计量测试技术研究院、市计量协会等）
2.加强计量宣传。组织开展世界计量日宣传活动。（牵头部门：市局计量处、市计量协会）
二、强化监管
3.抓好计量检查。开展民用三表专项检查。（牵头部门：市局执法总队，配合部门：各区市场监管局、临港新片区市场监管局）
"""
ALIEN = TEXT.replace("市局执法总队", "市局监察总队")


def begun(by: Any, text: str = TEXT, **head: Any) -> PlanImport:
    row = imports.begin(text, by=by, name="要点.docx")
    return imports.set_head(row, by=by, **head) if head else row


def bare(by: Any) -> PlanImport:
    """Without reading anything, for tests that only want a row: one task, which can be stored."""
    reading = Reading(
        title="2024年工作要点",
        year=2024,
        issuer="市局",
        issued_on=date(2024, 2, 20),
        code="2024",
        ends_on=date(2024, 12, 31),
        groups=[Heading(1, "板块")],
        tasks=[Item(1, "任务", "任务。", 0)],
    )
    return PlanImport.objects.create(name="要点.docx", text="1.任务。", reading=to_json(reading), sender=by)


def stored(by: Any, text: str = TEXT, **head: Any) -> Plan:
    return imports.store(begun(by, text, **head), by=by, today=TODAY)


def units(plan: Plan) -> list[tuple[Any, ...]]:
    """Every assignment as it stands in the plan."""
    columns = ("task__number", "role", "position", "department__code", "printed_as", "open_ended", "owes_report")
    rows = Assignment.objects.filter(task__plan=plan)
    return list(rows.order_by("task__number", "role", "position").values_list(*columns))


def steps(plan: Plan) -> list[tuple[Any, ...]]:
    """Every milestone."""
    columns = ("task__number", "position", "title", "quote", "due_on", "date_basis")
    rows = Milestone.objects.filter(task__plan=plan)
    return list(rows.order_by("task__number", "position").values_list(*columns))


def versions() -> list[tuple[Any, ...]]:
    """Of every row that an import may write, imports aside."""
    kinds = (Plan, TaskGroup, Task, Assignment, Milestone, ReportingPeriod)
    return [
        (kind.__name__, *row) for kind in kinds for row in kind.objects.order_by("pk").values_list("pk", "version")
    ]
