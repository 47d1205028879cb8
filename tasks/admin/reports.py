"""Reports, to be read: they are written in the portal, by their unit or filled in for it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from departments.admin.base import PortalAdmin, RelatedFilter, UsedFilter
from tasks.models import Report


@admin.register(Report)
class ReportAdmin(PortalAdmin):
    list_display = ("task", "department", "state", "assessment", "reported_on", "author", "filled_in")
    list_display_links = ("task",)
    list_filter = ("state", "assessment", "filled_in", ("task__plan", RelatedFilter), ("department", UsedFilter))
    list_select_related = ("task", "department", "author")
    search_fields = ("task__title", "department__short_name", "progress_text", "problems", "next_steps")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "task",
                    "department",
                    "state",
                    "assessment",
                    "filled_in",
                    "author",
                    "reported_on",
                    "submitted_at",
                )
            },
        ),
        (None, {"fields": ("progress_text", "problems", "next_steps")}),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Planners, who read them on the task's page as well; which ones, `visible_to` decides."""
        return bool(request.user.has_perm("tasks.view_report"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def view_on_site(self, report: Report) -> str:
        return report.get_absolute_url()
