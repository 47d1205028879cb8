"""What the bodies of imports contain, for the OpenAPI document. Tests hold the two together."""

from typing import Any

from rest_framework import serializers as s

from departments.api.schema import DepartmentBrief
from metrology_plan.api.schema import Choice, Common, Person
from tasks.api.schema import PlanBrief, TaskBrief


class PlanImport(Common):
    """A document that was sent to be read; it is `open` until it is stored or dropped."""

    name = s.CharField(allow_blank=True)
    title = s.CharField(allow_blank=True)
    state = Choice()
    sender = Person()
    plan = PlanBrief(allow_null=True)
    stored_on = s.DateField(allow_null=True)


class ReadDoubt(s.Serializer[Any]):
    """`why` is the name of the reason, `about` the words it is about."""

    why = s.CharField()
    about = s.CharField(allow_blank=True)


class ReadGroup(s.Serializer[Any]):
    ordinal = s.IntegerField(allow_null=True)
    title = s.CharField(allow_blank=True)


class ReadUnit(s.Serializer[Any]):
    """`printed` without a trailing 等; `open_ended` where it is followed by 等, or by an `ending` like 等部门."""

    printed = s.CharField()
    role = s.CharField()
    open_ended = s.BooleanField()
    ending = s.CharField(allow_blank=True)


class ReadMilestone(s.Serializer[Any]):
    title = s.CharField(allow_blank=True)
    quote = s.CharField(allow_blank=True)
    due_on = s.DateField(allow_null=True)
    date_basis = s.CharField()
    kept = s.BooleanField()


class ReadTask(s.Serializer[Any]):
    """`group` is a place in `groups`, `place` offsets in `text`; `printed_number` where it had to be numbered anew."""

    number = s.IntegerField()
    title = s.CharField(allow_blank=True)
    text = s.CharField(allow_blank=True)
    group = s.IntegerField(allow_null=True)
    place = s.ListField(child=s.IntegerField(), allow_null=True)
    units = ReadUnit(many=True)
    milestones = ReadMilestone(many=True)
    doubts = ReadDoubt(many=True)
    left_out = s.BooleanField()
    printed_number = s.IntegerField(allow_null=True)


class Reading(s.Serializer[Any]):
    """`names`: whom unknown names mean, the code of a department or "" to leave the unit out; `loose`: offsets of the
    sentences that stand in no task."""

    title = s.CharField(allow_blank=True)
    year = s.IntegerField(allow_null=True)
    issuer = s.CharField(allow_blank=True)
    document_number = s.CharField(allow_blank=True)
    issued_on = s.DateField(allow_null=True)
    code = s.CharField(allow_blank=True)
    ends_on = s.DateField(allow_null=True)
    groups = ReadGroup(many=True)
    tasks = ReadTask(many=True)
    names = s.DictField(child=s.CharField(allow_blank=True))
    doubts = ReadDoubt(many=True)
    loose = s.ListField(child=s.ListField(child=s.IntegerField()))


class ImportProblem(s.Serializer[Any]):
    """`place` of the task in `reading.tasks`; null for the document as a whole."""

    place = s.IntegerField(allow_null=True)
    field = s.CharField()
    message = s.CharField()


class ImportWarning(ReadDoubt):
    place = s.IntegerField(allow_null=True)
    message = s.CharField()


class UnknownName(s.Serializer[Any]):
    """`places` of the tasks that name it; `decided` is null while nobody has said whom it means."""

    printed = s.CharField()
    places = s.ListField(child=s.IntegerField())
    decided = s.CharField(allow_null=True, allow_blank=True)
    nearest = DepartmentBrief(many=True)
    inactive = DepartmentBrief(allow_null=True)


class ImportDifference(s.Serializer[Any]):
    field = s.CharField()
    label = s.CharField()  # type: ignore[assignment]  # a member of the body, not the field's own
    before = s.CharField(allow_blank=True)
    after = s.CharField(allow_blank=True)


class ComparedTask(s.Serializer[Any]):
    """`kind`: new, changed, unchanged, missing in the document, or kept because it is over; `place` in the reading and
    `task` in the plan, as far as there is one."""

    number = s.IntegerField()
    title = s.CharField(allow_blank=True)
    kind = s.CharField()
    place = s.IntegerField(allow_null=True)
    task = TaskBrief(allow_null=True)
    changes = ImportDifference(many=True)
    notes = s.ListField(child=s.CharField())


class ImportComparison(s.Serializer[Any]):
    """What storing would change in the plan that has this code already. Give `seen` to `store/`."""

    plan = PlanBrief()
    seen = s.CharField()
    is_same = s.BooleanField()
    head = ImportDifference(many=True)
    groups = ImportDifference(many=True)
    text_changed = s.BooleanField()
    tasks = ComparedTask(many=True)


class PlanImportDetail(PlanImport):
    """While `problems` is not empty, it cannot be stored; `warnings` prevent nothing."""

    text = s.CharField()
    reading = Reading()
    problems = ImportProblem(many=True)
    warnings = ImportWarning(many=True)
    unknown = UnknownName(many=True)
    comparison = ImportComparison(allow_null=True)
