"""What is read and yet leaves something on record, such as a file that is handed out."""

from typing import Any

import pghistory
from django.http import HttpRequest, HttpResponse

from metrology_plan.middleware import AuditContextMiddleware


def on_record(request: Any) -> Any:
    """A context in which triggers name who, from where, in which request, as they do for what is sent."""
    return pghistory.context(**AuditContextMiddleware(_nothing).get_context(request))


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
