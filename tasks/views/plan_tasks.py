"""The tasks of a plan that a reader sees, with their lights, as dashboard and matrix begin with them."""

from datetime import date
from functools import lru_cache
from typing import Any

from tasks.models import Plan, Task
from tasks.querysets.prepared import READERS, Given, Prepared, Reader


def plan_tasks(plan: Plan, user: Any, today: date) -> list[Any]:
    """In the order of the document, each with its group and this very plan; one query."""
    tasks = _tasks(Reader.of(user), today).ask(plan=plan.pk)
    for task in tasks:
        task.plan = plan  # the same for all: reading it from every row takes as long as reading the task
    return tasks


@lru_cache(maxsize=READERS)
def _tasks(reader: Reader, today: date) -> Prepared:
    tasks = Task.objects.with_light(today).visible_to(reader).filter(plan=Given("plan"))
    return Prepared(tasks.select_related("group").defer("text").order_by("number"))
