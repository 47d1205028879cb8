"""The calendar address of one's own account: made, shown once, replaced, revoked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from departments.actions import feeds
from departments.models import CalendarFeed
from departments.refusals import Stale, require

ASKED = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@ASKED
def issue(request: HttpRequest) -> HttpResponse:
    """Asks before another address is replaced. The new one stands in the answer itself and is not kept anywhere."""
    user: Any = request.user
    require(user, "departments.issue_calendarfeed", user)
    if request.method != "POST":
        return render(
            request, "departments/calendar_issue.html", {"feed": CalendarFeed.objects.filter(user=user).first()}
        )
    try:
        _feed, secret = feeds.issue(user, by=user, version=_version(request))
    except Stale:
        messages.warning(request, _("Nothing was changed: the address had been made or replaced meanwhile."))
        return redirect("account")
    return render(request, "departments/calendar.html", {"address": _address(request, secret)})


def _version(request: HttpRequest) -> int:
    """Of the address that the form was drawn with; 0: there was none."""
    seen = request.POST.get("version", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 20 else 0


def _address(request: HttpRequest, secret: str) -> str:
    """In the language of the page it is made on: calendar programs say nothing of theirs that could be relied on."""
    address = request.build_absolute_uri(reverse("calendar", args=[secret]))
    language = get_language()
    return address if language == "zh-hans" else f"{address}?language={language}"


@ASKED
def revoke(request: HttpRequest) -> HttpResponse:
    """Asks once, then deletes; programs that read it are refused from the next request on."""
    user: Any = request.user
    feed = get_object_or_404(CalendarFeed, user=user)
    if request.method != "POST":
        return render(request, "departments/calendar_revoke.html", {"feed": feed})
    feeds.revoke(user, by=user)
    messages.success(request, _("The calendar address has been revoked."))
    return redirect("account")
