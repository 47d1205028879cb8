"""Requests made from the API's own schema, fitting and hostile ones, against a live server, as several people.

Derandomised: every run sends the same. No answer is a failure, none lies outside the schema, and whatever is refused
has left every row and the audit as they were.
"""

import json
from functools import cache
from typing import Any

import pytest
import requests
import schemathesis
from django.apps import apps
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.schemas import APIOperation

from departments.models import Department
from tasks.models import Assignment, Milestone, Plan, Report, ReportingPeriod, Standing, TaskGroup
from tests import cast, factories
from tests.api import loop
from tests.api.calls import token_of
from tests.conftest import TODAY
from tests.tasks.importing import ALIEN, begun

pytestmark = [pytest.mark.fuzz, pytest.mark.long, pytest.mark.django_db(transaction=True)]

EXAMPLES = 4  # fitting, and as many hostile ones, for each operation and person

load_all_checks()
CHECKS = [
    check
    for check in schemathesis.checks.CHECKS.get_all()
    if check.__name__
    in {
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    }
]


@pytest.fixture
def known(db) -> dict[str, list[Any]]:
    """Rows for requests to speak of: made-up ids alone would only ever find nothing."""
    task, jlc, simt = cast.task(5), cast.person("jlc"), cast.person("simt")
    factories.report(task, cast.unit("jlc"), jlc)
    factories.report(cast.task(4), cast.unit("jlc"), jlc, TODAY)
    factories.report(cast.task(2), cast.unit("simt"), simt)
    for state in ("open", "cancelled"):
        factories.milestone(task, title=f"节点 {state}", state=state)
    made = loop.rows(cast.task(3))
    return {
        "periods": list(ReportingPeriod.objects.values_list("pk", flat=True)),
        "standings": list(Standing.objects.values_list("pk", flat=True)),
        "evidence": [made["evidence"]],
        "reminders": [made["reminder"]],
        "extensions": [made["extension"]],
        "directives": [made["directive"]],
        "exports": [factories.export(one, task.plan, b"x").pk for one in (jlc, simt)],
        "imports": [begun(cast.person("planner"), ALIEN).pk, begun(cast.person("planner")).pk],
        "plans": ["2023"],
        "groups": list(TaskGroup.objects.values_list("pk", flat=True)),
        "tasks": ["2023-02", "2023-04", "2023-05", str(task.pk)],
        "assignments": list(Assignment.objects.filter(task=task).values_list("pk", flat=True)),
        "milestones": list(Milestone.objects.filter(task=task).values_list("pk", flat=True)),
        "reports": [made["owed"], *Report.objects.between_periods().values_list("pk", flat=True)],
        "departments": ["pudong", "districts", "jlc"],
        # what bodies speak of
        "plan": list(Plan.objects.values_list("pk", flat=True)),
        "group": list(TaskGroup.objects.values_list("pk", flat=True)),
        "task": [task.pk, cast.task(4).pk, cast.task(2).pk],
        "department": list(Department.objects.filter(code__in=["jlc", "simt", "pudong"]).values_list("pk", flat=True)),
        "version": [1],
        "period": [made["period"]],
        "report": [made["owed"]],
        "milestone": list(Milestone.objects.filter(task=task).values_list("pk", flat=True)),
    }


def written() -> tuple[int, ...]:
    """How many events each table of the audit holds: every change of a row adds one."""
    models = [model for app in ("departments", "tasks") for model in apps.get_app_config(app).get_models()]
    tables = [model._meta.db_table for model in models if model.__name__.endswith("Event")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))
        return cursor.fetchone()


def of_known(operation: APIOperation, known: dict[str, list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Path parameters and members of the body that lead somewhere; which of them are used is drawn as well."""
    resource = operation.path.split("/")[3]
    paths = st.sampled_from([{"id": key} for key in known[resource]]) if "{id}" in operation.path else st.none()
    named = {name: st.sampled_from(keys) for name, keys in known.items() if isinstance(keys[0], int)}
    return st.fixed_dictionaries({"path": st.none() | paths, "body": st.fixed_dictionaries({}, optional=named)})


def led(case: Any, aims: dict[str, Any]) -> Any:
    if aims["path"]:
        case.path_parameters = aims["path"]
    if isinstance(case.body, dict):
        case.body |= {name: value for name, value in aims["body"].items() if name in case.body}
    return case


@cache  # it takes seconds, and is the same for all four people
def operations() -> list[APIOperation]:
    from drf_spectacular.generators import SchemaGenerator

    document = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    found = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]
    # What is only read comes first, so that it is read as it was.
    return sorted(found, key=lambda operation: (operation.method != "get", operation.path))


def fuzz(operation: APIOperation, mode: GenerationMode, session: requests.Session, url: str, known: Any) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), aims=of_known(operation, known))
    def send(case: Any, aims: dict[str, Any]) -> None:
        before = written()
        response = led(case, aims).call(base_url=url, session=session)
        if mode is GenerationMode.NEGATIVE and (aims["path"] or response.status_code == 414):
            assert response.status_code < 500  # with a path that leads somewhere it may be fitting after all
        else:
            case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            assert written() == before, (case, response.content)

    send()


@pytest.mark.parametrize("username", ["planner", "jlc", "leader", "admin"])
def test_nothing_breaks_lies_or_writes_what_it_refuses(username, live_server, known):
    with requests.Session() as session:  # its end frees the server's thread, and that the database
        session.headers["Authorization"] = f"Bearer {token_of(cast.person(username))}"
        for operation in operations():
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                fuzz(operation, mode, session, live_server.url, known)
