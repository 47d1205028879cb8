"""Sets of evidence files: who may read a report may read its files."""

from typing import TYPE_CHECKING, Any

from django.db import models

from tasks.querysets.rows import rows

if TYPE_CHECKING:
    from tasks.models import Evidence  # noqa: F401 - named in the base class


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: Any) -> "EvidenceQuerySet":
        return self.kept().filter(report__in=rows("report").visible_to(user).values("pk"))

    def kept(self) -> "EvidenceQuerySet":
        return self.filter(is_removed=False)
