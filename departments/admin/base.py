"""What every page of the admin has: versions, the database's refusals in words, history from the audit."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, connection, models
from django.db.models import Q
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from departments.admin.forms import Refusal, VerbatimField, VersionedForm, typed_into, without_links
from departments.querysets.changes import TRAILS, newest, read

VERBATIM: dict[Any, Any] = {models.TextField: {"form_class": VerbatimField}}
PER_PAGE = 50


class RelatedFilter(admin.RelatedFieldListFilter):
    """Django drops a filter with a single choice, and with it the condition: everything would be listed."""

    def has_output(self) -> bool:
        return True


class UsedFilter(admin.RelatedOnlyFieldListFilter):
    """The same, with the choices that stand in some row."""

    def has_output(self) -> bool:
        return True


class PortalFormSet(BaseInlineFormSet):
    """Every row knows its parent as it stands in the form, not as it stands in the database.

    Rows that nobody has touched are not checked again: sixteen members would cost dozens of queries.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        setattr(form.instance, self.fk.name, self.instance)
        form.empty_permitted = form.empty_permitted or form.instance.pk is not None

    def clean(self) -> None:
        """A row that is gone is not drawn again: what was typed into it stands in the message."""
        super().clean()
        gone = [form for form in self.initial_forms if form.instance.pk is None]
        if gone:
            typed = ", ".join(filter(None, (typed_into(form) for form in gone)))
            raise ValidationError(_("Somebody has removed a row meanwhile: %s. Open the page again.") % typed)


class PortalInline(admin.options.InlineModelAdmin):
    """Rows in their parent's form, each with its own version."""

    form = VersionedForm
    formset = PortalFormSet
    extra = 0
    formfield_overrides = VERBATIM

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return without_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*(self.fields or ()), "seen"]


class PortalTabularInline(PortalInline, admin.TabularInline):
    pass


class PortalStackedInline(PortalInline, admin.StackedInline):
    pass


class PortalAdmin(admin.ModelAdmin):
    """A model kept in the admin. `history_of` names the rows whose changes stand in the history besides its own."""

    form = VersionedForm
    formfield_overrides = VERBATIM
    save_on_top = False
    list_per_page = PER_PAGE
    show_full_result_count = False
    object_history_template = "admin/object_history.html"
    refusals: ClassVar[Mapping[str, Refusal]] = {}
    history_of: ClassVar[tuple[tuple[type[models.Model], str], ...]] = ()
    deletes: ClassVar[bool] = False  # said here and not in a rule: a superuser passes every rule

    # ---- reading ----

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the hidden version of the row, where there is one."""
        name, options = super().get_fieldsets(request, obj)[0]
        first = (name, options | {"fields": [*options["fields"], "seen"]})
        return [first if obj else (name, options), *super().get_fieldsets(request, obj)[1:]]

    def all_fields(self) -> list[str]:
        return list(flatten_fieldsets(self.fieldsets or ()))

    # ---- writing ----

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletes and super().has_delete_permission(request, obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        if not self.deletes:
            raise PermissionDenied(_("This is never deleted. What is no longer wanted is cancelled or switched off."))
        return super().delete_view(request, object_id, extra_context)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return without_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What only the database noticed is said by the same form, shown again with what was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError as error:
            request.refusal = self.worded(error)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.save(update_fields=form.stored_fields()) if change else obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Deferred constraints speak here, before anybody is told that all is saved."""
        super().save_related(request, form, formsets, change)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if self.stays_open(obj) and "_addanother" not in request.POST:
            posted: Any = request.POST.copy()
            posted["_continue"] = "1"
            request.POST = posted
        return super().response_add(request, obj, post_url_continue)

    def stays_open(self, obj: Any) -> bool:
        """Whether the form of a new row stays open for what belongs to it."""
        return False

    def worded(self, error: IntegrityError) -> Refusal:
        """The constraint's own message; every constraint of the portal has one."""
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name in self.refusals:
            return self.refusals[name]
        models_here = (self.model, *(inline.model for inline in self.inlines))
        known = {c.name: c.violation_error_message for model in models_here for c in model._meta.constraints}
        return None, known.get(name, _("Somebody changed something else at the same moment. Save once more."))

    # ---- history: the audit is the only one ----

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        pass

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        pass

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        pass

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        page = Paginator(newest(request.user, self.history(obj)), PER_PAGE).get_page(request.GET.get("page"))
        context = {"title": _("History"), "subtitle": str(obj), "object": obj, "opts": self.opts, "page": page}
        context["changes"] = read(request.user, page)
        context["module_name"] = self.opts.verbose_name_plural
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, self.admin_site.each_context(request) | context)

    def history(self, obj: Any) -> list[Any]:
        """Which events are this row's: its own, and those of the rows kept in its form."""
        rows = [(TRAILS[model], Q(**{name: obj.pk})) for model, name in self.history_of]
        return [(TRAILS[self.model], Q(pgh_obj_id=obj.pk)), *rows]
