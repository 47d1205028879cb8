"""Bodies that the API takes of imports. Shapes only: what must hold of a reading is checked by its actions."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from metrology_plan.api.inputs import Change, Choice, Day, Input, Slug, Switch, Text, Whole
from tasks.documents.encoding import SIGNS_AT_MOST
from tasks.documents.reading import LONGEST_TITLE
from tasks.models import Role

LONGEST_NAME = 100  # of a unit
LONGEST_TEXT = 100_000  # of a task
MANY = 2000


class ImportInput(Input):
    """The text itself; `name` is that of its file."""

    text = Text(trim_whitespace=False, max_length=SIGNS_AT_MOST)
    name = Text(required=False, allow_blank=True, max_length=150)


class ImportFile(Input):
    """A form with one file: .docx, or text in UTF-8 or GB18030."""

    file = serializers.FileField()


class Part(Input):
    """Given whole also inside a change of the rest."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        lacking = [name for name, field in self.fields.items() if field.required and name not in attrs]
        if lacking:
            told = self.fields[lacking[0]].error_messages["required"]
            raise serializers.ValidationError({name: [told] for name in lacking}, code="required")
        return attrs


class GroupPart(Part):
    ordinal = Whole(min_value=1, max_value=32767)
    title = Text(max_length=LONGEST_TITLE, allow_blank=True)


class UnitPart(Part):
    """`printed` as the document has it, 等 at its end included."""

    printed = Text(max_length=LONGEST_NAME)
    role = Choice(Role.choices)


class StepPart(Part):
    title = Text(max_length=LONGEST_TITLE)
    quote = Text(allow_blank=True, max_length=LONGEST_TEXT)
    due_on = Day(allow_null=True, required=False)
    kept = Switch(required=False)


class TaskFields(Part):
    number = Whole(min_value=1, max_value=32767, required=False)
    title = Text(max_length=LONGEST_TITLE, allow_blank=True, required=False)
    text = Text(max_length=LONGEST_TEXT, allow_blank=True, required=False)
    group = Whole(min_value=0, max_value=MANY, allow_null=True, required=False)
    units = UnitPart(many=True, required=False)
    milestones = StepPart(many=True, required=False)


class TaskPart(TaskFields):
    """`place` of the task in `reading.tasks`."""

    place = Whole(min_value=0, max_value=2**31 - 1)
    left_out = Switch(required=False)


class AddedTask(TaskFields):
    title = Text(max_length=LONGEST_TITLE)
    text = Text(max_length=LONGEST_TEXT)


class ImportChange(Change):
    """The head as far as it is given; `names`: a code, "" to leave the unit out, null to say later; `added`: tasks
    that the reader missed."""

    title = Text(max_length=LONGEST_TITLE, allow_blank=True)
    year = Whole(min_value=2000, max_value=2100, allow_null=True)
    issuer = Text(max_length=200, allow_blank=True)
    document_number = Text(max_length=100, allow_blank=True)
    issued_on = Day(allow_null=True)
    code = Slug(max_length=40, allow_blank=True)
    ends_on = Day(allow_null=True)
    groups = GroupPart(many=True)
    names = serializers.DictField(child=Text(allow_blank=True, allow_null=True, max_length=40))
    tasks = TaskPart(many=True)
    added = AddedTask(many=True)

    def validate_tasks(self, tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({task["place"] for task in tasks}) < len(tasks):
            raise serializers.ValidationError(_("A task stands here twice."), code="unique")
        return tasks


class StoreInput(Change):
    """`seen`: that of the comparison, "" where there was none; a plan that was changed since is 412."""

    seen = Text(allow_blank=True, required=False, max_length=100)
