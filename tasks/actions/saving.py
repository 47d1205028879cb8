"""Saving a row so that a refusal of the database comes back as words, not as an exception of the driver."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

R = TypeVar("R", bound=models.Model)

# What triggers refuse, by model: the field it stands beside and the words. Other constraints carry their own.
TRIGGER_MESSAGES: dict[tuple[str, str], tuple[str, Promise]] = {
    ("milestone", "milestone_quote_verbatim"): ("quote", _("These words do not stand in the task's text.")),
    ("task", "milestone_quote_verbatim"): (
        "text",
        _("The new text lacks words that milestones quote; change those first."),
    ),
    ("task", "task_group_of_same_plan"): ("group", _("This group belongs to another plan.")),
    ("plan", "tasks_plan_code_key"): ("code", _("Another plan has this code.")),  # two people at the same moment
}


def saved(row: R) -> R:
    """The row as stored, with the version the database gave it. Raises ValidationError where a constraint refuses."""
    try:
        with transaction.atomic():
            row.save()
            with connection.cursor() as cursor:  # deferred constraints speak here, not at the commit
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise refusal(row, error) from error
    row.refresh_from_db()
    return row


def refusal(row: models.Model, error: IntegrityError) -> ValidationError:
    """The constraint's own message, beside its field where it has one. Reraises what is not a constraint of ours."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    told = TRIGGER_MESSAGES.get((row._meta.model_name or "", name))
    if told:
        field, message = told
        return ValidationError({field: ValidationError(str(message), code=name)})
    for constraint in row._meta.constraints:
        if constraint.name == name:
            return ValidationError(str(constraint.violation_error_message), code=name)
    raise error
