"""What every body of the API contains, and how its operations are described in the OpenAPI document."""

from collections.abc import Callable, Iterable
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers as s

from metrology_plan.api.parameters import WHOLE


class ProblemError(s.Serializer[Any]):
    field = s.CharField(allow_blank=True)
    code = s.CharField()
    message = s.CharField()


class Problem(s.Serializer[Any]):
    """RFC 9457. `version` stands only in 412: the version as it is now."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField()
    instance = s.CharField()
    errors = ProblemError(many=True)  # type: ignore[assignment]  # a member of the body, not the serializer's own
    version = s.IntegerField(required=False, allow_null=True)


class Choice(s.Serializer[Any]):
    value = s.CharField()
    label = s.CharField()  # type: ignore[assignment]  # likewise


class Brief(s.Serializer[Any]):
    id = s.IntegerField()
    url = s.URLField()
    display = s.CharField()


class Person(s.Serializer[Any]):
    id = s.IntegerField()
    url = s.URLField(allow_null=True)
    display = s.CharField()


class Common(Brief):
    display_url = s.URLField()
    version = s.IntegerField()
    created_at = s.DateTimeField()
    updated_at = s.DateTimeField()


# ---- operations ----

HEADER: Any = OpenApiParameter.HEADER
IF_MATCH = OpenApiParameter("If-Match", OpenApiTypes.STR, HEADER, description="The ETag as read.")
IF_NONE_MATCH = OpenApiParameter("If-None-Match", OpenApiTypes.STR, HEADER, description="ETags that are known.")


def _refused(*statuses: int) -> dict[Any, Any]:
    return {(status, "application/problem+json"): OpenApiResponse(Problem) for status in statuses}


READING = _refused(400, 401, 403, 404, 406, 414)
NOT_NOW = _refused(409)
WRITING = READING | _refused(409, 412, 413, 415)


def _etag(status: int) -> OpenApiParameter:
    return OpenApiParameter("ETag", OpenApiTypes.STR, HEADER, response=[status], description="For If-Match.")


def listed(row: type[s.Serializer[Any]], filters: Iterable[OpenApiParameter]) -> Callable[[Any], Any]:
    """A page of a list; the paging is described by `lists.Pagination`."""
    return extend_schema(parameters=list(filters), responses={200: row(many=True)} | READING, filters=False)


def shown(row: type[s.Serializer[Any]]) -> Callable[[Any], Any]:
    """One object; 304 where the caller has just this."""
    answers = {200: row, 304: OpenApiResponse(description="Not modified")} | READING
    return extend_schema(parameters=[IF_NONE_MATCH, _etag(200)], responses=answers)


def computed(body: type[s.Serializer[Any]]) -> Callable[[Any], Any]:
    """Figures, which have no version."""
    return extend_schema(responses={200: body} | READING)


def created(given: type[s.Serializer[Any]], row: type[s.Serializer[Any]]) -> Callable[[Any], Any]:
    location = OpenApiParameter("Location", OpenApiTypes.URI, HEADER, response=[201])
    return extend_schema(request=given, responses={201: row} | WRITING, parameters=[location, _etag(201)])


def written(given: type[s.Serializer[Any]], row: type[s.Serializer[Any]]) -> Callable[[Any], Any]:
    return extend_schema(request=given, responses={200: row} | WRITING, parameters=[IF_MATCH, _etag(200)])


def removed() -> Callable[[Any], Any]:
    answers = {204: OpenApiResponse(description="Removed")} | READING | _refused(409, 412)
    return extend_schema(responses=answers, parameters=[IF_MATCH])


class InputSchema(OpenApiSerializerExtension):
    """In a body that the API takes nothing is ignored, so the document says that nothing else may stand in it."""

    target_class = "metrology_plan.api.inputs.Input"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: str) -> Any:
        described = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return described | {"additionalProperties": False}


class VisibleSchema(OpenApiSerializerFieldExtension):
    target_class = "metrology_plan.api.inputs.Visible"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Any:
        return WHOLE | {"description": "The id of an object that the caller sees."}
