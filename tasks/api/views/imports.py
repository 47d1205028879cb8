"""Documents on their way in: read, corrected, stored or dropped. For planners."""

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from metrology_plan.api import parameters as by
from metrology_plan.api.inputs import read, read_form
from metrology_plan.api.resources import Resource
from metrology_plan.api.schema import WRITING, listed, shown, written
from metrology_plan.api.shape import Body, Shape
from tasks.actions import imports
from tasks.actions.refusals import malformed, require
from tasks.api import import_bodies as bodies
from tasks.api import import_schema as schema
from tasks.api.import_inputs import ImportChange, ImportFile, ImportInput, StoreInput
from tasks.api.inputs import NoInput
from tasks.documents.encoding import NotADocument
from tasks.documents.sources import text_of
from tasks.models import ImportState, PlanImport

HEAD = ("title", "year", "issuer", "document_number", "issued_on", "code", "ends_on", "groups")


class Imports(Resource):
    """Published documents that planners have sent to be read, each other's too. Nobody else sees any."""

    tag = "import"
    filters = {"state": by.one_of("state", ImportState.values), "plan": by.text("plan__code")}

    def get_parsers(self) -> list[BaseParser]:
        """A document may come as a form with a file."""
        return super().get_parsers() + ([] if self.detail else [MultiPartParser()])

    def get_queryset(self) -> Any:
        rows = PlanImport.objects.visible_to(self.request.user).select_related("sender", "plan")
        return (rows if self.detail else rows.defer("text", "plan__text")).order_by("-pk")

    body = staticmethod(bodies.planimport)

    def whole(self, shape: Shape, row: Any) -> Body:
        return bodies.whole(shape, row)

    @listed(schema.PlanImport, by.described(filters))
    def list(self, request: Request) -> Response:
        return super().list(request)

    @shown(schema.PlanImportDetail)
    def retrieve(self, request: Request, pk: str) -> Response:
        return super().retrieve(request, pk)

    @extend_schema(
        request={"application/json": ImportInput, "multipart/form-data": ImportFile},
        responses={201: schema.PlanImportDetail} | WRITING,
    )
    def create(self, request: Request) -> Response:
        """Read a document. Nothing of it is in the plan before it is stored."""
        require(request.user, "tasks.add_planimport")
        is_form = (request.content_type or "").startswith("multipart/")
        given = _file(request) if is_form else read(ImportInput, request)
        return self.show(request, imports.begin(by=request.user, **given), 201)

    @written(ImportChange, schema.PlanImportDetail)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct what was read: all of it or nothing."""
        row = self.find(pk)
        require(request.user, "tasks.change_planimport", row)
        given, version = read(ImportChange, request), self.expected(request, row)
        imports.revise(row, by=request.user, version=version, **_sorted(given))
        return self.show_again(request, row)

    @written(StoreInput, schema.PlanImportDetail)
    @action(detail=True, methods=["post"])
    def store(self, request: Request, pk: str) -> Response:
        """Into a new plan, or into the one that has its code: all or nothing."""
        row = self.find(pk)
        require(request.user, "tasks.store_planimport", row)
        given, version = read(StoreInput, request), self.expected(request, row)
        try:
            imports.store(row, by=request.user, today=self.today, version=version, **given)
        except ValidationError as error:
            raise _placed(error) from error
        return self.show_again(request, row)

    @written(NoInput, schema.PlanImportDetail)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """It will not be stored."""
        row = self.find(pk)
        require(request.user, "tasks.change_planimport", row)
        read(NoInput, request)
        imports.drop(row, by=request.user, version=self.expected(request, row))
        return self.show_again(request, row)

    def show_again(self, request: Request, row: PlanImport) -> Response:
        row.refresh_from_db()
        return self.show(request, row)


def _file(request: Request) -> dict[str, str]:
    file = read_form(ImportFile, request)["file"]
    try:
        return {"text": text_of(file), "name": file.name}
    except NotADocument as error:
        raise malformed("file", str(error), "unreadable") from error


def _sorted(given: dict[str, Any]) -> dict[str, Any]:
    """The members of the body as `revise` takes them."""
    tasks = {task["place"]: {name: task[name] for name in task if name != "place"} for task in given.get("tasks", ())}
    head = {name: given[name] for name in HEAD if name in given}
    return {"head": head, "tasks": tasks, "names": given.get("names"), "added": given.get("added", ())}


def _placed(error: ValidationError) -> ValidationError:
    """What prevents storing, under the names that a correction would have: `tasks.3.group`."""
    found: dict[str, list[ValidationError]] = {}
    for one in error.error_list:
        problem = (one.params or {}).get("problem")
        place = "" if problem is None or problem.place is None else f"tasks.{problem.place}."
        name = place + (problem.field if problem else "")
        found.setdefault(name, []).append(ValidationError(one.message, code=one.code))
    return ValidationError(found)
