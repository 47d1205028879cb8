"""延期: asking for a later date before the old one comes, and deciding on it."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tasks.actions.moves import locked
from tasks.actions.refusals import IllegalNow, NotAllowed, require, require_text, require_version
from tasks.actions.saving import saved
from tasks.models import DateBasis, ExtensionRequest, ExtensionState, Milestone, Task
from tasks.rules import asked_for_it

TEXTS = ("reason", "progress")


@transaction.atomic
def request_extension(
    task: Task,
    milestone: Milestone | None = None,
    *,
    by: Any,
    today: date,
    new_due_on: date,
    reason: str,
    progress: str,
    version: int | None = None,
) -> ExtensionRequest:
    """Ask for a later date of the task or of one of its milestones; `version` is that of the row whose date it is."""
    task = locked(task)
    require(by, "tasks.request_extension", task)
    about = _dated(task, milestone)
    texts = {"reason": reason.strip(), "progress": progress.strip()}
    _check(task, about, new_due_on, texts)
    require_version(about, version)
    if told := why_not(task, about, today):
        raise IllegalNow(told)
    of = {"task": task, "milestone": about if milestone else None}
    if ExtensionRequest.objects.waiting().filter(**of).exists():
        raise IllegalNow(_("An extension has been asked for already and waits for an answer."))
    asked = {"requested_by": by, "requested_on": today, "old_due_on": about.due_on, "new_due_on": new_due_on}
    return saved(ExtensionRequest(**of, **asked, **texts))


@transaction.atomic
def decide(
    request: ExtensionRequest, granted: bool, *, by: Any, today: date, note: str, version: int | None = None
) -> ExtensionRequest:
    """Grant it, which moves the date and leaves the original one, or refuse it; with a word either way."""
    task = locked(request.task)
    row = ExtensionRequest.objects.select_for_update().get(pk=request.pk)
    require(by, "tasks.decide_extensionrequest", row)
    if asked_for_it(by, row):
        raise NotAllowed("tasks.decide_extensionrequest")  # superusers have every permission, but not this one
    note = require_text("note", note)
    require_version(row, version)
    if row.state != ExtensionState.ASKED:
        raise IllegalNow(_("This has been decided already: %s.") % row.get_state_display())
    if granted:
        _grant(row, task)
    row.state = ExtensionState.GRANTED if granted else ExtensionState.REFUSED
    row.decided_by, row.decided_on, row.decision_note = by, today, note
    return saved(row)


def may_decide(request: ExtensionRequest, user: Any) -> bool:
    """Whether this user may decide on it now."""
    waits = request.state == ExtensionState.ASKED
    allowed = user.has_perm("tasks.decide_extensionrequest", request) and not asked_for_it(user, request)
    return bool(waits and allowed)


def may_request(task: Task, about: Task | Milestone, user: Any, today: date) -> bool:
    """Whether this user may ask for a later date of the task or the milestone now."""
    return not why_not(task, about, today) and user.has_perm("tasks.request_extension", task)


def why_not(task: Task, about: Task | Milestone, today: date) -> str:
    """What stands against another date now; empty where nothing does. The due date itself is in time."""
    if not task.takes_reports:
        return _("The task is %s; its dates stay as they are.") % task.get_state_display()
    if isinstance(about, Milestone) and about.state != Milestone.State.OPEN:
        return _("The milestone is %s.") % about.get_state_display()
    if isinstance(about, Milestone) and not about.has_own_date:
        return _("The milestone has no date of its own yet.")
    if about.due_on < today:
        return _("It was due on %s; an extension is asked for before the date has passed.") % about.due_on
    return ""


def _dated(task: Task, milestone: Milestone | None) -> Task | Milestone:
    """Whose date it is about, locked."""
    return task.milestones.select_for_update().get(pk=milestone.pk) if milestone else task


def _check(task: Task, about: Task | Milestone, new_due_on: date, texts: dict[str, str]) -> None:
    """Raises ValidationError with all that is wrong at once."""
    errors: dict[str, Any] = {
        name: ValidationError(_("Please write something here."), code="required") for name in TEXTS if not texts[name]
    }
    if new_due_on <= about.due_on:
        told = _("Choose a day after %s.") % about.due_on
        errors["new_due_on"] = ValidationError(told, code="not_later")
    elif about is not task and new_due_on > task.due_on:
        told = _("The task itself is due on %s; ask for a later date for the task first.") % task.due_on
        errors["new_due_on"] = ValidationError(told, code="after_task")
    if errors:
        raise ValidationError(errors)


def _grant(request: ExtensionRequest, task: Task) -> None:
    """Raises IllegalNow where the date it was about is no longer that date; such a request can be refused."""
    milestone = Milestone.objects.select_for_update().filter(pk=request.milestone_id or 0).first()
    about: Any = milestone or task
    if about.due_on != request.old_due_on or (milestone and not milestone.has_own_date):
        told = _("The date has been moved meanwhile, from %(old)s to %(now)s; this request can only be refused.")
        raise IllegalNow(told % {"old": request.old_due_on, "now": about.due_on})
    if told := why_not(task, about, request.requested_on):
        raise IllegalNow(told)
    if milestone and request.new_due_on > task.due_on:
        raise IllegalNow(_("The task itself is due on %s, before the date that is asked for.") % task.due_on)
    about.due_on = request.new_due_on
    if milestone:
        milestone.date_basis = DateBasis.SET_BY_STAFF
    saved(about)
