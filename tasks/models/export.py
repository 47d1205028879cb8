"""A file that somebody asked for: at once while small, by the worker while large."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models import audited
from tasks.models.plan import Plan
from tasks.querysets.exports import PATIENCE, SILENCE, ExportQuerySet


def random_name(export: Any, original: str) -> str:
    """Nothing that could be guessed."""
    return f"exports/{uuid4().hex}"


class ExportKind(models.TextChoices):
    LEDGER_XLSX = "ledger_xlsx", _("ledger, workbook")
    LEDGER_CSV = "ledger_csv", _("ledger, CSV")
    BULLETIN = "bulletin", _("bulletin")
    BRIEF = "brief", _("brief for leaders")


class ExportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("export", "waiting")
    RUNNING = "running", pgettext_lazy("export", "being written")
    DONE = "done", pgettext_lazy("export", "done")
    FAILED = "failed", pgettext_lazy("export", "failed")


@audited(exclude=["written", "beat_at"])
class Export(models.Model):
    """Who asked for which file, with which filters. What the worker writes is kept for its owner until `expires_at`;
    what was handed over at once keeps no file. `written` of `total` rows: the progress."""

    Kind, State = ExportKind, ExportState

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports", verbose_name=_("asked for by")
    )
    kind = models.CharField(_("type"), max_length=20, choices=ExportKind)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="exports", verbose_name=_("plan"))
    query = models.TextField(_("filters"), blank=True, help_text=_("As in the address: light=red&ordering=-due_on"))
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=ExportState, default=ExportState.WAITING)
    written = models.PositiveIntegerField(_("rows written"), default=0)
    total = models.PositiveIntegerField(_("rows"), default=0)
    name = models.CharField(_("file name"), max_length=150, blank=True)
    file = models.FileField(_("file"), upload_to=random_name, max_length=60, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="export_choices",
                condition=Q(kind__in=ExportKind.values, state__in=ExportState.values),
                violation_error_message=_("Unknown type or state."),
            ),
            models.CheckConstraint(
                name="export_finished",
                condition=Q(state__in=[ExportState.WAITING, ExportState.RUNNING], finished_at__isnull=True)
                | Q(state__in=[ExportState.DONE, ExportState.FAILED], finished_at__isnull=False),
                violation_error_message=_("A finished export, and only a finished one, has the time it ended."),
            ),
            models.CheckConstraint(
                name="export_kept",
                condition=Q(file="") | Q(state=ExportState.DONE, expires_at__isnull=False),
                violation_error_message=_("A file is kept of a finished export, until a time."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("tasks:export", args=[self.pk])

    def state_at(self, now: datetime) -> ExportState:
        """As a reader is told: what nobody will finish any more has failed, whether that has been noted or not."""
        silent = self.state == ExportState.RUNNING and self.beat_at is not None and self.beat_at < now - SILENCE
        forgotten = self.state == ExportState.WAITING and self.created_at < now - PATIENCE
        return ExportState.FAILED if silent or forgotten else ExportState(self.state)

    def is_kept(self, now: datetime) -> bool:
        """Whether its file can be had."""
        return bool(self.file) and self.expires_at is not None and now < self.expires_at

    @property
    def percent(self) -> int | None:
        """How much of it is written, rounded down; None while there is nothing to count."""
        return min(self.written * 100 // self.total, 100) if self.total else None
