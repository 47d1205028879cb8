"""Plans, tasks and what belongs to them, as the API shows them."""

from datetime import date
from typing import Any

from django.utils import timezone

from departments.api import bodies as departments
from metrology_plan.api.shape import Body, Shape, moment
from tasks.actions.moves import available_moves
from tasks.models import (
    Assignment,
    DateBasis,
    Export,
    ExportKind,
    ExportState,
    Milestone,
    MilestoneState,
    Plan,
    Role,
    Task,
    TaskGroup,
)
from tasks.querysets.light import Light
from tasks.querysets.rollup import Figures, Rollup
from tasks.reasons import sentence
from tasks.rhythm import Rhythm
from tasks.workflow import State


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


# ---- brief ----


def plan_brief(shape: Shape, plan: Plan) -> Body:
    url = shape.api("plans", plan.code)
    return {"id": plan.pk, "url": url, "display": plan.title, "code": plan.code, "year": plan.year}


def group_brief(shape: Shape, group: TaskGroup) -> Body:
    url = shape.api("groups", group.pk)
    return {"id": group.pk, "url": url, "display": group.title, "ordinal": group.ordinal, "title": group.title}


def task_brief(shape: Shape, task: Task) -> Body:
    return {"id": task.pk, "url": shape.api("tasks", task.code), "display": str(task), "number": task.number}


def place(row: Any) -> list[int] | None:
    """Where the words of a task, a milestone or a unit begin and end in the plan's text, the end excluded."""
    there = getattr(row, "place", None)
    return [there.starts_at, there.ends_at] if there else None


# ---- whole ----


def plan(shape: Shape, row: Plan) -> Body:
    return shape.common(row, shape.api("plans", row.code), f"/document/?plan={row.code}") | {
        "code": row.code,
        "title": row.title,
        "year": row.year,
        "issuer": row.issuer,
        "document_number": row.document_number,
        "issued_on": iso(row.issued_on),
        "ends_on": iso(row.ends_on),
        "report_every": shape.choice(Rhythm, row.report_every),
        "is_active": row.is_active,
        "text": row.text,
        "red_overdue_days": row.red_overdue_days,
        "red_overdue_share": row.red_overdue_share,
        "red_idle_share": row.red_idle_share,
        "yellow_due_days": row.yellow_due_days,
        "yellow_milestone_days": row.yellow_milestone_days,
        "yellow_gap": row.yellow_gap,
    }


def group(shape: Shape, row: TaskGroup) -> Body:
    url, page = shape.api("groups", row.pk), f"/tasks/?plan={row.plan.code}&group={row.pk}"
    own = {"plan": plan_brief(shape, row.plan), "ordinal": row.ordinal, "title": row.title}
    return shape.common(row, url, page) | own


def task(shape: Shape, row: Any, today: date) -> Body:
    """`row` comes from `with_light(today)`, with its plan, group and units."""
    units = list(row.assignments.all())
    speaks = next((one.department for one in units if one.department_id == row.coordinator_id), None)
    light = shape.choice(Light, row.light) or {}
    return shape.common(row, shape.api("tasks", row.code), row.get_absolute_url()) | {
        "number": row.number,
        "title": row.title,
        "text": row.text,
        "place": place(row),
        "plan": plan_brief(shape, row.plan),
        "group": group_brief(shape, row.group),
        "state": shape.choice(State, row.state),
        "starts_on": iso(row.starts_on),
        "due_on": iso(row.due_on),
        "original_due_on": iso(row.original_due_on),
        "extensions": row.extended,
        "progress": row.progress,
        "expected_progress": row.expected_progress,
        "light": light | {"reason": sentence(row, today)},
        "leads": [_unit(shape, one) for one in units if one.role == Role.LEAD],
        "supports": [_unit(shape, one) for one in units if one.role == Role.SUPPORT],
        "coordinator": departments.brief(shape, speaks) if speaks else None,
        "moves": [{"value": move.name, "label": str(move.label)} for move in available_moves(row, shape.user)],
    }


def task_detail(shape: Shape, row: Any, today: date) -> Body:
    rows = row.milestones.select_related("place").order_by("position")
    return task(shape, row, today) | {"milestones": [milestone(shape, one, row) for one in rows]}


def _unit(shape: Shape, row: Assignment) -> Body:
    return {
        "department": departments.brief(shape, row.department),
        "printed_as": row.printed_as,
        "open_ended": row.open_ended,
        "owes_report": row.owes_report,
    }


def assignment(shape: Shape, row: Assignment) -> Body:
    url = shape.api("assignments", row.pk)
    own = {"task": task_brief(shape, row.task), "role": shape.choice(Role, row.role), "position": row.position}
    return shape.common(row, url, row.task.get_absolute_url()) | own | _unit(shape, row) | {"place": place(row)}


def milestone(shape: Shape, row: Milestone, of: Task | None = None) -> Body:
    owner = of or row.task
    page = f"{owner.get_absolute_url()}#m{owner.number}-{row.position}"
    return shape.common(row, shape.api("milestones", row.pk), page) | {
        "task": task_brief(shape, owner),
        "position": row.position,
        "title": row.title,
        "quote": row.quote,
        "place": place(row),
        "due_on": iso(row.due_on),
        "original_due_on": iso(row.original_due_on),
        "date_basis": shape.choice(DateBasis, row.date_basis),
        "weight": row.weight,
        "state": shape.choice(MilestoneState, row.state),
        "done_on": iso(row.done_on),
        "note": row.note,
    }


# ---- summary ----


def summary(shape: Shape, figures: Rollup) -> Body:
    """Counts and progress over what the caller sees."""
    return _figures(shape, figures) | {
        "groups": [{"group": group_brief(shape, one.group)} | _figures(shape, one) for one in figures.groups]
    }


def _figures(shape: Shape, figures: Figures) -> Body:
    return {
        "tasks": figures.tasks,
        "progress": figures.progress,
        "expected_progress": figures.expected_progress,
        "by_state": [(shape.choice(State, key) or {}) | {"count": n} for key, n in figures.by_state.items()],
        "by_light": [(shape.choice(Light, key) or {}) | {"count": n} for key, n in figures.by_light.items()],
    }


# ---- files out ----


def export(shape: Shape, row: Export) -> Body:
    """It has no version: nobody edits it. `file_url` stands there while the file is kept."""
    now = timezone.now()
    file = shape.page(f"/api/v1/exports/{row.pk}/file/") if row.is_kept(now) else None
    return {
        "id": row.pk,
        "url": shape.api("exports", row.pk),
        "display_url": shape.page(row.get_absolute_url()),
        "display": str(row),
        "created_at": moment(row.created_at),
        "kind": shape.choice(ExportKind, row.kind),
        "plan": plan_brief(shape, row.plan),
        "query": row.query,
        "language": row.language,
        "state": shape.choice(ExportState, row.state_at(now)),
        "error": row.error,
        "written": row.written,
        "total": row.total,
        "name": row.name,
        "size": row.size,
        "finished_at": moment(row.finished_at),
        "expires_at": moment(row.expires_at),
        "file_url": file,
    }
