"""The audit, read: who changed what, when, from where, and what stood there before.

The events are written by triggers; nothing here writes. Whatever a reader may not see, neither as it is nor as it
was before, is left out in the database.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Events = QuerySet[Any]
HIDDEN = {"id", "version", "created_at", "updated_at"}


def _everything(events: Events, user: Any) -> Events:
    return events


@dataclass(frozen=True)
class Trail:
    """The events of one audited model: who reads them all, what names a row, what finds one."""

    model: type[models.Model]
    permission: str
    names: tuple[str, ...]
    search: tuple[str, ...]
    visible: Callable[[Events, Any], Events] = _everything

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    @property
    def events(self) -> Events:
        return self.model.pgh_event_model._base_manager.all()  # type: ignore[attr-defined]

    def seen_by(self, user: Any) -> Events:
        return self.visible(self.events, user)

    def finding(self, text: str) -> Q:
        """Events of rows whose names contain the text."""
        found = Q()
        for lookup in self.search:
            found |= Q(**{f"{lookup}__icontains": text})
        return found


@dataclass(frozen=True)
class Difference:
    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One event, in words and in keys. `who` is empty where no user of the portal stood behind it."""

    trail: Trail
    event: int
    action: str  # insert, update, delete
    row: int
    is_there: bool  # the row still is
    user: Any  # who made it, as an object, or None
    task: int | None  # of the row, where it belongs to one
    at: datetime
    verb: str
    kind: str
    name: str
    who: str
    address: str
    request: str
    differences: list[Difference]


TRAILS: dict[type[models.Model], Trail] = {}


def register(trail: Trail) -> None:
    TRAILS[trail.model] = trail


def trails_for(user: Any) -> list[Trail]:
    return [trail for trail in TRAILS.values() if user.has_perm(trail.permission)]


def newest(user: Any, wanted: Iterable[tuple[Trail, Q]]) -> Events:
    """The keys of the wanted events, newest first: cheap to count and to page through."""
    first, *rest = [
        trail.seen_by(user)
        .filter(condition)
        .order_by()
        .annotate(trail=Value(trail.kind))
        .values("trail", "pgh_id", "pgh_created_at")
        for trail, condition in wanted
    ]
    return first.union(*rest, all=True).order_by("-pgh_created_at", "trail", "-pgh_id")


def read(user: Any, keys: Iterable[dict[str, Any]]) -> list[Change]:
    """The events of these keys in words, in the same order; the number of queries does not depend on theirs."""
    keys = list(keys)
    wanted: dict[str, list[int]] = {}
    for key in keys:
        wanted.setdefault(key["trail"], []).append(key["pgh_id"])
    trails = {trail.kind: trail for trail in TRAILS.values() if trail.kind in wanted}
    if not trails:
        return []
    first, *rest = [_rows(trail, wanted[kind], user) for kind, trail in trails.items()]
    found = {(row["trail"], row["pgh_id"]): row for row in first.union(*rest, all=True)}
    rows = [found[key["trail"], key["pgh_id"]] for key in keys]
    pairs = ((trails[row["trail"]].model, row) for row in rows)
    names = _Names.of(pairs, with_usernames=user.has_perm("departments.view_user"))
    return [_change(trails[row["trail"]], row, names) for row in rows]


def _rows(trail: Trail, ids: list[int], user: Any) -> Events:
    """Events with their row and the row of the event before, as far as the user may see that one."""
    earlier = trail.seen_by(user).filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    row = _row(trail)
    before = Subquery(earlier.order_by("-pgh_id").values(row=row)[:1])
    events = trail.events.filter(pgh_id__in=ids).order_by()
    there = Exists(trail.model._base_manager.filter(pk=OuterRef("pgh_obj_id")))
    told = events.annotate(
        trail=Value(trail.kind), row=row, before=before, there=there, context=F("pgh_context__metadata")
    )
    columns = ("trail", "pgh_id", "pgh_obj_id", "pgh_created_at", "pgh_label", "row", "before", "there", "context")
    return told.values(*columns)


def _row(trail: Trail) -> JSONObject:
    """The row of an event, as far as the audit keeps it: passwords are not in it."""
    kept = {field.attname for field in trail.events.model._meta.concrete_fields}
    names = (field.attname for field in trail.model._meta.concrete_fields if field.name not in HIDDEN)
    return JSONObject(**{name: F(name) for name in names if name in kept})


