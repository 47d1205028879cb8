"""What people ask of one another about a task: later dates, and answers to directives."""

from typing import Any

from django.db.models import Q
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read, read_part
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import created, listed, shown, written
from tasks.actions import directives, extensions
from tasks.actions.moves import with_coordinator
from tasks.actions.refusals import require
from tasks.api import reporting_bodies as bodies
from tasks.api import reporting_schema as schema
from tasks.api.inputs import AnswerInput, DirectiveInput, ExtensionInput, ExtensionTarget, ReasonInput
from tasks.models import Directive, ExtensionRequest, ExtensionState


class Extensions(Resource):
    """Requests for a later date of a task or a milestone."""

    tag = "extension"
    filters = {
        "task": by.key("task"),
        "plan": by.text("task__plan__code"),
        "milestone": by.key("milestone"),
        "state": by.one_of("state", ExtensionState.values),
    }

    def get_queryset(self) -> Any:
        rows = ExtensionRequest.objects.visible_to(self.request.user)
        related = ("task__plan", "milestone", "requested_by", "decided_by")
        return rows.select_related(*related).defer("task__plan__text").order_by("-pk")

    body = staticmethod(bodies.extension)

    @listed(schema.Extension, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Extension)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(ExtensionInput, schema.Extension)
    def create(self, request: Request) -> Response:
        """Asked for by the co-ordinator, or a planner for it, before the date has passed."""
        require(request.user, "tasks.report_task")
        if target := read_part(ExtensionTarget, request):
            require(request.user, "tasks.request_extension", with_coordinator(target["task"]))
        given = read(ExtensionInput, request)
        task, milestone = given.pop("task"), given.pop("milestone", None)
        asked = extensions.request_extension(task, milestone, by=request.user, today=self.today, **given)
        return self.show(request, asked, 201)

    @written(ReasonInput, schema.Extension)
    @action(detail=True, methods=["post"])
    def grant(self, request: Request, pk: str) -> Response:
        """The date moves; the original one stays."""
        return self._decide(request, pk, granted=True)

    @written(ReasonInput, schema.Extension)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """The date stays."""
        return self._decide(request, pk, granted=False)

    def _decide(self, request: Request, pk: str, *, granted: bool) -> Response:
        row = self.find(pk)
        require(request.user, "tasks.decide_extensionrequest", row)
        given, version = read(ReasonInput, request), self.expected(request, row)
        decided = extensions.decide(row, granted, by=request.user, today=self.today, version=version, **given)
        return self.show(request, decided)


class Directives(Resource):
    """Leaders' remarks on tasks, which ask for an answer."""

    tag = "directive"
    filters = {
        "task": by.key("task"),
        "plan": by.text("task__plan__code"),
        "answered": by.flag("answered"),
    }

    def get_queryset(self) -> Any:
        rows = Directive.objects.visible_to(self.request.user).alias(answered=~Q(answer=""))
        related = ("task__plan", "author", "answered_by")
        return rows.select_related(*related).defer("task__plan__text").order_by("-pk")

    body = staticmethod(bodies.directive)

    @listed(schema.Directive, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Directive)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @created(DirectiveInput, schema.Directive)
    def create(self, request: Request) -> Response:
        """By a leader; it stays on the dashboard until it is answered."""
        require(request.user, "tasks.give_directive")
        given = read(DirectiveInput, request)
        return self.show(request, directives.give(by=request.user, today=self.today, **given), 201)

    @written(AnswerInput, schema.Directive)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """By the co-ordinator, or a planner for it, once."""
        row = self.find(pk)
        require(request.user, "tasks.answer_directive", with_coordinator(row.task))
        given, version = read(AnswerInput, request), self.expected(request, row)
        return self.show(request, directives.answer(row, by=request.user, today=self.today, version=version, **given))
