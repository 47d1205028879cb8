"""Places in the published text."""

from typing import TYPE_CHECKING

from django.db import models

from tasks.documents.passages import Span

if TYPE_CHECKING:
    from tasks.models import Place


class PlaceQuerySet(models.QuerySet["Place"]):
    """Of the plan's text, which every signed-in reader of the plan sees whole."""

    def get_by_natural_key(self, task: int | None, milestone: int | None, assignment: int | None) -> "Place":
        return self.get(task=task, milestone=milestone, assignment=assignment)

    def spans(self) -> dict[tuple[int | None, int | None, int | None], Span]:
        """By the keys of task, milestone and assignment, of which one is given."""
        columns = self.order_by().values_list("task", "milestone", "assignment", "starts_at", "ends_at")
        return {(task, milestone, unit): Span(start, end) for task, milestone, unit, start, end in columns}
