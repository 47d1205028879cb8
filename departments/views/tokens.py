"""Access tokens of one's own account: made, shown once, revoked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from departments.forms import TokenForm
from departments.models import ApiToken
from departments.views.account import page


@never_cache
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """The text of the new token stands in the answer itself: it is not kept anywhere, not even in the session."""
    form = TokenForm(request.POST, user=request.user)
    if not form.is_valid():
        return page(request, form, status=422)
    token, text = form.save()
    return render(request, "departments/token.html", {"token": token, "text": text})


def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once, then deletes; a program that uses it is refused from the next request on."""
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    if request.method != "POST":
        return render(request, "departments/token_revoke.html", {"token": token})
    token.delete()
    messages.success(request, _("The token “%s” has been revoked.") % token.name)
    return redirect("account")
