"""Reports: a unit's word on a task, asked for in a period or given at any time between."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, Prefetch, Value, When
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from departments.models import Department
from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read, read_part
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import created, listed, shown, written
from tasks.actions import reports, review
from tasks.actions.moves import with_coordinator
from tasks.actions.refusals import require
from tasks.api import reporting_bodies as bodies
from tasks.api import reporting_schema as schema
from tasks.api.inputs import NoInput, NothingNewInput, ReasonInput, ReportChange, ReportInput, ReportTarget
from tasks.models import Assessment, Evidence, Report, ReportState
from tasks.querysets.matrix import overdue
from tasks.querysets.reports import OWED

FILES = Prefetch("evidence", Evidence.objects.kept().order_by("pk"), to_attr="kept")


def whether(condition: Any) -> Case:
    """Never null: what has no period is not overdue."""
    return Case(When(condition, then=Value(True)), default=Value(False))


class Reports(Resource):
    """What is owed, drafts of the own unit, and what others have sent as far as the caller may read it."""

    tag = "report"
    filters = {
        "period": by.key("period"),
        "department": by.text("department__code"),
        "task": by.key("task"),
        "plan": by.text("task__plan__code"),
        "state": by.one_of("state", ReportState.values),
        "assessment": by.one_of("assessment", Assessment.values),
        "owed": by.flag("owed"),
        "overdue": by.flag("overdue"),
    }

    def get_queryset(self) -> Any:
        rows = Report.objects.visible_to(self.request.user).alias(owed=whether(OWED))
        rows = rows.annotate(overdue=whether(overdue(self.today))).defer("task__plan__text")
        related = ("task__plan", "department", "period", "author", "reviewer")
        return rows.select_related(*related).prefetch_related(FILES).order_by("-pk")

    body = staticmethod(bodies.report)

    def show_again(self, request: Request, row: Report, status: int = 200) -> Response:
        return self.show(request, self.get_queryset().get(pk=row.pk), status)

    @listed(schema.Report, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.Report)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    # ---- writing ----

    @created(ReportInput, schema.Report)
    def create(self, request: Request) -> Response:
        """Begin an update between periods; where the unit has a draft already, it is 412 with the draft's version."""
        require(request.user, "tasks.report_task")
        target = read_part(ReportTarget, request)  # whose report it is settles who may, before the text is looked at
        if target:
            reports.require_unit(with_coordinator(target["task"]), self._unit(request, target), request.user)
        given = read(ReportInput, request)
        task, unit = given.pop("task"), self._unit(request, given)
        draft = reports.save_draft(task, unit, by=request.user, fields=given, version=0)
        return self.show_again(request, draft, 201)

    def _unit(self, request: Request, given: dict[str, Any]) -> Department:
        unit = given.pop("department", getattr(request.user, "department", None))
        if unit is None:
            raise ValidationError({"department": ValidationError(_("Name the unit."), code="required")})
        return unit

    @written(ReportChange, schema.Report)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Keep a draft; what is not given stays as it is."""
        row, asked = self._text(request, pk)
        return self.show_again(request, reports.save_draft(row.task, row.department, report=row, **asked))

    @written(ReportChange, schema.Report)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Send what the draft holds, with what is given here in place of it."""
        row, asked = self._text(request, pk)
        return self.show_again(
            request, reports.submit(row.task, row.department, report=row, today=self.today, **asked)
        )

    def _text(self, request: Request, pk: str) -> tuple[Report, dict[str, Any]]:
        row = self.find(pk)
        reports.require_author(row, request.user)
        fields, version = read(ReportChange, request), self.expected(request, row)
        return row, {"by": request.user, "fields": fields, "version": version}

    @written(NothingNewInput, schema.Report)
    @action(detail=True, methods=["post"])
    def nothing_new(self, request: Request, pk: str) -> Response:
        """Send that there is nothing new in this period, and why."""
        row = self.find(pk)
        reports.require_author(row, request.user)
        given, version = read(NothingNewInput, request), self.expected(request, row)
        sent = reports.report_nothing_new(row, by=request.user, today=self.today, version=version, **given)
        return self.show_again(request, sent)

    @written(NoInput, schema.Report)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back before it is reviewed; it is a draft again."""
        row = self.find(pk)
        reports.require_author(row, request.user)
        given, version = read(NoInput, request), self.expected(request, row)
        return self.show_again(request, reports.withdraw(row, by=request.user, version=version, **given))

    # ---- reviewing ----

    @written(NoInput, schema.Report)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """It stands as sent."""
        return self._reviewed(request, pk, review.accept, NoInput)

    @written(ReasonInput, schema.Report)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """The unit goes on with it; `note` says why."""
        return self._reviewed(request, pk, review.send_back, ReasonInput)

    def _reviewed(self, request: Request, pk: str, step: Any, body: Any) -> Response:
        row = self.find(pk)
        require(request.user, f"tasks.{'accept' if body is NoInput else 'return'}_report", row)
        given, version = read(body, request), self.expected(request, row)
        return self.show_again(request, step(row, by=request.user, today=self.today, version=version, **given))
