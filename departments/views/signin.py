"""Signing in and out, the lockout page, and a form that comes through after signing in again."""

from typing import Any

from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse

from departments.forms import SignInForm
from metrology_plan.resume import offer, unpack


class SignIn(views.LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"resume": self.request.POST.get("resume", "")}

    def get_default_redirect_url(self) -> str:
        """Each role begins where its work is."""
        return first_page(self.request.user)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        kept = unpack(self.request.POST.get("resume", ""))
        return offer(self.request, kept) if kept else response


def first_page(user: Any) -> str:
    """Administrators keep accounts, reporters see what they owe, the others how the year stands."""
    if not user.does_business:
        return reverse("admin:index")
    return resolve_url("tasks:mine") if user.is_reporter else resolve_url("home")


def locked_out(request: HttpRequest, response: Any, credentials: Any) -> HttpResponse:
    """Too many failures of one name from one address. A form that was waiting for the sign-in is kept."""
    context = {"minutes": 15, "resume": request.POST.get("resume", "")}
    return render(request, "errors/lockout.html", context, status=429)
