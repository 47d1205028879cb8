"""What a resource of the API does, whatever it is about: find, list, show, write, and refuse in the right order."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import permissions, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from departments.clock import portal_today
from metrology_plan.api import versions
from metrology_plan.api.lists import refuse_unknown
from metrology_plan.api.parameters import By, narrowed
from metrology_plan.api.shape import Body, Shape
from metrology_plan.remembering import once


class Business(permissions.IsAuthenticated):
    """Administrators keep departments and accounts; plans and tasks are not theirs."""

    message = _("Administrators keep departments and accounts; plans and tasks are not theirs.")

    def has_permission(self, request: Any, view: Any) -> bool:
        return super().has_permission(request, view) and request.user.does_business


class Rows(viewsets.GenericViewSet[Any]):
    """A list. Rows come from `get_queryset`, which begins with `visible_to`, and leave through `body`."""

    http_method_names = ["get", "head", "post", "patch", "delete"]
    permission_classes: Any = [Business]
    filters: ClassVar[Mapping[str, By]] = {}

    def body(self, shape: Shape, row: Any) -> Body:
        raise NotImplementedError

    def bodies_of(self, shape: Shape, rows: Iterable[Any]) -> list[Body]:
        """Of a page: where bodies need what is asked of the database once for all of them."""
        return [self.body(shape, row) for row in rows]

    def narrow(self, request: Request, rows: Any) -> Any:
        return narrowed(rows, request.query_params, self.filters)

    def list(self, request: Request) -> Any:
        return once(request, lambda: self.list_anew(request))

    def list_anew(self, request: Request) -> Response:
        page = self.paginate_queryset(self.narrow(request, self.get_queryset()))
        return self.get_paginated_response(self.bodies_of(Shape(request), page or []))


class Resource(Rows):
    """A list whose objects have addresses and versions of their own. `whole` is the detail."""

    tag: ClassVar[str]  # begins its ETags

    def whole(self, shape: Shape, row: Any) -> Body:
        return self.bodies_of(shape, [row])[0]

    def find(self, key: str) -> Any:
        """The row of this key among those the caller sees, or 404."""
        if not (key.isascii() and key.isdecimal()):
            raise Http404
        return found(self.get_queryset(), pk=key)

    @property
    def today(self) -> date:
        return portal_today()

    def retrieve(self, request: Request, pk: str) -> Response:
        row = self.find(pk)
        refuse_unknown(request.query_params, set())
        return self.show(request, row)

    def show(self, request: Request, row: Any, status: int = 200) -> Response:
        body = self.whole(Shape(request), row)
        headers = {"Location": body["url"]} if status == 201 else {}
        return versions.answer(request, self.tag, body, status, **headers)

    def expected(self, request: Request, row: Any) -> int | None:
        return versions.expected(request, self.tag, row)


def found(rows: Any, **where: Any) -> Any:
    """The one row, or 404; a key that the column cannot hold finds nothing."""
    try:
        return rows.get(**where)
    except (rows.model.DoesNotExist, ValueError, OverflowError) as error:
        raise Http404 from error
