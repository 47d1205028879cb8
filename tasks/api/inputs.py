"""Bodies that the API takes. Shapes only: what must hold of a row is checked by the models and the actions."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from departments.models import Department
from metrology_plan.api.inputs import Change, Choice, Day, Input, ModelInput, Switch, Text, Visible, Whole
from tasks.actions.closing import CLOSE, Fate
from tasks.actions.evidence import FILES_AT_MOST
from tasks.models import Assessment, Milestone, Plan, Report, ReportingPeriod, Role, Task, TaskGroup

NOTE = 2000  # characters
PART = 5000
OWED_ALREADY = _("What a period asks for is there already: find it by /reports/?period=… and change that one.")


class PlanInput(ModelInput):
    class Meta:
        model = Plan
        fields: Any = Plan.KEPT_BY_HAND
        extra_kwargs = {
            "code": {"validators": []},  # uniqueness is the action's to say
            "text": {"trim_whitespace": False},
        }


class PlanChange(PlanInput, Change):
    class Meta(PlanInput.Meta):
        fields = (*PlanInput.Meta.fields, "version")


class GroupChange(Change):
    ordinal = Whole(min_value=1, max_value=32767)
    title = Text(max_length=200)


class GroupInput(Input):
    plan = Visible(Plan)
    ordinal = Whole(min_value=1, max_value=32767)
    title = Text(max_length=200)


class TaskFields(Input):
    group = Visible(TaskGroup)
    number = Whole(min_value=1, max_value=32767)
    title = Text(max_length=200)
    text = Text(trim_whitespace=False)
    due_on = Day()


class TaskInput(TaskFields):
    plan = Visible(Plan)


class TaskChange(TaskFields, Change):
    """A task stays in its plan."""


class AssignmentFields(Input):
    department = Visible(Department)
    role = Choice(Role.choices)
    printed_as = Text(max_length=100, required=False)
    open_ended = Switch(required=False)
    owes_report = Switch(required=False)


class AssignmentInput(AssignmentFields):
    task = Visible(Task)


class AssignmentChange(AssignmentFields, Change):
    """A unit stays with its task: take it off and name it for another."""


class MilestoneFields(Input):
    """`due_on` null: no date of its own, it stands at the plan's end."""

    title = Text(max_length=200)
    quote = Text(allow_blank=True, required=False, trim_whitespace=False)
    due_on = Day(allow_null=True, required=False)
    weight = Whole(min_value=1, max_value=100, required=False)


class MilestoneInput(MilestoneFields):
    task = Visible(Task)


class MilestoneChange(MilestoneFields, Change):
    """A milestone stays with its task."""


class MoveName(serializers.Serializer[Any]):
    move = Text(max_length=40)


class FateInput(Input):
    """What becomes of a milestone when its task is closed. `version` is the milestone's."""

    state = Choice([("done", "done"), ("cancelled", "cancelled")])
    done_on = Day(required=False)
    note = Text(allow_blank=True, required=False, max_length=NOTE)
    version = Whole(min_value=0, max_value=2**31 - 1, required=False)


class Fates(serializers.DictField):
    """By the ids of milestones."""

    child = FateInput()

    def to_internal_value(self, data: Any) -> Any:
        unknown = [key for key in data if not key.isdecimal() or len(key) > 18] if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({key: [_("The id of a milestone.")] for key in unknown}, code="invalid")
        given = super().to_internal_value(data)
        return {int(key): Fate(**fate) for key, fate in given.items()}


class MoveInput(MoveName, Change):
    """`milestones`: closing says what becomes of those that are open."""

    note = Text(allow_blank=True, required=False, max_length=NOTE)
    milestones = Fates(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "milestones" in attrs and attrs["move"] != CLOSE.name:
            raise serializers.ValidationError({"milestones": [_("Only closing says this.")]}, code="unknown")
        return attrs


class CompleteInput(Change):
    """`done_on`: today unless given."""

    done_on = Day(required=False)
    note = Text(allow_blank=True, required=False, max_length=NOTE)


class ReasonInput(Change):
    note = Text(max_length=NOTE)


class ReportText(Input):
    assessment = Choice(Assessment.choices, allow_blank=True, required=False)
    progress_text = Text(allow_blank=True, required=False, max_length=PART)
    problems = Text(allow_blank=True, required=False, max_length=PART)
    next_steps = Text(allow_blank=True, required=False, max_length=PART)


class ReportTarget(serializers.Serializer[Any]):
    """`department` unless given: the caller's own."""

    task = Visible(Task)
    department = Visible(Department, required=False)


class ReportInput(ReportTarget, ReportText):
    """A unit's word on a task, between periods."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and "period" in data:
            raise serializers.ValidationError({"period": [OWED_ALREADY]}, code="owed_already")
        return super().to_internal_value(data)


class ReportChange(ReportText, Change):
    pass


class NothingNewInput(Change):
    """本期无新进展, with a line of reason."""

    reason = Text(max_length=NOTE)


class NoInput(Change):
    """Nothing but a version."""


class ExtensionTarget(serializers.Serializer[Any]):
    task = Visible(Task)


class ExtensionInput(ExtensionTarget, Input):
    """Of the task's date, or of a milestone's."""

    milestone = Visible(Milestone, required=False, allow_null=True)
    new_due_on = Day()
    reason = Text(max_length=NOTE)
    progress = Text(max_length=NOTE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        milestone = attrs.get("milestone")
        if milestone and milestone.task_id != attrs["task"].pk:
            told = _("This milestone belongs to another task.")
            raise serializers.ValidationError({"milestone": [told]}, code="invalid_choice")
        return attrs


class DirectiveInput(Input):
    task = Visible(Task)
    text = Text(max_length=NOTE)


class AnswerInput(Change):
    answer = Text(max_length=NOTE)


class EvidenceTarget(serializers.Serializer[Any]):
    report = Visible(Report)


class EvidenceInput(EvidenceTarget, Input):
    """A form with files."""

    files = serializers.ListField(child=serializers.FileField(), allow_empty=False, max_length=FILES_AT_MOST)


class ReminderInput(Input):
    """Everyone who owes in the period; with `department` or `report` only that unit, only that report."""

    period = Visible(ReportingPeriod)
    department = Visible(Department, required=False)
    report = Visible(Report, required=False)


class PeriodFields(Input):
    starts_on = Day()
    ends_on = Day()
    due_on = Day()


class PeriodInput(PeriodFields):
    plan = Visible(Plan)


class PeriodChange(PeriodFields, Change):
    """A period stays with its plan."""
