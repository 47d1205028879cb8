"""Refusals of the API as RFC 9457 problems, in the caller's language and without the text of any exception."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.exceptions import ValidationError as ModelError
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

from departments.refusals import IllegalNow, Stale

MEDIA_TYPE = "application/problem+json"


def titles() -> dict[int, str]:
    return {
        400: _("The request is malformed"),
        401: _("Sign in first"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("This method is not allowed here"),
        406: _("The answer is JSON only"),
        409: _("Not possible now"),
        412: _("Somebody changed it meanwhile"),
        413: _("The request is too large"),
        414: _("The address is too long"),
        415: _("Send JSON"),
        429: _("Too many requests"),
        500: _("The portal failed"),
    }


def body(status: int, detail: str, path: str, errors: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    title = titles().get(status, HTTPStatus(status).phrase)
    about = {"type": "about:blank", "title": title, "status": status, "detail": detail or title, "instance": path}
    return about | {"errors": errors} | more


def handle(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler: whatever refuses becomes a problem; what is a bug stays one."""
    described = describe(exc)
    if described is None:
        return None
    status, detail, errors, more = described
    return _sent(body(status, detail, context["request"].path, errors, **more), _headers(exc))


def _sent(problem: dict[str, Any], headers: dict[str, str] | None = None) -> HttpResponse:
    """As JSON, whatever the view would otherwise answer with."""
    told = JsonResponse(problem, status=problem["status"], headers=headers, json_dumps_params={"ensure_ascii": False})
    told["Content-Type"] = MEDIA_TYPE
    return told


Described = tuple[int, str, list[dict[str, str]], dict[str, Any]]


def describe(exc: Exception) -> Described | None:
    """(status, detail, errors, further members), or None for what is no refusal."""
    return next((tell(exc) for kinds, tell in REFUSALS if isinstance(exc, kinds)), None)


def _stale(exc: Any) -> Described:
    return 412, _("Read it again, then decide."), [], {"version": exc.current.version if exc.current else None}


def _framework(exc: Any) -> Described:
    """What the title of the problem says already is not said again in the framework's words."""
    return exc.status_code, "" if isinstance(exc, SAID_BY_TITLE) else str(exc.detail), [], {}


def _malformed(errors: Iterator[dict[str, str]]) -> Described:
    return 400, _("See the errors of the fields."), list(errors), {}


SAID_BY_TITLE = (
    exceptions.NotAuthenticated,
    exceptions.MethodNotAllowed,
    exceptions.NotAcceptable,
    exceptions.UnsupportedMediaType,
)
REFUSALS: tuple[tuple[Any, Callable[[Any], Described]], ...] = (
    (Stale, _stale),
    (IllegalNow, lambda exc: (409, str(exc.reason), [], {})),
    (IntegrityError, lambda exc: (409, _("It contradicts what is stored."), [], {})),
    (DataError, lambda exc: (400, _("A value in it cannot be stored."), [], {})),
    ((Http404, ObjectDoesNotExist), lambda exc: (404, "", [], {})),
    (PermissionDenied, lambda exc: (403, "", [], {})),
    (ModelError, lambda exc: _malformed(_of_model(exc))),
    (exceptions.ValidationError, lambda exc: _malformed(_of_fields(exc.get_full_details()))),
    (exceptions.APIException, _framework),
)


def _of_model(error: ModelError) -> Iterator[dict[str, str]]:
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for field, errors in by_field.items():
        for one in errors:
            for message in one.messages:
                yield {"field": "" if field == "__all__" else field, "code": one.code or "invalid", "message": message}


def _of_fields(details: Any, field: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested details, flattened; nested fields are joined by dots."""
    if isinstance(details, list):
        for one in details:
            yield from _of_fields(one, field)
    elif "message" in details and "code" in details and not isinstance(details["message"], (dict, list)):
        yield {"field": field, "code": str(details["code"]), "message": str(details["message"])}
    else:
        for name, inner in details.items():
            here = "" if name == "non_field_errors" else str(name)
            yield from _of_fields(inner, ".".join(part for part in (field, here) if part))


def _headers(exc: Exception) -> dict[str, str]:
    headers = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header  # type: ignore[attr-defined]
    if getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(exc.wait))  # type: ignore[attr-defined]
    return headers


def answer(request: HttpRequest, status: int) -> HttpResponse:
    """For what never reaches a view of the API: an address that nobody serves, a broken request, a failure."""
    return _sent(body(status, "", request.path, []))


@csrf_exempt
@login_not_required
def nobody(request: HttpRequest) -> HttpResponse:
    """Every address under /api/ that nothing else serves: for programs, so it is never led to another address."""
    return answer(request, 404)
