"""The trails of plans and all that belongs to them: who reads them, what finds one."""

from departments.querysets.changes import Trail, register
from tasks.models import Assignment, Milestone, Plan, Report, Task, TaskGroup
from tasks.querysets import trails

HISTORY = "tasks.view_history"
UNIT = ("task__title", "department__short_name", "department__name")

register(Trail(Plan, HISTORY, ("title",), ("code", "title"), trails.of_plans))
register(Trail(TaskGroup, HISTORY, ("title",), ("title",), trails.in_plans))
register(Trail(Task, HISTORY, ("number", "title"), ("title",), trails.of_tasks))
register(Trail(Assignment, HISTORY, ("task", "printed_as"), ("printed_as", "task__title"), trails.in_tasks))
register(Trail(Milestone, HISTORY, ("task", "title"), ("title", "task__title"), trails.in_tasks))
register(Trail(Report, HISTORY, ("task", "department"), UNIT, trails.of_reports))
