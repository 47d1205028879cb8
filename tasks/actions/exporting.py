"""Exports on record: handed over at once, or on the worker's list, written and kept for their owner a day.

`tasks/exports/asking.py` decides which, and writes what is in the files.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from departments.models import User
from tasks.actions.refusals import IllegalNow, require
from tasks.models import Export, ExportKind, ExportState, Plan
from tasks.models.export import random_name

WAITING_AT_MOST = 5  # of one person
KEPT = timedelta(days=1)
UNNAMED = timedelta(hours=1)  # a file that no export names may be one that is being stored just now
PERMISSION = {
    ExportKind.LEDGER_XLSX: "tasks.export_ledger",
    ExportKind.LEDGER_CSV: "tasks.export_ledger",
    ExportKind.BULLETIN: "tasks.export_bulletin",
    ExportKind.BRIEF: "tasks.export_bulletin",
}


class Wanted(NamedTuple):
    """What is asked for. `query` as in the address."""

    kind: str
    plan: Plan
    query: str
    language: str

    def require(self, by: Any) -> None:
        require(by, PERMISSION[ExportKind(self.kind)], self.plan)


class Abandoned(Exception):
    """The export is no longer to be written: it has been given up meanwhile."""


# ---- asking ----


@transaction.atomic
def hand_over(wanted: Wanted, *, by: Any, name: str, size: int, rows: int) -> Export:
    """Put on record what its owner gets this moment; no file is kept."""
    wanted.require(by)
    told = {"name": name, "size": size, "written": rows, "total": rows}
    done = {"state": ExportState.DONE, "finished_at": timezone.now()}
    return Export.objects.create(owner=by, **wanted._asdict(), **told, **done)


@transaction.atomic
def put_on_list(wanted: Wanted, *, by: Any, rows: int, enqueue: Callable[[Export], Any]) -> Export:
    """For the worker. What is asked for once more while it is still to come is there already."""
    wanted.require(by)
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)  # two windows count one after the other
    to_come = Export.objects.filter(owner=by).to_come(timezone.now())
    if same := to_come.filter(**wanted._asdict()).first():
        return same
    if to_come.count() >= WAITING_AT_MOST:
        told = _("You have %(n)s exports waiting. Ask for this one when one of them is done.")
        raise IllegalNow(told % {"n": WAITING_AT_MOST})
    export = Export.objects.create(owner=by, total=rows, **wanted._asdict())
    enqueue(export)
    return export


# ---- writing ----


@transaction.atomic
def begin(export: Export) -> bool:
    """Take it off the list; False where somebody else has, or it has been given up."""
    now = timezone.now()
    waiting = Export.objects.to_come(now).filter(pk=export.pk, state=ExportState.WAITING)
    return bool(waiting.update(state=ExportState.RUNNING, beat_at=now))


class Pulse:
    """Tells the owner how far it is, at most every second and in transactions of its own. Raises Abandoned."""

    def __init__(self, export: Export, every: float = 1) -> None:
        self.export, self.every, self.last = export, every, monotonic()

    def __call__(self, written: int) -> None:
        if monotonic() - self.last < self.every:
            return
        self.last = monotonic()
        if not _running(self.export).update(written=written, beat_at=timezone.now()):
            raise Abandoned


def finish(export: Export, name: str, content: bytes, rows: int) -> None:
    """Keep the file for its owner. It is there whole with its export, or not at all. Raises Abandoned."""
    stored = default_storage.save(random_name(export, name), ContentFile(content))
    now, told = timezone.now(), {"name": name, "size": len(content), "written": rows, "total": rows}
    done = {"state": ExportState.DONE, "finished_at": now, "expires_at": now + KEPT}
    try:
        if not _running(export).update(file=stored, **told, **done):
            raise Abandoned
    except BaseException:
        default_storage.delete(stored)
        raise


def fail(export: Export, sentence: str = "") -> None:
    """Tell the owner why; without a sentence he is told that it did not work and may be asked for again."""
    _running(export).update(state=ExportState.FAILED, error=sentence[:300], finished_at=timezone.now())


def _running(export: Export) -> Any:
    return Export.objects.filter(pk=export.pk, state=ExportState.RUNNING)


# ---- clearing away ----


@transaction.atomic
def sweep(now: datetime) -> int:
    """Remove files that are over or that nobody names, and note what will never be finished. The rows stay.

    Returns how many files went.
    """
    Export.objects.lost(now).update(state=ExportState.FAILED, finished_at=now)
    expired = Export.objects.expired(now).select_for_update()
    names = {export.pk: str(export.file.name) for export in expired}
    Export.objects.filter(pk__in=names).update(file="")
    DBTaskResult.objects.filter(enqueued_at__lt=now - 2 * KEPT).exclude(started_at__gte=now - 2 * KEPT).delete()
    over = [*names.values(), *_unnamed(now)]
    transaction.on_commit(partial(_delete, over))
    return len(over)


def _unnamed(now: datetime) -> list[str]:
    """Left behind by a worker that was killed while it stored them."""
    try:
        found = [f"exports/{name}" for name in default_storage.listdir("exports")[1]]
    except FileNotFoundError:
        return []
    named = set(Export.objects.filter(file__in=found).values_list("file", flat=True))
    return [name for name in found if name not in named and _is_older(name, now - UNNAMED)]


def _is_older(name: str, moment: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < moment
    except FileNotFoundError:  # another sweep was quicker
        return False


def _delete(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
