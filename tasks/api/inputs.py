"""Bodies that the API takes. Shapes only: what must hold of a row is checked by the models and the actions."""

from typing import Any

from rest_framework import serializers

from departments.models import Department
from metrology_plan.api.resources import Input
from tasks.models import Assessment, Plan, Role, Task, TaskGroup


class Visible(serializers.PrimaryKeyRelatedField):  # type: ignore[type-arg]
    """The id of an object that the caller sees."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.model = model
        super().__init__(queryset=model.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        rows = self.model.objects.visible_to(self.context["request"].user)
        return rows.with_coordinator() if self.model is Task else rows

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int) or not 0 < data < 2**63:
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class PlanInput(Input, serializers.ModelSerializer[Plan]):
    class Meta:
        model = Plan
        fields = (
            "code",
            "title",
            "year",
            "issuer",
            "document_number",
            "issued_on",
            "ends_on",
            "is_active",
            "text",
            "red_overdue_days",
            "red_overdue_share",
            "red_idle_share",
            "yellow_due_days",
            "yellow_milestone_days",
            "yellow_gap",
        )
        extra_kwargs = {"code": {"validators": []}}  # uniqueness is the action's to say


class GroupInput(Input):
    plan = Visible(Plan)
    ordinal = serializers.IntegerField(min_value=1, max_value=32767)
    title = serializers.CharField(max_length=200)


class TaskInput(Input):
    plan = Visible(Plan)
    group = Visible(TaskGroup)
    number = serializers.IntegerField(min_value=1, max_value=32767)
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(trim_whitespace=False)
    due_on = serializers.DateField()


class AssignmentInput(Input):
    task = Visible(Task)
    department = Visible(Department)
    role = serializers.ChoiceField(Role.choices)
    printed_as = serializers.CharField(max_length=100, required=False)
    open_ended = serializers.BooleanField(required=False)
    owes_report = serializers.BooleanField(required=False)


class MilestoneInput(Input):
    """`due_on` null: no date of its own, it stands at the plan's end."""

    task = Visible(Task)
    title = serializers.CharField(max_length=200)
    quote = serializers.CharField(allow_blank=True, required=False, trim_whitespace=False)
    due_on = serializers.DateField(allow_null=True, required=False)
    weight = serializers.IntegerField(min_value=1, max_value=100, required=False)


class MoveInput(Input):
    move = serializers.CharField(max_length=40)
    note = serializers.CharField(allow_blank=True, required=False, max_length=2000)


class CompleteInput(Input):
    done_on = serializers.DateField(required=False)
    note = serializers.CharField(allow_blank=True, required=False, max_length=2000)


class ReasonInput(Input):
    note = serializers.CharField(max_length=2000)


class ReportText(Input):
    assessment = serializers.ChoiceField(Assessment.choices, allow_blank=True, required=False)
    progress_text = serializers.CharField(allow_blank=True, required=False, max_length=5000)
    problems = serializers.CharField(allow_blank=True, required=False, max_length=5000)
    next_steps = serializers.CharField(allow_blank=True, required=False, max_length=5000)


class ReportInput(ReportText):
    """`department` unless given: the caller's own."""

    task = Visible(Task)
    department = Visible(Department, required=False)


class NoInput(Input):
    """Nothing but a version."""
