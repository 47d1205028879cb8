"""Lists: every parameter is understood or refused, the order leaves nothing to chance, pages add up."""

from datetime import date

import pytest

from tasks.models import Report, Task
from tests import cast, factories
from tests.api import loop
from tests.api.calls import call, errors, get, numbers

pytestmark = pytest.mark.django_db

LISTS = [
    *("plans/", "groups/", "tasks/", "assignments/", "milestones/", "reports/", "departments/", "changes/"),
    *("periods/", "standings/", "reminders/", "extensions/", "directives/", "evidence/", "exports/", "imports/"),
]
DETAILS = [
    "plans/2023/",
    "plans/2023/summary/",
    "periods/{period}/",
    "periods/{period}/matrix/",
    "groups/{group}/",
    "tasks/2023-05/",
    "departments/pudong/",
]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("limit=0", "limit", "invalid"),
        ("limit=-1", "limit", "invalid"),
        ("limit=1001", "limit", "invalid"),
        ("limit=all", "limit", "invalid"),
        ("limit=", "limit", "invalid"),
        ("limit=1.0", "limit", "invalid"),
        ("limit=%201", "limit", "invalid"),
        ("limit=%2B1", "limit", "invalid"),
        ("limit=1_0", "limit", "invalid"),
        ("limit=１０", "limit", "invalid"),
        ("limit=99999999999999999999", "limit", "invalid"),
        ("limit=5&limit=6", "limit", "repeated"),
        ("limit=5&limit=5", "limit", "repeated"),
        ("offset=-1", "offset", "invalid"),
        ("offset=x", "offset", "invalid"),
        ("offset=9999999999", "offset", "invalid"),
        ("offset=1&offset=2", "offset", "repeated"),
        ("brief=false", "brief", "unknown"),
        ("page=2", "page", "unknown"),
        ("format=json", "format", "unknown"),
        ("Limit=5", "Limit", "unknown"),
        ("limit[]=5", "limit[]", "unknown"),
        ("=5", "", "unknown"),
        ("%00=5", "\x00", "unknown"),
    ],
)
def test_paging_is_strict(path, query, field, code, planner):
    response = call(planner, "GET", f"{path}?{query}")
    assert (response.status_code, errors(response)) == (400, [(field, code)])
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", DETAILS)
@pytest.mark.parametrize("query", ["brief=false", "limit=5", "version=1", "x"])
def test_a_single_object_has_no_parameters(path, query, planner):
    where = path.format(group=cast.plan().groups.first().pk, period=cast.plan().periods.first().pk)
    response = call(planner, "GET", f"{where}?{query}")
    name = query.partition("=")[0]
    assert (response.status_code, errors(response)) == ((200, []) if query == "" else (400, [(name, "unknown")]))


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("tasks/", "light=purple", "light"),
        ("tasks/", "light=", "light"),
        ("tasks/", "q=", "q"),
        ("tasks/", "state=&state=closed", "state"),
        ("tasks/", "light=red,yellow", "light"),
        ("tasks/", "state=open", "state"),
        ("tasks/", "plan=1999", "plan"),
        ("tasks/", "year=x", "year"),
        ("tasks/", "group=0", "group"),
        ("tasks/", "lead=nobody", "lead"),
        ("tasks/", "department=市局计量处", "department"),
        ("tasks/", "due_before=soon", "due_before"),
        ("tasks/", "due_before=2023-02-30", "due_before"),
        ("tasks/", "ordering=title", "ordering"),
        ("tasks/", "ordering=plan__text", "ordering"),
        ("tasks/", "q=" + "x" * 101, "q"),
        ("tasks/", "q=a%00b", "q"),
        ("plans/", "year=0", "year"),
        ("plans/", "year=-2023", "year"),
        ("plans/", "year=99999999999999999999", "year"),
        ("plans/", "is_active=yes", "is_active"),
        ("plans/", "is_active=True", "is_active"),
        ("plans/", "code=", "code"),
        ("plans/", "code=a%00b", "code"),
        ("groups/", "ordinal=first", "ordinal"),
        ("assignments/", "role=chief", "role"),
        ("assignments/", "role=lead,support", "role"),
        ("assignments/", "owes_report=1", "owes_report"),
        ("assignments/", "task=2023-05", "task"),
        ("assignments/", "task=１", "task"),
        ("milestones/", "state=closed", "state"),
        ("milestones/", "date_basis=guess", "date_basis"),
        ("milestones/", "due_before=2023-W01-1", "due_before"),
        ("milestones/", "due_after=20230101", "due_after"),
        ("milestones/", "task=9223372036854775808", "task"),
        ("reports/", "state=overdue", "state"),
        ("reports/", "period=2023-Q2", "period"),
        ("reports/", "owed=yes", "owed"),
        ("reports/", "overdue=1", "overdue"),
        ("reports/", "overdue=", "overdue"),
        ("periods/", "state=closing", "state"),
        ("periods/", "year=x", "year"),
        ("standings/", "period=0", "period"),
        ("reminders/", "occasion=never", "occasion"),
        ("extensions/", "state=open", "state"),
        ("directives/", "answered=", "answered"),
        ("reports/", "assessment=good", "assessment"),
        ("departments/", "kind=district&kind=x", "kind"),
        ("departments/", "is_collective=", "is_collective"),
        ("departments/", "member=" + "x" * 101, "member"),
        ("changes/", "kind=password", "kind"),
        ("changes/", "kind=account", "kind"),
        ("changes/", "kind=tasks.task", "kind"),
        ("changes/", "user=planner", "user"),
        ("changes/", "object=0", "object"),
        ("changes/", "since=yesterday", "since"),
        ("changes/", "since=2023-13-01", "since"),
        ("changes/", "until=2023-06-22T09:00:00 08:00", "until"),
    ],
)
def test_a_bad_value_never_means_everything(path, query, field, planner):
    response = call(planner, "GET", f"{path}?{query}")
    assert response.status_code == 400
    assert {name for name, _code in errors(response)} == {field}
    assert all(error["message"] for error in response.json()["errors"])


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("plans/", "is_active=true&is_active=false"),
        ("assignments/", "owes_report=true&owes_report=true"),
        ("reports/", "overdue=true&overdue=false"),
        ("directives/", "answered=true&answered=false"),
        ("milestones/", "due_before=2023-01-01&due_before=2023-12-31"),
        ("changes/", "since=2023-01-01&since=2024-01-01"),
    ],
)
def test_what_can_have_one_value_only_is_not_repeated(path, query, planner):
    response = call(planner, "GET", f"{path}?{query}")
    assert errors(response) == [(query.partition("=")[0], "repeated")]


