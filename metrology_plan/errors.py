"""Pages for what went wrong. They say what happened, what to do, and keep what was typed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.csrf import requires_csrf_token

from metrology_plan.api import problems
from metrology_plan.resume import typed

LONGEST_ADDRESS = 8000  # characters as sent; no page or list needs as many
Handler = Callable[[HttpRequest], HttpResponse]


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Usually a form opened before another tab signed in again: show the text, offer to send it once more.

    Only to a request whose Origin is this very site: a foreign page must not get its form confirmed here.
    """
    fields = typed(request) if _same_origin(request) else []
    context = {"fields": fields, "path": request.get_full_path(), "can_resend": bool(fields)}
    return render(request, "errors/csrf.html", context, status=403)


def _same_origin(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def wrong_method(get_response: Handler) -> Handler:
    """A middleware, since Django has no handler for it: a refused method comes as an empty page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            context = {"takes_forms": "GET" not in response["Allow"]}
            response.content = render_to_string("errors/method.html", context, request)
        return response

    return middleware


def _api_or(page: Callable[..., HttpResponse], status: int) -> Callable[..., HttpResponse]:
    """Programs get a problem, people a page."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path.startswith("/api/"):
            return problems.answer(request, status)
        return page(request, *args, **kwargs)

    return view


def bad_request(request: HttpRequest, exception: Exception | None) -> HttpResponse:
    """Damaged, or larger than the portal reads: what to do then is not the same."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return damaged(request, exception)


damaged = _api_or(defaults.bad_request, 400)
too_large = _api_or(partial(render, template_name="errors/large.html", status=413), 413)
permission_denied = _api_or(defaults.permission_denied, 403)
not_found = _api_or(defaults.page_not_found, 404)
failed = _api_or(defaults.server_error, 500)
too_long = _api_or(partial(render, template_name="errors/long.html", status=414), 414)


def long_address(get_response: Handler) -> Handler:
    """A middleware: nothing is looked up for an address that is too long to be meant."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return too_long(request) if len(request.get_full_path()) > LONGEST_ADDRESS else get_response(request)

    return middleware
