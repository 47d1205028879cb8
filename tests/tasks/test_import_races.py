"""Two planners store at the same moment: one plan, and a clear word to the other."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from departments.models import User
from tasks.actions import imports
from tasks.actions.refusals import IllegalNow, Stale
from tasks.models import Plan, PlanImport
from tests import cast
from tests.race import race
from tests.tasks.importing import TODAY, begun

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seen", [{}, {"version": 1}])
def test_the_same_import_twice(planner, planner2, seen):
    row = begun(planner)
    calls = (lambda by=by: imports.store(row, by=by, today=TODAY, **seen) for by in (planner, planner2))
    outcomes = race(row, *calls)
    assert sorted(type(one).__name__ for one in outcomes) == sorted(["Plan", "Stale" if seen else "IllegalNow"])
    plan = Plan.objects.get(code="2024")
    assert (plan.tasks.count(), plan.periods.count()) == (3, 4)
    assert {type(one) for one in outcomes} <= {Plan, Stale, IllegalNow}


def test_two_imports_of_one_document(planner, planner2):
    """Neither sees the other's plan before it is stored: the code is unique in the database."""
    one = cast.plan()
    rows = {planner: begun(planner), planner2: begun(planner2)}
    outcomes = race(one, *(lambda by=by: _together(one, rows[by], by) for by in rows))
    refused = [each for each in outcomes if isinstance(each, ValidationError)]
    assert {type(each) for each in outcomes} <= {Plan, ValidationError}
    assert {tuple(error.messages) for error in refused} <= {("此代码已用于另一份工作要点。",)}
    plan = Plan.objects.get(year=2024)
    assert (plan.tasks.count(), plan.periods.count()) == (3, 4)


def _together(one: Plan, row: PlanImport, by: User) -> Plan:
    """From the moment on at which the lock of another plan is free."""
    with transaction.atomic():
        Plan.objects.select_for_update(no_key=True).get(pk=one.pk)
    return imports.store(row, by=by, today=TODAY)
