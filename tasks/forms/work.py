"""The short forms by which the work is moved on and reported."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.forms.fields import Day, Text, VersionedForm
from tasks.models import Assessment
from tasks.workflow import Move


class MoveForm(VersionedForm):
    """One move; what must be written depends on the move."""

    note = Text(label=_("Note"), required=False, max_length=2000)

    def __init__(self, *args: Any, move: Move, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if move.note:
            self.fields["note"].label = str(move.note)
            self.fields["note"].required = True
        else:
            del self.fields["note"]


class TickForm(VersionedForm):
    done_on = Day(label=_("Done on"))
    note = Text(label=_("Note"), required=False, max_length=2000)


class ReasonForm(VersionedForm):
    note = Text(label=_("Reason"), max_length=2000)


class ReportForm(VersionedForm):
    """Nothing is required of a draft; what a submission needs, the action says."""

    assessment = forms.ChoiceField(
        label=_("Own assessment"),
        choices=Assessment,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Needed to send the report."),
    )
    progress_text = Text(
        label=_("Progress made"),
        required=False,
        max_length=5000,
        help_text=_("Needed to send the report. What was done and how far it is, in figures where there are any."),
    )
    problems = Text(
        label=_("Problems"), required=False, max_length=5000, help_text=_("Needed where you are behind schedule.")
    )
    next_steps = Text(
        label=_("Next steps"), required=False, max_length=5000, help_text=_("What comes next, and by when.")
    )
