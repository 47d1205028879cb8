"""The ledger as files show it: its 17 columns, whatever the file, and what stands in them.

The word on a task is the co-ordinator's that stands; in a unit's own copy it is its own, and what it is writing now
comes before what it sent earlier. 完成情况 is the state of the task, 备注 the sentence behind its light.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tasks.documents.marks import parts
from tasks.documents.numerals import heading
from tasks.querysets.light import Light
from tasks.querysets.requests import with_extensions
from tasks.querysets.said import Said, said
from tasks.reasons import sentence

Cell = str | int | date | datetime | None


@dataclass(frozen=True)
class Row:
    """A task with its light, units and plan, and what was said on it. `contact`: of the unit that says it."""

    task: Any
    said: Said
    contact: str
    today: date

    def word(self, name: str) -> str:
        return str(getattr(self.said.shown, name, ""))

    @property
    def is_to_write(self) -> bool:
        """Of a unit's own copy: whether its words may be changed now. An update between periods may begin any time."""
        return bool(self.task.takes_reports and (self.said.own is None or self.said.own.is_to_write))

    @property
    def updated_at(self) -> datetime:
        """Of the task or of the words on it, whichever came later."""
        moments = [self.task.updated_at, *([self.said.shown.updated_at] if self.said.shown else [])]
        return timezone.localtime(max(moments))


@dataclass(frozen=True)
class Column:
    """`kind`: text, number, day, percent or moment. `width` in characters; together they fill a landscape page."""

    label: Promise
    width: float
    value: Callable[[Row], Cell]
    kind: str = "text"
    name: str = ""  # of the field of a report that stands in it


def _said(name: str, label: Promise, width: float) -> Column:
    return Column(label, width, lambda row: row.word(name), name=name)


COLUMNS = (
    Column(pgettext_lazy("ledger", "No."), 5, lambda row: row.task.number, "number"),
    Column(pgettext_lazy("ledger", "Group"), 10, lambda row: heading(row.task.group)),
    Column(pgettext_lazy("ledger", "Task"), 13, lambda row: row.task.title),
    Column(pgettext_lazy("ledger", "Work to do"), 32, lambda row: _work(row.task)),
    Column(pgettext_lazy("ledger", "Lead units"), 11, lambda row: _units(row.task, "lead")),
    Column(pgettext_lazy("ledger", "Supporting units"), 13, lambda row: _units(row.task, "support")),
    Column(pgettext_lazy("ledger", "Contact person"), 7, lambda row: row.contact),
    Column(pgettext_lazy("ledger", "Due"), 10.5, lambda row: row.task.due_on, "day"),
    _said("progress_text", _("Progress made"), 26),
    Column(pgettext_lazy("ledger", "Completion"), 6.5, lambda row: row.task.progress, "percent"),
    _said("problems", _("Problems"), 17),
    _said("next_steps", _("Next steps"), 17),
    Column(pgettext_lazy("ledger", "State of the work"), 8, lambda row: capfirst(row.task.get_state_display())),
    Column(pgettext_lazy("ledger", "Light"), 6, lambda row: capfirst(str(Light(row.task.light).label))),
    Column(pgettext_lazy("ledger", "Extended"), 5.5, lambda row: _extended(row.task)),
    Column(pgettext_lazy("ledger", "Updated"), 15.5, lambda row: row.updated_at, "moment"),
    Column(pgettext_lazy("ledger", "Remarks"), 17, lambda row: sentence(row.task, row.today)),
)


def ledger_rows(tasks: Any, user: Any, today: date) -> list[Row]:
    """Tasks with lights, in the order in which they shall stand, as this user's copy shows them."""
    found = list(with_extensions(tasks.select_related("plan", "group")).defer("plan__text").with_units())
    words = said([task.pk for task in found], user)
    return [Row(task, words[task.pk], _contact(task, user), today) for task in found]


def _contact(task: Any, user: Any) -> str:
    """Whom to ask about the words of the row."""
    if user.sees_own_unit_only:
        return str(user.department.contact_name)
    units: Iterable[Any] = (unit.department for unit in task.assignments.all())
    return next((str(unit.contact_name) for unit in units if unit.pk == task.coordinator_id), "")


def _work(task: Any) -> str:
    """The text without what has a column of its own: its title and the clause that names the units."""
    body: str = parts(task.text, task.title)[1]
    return body.strip() or task.text


def _units(task: Any, role: str) -> str:
    return "、".join(unit.printed_as for unit in task.assignments.all() if unit.role == role)


def _extended(task: Any) -> str:
    return f"×{task.extended}" if task.extended else ""
