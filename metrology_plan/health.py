"""`/healthz` and `/readyz`, answered before sessions, host names and sign-in play a part."""

from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed


def answer(request: HttpRequest) -> HttpResponse | None:
    """The answer to a health address, None for every other address."""
    if request.path_info not in ("/healthz", "/readyz"):
        return None
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    trouble = why_not_ready() if request.path_info == "/readyz" else ""
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(trouble or "ok", status=503 if trouble else 200, content_type="text/plain", headers=headers)


def why_not_ready() -> str:
    """A word for the operator, nothing for an attacker; empty when all is well."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        return "database unreachable"
    return "" if shipped_migrations() <= set(applied) else "migrations missing"


@cache
def shipped_migrations() -> frozenset[tuple[str, str]]:
    """Every migration of this release. A running process cannot get new ones."""
    return frozenset(MigrationLoader(None).disk_migrations)