def _change(trail: Trail, row: dict[str, Any], names: "_Names") -> Change:
    context = row["context"] or {}
    fields = {field.name: field for field in trail.model._meta.concrete_fields}
    return Change(
        trail=trail,
        event=row["pgh_id"],
        action=row["pgh_label"],
        row=row["pgh_obj_id"],
        is_there=row["there"],
        user=names.person(row),
        task=row["row"].get("task_id"),
        at=row["pgh_created_at"],
        verb={"insert": _("added"), "delete": _("deleted")}.get(row["pgh_label"], _("changed")),
        kind=str(trail.model._meta.verbose_name),
        name=" · ".join(filter(None, (names.show(fields[name], row["row"]) for name in trail.names))),
        who=names.user(row),
        address=context.get("address") or "",
        request=context.get("request") or "",
        differences=_differences(trail.model, row, names),
    )


def _differences(model: type[models.Model], row: dict[str, Any], names: "_Names") -> list[Difference]:
    """Of an insert or a delete: what the row held."""
    after = {} if row["pgh_label"] == "delete" else row["row"]
    before = row["row"] if row["pgh_label"] == "delete" else row["before"] or {}
    return [
        Difference(field.name, str(field.verbose_name), names.show(field, before), names.show(field, after))
        for field in model._meta.concrete_fields
        if field.attname in row["row"] and _differs(field, before, after)
    ]


def _differs(field: Any, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Nothing and an empty text are alike where there is no row to compare with."""
    old, new = before.get(field.attname), after.get(field.attname)
    return bool(old != new and ((before and after) or old not in (None, "") or new not in (None, "")))


class _Names:
    """What foreign keys and codes are called; one query for each model that is pointed at."""

    def __init__(self, rows: dict[tuple[type[models.Model], int], Any], *, with_usernames: bool) -> None:
        self.rows, self.with_usernames = rows, with_usernames

    @classmethod
    def of(cls, rows: Iterable[tuple[type[models.Model], dict[str, Any]]], *, with_usernames: bool) -> "_Names":
        """By what people sign in is for those who keep accounts."""
        wanted: dict[Any, set[Any]] = {get_user_model(): set()}
        for model, row in rows:
            wanted[get_user_model()].add(_user_of(row))
            for field in filter(_points, model._meta.concrete_fields):
                for values in (row["row"], row["before"] or {}):
                    wanted.setdefault(field.related_model, set()).add(values.get(field.attname))
        found = ((model, row) for model, keys in wanted.items() for row in _with_keys(model, keys - {None}))
        return cls({(model, row.pk): row for model, row in found}, with_usernames=with_usernames)

    def person(self, row: dict[str, Any]) -> Any:
        return self.rows.get((get_user_model(), _user_of(row) or 0))

    def user(self, row: dict[str, Any]) -> str:
        person = self.person(row)
        return self._called(person) if person else ""

    def _called(self, row: Any) -> str:
        return f"{row} ({row.username})" if self.with_usernames and isinstance(row, get_user_model()) else str(row)

    def show(self, field: Any, values: dict[str, Any]) -> str:
        value = values.get(field.attname)
        if value is None or value == "":
            return ""
        if _points(field):
            row = self.rows.get((field.related_model, value))
            return self._called(row) if row else f"#{value}"
        if isinstance(value, dict):  # a text by language
            return str(value.get(get_language(), ""))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(field, models.DateTimeField):
            return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
        return str(dict(field.flatchoices).get(value, value))


def _points(field: Any) -> bool:
    """Whether it holds the key of another row."""
    return bool(field.many_to_one or field.one_to_one)


def _user_of(row: dict[str, Any]) -> int | None:
    """The key of the user behind the event; a context may be written by anybody who reaches the database."""
    key = (row["context"] or {}).get("user")
    return key if isinstance(key, int) else None


def _with_keys(model: Any, keys: set[int]) -> Iterable[Any]:
    """With the rows that they are called after."""
    if not keys:
        return ()
    names = TRAILS[model].names if model in TRAILS else ()
    related = [name for name in names if _points(model._meta.get_field(name))]
    rows = model._base_manager.filter(pk__in=keys)
    return rows.select_related(*related) if related else rows
