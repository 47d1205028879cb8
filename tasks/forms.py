"""The short forms by which the plan is kept and the work is reported."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from tasks.documents.numerals import heading
from tasks.models import Assessment, Assignment, Milestone, Plan, Role, Task, TaskGroup
from tasks.workflow import Move


class DateInput(forms.DateInput):
    """Plain text: a browser's own calendar shows dates in the browser's order, the portal shows 2023-06-22."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"placeholder": "2023-06-22", "autocomplete": "off", "class": "date"} | (attrs or {}), "%Y-%m-%d"
        )


class Day(forms.DateField):
    """A date as 2023-06-22; 2023/6/22, 2023.6.22, 20230622 and 2023年6月22日 are understood."""

    widget = DateInput
    default_error_messages = {"invalid": _("Write a date like 2023-06-22.")}


class Text(forms.CharField):
    """Several lines; browsers send CR LF, the database keeps LF."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class VersionedForm(forms.Form):
    """Carries the version of the row the reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


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


class PlanForm(VersionedForm, forms.ModelForm):
    class Meta:
        model = Plan
        fields = Plan.KEPT_BY_HAND
        widgets = {"text": forms.Textarea(attrs={"rows": 16})}
        field_classes = {"issued_on": Day, "ends_on": Day, "text": Text}
        error_messages = {"code": {"unique": _("Another plan has this code.")}}


class GroupForm(VersionedForm, forms.ModelForm):
    class Meta:
        model = TaskGroup
        fields = ("ordinal", "title")


class TaskForm(VersionedForm, forms.ModelForm):
    """`plan` settles which groups can be chosen."""

    class Meta:
        model = Task
        fields = ("number", "title", "group", "due_on", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 10})}
        field_classes = {"due_on": Day, "text": Text}

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = plan.groups.order_by("ordinal")  # type: ignore[attr-defined]
        self.fields["group"].label_from_instance = heading  # type: ignore[attr-defined]


class MilestoneForm(VersionedForm, forms.ModelForm):
    """An empty date means: none of its own, the plan's end."""

    due_on = Day(label=_("Due on"), required=False, help_text=_("Leave empty while no date is set."))

    class Meta:
        model = Milestone
        fields = ("title", "quote", "due_on", "weight")
        help_texts = {
            "quote": _("Word for word from the task's text, where it is then marked. Empty: nothing is marked.")
        }
        widgets = {"quote": forms.Textarea(attrs={"rows": 3})}
        field_classes = {"quote": Text}


class AssignmentForm(VersionedForm, forms.ModelForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role, widget=forms.RadioSelect)

    class Meta:
        model = Assignment
        fields = ("department", "role", "printed_as", "open_ended", "owes_report")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Department.objects.active() | Department.objects.filter(pk=self.initial.get("department") or 0)
        self.fields["department"].queryset = known  # type: ignore[attr-defined]
        self.fields["printed_as"].required = False
        self.fields["printed_as"].help_text = _("Empty: the department's short name.")


class DateForm(VersionedForm):
    """One milestone's line on the page of all dates, where an example would look like a date that is set."""

    due_on = Day(label=_("Due on"), required=False, widget=DateInput({"placeholder": _("YYYY-MM-DD")}))
