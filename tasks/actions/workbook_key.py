"""The signed key of a row of a unit's workbook: whose word on which task it is, and how its cells read at first.

So only cells that were edited count, wherever the row stands now, and a change in the portal meanwhile is noticed.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core import signing

from tasks.actions.reports import FIELDS
from tasks.documents.workbook import plain

SIGNER = signing.Signer(salt="tasks.actions.workbook_key")  # no time in it: the same row has the same key
NEW = 0  # in place of a report's key and version, where one would begin
DIGITS = 10


class Key(NamedTuple):
    """`seen`: a digest of each field as the row showed it."""

    plan: str
    number: int
    unit: str
    report: int
    version: int
    seen: str

    def edited(self, fields: Mapping[str, str]) -> dict[str, str]:
        """Those that read otherwise than they did."""
        return {name: text for name, text in fields.items() if _digest(text) != self._before(name)}

    def _before(self, name: str) -> str:
        at = FIELDS.index(name) * DIGITS
        return self.seen[at : at + DIGITS]


def key_of(task: Any, unit: str, report: Any, shown: Mapping[str, str]) -> str:
    """`report` is the one to go on with, or None; `shown` stands in the row."""
    named = (report.pk, report.version) if report else (NEW, NEW)
    seen = "".join(_digest(shown[name]) for name in FIELDS)
    return SIGNER.sign_object([task.plan.code, task.number, unit, *named, seen])


def read_key(text: str) -> Key | None:
    """None for what nobody of us has signed."""
    try:
        return Key(*SIGNER.unsign_object(text.strip()))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def _digest(text: str) -> str:
    return hashlib.sha256(plain(text).encode()).hexdigest()[:DIGITS]
