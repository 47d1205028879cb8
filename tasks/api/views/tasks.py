"""Tasks, their moves, and the units assigned to them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read, read_part
from metrology_plan.api.lists import PAGING, refuse_empty
from metrology_plan.api.resources import Resource, found
from metrology_plan.api.schema import created, listed, removed, shown, written
from metrology_plan.api.shape import Body, Shape
from tasks.actions import asking, closing, moves, planning
from tasks.actions.refusals import require
from tasks.api import bodies, schema
from tasks.api.inputs import AssignmentChange, AssignmentInput, MoveInput, MoveName, TaskChange, TaskInput
from tasks.filters import TaskFilter
from tasks.models import Assignment, Task
from tasks.querysets.requests import with_extensions
from tasks.views.codes import TaskCode

UNITS = Assignment.objects.order_by("role", "position")  # in printed order; members of collectives are not shown


class Tasks(Resource):
    """The numbered items of the plans. Addressed by id, or by what people see: 2023-05."""

    tag = "task"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_queryset(self) -> Any:
        tasks = Task.objects.with_light(self.today).visible_to(self.request.user).in_order().defer("plan__text")
        tasks = tasks.select_related("place")
        return with_extensions(tasks).prefetch_related(Prefetch("assignments", UNITS), "assignments__department")

    def find(self, key: str, among: Any = None) -> Task:
        rows = self.get_queryset() if among is None else among
        if key.isascii() and key.isdecimal():
            return found(rows, pk=key)
        try:
            code = TaskCode().to_python(key)
        except ValueError as error:
            raise Http404 from error
        return found(rows, plan__code=code.plan, number=code.number)

    def find_to_write(self, key: str) -> Task:
        """Without the light, which the answer computes anew."""
        return self.find(key, Task.objects.visible_to(self.request.user).select_related("plan").with_coordinator())

    def narrow(self, request: Request, rows: Any) -> Any:
        """By the ledger's own filters."""
        refuse_empty(request.query_params)
        chosen = TaskFilter(request.query_params, rows, request=request, technical=PAGING)
        problems = chosen.problems()
        if problems:
            raise ValidationError({p.field: ValidationError(p.message, code=p.code) for p in problems})
        return chosen.qs if chosen.asks_for_light else chosen.filter_queryset(Task.objects.visible_to(request.user))

    def paginate_queryset(self, rows: Any) -> Any:
        """Which tasks stand on the page comes first, so that lights are told of these alone."""
        keys = super().paginate_queryset(rows.values_list("pk", flat=True)) or []
        tasks = self.get_queryset().in_bulk(keys)
        return [tasks[key] for key in keys if key in tasks]

    def body(self, shape: Shape, row: Any) -> Body:
        return bodies.task(shape, row, self.today)

    def whole(self, shape: Shape, row: Any) -> Body:
        return bodies.task_detail(shape, row, self.today)

    def show_again(self, request: Request, task: Task, status: int = 200) -> Response:
        return self.show(request, self.get_queryset().get(pk=task.pk), status)

    @listed(schema.Task, schema.TASK_FILTERS)
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.TaskDetail)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(TaskInput, schema.TaskDetail)
    def create(self, request: Request) -> Response:
        require(request.user, "tasks.add_task")
        task = planning.create(Task(**read(TaskInput, request)), by=request.user)
        return self.show_again(request, task, 201)

    @written(TaskChange, schema.TaskDetail)
    def partial_update(self, request: Request, pk: str) -> Response:
        task = self.find_to_write(pk)
        require(request.user, "tasks.change_task", task)
        values, version = read(TaskChange, request), self.expected(request, task)
        planning.change(task, by=request.user, version=version, **values)
        return self.show_again(request, task)

    @written(MoveInput, schema.TaskDetail)
    @action(detail=True, methods=["post"])
    def moves(self, request: Request, pk: str) -> Response:
        """Make a move that `moves` of the task names."""
        task = self.find_to_write(pk)
        moves.require_some(task, request.user)
        moves.require_some(task, request.user, read_part(MoveName, request).get("move", ""))
        given, version = read(MoveInput, request), self.expected(request, task)
        asked = {"by": request.user, "today": self.today, "note": given.get("note", ""), "version": version}
        if "milestones" in given:
            closing.close(task, milestones=given["milestones"], **asked)
        else:
            moves.move(task, given["move"], **asked)
        return self.show_again(request, task)


class Assignments(Resource):
    """The units named for tasks, by their own name or a collective's."""

    tag = "assignment"
    filters = {
        "task": by.key("task"),
        "department": by.text("department__code"),
        "role": by.one_of("role", Assignment.Role.values),
        "owes_report": by.flag("owes_report"),
    }

    def get_queryset(self) -> Any:
        rows = Assignment.objects.visible_to(self.request.user).select_related("task__plan", "department", "place")
        return rows.order_by("-task__plan__year", "-task__plan_id", "task__number", "role", "position")

    body = staticmethod(bodies.assignment)

    @listed(schema.Assignment, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Assignment)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(AssignmentInput, schema.Assignment)
    def create(self, request: Request) -> Response:
        require(request.user, "tasks.add_assignment")
        values = read(AssignmentInput, request)
        values.setdefault("owes_report", values["role"] == "lead")  # leads owe, supporting units when asked
        return self.show(request, planning.create(Assignment(**values), by=request.user), 201)

    @written(AssignmentChange, schema.Assignment)
    def partial_update(self, request: Request, pk: str) -> Response:
        """The co-ordinator may change `owes_report` of supporting units, and nothing else."""
        row = self.find(pk)
        if self._only_asks(request, row):
            return self._ask(request, row)
        require(request.user, "tasks.change_assignment", row)
        values, version = read(AssignmentChange, request), self.expected(request, row)
        return self.show(request, planning.change(row, by=request.user, version=version, **values))

    def _only_asks(self, request: Request, row: Assignment) -> bool:
        given = set(request.data) if isinstance(request.data, dict) else set()
        return given - {"version"} == {"owes_report"} and not request.user.has_perm("tasks.change_assignment", row)

    def _ask(self, request: Request, row: Assignment) -> Response:
        require(request.user, "tasks.ask_task", moves.with_coordinator(row.task))
        owes, version = read(AssignmentChange, request)["owes_report"], self.expected(request, row)
        return self.show(request, asking.ask_unit(row, owes, by=request.user, version=version))

    @removed()
    def destroy(self, request: Request, pk: str) -> Response:
        row = self.find(pk)
        require(request.user, "tasks.delete_assignment", row)
        planning.remove_assignment(row, by=request.user, version=self.expected(request, row))
        return Response(status=204)
