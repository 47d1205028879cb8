"""The reporting loop, to be read by planners: it moves by the actions of the portal and by nothing here."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from departments.admin.base import PortalAdmin, RelatedFilter, UsedFilter
from tasks.models import Directive, Evidence, ExtensionRequest, Letter, Reminder, ReportingPeriod, Standing


class ReadAdmin(PortalAdmin):
    """Rows that `visible_to` shows, with their history; no form is ever sent."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(f"{self.opts.app_label}.view_{self.opts.model_name}"))


@admin.register(ReportingPeriod)
class PeriodAdmin(ReadAdmin):
    list_display = ("label", "plan", "starts_on", "ends_on", "due_on", "state", "opened_on", "closed_on")
    list_filter = (("plan", RelatedFilter), "state")
    list_select_related = ("plan",)
    search_fields = ("plan__title", "plan__code")
    fieldsets = ((None, {"fields": ("plan", "starts_on", "ends_on", "due_on", "state", "opened_on", "closed_on")}),)

    @admin.display(description=ReportingPeriod._meta.verbose_name, ordering="starts_on")
    def label(self, period: ReportingPeriod) -> str:
        return period.label

    def view_on_site(self, period: ReportingPeriod) -> str:
        return period.get_absolute_url()


@admin.register(Standing)
class StandingAdmin(ReadAdmin):
    list_display = ("task", "period", "state", "light", "progress", "expected_progress", "due_on")
    list_filter = (("period__plan", RelatedFilter), ("period", UsedFilter), "state")
    list_select_related = ("task", "period")
    search_fields = ("task__title",)
    fieldsets = (
        (None, {"fields": ("period", "task", "state", "light", "why", "progress", "expected_progress", "due_on")}),
    )

    @admin.display(description=_("light"))
    def light(self, standing: Standing) -> str:
        return str(standing.light.label)


@admin.register(Evidence)
class EvidenceAdmin(ReadAdmin):
    """What was sent and by whom; the file itself is opened in the portal, by who may read its report."""

    list_display = ("name", "report", "kind", "size", "sender", "created_at")
    list_filter = ("kind", ("report__task__plan", RelatedFilter))
    search_fields = ("name", "report__task__title", "report__department__short_name")
    fieldsets = ((None, {"fields": ("report", "name", "kind", "size", "sha256", "sender", "created_at")}),)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("report__task", "report__department", "sender")


@admin.register(Reminder)
class ReminderAdmin(ReadAdmin):
    list_display = ("report", "recipient", "reminded_on", "occasion", "by", "letter_state")
    list_filter = ("occasion", "letter__state", ("report__period", UsedFilter), ("report__department", UsedFilter))
    search_fields = ("recipient__name", "report__task__title", "report__department__short_name")
    fieldsets = ((None, {"fields": ("report", "recipient", "reminded_on", "occasion", "by", "letter")}),)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        related = ("report__task", "report__department", "recipient", "by", "letter")
        return super().get_queryset(request).select_related(*related)

    @admin.display(description=Letter._meta.verbose_name, ordering="letter__state")
    def letter_state(self, reminder: Reminder) -> str:
        return reminder.letter.get_state_display()


@admin.register(Letter)
class LetterAdmin(ReadAdmin):
    list_display = ("recipient", "address", "subject", "state", "attempts", "error", "sent_at")
    list_filter = ("state",)
    list_select_related = ("recipient",)
    search_fields = ("recipient__name", "address", "subject")
    fieldsets = (
        (None, {"fields": ("recipient", "address", "subject", "body")}),
        (None, {"fields": ("state", "attempts", "error", "sent_at")}),
    )


@admin.register(ExtensionRequest)
class ExtensionAdmin(ReadAdmin):
    list_display = ("task", "milestone", "old_due_on", "new_due_on", "state", "requested_by", "decided_by")
    list_filter = ("state", ("task__plan", RelatedFilter))
    search_fields = ("task__title", "milestone__title", "reason")
    fieldsets = (
        (None, {"fields": ("task", "milestone", "old_due_on", "new_due_on", "reason", "progress")}),
        (None, {"fields": ("requested_by", "requested_on")}),
        (None, {"fields": ("state", "decided_by", "decided_on", "decision_note")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related("task", "milestone", "requested_by", "decided_by")


@admin.register(Directive)
class DirectiveAdmin(ReadAdmin):
    list_display = ("task", "text", "author", "given_on", "answered_by", "answered_on")
    list_filter = (("task__plan", RelatedFilter), ("answer", admin.EmptyFieldListFilter))
    list_select_related = ("task", "author", "answered_by")
    search_fields = ("task__title", "text", "answer")
    fieldsets = (
        (None, {"fields": ("task", "text", "author", "given_on")}),
        (None, {"fields": ("answer", "answered_by", "answered_on")}),
    )
