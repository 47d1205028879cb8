"""What stands beside the form of a report: what its unit said last, and what the task's other units say now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from departments.models import Department
from tasks.actions.reports import FIELDS
from tasks.forms.work import ReportForm
from tasks.models import Report
from tasks.querysets.matrix import Cell, cells

TEXTS = FIELDS[1:]


def last_words(reports: Iterable[Report], user: Any) -> dict[int, Report]:
    """By the key of each report, what its unit sent for the period before; else its last update between periods."""
    wanted = list(reports)
    said = Report.objects.visible_to(user).submitted().select_related("period")
    said = said.filter(
        task__in={each.task_id for each in wanted}, department__in={each.department_id for each in wanted}
    )
    said = said.order_by(F("period__starts_on").desc(nulls_last=True), "-reported_on", "-id")
    earlier = list(said) if wanted else []
    found = ((report.pk, next((each for each in earlier if _precedes(each, report)), None)) for report in wanted)
    return {pk: last for pk, last in found if last}


def _precedes(said: Report, report: Report) -> bool:
    if (said.task_id, said.department_id) != (report.task_id, report.department_id) or said.pk == report.pk:
        return False
    return said.period is None or bool(report.period and said.period.starts_on < report.period.starts_on)


@dataclass(frozen=True)
class OtherUnit:
    """Another unit that reports on the task in this period. `said` is None while it is silent."""

    unit: Department
    cell: Cell
    said: Report | None


def other_units(report: Report, coordinator: int | None, user: Any, today: date) -> list[OtherUnit]:
    """For whoever writes the co-ordinator's report; those who have sent come first, the silent never block."""
    if coordinator is None or report.department_id != coordinator:
        return []
    asked = [cell for cell in cells([report.period_id], user, today) if cell.task == report.task_id]
    others = [cell for cell in asked if cell.department != coordinator]
    units = Department.objects.in_bulk([cell.department for cell in others])
    said = {each.pk: each for each in _to_pull(report, user)}
    found = [OtherUnit(units[cell.department], cell, said.get(cell.report)) for cell in others]
    return sorted(found, key=lambda other: other.said is None)


def _to_pull(report: Report, user: Any) -> Any:
    """What other units have sent on the task for this period and what has not been returned."""
    said = Report.objects.visible_to(user).standing().filter(period=report.period_id, task=report.task_id)
    return said.exclude(department=report.department_id).select_related("department")


def pulled(typed: dict[str, str], report: Report, pk: str, user: Any) -> dict[str, str]:
    """The typed text with another unit's words below it, marked with its name; raises ValidationError."""
    said = next((each for each in _to_pull(report, user) if str(each.pk) == pk), None)
    if said is None:
        raise ValidationError(_("That unit's report is not there any more."))
    fields = typed | {name: _below(typed[name], said, getattr(said, name)) for name in TEXTS}
    for name in TEXTS:
        if len(fields[name]) > (ReportForm.base_fields[name].max_length or 0):  # type: ignore[attr-defined]
            raise ValidationError(_("There is no room left for the text of %s.") % said.department.short_name)
    return fields


def _below(typed: str, said: Report, words: str) -> str:
    quoted = f"【{said.department.short_name}】{words}"
    if not words or quoted in typed:  # the button pressed twice
        return typed
    return f"{typed}\n{quoted}" if typed else quoted
