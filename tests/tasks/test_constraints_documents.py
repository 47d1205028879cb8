"""The constraints of imports and exports, each broken by insert and by update, past all actions."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Model

from tasks.models import Export, Plan, PlanImport
from tests import cast, factories
from tests.violations import refused, sql, violates

pytestmark = pytest.mark.django_db

DAY, NOW = date(2024, 3, 14), datetime(2024, 3, 14, 4, 0, tzinfo=UTC)
DONE = {"state": "done", "finished_at": NOW}
KEPT = {"file": "exports/0", "expires_at": NOW}

BROKEN: list[tuple[str, type[Model], dict[str, Any]]] = [
    ("export_choices", Export, {"kind": "picture"}),
    ("export_choices", Export, {"state": "lost", "finished_at": None}),
    ("export_finished", Export, {"state": "done"}),
    ("export_finished", Export, {"state": "failed"}),
    ("export_finished", Export, {"finished_at": NOW}),
    ("export_finished", Export, {"state": "running", "finished_at": NOW}),
    ("export_kept", Export, KEPT),
    ("export_kept", Export, DONE | {"file": "exports/0"}),
    ("export_kept", Export, KEPT | {"state": "failed", "finished_at": NOW}),
    ("import_state", PlanImport, {"state": "lost"}),
    ("import_state", PlanImport, {"state": "stored"}),
    ("import_state", PlanImport, {"state": "stored", "stored_on": DAY}),
    ("import_state", PlanImport, {"stored_on": DAY}),
    ("import_state", PlanImport, {"state": "dropped", "stored_on": DAY}),
]
CONSTRAINTS = {name for name, *_rest in BROKEN}


@pytest.fixture(autouse=True)
def plan(db: None) -> Plan:
    return factories.plan(code="p")


def export(**values: Any) -> Export:
    asked = {
        "owner": cast.person("planner"),
        "kind": "ledger_csv",
        "plan": Plan.objects.get(code="p"),
        "language": "en",
    }
    return Export.objects.create(**asked | values)


def imported(**values: Any) -> PlanImport:
    return PlanImport.objects.create(**{"sender": cast.person("planner"), "text": "甲。", "reading": {}} | values)


MAKE = {Export: export, PlanImport: imported}


@pytest.mark.parametrize(("name", "model", "values"), BROKEN)
def test_no_row_begins_so(name: str, model: type[Model], values: dict[str, Any]) -> None:
    with violates(name):
        MAKE[model](**values)


@pytest.mark.parametrize(("name", "model", "values"), BROKEN)
def test_no_row_becomes_so(name: str, model: type[Model], values: dict[str, Any]) -> None:
    row = MAKE[model]()
    with violates(name):
        model._default_manager.filter(pk=row.pk).update(**values)


def test_what_is_right_stands(plan: Plan) -> None:
    export(**DONE)
    export(**DONE, **KEPT)
    export(state="running")
    imported(state="stored", plan=plan, stored_on=DAY)
    imported(state="dropped")


def test_the_text_of_an_import_is_fixed() -> None:
    row = imported()
    with refused("pgtrigger: Cannot update rows from tasks_planimport table"):
        sql("UPDATE tasks_planimport SET text = '乙。' WHERE id = %s", row.pk)
