"""What `import_workbook` tells: every cell that would change, and everything that is wrong."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tasks.actions.workbook import Problem, Row
from tasks.actions.workbook_whole import Preview

LINE_BREAK = "⏎"  # a cell stays on one line


def preview_told(preview: Preview) -> str:
    counts = {
        "changed": len(preview.changed),
        "conflicts": len(preview.conflicts),
        "errors": len(preview.problems),
        "unchanged": preview.unchanged,
    }
    told = _("%(changed)s changed, %(conflicts)s in conflict, %(unchanged)s rows unchanged; %(errors)s errors.")
    return "\n".join([told % counts, *(line for row in preview.rows for line in _lines(row))])


def problems_told(problems: Iterable[Problem]) -> str:
    return "\n".join(f"{_row(one.line)}{f' {one.column}' if one.column else ''}：{one.message}" for one in problems)


def _lines(row: Row) -> Iterator[str]:
    """`!` where the portal has changed too."""
    yield f"  {'!' if row.is_conflict else '~'} {_row(row.edit.line)} {row.task.number} {row.task.title}"
    for change in row.changes:
        yield f"      {change.label}：{_cell(change.before)} → {_cell(change.after)}"
    if row.is_conflict:
        yield f"      ! {row.refused or _('changed in the portal meanwhile')}"
    if row.says_the_same:
        yield "      ? " + _("The progress made reads the same, or nearly the same, as last time.")
    if row.lacks and not row.refused:
        lacking = pgettext("between parts of a sentence", ", ").join(one.column for one in row.lacks)
        yield f"      ? {_('Still lacking to be sent:')}{lacking}"


def _row(line: int) -> str:
    return pgettext("workbook", "Row %(n)s") % {"n": line}


def _cell(text: str) -> str:
    return text.replace("\n", LINE_BREAK) or "—"
