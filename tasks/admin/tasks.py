"""Tasks with their units and milestones. Their states change only through the portal's moves and ticks."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import F
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from departments.admin.base import PortalStackedInline, PortalTabularInline, RelatedFilter, UsedFilter
from departments.admin.forms import NamedSelect, names_of
from departments.models import Department
from tasks.admin.forms import AssignmentForm, MilestoneForm, TaskForm
from tasks.admin.words import WordsAdmin
from tasks.models import Assignment, Milestone, Task, TaskGroup

OF_A_NEW_TASK = ("plan", "group", "number", "title", "text", "due_on")
KEPT_BY_MOVES = (
    "state",
    "state_since",
    "state_note",
    "starts_on",
    "result",
    "closing_requested_by",
    "closing_requested_on",
    "closed_on",
)


class AssignmentInline(PortalTabularInline):
    """Units, as printed. Nothing else in the plan is ever deleted."""

    model = Assignment
    form = AssignmentForm
    fields = ("role", "position", "department", "printed_as", "open_ended", "owes_report")
    autocomplete_fields = ("department",)
    ordering = ("role", "position")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        departments = Department.objects.visible_to(request.user)
        if db_field.name == "department":
            kwargs["widget"] = NamedSelect(db_field, self.admin_site, names=names_of(departments))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("department")


class MilestoneInline(PortalStackedInline):
    model = Milestone
    form = MilestoneForm
    can_delete = False
    fieldsets = (
        (
            None,
            {
                "fields": [
                    ("position", "title", "weight"),
                    "quote",
                    ("due_on", "date_basis", "original_due_on"),
                    ("state", "done_on"),
                    "seen",
                ]
            },
        ),
    )
    readonly_fields = ("original_due_on", "state", "done_on")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "quote":
            field.widget.attrs["rows"] = 2
        return field


@admin.register(Task)
class TaskAdmin(WordsAdmin):
    form = TaskForm
    list_display = ("code", "title", "group", "state", "due_on")
    list_display_links = ("code", "title")
    list_filter = (("plan", RelatedFilter), "state", ("group", UsedFilter))
    search_fields = ("title", "text", "assignments__printed_as")
    ordering = ("-plan__year", "plan", "number")
    fieldsets = (
        (None, {"fields": (*OF_A_NEW_TASK, "original_due_on")}),
        (
            _("Where it stands: changed by moves on its page in the portal"),
            {"fields": KEPT_BY_MOVES},
        ),
    )
    inlines = (AssignmentInline, MilestoneInline)
    history_of = ((Assignment, "task_id"), (Milestone, "task_id"))
    refusals = {
        "milestone_quote_verbatim": ("text", _("A milestone quotes words that this text lacks.")),
        "task_group_of_same_plan": ("group", _("This group belongs to another plan.")),
    }

    @admin.display(description=_("code"), ordering="number")
    def code(self, task: Task) -> str:
        return task.code

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("plan", "group")

    def get_fieldsets(self, request: HttpRequest, obj: Task | None = None) -> Any:
        """A new task has no history yet."""
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": OF_A_NEW_TASK})]

    def get_readonly_fields(self, request: HttpRequest, obj: Task | None = None) -> list[str]:
        return ["plan", "original_due_on", *KEPT_BY_MOVES] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Task | None) -> list[Any]:
        """Units and milestones belong to a task that is there."""
        return list(self.inlines) if obj else []

    def get_form(self, request: HttpRequest, obj: Task | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The groups of its own plan."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if field := form.base_fields.get("group"):
            groups = TaskGroup.objects.select_related("plan").order_by("-plan__year", "ordinal")
            field.queryset = groups.filter(plan=obj.plan_id) if obj else groups
        return form

    def view_on_site(self, task: Task) -> str:
        return task.get_absolute_url()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A change of the units counts as a change of the task: whoever edits it meanwhile is told."""
        super().save_related(request, form, formsets, change)
        if any(formset.model is Assignment and formset.has_changed() for formset in formsets):
            Task.objects.filter(pk=form.instance.pk).update(version=F("version") + 1)

    def stays_open(self, obj: Task) -> bool:
        """Units and milestones come next."""
        return True
