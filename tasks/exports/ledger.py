"""The ledger as a file of either kind: the very tasks a filter lists, in its order, for page, API and command."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tasks.documents.files import KINDS
from tasks.exports.ledger_csv import ledger_csv
from tasks.exports.ledger_xlsx import Sheet, ledger_xlsx
from tasks.exports.rows import ledger_rows
from tasks.filters import TaskFilter
from tasks.models import Plan

TYPES = {"xlsx": KINDS["xlsx"], "csv": "text/csv; charset=utf-8"}


class File(NamedTuple):
    name: str
    type: str
    content: bytes


def ledger_file(kind: str, listed: TaskFilter, plan: Plan, today: date) -> File:
    """Of the plan's tasks those that a valid filter lists, as the filter's reader sees them."""
    user: Any = listed.request.user
    rows = ledger_rows(listed.qs, user, today)
    unit = user.department if user.sees_own_unit_only else None
    write: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: ledger_xlsx(Sheet(plan, rows, today, unit, listed.in_order_of_document)),
        "csv": lambda: ledger_csv(rows),
    }
    name = _("metrology-ledger-%(plan)s-%(day)s") % {"plan": plan.code, "day": today.isoformat()}
    return File(f"{name}.{kind}", TYPES[kind], write[kind]())
