"""Versions of single objects: ETag, If-None-Match, If-Match.

The ETag is strong: `"task-12-v3.<12 hex of the body's sha256>"`, since the body also holds lights, moves and labels
that change without the row. `If-None-Match` compares all of it, `If-Match` the part before the dot; a leading `W/`,
which compressing proxies add, is accepted.
"""

import hashlib
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api.inputs import whole

TAG = re.compile(r'(?:W/)?"([^"]*)"')


def etag(name: str, pk: int, version: int, body: Any) -> str:
    digest = hashlib.sha256(JSONRenderer().render(body)).hexdigest()[:12]
    return f'"{name}-{pk}-v{version}.{digest}"'


def answer(request: Request, name: str, body: dict[str, Any], status: int = 200, **headers: str) -> Response:
    """One object with its ETag; 304 without a body where the caller has just this."""
    tag = etag(name, body["id"], body["version"], body)
    wanted = request.headers.get("If-None-Match", "")
    if request.method in ("GET", "HEAD") and (tag.strip('"') in TAG.findall(wanted) or wanted.strip() == "*"):
        return Response(status=304, headers={"ETag": tag})
    return Response(body, status=status, headers={"ETag": tag} | headers)


def expected(request: Request, name: str, row: Any) -> int | None:
    """The version that the caller saw: what `If-Match` says, and only without it the `version` of the body.

    An `If-Match` of something else is a version that never was: -1. Raises ValidationError for a version that is none.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return _in_body(request.data)
    if header.strip() == "*":
        return None
    seen = [_version_in(tag, name, row.pk) for tag in TAG.findall(header)]
    return row.version if row.version in seen else max(seen, default=-1)


def _in_body(data: Any) -> int | None:
    given = whole(data.get("version")) if isinstance(data, dict) else None
    if given is None or (type(given) is int and 0 <= given < 2**31):
        return given
    raise ValidationError({"version": ValidationError(_("A whole number, as the object gives it."), code="invalid")})


def _version_in(tag: str, name: str, pk: int) -> int:
    found = re.fullmatch(rf"{re.escape(name)}-{pk}-v([0-9]{{1,9}})(?:\..*)?", tag)
    return int(found.group(1)) if found else -1
