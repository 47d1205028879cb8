"""Reviewing what units have sent: accept, or return with a reason."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from tasks.actions.moves import locked
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale, malformed, require, require_text, require_version
from tasks.actions.reports import lock, require_move
from tasks.models import Report
from tasks.rules import sent_it
from tasks.workflow import REPORT_MOVES, ReportState

REVIEWS = ("accept", "return")


class Reviewed(NamedTuple):
    """What came of one of many: `refusal` is empty where it was done, otherwise a sentence for the reader."""

    report: Report
    refusal: str


def review(
    reports: Iterable[tuple[Report, int | None]], name: str, *, by: Any, today: date, note: str = ""
) -> list[Reviewed]:
    """Accept or return many, each with the version the reviewer saw and in a transaction of its own.

    Raises NotAllowed for who reviews nothing, ValidationError for an unknown word or a missing reason, before
    anything is done.
    """
    require(by, "tasks.return_report")
    if name not in REVIEWS:
        raise malformed("name", _("Unknown move. Choose from: %s.") % ", ".join(REVIEWS), "invalid_choice")
    note = require_text("note", note) if name == "return" else ""
    return [Reviewed(report, _tried(report, version, name, by, today, note)) for report, version in reports]


def available_reviews(report: Report, user: Any) -> list[str]:
    """What this reviewer may do with it now, by the names in REPORT_MOVES: the buttons of page and queue."""
    if report.period is None or not report.period.is_open or report.state != ReportState.SUBMITTED:
        return []
    allowed = [name for name in REVIEWS if user.has_perm(f"tasks.{name}_report", report)]
    return [name for name in allowed if name != "accept" or not sent_it(user, report)]


def _tried(report: Report, version: int | None, name: str, by: Any, today: date, note: str) -> str:
    try:
        with transaction.atomic():
            _reviewed(report, name, by, today, note, version)
    except NotAllowed:
        return _("Nobody accepts what he sent himself.")
    except Stale as stale:
        return changed_meanwhile(stale.current)
    except IllegalNow as refusal:
        return str(refusal.reason)
    return ""


def changed_meanwhile(current: Report) -> str:
    """Why what the reviewer saw is not what lies there now."""
    if current.state == ReportState.DRAFT:
        return _("The unit has withdrawn it meanwhile.")
    if current.state == ReportState.SUBMITTED:
        return _("It was changed meanwhile; read it again.")
    return _("It has been reviewed meanwhile: %s.") % current.get_state_display()


@transaction.atomic
def accept(report: Report, *, by: Any, today: date, version: int | None = None) -> Report:
    """It stands as sent. Whoever sent it does not accept it."""
    return _reviewed(report, "accept", by, today, "", version)


@transaction.atomic
def send_back(report: Report, *, by: Any, today: date, note: str, version: int | None = None) -> Report:
    """Return it with a reason; the unit goes on where it was."""
    return _reviewed(report, "return", by, today, note, version)


def _reviewed(report: Report, name: str, by: Any, today: date, note: str, version: int | None) -> Report:
    row = lock(report, locked(report.task))
    require(by, f"tasks.{name}_report", row)
    if name == "accept" and sent_it(by, row):
        raise NotAllowed("tasks.accept_report")  # superusers have every permission, but not this one
    note = require_text("note", note) if name == "return" else ""
    require_version(row, version)
    require_move(row, name)
    row.state = REPORT_MOVES[name].target
    row.reviewer, row.reviewed_on, row.review_note = by, today, note
    row.save()
    row.refresh_from_db(fields=["version", "updated_at"])
    return row
