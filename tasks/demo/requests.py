"""What people asked of one another in the demonstration: later dates, answers, reports that are still owed."""

from dataclasses import dataclass
from datetime import date

from departments.models import Department
from tasks.actions import chasing, directives, extensions
from tasks.demo.steps import acting, task
from tasks.demo.story import on
from tasks.models import Directive, ExtensionRequest, ReportingPeriod


@dataclass(frozen=True)
class Extended:
    """A later date asked for a milestone, and the planner's decision where there is one."""

    on: date
    task: int
    position: int
    new_due_on: date
    reason: str
    progress: str

    def play(self) -> None:
        of = task(self.task)
        with acting("jlc") as user:
            extensions.request_extension(
                of,
                of.milestones.get(position=self.position),
                by=user,
                today=self.on,
                new_due_on=self.new_due_on,
                reason=self.reason,
                progress=self.progress,
            )


@dataclass(frozen=True)
class Decided:
    on: date
    task: int
    granted: bool
    note: str

    def play(self) -> None:
        asked = ExtensionRequest.objects.waiting().get(task__number=self.task)
        with acting("planner") as user:
            extensions.decide(asked, self.granted, by=user, today=self.on, note=self.note)


@dataclass(frozen=True)
class Directed:
    on: date
    task: int
    text: str

    def play(self) -> None:
        with acting("leader") as user:
            directives.give(task(self.task), by=user, today=self.on, text=self.text)


@dataclass(frozen=True)
class Answered:
    on: date
    task: int
    answer: str

    def play(self) -> None:
        directive = Directive.objects.unanswered().get(task__number=self.task)
        with acting("jlc") as user:
            directives.answer(directive, by=user, today=self.on, answer=self.answer)


@dataclass(frozen=True)
class Chased:
    """A unit is reminded of what it owes in the second quarter."""

    on: date
    unit: str

    def play(self) -> None:
        period = ReportingPeriod.objects.get(plan__code="2023", starts_on=on(4, 1))
        with acting("planner") as user:
            chasing.remind(period, by=user, today=self.on, department=Department.objects.get(code=self.unit))


REQUESTS = [
    Directed(on(5, 15), 4, "【演示】联席会议全体会议已逾期，请计量处抓紧协调，明确召开时间。"),
    Answered(on(5, 18), 4, "【演示】已与成员单位逐一沟通，成员名单确认后即报请召开，拟于7月上旬。"),
    Extended(
        on(5, 30), 12, 5, on(12, 25),
        "【演示】部分企业申报材料准备时间较长。",
        "【演示】已完成两个产业计量测试中心验收。",
    ),
    Decided(on(6, 2), 12, False, "【演示】申报窗口期为11月，不宜顺延，请按原时限推进。"),
    Extended(
        on(6, 5), 11, 3, on(8, 15),
        "【演示】出版社排期调整，首批地方计量技术规范出版时间顺延。",
        "【演示】书稿已完成三审。",
    ),
    Decided(on(6, 7), 11, True, "【演示】情况属实，同意延期。"),
    Extended(
        on(6, 14), 10, 4, on(8, 10),
        "【演示】比对项目建议数量多于预期，专家评审需分两批进行。",
        "【演示】27项建议已初审，15项进入评审。",
    ),
    Directed(on(6, 12), 14, "【演示】技术委员会成立滞后，请计量处说明原因和补救措施。"),
    Chased(on(6, 14), "chongming"),
]  # fmt: skip
