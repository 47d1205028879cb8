"""The admin under the portal's own name, with a sign-in that is the portal's."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite, site
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache


class PortalAdminConfig(AdminConfig):
    default_site = "metrology_plan.admin_site.PortalAdminSite"

    def ready(self) -> None:
        """Without the worker's list: it is for programs, and what is asked for is its owner's business alone."""
        from django_tasks_db.models import DBTaskResult

        super().ready()
        site.unregister(DBTaskResult)


class PortalAdminSite(AdminSite):
    site_header = site_title = _("Metrology plan tracker")
    index_title = _("Administration")
    site_url = "/"
    empty_value_display = "—"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")  # what is in use is deactivated, one by one

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One sign-in page for the whole portal. Whoever is signed in and sent here goes on, or may not enter."""
        from django.contrib.auth.views import redirect_to_login  # needs the models, this module loads before them

        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Signing out is one thing, done at one address."""
        return redirect("account")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("password_change")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's lists hand what stands in the address to the database, which cannot read a NUL."""

        def readable(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if any("\x00" in value for values in request.GET.lists() for value in values[1]):
                raise BadRequest
            response: HttpResponse = view(request, *args, **kwargs)
            return response

        return super().admin_view(update_wrapper(readable, view), cacheable)

    def get_urls(self) -> list[Any]:
        from departments.admin.audit import audit

        urls = [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]  # it opens any table
        return [path("audit/", self.admin_view(audit), name="audit"), *urls]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """With the changes of each application beneath its models, for those who may read them."""
        from departments.querysets.changes import trails_for

        apps = super().get_app_list(request, app_label)
        readable = {trail.model._meta.app_label for trail in trails_for(request.user)}
        for app in apps:
            if app["app_label"] in readable:
                app["models"].append(_changes_entry())
        return apps

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Django's own log is a second history, and an incomplete one: nothing is written to it."""
        from django.contrib.admin.models import LogEntry

        return LogEntry.objects.none()


def _changes_entry() -> dict[str, Any]:
    url = reverse("admin:audit")
    return {"name": _("Changes"), "object_name": "Audit", "admin_url": url, "add_url": None, "view_only": True}
