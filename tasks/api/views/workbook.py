"""A unit's ledger, filled in offline, on its way back."""

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from departments.clock import portal_today
from metrology_plan.api.inputs import read_form
from metrology_plan.api.resources import Business, found
from metrology_plan.api.schema import WRITING
from metrology_plan.api.shape import Shape
from tasks.actions.refusals import require
from tasks.actions.workbook_whole import look, store_whole
from tasks.api import workbook_bodies as bodies
from tasks.api import workbook_schema as schema
from tasks.models import Plan


class FilledIn(APIView):
    """What it would change; with `store` or `send` that is done, all or nothing."""

    http_method_names = ["post"]
    permission_classes = [Business]
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="plans_workbook",
        request={"multipart/form-data": schema.WorkbookFile},
        responses={200: schema.WorkbookPreview} | WRITING,
    )
    def post(self, request: Request, pk: str) -> Response:
        plan = found(Plan.objects.visible_to(request.user).defer("text"), code=pk)
        require(request.user, "tasks.report_task")
        given = read_form(schema.WorkbookFile, request)
        preview, stored = look(given["file"], by=request.user, plan=plan), 0
        if given.get("store") or given.get("send"):
            send, decide = given.get("send", False), given.get("decide", "")
            stored = store_whole(preview, by=request.user, today=portal_today(), send=send, decide=decide)
        return Response(bodies.preview(Shape(request), preview, stored))
