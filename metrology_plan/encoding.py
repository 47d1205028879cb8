"""Everything here is UTF-8; whoever says that he sends something else is told so.

Django takes a client's word for every codec that Python knows, `zlib` among them, and fails before it has a page to
say it on. A form in another encoding it refuses, and refuses again while it draws the page of that refusal.
"""

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

from metrology_plan.errors import bad_request

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Utf8Request(WSGIRequest):
    def _set_content_type_params(self, meta: Any) -> None:
        """The parameters are kept for the middleware below, and not obeyed."""
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Handler(WSGIHandler):
    request_class = Utf8Request


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Forms in another encoding are refused: read as UTF-8 they would be stored as question marks."""

    def read(request: HttpRequest) -> HttpResponse:
        request.encoding = "utf-8"
        charset = (request.content_params or {}).get("charset", "utf-8")
        if request.content_type in FORMS and charset.lower() not in ("utf-8", "utf8"):
            return bad_request(request, None)
        return get_response(request)

    return read
