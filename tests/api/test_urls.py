"""Every address of the API × every method × every role, as one literal table; the addresses come from the resolver."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from tasks.models import Report
from tests import cast, factories
from tests.api import loop
from tests.api.calls import ask
from tests.conftest import TODAY
from tests.laid import laid_once
from tests.tasks.importing import bare

pytestmark = pytest.mark.django_db

# jlc co-ordinates task 4, pudong supports it through a collective, simt has nothing to do with it.
WHO = ("nobody", "admin", "planner", "leader", "jlc", "pudong", "simt")
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS")

READ_BY_BUSINESS = (401, 403, 200, 200, 200, 200, 200)
READ_BY_ALL = (401, 200, 200, 200, 200, 200, 200)
READ_TASK_4 = (401, 403, 200, 200, 200, 200, 404)
NO_METHOD = (401, 403, 405, 405, 405, 405, 405)
NO_METHOD_FOR_ALL = (401, 405, 405, 405, 405, 405, 405)
BY_PLANNER = (401, 403, 400, 403, 403, 403, 403)  # allowed, and then the empty body is malformed
NOTHING = (404,) * 7

# What an empty JSON object gets. A PATCH of nothing changes nothing and is fine.
TABLE: dict[str, dict[str, tuple[int, ...]]] = {
    "plans/": {"GET": READ_BY_BUSINESS, "POST": BY_PLANNER},
    "plans/2023/": {"GET": READ_BY_BUSINESS, "PATCH": (401, 403, 200, 403, 403, 403, 403)},
    "plans/2023/summary/": {"GET": READ_BY_BUSINESS},
    "plans/2023/ledger.xlsx": {"GET": READ_BY_BUSINESS},
    "plans/2023/ledger.csv": {"GET": READ_BY_BUSINESS},
    "plans/2023/workbook/": {"POST": (401, 403, 415, 403, 415, 415, 415)},  # it wants a form
    "plans/2023/bulletin.docx": {"GET": (401, 403, 400, 400, 403, 403, 403)},  # without the period it is about
    "plans/2023/brief.docx": {"GET": (401, 403, 400, 400, 403, 403, 403)},
    "groups/": {"GET": READ_BY_BUSINESS, "POST": BY_PLANNER},
    "groups/{group}/": {"GET": READ_BY_BUSINESS, "PATCH": (401, 403, 200, 403, 403, 403, 403)},
    "tasks/": {"GET": READ_BY_BUSINESS, "POST": BY_PLANNER},
    "tasks/2023-04/": {"GET": READ_TASK_4, "PATCH": (401, 403, 200, 403, 403, 403, 404)},
    "tasks/2023-04/moves/": {"POST": (401, 403, 400, 403, 400, 403, 404)},
    "assignments/": {"GET": READ_BY_BUSINESS, "POST": BY_PLANNER},
    "assignments/{assignment}/": {
        "GET": READ_TASK_4,
        "PATCH": (401, 403, 200, 403, 403, 403, 404),
        "DELETE": (401, 403, 204, 403, 403, 403, 404),
    },
    "milestones/": {"GET": READ_BY_BUSINESS, "POST": BY_PLANNER},
    "milestones/{milestone}/": {"GET": READ_TASK_4, "PATCH": (401, 403, 200, 403, 403, 403, 404)},
    "milestones/{milestone}/complete/": {"POST": (401, 403, 200, 403, 200, 403, 404)},
    "milestones/{milestone}/reopen/": {"POST": (401, 403, 400, 403, 400, 403, 404)},
    "milestones/{milestone}/cancel/": {"POST": (401, 403, 400, 403, 403, 403, 404)},
    "milestones/{milestone}/restore/": {"POST": (401, 403, 400, 403, 403, 403, 404)},
    "reports/": {"GET": READ_BY_BUSINESS, "POST": (401, 403, 400, 403, 400, 400, 400)},
    # sent by 浦东: read by planners, leaders, the co-ordinator and 浦东 itself; nobody changes it any more
    "reports/{report}/": {
        "GET": (401, 403, 200, 200, 200, 200, 404),
        "PATCH": (401, 403, 403, 403, 403, 409, 404),
    },
    "reports/{report}/submit/": {"POST": (401, 403, 403, 403, 403, 409, 404)},
    "reports/{report}/nothing_new/": {"POST": (401, 403, 403, 403, 403, 400, 404)},
    "reports/{report}/withdraw/": {"POST": (401, 403, 403, 403, 403, 409, 404)},
    "reports/{report}/accept/": {"POST": (401, 403, 409, 403, 403, 403, 404)},
    "reports/{report}/return/": {"POST": (401, 403, 400, 403, 403, 403, 404)},
    "periods/": {"GET": READ_BY_BUSINESS, "POST": BY_PLANNER},
    "periods/{period}/": {"GET": READ_BY_BUSINESS, "PATCH": (401, 403, 200, 403, 403, 403, 403)},
    "periods/{period}/open/": {"POST": (401, 403, 409, 403, 403, 403, 403)},
    "periods/{period}/close/": {"POST": (401, 403, 200, 403, 403, 403, 403)},
    "periods/{period}/matrix/": {"GET": READ_BY_BUSINESS},
    "standings/": {"GET": READ_BY_BUSINESS},
    "standings/{standing}/": {"GET": READ_TASK_4},
    "exports/": {"GET": READ_BY_BUSINESS},
    "exports/{export}/": {"GET": (401, 403, 404, 404, 404, 200, 404)},  # 浦东's
    "exports/{export}/file/": {"GET": (401, 403, 404, 404, 404, 409, 404)},  # and not written yet
    "evidence/": {"GET": READ_BY_BUSINESS, "POST": (401, 403, 415, 403, 415, 415, 415)},  # it wants a form
    "evidence/{evidence}/": {"GET": (401, 403, 404, 404, 404, 200, 404)},  # of 浦东's draft
    "evidence/{evidence}/remove/": {"POST": (401, 403, 404, 404, 404, 200, 404)},
    "reminders/": {"GET": READ_BY_BUSINESS, "POST": BY_PLANNER},
    "reminders/{reminder}/": {"GET": (401, 403, 200, 200, 404, 200, 404)},  # to 浦东, on task 6
    "extensions/": {"GET": READ_BY_BUSINESS, "POST": (401, 403, 400, 403, 400, 400, 400)},
    "extensions/{extension}/": {"GET": (401, 403, 200, 200, 200, 404, 404)},
    "extensions/{extension}/grant/": {"POST": (401, 403, 400, 403, 403, 404, 404)},
    "extensions/{extension}/refuse/": {"POST": (401, 403, 400, 403, 403, 404, 404)},
    "directives/": {"GET": READ_BY_BUSINESS, "POST": (401, 403, 403, 400, 403, 403, 403)},
    "directives/{directive}/": {"GET": (401, 403, 200, 200, 200, 404, 404)},
    "directives/{directive}/answer/": {"POST": (401, 403, 400, 403, 400, 404, 404)},
    "imports/": {"GET": READ_BY_BUSINESS, "POST": BY_PLANNER},
    "imports/{imported}/": {
        "GET": (401, 403, 200, 404, 404, 404, 404),
        "PATCH": (401, 403, 200, 404, 404, 404, 404),
    },
    "imports/{imported}/store/": {"POST": (401, 403, 200, 404, 404, 404, 404)},
    "imports/{imported}/drop/": {"POST": (401, 403, 200, 404, 404, 404, 404)},
    "departments/": {"GET": READ_BY_ALL, "POST": (401, 400, 403, 403, 403, 403, 403)},
    "departments/pudong/": {"GET": READ_BY_ALL, "PATCH": (401, 200, 403, 403, 403, 403, 403)},
    "changes/": {"GET": READ_BY_ALL},
    "schema/": {"GET": READ_BY_ALL},
    "docs/": {"GET": (302, 200, 200, 200, 200, 200, 200)},
}
OPEN_TO_ADMIN = ("departments/", "changes/", "schema/", "docs/")


def addresses(resolver: Any = None, before: str = "") -> set[str]:
    """Every address under /api/v1/, with what the table has in place of the parts that vary."""
    found = set()
    for entry in (resolver or get_resolver()).url_patterns:
        where = before + str(entry.pattern).replace("\\.", ".")
        if not isinstance(entry, URLPattern):
            found |= addresses(entry, where)
        elif where.startswith("api/v1/"):
            found.add(re.sub(r"[\^$]|\(\?P<pk>.*?\)(?=/)", lambda m: "#" if m[0][0] == "(" else "", where)[7:])
    return found


def test_the_table_is_whole():
    shown = {re.sub(r"2023-04|2023|pudong|\{\w+\}", "#", path) for path in TABLE}
    assert addresses() == shown


def laid() -> dict[str, int]:
    task, pudong = cast.task(4), cast.person("pudong")
    for who in WHO[1:]:
        cast.person(who)
    return {
        "group": task.group_id,
        "assignment": task.assignments.get(role="support", position=2).pk,
        "milestone": task.milestones.get(position=1).pk,
        "report": factories.report(task, cast.unit("pudong"), pudong, TODAY).pk,
        "export": factories.export(pudong, task.plan).pk,
        "imported": bare(cast.person("planner")).pk,
    } | loop.rows(task)


rows = laid_once(laid)


def expected(path: str, method: str) -> tuple[int, ...]:
    if method in TABLE[path]:
        return TABLE[path][method]
    if path == "docs/":
        return (302, *NO_METHOD_FOR_ALL[1:])
    return NO_METHOD_FOR_ALL if path.startswith(OPEN_TO_ADMIN) else NO_METHOD


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", TABLE)
def test_every_address(path, method, rows):
    from django.db import transaction

    answers = []
    for who in WHO:
        client = Client() if who == "nobody" else cast.signed_in(cast.person(who))
        with transaction.atomic():  # each caller finds everything as it was
            response = ask(client, method, path.format(**rows), None if method == "GET" else {})
            transaction.set_rollback(True)
        answers.append(response.status_code)
        if response.status_code >= 400:
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.json()["status"] == response.status_code
            assert ("WWW-Authenticate" in response.headers) == (response.status_code == 401)
            assert ("Allow" in response.headers) or response.status_code != 405
    assert tuple(answers) == expected(path, method)
    assert Report.objects.between_periods().count() == 1
