"""What base.html needs on every page. It reads the signed-in user and asks the database nothing more."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.clock import portal_today


class NavItem(NamedTuple):
    url: str
    label: Any
    is_current: bool
    name: str = ""  # of the address


DASHBOARD = ("home", _("Dashboard"))
MINE = ("tasks:mine", _("My tasks"))
LEDGER = ("tasks:ledger", _("Task ledger"))
MATRIX = ("tasks:matrix", pgettext_lazy("page", "Matrix"))
REVIEW = ("tasks:review", _("To review"))
DOCUMENT = ("tasks:document", _("Document"))
DEPARTMENTS = ("departments:list", _("Departments"))
PLANS = ("tasks:plans", _("Keep the plan"))
ADMIN = ("admin:index", _("Administration"))

NAV = {
    "leader": [DASHBOARD, LEDGER, MATRIX, DOCUMENT, DEPARTMENTS],
    "planner": [DASHBOARD, MINE, LEDGER, MATRIX, REVIEW, DOCUMENT, DEPARTMENTS, PLANS],
    "reporter": [MINE, LEDGER, DOCUMENT],
    "admin": [ADMIN],
}


def nav(role: str, path: str) -> list[NavItem]:
    """The pages of a role. The first is its home; the longest address that leads to `path` is current."""
    pages = [(reverse(name), label, name) for name, label in NAV.get(role, [])]
    current = max((url for url, _label, _name in pages if path.startswith(url)), key=len, default="")
    if current == "/" != path:
        current = ""
    return [NavItem(url, label, url == current, name) for url, label, name in pages]


def portal(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)  # absent when a page fails before sign-in is looked at
    return {
        "portal_name": settings.PORTAL_NAME,
        "today": portal_today(),
        "fixed_date": settings.PORTAL_TODAY is not None,
        "demo": settings.PORTAL_DEMO,
        "nav": nav(getattr(user, "role", ""), request.path),
    }
