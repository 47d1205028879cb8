"""A form that is sent after the session has ended asks to sign in again and then goes through with what was typed.

What was typed travels in the page, signed, never in a session: the server keeps nothing for strangers.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

SALT = "metrology_plan.resume"
MAX_AGE = 12 * 60 * 60  # seconds
OMIT = {"csrfmiddlewaretoken", "password", "resume"}


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form as they were sent, in order, without tokens and passwords."""
    return [(name, value) for name, values in request.POST.lists() for value in values if _keeps(name)]


def _keeps(name: str) -> bool:
    return name not in OMIT and "password" not in name.lower()


def pack(request: HttpRequest) -> str:
    return signing.dumps({"path": request.get_full_path(), "fields": typed(request)}, salt=SALT, compress=True)


def unpack(packed: str) -> dict[str, Any] | None:
    """`{"path", "fields"}` of a form kept earlier, or None where it is not ours or too old."""
    try:
        kept: dict[str, Any] = signing.loads(packed, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return kept if url_has_allowed_host_and_scheme(kept["path"], allowed_hosts=None) else None


def sign_in_and_resume(request: HttpRequest) -> HttpResponse:
    """The sign-in page, holding the form that was just sent."""
    from departments.forms import SignInForm  # views and forms load after middleware

    context = {"form": SignInForm(request), "resume": pack(request), "next": request.get_full_path()}
    return render(request, "registration/login.html", context, status=401)


def offer(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse:
    """One page with the kept form, to be sent again under the fresh token (by itself where scripts run)."""
    return render(request, "registration/resume.html", {"path": kept["path"], "fields": kept["fields"]})
