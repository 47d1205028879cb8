"""Entries of the audit as the API shows them: of plans and tasks, and of departments and accounts."""

from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from departments.models import Department
from departments.querysets.changes import Change, Trail
from metrology_plan.api.shape import Body, Shape, moment
from tasks.api.bodies import task_brief
from tasks.models import Plan, Task

# By the model's name in the database: what callers know it by.
OTHERWISE = {
    **{"taskgroup": "group", "reportingperiod": "period", "extensionrequest": "extension"},
    **{"departmentalias": "alias", "user": "account", "apitoken": "token", "calendarday": "calendar_day"},
    **{"calendarfeed": "calendar", "planimport": "import"},
}
KINDS = (
    *("plan", "group", "task", "assignment", "milestone", "report"),
    *("period", "standing", "evidence", "reminder", "letter", "extension", "directive", "export", "import"),
    *("department", "alias", "membership", "account", "token", "calendar_day", "calendar"),
)
ACTIONS = {"insert": _("added"), "update": _("changed"), "delete": _("deleted")}
RESOURCES = {
    **{"plan": "plans", "group": "groups", "task": "tasks", "assignment": "assignments"},
    **{"milestone": "milestones", "report": "reports", "department": "departments"},
    **{"period": "periods", "standing": "standings", "evidence": "evidence", "reminder": "reminders"},
    **{"extension": "extensions", "directive": "directives", "export": "exports", "import": "imports"},
}


def kind_of(trail: Trail) -> str:
    name = str(trail.model._meta.model_name)
    return OTHERWISE.get(name, name)


class Linked:
    """What the entries of one page point to, each kind read once."""

    def __init__(self, shape: Shape, changes: Iterable[Change]) -> None:
        self.shape, self.changes = shape, list(changes)

    def _rows(self, kind: str) -> list[int]:
        return [change.row for change in self.changes if kind_of(change.trail) == kind]

    @cached_property
    def tasks(self) -> dict[int, Task]:
        keys = [*self._rows("task"), *filter(None, (change.task for change in self.changes))]
        return {task.pk: task for task in Task.objects.filter(pk__in=keys).select_related("plan")}

    @cached_property
    def codes(self) -> dict[tuple[str, int], str]:
        """Of plans and departments, which are addressed by them."""
        plans = Plan.objects.filter(pk__in=self._rows("plan")).values_list("pk", "code")
        departments = Department.objects.filter(pk__in=self._rows("department")).values_list("pk", "code")
        return {("plan", pk): code for pk, code in plans} | {("department", pk): code for pk, code in departments}

    def task(self, change: Change) -> Task | None:
        return self.tasks.get(change.row if kind_of(change.trail) == "task" else change.task or 0)

    def url(self, change: Change) -> str | None:
        """Where the API shows the row; None for what has no address there, or is gone."""
        kind = kind_of(change.trail)
        if kind not in RESOURCES or not change.is_there:
            return None
        key = self.tasks[change.row].code if kind == "task" else self.codes.get((kind, change.row), change.row)
        return self.shape.api(RESOURCES[kind], key)


def change(one: Change, linked: Linked) -> Body:
    kind, task = kind_of(one.trail), linked.task(one)
    return {
        "id": f"{kind}-{one.event}",
        "at": moment(one.at),
        "kind": {"value": kind, "label": one.kind},
        "action": {"value": one.action, "label": str(ACTIONS[one.action])},
        "object": {"id": one.row, "url": linked.url(one), "display": one.name},
        "task": task_brief(linked.shape, task) if task else None,
        "user": linked.shape.person(one.user),
        "differences": [
            {"field": each.field, "label": each.label, "before": each.before, "after": each.after}
            for each in one.differences
        ],
    }
