"""A unit's workbook, as the API shows it: what it would change, what is wrong with it."""

from metrology_plan.api.shape import Body, Shape
from tasks.actions.workbook import Change, Problem, Row
from tasks.actions.workbook_whole import Preview, column_of
from tasks.api.bodies import task_brief


def preview(shape: Shape, found: Preview, stored: int) -> Body:
    return {
        "changes": [_changed(shape, row, change) for row in found.changed for change in row.changes],
        "conflicts": [_conflict(shape, row) for row in found.conflicts],
        "errors": [_problem(one) for one in found.problems],
        "lacking": [_problem(one) for one in found.lacks],
        "same_as_before": [row.edit.line for row in found.rows if row.says_the_same],
        "unchanged": found.unchanged,
        "stored": stored,
    }


def _row(shape: Shape, row: Row) -> Body:
    return {"row": row.edit.line, "task": task_brief(shape, row.task)}


def _changed(shape: Shape, row: Row, change: Change) -> Body:
    return _row(shape, row) | _column(change) | {"before": change.before, "after": change.after}


def _conflict(shape: Shape, row: Row) -> Body:
    cells = [_column(each) | {"portal": each.before, "workbook": each.after} for each in row.changes]
    return _row(shape, row) | {"refused": row.refused, "cells": cells}


def _column(change: Change) -> Body:
    label = str(change.label)
    return {"column": column_of(label), "label": label}


def _problem(one: Problem) -> Body:
    return {"row": one.line, "column": column_of(one.column), "message": one.message}
