"""What `import_plan` tells: whom an unknown name may mean, and what was stored."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tasks.actions.imports import Change, Compared, Comparison, Draft
from tasks.models import Assignment, Milestone, Plan

FITS = 160  # characters
SIGNS = {"new": "+", "changed": "~", "kept": "=", "missing": "-"}


def nearest_told(draft: Draft) -> Iterator[str]:
    """Under the problems, one line a name: how to say whom it means."""
    for name in draft.unknown:
        if name.decided is None and name.nearest:
            near = pgettext("between units", ", ").join(f"{unit.short_name}={unit.code}" for unit in name.nearest)
            yield _("“%(name)s” may be: %(nearest)s") % {"name": name.printed, "nearest": near}


def stored_told(plan: Plan, draft: Draft, comparison: Comparison | None, preview: bool) -> str:
    """A summary, what changed by task number, and what the reader is unsure of."""
    lines = [_summary(plan, comparison)]
    if comparison:
        lines += [f"  {_changed(change)}" for change in [*comparison.head, *comparison.groups]]
        lines += ["  " + _("The published text has been replaced.")] if "text" in comparison.fields else []
        lines += [line for task in comparison.tasks if task.kind in SIGNS for line in _lines(task)]
    for warning in draft.warnings:
        item = draft.reading.tasks[warning.place] if warning.place is not None else None
        lines.append(f"  ? {item.number} {item.title}：{warning.message}" if item else f"  ? {warning.message}")
    return "\n".join([*lines, _("This was a preview: nothing has been stored.")] if preview else lines)


def _summary(plan: Plan, comparison: Comparison | None) -> str:
    words = {"title": plan.title, "code": plan.code}
    if comparison is None:
        counts = {
            "groups": plan.groups.count(),
            "tasks": plan.tasks.count(),
            "units": Assignment.objects.filter(task__plan=plan).count(),
            "milestones": Milestone.objects.filter(task__plan=plan).count(),
        }
        told = _(
            "%(title)s (%(code)s) is stored: %(groups)s groups, %(tasks)s tasks, %(units)s units, "
            "%(milestones)s milestones."
        )
        return told % (words | counts)
    if comparison.is_same:
        return _("%(title)s (%(code)s) is stored already and as the document says; nothing has changed.") % words
    counts = {kind: len(comparison.of(kind)) for kind in ("new", "changed", "unchanged", "missing", "kept")}
    told = _(
        "%(title)s (%(code)s) is up to date: %(new)s tasks new, %(changed)s changed, %(unchanged)s unchanged; "
        "%(missing)s no longer in the document and %(kept)s that are over stay as they are."
    )
    return told % (words | counts)


def _lines(task: Compared) -> Iterator[str]:
    notes = "".join(f"（{note}）" for note in task.notes)
    yield f"  {SIGNS[task.kind]} {task.number} {task.title}{notes}"
    for change in task.changes:
        yield f"      {_changed(change)}"


def _changed(change: Change) -> str:
    """Both sides where they fit on a line."""
    if len(change.before) + len(change.after) > FITS:
        return str(change.label)
    return f"{change.label}：{change.before or '—'} → {change.after or '—'}"
