"""The trails of plans and all that belongs to them: who reads them, what finds one."""

from departments.querysets.changes import Trail, register
from tasks.models import (
    Assignment,
    Directive,
    Evidence,
    Export,
    ExtensionRequest,
    Letter,
    Milestone,
    Plan,
    PlanImport,
    Reminder,
    Report,
    ReportingPeriod,
    Standing,
    Task,
    TaskGroup,
)
from tasks.querysets import trails

HISTORY = "tasks.view_history"
UNIT = ("task__title", "department__short_name", "department__name")

register(Trail(Plan, HISTORY, ("title",), ("code", "title"), trails.of_plans))
register(Trail(TaskGroup, HISTORY, ("title",), ("title",), trails.in_plans))
register(Trail(Task, HISTORY, ("number", "title"), ("title",), trails.of_tasks))
register(Trail(Assignment, HISTORY, ("task", "printed_as"), ("printed_as", "task__title"), trails.in_tasks))
register(Trail(Milestone, HISTORY, ("task", "title"), ("title", "task__title"), trails.in_tasks))
register(Trail(Report, HISTORY, ("task", "department"), UNIT, trails.of_reports))
register(Trail(ReportingPeriod, HISTORY, ("plan", "starts_on"), ("plan__title",), trails.of_periods))
register(Trail(Standing, HISTORY, ("period", "task"), ("task__title",), trails.of_standings))
register(Trail(Evidence, HISTORY, ("name",), ("name", "report__task__title"), trails.of_evidence))
register(Trail(Reminder, HISTORY, ("report", "recipient"), ("recipient__name",), trails.of_reminders))
register(Trail(Letter, HISTORY, ("subject", "recipient"), ("subject", "recipient__name"), trails.of_letters))
register(Trail(ExtensionRequest, HISTORY, ("task", "new_due_on"), ("task__title",), trails.of_extensions))
register(Trail(Directive, HISTORY, ("task", "text"), ("task__title", "text"), trails.of_directives))
register(Trail(Export, HISTORY, ("kind", "plan"), ("name", "plan__title"), trails.of_exports))
register(Trail(PlanImport, HISTORY, ("name", "plan"), ("name", "plan__title"), trails.of_imports))
