"""The forms of a task, its units and its milestones in the admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from departments.admin.forms import VersionedForm
from tasks.actions.planning import dated
from tasks.admin.words import WordsForm
from tasks.models import DateBasis

NOT_IN_TEXT = _("These words do not stand in the task's text.")
QUOTED = _("A milestone quotes words that this text lacks: %s.")


def with_original_date(form: VersionedForm, commit: bool = True) -> Any:
    """The `save` of a row that keeps the date it was first given."""
    if form.instance._state.adding:
        form.instance.original_due_on = form.instance.due_on
    return VersionedForm.save(form, commit)


class TaskForm(WordsForm):
    def clean_text(self) -> str:
        """Milestones quote the text word for word."""
        text: str = self.cleaned_data["text"]
        if not self.instance._state.adding and "text" in self.changed_data:
            for milestone in self.instance.milestones.all():
                if milestone.quote not in text:
                    raise ValidationError(QUOTED % milestone.title, code="milestone_quote_verbatim")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        plan, group = cleaned.get("plan"), cleaned.get("group")
        if plan and group and group.plan_id != plan.pk:
            self.add_error("group", _("This group belongs to another plan."))
        return cleaned

    save = with_original_date


class AssignmentForm(VersionedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "printed_as" in self.fields:
            self.fields["printed_as"].required = False
            self.fields["printed_as"].help_text = _("Left empty: the short name.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("department") and not cleaned.get("printed_as") and "printed_as" not in self.errors:
            cleaned["printed_as"] = cleaned["department"].short_name
        return cleaned


class MilestoneForm(VersionedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "due_on" in self.fields:
            self.fields["due_on"].required = False
            self.fields["due_on"].help_text = _("Left empty: no date set; it stands at the plan's end.")

    def clean_quote(self) -> str:
        quote: str = self.cleaned_data["quote"]
        if quote not in self.instance.task.text:
            raise ValidationError(NOT_IN_TEXT, code="milestone_quote_verbatim")
        return quote

    def clean(self) -> dict[str, Any]:
        """A date that is typed is one of its own."""
        cleaned = super().clean()
        due = cleaned.get("due_on")
        moved = "due_on" in self.changed_data and "date_basis" not in self.changed_data
        if "due_on" in cleaned and (due is None or cleaned.get("date_basis") == DateBasis.PLAN_END):
            cleaned |= dated(due if moved else None, self.instance.task)
        return cleaned

    save = with_original_date
