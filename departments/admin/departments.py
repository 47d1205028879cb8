"""Departments: administrators keep them, planners name the members of collectives."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from departments.admin.base import PortalAdmin, PortalTabularInline
from departments.admin.forms import NamedSelect, VersionedForm, names_of
from departments.models import Department, DepartmentAlias, Membership
from departments.querysets.usage import Use, uses

NAME_TAKEN = _("“%(name)s” is a name of “%(department)s” already; a printed name belongs to one department.")
MEMBERS_FIRST = _("It has members. Remove them and save, then switch this off.")
IS_MEMBER = _("It is a member of a collective, and a member is never a collective.")
ONLY_COLLECTIVES = _("Only a collective has members.")


def require_free(name: str, owner: int | None) -> str:
    """The name, unless documents print another department than the owner under it."""
    found = Department.objects.resolve(name)
    if found is not None and found.pk != owner:
        raise ValidationError(NAME_TAKEN % {"name": name, "department": found.name}, code="printed_name_unique")
    return name


class DepartmentForm(VersionedForm):
    def clean_name(self) -> str:
        return require_free(self.cleaned_data["name"], self.instance.pk)

    def clean_short_name(self) -> str:
        return require_free(self.cleaned_data["short_name"], self.instance.pk)

    def clean_is_collective(self) -> bool:
        wanted: bool = self.cleaned_data["is_collective"]
        if not self.instance._state.adding and "is_collective" in self.changed_data:
            if not wanted and self.instance.memberships.exists():
                raise ValidationError(MEMBERS_FIRST, code="only_collective_has_members")
            if wanted and self.instance.member_of.exists():
                raise ValidationError(IS_MEMBER, code="member_not_collective")
        return wanted


class AliasForm(VersionedForm):
    def clean_name(self) -> str:
        return require_free(self.cleaned_data["name"], self.instance.department_id)


class AliasInline(PortalTabularInline):
    model = DepartmentAlias
    form = AliasForm
    fields = ("name",)


class MembershipInline(PortalTabularInline):
    """The members of a collective; a collective is never offered as one."""

    model = Membership
    fk_name = "collective"
    fields = ("member",)
    autocomplete_fields = ("member",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("collective", "member")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        members = Department.objects.visible_to(request.user).filter(is_collective=False)
        widget = NamedSelect(db_field, self.admin_site, names=names_of(members))
        kwargs |= {"queryset": members, "widget": widget} if db_field.name == "member" else {}
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.error_messages["invalid_choice"] = _("A member is a single department, never a collective.")
        return field


@admin.register(Department)
class DepartmentAdmin(PortalAdmin):
    form = DepartmentForm
    deletes = True  # one that nothing speaks of yet
    list_display = (
        "code",
        "short_name",
        "name",
        "kind",
        "is_collective",
        "contact_name",
        "contact_phone",
        "order",
        "is_active",
    )
    list_display_links = ("code", "short_name")
    list_filter = ("kind", "is_collective", "is_active")
    search_fields = ("code", "name", "short_name", "aliases__name")
    fieldsets = (
        (None, {"fields": ("code", "name", "short_name", "kind", "is_collective", "order", "is_active")}),
        (_("Contact"), {"fields": ("contact_name", "contact_phone")}),
    )
    inlines = (MembershipInline, AliasInline)
    change_form_template = "admin/departments/department/change_form.html"
    history_of = ((DepartmentAlias, "department_id"), (Membership, "collective_id"))
    refusals = {
        "printed_name_unique": ("name", _("This name belongs to another department already.")),
        "member_not_collective": ("is_collective", IS_MEMBER),
        "only_collective_has_members": ("is_collective", ONLY_COLLECTIVES),
    }

    # ---- who may what ----

    def keeps(self, request: HttpRequest) -> bool:
        """Whether the department itself may be changed, not only its members."""
        return bool(request.user.has_perm("departments.change_department"))

    def has_change_permission(self, request: HttpRequest, obj: Department | None = None) -> bool:
        """Planners open the form of a collective for its members."""
        members = obj is not None and obj.is_collective and request.user.has_perm("departments.change_membership", obj)
        return self.keeps(request) or bool(members)

    def has_delete_permission(self, request: HttpRequest, obj: Department | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not self.used(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Department | None = None) -> list[str]:
        return [] if self.keeps(request) else self.all_fields()

    def get_inlines(self, request: HttpRequest, obj: Department | None) -> list[Any]:
        return [MembershipInline, AliasInline] if obj and obj.is_collective else [AliasInline]

    def used(self, department: Department, user: Any = None) -> list[Use]:
        """Where it is used, counted once for each page; what planners may not see is not counted for them."""
        key = "seen" if user is not None and user.does_business else "all"
        known: dict[str, list[Use]] = department.__dict__.setdefault("_used", {})
        if key not in known:
            known[key] = uses(department, user)
        return known[key]

    # ---- pages ----

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Where a department is chosen, one that is switched off is not offered, nor a collective as a member."""
        found: Any
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if request.GET.get("field_name"):  # the autocomplete asks for a field
            found = found.active()
        if request.GET.get("field_name") == "member" or request.GET.get("model_name") == "user":
            found = found.filter(is_collective=False)
        return found, duplicates

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if obj := kwargs.get("obj"):
            context["uses"] = [self.line(request, use, obj) for use in self.used(obj, request.user)]
        return super().render_change_form(request, context, *args, **kwargs)

    def line(self, request: HttpRequest, use: Use, department: Department) -> dict[str, Any]:
        """A use in words, with the page that lists it where the reader may open one."""
        model, field = use.relation.related_model, use.relation.field
        words = field.verbose_name if model is Membership else model._meta.verbose_name_plural
        if model is Membership:  # seen from here: those it is collective of are its members
            words = _("member of") if field.name == "member" else _("members")
        return {"words": words, "part": use.part, "number": use.number, "url": self.page_of(request, use, department)}

    def page_of(self, request: Any, use: Use, department: Department) -> str:
        """The list in the admin, otherwise the department's page in the portal, otherwise nothing."""
        options = use.relation.related_model._meta
        listed = self.admin_site._registry.get(use.relation.related_model)
        if listed and listed.has_view_permission(request):
            page = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
            return f"{page}?{use.relation.field.name}__id__exact={department.pk}"
        return reverse("departments:detail", args=[department.code]) if request.user.does_business else ""

    def stays_open(self, obj: Department) -> bool:
        """A new collective has no members yet."""
        return obj.is_collective

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Somebody may begin to use it while the question stands on the screen."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except (IntegrityError, models.ProtectedError):
            messages.error(request, _("It is in use by now and was not deleted. Switch it off instead."))
            return redirect("admin:departments_department_change", object_id)
