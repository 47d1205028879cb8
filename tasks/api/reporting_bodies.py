"""Periods, reports and what belongs to them, as the API shows them."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language

from departments.api import bodies as departments
from metrology_plan.api.shape import Body, Shape, moment
from tasks.api.bodies import iso, plan_brief, task_brief
from tasks.models import Assessment, Evidence, PeriodState, Report, ReportingPeriod, ReportState, Standing
from tasks.querysets.light import Light
from tasks.querysets.matrix import Cell, Tally
from tasks.workflow import State

# ---- brief ----


def period_brief(shape: Shape, row: ReportingPeriod) -> Body:
    return {
        "id": row.pk,
        "url": shape.api("periods", row.pk),
        "display": row.label,
        "starts_on": iso(row.starts_on),
        "ends_on": iso(row.ends_on),
        "due_on": iso(row.due_on),
    }


def report_brief(shape: Shape, row: Report) -> Body:
    return {"id": row.pk, "url": shape.api("reports", row.pk), "display": str(row)}


def evidence_brief(shape: Shape, row: Evidence) -> Body:
    url = shape.api("evidence", row.pk)
    return {"id": row.pk, "url": url, "display": row.name, "kind": row.kind, "size": row.size}


# ---- periods ----


def period(shape: Shape, row: ReportingPeriod, tallies: dict[int, Tally]) -> Body:
    """The counts are over what the caller may know, null where nobody has been asked yet."""
    counts = tallies.get(row.pk, Tally(0, 0, 0))._asdict()
    asked = row.state != PeriodState.PLANNED
    return shape.common(row, shape.api("periods", row.pk), row.get_absolute_url()) | {
        "plan": plan_brief(shape, row.plan),
        "label": row.label,
        "starts_on": iso(row.starts_on),
        "ends_on": iso(row.ends_on),
        "due_on": iso(row.due_on),
        "state": shape.choice(PeriodState, row.state),
        "opened_on": iso(row.opened_on),
        "closed_on": iso(row.closed_on),
        **(counts if asked else dict.fromkeys(counts)),
    }


def matrix(shape: Shape, units: Iterable[Any], tasks: Iterable[Any], cells: Iterable[Cell]) -> Body:
    return {
        "units": [departments.brief(shape, unit) for unit in units],
        "tasks": [task_brief(shape, task) for task in tasks],
        "cells": [_cell(shape, cell) for cell in cells],
    }


def _cell(shape: Shape, cell: Cell) -> Body:
    return {
        "department": cell.department,
        "task": cell.task,
        "report": cell.report,
        "state": shape.choice(ReportState, cell.state),
        "overdue": cell.overdue,
    }


def standing(shape: Shape, row: Standing) -> Body:
    """How the task stood when the period was closed, in the words of that day."""
    light = shape.choice(Light, row.light) or {}
    return shape.common(row, shape.api("standings", row.pk), row.task.get_absolute_url()) | {
        "period": period_brief(shape, row.period),
        "task": task_brief(shape, row.task),
        "state": shape.choice(State, row.state),
        "light": light | {"reason": row.why[get_language()]},
        "progress": row.progress,
        "expected_progress": row.expected_progress,
        "due_on": iso(row.due_on),
    }


# ---- reports ----


def report(shape: Shape, row: Any) -> Body:
    """`row` comes from the resource, which knows whether it is `overdue` and which files are `kept` with it."""
    return shape.common(row, shape.api("reports", row.pk), row.get_absolute_url()) | {
        "task": task_brief(shape, row.task),
        "department": departments.brief(shape, row.department),
        "period": period_brief(shape, row.period) if row.period else None,
        "state": shape.choice(ReportState, row.state),
        "overdue": row.overdue,
        "late": row.is_late,
        "no_news": row.no_news,
        "assessment": shape.choice(Assessment, row.assessment),
        "progress_text": row.progress_text,
        "problems": row.problems,
        "next_steps": row.next_steps,
        "evidence": [evidence_brief(shape, each) for each in row.kept],
        "author": shape.person(row.author),
        "filled_in": row.filled_in,
        "reported_on": iso(row.reported_on),
        "submitted_at": moment(row.submitted_at),
        "reviewer": shape.person(row.reviewer),
        "reviewed_on": iso(row.reviewed_on),
        "review_note": row.review_note,
    }
