"""What happened to a task and what belongs to it, read from the events that the database's triggers write."""

from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import BigIntegerField, Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat, JSONObject

from tasks.querysets import trails
from tasks.querysets.compiled import compiled
from tasks.querysets.prepared import READERS, Given, Prepared, Reader

# Kept by the database, or following from the rest: a change of these alone tells a reader nothing.
BOOKKEEPING = {
    "id",
    "version",
    "created_at",
    "updated_at",
    "plan",
    "task",
    "state_before",
    "submitted_at",
    "writing_seconds",
    "file",
    "kind",
    "sha256",
    "sender",
}
# By what a row is called that an event points to; the name is the one of today.
CALLED: dict[str, Any] = {
    "department": F("short_name"),
    "taskgroup": F("title"),
    "user": F("name"),
    "milestone": F("title"),
    "report": F("department__short_name"),
    "reportingperiod": Concat(
        Cast("starts_on", CharField()), Value(" "), Cast("ends_on", CharField()), output_field=CharField()
    ),
}
# What belongs to a task: how an event leads there, and which of the events a reader of the task may read.
BELONGS: dict[str, tuple[str, Any]] = {
    "milestone": ("task", None),
    "assignment": ("task", None),
    "report": ("task", trails.of_reports),
    "evidence": ("report__task", trails.of_evidence),
    "extensionrequest": ("task", trails.of_extensions),
    "directive": ("task", trails.of_directives),
}


def history_of(task: Any, user: Any) -> Any:
    """Events of the task, its units, milestones and reports, the newest first, as far as the user may read them.

    `task` comes from `visible_to(user).with_coordinator()`. Rows are dicts: `at`, `model` (its name), `label`
    (insert, update, delete), `who` (None: no user of the portal), `now` and `before` (values by field name; `before`
    is the last state that this user may read, None where there is none).
    """
    return _history(task.pk, Reader.of(user))


@lru_cache(maxsize=READERS)
def newest(reader: Reader, most: int) -> Prepared:
    """The first rows of `history_of` for the key of a `task`."""
    return Prepared(_history(Given("task"), reader)[:most])


def _history(task: Any, reader: Reader) -> Any:
    of_task = _told("task").filter(pgh_obj=task)
    others = (_told(kind, reader if trail else None).filter(**{path: task}) for kind, (path, trail) in BELONGS.items())
    return of_task.union(*others, all=True).order_by("-at", "model", "-event")


def _belongs(kind: str) -> str:
    return BELONGS[kind][0] if kind in BELONGS else ""


def _worth_telling(kind: str) -> list[Q]:
    """The opening of a period makes a row for each unit, of which the units hear in other ways."""
    return [~Q(state="due")] if kind == "report" else []


@lru_cache(maxsize=READERS * 4)
def _told(kind: str, reader: Reader | None = None) -> Any:
    """All events of a kind as rows. The state before is looked for among the same events: it tells no more."""
    tracked = apps.get_model("tasks", kind)._meta
    events = apps.get_model("tasks", kind).pgh_event_model.objects.all()
    seen = BELONGS[kind][1](events, reader) if reader else events
    same = {"pgh_obj": OuterRef("pgh_obj")} | ({"task": OuterRef("task")} if _belongs(kind) == "task" else {})
    earlier = seen.filter(pgh_id__lt=OuterRef("pgh_id"), **same).order_by("-pgh_id")
    rows = seen.alias(user=_user()).annotate(
        at=F("pgh_created_at"),
        model=Value(kind, CharField()),
        event=F("pgh_id"),
        label=F("pgh_label"),
        who=_called(apps.get_model("departments", "user"), OuterRef("user")),
        now=_values(tracked),
        before=Subquery(earlier.values(row=_values(tracked))[:1]),
    )
    changed = ~Q(pgh_label="update") | Q(before__isnull=True) | ~Q(now=F("before"))
    told = compiled(rows).filter(changed, *_worth_telling(kind))
    return told.values("at", "model", "event", "label", "who", "now", "before")


def _values(tracked: Any) -> JSONObject:
    fields = (field for field in tracked.concrete_fields if field.name not in BOOKKEEPING)
    return JSONObject(**{field.name: _value(field) for field in fields})


def _value(field: Any) -> Any:
    if not field.is_relation:
        return F(field.name)
    return _called(field.related_model, OuterRef(field.name))


def _user() -> Case:
    """The key of the user in the context of the write, if it has one."""
    written = KeyTextTransform("user", "pgh_context__metadata")
    return Case(When(pgh_context__metadata__user__regex=r"^\d{1,18}$", then=Cast(written, BigIntegerField())))


def _called(model: type[models.Model], key: Any) -> Subquery:
    name = CALLED[str(model._meta.model_name)]
    return Subquery(model._base_manager.filter(pk=key).values(called=name)[:1])
