"""Reports, to be read: they are written in the portal, by their unit or filled in for it."""

from django.contrib import admin

from departments.admin.base import RelatedFilter, UsedFilter
from tasks.admin.reporting import ReadAdmin
from tasks.models import Report


@admin.register(Report)
class ReportAdmin(ReadAdmin):
    """Those that planners read on the task's page as well; which ones, `visible_to` decides."""

    list_display = ("task", "department", "period", "state", "assessment", "reported_on", "author", "filled_in")
    list_display_links = ("task",)
    list_filter = (
        *("state", "assessment", "filled_in", "no_news"),
        *(("task__plan", RelatedFilter), ("period", UsedFilter), ("department", UsedFilter)),
    )
    list_select_related = ("task", "department", "period", "author")
    search_fields = ("task__title", "department__short_name", "progress_text", "problems", "next_steps")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "task",
                    "department",
                    "period",
                    "state",
                    "assessment",
                    "no_news",
                    "filled_in",
                    "author",
                    "reported_on",
                    "submitted_at",
                )
            },
        ),
        (None, {"fields": ("progress_text", "problems", "next_steps")}),
        (None, {"fields": ("reviewer", "reviewed_on", "review_note")}),
    )

    def view_on_site(self, report: Report) -> str:
        return report.get_absolute_url()
