"""Places in the published text."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from tasks.models import Place


class PlaceQuerySet(models.QuerySet["Place"]):
    """Of the plan's text, which every signed-in reader of the plan sees whole."""

    def get_by_natural_key(self, task: int | None, milestone: int | None, assignment: int | None) -> "Place":
        return self.get(task=task, milestone=milestone, assignment=assignment)
