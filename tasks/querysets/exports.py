"""Files that were asked for."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from tasks.models import Export  # noqa: F401 - named in the base class

SILENCE = timedelta(minutes=5)  # without a sign of life: whoever was writing it has died
PATIENCE = timedelta(days=1)  # for a worker to begin


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: Any) -> "ExportQuerySet":
        """One's own, whatever the role: a file shows what its owner sees."""
        return self.filter(owner=user.pk)

    def lost(self, now: datetime) -> "ExportQuerySet":
        """Those nobody will finish any more."""
        silent = Q(state="running", beat_at__lt=now - SILENCE)
        return self.filter(silent | Q(state="waiting", created_at__lt=now - PATIENCE))

    def to_come(self, now: datetime) -> "ExportQuerySet":
        """Those that wait or are being written."""
        return self.filter(state__in=["waiting", "running"]).exclude(pk__in=self.lost(now).values("pk"))

    def expired(self, now: datetime) -> "ExportQuerySet":
        """Those whose file is still there and may go."""
        return self.filter(expires_at__lte=now).exclude(file="")
