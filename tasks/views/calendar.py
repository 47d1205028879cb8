"""日历订阅: a person's dates for calendar programs, which know nothing but the secret in the address."""

from hashlib import sha256

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from departments.models import CalendarFeed
from departments.models.feed import digest_of
from tasks.exports.calendar import TYPE, calendar_file

PLAIN = "text/plain; charset=utf-8"


@login_not_required
@csrf_exempt
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Looked up by the hash, which nobody can guess. What does not answer looks as if it never had."""
    feeds = CalendarFeed.objects.answering().select_related("user__department")
    feed = feeds.filter(digest=digest_of(secret)).first()
    if feed is None:
        return HttpResponseNotFound(_("There is no calendar at this address."), content_type=PLAIN)
    feed.note_reading()
    with translation.override(_language(request)):
        content = calendar_file(feed.user, portal_today(), request.build_absolute_uri("/"))
        return _answer(request, content)


def _language(request: HttpRequest) -> str:
    """The address names it; neither cookie nor the program's own language says what its owner reads."""
    wanted = request.GET.get("language", "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _answer(request: HttpRequest, content: bytes) -> HttpResponse:
    """304 without a body where the program has just this."""
    etag = quote_etag(sha256(content).hexdigest()[:32])
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Language": translation.get_language(),
        "Content-Disposition": 'inline; filename="metrology-plan.ics"',
    }
    response = HttpResponse(content, TYPE, headers=headers)
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer or response
