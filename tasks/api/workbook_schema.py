"""A unit's workbook on its way back: the form that the API takes, and what the answer contains."""

from typing import Any

from rest_framework import serializers as s

from metrology_plan.api.inputs import Choice, Input
from tasks.actions.workbook_whole import DECISIONS
from tasks.api.schema import TaskBrief
from tasks.documents.workbook import Line
from tasks.forms.workbook import lines_of


class WorkbookFile(Input):
    """`store` keeps drafts, `send` sends them; `decide`: whose words stay where both have changed."""

    file = s.FileField()
    store = s.BooleanField(required=False)
    send = s.BooleanField(required=False)
    decide = Choice([(name, name) for name in DECISIONS], required=False)

    def validate_file(self, file: Any) -> list[Line]:
        return lines_of(file)


class WorkbookChange(s.Serializer[Any]):
    """`row` of the sheet; `before` in the portal, `after` in the workbook."""

    row = s.IntegerField()
    task = TaskBrief()
    column = s.CharField()
    label = s.CharField()  # type: ignore[assignment]  # a member of the body, not the field's own
    before = s.CharField(allow_blank=True)
    after = s.CharField(allow_blank=True)


class WorkbookVersions(s.Serializer[Any]):
    column = s.CharField()
    label = s.CharField()  # type: ignore[assignment]  # likewise
    portal = s.CharField(allow_blank=True)
    workbook = s.CharField(allow_blank=True)


class WorkbookConflict(s.Serializer[Any]):
    """Changed in the portal since the workbook was exported. `refused`: why the workbook's words cannot be taken any
    more, or nothing."""

    row = s.IntegerField()
    task = TaskBrief()
    refused = s.CharField(allow_blank=True)
    cells = WorkbookVersions(many=True)


class WorkbookError(s.Serializer[Any]):
    """`column` is "" where it is about the whole row."""

    row = s.IntegerField()
    column = s.CharField(allow_blank=True)
    message = s.CharField()


class WorkbookPreview(s.Serializer[Any]):
    """`errors` keep it from being stored, `lacking` only from being sent; `same_as_before`: rows that say nearly what
    the unit sent in the period before; `unchanged`: how many rows say what the portal says; `stored`: how many
    reports have been written."""

    changes = WorkbookChange(many=True)
    conflicts = WorkbookConflict(many=True)
    errors = WorkbookError(many=True)  # type: ignore[assignment]  # likewise
    lacking = WorkbookError(many=True)
    same_as_before = s.ListField(child=s.IntegerField())
    unchanged = s.IntegerField()
    stored = s.IntegerField()
