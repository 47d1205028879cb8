"""Reviewing what units have sent: accept, or return with a reason."""

from datetime import date
from typing import Any

from django.db import transaction

from tasks.actions.moves import locked
from tasks.actions.refusals import NotAllowed, require, require_text, require_version
from tasks.actions.reports import lock, require_move
from tasks.models import Report
from tasks.rules import sent_it
from tasks.workflow import REPORT_MOVES


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
