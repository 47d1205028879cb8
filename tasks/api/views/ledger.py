"""The ledger of a plan as a file: the same as on the ledger's page, for the same filters."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from departments.clock import portal_today
from metrology_plan.api.lists import refuse_empty
from metrology_plan.api.resources import Business, found
from metrology_plan.api.schema import READING
from tasks.api import schema
from tasks.exports.ledger import TYPES, ledger_file
from tasks.filters import TaskFilter
from tasks.models import Plan, Task
from tasks.views.ledger import attachment


class LedgerFile(APIView):
    """The tasks of the plan that the caller sees, narrowed and sorted by the filters of `tasks/`."""

    http_method_names = ["get", "head"]
    permission_classes = [Business]
    kind = "xlsx"

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The address says what it is; only refusals are JSON."""
        return self.get_renderers()[0], ""

    def answer(self, request: Request, pk: str) -> HttpResponse:
        plan = found(Plan.objects.visible_to(request.user).defer("text"), code=pk)
        refuse_empty(request.query_params)
        tasks = Task.objects.with_light(portal_today()).visible_to(request.user).filter(plan=plan)
        listed = TaskFilter(request.query_params, tasks, request=request, plan=plan)
        if problems := listed.problems():
            raise ValidationError({p.field: ValidationError(p.message, code=p.code) for p in problems})
        return attachment(ledger_file(self.kind, listed, plan, portal_today()))


class Workbook(LedgerFile):
    """A reporter's copy is the own unit's, which can be filled in and sent back on the portal's page."""

    @extend_schema(
        operation_id="plans_ledger_xlsx",
        parameters=schema.TASK_FILTERS,
        responses={(200, TYPES["xlsx"]): OpenApiTypes.BINARY} | READING,
    )
    def get(self, request: Request, pk: str) -> HttpResponse:
        return self.answer(request, pk)


class Csv(LedgerFile):
    kind = "csv"

    @extend_schema(
        operation_id="plans_ledger_csv",
        parameters=schema.TASK_FILTERS,
        responses={(200, "text/csv"): OpenApiTypes.STR} | READING,
    )
    def get(self, request: Request, pk: str) -> HttpResponse:
        return self.answer(request, pk)
