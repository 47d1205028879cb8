"""Addresses of the API: flat, plural, with a trailing slash; children by filter."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from departments.api.views import Departments
from metrology_plan.api.documents import Pages, Schema
from tasks.api.views.bulletin import Brief, Bulletin
from tasks.api.views.changes import Changes
from tasks.api.views.evidence import Files
from tasks.api.views.exports import Exports
from tasks.api.views.imports import Imports
from tasks.api.views.ledger import Csv, Workbook
from tasks.api.views.milestones import Milestones
from tasks.api.views.periods import Periods, Standings
from tasks.api.views.plans import Groups, Plans
from tasks.api.views.reminders import Reminders
from tasks.api.views.reports import Reports
from tasks.api.views.requests import Directives, Extensions
from tasks.api.views.tasks import Assignments, Tasks
from tasks.api.views.workbook import FilledIn

router = SimpleRouter()
router.register("plans", Plans, "plan")
router.register("groups", Groups, "group")
router.register("tasks", Tasks, "task")
router.register("assignments", Assignments, "assignment")
router.register("milestones", Milestones, "milestone")
router.register("periods", Periods, "period")
router.register("standings", Standings, "standing")
router.register("reports", Reports, "report")
router.register("evidence", Files, "evidence")
router.register("reminders", Reminders, "reminder")
router.register("extensions", Extensions, "extension")
router.register("directives", Directives, "directive")
router.register("exports", Exports, "export")
router.register("imports", Imports, "import")
router.register("departments", Departments, "department")
router.register("changes", Changes, "change")

urlpatterns = [
    path("", include((router.urls, "api"))),
    re_path(r"^plans/(?P<pk>[-a-zA-Z0-9_]+)/ledger\.xlsx$", Workbook.as_view(), name="plan_ledger_xlsx"),
    re_path(r"^plans/(?P<pk>[-a-zA-Z0-9_]+)/ledger\.csv$", Csv.as_view(), name="plan_ledger_csv"),
    re_path(r"^plans/(?P<pk>[-a-zA-Z0-9_]+)/workbook/$", FilledIn.as_view(), name="plan_workbook"),
    re_path(r"^plans/(?P<pk>[-a-zA-Z0-9_]+)/bulletin\.docx$", Bulletin.as_view(), name="plan_bulletin"),
    re_path(r"^plans/(?P<pk>[-a-zA-Z0-9_]+)/brief\.docx$", Brief.as_view(), name="plan_brief"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", login_required(Pages.as_view(url_name="schema")), name="docs"),
]
