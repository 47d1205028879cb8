"""A unit's reports out of its workbook: what was edited, what is wrong with that, what it would change; storing it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from tasks.actions import reports
from tasks.actions.refusals import IllegalNow
from tasks.actions.workbook_key import NEW, Key, read_key
from tasks.documents.likeness import is_like
from tasks.documents.workbook import KEY, Line, plain
from tasks.models import Assessment, Report, Task
from tasks.querysets.said import own_reports

LONGEST = 5000  # characters of a field, as in the form of a report
LABELS: dict[str, Promise] = {
    "assessment": gettext_lazy("Own assessment"),
    "progress_text": gettext_lazy("Progress made"),
    "problems": gettext_lazy("Problems"),
    "next_steps": gettext_lazy("Next steps"),
}
Place = tuple[str, int]  # plan and number of a task


class Problem(NamedTuple):
    """What keeps the whole workbook from being stored: in which row, in which column (or none), why."""

    line: int
    column: str
    message: str


class Edit(NamedTuple):
    """A row in which something was edited: `fields` is what it asks to be stored, on top of `version`.

    `is_disputed`: the report was found changed, and its writer was shown both."""

    line: int
    key: Key
    fields: dict[str, str]
    version: int
    is_disputed: bool = False

    @property
    def place(self) -> Place:
        return self.key.plan, self.key.number


class Change(NamedTuple):
    label: Promise
    before: str
    after: str


@dataclass
class Row:
    """An edited row beside what is stored. `lacks`: what would keep it from being sent; `refused`: why the workbook's
    words cannot be taken any more; `choice`: portal or workbook, once the writer has decided."""

    edit: Edit
    task: Task
    report: Report | None
    changes: list[Change]
    lacks: list[Problem]
    refused: str = ""
    choice: str = ""

    @property
    def version(self) -> int:
        return self.report.version if self.report else NEW

    @property
    def has_moved(self) -> bool:
        """Somebody changed the report in the portal since the workbook was written, or since it was compared."""
        return self.version != self.edit.version

    @property
    def is_conflict(self) -> bool:
        return self.has_moved or self.edit.is_disputed

    @property
    def is_undecided(self) -> bool:
        return self.is_conflict and self.choice != "portal" and (self.choice != "workbook" or bool(self.refused))

    @property
    def says_the_same(self) -> bool:
        """Nearly what the unit sent in the period before: it is pointed out and never refused."""
        before = getattr(self.report, "said_before", None) or ""
        return is_like(before, self.edit.fields.get("progress_text", ""))

    def as_shown(self) -> Edit:
        """From now on the edit stands on top of what its writer has been shown."""
        return self.edit._replace(version=self.version, is_disputed=self.is_conflict)


# ---- what was edited: no database ----


def edits(lines: Iterable[Line]) -> tuple[list[Edit], list[Problem]]:
    """Of the rows those in which something was edited, and everything that is wrong with them."""
    found, problems, copies = [], [], Counter[Place]()
    for line in lines:
        texts = {name: line.cells[name] for name in reports.FIELDS}
        key = read_key(line.cells[KEY]) if line.cells[KEY] else None
        if key is None:
            problems += [Problem(line.number, "", _unknown(line))] if line.cells[KEY] or any(texts.values()) else []
            continue
        copies[key.plan, key.number] += 1
        fields = texts | {"assessment": _assessments().get(texts["assessment"].casefold(), texts["assessment"])}
        if edited := key.edited(fields):
            found.append(Edit(line.number, key, edited if key.report else fields, key.version))
            problems += _malformed(line.number, edited)
    return found, sorted([*problems, *_twice(found, copies)])


def _unknown(line: Line) -> str:
    if line.cells[KEY]:
        return _("The hidden number of this row is damaged. Export the ledger again and fill in that.")
    return _("A row that the portal does not know: only rows of the exported ledger can be read.")


def _assessments() -> dict[str, str]:
    """What may stand in the cell, in each language, and what it means."""
    known: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            known |= {str(label).casefold(): str(value) for value, label in Assessment.choices}
    return known


def _malformed(line: int, edited: Mapping[str, str]) -> Iterator[Problem]:
    for name, text in edited.items():
        label = str(LABELS[name])
        if name == "assessment" and text and text not in Assessment.values:
            words = pgettext("between units", ", ").join(capfirst(str(label)) for label in Assessment.labels)
            yield Problem(
                line, label, _("“%(text)s” does not fit. These do: %(words)s.") % {"text": text[:40], "words": words}
            )
        elif len(text) > LONGEST:
            told = _("%(n)s characters; at most %(most)s fit.") % {"n": len(text), "most": LONGEST}
            yield Problem(line, label, told)


def _twice(found: list[Edit], copies: Counter[Place]) -> Iterator[Problem]:
    """A copied row of which no copy was edited does no harm."""
    for edit in found:
        if copies[edit.place] > 1:
            told = _("This task stands in %(n)s rows; keep one.") % {"n": copies[edit.place]}
            yield Problem(edit.line, "", told)


# ---- beside what is stored ----


def compare(found: Iterable[Edit], *, by: Any) -> tuple[list[Row], list[Problem]]:
    """What the edits would change, and what the portal has against them. Five queries, whatever their number."""
    wanted = list(found)
    known = _Known(wanted, by)
    rows, problems = [], []
    for edit in wanted:
        try:
            row = known.row(edit)
        except IllegalNow as refusal:
            problems.append(Problem(edit.line, "", str(refusal.reason)))
            continue
        rows += [row] if row.changes else []
    return rows, problems


class _Known:
    """The tasks and reports that the edits name, as far as they are the writer's."""

    def __init__(self, wanted: list[Edit], by: Any) -> None:
        self.by = by
        plans, numbers = {edit.key.plan for edit in wanted}, {edit.key.number for edit in wanted}
        mine = Task.objects.visible_to(by).assigned_to(by.department_id).filter(plan__code__in=plans)
        tasks = mine.filter(number__in=numbers).select_related("plan").defer("text", "plan__text")
        self.tasks = {(task.plan.code, task.number): task for task in tasks}
        of_unit = Report.objects.visible_to(by).filter(department=by.department_id, task__in=tasks.values("pk"))
        of_unit = of_unit.select_related("period", "department", "author").with_said_before()
        self.named = of_unit.in_bulk([edit.key.report for edit in wanted if edit.key.report])
        self.going_on = own_reports(of_unit)
        self.writable = set(Report.objects.written_by(by).filter(pk__in=self.named).values_list("pk", flat=True))

    def row(self, edit: Edit) -> Row:
        """Raises IllegalNow, unless it is a change in the portal that the writer did not know of: then he is told."""
        task = self.tasks.get(edit.place)
        if task is None or self.by.department is None or edit.key.unit != self.by.department.code:
            raise IllegalNow(_("This task is not your unit's, or not any more."))
        report = self._report(edit, task)
        stored = {name: plain(getattr(report, name, "")) for name in reports.FIELDS}
        changed = {name: text for name, text in edit.fields.items() if text != stored[name]}
        changes = [
            Change(LABELS[name], _read(name, stored[name]), _read(name, text)) for name, text in changed.items()
        ]
        row = Row(edit, task, report, changes, _lacks(edit.line, stored | edit.fields))
        row.refused = self._refusal(row)
        if row.refused and not row.is_conflict and changes:
            raise IllegalNow(row.refused)
        return row

    def _report(self, edit: Edit, task: Task) -> Report | None:
        """The one to go on with; None where one would begin."""
        report = self.named.get(edit.key.report) if edit.key.report else self.going_on.get(task.pk)
        if edit.key.report and (report is None or report.task_id != task.pk or not self._may_write(report)):
            raise IllegalNow(_("Somebody else writes this report now."))
        if report:
            report.task = task
        return report

    def _refusal(self, row: Row) -> str:
        """Why nothing can be written now, or nothing."""
        begun = row.report or Report(task=row.task, department=self.by.department, state=Report.State.DRAFT)
        try:
            reports.require_move(begun, "save")
        except IllegalNow as refusal:
            return str(refusal.reason)
        if not row.edit.key.report and begun.period_id:
            return _("A report on this task is asked for meanwhile. Export the ledger again and fill in that.")
        return ""

    def _may_write(self, report: Report) -> bool:
        return report.pk in self.writable or (report.period_id is None and not report.filled_in)


