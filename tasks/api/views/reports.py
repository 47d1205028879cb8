"""Reports: a unit's word on a task. For now outside any period."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from departments.models import Department
from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read, read_part
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import created, listed, shown, written
from tasks.actions import reports
from tasks.actions.moves import with_coordinator
from tasks.actions.refusals import require
from tasks.api import bodies, schema
from tasks.api.inputs import NoInput, ReportChange, ReportInput, ReportTarget
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

    @listed(schema.Report, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Report)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(ReportInput, schema.Report)
    def create(self, request: Request) -> Response:
        """Begin a draft; where the unit has one already, it is 412 with the draft's version."""
        require(request.user, "tasks.report_task")
        target = read_part(ReportTarget, request)  # whose report it is settles who may, before the text is looked at
        if target:
            reports.require_unit(with_coordinator(target["task"]), self._unit(request, target), request.user)
        given = read(ReportInput, request)
        task, unit = given.pop("task"), self._unit(request, given)
        draft = reports.save_draft(task, unit, by=request.user, fields=given, version=0)
        return self.show(request, draft, 201)

    def _unit(self, request: Request, given: dict[str, Any]) -> Department:
        unit = given.pop("department", getattr(request.user, "department", None))
        if unit is None:
            raise ValidationError({"department": ValidationError(_("Name the unit."), code="required")})
        return unit

    @written(ReportChange, schema.Report)
    def partial_update(self, request: Request, pk: str) -> Response:
        """What is not given stays as it is."""
        row = self.find(pk)
        reports.require_author(row, request.user)
        asked = {"fields": read(ReportChange, request), "version": self.expected(request, row), "report": row}
        return self.show(request, reports.save_draft(row.task, row.department, by=request.user, **asked))

    @written(NoInput, schema.Report)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Send the draft."""
        row = self.find(pk)
        reports.require_author(row, request.user)
        asked = {"fields": read(NoInput, request), "version": self.expected(request, row), "report": row}
        return self.show(request, reports.submit(row.task, row.department, by=request.user, today=self.today, **asked))
