"""Accounts: made, changed, given a new password, switched off by administrators; never deleted."""

from typing import Any

import axes.utils
import structlog
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, SetPasswordMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from departments.actions import feeds
from departments.admin.base import PortalAdmin, UsedFilter
from departments.admin.forms import NamedSelect, VersionedForm, names_of
from departments.models import CalendarFeed, Department, User
from departments.models.user import Role
from departments.refusals import require

NEEDS_DEPARTMENT = _("Planners and reporters belong to a department.")
FIRST_PASSWORD = _("The person must choose another password at the first sign-in.")

logger = structlog.get_logger(__name__)


class AccountForm(VersionedForm):
    class Meta:
        help_texts = {
            "is_active": _("Switch off instead of deleting."),
            "email": _("Reminders go here. Without one the person is reminded in the portal only."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        role = cleaned.get("role", self.instance.role)
        if role in (Role.PLANNER, Role.REPORTER) and not cleaned.get("department") and "department" not in self.errors:
            self.add_error("department", NEEDS_DEPARTMENT)
        return cleaned


class AccountAddForm(SetPasswordMixin, AccountForm):
    """A new account with a first password, which only opens the page where it is replaced."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("First password")

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the password is compared with what the account is called
        self.validate_password_for_user(self.instance)

    def save(self, commit: bool = True) -> User:
        self.instance.set_password(self.cleaned_data["password1"])
        self.instance.must_change_password = True
        account: User = super().save(commit)
        return account


class NewPasswordForm(AdminPasswordChangeForm):
    """The new password is a first password again."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields.pop("usable_password", None)  # everybody signs in with a password
        for field in self.fields.values():
            field.required = True

    def save(self, commit: bool = True) -> Any:
        self.user.must_change_password = True
        return super().save(commit)


def locked_addresses(account: User) -> list[str]:
    """The addresses from which the account cannot sign in at this moment, for too many wrong passwords."""
    since = timezone.now() - get_cool_off()
    recent = AccessAttempt.objects.filter(username=account.username, attempt_time__gte=since).order_by("ip_address")
    counted = recent.values("ip_address").annotate(failures=Sum("failures_since_start"))
    locked = counted.filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    return [str(address) for address in locked.values_list("ip_address", flat=True)]


@admin.register(User)
class AccountAdmin(PortalAdmin, UserAdmin):
    form = AccountForm
    add_form = AccountAddForm
    change_password_form = NewPasswordForm
    add_form_template = None
    change_form_template = "admin/departments/user/change_form.html"
    change_user_password_template = "admin/departments/user/password.html"  # noqa: S105  (a template)
    list_display = ("username", "name", "role", "department", "is_active", "must_change_password", "last_login")
    list_filter = ("role", "is_active", ("department", UsedFilter))
    search_fields = ("username", "name", "email", "department__short_name", "department__name")
    list_select_related = ("department",)
    filter_horizontal = ()
    autocomplete_fields = ("department",)
    fieldsets = (
        (None, {"fields": ("username", "name", "role", "department", "email", "is_active")}),
        (_("Signing in"), {"fields": ("must_change_password", "last_login", "created_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "role", "department", "email")}),
        (_("First password"), {"fields": ("password1", "password2"), "description": FIRST_PASSWORD}),
    )
    always_readonly = ("must_change_password", "last_login", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Nobody switches off himself, nor gives up his own role: somebody must be left to undo it."""
        own = ("role", "is_active") if obj is not None and obj.pk == request.user.pk else ()
        return [*self.always_readonly, *own] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's own widget hands the database whatever was sent as a key."""
        names = names_of(Department.objects.visible_to(request.user))
        kwargs["widget"] = NamedSelect(db_field, self.admin_site, names=names)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[Any]:
        unlock = self.admin_site.admin_view(require_POST(self.unlock))
        revoke = self.admin_site.admin_view(self.revoke_calendar)
        return [
            path("<int:pk>/unlock/", unlock, name="departments_user_unlock"),
            path("<int:pk>/calendar/", revoke, name="departments_user_calendar"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if obj := kwargs.get("obj"):
            context |= {"locked": locked_addresses(obj), "oneself": obj.pk == request.user.pk}
            context |= {"feed": CalendarFeed.objects.filter(user=obj).first()}
        return super().render_change_form(request, context, *args, **kwargs)

    def unlock(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let somebody who knows the password again try it at once."""
        account = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        axes.utils.reset(username=account.username)
        logger.info("lockout_lifted", account=account.username)
        messages.success(request, _("%s can sign in again.") % account.username)
        return redirect("admin:departments_user_change", pk)

    def revoke_calendar(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks once. That there is an address is all that administrators know of it."""
        account = get_object_or_404(self.get_queryset(request), pk=pk)
        require(request.user, "departments.revoke_calendarfeed", account)
        feed = get_object_or_404(CalendarFeed, user=account)
        if request.method != "POST":
            context = {"title": _("Revoke the calendar address"), "original": account, "feed": feed, "opts": self.opts}
            context |= self.admin_site.each_context(request)
            return render(request, "admin/departments/user/calendar.html", context)
        feeds.revoke(account, by=request.user)
        messages.success(request, _("The calendar address of %s has been revoked.") % account)
        return redirect("admin:departments_user_change", pk)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """One's own password is changed where everybody changes it."""
        if id == str(request.user.pk):
            return redirect("password_change")
        return super().user_change_password(request, id, form_url)
