from tasks.models.milestone import DateBasis, Milestone, MilestoneState
from tasks.models.plan import Plan, TaskGroup
from tasks.models.report import Assessment, Report, ReportState
from tasks.models.task import Assignment, Role, Task

__all__ = [
    "Assessment",
    "Assignment",
    "DateBasis",
    "Milestone",
    "MilestoneState",
    "Plan",
    "Report",
    "ReportState",
    "Role",
    "Task",
    "TaskGroup",
]
