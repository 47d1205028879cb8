"""Plans and groups."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read
from metrology_plan.api.lists import refuse_unknown
from metrology_plan.api.resources import Resource, found
from metrology_plan.api.schema import computed, created, listed, shown, written
from metrology_plan.api.shape import Shape
from tasks.actions import planning
from tasks.actions.refusals import require
from tasks.api import bodies, schema
from tasks.api.inputs import GroupChange, GroupInput, PlanChange, PlanInput
from tasks.models import Plan, Task, TaskGroup
from tasks.querysets.rollup import rollup


class Plans(Resource):
    """The year's documents, addressed by their code."""

    tag = "plan"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    filters = {"code": by.text("code"), "year": by.number("year"), "is_active": by.flag("is_active")}

    def get_queryset(self) -> Any:
        return Plan.objects.visible_to(self.request.user)

    def find(self, key: str) -> Plan:
        return found(self.get_queryset(), code=key)

    body = staticmethod(bodies.plan)

    @listed(schema.Plan, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Plan)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(PlanInput, schema.Plan)
    def create(self, request: Request) -> Response:
        require(request.user, "tasks.add_plan")
        plan = planning.create(Plan(**read(PlanInput, request)), by=request.user)
        return self.show(request, plan, 201)

    @written(PlanChange, schema.Plan)
    def partial_update(self, request: Request, pk: str) -> Response:
        plan = self.find(pk)
        require(request.user, "tasks.change_plan", plan)
        values, version = read(PlanChange, request), self.expected(request, plan)
        return self.show(request, planning.change(plan, by=request.user, version=version, **values))

    @computed(schema.Summary)
    @action(detail=True)
    def summary(self, request: Request, pk: str) -> Response:
        """Counts by light and state and the progress by group, over the tasks the caller sees."""
        plan = self.find(pk)
        refuse_unknown(request.query_params, set())
        tasks = Task.objects.with_light(self.today).visible_to(request.user).filter(plan=plan)
        return Response(bodies.summary(Shape(request), rollup(tasks, plan.groups.order_by("ordinal"))))


class Groups(Resource):
    """The headings of a plan."""

    tag = "group"
    filters = {"plan": by.text("plan__code"), "ordinal": by.number("ordinal")}

    def get_queryset(self) -> Any:
        groups = TaskGroup.objects.visible_to(self.request.user).select_related("plan")
        return groups.order_by("-plan__year", "-plan_id", "ordinal")

    body = staticmethod(bodies.group)

    @listed(schema.Group, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Group)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(GroupInput, schema.Group)
    def create(self, request: Request) -> Response:
        require(request.user, "tasks.add_taskgroup")
        group = planning.create(TaskGroup(**read(GroupInput, request)), by=request.user)
        return self.show(request, group, 201)

    @written(GroupChange, schema.Group)
    def partial_update(self, request: Request, pk: str) -> Response:
        group = self.find(pk)
        require(request.user, "tasks.change_taskgroup", group)
        values, version = read(GroupChange, request), self.expected(request, group)
        return self.show(request, planning.change(group, by=request.user, version=version, **values))
