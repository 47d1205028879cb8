"""One's own account: password, language, signing out everywhere."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, views
from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from departments.forms import PasswordChangeForm, TokenForm
from departments.models import ApiToken, CalendarFeed, User


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    return page(request, TokenForm(user=request.user))


def page(request: HttpRequest, form: TokenForm, status: int = 200) -> HttpResponse:
    """With the form for a new token as it stands."""
    user: Any = request.user
    tokens, feed = ApiToken.objects.filter(user=user), CalendarFeed.objects.filter(user=user).first()
    context = {"form": form, "tokens": tokens, "feed": feed}
    return render(request, "departments/account.html", context, status=status)


class PasswordChange(views.PasswordChangeView):
    form_class = PasswordChangeForm
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password has been changed."))
        return super().form_valid(form)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie; go back to the page it was chosen on."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(back if safe else "home")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=365 * 24 * 3600,
            secure=settings.PORTAL_TLS,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of this account, this one included."""
    User.objects.filter(username=request.user.get_username()).update(session_epoch=F("session_epoch") + 1)
    logout(request)
    messages.success(request, _("You have been signed out everywhere."))
    return redirect("login")
