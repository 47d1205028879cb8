"""Files beside reports. They are opened in the portal; here they are listed, sent and taken away."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read, read_form
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import WRITING, listed, shown, written
from tasks.actions import evidence, reports
from tasks.actions.refusals import require, require_version
from tasks.api import reporting_bodies as bodies
from tasks.api import reporting_schema as schema
from tasks.api.inputs import EvidenceInput, EvidenceTarget, NoInput
from tasks.api.views.reports import Reports
from tasks.models import Evidence, Report


class Files(Resource):
    """Evidence that has not been taken away, of the reports the caller may read."""

    tag = "evidence"
    filters = {
        "report": by.key("report"),
        "task": by.key("report__task"),
        "period": by.key("report__period"),
        "department": by.text("report__department__code"),
    }

    def get_parsers(self) -> list[BaseParser]:
        """Files come as a form, everything else as JSON."""
        return super().get_parsers() if self.detail else [MultiPartParser()]

    def get_queryset(self) -> Any:
        rows = Evidence.objects.visible_to(self.request.user)
        related = ("report__task__plan", "report__department", "report__period", "sender")
        return rows.select_related(*related).defer("report__task__plan__text").order_by("-pk")

    body = staticmethod(bodies.evidence)

    @listed(schema.Evidence, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Evidence)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @extend_schema(request={"multipart/form-data": EvidenceInput}, responses={201: schema.Report} | WRITING)
    def create(self, request: Request) -> Response:
        """Put files beside a report that is the caller's to write: it is a draft then. The answer is the report."""
        require(request.user, "tasks.report_task")
        if target := read_form(EvidenceTarget, request, part=True):
            reports.require_author(target["report"], request.user)
        given = read_form(EvidenceInput, request)
        report = given["report"]
        with evidence.with_files(report, given["files"], by=request.user):
            self._keep(request, report)
        whole = Reports(request=request, format_kwarg=None)
        return whole.show_again(request, report, 201)

    @written(NoInput, schema.Evidence)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """Take it away while the report is the unit's to write; that it was there stays on record."""
        row = self.find(pk)
        reports.require_author(row.report, request.user)
        read(NoInput, request)
        require_version(row, self.expected(request, row))
        with evidence.with_files(row.report, [], by=request.user, without=row):
            self._keep(request, row.report)
        row.refresh_from_db(fields=["version", "updated_at"])
        return self.show(request, row)

    def _keep(self, request: Request, report: Report) -> None:
        """As a draft, with the text it has; refused where it is not to be written now."""
        reports.save_draft(report.task, report.department, by=request.user, fields={}, report=report)
