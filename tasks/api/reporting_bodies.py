"""Periods, reports and what belongs to them, as the API shows them."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from departments.api import bodies as departments
from metrology_plan.api.shape import Body, Shape, moment
from tasks.actions.chasing import Reminded
from tasks.api.bodies import iso, plan_brief, task_brief
from tasks.models import (
    Assessment,
    Directive,
    Evidence,
    ExtensionRequest,
    ExtensionState,
    Letter,
    LetterState,
    Occasion,
    PeriodState,
    Report,
    ReportingPeriod,
    ReportState,
    Standing,
)
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


def evidence(shape: Shape, row: Evidence) -> Body:
    return shape.common(row, shape.api("evidence", row.pk), row.report.get_absolute_url()) | {
        "report": report_brief(shape, row.report),
        "name": row.name,
        "kind": row.kind,
        "size": row.size,
        "sha256": row.sha256,
        "sender": shape.person(row.sender),
        "download_url": shape.page(reverse("tasks:evidence", args=[row.pk])),
    }


# ---- reminders ----


def reminder(shape: Shape, row: Any) -> Body:
    """`row.sees_letter`: whether the caller may know what became of the letter."""
    return shape.common(row, shape.api("reminders", row.pk), row.report.get_absolute_url()) | {
        "report": report_brief(shape, row.report),
        "period": period_brief(shape, row.report.period),
        "recipient": shape.person(row.recipient),
        "reminded_on": iso(row.reminded_on),
        "occasion": shape.choice(Occasion, row.occasion),
        "by": shape.person(row.by),
        "letter": _letter(shape, row.letter) if row.sees_letter else None,
    }


def _letter(shape: Shape, row: Letter) -> Body:
    return {
        "state": shape.choice(LetterState, row.state),
        "address": row.address,
        "attempts": row.attempts,
        "error": row.error,
        "sent_at": moment(row.sent_at),
    }


def reminded(shape: Shape, done: Reminded, rows: Iterable[Any]) -> Body:
    """What one call has sent. `unreached` are units in which nobody could be reminded."""
    return {
        "persons": done.persons,
        "reports": done.reports,
        "units": done.units,
        "unreached": [departments.brief(shape, unit) for unit in done.unreached],
        "unmailed": [departments.brief(shape, unit) for unit in done.unmailed],
        "reminders": [reminder(shape, row) for row in rows],
    }


# ---- requests ----


def extension(shape: Shape, row: ExtensionRequest) -> Body:
    of = row.milestone
    brief = {"id": of.pk, "url": shape.api("milestones", of.pk), "display": of.title} if of else None
    return shape.common(row, shape.api("extensions", row.pk), row.task.get_absolute_url()) | {
        "task": task_brief(shape, row.task),
        "milestone": brief,
        "old_due_on": iso(row.old_due_on),
        "new_due_on": iso(row.new_due_on),
        "reason": row.reason,
        "progress": row.progress,
        "requested_by": shape.person(row.requested_by),
        "requested_on": iso(row.requested_on),
        "state": shape.choice(ExtensionState, row.state),
        "decided_by": shape.person(row.decided_by),
        "decided_on": iso(row.decided_on),
        "decision_note": row.decision_note,
    }


def directive(shape: Shape, row: Directive) -> Body:
    return shape.common(row, shape.api("directives", row.pk), row.task.get_absolute_url()) | {
        "task": task_brief(shape, row.task),
        "text": row.text,
        "author": shape.person(row.author),
        "given_on": iso(row.given_on),
        "answer": row.answer,
        "answered_by": shape.person(row.answered_by),
        "answered_on": iso(row.answered_on),
    }
