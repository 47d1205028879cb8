"""批示: a leader writes one on a task, the co-ordinator or a planner for it answers."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tasks.actions.moves import locked
from tasks.actions.refusals import IllegalNow, require, require_text, require_version
from tasks.actions.saving import saved
from tasks.models import Directive, Task


@transaction.atomic
def give(task: Task, *, by: Any, today: date, text: str) -> Directive:
    """Write one. It asks for an answer, in whatever state the task is."""
    require(by, "tasks.give_directive", task)
    text = require_text("text", text)
    task = locked(task)
    same = Directive.objects.unanswered().filter(task=task, author=by, given_on=today, text=text)
    if same.exists():  # a button pressed twice
        raise IllegalNow(_("It has been sent already."))
    return saved(Directive(task=task, author=by, given_on=today, text=text))


@transaction.atomic
def answer(directive: Directive, *, by: Any, today: date, answer: str, version: int | None = None) -> Directive:
    """Answer it, once."""
    task = locked(directive.task)
    row = Directive.objects.select_for_update().get(pk=directive.pk)
    require(by, "tasks.answer_directive", task)
    answer = require_text("answer", answer)
    require_version(row, version)
    if row.is_answered:
        raise IllegalNow(_("This directive has been answered already."))
    row.answer, row.answered_by, row.answered_on = answer, by, today
    return saved(row)


def may_answer(directive: Directive, task: Task, user: Any) -> bool:
    """Whether this user may answer it now; `task` carries its co-ordinator."""
    return not directive.is_answered and user.has_perm("tasks.answer_directive", task)
