"""Plans with the numbers of their lights, and their groups."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from departments.admin.base import PortalAdmin, RelatedFilter
from tasks.actions.periods import lay_out
from tasks.admin.words import WordsAdmin
from tasks.models import Plan, TaskGroup

IDENTITY = ("code", "title", "year", "issuer", "document_number")


@admin.register(Plan)
class PlanAdmin(WordsAdmin):
    list_display = ("code", "title", "year", "issuer", "issued_on", "ends_on", "is_active")
    list_display_links = ("code", "title")
    list_filter = ("is_active", "year")
    search_fields = ("code", "title", "document_number")
    fieldsets = (
        (
            None,
            {"fields": (*IDENTITY, "issued_on", "ends_on", "report_every", "is_active")},
        ),
        (_("Numbers of the red light"), {"fields": ("red_overdue_days", "red_overdue_share", "red_idle_share")}),
        (_("Numbers of the yellow light"), {"fields": ("yellow_due_days", "yellow_milestone_days", "yellow_gap")}),
        (_("Published text"), {"fields": ("text",)}),
    )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The periods still to come follow the rhythm, as where the plan is edited in the portal."""
        super().save_related(request, form, formsets, change)
        if not change or {"year", "report_every"} & set(form.changed_data):
            lay_out(form.instance)


@admin.register(TaskGroup)
class TaskGroupAdmin(PortalAdmin):
    list_display = ("ordinal", "title", "plan")
    list_display_links = ("title",)
    list_filter = (("plan", RelatedFilter),)
    list_select_related = ("plan",)
    search_fields = ("title",)
    fieldsets = ((None, {"fields": ("plan", "ordinal", "title")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: TaskGroup | None = None) -> list[str]:
        """A group stays in its plan."""
        return ["plan"] if obj else []