def _read(name: str, text: str) -> str:
    return capfirst(str(Assessment(text).label)) if name == "assessment" and text in Assessment.values else text


def _lacks(line: int, fields: dict[str, str]) -> list[Problem]:
    try:
        reports.check_complete(fields)
    except ValidationError as error:
        return [Problem(line, str(LABELS[name]), told[0]) for name, told in error.message_dict.items()]
    return []


# ---- storing ----


@transaction.atomic
def store(rows: Iterable[Row], *, by: Any, today: date, send: bool) -> int:
    """Each as a draft, or sent; all of them or none. Where the writer keeps the portal's words nothing is done.

    The tasks are locked first, in one order for everybody."""
    ready = sorted((row for row in rows if row.choice != "portal"), key=lambda row: row.task.pk)
    list(Task.objects.select_for_update(of=("self",)).filter(pk__in=[row.task.pk for row in ready]).order_by("pk"))
    for row in ready:
        said: dict[str, Any] = {"by": by, "fields": row.edit.fields, "version": row.edit.version, "report": row.report}
        if send:
            reports.submit(row.task, by.department, today=today, **said)
        else:
            reports.save_draft(row.task, by.department, **said)
    return len(ready)


def told(n: int, send: bool) -> str:
    """What has been done, in a sentence."""
    if not n:
        return _("Nothing was changed: everything stays as it is in the portal.")
    if send:
        return ngettext("%d report sent.", "%d reports sent.", n) % n
    return ngettext("%d draft kept.", "%d drafts kept.", n) % n
