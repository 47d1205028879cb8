"""Lists: `{"count", "next", "previous", "results"}`, and parameters of which none is ever ignored."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.pagination import LimitOffsetPagination

LIMIT, MOST, FARTHEST = 50, 1000, 999_999_999
PAGING = ("limit", "offset")


def refuse_unknown(given: Any, known: set[str]) -> None:
    """Raises ValidationError naming each parameter that there is not, and those there are."""
    unknown = [name for name in given if name not in known]
    if unknown:
        names = ", ".join(sorted(known))
        told = _("There is no such parameter. There are: %s.") % names if known else _("There are no parameters here.")
        raise ValidationError({name: ValidationError(told, code="unknown") for name in unknown})


def refuse_empty(given: Any) -> None:
    """A form sends what was not chosen as an empty value, a program does not."""
    empty = [name for name in given if any(not value.strip() for value in given.getlist(name))]
    if empty:
        raise ValidationError(
            {name: ValidationError(_("A value, or leave it out."), code="invalid") for name in empty}
        )


def whole_number(given: Any, name: str, default: int, least: int, most: int) -> int:
    """The parameter as a number within its bounds; raises ValidationError naming it and what would fit."""
    values = given.getlist(name)
    if not values:
        return default
    if len(values) > 1:
        raise ValidationError({name: ValidationError(_("Only once."), code="repeated")})
    [text] = values
    if text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    fits = _("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
    raise ValidationError({name: ValidationError(fits, code="invalid")})


class Pagination(LimitOffsetPagination):
    """`limit` 1 to 1000, 50 unless given; `offset` from 0. Anything else is refused, not corrected."""

    default_limit = LIMIT
    max_limit = MOST

    def get_limit(self, request: Any) -> int:
        return whole_number(request.query_params, "limit", LIMIT, 1, MOST)

    def get_offset(self, request: Any) -> int:
        return whole_number(request.query_params, "offset", 0, 0, FARTHEST)

    # ---- for the OpenAPI document ----

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        members = {"count": {"type": "integer"}, "next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(members), "properties": members}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
        offset = {"type": "integer", "minimum": 0, "maximum": FARTHEST, "default": 0}
        return [
            {"name": "limit", "in": "query", "description": "How many rows.", "schema": limit},
            {"name": "offset", "in": "query", "description": "How many rows to pass over.", "schema": offset},
        ]
