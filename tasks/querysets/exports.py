"""Files that were asked for."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from tasks.models import Export  # noqa: F401 - named in the base class


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: Any) -> "ExportQuerySet":
        """One's own, whatever the role: a file shows what its owner sees."""
        return self.filter(owner=user.pk)
