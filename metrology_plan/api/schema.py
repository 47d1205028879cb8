"""What every body of the API contains, and how its operations are described in the OpenAPI document."""

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers as s

from metrology_plan.api.parameters import described


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
    errors = ProblemError(many=True)
    version = s.IntegerField(required=False, allow_null=True)


class Choice(s.Serializer[Any]):
    value = s.CharField()
    label = s.CharField()


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

IF_MATCH = OpenApiParameter("If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag as read.")


def _refused(*statuses: int) -> dict[Any, Any]:
    return {(status, "application/problem+json"): OpenApiResponse(Problem) for status in statuses}


REFUSALS = _refused(400, 401, 403, 404, 406)


def listed(row: type[s.Serializer[Any]], filters: Any) -> Callable[[Any], Any]:
    """A list; `filters` is a table of `By`, or a FilterSet."""
    known = described(filters) if isinstance(filters, Mapping) else _of_filterset(filters)
    name = f"{row.__name__}List"
    page = inline_serializer(
        name,
        {
            "count": s.IntegerField(),
            "next": s.URLField(allow_null=True),
            "previous": s.URLField(allow_null=True),
            "results": row(many=True),
        },
    )
    paging = [
        OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, description="50 unless given."),
        OpenApiParameter("offset", {"type": "integer", "minimum": 0, "maximum": 999_999_999}),
    ]
    return extend_schema(parameters=[*known, *paging], responses={200: page} | REFUSALS, filters=False)


def _of_filterset(filterset: Any) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, OpenApiTypes.STR, many=True, description=str(one.label))
        for name, one in filterset.base_filters.items()
    ]


def shown(row: type[s.Serializer[Any]]) -> Callable[[Any], Any]:
    return extend_schema(responses={200: row, 304: OpenApiResponse(description="Not modified")} | REFUSALS)


def written(given: Any, row: type[s.Serializer[Any]], status: int = 200) -> Callable[[Any], Any]:
    answers = {status: row} | REFUSALS | _refused(409, 412, 415)
    return extend_schema(request=given, responses=answers, parameters=[IF_MATCH] if status == 200 else [])


def removed() -> Callable[[Any], Any]:
    answers = {204: OpenApiResponse(description="Removed")} | REFUSALS | _refused(409, 412)
    return extend_schema(responses=answers, parameters=[IF_MATCH])
