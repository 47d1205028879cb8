"""Reports: a unit's word on a task. For now outside any period."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import listed, shown, written
from tasks.actions import reports
from tasks.actions.moves import with_coordinator
from tasks.actions.refusals import require
from tasks.api import bodies, schema
from tasks.api.inputs import NoInput, ReportChange, ReportInput
from tasks.models import Assessment, Report, ReportState


class Reports(Resource):
    """Drafts of the own unit, and what others have submitted as far as the caller may read it."""

    tag = "report"
    filters = {
        "task": by.key("task"),
        "plan": by.text("task__plan__code"),
        "department": by.text("department__code"),
        "state": by.one_of("state", ReportState.values),
        "assessment": by.one_of("assessment", Assessment.values),
    }

    def get_queryset(self) -> Any:
        rows = Report.objects.visible_to(self.request.user)
        return rows.select_related("task__plan", "department", "author").order_by("-pk")

    body = staticmethod(bodies.report)

    @listed(schema.Report, filters)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Report)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @written(ReportInput, schema.Report, 201)
    def create(self, request: Request) -> Response:
        """Begin a draft; where the unit has one already, it is 412 with the draft's version."""
        require(request.user, "tasks.report_task")
        given = read(ReportInput, request)
        task, unit = given.pop("task"), given.pop("department", request.user.department)
        draft = reports.save_draft(task, unit, by=request.user, fields=given, version=0)
        return self.show(request, draft, 201)

    @written(ReportChange, schema.Report)
    def partial_update(self, request: Request, pk: str) -> Response:
        row = self.find(pk)
        reports.require_unit(with_coordinator(row.task), row.department, request.user)
        text, version = self._text(row, read(ReportChange, request)), self.expected(request, row)
        asked: dict[str, Any] = {"by": request.user, "fields": text, "version": version, "report": row}
        return self.show(request, reports.save_draft(row.task, row.department, **asked))

    @written(NoInput, schema.Report)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Send the draft."""
        row = self.find(pk)
        reports.require_unit(with_coordinator(row.task), row.department, request.user)
        read(NoInput, request)
        text, version = self._text(row, {}), self.expected(request, row)
        asked: dict[str, Any] = {"by": request.user, "today": self.today, "fields": text, "report": row}
        return self.show(request, reports.submit(row.task, row.department, version=version, **asked))

    def _text(self, row: Report, given: dict[str, str]) -> dict[str, str]:
        return {name: getattr(row, name) for name in reports.FIELDS} | given
