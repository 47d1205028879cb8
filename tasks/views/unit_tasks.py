"""A unit's tasks with its part in each, as 我的任务 and the page of a department list them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from departments.models import Department
from tasks.models import Assignment, Plan, Task
from tasks.querysets.tasks import TaskQuerySet
from tasks.reasons import sentence


@dataclass(frozen=True)
class UnitTask:
    """`assignments` are those that mean the unit, the leading ones first."""

    task: Any
    unit: Department
    why: str
    assignments: list[Assignment]

    @property
    def leads(self) -> bool:
        return self.assignments[0].role == Assignment.Role.LEAD

    @property
    def coordinates(self) -> bool:
        return bool(self.task.coordinator_id == self.unit.pk)

    @property
    def through(self) -> list[str]:
        """The collectives by which the unit is named, where it is not named itself."""
        names = [each.printed_as for each in self.assignments if each.department_id != self.unit.pk]
        return list(dict.fromkeys(names)) if len(names) == len(self.assignments) else []

    @property
    def is_open(self) -> bool:
        return self.task.takes_reports

    @property
    def next_title(self) -> str:
        """Of the next milestone with a date of its own; its day is `task.next_on`."""
        return str(self.task.own_open_titles[0]) if self.is_open and self.task.own_open_titles else ""

    @property
    def is_undated(self) -> bool:
        """Something is still to do, but nothing of it has a date."""
        waiting = self.task.milestones_live > self.task.milestones_done
        return bool(self.is_open and waiting and not self.task.own_open_titles)


def visible_tasks(unit: Department, plan: Plan, user: Any, today: date) -> TaskQuerySet:
    """The tasks of the unit that the user sees, with their lights."""
    return Task.objects.with_light(today).visible_to(user).filter(plan=plan).assigned_to(unit)


def unit_tasks(unit: Department, plan: Plan, user: Any, today: date) -> list[UnitTask]:
    """In the order of the document; two queries."""
    named = Assignment.objects.of_department(unit).order_by("role", "position")
    tasks: Any = visible_tasks(unit, plan, user, today).in_order().defer("text", "plan__text")
    tasks = tasks.prefetch_related(Prefetch("assignments", named, to_attr="naming_unit"))
    return [UnitTask(task, unit, sentence(task, today), task.naming_unit) for task in tasks]
