"""Files the caller has asked for: how far they are, and the large ones themselves."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api import parameters as by
from metrology_plan.api.lists import refuse_unknown
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import NOT_NOW, READING, computed, listed
from metrology_plan.api.shape import Shape
from tasks.actions.refusals import IllegalNow
from tasks.api import bodies, schema
from tasks.exports.asking import TYPE_OF
from tasks.models import Export, ExportKind
from tasks.views.exports import attachment, kept_file

FILE = {(200, kind): OpenApiTypes.BINARY for kind in sorted(set(TYPE_OF.values()))}


class Exports(Resource):
    """The caller's own, the newest first. What was small was handed over at once, so there is no file of it here."""

    tag = "export"
    http_method_names = ["get", "head"]
    filters = {"plan": by.text("plan__code"), "kind": by.one_of("kind", ExportKind.values)}

    def get_queryset(self) -> Any:
        return Export.objects.visible_to(self.request.user).select_related("plan").defer("plan__text").order_by("-pk")

    body = staticmethod(bodies.export)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A file is what it is, whatever was asked for; only refusals are JSON."""
        return super().perform_content_negotiation(request, force or self.action == "file")

    @listed(schema.Export, by.described(filters))
    def list(self, request: Request) -> Response:
        return self.list_anew(request)  # how far it is follows from the clock too

    @computed(schema.Export)
    def retrieve(self, request: Request, pk: str) -> Response:
        row = self.find(pk)
        refuse_unknown(request.query_params, set())
        return Response(self.body(Shape(request), row))

    @extend_schema(responses=FILE | READING | NOT_NOW)
    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: str) -> HttpResponse:
        row = self.find(pk)
        refuse_unknown(request.query_params, set())
        kept = kept_file(row)
        if kept is None:
            raise IllegalNow(_("There is no file: it is not written yet, was handed over at once, or is over."))
        return attachment(kept)
