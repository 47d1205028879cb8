"""What the bodies contain, for the OpenAPI document. `bodies` makes them; tests hold the two together."""

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers as s

from metrology_plan.api.parameters import By, described


class ProblemError(s.Serializer[Any]):
    field = s.CharField(allow_blank=True)
    code = s.CharField()
    message = s.CharField()


class Problem(s.Serializer[Any]):
    """RFC 9457. `version` stands only in 412: the version as it is now."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField()
    instance = s.CharField()
    errors = ProblemError(many=True)
    version = s.IntegerField(required=False, allow_null=True)


class Choice(s.Serializer[Any]):
    value = s.CharField()
    label = s.CharField()


class Counted(Choice):
    count = s.IntegerField()


class Light(Choice):
    reason = s.CharField()


class Brief(s.Serializer[Any]):
    id = s.IntegerField()
    url = s.URLField()
    display = s.CharField()


class DepartmentBrief(Brief):
    code = s.CharField()
    kind = Choice()


class PlanBrief(Brief):
    code = s.CharField()
    year = s.IntegerField()


class GroupBrief(Brief):
    ordinal = s.IntegerField()
    title = s.CharField()


class TaskBrief(Brief):
    number = s.IntegerField()


class Person(s.Serializer[Any]):
    id = s.IntegerField()
    url = s.URLField(allow_null=True)
    display = s.CharField()


class Common(Brief):
    display_url = s.URLField()
    version = s.IntegerField()
    created_at = s.DateTimeField()
    updated_at = s.DateTimeField()


class Plan(Common):
    code = s.CharField()
    title = s.CharField()
    year = s.IntegerField()
    issuer = s.CharField()
    document_number = s.CharField(allow_blank=True)
    issued_on = s.DateField()
    ends_on = s.DateField()
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
    due_on = s.DateField()
    original_due_on = s.DateField()
    date_basis = Choice()
    weight = s.IntegerField()
    state = Choice()
    done_on = s.DateField(allow_null=True)
    note = s.CharField(allow_blank=True)


class Task(Common):
    """`progress` and `expected_progress` are whole percent, null without milestones."""

    number = s.IntegerField()
    title = s.CharField()
    text = s.CharField()
    plan = PlanBrief()
    group = GroupBrief()
    state = Choice()
    starts_on = s.DateField(allow_null=True)
    due_on = s.DateField()
    original_due_on = s.DateField()
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


class Report(Common):
    task = TaskBrief()
    department = DepartmentBrief()
    period = s.IntegerField(allow_null=True)
    state = Choice()
    assessment = Choice(allow_null=True)
    progress_text = s.CharField(allow_blank=True)
    problems = s.CharField(allow_blank=True)
    next_steps = s.CharField(allow_blank=True)
    author = Person()
    filled_in = s.BooleanField()
    reported_on = s.DateField(allow_null=True)
    submitted_at = s.DateTimeField(allow_null=True)
    reviewer = Person(allow_null=True)
    review_note = s.CharField(allow_blank=True)


class Department(Common):
    code = s.CharField()
    name = s.CharField()
    short_name = s.CharField()
    kind = Choice()
    is_collective = s.BooleanField()
    is_active = s.BooleanField()
    contact_name = s.CharField(allow_blank=True)
    contact_phone = s.CharField(allow_blank=True)


class DepartmentDetail(Department):
    members = DepartmentBrief(many=True)
    aliases = s.ListField(child=s.CharField())


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


# ---- operations ----

IF_MATCH = OpenApiParameter("If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="The ETag as read.")


def _refused(*statuses: int) -> dict[Any, Any]:
    return {(status, "application/problem+json"): OpenApiResponse(Problem) for status in statuses}


REFUSALS = _refused(400, 401, 403, 404, 406)


def listed(row: type[s.Serializer[Any]], filters: Any) -> Callable[[Any], Any]:
    """A list; `filters` is a table of `By`, or a FilterSet."""
    known = described(filters) if isinstance(filters, Mapping) else _of_filterset(filters)
    name = f"{row.__name__}List"
    page = inline_serializer(
        name,
        {
            "count": s.IntegerField(),
            "next": s.URLField(allow_null=True),
            "previous": s.URLField(allow_null=True),
            "results": row(many=True),
        },
    )
    paging = [
        OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 1000}, description="50 unless given."),
        OpenApiParameter("offset", {"type": "integer", "minimum": 0, "maximum": 999_999_999}),
    ]
    return extend_schema(parameters=[*known, *paging], responses={200: page} | REFUSALS, filters=False)


def _of_filterset(filterset: Any) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(name, OpenApiTypes.STR, many=True, description=str(one.label))
        for name, one in filterset.base_filters.items()
    ]


def shown(row: type[s.Serializer[Any]]) -> Callable[[Any], Any]:
    return extend_schema(responses={200: row, 304: OpenApiResponse(description="Not modified")} | REFUSALS)


def written(given: Any, row: type[s.Serializer[Any]], status: int = 200) -> Callable[[Any], Any]:
    answers = {status: row} | REFUSALS | _refused(409, 412, 415)
    return extend_schema(request=given, responses=answers, parameters=[IF_MATCH] if status == 200 else [])


def removed() -> Callable[[Any], Any]:
    answers = {204: OpenApiResponse(description="Removed")} | REFUSALS | _refused(409, 412)
    return extend_schema(responses=answers, parameters=[IF_MATCH])
