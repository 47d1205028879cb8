"""Documents on their way in, as the API shows them: what was read, what is wrong with it, what it would change."""

from collections.abc import Iterable
from typing import Any

from departments.api import bodies as departments
from metrology_plan.api.shape import Body, Shape
from tasks.actions.imports import Change, Compared, Comparison, Draft, Unknown, Warning
from tasks.api.bodies import iso, plan_brief, task_brief
from tasks.models import ImportState, PlanImport
from tasks.models import Plan as PlanModel


def planimport(shape: Shape, row: PlanImport) -> Body:
    """In a list: without what was read."""
    return shape.common(row, shape.api("imports", row.pk), row.get_absolute_url()) | {
        "name": row.name,
        "title": row.reading["title"],
        "state": shape.choice(ImportState, row.state),
        "sender": shape.person(row.sender),
        "plan": plan_brief(shape, row.plan) if row.plan else None,
        "stored_on": iso(row.stored_on),
    }


def whole(shape: Shape, row: PlanImport) -> Body:
    """What has been stored or dropped has no problems any more, and is compared with nothing."""
    draft, is_open = Draft(row), row.state == ImportState.OPEN
    compared = draft.comparison if is_open else None
    return planimport(shape, row) | {
        "text": row.text,
        "reading": row.reading,
        "problems": [one._asdict() for one in draft.problems] if is_open else [],
        "warnings": [_warning(one) for one in draft.warnings],
        "unknown": [_unknown(shape, one) for one in draft.unknown] if is_open else [],
        "comparison": _comparison(shape, compared) if compared else None,
    }


def _warning(one: Warning) -> Body:
    return {"place": one.place, "why": one.doubt.why.name, "about": one.doubt.about, "message": one.message}


def _unknown(shape: Shape, name: Unknown) -> Body:
    return {
        "printed": name.printed,
        "places": name.places,
        "decided": name.decided,
        "nearest": [departments.brief(shape, unit) for unit in name.nearest],
        "inactive": departments.brief(shape, name.inactive) if name.inactive else None,
    }


def _comparison(shape: Shape, found: Comparison) -> Body:
    return {
        "plan": plan_brief(shape, found.plan),
        "seen": found.seen,
        "is_same": found.is_same,
        "head": _changes(found.head),
        "groups": _changes(found.groups),
        "text_changed": "text" in found.fields,
        "tasks": [_compared(shape, one, found.plan) for one in found.tasks],
    }


def _compared(shape: Shape, one: Compared, plan: PlanModel) -> Body:
    if one.task:
        one.task.plan = plan  # its code stands in the address
    return {
        "number": one.number,
        "title": one.title,
        "kind": str(one.kind),
        "place": one.place,
        "task": task_brief(shape, one.task) if one.task else None,
        "changes": _changes(one.changes),
        "notes": [str(note) for note in one.notes],
    }


def _changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [{name: str(value) for name, value in change._asdict().items()} for change in changes]
