"""How many queries an answer costs: the same for one row and for three."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Department
from tasks.models import Report
from tests import cast, factories
from tests.api import loop
from tests.api.calls import ask
from tests.tasks.importing import bare

pytestmark = pytest.mark.django_db


def cost(user, path: str) -> int:
    client = cast.signed_in(user)
    with CaptureQueriesContext(connection) as captured:
        response = ask(client, "GET", path)
    assert response.status_code == 200, response.content
    return len(captured)


# Each begins with the session and the user; a list counts, then reads.
LISTS = {
    "plans/?": 4,
    "groups/?": 4,
    "tasks/?": 7,  # which tasks stand on the page, they themselves, their assignments, the units
    "assignments/?": 4,
    "milestones/?": 4,
    "reports/?": 5,  # and their files
    "periods/?": 5,  # and what was reported in them
    "standings/?": 4,
    "reminders/?": 4,
    "extensions/?": 4,
    "directives/?": 4,
    "imports/?": 4,
    "departments/?": 4,
    "tasks/?ordering=light&light=yellow&light=grey&": 7,
    "tasks/?department=jlc&": 9,  # and what may be chosen
}


# Where there is nothing to show, it is not read.
NONE = {("reminders/?", "jlc"): "x", ("imports/?", "jlc"): "xx", ("imports/?", "leader"): "xx"}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("username", ["planner", "jlc", "leader"])
def test_a_list_costs_the_same_for_one_row_and_for_three(path, username, planner, jlc):
    factories.plan()
    factories.plan()
    for number in (4, 5, 6):
        factories.report(cast.task(number), cast.unit("jlc"), jlc, date(2023, 6, 1))
    loop.rows(cast.task(4))
    for _each in range(3):
        bare(planner)
    user = cast.person(username)
    costs = [cost(user, f"{path}limit={limit}") for limit in (1, 3, 1000)]
    assert costs == [LISTS[path] - len(NONE.get((path, username), ""))] * 3


def test_a_detail_costs_the_same_for_one_row_and_for_three(planner):
    """A task with its units and milestones, a collective with its members, a plan with its groups."""

    def costs() -> list[int]:
        paths = (
            f"tasks/{task.pk}/",
            "departments/club/",
            f"plans/{task.plan.code}/",
            f"plans/{task.plan.code}/summary/",
        )
        return [cost(planner, path) for path in paths]

    task = factories.task(leads=(cast.unit("jlc"),))
    factories.milestone(task)
    club = factories.collective("club", (cast.unit("pudong"),))
    one = costs()
    for code in ("simt", "sqi"):
        factories.assignment(task, cast.unit(code), "lead", task.assignments.count() + 1)
        factories.milestone(task)
        club.memberships.create(member=Department.objects.get(code=code))
        factories.alias(f"{code} 别名", club)
        factories.task(task.plan, leads=(cast.unit(code),))
        factories.group(task.plan)
    assert costs() == one == [6, 5, 3, 5]


@pytest.mark.parametrize("username", ["planner", "jlc", "leader", "pudong"])
def test_the_matrix_costs_the_same_whatever_its_size(username, everyone):
    user, period = everyone[username], loop.opened()
    whole = cost(user, f"periods/{period.pk}/matrix/")
    Report.objects.exclude(pk=loop.owed(period, 6, "pudong").pk).exclude(department__code="jlc").delete()
    assert cost(user, f"periods/{period.pk}/matrix/") == whole == 6


def test_a_token_costs_one_query_less_than_a_session(planner):
    from django.test import Client

    from tests.api.calls import token_of

    text = token_of(planner)
    ask(Client(), "GET", "plans/", Authorization=f"Bearer {text}")
    with CaptureQueriesContext(connection) as captured:
        ask(Client(), "GET", "tasks/", Authorization=f"Bearer {text}")
    assert len(captured) == LISTS["tasks/?"] - 1
