"""Per request: health, idle sign-out, language, audit context, sign-in, first password change."""

import ipaddress
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pghistory.middleware
import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails
from django_structlog.middlewares import RequestMiddleware

from metrology_plan.health import answer
from metrology_plan.logs import masked
from metrology_plan.resume import sign_in_and_resume

BUSINESS = {"home", "tasks", "departments"}  # a view name and two namespaces
LONGEST_LOGGED = 2000  # characters of a line in the log
Handler = Callable[[HttpRequest], HttpResponse]


def client_address(request: HttpRequest) -> str | None:
    """The client's address, taking exactly as many proxies at their word as the settings name.

    Each proxy appends the address it saw, so with n proxies the n-th entry from the right is the client's and
    whatever stands before it may be invented.
    """
    direct = request.META.get("REMOTE_ADDR") or None
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    claimed = seen[-proxies] if 0 < proxies <= len(seen) else ""
    return claimed if _is_address(claimed) else direct


class RequestLogMiddleware(RequestMiddleware):
    """The lines about a request name the client as the audit does; the library would believe whatever it claims.

    Nobody fills the disk with a single address either.
    """

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=client_address(request))

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {masked(request.get_full_path())}"[:LONGEST_LOGGED]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def health(get_response: Handler) -> Handler:
    """Before sessions and hosts, so that a probe needs neither."""
    return lambda request: answer(request) or get_response(request)


def idle_session(get_response: Handler) -> Handler:
    """Sign out after half an hour without a request; remember the last one to the minute, not at every hit."""

    def middleware(request: HttpRequest) -> HttpResponse:
        now, seen = int(time.time()), request.session.get("seen")
        if seen is not None and now - seen > settings.IDLE_SECONDS:
            request.session.flush()
        elif seen is not None and now - seen > 60:
            request.session["seen"] = now
        return get_response(request)

    return middleware


def language(get_response: Handler) -> Handler:
    """Chinese unless the reader chose otherwise; programs of the API say what they want in a header."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with translation.override(_language(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
            return response

    return middleware


def _language(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if request.path.startswith("/api/") and "Accept-Language" in request.headers:
        return translation.get_language_from_request(request)
    return chosen if chosen in known else settings.LANGUAGE_CODE


class AuditContextMiddleware(pghistory.middleware.HistoryMiddleware):
    """User, time, address and request of every write, handed to the triggers that record it."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        request_id = structlog.contextvars.get_contextvars().get("request_id", "")
        told = {"url": masked(request.path), "address": client_address(request), "request": request_id}
        return super().get_context(request) | told


def _whole_page(request: HttpRequest, answer: Any) -> HttpResponse:
    """Where a part of a page is asked for, the page itself goes to sign in, and comes back to itself."""
    shown = HtmxDetails(request).current_url_abs_path or "/"
    return HttpResponseClientRedirect(f"{answer.url.partition('?')[0]}?{urlencode({'next': shown})}")


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every page needs a sign-in unless it says otherwise. A form sent too late is kept and goes through after it."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method == "POST":
            return sign_in_and_resume(request)
        answer = super().handle_no_permission(request, view_func)
        return answer if "HX-Request" not in request.headers else _whole_page(request, answer)

    def process_view(self, request: HttpRequest, view_func: Any, *args: Any) -> Any:
        """Besides: administrators keep departments and accounts, the plan's pages are not theirs."""
        answer = super().process_view(request, view_func, *args)
        user: Any = request.user
        match = request.resolver_match
        business = match is not None and (match.namespace in BUSINESS or match.view_name in BUSINESS)
        if answer is None and business and not user.does_business:
            raise PermissionDenied
        return answer


def password_change(get_response: Handler) -> Handler:
    """An account made by somebody else opens nothing until its owner has chosen a password."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and user.must_change_password and not _is_open(request.path):
            return redirect("password_change")
        return get_response(request)

    return middleware


def _is_open(path: str) -> bool:
    """What somebody who must change the password may still reach."""
    return path.startswith((settings.STATIC_URL, "/api/")) or path in {  # the API refuses by itself
        reverse("password_change"),
        reverse("logout"),
        reverse("language"),
    }
