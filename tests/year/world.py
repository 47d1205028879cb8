"""What both ways to replay the year stand on: the people, their browsers, and the rows the story speaks of."""

from datetime import date
from functools import cached_property
from typing import Any

from django.test import Client

from departments.models import User
from tasks.models import Assignment, ExtensionRequest, Milestone, Report, ReportingPeriod, Task
from tests import cast, factories
from tests.year import document
from tests.year.story import NEW, NO_ACCOUNT, SAID


def people() -> None:
    """An account with an address for every unit that owes, but for those that have none."""
    factories.department(NEW, name="上海虹桥商务区市场监督管理局", short_name="虹桥商务区市场监管局", kind="district")
    for name in ("planner", "planner2", "leader", "jlc", "pudong", "xuhui", "simt", "sqi"):
        cast.person(name, email=f"{name}@example.cn")
    for unit in units() - NO_ACCOUNT - set(cast.PEOPLE):
        cast.account(unit, "reporter", unit, email=f"{unit}@example.cn")


def units() -> set[str]:
    named = {unit for _number, unit in document.owed(members=document.members())}
    return named | {NEW, "faguichu"}


def said(number: int, task: int, unit: str) -> str:
    return f"{unit} {task}：{SAID[number]}"


class World:
    """One browser for each person; rows are found by what the story calls them."""

    def __init__(self) -> None:
        people()
        self.clients: dict[str, Client] = {}

    def at(self, who: str) -> Client:
        if who not in self.clients:
            self.clients[who] = cast.signed_in(User.objects.get(username=who))
        return self.clients[who]

    def period(self, number: int) -> ReportingPeriod:
        return ReportingPeriod.objects.get(plan__code="2023", starts_on=date(2023, 3 * number - 2, 1))

    def report(self, number: int, task: int, unit: str) -> Report:
        of = {"task__number": task, "department__code": unit}
        return Report.objects.get(period__starts_on=date(2023, 3 * number - 2, 1), **of)

    def milestone(self, task: int, position: int) -> Milestone:
        return Milestone.objects.get(task__plan__code="2023", task__number=task, position=position)

    def support(self, task: int, unit: str) -> Assignment:
        of = {"task__plan__code": "2023", "task__number": task}
        return Assignment.objects.get(role="support", department__code=unit, **of)

    def extension(self, task: int) -> ExtensionRequest:
        return ExtensionRequest.objects.get(task__plan__code="2023", task__number=task)

    @cached_property
    def tasks(self) -> dict[int, int]:
        return dict(Task.objects.filter(plan__code="2023").values_list("pk", "number"))

    @cached_property
    def codes(self) -> dict[int, str]:
        return {unit.pk: unit.code for unit in map(cast.unit, units())}


def text(number: int, task: int, unit: str, more: str = "") -> dict[str, Any]:
    """One report in four is behind, with its problem."""
    behind = unit != "jlc" and task == 8
    fields = {"assessment": "behind" if behind else "on_schedule", "progress_text": said(number, task, unit) + more}
    return fields | {"problems": "人手不足。" if behind else "", "next_steps": f"第 {number + 1} 阶段继续推进。"}
