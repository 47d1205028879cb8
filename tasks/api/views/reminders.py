"""催办: who was reminded of which report, and reminding those who owe."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import WRITING, listed, shown
from metrology_plan.api.shape import Shape
from tasks.actions import chasing
from tasks.actions.refusals import require
from tasks.api import reporting_bodies as bodies
from tasks.api import reporting_schema as schema
from tasks.api.inputs import ReminderInput
from tasks.models import Letter, Occasion, Reminder

DEFERRED = ("report__task__text", "report__task__plan__text", "letter__body")


class Reminders(Resource):
    """One for each report, person and day."""

    tag = "reminder"
    filters = {
        "period": by.key("report__period"),
        "report": by.key("report"),
        "department": by.text("report__department__code"),
        "recipient": by.key("recipient"),
        "occasion": by.one_of("occasion", Occasion.values),
    }

    def get_queryset(self) -> Any:
        own = Letter.objects.visible_to(self.request.user).filter(pk=OuterRef("letter"))
        rows = Reminder.objects.visible_to(self.request.user).annotate(sees_letter=Exists(own))
        related = ("report__task__plan", "report__department", "report__period", "recipient", "by", "letter")
        return rows.select_related(*related).defer(*DEFERRED).order_by("-pk")

    body = staticmethod(bodies.reminder)

    @listed(schema.Reminder, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Reminder)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @extend_schema(request=ReminderInput, responses={201: schema.Reminded} | WRITING)
    def create(self, request: Request) -> Response:
        """Remind everyone who owes something in the period and has not been reminded of it today."""
        require(request.user, "tasks.remind")
        given = read(ReminderInput, request)
        done = chasing.remind(given.pop("period"), by=request.user, today=self.today, **given)
        return Response(bodies.reminded(Shape(request), done, self._written(done)), status=201)

    def _written(self, done: chasing.Reminded) -> Iterator[Any]:
        told = {(errand.person.pk, report.pk) for errand in done.errands for report in errand.reports}
        today = self.get_queryset().filter(reminded_on=self.today, report__in={report for _person, report in told})
        return (row for row in today if (row.recipient_id, row.report_id) in told)
