from tasks.models.directive import Directive
from tasks.models.evidence import Evidence
from tasks.models.export import Export, ExportKind, ExportState
from tasks.models.extension import ExtensionRequest, ExtensionState
from tasks.models.imported import ImportState, PlanImport
from tasks.models.milestone import DateBasis, Milestone, MilestoneState
from tasks.models.period import PeriodState, ReportingPeriod, Standing
from tasks.models.place import Place
from tasks.models.plan import Plan, TaskGroup
from tasks.models.reminder import Letter, LetterState, Occasion, Reminder
from tasks.models.report import Assessment, Report
from tasks.models.task import Assignment, Role, Task
from tasks.workflow import ReportState

__all__ = [
    "Assessment",
    "Assignment",
    "DateBasis",
    "Directive",
    "Evidence",
    "Export",
    "ExportKind",
    "ExportState",
    "ExtensionRequest",
    "ExtensionState",
    "ImportState",
    "Letter",
    "LetterState",
    "Milestone",
    "MilestoneState",
    "Occasion",
    "PeriodState",
    "Place",
    "Plan",
    "PlanImport",
    "Reminder",
    "Report",
    "ReportState",
    "ReportingPeriod",
    "Role",
    "Standing",
    "Task",
    "TaskGroup",
]
