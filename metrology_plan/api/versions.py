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


def expected(request: Request, name: str, pk: int) -> int | None:
    """The version the caller saw: from If-Match, else `version` of the body, else None.

    Raises ValidationError for a version that is none. An If-Match of something else never matches: -1.
    """
    header = request.headers.get("If-Match")
    if header is not None and header.strip() != "*":
        versions = [_version_in(tag, name, pk) for tag in TAG.findall(header)]
        return max(versions, default=-1)
    given = request.data.get("version") if isinstance(request.data, dict) else None
    if given is None or (isinstance(given, int) and not isinstance(given, bool) and given >= 0):
        return given
    raise ValidationError({"version": ValidationError(_("A whole number, as the object gives it."), code="invalid")})


def _version_in(tag: str, name: str, pk: int) -> int:
    found = re.fullmatch(rf"{re.escape(name)}-{pk}-v([0-9]{{1,9}})(?:\..*)?", tag)
    return int(found.group(1)) if found else -1
