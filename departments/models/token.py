"""Personal tokens: how programs sign in to the API."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

HOURLY = timedelta(hours=1)


class ApiToken(AbstractAuthToken):
    """Shown once, stored hashed. `last_used_at` is written at most once an hour."""

    name = models.CharField(_("name"), max_length=60)
    read_only = models.BooleanField(_("may only read"), default=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ("-created",)
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="token_name_once",
                violation_error_message=_("You have a token of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expiry is not None and self.expiry < timezone.now()

    def note_use(self) -> None:
        """One write an hour, however often it is used."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at >= HOURLY:
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)


def issue(user: Any, name: str, *, read_only: bool, days: int | None) -> tuple[ApiToken, str]:
    """A new token and its text, which is shown now and never again."""
    expiry = timedelta(days=days) if days else None
    token, text = ApiToken.objects.create(user=user, expiry=expiry, name=name, read_only=read_only)
    return token, text
