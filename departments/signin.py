"""Records of sign-ins, written at Django's own signals, and what the session remembers of them."""

import time
from typing import Any

import structlog
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from departments.models import AccessEvent
from metrology_plan.middleware import client_address

Kind = AccessEvent.Kind


def record(kind: str, request: HttpRequest | None, username: str, user: Any = None) -> None:
    AccessEvent.objects.create(
        kind=kind,
        username=username[:150].replace("\x00", ""),
        user=user,
        address=client_address(request) if request else None,
        request=structlog.contextvars.get_contextvars().get("request_id", ""),
    )


def on_signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    request.session["seen"] = int(time.time())
    record(Kind.SIGNED_IN, request, user.username, user)


def on_failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    record(Kind.FAILED, request, str(credentials.get("username", "")))


def on_locked_out(sender: Any, request: HttpRequest, username: str, **kwargs: Any) -> None:
    record(Kind.LOCKED_OUT, request, username or "")


def on_signed_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        record(Kind.SIGNED_OUT, request, user.username, user)


def connect() -> None:
    user_logged_in.connect(on_signed_in, dispatch_uid="access.signed_in")
    user_login_failed.connect(on_failed, dispatch_uid="access.failed")
    user_locked_out.connect(on_locked_out, dispatch_uid="access.locked_out")
    user_logged_out.connect(on_signed_out, dispatch_uid="access.signed_out")
