"""The short forms by which the plan is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from departments.models import Department
from tasks.documents.numerals import heading
from tasks.forms.fields import DateInput, Day, Text, VersionedForm
from tasks.models import Assignment, Milestone, Plan, ReportingPeriod, Role, Task, TaskGroup


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


class PeriodForm(VersionedForm, forms.ModelForm):
    class Meta:
        model = ReportingPeriod
        fields = ("starts_on", "ends_on", "due_on")
        field_classes = {"starts_on": Day, "ends_on": Day, "due_on": Day}


class DateForm(VersionedForm):
    """One milestone's line on the page of all dates, where an example would look like a date that is set."""

    due_on = Day(label=_("Due on"), required=False, widget=DateInput({"placeholder": _("YYYY-MM-DD")}))
