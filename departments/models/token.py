"""Personal tokens: how programs sign in to the API."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, get_digest_token
from knox.settings import CONSTANTS

from departments.models.row import audited

HOURLY = timedelta(hours=1)
USUAL, LONGEST = 90, 365  # days


@audited(exclude=["digest", "token_key", "last_used_at"])
class ApiToken(AbstractAuthToken):
    """Shown once, stored hashed. `last_used_at` is written at most once an hour."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="auth_token_set", verbose_name=_("account")
    )
    id = models.BigAutoField(primary_key=True)  # the audit names a token by it, and so keeps no digest
    digest = models.CharField(max_length=128, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    read_only = models.BooleanField(_("may only read"), default=True)
    created = models.DateTimeField(_("created at"), auto_now_add=True)
    expiry = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ("-created", "-id")
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
        return self.expiry < timezone.now()

    def note_use(self) -> None:
        """One write an hour, however often it is used."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at >= HOURLY:
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)


def issue(user: Any, name: str, *, read_only: bool, days: int) -> tuple[ApiToken, str]:
    """A new token and its text, which is shown now and never again. Raises ValidationError."""
    digest, text = get_digest_token()
    key, expiry = text[: CONSTANTS.TOKEN_KEY_LENGTH], timezone.now() + timedelta(days=days)
    token = ApiToken(user=user, name=name, read_only=read_only, expiry=expiry, digest=digest, token_key=key)
    token.full_clean()
    token.save()
    return token, text
