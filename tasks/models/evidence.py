"""Files that show what a report says."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Row, audited
from tasks.models.report import Report
from tasks.querysets.evidence import EvidenceQuerySet


def random_name(evidence: Any, original: str) -> str:
    """Nothing of what the sender called it reaches the disk."""
    return f"evidence/{uuid4().hex}"


@audited()
class Evidence(Row):
    """A file beside a report. `name` is what its sender called it, `kind` what its content turned out to be."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("report"))
    name = models.CharField(_("file name"), max_length=150)
    file = models.FileField(_("file"), upload_to=random_name, max_length=60, unique=True)
    kind = models.CharField(_("type"), max_length=10)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    is_removed = models.BooleanField(_("taken away"), default=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("report", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sha256"],
                condition=Q(is_removed=False),
                name="evidence_once",
                violation_error_message=_("The report has this file already."),
            )
        ]

    def __str__(self) -> str:
        return self.name
