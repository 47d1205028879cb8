"""Finding anew where a plan's words stand in its published text.

This follows from the words and says nothing of its own: hence no permission and no version.
"""

from collections import defaultdict
from typing import Any

from django.db import models, transaction

from tasks.documents.passages import Span
from tasks.documents.places import Named, Quoted, Words, places
from tasks.models import Assignment, Milestone, Place, Plan, Task

WORDS: dict[type[models.Model], tuple[str, ...]] = {
    Plan: ("text",),
    Task: ("title", "text"),
    Milestone: ("quote",),
    Assignment: ("printed_as",),
}
COLUMNS = ("task_id", "milestone_id", "assignment_id", "starts_at", "ends_at")


def words_of(row: models.Model) -> list[str]:
    """What the row has in print."""
    return [getattr(row, name) for name in WORDS.get(type(row), ())]


def hold(row: Any) -> None:
    """Keep the words of the row's plan from others until the end of the transaction; before any other lock."""
    if type(row) in WORDS:
        of = {"tasks": row.task_id} if hasattr(row, "task_id") else {"pk": getattr(row, "plan_id", row.pk)}
        Plan.objects.select_for_update(of=("self",), no_key=True).filter(**of).values_list("pk").first()


def follow(row: Any) -> None:
    """Words of this row have become others."""
    task = getattr(row, "task", row)
    locate(getattr(task, "plan", task))


@transaction.atomic
def locate(plan: Plan) -> None:
    """The places of a plan become those its words have now. Rows that still hold are not written."""
    hold(plan)
    text: str = Plan.objects.values_list("text", flat=True).get(pk=plan.pk)
    found: dict[Any, Span] = places(text, _words(plan))
    wanted = {(*key, span.start, span.end) for key, span in found.items()}
    stored = {tuple(columns): pk for pk, *columns in plan.places.order_by().values_list("pk", *COLUMNS)}
    plan.places.filter(pk__in=[pk for columns, pk in stored.items() if columns not in wanted]).delete()
    new = sorted(wanted - stored.keys(), key=lambda columns: columns[-2:])
    Place.objects.bulk_create(Place(plan=plan, **dict(zip(COLUMNS, columns, strict=True))) for columns in new)


def _words(plan: Plan) -> list[Words]:
    """Of all tasks in their order; the keys are a place's columns."""
    quotes, units = defaultdict(list), defaultdict(list)
    milestones = Milestone.objects.filter(task__plan=plan).exclude(quote="").order_by("position")
    for task, pk, quote in milestones.values_list("task", "pk", "quote"):
        quotes[task].append(Quoted((None, pk, None), quote))
    named = Assignment.objects.filter(task__plan=plan).order_by("role", "position")
    for task, pk, role, printed in named.values_list("task", "pk", "role", "printed_as"):
        units[task].append(Named((None, None, pk), role, printed))
    tasks = Task.objects.filter(plan=plan).order_by("number")
    return [
        Words((pk, None, None), number, title, text, units[pk], quotes[pk])
        for pk, number, title, text in tasks.values_list("pk", "number", "title", "text")
    ]
