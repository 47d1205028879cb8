"""The audit: who changed what, as far as the caller may see it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from departments.querysets.changes import Trail, newest, read, trails_for
from metrology_plan.api import parameters as by
from metrology_plan.api.resources import Rows
from metrology_plan.api.schema import listed
from metrology_plan.api.shape import Shape
from tasks.api import schema
from tasks.api.changes import KINDS, Linked, change, kind_of

MADE_BY = "pgh_context__metadata__user"


class Changes(Rows):
    """Newest first. `task` means everything that belongs to a task; `object` the id of what was changed."""

    permission_classes = [IsAuthenticated]
    filters = {
        "kind": by.one_of("kind", KINDS),
        "object": by.key("pgh_obj_id"),
        "task": by.key("task_id"),
        "user": by.key(MADE_BY),
        "since": by.time("pgh_created_at__gte"),
        "until": by.time("pgh_created_at__lt"),
    }

    @listed(schema.Change, by.described(filters))
    def list(self, request: Request) -> Response:
        open_to = {kind_of(trail): trail for trail in trails_for(request.user)}
        filters = self.filters | {"kind": by.one_of("kind", open_to)}
        asked = by.understood(request.query_params, filters)
        trails = [open_to[kind] for kind in asked.pop("kind", open_to)]
        page = self.paginate_queryset(newest(request.user, _wanted(trails, asked)))
        changes, shape = read(request.user, page or []), Shape(request)
        linked = Linked(shape, changes)
        return self.get_paginated_response([change(one, linked) for one in changes])


def _wanted(trails: Iterable[Trail], asked: dict[str, Any]) -> list[tuple[Trail, Q]]:
    columns = {"object": "pgh_obj_id__in", "user": f"{MADE_BY}__in", "since": "pgh_created_at__gte"}
    columns |= {"until": "pgh_created_at__lt"}
    common = Q(**{columns[name]: value for name, value in asked.items() if name != "task"})
    return [(trail, common & _of_tasks(trail, asked.get("task"))) for trail in trails]


def _of_tasks(trail: Trail, tasks: list[int] | None) -> Q:
    """Events of the tasks themselves and of what belongs to them."""
    if tasks is None:
        return Q()
    if kind_of(trail) == "task":
        return Q(pgh_obj_id__in=tasks)
    belongs = any(field.name == "task" for field in trail.model._meta.concrete_fields)
    return Q(task_id__in=tasks) if belongs else Q(pk__in=[])
