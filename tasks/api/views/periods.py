"""Reporting periods, who owes what in them, and how the tasks stood when they were closed."""

from collections.abc import Iterable
from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from departments.models import Department
from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read
from metrology_plan.api.lists import refuse_unknown
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import computed, created, listed, shown, written
from metrology_plan.api.shape import Body, Shape
from tasks.actions import periods, planning
from tasks.actions.refusals import require
from tasks.api import reporting_bodies as bodies
from tasks.api import reporting_schema as schema
from tasks.api.inputs import NoInput, PeriodChange, PeriodInput
from tasks.models import PeriodState, ReportingPeriod, Standing, Task
from tasks.querysets.matrix import cells, tallies


class Periods(Resource):
    """The quarters or months for which units report. A closed one never changes."""

    tag = "period"
    filters = {
        "plan": by.text("plan__code"),
        "year": by.number("plan__year"),
        "state": by.one_of("state", PeriodState.values),
    }

    def get_queryset(self) -> Any:
        rows = ReportingPeriod.objects.visible_to(self.request.user).select_related("plan").defer("plan__text")
        return rows.order_by("-plan__year", "-plan_id", "starts_on")

    def bodies_of(self, shape: Shape, rows: Iterable[Any]) -> list[Body]:
        """Counted for all of them at once."""
        counted = tallies([row.pk for row in rows], shape.user, self.today)
        return [bodies.period(shape, row, counted) for row in rows]

    @listed(schema.Period, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Period)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(PeriodInput, schema.Period)
    def create(self, request: Request) -> Response:
        """Besides those that are laid out by the plan's rhythm."""
        require(request.user, "tasks.add_reportingperiod")
        period = planning.create(ReportingPeriod(**read(PeriodInput, request)), by=request.user)
        return self.show(request, period, 201)

    @written(PeriodChange, schema.Period)
    def partial_update(self, request: Request, pk: str) -> Response:
        row = self.find(pk)
        require(request.user, "tasks.change_reportingperiod", row)
        values, version = read(PeriodChange, request), self.expected(request, row)
        return self.show(request, planning.change(row, by=request.user, version=version, **values))

    @written(NoInput, schema.Period)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        """Ask everyone who owes: one report in state `due` for each task and unit."""
        return self._step(request, pk, periods.open_period, "tasks.open_reportingperiod")

    @written(NoInput, schema.Period)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Keep for ever what was reported, and how every task stands."""
        return self._step(request, pk, periods.close_period, "tasks.close_reportingperiod")

    def _step(self, request: Request, pk: str, step: Any, permission: str) -> Response:
        row = self.find(pk)
        require(request.user, permission, row)
        read(NoInput, request)
        version = self.expected(request, row)
        return self.show(request, step(row, by=request.user, today=self.today, version=version))

    @computed(schema.Matrix)
    @action(detail=True)
    def matrix(self, request: Request, pk: str) -> Response:
        """Units × tasks: the state of every report the caller may know of."""
        row = self.find(pk)
        refuse_unknown(request.query_params, set())
        known = cells([row.pk], request.user, self.today)
        units = Department.objects.filter(pk__in={cell.department for cell in known}).order_by("order", "code")
        tasks = Task.objects.filter(pk__in={cell.task for cell in known}).select_related("plan").defer("plan__text")
        return Response(bodies.matrix(Shape(request), units, tasks.order_by("number"), known))


class Standings(Resource):
    """The light and the figures of each task as they were when a period was closed."""

    tag = "standing"
    filters = {
        "period": by.key("period"),
        "task": by.key("task"),
        "plan": by.text("task__plan__code"),
    }

    def get_queryset(self) -> Any:
        rows = Standing.objects.visible_to(self.request.user).select_related("period", "task__plan")
        rows = rows.defer("task__plan__text")
        return rows.order_by("-task__plan__year", "-task__plan_id", "period__starts_on", "task__number")

    body = staticmethod(bodies.standing)

    @listed(schema.Standing, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Standing)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)
