"""What the bodies of the reporting loop contain, for the OpenAPI document. Tests hold the two together."""

from typing import Any

from rest_framework import serializers as s

from departments.api.schema import DepartmentBrief
from metrology_plan.api.schema import Brief, Choice, Common, Person
from tasks.api.schema import Light, PlanBrief, TaskBrief


class PeriodBrief(Brief):
    starts_on = s.DateField()
    ends_on = s.DateField()
    due_on = s.DateField()


class Period(Common):
    """`owed`, `sent` and `overdue` count the reports the caller may know of; null before the period is opened."""

    plan = PlanBrief()
    label = s.CharField()  # type: ignore[assignment]  # a member of the body, not the field's own
    starts_on = s.DateField()
    ends_on = s.DateField()
    due_on = s.DateField()
    state = Choice()
    opened_on = s.DateField(allow_null=True)
    closed_on = s.DateField(allow_null=True)
    owed = s.IntegerField(allow_null=True)
    sent = s.IntegerField(allow_null=True)
    overdue = s.IntegerField(allow_null=True)


class Cell(s.Serializer[Any]):
    """`department`, `task` and `report` are ids."""

    department = s.IntegerField()
    task = s.IntegerField()
    report = s.IntegerField()
    state = Choice()
    overdue = s.BooleanField()


class Matrix(s.Serializer[Any]):
    """A pair of unit and task that owes nothing has no cell; units and tasks without any are not named."""

    units = DepartmentBrief(many=True)
    tasks = TaskBrief(many=True)
    cells = Cell(many=True)


class Standing(Common):
    """How a task stood when the period was closed."""

    period = PeriodBrief()
    task = TaskBrief()
    state = Choice()
    light = Light()
    progress = s.IntegerField(allow_null=True)
    expected_progress = s.IntegerField(allow_null=True)
    due_on = s.DateField()


class EvidenceBrief(Brief):
    kind = s.CharField()
    size = s.IntegerField()


class Evidence(Common):
    """`kind` is what the file turned out to be. `download_url` is a page of the portal."""

    report = Brief()
    name = s.CharField()
    kind = s.CharField()
    size = s.IntegerField()
    sha256 = s.CharField()
    sender = Person()
    download_url = s.URLField()


class Report(Common):
    """`period` is null for an update between periods, `author` while nobody has written anything.

    `overdue`: asked for and not sent, though the due date has passed; `late`: sent after it. `no_news`: 本期无新进展,
    and `progress_text` is the reason. `review_note` says why it was returned.
    """

    task = TaskBrief()
    department = DepartmentBrief()
    period = PeriodBrief(allow_null=True)
    state = Choice()
    overdue = s.BooleanField()
    late = s.BooleanField()
    no_news = s.BooleanField()
    assessment = Choice(allow_null=True)
    progress_text = s.CharField(allow_blank=True)
    problems = s.CharField(allow_blank=True)
    next_steps = s.CharField(allow_blank=True)
    evidence = EvidenceBrief(many=True)
    author = Person(allow_null=True)
    filled_in = s.BooleanField()
    reported_on = s.DateField(allow_null=True)
    submitted_at = s.DateTimeField(allow_null=True)
    reviewer = Person(allow_null=True)
    reviewed_on = s.DateField(allow_null=True)
    review_note = s.CharField(allow_blank=True)


class Letter(s.Serializer[Any]):
    state = Choice()
    address = s.CharField(allow_blank=True)
    attempts = s.IntegerField()
    error = s.CharField(allow_blank=True)
    sent_at = s.DateTimeField(allow_null=True)


class Reminder(Common):
    """`by` is null where the clock reminded. `letter` is null for whom it does not concern."""

    report = Brief()
    period = PeriodBrief()
    recipient = Person()
    reminded_on = s.DateField()
    occasion = Choice()
    by = Person(allow_null=True)
    letter = Letter(allow_null=True)


class Reminded(s.Serializer[Any]):
    """`unreached`: units without anybody who could be reminded; `unmailed`: reminded in the portal only."""

    persons = s.IntegerField()
    reports = s.IntegerField()
    units = s.IntegerField()
    unreached = DepartmentBrief(many=True)
    unmailed = DepartmentBrief(many=True)
    reminders = Reminder(many=True)


class Extension(Common):
    """`milestone` is null where the task's own date is meant."""

    task = TaskBrief()
    milestone = Brief(allow_null=True)
    old_due_on = s.DateField()
    new_due_on = s.DateField()
    reason = s.CharField()
    progress = s.CharField()
    requested_by = Person()
    requested_on = s.DateField()
    state = Choice()
    decided_by = Person(allow_null=True)
    decided_on = s.DateField(allow_null=True)
    decision_note = s.CharField(allow_blank=True)


class Directive(Common):
    task = TaskBrief()
    text = s.CharField()
    author = Person()
    given_on = s.DateField()
    answer = s.CharField(allow_blank=True)
    answered_by = Person(allow_null=True)
    answered_on = s.DateField(allow_null=True)