def test_an_unknown_parameter_is_told_what_there_is(planner):
    [error] = call(planner, "GET", "milestones/?nope=1").json()["errors"]
    names = "date_basis, due_after, due_before, limit, offset, plan, state, task"
    assert error["message"] == f"There is no such parameter. There are: {names}."
    [error] = call(planner, "GET", "milestones/?state=x").json()["errors"]
    assert error["message"] == "This fits: open, done, cancelled"


def test_what_may_be_chosen_says_nothing_of_what_others_do(pudong):
    factories.plan(code="secret-plan", is_active=False)
    [error] = call(pudong, "GET", "tasks/?plan=x").json()["errors"]
    assert "secret-plan" not in error["message"]
    [error] = call(pudong, "GET", "tasks/?department=x").json()["errors"]
    assert "fagui" not in error["message"]


# ---- narrowing ----


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("plan=2023&lead=simt", [2]),
        ("lead=simt&lead=sqi", [2]),
        ("support=jichangfenju&lead=jlc", [1, 9, 12, 13, 15, 16]),
        ("department=pudong", [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]),
        ("q=量子", [2]),
        ("limit=3", [1, 2, 3]),
        ("limit=3&offset=15", [16, 17]),
        ("offset=17", []),
        ("offset=999999999", []),
        ("ordering=-number&limit=2", [17, 16]),
    ],
)
def test_tasks_are_narrowed_as_in_the_ledger(query, seen, planner):
    found = numbers(get(planner, f"tasks/?{query}"))
    assert found == seen or query.startswith("support")
    if query.startswith("support"):
        page = cast.signed_in(planner).get(f"/tasks/ledger.csv?{query}").content.decode("utf-8-sig").splitlines()
        assert len(found) == len(page) - 1


def test_milestones(planner):
    task = cast.task(6)
    assert get(planner, f"milestones/?task={task.pk}&state=open")["count"] == task.milestones.count()
    other = cast.task(7)
    both = get(planner, f"milestones/?task={task.pk}&task={other.pk}")["count"]
    assert both == task.milestones.count() + other.milestones.count()
    assert get(planner, "milestones/?due_before=2023-12-30")["count"] + get(
        planner, "milestones/?due_after=2023-12-31"
    )["count"] == 82  # fmt: skip
    assert get(planner, "milestones/?plan=2024")["count"] == 0


