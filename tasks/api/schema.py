"""What the bodies contain, for the OpenAPI document. `bodies` makes them; tests hold the two together."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s

from departments.api.schema import DepartmentBrief
from metrology_plan.api.parameters import parameter
from metrology_plan.api.schema import Brief, Choice, Common, Person
from tasks.filters import TaskFilter
from tasks.filters.parameters import Days
from tasks.filters.tasks import ORDERINGS
from tasks.querysets.light import Light as LightValues
from tasks.workflow import State

# The ledger's own filters. What fits the others is in the database, and differs from caller to caller.
VALUES = {"state": State.values, "light": LightValues.values, "ordering": list(ORDERINGS)}


def _of_filter(name: str, one: Any) -> OpenApiParameter:
    schema: dict[str, Any] = {"type": "string", "minLength": 1}
    if name in VALUES:
        schema = {"type": "string", "enum": VALUES[name]}
    elif one.field_class is Days:
        schema = {"type": "string", "format": "date"}
    return parameter(name, schema, str(one.label), many=True)


TASK_FILTERS = [_of_filter(name, one) for name, one in TaskFilter.base_filters.items()]


class Counted(Choice):
    count = s.IntegerField()


class Light(Choice):
    reason = s.CharField()


class PlanBrief(Brief):
    code = s.CharField()
    year = s.IntegerField()


class GroupBrief(Brief):
    ordinal = s.IntegerField()
    title = s.CharField()


class TaskBrief(Brief):
    number = s.IntegerField()


class Place(s.ListField):
    """Two offsets into the plan's text in characters, the end excluded; null where the words stand nowhere in it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=s.IntegerField(min_value=0), min_length=2, max_length=2, allow_null=True, **options)


class Plan(Common):
    code = s.CharField()
    title = s.CharField()
    year = s.IntegerField()
    issuer = s.CharField()
    document_number = s.CharField(allow_blank=True)
    issued_on = s.DateField()
    ends_on = s.DateField()
    report_every = Choice()
    is_active = s.BooleanField()
    text = s.CharField(allow_blank=True)
    red_overdue_days = s.IntegerField()
    red_overdue_share = s.IntegerField()
    red_idle_share = s.IntegerField()
    yellow_due_days = s.IntegerField()
    yellow_milestone_days = s.IntegerField()
    yellow_gap = s.IntegerField()


class Group(Common):
    plan = PlanBrief()
    ordinal = s.IntegerField()
    title = s.CharField()


class Unit(s.Serializer[Any]):
    department = DepartmentBrief()
    printed_as = s.CharField()
    open_ended = s.BooleanField()
    owes_report = s.BooleanField()


class Milestone(Common):
    task = TaskBrief()
    position = s.IntegerField()
    title = s.CharField()
    quote = s.CharField(allow_blank=True)
    place = Place()
    due_on = s.DateField()
    original_due_on = s.DateField()
    date_basis = Choice()
    weight = s.IntegerField()
    state = Choice()
    done_on = s.DateField(allow_null=True)
    note = s.CharField(allow_blank=True)


class Task(Common):
    """`progress` and `expected_progress` are whole percent, null without milestones.

    `extensions`: how often a later date of the task has been granted.
    """

    number = s.IntegerField()
    title = s.CharField()
    text = s.CharField()
    place = Place()
    plan = PlanBrief()
    group = GroupBrief()
    state = Choice()
    starts_on = s.DateField(allow_null=True)
    due_on = s.DateField()
    original_due_on = s.DateField()
    extensions = s.IntegerField()
    progress = s.IntegerField(allow_null=True)
    expected_progress = s.IntegerField(allow_null=True)
    light = Light()
    leads = Unit(many=True)
    supports = Unit(many=True)
    coordinator = DepartmentBrief(allow_null=True)
    moves = Choice(many=True)


class TaskDetail(Task):
    milestones = Milestone(many=True)


class Assignment(Common, Unit):
    task = TaskBrief()
    role = Choice()
    position = s.IntegerField()
    place = Place()


class FiguresOf(s.Serializer[Any]):
    tasks = s.IntegerField()
    progress = s.IntegerField(allow_null=True)
    expected_progress = s.IntegerField(allow_null=True)
    by_state = Counted(many=True)
    by_light = Counted(many=True)


class GroupFigures(FiguresOf):
    group = GroupBrief()


class Summary(FiguresOf):
    groups = GroupFigures(many=True)


class Difference(s.Serializer[Any]):
    """Values in words, empty where nothing stood or stands."""

    field = s.CharField()
    label = s.CharField()  # type: ignore[assignment]  # a member of the body, not the field's own
    before = s.CharField(allow_blank=True)
    after = s.CharField(allow_blank=True)


class Changed(s.Serializer[Any]):
    """`url` is null for what has no address in the API, or is gone."""

    id = s.IntegerField()
    url = s.URLField(allow_null=True)
    display = s.CharField(allow_blank=True)


class Change(s.Serializer[Any]):
    """`task` is null for what belongs to no task, `user` where no user of the portal stood behind it."""

    id = s.CharField()
    at = s.DateTimeField()
    kind = Choice()
    action = Choice()
    object = Changed()
    task = TaskBrief(allow_null=True)
    user = Person(allow_null=True)
    differences = Difference(many=True)


class Export(Brief):
    """A file that was asked for. `written` of `total` rows; `file_url` is null while there is no file to be had."""

    display_url = s.URLField()
    created_at = s.DateTimeField()
    kind = Choice()
    plan = PlanBrief()
    query = s.CharField(allow_blank=True)
    language = s.CharField()
    state = Choice()
    error = s.CharField(allow_blank=True)
    written = s.IntegerField()
    total = s.IntegerField()
    name = s.CharField(allow_blank=True)
    size = s.IntegerField()
    finished_at = s.DateTimeField(allow_null=True)
    expires_at = s.DateTimeField(allow_null=True)
    file_url = s.URLField(allow_null=True)
