"""Pages for what went wrong. They say what happened, what to do, and keep what was typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from metrology_plan.resume import typed


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
