"""Who signed in, failed, was locked out, signed out: written once, changed by nobody."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AccessKind(models.TextChoices):
    SIGNED_IN = "signed_in", _("signed in")
    FAILED = "failed", _("failed sign-in")
    LOCKED_OUT = "locked_out", _("locked out")
    SIGNED_OUT = "signed_out", _("signed out")


class AccessEvent(models.Model):
    """One sign-in, failure, lockout or sign-out, at the database's clock."""

    Kind = AccessKind

    kind = models.CharField(_("event"), max_length=20, choices=AccessKind)
    at = models.DateTimeField(_("time"), db_default=Now())
    username = models.CharField(_("user name as typed"), max_length=150)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("account"),
    )
    address = models.GenericIPAddressField(_("address"), null=True)
    request = models.CharField(_("request"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("sign-in record")
        verbose_name_plural = _("sign-in records")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["-at", "-id"], name="access_newest")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.get_kind_display()}"
