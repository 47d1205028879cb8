"""Accounts. What a user may see and do follows from the role and the department alone."""

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from departments.models.department import Department
from departments.models.row import Row, audited, version_trigger


class Role(models.TextChoices):
    PLANNER = "planner", _("planner")
    REPORTER = "reporter", _("reporter")
    LEADER = "leader", _("bureau leader")
    ADMIN = "admin", _("system administrator")


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet["User"]:
        """With the department: every page names it, so it never costs a second query."""
        return super().get_queryset().select_related("department")

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """For emergencies at the shell; the portal itself makes no superuser."""
        fields = {"role": Role.ADMIN, "name": username} | fields | {"is_superuser": True}
        return self.create_user(username, password, **fields)


@audited(exclude=["password", "last_login", "session_epoch"])
class User(AbstractUser, Row):  # type: ignore[django-manager-missing]  # knox declares its own
    """A person who signs in. Belongs to one department; only administrators and leaders may have none."""

    Role = Role

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=40)
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("department"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.REPORTER)
    must_change_password = models.BooleanField(_("must change the password at the next sign-in"), default=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager()  # type: ignore[assignment,misc]
    REQUIRED_FIELDS = ["name"]

    @property
    def is_staff(self) -> bool:  # type: ignore[override]
        """Whether the admin site opens: it follows from the role and is never stored."""
        return self.is_superuser or self.role in (Role.ADMIN, Role.PLANNER)

    class Meta(Row.Meta):
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("username",)
        constraints = [
            models.CheckConstraint(
                name="user_role", condition=models.Q(role__in=Role.values), violation_error_message=_("Unknown role.")
            ),
            models.CheckConstraint(
                name="user_department",
                condition=models.Q(role__in=[Role.ADMIN, Role.LEADER]) | models.Q(department__isnull=False),
                violation_error_message=_("Planners and reporters belong to a department."),
            ),
        ]

        # A sign-in writes last_login: no change to whoever edits the account meanwhile, and none for the audit.
        triggers = [version_trigger(pgtrigger.AnyChange(exclude=["last_login"], exclude_auto=False))]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Sessions end with the password they began with, and with `session_epoch`: signing out everywhere."""
        return self._hash_of(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._hash_of(secret)

    def _hash_of(self, secret: str | bytes | None) -> str:
        seed = f"{self.password}:{self.session_epoch}"
        return salted_hmac("departments.User.session", seed, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_planner(self) -> bool:
        return self.role == Role.PLANNER

    @property
    def is_leader(self) -> bool:
        return self.role == Role.LEADER

    @property
    def is_reporter(self) -> bool:
        return self.role == Role.REPORTER

    @property
    def sees_own_unit_only(self) -> bool:
        """Figures a reporter sees are those of the own unit's tasks; pages label them so."""
        return self.is_reporter and not self.is_superuser

    @property
    def does_business(self) -> bool:
        """Administrators keep departments and accounts; the portal's task pages are not theirs."""
        return self.is_superuser or self.role != Role.ADMIN
