"""Milestones and what can be done with them."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import created, listed, shown, written
from tasks.actions import milestones, planning
from tasks.actions.moves import with_coordinator
from tasks.actions.refusals import require
from tasks.api import bodies, schema
from tasks.api.inputs import CompleteInput, MilestoneChange, MilestoneInput, ReasonInput
from tasks.models import DateBasis, Milestone, MilestoneState


class Milestones(Resource):
    """Checkable commitments inside tasks."""

    tag = "milestone"
    filters = {
        "task": by.key("task"),
        "plan": by.text("task__plan__code"),
        "state": by.one_of("state", MilestoneState.values),
        "date_basis": by.one_of("date_basis", DateBasis.values),
        "due_before": by.day("due_on__lte"),
        "due_after": by.day("due_on__gte"),
    }

    def get_queryset(self) -> Any:
        rows = Milestone.objects.visible_to(self.request.user).select_related("task__plan", "place")
        return rows.order_by("-task__plan__year", "-task__plan_id", "task__number", "position")

    body = staticmethod(bodies.milestone)

    @listed(schema.Milestone, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Milestone)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(MilestoneInput, schema.Milestone)
    def create(self, request: Request) -> Response:
        require(request.user, "tasks.add_milestone")
        values = read(MilestoneInput, request)
        date = planning.dated(values.pop("due_on", None), values["task"])
        return self.show(request, planning.create(Milestone(**values, **date), by=request.user), 201)

    @written(MilestoneChange, schema.Milestone)
    def partial_update(self, request: Request, pk: str) -> Response:
        row = self.find(pk)
        require(request.user, "tasks.change_milestone", row)
        values, version = read(MilestoneChange, request), self.expected(request, row)
        if "due_on" in values:
            values |= planning.dated(values.pop("due_on"), row.task)
        return self.show(request, planning.change(row, by=request.user, version=version, **values))

    @written(CompleteInput, schema.Milestone)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Tick it as done."""
        row = self.find(pk)
        require(request.user, "tasks.tick_milestone", with_coordinator(row.task))
        given, version = read(CompleteInput, request), self.expected(request, row)
        done = milestones.complete(row, by=request.user, today=self.today, version=version, **given)
        return self.show(request, done)

    @written(ReasonInput, schema.Milestone)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take the tick back."""
        return self._step(request, pk, milestones.reopen, "tasks.tick_milestone")

    @written(ReasonInput, schema.Milestone)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """It counts nowhere from now on."""
        return self._step(request, pk, milestones.cancel, "tasks.cancel_milestone")

    @written(ReasonInput, schema.Milestone)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """A cancelled one counts again."""
        return self._step(request, pk, milestones.restore, "tasks.cancel_milestone")

    def _step(self, request: Request, pk: str, step: Any, permission: str) -> Response:
        row = self.find(pk)
        require(request.user, permission, with_coordinator(row.task))
        given, version = read(ReasonInput, request), self.expected(request, row)
        return self.show(request, step(row, by=request.user, version=version, **given))
