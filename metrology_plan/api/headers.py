"""What every answer under /api/ tells caches: whose it is, and to ask again."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

VARIES_BY = ("Accept", "Accept-Language", "Cookie", "Authorization")


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Outermost, so that refusals which never reach a view carry them too."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/api/"):
            patch_vary_headers(response, VARIES_BY)
            response["Cache-Control"] = "private, no-cache"
        return response

    return answer
