"""Days worked or off otherwise than the public calendar says; administrators keep them, planners read them."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from departments.admin.base import PortalAdmin
from departments.models import CalendarDay


class YearFilter(admin.SimpleListFilter):
    """The years of which there are days, the newest first."""

    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = CalendarDay.objects.order_by().values_list("day__year", flat=True).distinct()
        return [(str(year), str(year)) for year in sorted(years, reverse=True)]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        known = {year for year, _label in self.lookup_choices}
        if self.value() is None:
            return queryset
        return queryset.filter(day__year=self.value()) if self.value() in known else queryset.none()


@admin.register(CalendarDay)
class CalendarDayAdmin(PortalAdmin):
    """One that was entered by mistake is taken out again: then the public calendar counts."""

    deletes = True
    list_display = ("day", "is_working", "note")
    list_filter = (YearFilter, "is_working")
    search_fields = ("day", "note")
    fieldsets = ((None, {"fields": ("day", "is_working", "note")}),)
