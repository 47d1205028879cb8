"""Closing a task with open milestones: each done or cancelled, all or nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from tasks.actions import closing, milestones
from tasks.actions.closing import Fate
from tasks.actions.moves import move
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.models import Milestone, Task
from tests import cast, factories
from tests.conftest import TODAY
from tests.race import race

pytestmark = pytest.mark.django_db


def asked() -> Task:
    """计量处 has asked for closing; three milestones, the first is done."""
    unit = cast.unit("jlc")
    wants = {"closing_requested_by": cast.person("jlc"), "closing_requested_on": TODAY, "result": "全部完成"}
    task = factories.task(leads=(unit,), state="closing", **wants)
    factories.milestone(task, TODAY, state="done", title="一")
    factories.milestone(task, date(2024, 6, 1), title="二")
    factories.milestone(task, title="三")
    return task


def fates(task: Task) -> dict[int, Fate]:
    two, three = task.milestones.order_by("position")[1:]
    done = Fate("done", date(2023, 6, 1), "", two.version)
    return {two.pk: done, three.pk: Fate("cancelled", None, "并入他项", three.version)}


def close(task: Task, name: str = "planner", **changed):
    user = cast.root() if name == "root" else cast.person(name)
    return closing.close(
        task, by=user, today=TODAY, **({} if "milestones" in changed else {"milestones": fates(task)}) | changed
    )


def states(task: Task) -> list[tuple]:
    return list(task.milestones.order_by("position").values_list("state", "done_on", "note"))


BEFORE = [("done", TODAY, ""), ("open", None, ""), ("open", None, "")]


def test_all_at_once():
    task = asked()
    closed = close(task)
    assert (closed.state, closed.closed_on) == ("closed", TODAY)
    assert states(task) == [("done", TODAY, ""), ("done", date(2023, 6, 1), ""), ("cancelled", None, "并入他项")]


@pytest.mark.parametrize(("name", "may"), {"planner2": True, "root": True, "jlc": False, "leader": False}.items())
def test_who_closes(name, may):
    task = asked()
    if may:
        assert close(task, name).state == "closed"
    else:
        with pytest.raises(NotAllowed):
            close(task, name)
        assert states(task) == BEFORE


def test_whoever_asked_does_not_close():
    task = asked()
    Task.objects.filter(pk=task.pk).update(closing_requested_by=cast.person("planner"))
    with pytest.raises(NotAllowed):
        close(task)


def test_one_left_out_keeps_it_open_and_everything_as_it_was():
    task = asked()
    first = dict(list(fates(task).items())[:1])
    with pytest.raises(IllegalNow) as refusal:
        close(task, milestones=first)
    assert "三" in str(refusal.value)
    assert states(task) == BEFORE


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Fate("done", TODAY + timedelta(days=1)), "done_on"),
        (Fate("cancelled", None, "  "), "note"),
        (Fate("open"), "state"),
        (Fate(""), "state"),
    ],
)
def test_what_is_wrong_is_named(wrong, field):
    task = asked()
    three = task.milestones.get(position=3)
    with pytest.raises(ValidationError) as error:
        close(task, milestones=fates(task) | {three.pk: wrong})
    assert list(error.value.error_dict) == [f"milestones.{three.pk}.{field}"]
    assert states(task) == BEFORE


def test_milestones_of_other_tasks_are_none():
    task, other = asked(), factories.milestone(factories.task())
    with pytest.raises(ValidationError) as error:
        close(task, milestones=fates(task) | {other.pk: Fate("done")})
    assert list(error.value.error_dict) == ["milestones"]
    other.refresh_from_db()
    assert other.state == "open"


def test_a_milestone_changed_meanwhile():
    task = asked()
    wanted = fates(task)
    two = task.milestones.get(position=2)
    milestones.complete(two, by=cast.person("jlc"), today=TODAY)
    with pytest.raises(Stale) as stale:
        close(task, milestones=wanted)
    assert stale.value.current == two
    assert states(task) == [BEFORE[0], ("done", TODAY, ""), BEFORE[2]]


def test_only_what_asked_for_closing_is_closed():
    task = asked()
    Task.objects.filter(pk=task.pk).update(state="in_progress")
    with pytest.raises(IllegalNow):
        close(task)
    with pytest.raises(Stale):
        close(task, version=task.version)
    assert states(task) == BEFORE


def test_without_open_milestones_as_ever():
    task = asked()
    task.milestones.filter(state="open").delete()
    assert close(task, milestones=None).state == "closed"


@pytest.mark.django_db(transaction=True)
def test_closed_and_withdrawn_at_once():
    task = asked()
    wanted, planner, jlc = fates(task), cast.person("planner"), cast.person("jlc")
    outcomes = race(
        task,
        lambda: closing.close(task, by=planner, today=TODAY, milestones=wanted),
        lambda: move(task, "withdraw_closing", by=jlc, today=TODAY),
    )
    won = [type(one).__name__ for one in outcomes]
    assert won.count("Task") == 1
    state = Task.objects.get(pk=task.pk).state
    assert (state, Milestone.objects.filter(task=task, state="open").count()) in [("closed", 0), ("in_progress", 2)]