def test_departments(planner):
    assert [one["code"] for one in get(planner, "departments/?is_collective=true&member=pudong")["results"]] == [
        "districts"
    ]
    assert get(planner, "departments/?kind=district&kind=enterprise&is_active=true")["count"] == len(
        [one for one in get(planner, "departments/")["results"] if one["kind"]["value"] in ("district", "enterprise")]
    )


def test_assignments(planner):
    assert get(planner, "assignments/?role=support&owes_report=true")["count"] == 0
    assert get(planner, "assignments/?department=simt&department=sqi&role=lead")["count"] == 2


def test_reports(planner, jlc, pudong):
    factories.report(cast.task(4), cast.unit("jlc"), jlc, date(2023, 6, 1))
    factories.report(cast.task(6), cast.unit("pudong"), pudong)
    assert get(pudong, "reports/?state=draft&department=pudong")["count"] == 1
    assert get(pudong, "reports/?state=submitted&assessment=on_schedule")["count"] == 1
    assert get(planner, "reports/?state=draft")["count"] == 0


def test_what_is_owed(planner, pudong, jlc, leader):
    """浦东 owes four a quarter: tasks 6, 7, 8 and 17."""
    period = loop.opened()
    assert numbers_of(get(pudong, f"reports/?period={period.pk}&department=pudong")) == [6, 7, 8, 17]
    assert numbers_of(get(pudong, "reports/?owed=true&department=pudong")) == [6, 7, 8, 17]
    loop.brought_to("accepted", loop.owed(period, 6, "pudong"), pudong)
    loop.brought_to("returned", loop.owed(period, 7, "pudong"), pudong)
    assert numbers_of(get(pudong, "reports/?owed=true&department=pudong")) == [7, 8, 17]
    assert numbers_of(get(pudong, f"reports/?state=due&department=pudong&period={period.pk}")) == [8, 17]
    assert get(planner, f"reports/?period={period.pk}&state=returned&state=accepted")["count"] == 2
    Task.objects.filter(number=8).update(state="cancelled", state_before="not_started", state_note="并入")
    assert numbers_of(get(pudong, "reports/?owed=true&department=pudong")) == [7, 17]
    assert get(planner, f"reports/?period={loop.quarter(3).pk}")["count"] == 0


@pytest.mark.parametrize(("day", "late"), [(date(2023, 6, 25), []), (date(2023, 6, 26), [7, 8, 17])])
def test_what_is_overdue(day, late, planner, pudong, settings):
    """25 June 2023 is a Sunday that was made a working day; the due date itself is not overdue."""
    period = loop.opened()
    loop.brought_to("submitted", loop.owed(period, 6, "pudong"), pudong)
    factories.report(cast.task(4), cast.unit("pudong"), pudong, date(2023, 6, 1))
    settings.PORTAL_TODAY = day
    assert numbers_of(get(planner, "reports/?overdue=true&department=pudong")) == late
    assert numbers_of(get(planner, "reports/?overdue=false&department=pudong")) == sorted({4, 6, 7, 8, 17} - set(late))


def numbers_of(body: dict) -> list[int]:
    return sorted(one["task"]["number"] for one in body["results"])


# ---- pages ----


@pytest.mark.parametrize("path", LISTS)
def test_pages_hold_everything_once_in_one_order(path, planner, jlc):
    for number in (4, 5, 6, 7):
        factories.report(cast.task(number), cast.unit("jlc"), jlc, date(2023, 6, 1))
    loop.rows(cast.task(5))
    assert Report.objects.between_periods().count() == 4
    whole = get(planner, f"{path}?limit=1000")
    found, where = [], f"{path}?limit=7"
    while where:
        page = get(planner, where)
        assert page["count"] == whole["count"]
        found += page["results"]
        where = (page["next"] or "").partition("/api/v1/")[2]
    assert [one["id"] for one in found] == [one["id"] for one in whole["results"]]
    assert len({one["id"] for one in found}) == whole["count"]


def test_links_to_the_pages_keep_the_filters(planner):
    page = get(planner, "tasks/?limit=2&offset=2&department=pudong&light=yellow&light=grey&q=计量")
    for link in (page["next"], page["previous"]):
        assert link is None or link.startswith("http://testserver/api/v1/tasks/?")
    assert page["previous"].count("light=") == 2
    assert "department=pudong" in page["previous"]
    assert get(planner, page["previous"].removeprefix("http://testserver"))["previous"] is None
