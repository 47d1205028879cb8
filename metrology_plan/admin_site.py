"""The admin under the portal's own name, with a sign-in that is the portal's."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


class PortalAdminConfig(AdminConfig):
    default_site = "metrology_plan.admin_site.PortalAdminSite"


class PortalAdminSite(AdminSite):
    site_header = site_title = _("Metrology plan tracker")
    index_title = _("Administration")
    site_url = "/"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One sign-in page for the whole portal, with its lockout and its audit."""
        return redirect(f"/login/?next={request.GET.get('next', '/admin/')}")
