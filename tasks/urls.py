"""Addresses of the plan's pages. They nest like the records: plan, task, milestone."""

from django.urls import path, register_converter

from tasks.views import (
    asking,
    assignments,
    bulletin,
    closing,
    dates,
    directives,
    document,
    evidence,
    exports,
    extensions,
    ledger,
    matrix,
    milestones,
    mine,
    moves,
    periods,
    plans,
    reminders,
    report_page,
    reports,
    review,
    task,
)
from tasks.views.codes import TaskCode
from tasks.views.imports import add as imports_add
from tasks.views.imports import edit as imports_edit
from tasks.views.imports import page as imports_page
from tasks.views.reporting import short
from tasks.views.reporting.all import ReportAll
from tasks.views.reporting.edit import ReportEdit
from tasks.views.workbook import Workbook

register_converter(TaskCode, "task")

app_name = "tasks"

urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("mine/report/", ReportAll.as_view(), name="report_all"),
    path("mine/workbook/", Workbook.as_view(), name="workbook"),
    path("document/", document.document, name="document"),
    path("tasks/", ledger.ledger, name="ledger"),
    path("tasks/ledger.csv", ledger.ledger_download, {"kind": "csv"}, name="ledger_csv"),
    path("tasks/ledger.xlsx", ledger.ledger_download, {"kind": "xlsx"}, name="ledger_xlsx"),
    path("exports/", exports.export_list, name="exports"),
    path("exports/<int:pk>/", exports.export_page, name="export"),
    path("exports/<int:pk>/file/", exports.export_file, name="export_file"),
    path("matrix/", matrix.matrix, name="matrix"),
    path("matrix/matrix.csv", matrix.matrix_csv, name="matrix_csv"),
    path("matrix/remind/", reminders.Remind.as_view(), name="remind"),
    path("reminders/", reminders.log, name="reminders"),
    path("reminders/<int:pk>/resend/", reminders.resend, name="letter_resend"),
    path("review/", review.Queue.as_view(), name="review"),
    path("reports/<int:pk>/", report_page.report_page, name="report_page"),
    path("reports/<int:pk>/edit/", ReportEdit.as_view(), name="report_edit"),
    path("reports/<int:pk>/nothing-new/", short.NothingNew.as_view(), name="report_nothing_new"),
    path("reports/<int:pk>/withdraw/", short.Withdraw.as_view(), name="report_withdraw"),
    path("evidence/<int:pk>/", evidence.download, name="evidence"),
    path("reports/<int:pk>/accept/", report_page.Accept.as_view(), name="report_accept"),
    path("reports/<int:pk>/return/", report_page.Return.as_view(), name="report_return"),
    path("extensions/<int:pk>/decide/", extensions.ExtensionDecide.as_view(), name="extension_decide"),
    path("directives/<int:pk>/answer/", directives.DirectiveAnswer.as_view(), name="directive_answer"),
    path("tasks/<task:code>/", task.task, name="task"),
    path("tasks/<task:code>/edit/", plans.TaskEdit.as_view(), name="task_edit"),
    path("tasks/<task:code>/history/", task.history, name="history"),
    path("tasks/<task:code>/moves/close/", closing.Close.as_view(), name="close"),
    path("tasks/<task:code>/moves/<str:name>/", moves.MoveView.as_view(), name="move"),
    path("tasks/<task:code>/report/", reports.ReportView.as_view(), name="report"),
    path("tasks/<task:code>/extension/", extensions.ExtensionAsk.as_view(), name="extension"),
    path("tasks/<task:code>/directives/add/", directives.DirectiveAdd.as_view(), name="directive_add"),
    path("tasks/<task:code>/asked/", asking.Asked.as_view(), name="asked"),
    path("tasks/<task:code>/units/add/", assignments.AssignmentAdd.as_view(), name="assignment_add"),
    path("tasks/<task:code>/units/<int:pk>/", assignments.AssignmentEdit.as_view(), name="assignment_edit"),
    path("tasks/<task:code>/units/<int:pk>/remove/", assignments.AssignmentRemove.as_view(), name="assignment_remove"),
    path("tasks/<task:code>/milestones/add/", milestones.MilestoneAdd.as_view(), name="milestone_add"),
    path("tasks/<task:code>/milestones/<int:pk>/", milestones.MilestoneEdit.as_view(), name="milestone_edit"),
    path("tasks/<task:code>/milestones/<int:pk>/<str:name>/", milestones.Tick.as_view(), name="milestone_tick"),
    path("plans/", plans.plan_list, name="plans"),
    path("plans/add/", plans.PlanAdd.as_view(), name="plan_add"),
    path("plans/import/", imports_add.ImportAdd.as_view(), name="import_add"),
    path("plans/import/<int:pk>/", imports_page.ImportPage.as_view(), name="import"),
    path("plans/import/<int:pk>/drop/", imports_page.ImportDrop.as_view(), name="import_drop"),
    path("plans/import/<int:pk>/head/", imports_edit.HeadEdit.as_view(), name="import_head"),
    path("plans/import/<int:pk>/names/", imports_edit.NamesEdit.as_view(), name="import_names"),
    path("plans/import/<int:pk>/tasks/add/", imports_edit.ItemAdd.as_view(), name="import_task_add"),
    path("plans/import/<int:pk>/tasks/<int:place>/", imports_edit.ItemEdit.as_view(), name="import_task"),
    path("plans/<slug:plan>/", plans.plan_detail, name="plan"),
    path("plans/<slug:plan>/edit/", plans.PlanEdit.as_view(), name="plan_edit"),
    path("plans/<slug:plan>/dates/", dates.Dates.as_view(), name="plan_dates"),
    path("plans/<slug:plan>/periods/", periods.period_list, name="periods"),
    path("plans/<slug:plan>/periods/add/", periods.PeriodAdd.as_view(), name="period_add"),
    path("plans/<slug:plan>/periods/<int:pk>/", periods.PeriodEdit.as_view(), name="period_edit"),
    path("plans/<slug:plan>/periods/<int:pk>/open/", periods.PeriodOpen.as_view(), name="period_open"),
    path("plans/<slug:plan>/periods/<int:pk>/close/", periods.PeriodClose.as_view(), name="period_close"),
    path("plans/<slug:plan>/periods/<int:pk>/bulletin.docx", bulletin.bulletin, name="bulletin"),
    path("plans/<slug:plan>/periods/<int:pk>/brief.docx", bulletin.brief, name="brief"),
    path("plans/<slug:plan>/groups/add/", plans.GroupAdd.as_view(), name="group_add"),
    path("plans/<slug:plan>/groups/<int:ordinal>/edit/", plans.GroupEdit.as_view(), name="group_edit"),
    path("plans/<slug:plan>/tasks/add/", plans.TaskAdd.as_view(), name="task_add"),
]
