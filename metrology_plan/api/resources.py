"""What a resource of the API does, whatever it is about: find, list, show, write, and refuse in the right order."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import permissions, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from departments.clock import portal_today
from metrology_plan.api import versions
from metrology_plan.api.parameters import By, narrowed
from metrology_plan.api.shape import Body, Shape


class Business(permissions.IsAuthenticated):
    """Administrators keep departments and accounts; plans and tasks are not theirs."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return super().has_permission(request, view) and request.user.does_business


class Input(serializers.Serializer[Any]):
    """A body in which nothing is ignored: an unknown member is an error. `version` is read by `versions`."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = {
                name: [_("This cannot be written.")] for name in data if name not in self.fields and name != "version"
            }
            if unknown:
                raise serializers.ValidationError(unknown, code="unknown")
        return super().to_internal_value(data)


class Resource(viewsets.GenericViewSet[Any]):
    """Rows come from `get_queryset`, which begins with `visible_to`, and leave through `body` or `whole`."""

    permission_classes: Any = [Business]
    tag: ClassVar[str]  # begins its ETags
    filters: ClassVar[Mapping[str, By]] = {}

    def body(self, shape: Shape, row: Any) -> Body:
        raise NotImplementedError

    def whole(self, shape: Shape, row: Any) -> Body:
        return self.body(shape, row)

    def narrow(self, request: Request, rows: Any) -> Any:
        return narrowed(rows, request.query_params, self.filters)

    def find(self, key: str) -> Any:
        """The row of this key among those the caller sees, or 404."""
        return found(self.get_queryset(), pk=key)

    @property
    def today(self) -> Any:
        return portal_today()

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.narrow(request, self.get_queryset()))
        shape = Shape(request)
        return self.get_paginated_response([self.body(shape, row) for row in page or []])

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.show(request, self.find(pk))

    def show(self, request: Request, row: Any, status: int = 200) -> Response:
        body = self.whole(Shape(request), row)
        headers = {"Location": body["url"]} if status == 201 else {}
        return versions.answer(request, self.tag, body, status, **headers)

    def expected(self, request: Request, row: Any) -> int | None:
        return versions.expected(request, self.tag, row.pk)


def found(rows: Any, **where: Any) -> Any:
    """The one row, or 404; a key that the column cannot hold finds nothing."""
    try:
        return rows.get(**where)
    except (rows.model.DoesNotExist, ValueError, OverflowError) as error:
        raise Http404 from error


def read(serializer: type[Input], request: Request) -> dict[str, Any]:
    """The cleaned body. Raises ValidationError with every error at once."""
    if not isinstance(request.data, dict):
        raise ValidationError(_("Send a JSON object."), code="invalid")
    given = serializer(data=request.data, context={"request": request}, partial=request.method == "PATCH")
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
