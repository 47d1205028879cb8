"""The ledger of a plan as a file: the same as on the ledger's page, for the same filters."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from departments.clock import portal_today
from metrology_plan.api.lists import refuse_empty
from metrology_plan.api.resources import Business, found
from metrology_plan.api.schema import NOT_NOW, READING
from metrology_plan.api.shape import Shape
from metrology_plan.onrecord import on_record
from tasks.actions.exporting import PERMISSION
from tasks.actions.refusals import require
from tasks.api import bodies, schema
from tasks.exports.asking import ask
from tasks.exports.ledger import TYPES
from tasks.models import ExportKind, Plan
from tasks.views.exports import attachment

LATER = {(202, "application/json"): schema.Export} | NOT_NOW


class PlanFile(APIView):
    """A large file is written later: 202, and `Location` tells how far it is."""

    http_method_names = ["get", "head"]
    permission_classes = [Business]
    kind: ClassVar[ExportKind]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The address says what it is; only what is not the file is JSON."""
        return super().perform_content_negotiation(request, force=True)

    def answer(self, request: Request, pk: str) -> HttpResponse:
        plan = found(Plan.objects.visible_to(request.user).defer("text"), code=pk)
        require(request.user, PERMISSION[self.kind], plan)
        refuse_empty(request.query_params)
        asked_for: Any = {"by": request.user, "today": portal_today(), "language": get_language()}
        with on_record(request):
            asked = ask(self.kind, plan, request.query_params.urlencode(), **asked_for)
        if asked.file:
            return attachment(asked.file)
        body = bodies.export(Shape(request), asked.export)
        return Response(body, status=202, headers={"Location": body["url"]})


class LedgerFile(PlanFile):
    """The tasks of the plan that the caller sees, narrowed and sorted by the filters of `tasks/`.

    A large file is written later: 202, and `Location` tells how far it is.
    """


class Workbook(LedgerFile):
    """A reporter's copy is the own unit's, which can be filled in and sent back to `workbook/`."""

    kind = ExportKind.LEDGER_XLSX

    @extend_schema(
        operation_id="plans_ledger_xlsx",
        parameters=schema.TASK_FILTERS,
        responses={(200, TYPES["xlsx"]): OpenApiTypes.BINARY} | LATER | READING,
    )
    def get(self, request: Request, pk: str) -> HttpResponse:
        return self.answer(request, pk)


class Csv(LedgerFile):
    kind = ExportKind.LEDGER_CSV

    @extend_schema(
        operation_id="plans_ledger_csv",
        parameters=schema.TASK_FILTERS,
        responses={(200, "text/csv"): OpenApiTypes.STR} | LATER | READING,
    )
    def get(self, request: Request, pk: str) -> HttpResponse:
        return self.answer(request, pk)
