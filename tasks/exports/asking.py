"""Asking for a file: handed over at once while it is small, otherwise written by the worker as its owner sees it.

Page, API and command come here, so that every file is the same and every file is on record.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import pghistory
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from tasks.actions import exporting
from tasks.actions.exporting import Abandoned, Pulse, Wanted
from tasks.actions.refusals import NotAllowed
from tasks.documents.files import KINDS
from tasks.exports.brief import brief_file
from tasks.exports.bulletin import bulletin_file
from tasks.exports.file import File, Source, nobody
from tasks.exports.ledger import TYPES, Ledger
from tasks.exports.of_period import OfPeriod
from tasks.models import Export, ExportKind, Plan

SOURCES: dict[str, Callable[[Plan, str, Any, date], Source]] = {
    ExportKind.LEDGER_XLSX: partial(Ledger, "xlsx"),
    ExportKind.LEDGER_CSV: partial(Ledger, "csv"),
    ExportKind.BULLETIN: partial(OfPeriod, bulletin_file),
    ExportKind.BRIEF: partial(OfPeriod, brief_file),
}
TYPE_OF: dict[str, str] = {
    ExportKind.LEDGER_XLSX: TYPES["xlsx"],
    ExportKind.LEDGER_CSV: TYPES["csv"],
    ExportKind.BULLETIN: KINDS["docx"],
    ExportKind.BRIEF: KINDS["docx"],
}

logger = structlog.get_logger(__name__)


class Asked(NamedTuple):
    """`file` is None where the worker writes it."""

    export: Export
    file: File | None


def ask(
    kind: str, plan: Plan, query: str, *, by: Any, today: date, language: str, at_once: float | None = None
) -> Asked:
    """A file of a plan that the user sees; of more than `at_once` rows later.

    Raises NotAllowed, ValidationError for a query that does not fit, IllegalNow where too many wait.
    """
    wanted = Wanted(kind, plan, query, language)
    wanted.require(by)
    most = settings.EXPORT_AT_ONCE if at_once is None else at_once
    with override(language):
        source = SOURCES[kind](plan, query, by, today)
        if source.rows > most:
            enqueue = partial(_enqueue, today=today)
            return Asked(exporting.put_on_list(wanted, by=by, rows=source.rows, enqueue=enqueue), None)
        file = source.write(nobody)
    told: Any = {"name": file.name, "size": len(file.content), "rows": source.rows}
    return Asked(exporting.hand_over(wanted, by=by, **told), file)


def _enqueue(export: Export, *, today: date) -> None:
    write.enqueue(export.pk, today.isoformat())


# ---- in the worker ----


@task()
def write(pk: int, today: str) -> None:
    """Write what waits under this key, as of the day it was asked for; then clear away what is over."""
    export = Export.objects.select_related("owner__department", "plan").get(pk=pk)
    with pghistory.context(user=export.owner_id, worker=True), override(export.language):
        if exporting.begin(export):
            _write(export, date.fromisoformat(today))
    try:
        exporting.sweep(timezone.now())
    except OSError:
        logger.exception("exports_not_cleared_away")


def _write(export: Export, today: date) -> None:
    """Nothing that goes wrong goes further than the owner's page and the log."""
    try:
        source = _source(export, today)
        file = source.write(Pulse(export))
        exporting.finish(export, file.name, file.content, source.rows)
    except NotAllowed:
        exporting.fail(export, _("Your account may no longer export this."))
    except ValidationError:
        exporting.fail(export, _("The filters no longer fit what is in the plan. Choose them anew in the ledger."))
    except Abandoned:
        logger.warning("export_abandoned", export=export.pk)
    except Exception:
        logger.exception("export_failed", export=export.pk)
        exporting.fail(export)


def _source(export: Export, today: date) -> Source:
    """What the owner's page would write, with the rights the owner has by now."""
    owner: Any = export.owner
    wanted = Wanted(export.kind, export.plan, export.query, export.language)
    wanted.require(owner)
    if not Plan.objects.visible_to(owner).filter(pk=export.plan_id).exists():
        raise NotAllowed("tasks.view_plan")
    return SOURCES[export.kind](export.plan, export.query, owner, today)
