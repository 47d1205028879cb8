"""Everything that was changed, as one list: for administrators departments and accounts, for planners the plan."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from departments.admin.base import PER_PAGE
from departments.models import CalendarDay, CalendarFeed, Department, DepartmentAlias, Membership, User
from departments.models.token import ApiToken
from departments.querysets.changes import Trail, newest, read, register, trails_for

HISTORY = "departments.view_history"

register(Trail(Department, HISTORY, ("short_name",), ("code", "name", "short_name")))
register(Trail(DepartmentAlias, HISTORY, ("department", "name"), ("name", "department__short_name")))
register(
    Trail(
        Membership,
        HISTORY,
        ("collective", "member"),
        ("collective__short_name", "collective__name", "member__short_name", "member__name"),
    )
)
register(Trail(User, HISTORY, ("name", "username"), ("username", "name")))
register(Trail(ApiToken, HISTORY, ("user", "name"), ("name", "user__username", "user__name")))
register(Trail(CalendarFeed, HISTORY, ("user",), ("user__username", "user__name")))
register(Trail(CalendarDay, HISTORY, ("day",), ("day", "note")))


class AuditFilter(forms.Form):
    """By what was changed, by whom, when."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    thing = forms.CharField(label=_("What was changed"), required=False, max_length=200)
    who = forms.CharField(label=_("Who changed it"), required=False, max_length=150)
    since = forms.DateField(label=_("From"), required=False, widget=admin.widgets.AdminDateWidget)
    until = forms.DateField(label=_("Until"), required=False, widget=admin.widgets.AdminDateWidget)

    def __init__(self, trails: list[Trail], *args: Any) -> None:
        super().__init__(*args)
        self.trails = trails
        kinds = [(trail.kind, trail.model._meta.verbose_name) for trail in trails]
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]

    def wanted(self) -> list[tuple[Trail, Q]]:
        """The trails and what of them; nothing while the filter is not understood."""
        if not self.is_valid():
            return [(trail, Q(pk__in=[])) for trail in self.trails]
        kind, thing, common = self.cleaned_data["kind"], self.cleaned_data["thing"], self._common()
        trails = [trail for trail in self.trails if kind in ("", trail.kind)]
        return [(trail, common & (trail.finding(thing) if thing else Q())) for trail in trails]

    def _common(self) -> Q:
        found = Q()
        if since := self.cleaned_data["since"]:
            found &= Q(pgh_created_at__date__gte=since)
        if until := self.cleaned_data["until"]:
            found &= Q(pgh_created_at__date__lte=until)
        if who := self.cleaned_data["who"]:
            people = get_user_model()._base_manager.filter(Q(username__icontains=who) | Q(name__icontains=who))
            found &= Q(pgh_context__metadata__user__in=list(people.values_list("pk", flat=True)))
        return found


def audit(request: HttpRequest) -> HttpResponse:
    trails = trails_for(request.user)
    if not trails:
        raise PermissionDenied
    form = AuditFilter(trails, request.GET)
    page = Paginator(newest(request.user, form.wanted()), PER_PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Changes"), "form": form, "page": page, "changes": read(request.user, page)}
    return render(request, "admin/audit.html", admin.site.each_context(request) | context)
