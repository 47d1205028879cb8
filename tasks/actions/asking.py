"""Which supporting units owe reports: the co-ordinator or a planner asks them. Leads always owe."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.actions.moves import locked
from tasks.actions.refusals import IllegalNow, malformed, require, require_version
from tasks.models import Assignment, Role, Task

NOT_ASKED = gettext_lazy("Only supporting units of this task can be asked.")


@transaction.atomic
def ask(task: Task, wanted: Mapping[int, bool], *, by: Any, version: int | None = None) -> int:
    """Switch `owes_report` of supporting units by the keys of their assignments; returns how many changed.

    What is not named stays. It counts from the next opening of a period; `version` is the task's.
    """
    task = locked(task)
    require(by, "tasks.ask_task", task)
    rows = {row.pk: row for row in supports(task)}
    if not wanted.keys() <= rows.keys():
        raise malformed("assignments", NOT_ASKED, "invalid_choice")
    require_version(task, version)
    changed = [rows[key] for key, owes in wanted.items() if rows[key].owes_report != owes]
    _switch(changed, task)
    return len(changed)


@transaction.atomic
def ask_unit(assignment: Assignment, owes: bool, *, by: Any, version: int | None = None) -> Assignment:
    """The same for one unit; `version` is the assignment's own."""
    task = locked(assignment.task)
    require(by, "tasks.ask_task", task)
    row = Assignment.objects.select_for_update(of=("self",)).select_related("department").get(pk=assignment.pk)
    if row.role != Role.SUPPORT:
        raise malformed("owes_report", NOT_ASKED, "invalid_choice")
    require_version(row, version)
    _switch([row] if row.owes_report != owes else [], task)
    row.refresh_from_db(fields=["owes_report", "version", "updated_at"])
    row.task = task
    return row


def _switch(rows: list[Assignment], task: Task) -> None:
    if not task.takes_reports:
        raise IllegalNow(_("The task is %s; nothing more is reported on it.") % task.get_state_display())
    for row in rows:
        row.owes_report = not row.owes_report
    Assignment.objects.bulk_update(rows, ["owes_report"])
    if rows:  # whoever edits the task meanwhile is told
        Task.objects.filter(pk=task.pk).update(version=F("version") + 1)


def supports(task: Task) -> Any:
    """The supporting units of a task, in printed order."""
    return Assignment.objects.filter(task=task, role=Role.SUPPORT).with_departments()


def may_ask(task: Task, user: Any) -> bool:
    """Whether this user may switch who is asked, now."""
    return task.takes_reports and bool(user.has_perm("tasks.ask_task", task))
