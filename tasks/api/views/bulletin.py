"""The bulletin of a period, and the brief for leaders, as Word documents: the same as on the portal's pages."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from metrology_plan.api.parameters import WHOLE
from metrology_plan.api.schema import READING
from tasks.api.views.ledger import LATER, PlanFile
from tasks.documents.files import KINDS
from tasks.models import ExportKind

PERIOD = OpenApiParameter("period", WHOLE, required=True, description="One of the plan's that has been opened.")
ANSWER = {(200, KINDS["docx"]): OpenApiTypes.BINARY} | LATER | READING


class Bulletin(PlanFile):
    """通报 of a period as a draft, set as GB/T 9704-2012 asks; always in Chinese. For planners and leaders."""

    kind = ExportKind.BULLETIN

    @extend_schema(operation_id="plans_bulletin", parameters=[PERIOD], responses=ANSWER)
    def get(self, request: Request, pk: str) -> HttpResponse:
        return self.answer(request, pk)


class Brief(PlanFile):
    """专报 of a period: one page, the problems first."""

    kind = ExportKind.BRIEF

    @extend_schema(operation_id="plans_brief", parameters=[PERIOD], responses=ANSWER)
    def get(self, request: Request, pk: str) -> HttpResponse:
        return self.answer(request, pk)
