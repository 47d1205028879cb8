"""A prepared query answers as the query would that it is made of."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.db.models import CharField, Prefetch

from tasks.models import Assignment, Milestone, Plan, Task
from tasks.querysets.history import history_of, newest
from tasks.querysets.prepared import Given, Prepared, Reader
from tests import cast, factories

pytestmark = pytest.mark.django_db

TODAY = date(2023, 6, 15)


def numbers(prepared: Prepared, plan: Plan) -> list[int]:
    return [task.number for task in prepared.ask(plan=plan.pk)]


@pytest.fixture
def plan(db) -> Plan:
    return Plan.objects.get(code="2023")


def test_every_column_and_every_row_around_it(plan, planner):
    def query(plan):
        tasks = Task.objects.with_light(TODAY).visible_to(planner).filter(plan=plan).order_by("-number")
        return tasks.select_related("group", "closing_requested_by").defer("text")

    asked, plain = Prepared(query(Given("plan"))).ask(plan=plan.pk), list(query(plan.pk))
    assert len(asked) == 17
    for one, other in zip(asked, plain, strict=True):
        mine, its = vars(one), vars(other)
        assert mine.pop("_state").fields_cache == its.pop("_state").fields_cache
        assert mine == its  # `text` in neither


def test_values_change_and_nothing_of_an_answer_is_kept(plan, planner):
    other = factories.plan(code="2022", year=2022)
    factories.task(plan=other, number=5)
    prepared = Prepared(Task.objects.visible_to(planner).filter(plan=Given("plan")).order_by("number"))
    assert numbers(prepared, plan) == list(range(1, 18))
    assert numbers(prepared, other) == [5]
    factories.task(plan=other, number=6)
    assert numbers(prepared, other) == [5, 6]
    Task.objects.filter(plan=other, number=5).update(title="改名")
    assert [task.title for task in prepared.ask(plan=other.pk)][:1] == ["改名"]
    assert prepared.ask(plan=0) == []


def test_a_value_is_never_sql(plan):
    prepared = Prepared(Plan.objects.filter(code=Given("code", CharField())))
    assert prepared.ask(code="2023") == [plan]
    for hostile in ("2023' OR '1'='1", "%s", "2023%", "\\", "2023'; DROP TABLE tasks_plan; --"):
        assert prepared.ask(code=hostile) == []


def test_a_value_that_is_missing_is_an_error(plan):
    with pytest.raises(KeyError):
        Prepared(Plan.objects.filter(pk=Given("plan"))).ask()


def test_what_is_fetched_beside_the_rows(plan):
    units = Prefetch("assignments", Assignment.objects.order_by("role", "position"))
    tasks = Task.objects.filter(plan=Given("plan"), number=3).prefetch_related(units)
    [task] = Prepared(tasks).ask(plan=plan.pk)
    [plain] = Task.objects.filter(plan=plan, number=3)
    assert list(task.assignments.all()) == list(plain.assignments.order_by("role", "position"))


def test_slices_values_and_a_query_that_can_find_nothing(plan):
    titles = Task.objects.filter(plan=Given("plan")).order_by("number").values_list("number", "title")[1:3]
    assert (
        Prepared(titles).ask(plan=plan.pk) == list(plan.tasks.order_by("number").values_list("number", "title"))[1:3]
    )
    assert Prepared(Task.objects.none()).ask() == []


def test_history_is_the_same_for_every_reader(planner, leader, jlc, pudong, simt):
    task = cast.task(1)
    factories.report(task, jlc.department, jlc, state="draft")
    factories.report(task, jlc.department, jlc, reported_on=TODAY)
    shown = Task.objects.with_coordinator().get(pk=task.pk)
    for user in (planner, leader, jlc, pudong, simt):
        assert newest(Reader.of(user), 9).ask(task=task.pk) == list(history_of(shown, user)[:9])


def test_readers_of_one_role_and_unit_are_one_and_others_are_not(planner, planner2, leader, pudong, xuhui):
    assert Reader.of(planner) == Reader.of(planner2)
    assert len({Reader.of(user) for user in (planner, leader, pudong, xuhui)}) == 4


def test_nobody_is_answered_for_somebody_else(pudong, simt, planner):
    """One page after the other, by the same process."""
    report = factories.report(cast.task(2), simt.department, simt)
    for user, sees in ((simt, True), (planner, False), (pudong, False), (simt, True)):
        page = cast.signed_in(user).get("/").content.decode()
        assert (f"/tasks/{report.task.code}/report/" in page) == sees


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_on_its_own_connection():
    prepared, answers = Prepared(Milestone.objects.values_list("pk")), []

    def ask() -> None:
        answers.append((prepared.ask(), connection.connection))
        connection.close()

    prepared.ask()
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    [(rows, its)] = answers
    assert rows == list(Milestone.objects.values_list("pk"))
    assert its is not connection.connection


def test_milestones_stand_as_their_sets_say(plan):
    for days in (0, 7, 30, 365):
        marked = Milestone.objects.with_standing(TODAY, days)
        assert {m for m in marked if m.is_ahead} == set(Milestone.objects.due_within(TODAY, days))
        assert {m for m in marked if m.is_undated} == set(Milestone.objects.undated())
