"""The calendar of a person, read by calendar programs at a secret address."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models.row import audited
from departments.models.token import HOURLY
from departments.querysets.feeds import FeedQuerySet


def digest_of(secret: str) -> str:
    """What is stored of a secret that is long and random by itself."""
    return hashlib.sha256(secret.encode()).hexdigest()


@audited(exclude=["digest", "last_read_at"])
class CalendarFeed(models.Model):
    """One a person at most; its address is shown once, stored hashed, and dead as soon as the row is gone."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed", verbose_name=_("account")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True, editable=False)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def version(self) -> int:
        """A new address is another row."""
        return int(self.pk)

    def note_reading(self) -> None:
        """One write an hour, however often programs ask."""
        now = timezone.now()
        if self.last_read_at is None or now - self.last_read_at >= HOURLY:
            type(self).objects.filter(pk=self.pk).update(last_read_at=now)
