"""A unit's workbook looked at and stored in one step, for programs and the shell, which read no page in between."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tasks.actions.refusals import IllegalNow, Stale, require
from tasks.actions.workbook import LABELS, Edit, Problem, Row, compare, edits, store
from tasks.documents.workbook import KEY, Line
from tasks.models import Plan

DECISIONS = ("portal", "workbook")  # whose words stay where both have changed


@dataclass(frozen=True)
class Preview:
    """What a workbook would change and everything that is wrong with it. `unchanged`: rows that say what the portal
    says."""

    rows: list[Row]
    problems: list[Problem]
    unchanged: int

    @property
    def changed(self) -> list[Row]:
        return [row for row in self.rows if not row.is_conflict]

    @property
    def conflicts(self) -> list[Row]:
        return [row for row in self.rows if row.is_conflict]

    @property
    def lacks(self) -> list[Problem]:
        """What would keep reports from being sent."""
        return [one for row in self.rows if row.choice != "portal" and not row.refused for one in row.lacks]


def look(lines: Collection[Line], *, by: Any, plan: Plan | None = None) -> Preview:
    """Beside what is stored; `plan`: the only one whose rows are taken."""
    require(by, "tasks.report_task")
    found, problems = edits(lines)
    here = [edit for edit in found if plan is None or edit.key.plan == plan.code]
    problems += [_elsewhere(edit) for edit in found if edit not in here]
    rows, more = compare(here, by=by)
    problems = sorted([*problems, *more])
    told = {row.edit.line for row in rows} | {one.line for one in problems}
    known = {line.number for line in lines if line.cells[KEY]}
    return Preview(sorted(rows, key=lambda row: row.edit.line), problems, len(known - told))


def _elsewhere(edit: Edit) -> Problem:
    return Problem(edit.line, "", _("This row belongs to another plan: %s.") % edit.key.plan)


def column_of(label: str) -> str:
    """The name of the field with this label; nothing where a problem is about the whole row."""
    return next((name for name, known in LABELS.items() if str(known) == label), "")


@transaction.atomic
def store_whole(preview: Preview, *, by: Any, today: date, send: bool, decide: str = "") -> int:
    """As drafts, or sent: all that it changes, or nothing. `decide` for every row where both have changed.

    Reports are stored on top of the versions that the preview was compared with; who did not decide, is stale."""
    require(by, "tasks.report_task")
    for row in preview.conflicts:
        row.choice = decide
    _refuse([*preview.problems, *(preview.lacks if send else [])])
    if preview.conflicts and not decide:
        raise Stale(None)
    for row in preview.conflicts:
        if row.is_undecided:
            raise IllegalNow(_("Row %(n)s: %(reason)s") % {"n": row.edit.line, "reason": row.refused})
        row.edit = row.as_shown()
    return store(preview.rows, by=by, today=today, send=send)


def _refuse(problems: list[Problem]) -> None:
    """All of them, under the names of their cells: `rows.6.progress_text`."""
    told: dict[str, list[str]] = {}
    for one in problems:
        name = ".".join(filter(None, ("rows", str(one.line), column_of(one.column))))
        told.setdefault(name, []).append(one.message)
    if told:
        raise ValidationError(told)
