"""Departments."""

from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from departments.actions import departments as actions
from departments.api import bodies, schema
from departments.api.inputs import DepartmentChange, DepartmentInput
from departments.models import Department
from departments.refusals import require
from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import created, listed, shown, written
from metrology_plan.api.shape import Body, Shape


class Departments(Resource):
    """Who can be assigned. Addressed by code, or by id."""

    permission_classes = [IsAuthenticated]
    tag = "department"
    lookup_value_regex = "[-a-zA-Z0-9_]+"
    filters = {
        "code": by.text("code"),
        "kind": by.one_of("kind", Department.Kind.values),
        "is_collective": by.flag("is_collective"),
        "is_active": by.flag("is_active"),
        "member": by.text("memberships__member__code"),
    }

    def get_queryset(self) -> Any:
        return Department.objects.visible_to(self.request.user)

    def find(self, key: str) -> Department:
        by_code = self.get_queryset().filter(code=key).first()
        return by_code or super().find(key)

    def body(self, shape: Shape, row: Any) -> Body:
        return bodies.body(shape, row)

    def whole(self, shape: Shape, row: Any) -> Body:
        return bodies.detail(shape, row)

    @listed(schema.Department, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.DepartmentDetail)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(DepartmentInput, schema.DepartmentDetail)
    def create(self, request: Request) -> Response:
        require(request.user, "departments.add_department")
        return self.show(request, actions.create(read(DepartmentInput, request), by=request.user), 201)

    @written(DepartmentChange, schema.DepartmentDetail)
    def partial_update(self, request: Request, pk: str) -> Response:
        row = self.find(pk)
        actions.require_change(row, (), request.user)  # before what was sent is looked at
        given = request.data if isinstance(request.data, dict) else {}
        actions.require_change(row, set(given) - {"version"}, request.user)
        values, version = read(DepartmentChange, request), self.expected(request, row)
        return self.show(request, actions.change(row, values, by=request.user, version=version))
