"""Directives and their answers, and who is asked to report."""

import pytest
from django.core.exceptions import ValidationError

from tasks.actions import asking, directives
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.models import Assignment, Directive, Task
from tests import cast, factories
from tests.conftest import TODAY
from tests.race import race

pytestmark = pytest.mark.django_db


def account(name: str):
    return cast.root() if name == "root" else cast.person(name)


# ---- directives ----

GIVES = {"leader": True, "root": True, "planner": False, "jlc": False, "pudong": False, "simt": False}
ANSWERS = {"jlc": True, "planner": True, "root": True, "leader": False, "pudong": False, "simt": False}


@pytest.mark.parametrize(("name", "may"), GIVES.items())
def test_who_gives_one(name, may):
    def given():
        return directives.give(cast.task(4), by=account(name), today=TODAY, text=" 请抓紧。 ")

    if may:
        assert (given().text, Directive.objects.get().author) == ("请抓紧。", account(name))
    else:
        with pytest.raises(NotAllowed):
            given()


@pytest.mark.parametrize(("name", "may"), ANSWERS.items())
def test_who_answers(name, may):
    given = factories.directive(cast.task(4), cast.person("leader"), TODAY)
    if may:
        answered = directives.answer(given, by=account(name), today=TODAY, answer="已部署。")
        assert (answered.answer, answered.answered_by, answered.answered_on) == ("已部署。", account(name), TODAY)
    else:
        with pytest.raises(NotAllowed):
            directives.answer(given, by=account(name), today=TODAY, answer="已部署。")
        given.refresh_from_db()
        assert not given.is_answered


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_words_are_needed(text):
    with pytest.raises(ValidationError) as error:
        directives.give(cast.task(4), by=cast.person("leader"), today=TODAY, text=text)
    assert list(error.value.error_dict) == ["text"]
    given = factories.directive(cast.task(4), cast.person("leader"), TODAY)
    with pytest.raises(ValidationError) as error:
        directives.answer(given, by=cast.person("jlc"), today=TODAY, answer=text)
    assert list(error.value.error_dict) == ["answer"]


def test_a_button_pressed_twice():
    for text in ("一", "二"):
        directives.give(cast.task(4), by=cast.person("leader"), today=TODAY, text=text)
    with pytest.raises(IllegalNow):
        directives.give(cast.task(4), by=cast.person("leader"), today=TODAY, text="一")
    assert Directive.objects.count() == 2


def test_answered_once():
    given = factories.directive(cast.task(4), cast.person("leader"), TODAY)
    directives.answer(given, by=cast.person("jlc"), today=TODAY, answer="已部署。")
    with pytest.raises(Stale):
        directives.answer(given, by=cast.person("planner"), today=TODAY, answer="x", version=given.version)
    with pytest.raises(IllegalNow):
        directives.answer(given, by=cast.person("planner"), today=TODAY, answer="x")
    given.refresh_from_db()
    assert given.answer == "已部署。"


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once():
    given = factories.directive(cast.task(4), cast.person("leader"), TODAY)
    people = [cast.person("jlc"), cast.person("planner")]
    calls = [lambda by=by: directives.answer(given, by=by, today=TODAY, answer=by.username) for by in people]
    outcomes = race(cast.task(4), *calls)
    assert sorted(type(one).__name__ for one in outcomes) == ["Directive", "IllegalNow"]


# ---- who is asked ----

ASKS = {"jlc": True, "planner": True, "root": True, "leader": False, "pudong": False, "simt": False}


def supports(number: int = 14) -> list[Assignment]:
    return list(asking.supports(cast.task(number)))


@pytest.mark.parametrize(("name", "may"), ASKS.items())
def test_who_asks(name, may):
    rows, before = supports(), cast.task(14)
    wanted = {rows[0].pk: True, rows[1].pk: False}
    if not may:
        with pytest.raises(NotAllowed):
            asking.ask(before, wanted, by=account(name))
        return
    assert asking.ask(before, wanted, by=account(name)) == 1  # the second was not asked anyway
    assert [row.owes_report for row in supports()] == [True] + [False] * (len(rows) - 1)
    assert cast.task(14).version == before.version + 1


def test_nothing_changed_is_no_change():
    before = cast.task(14)
    assert asking.ask(before, {row.pk: False for row in supports()}, by=cast.person("jlc")) == 0
    assert cast.task(14).version == before.version


def test_leads_and_units_of_other_tasks_are_not_switched():
    lead = cast.task(14).assignments.get(role="lead")
    for wrong in (lead.pk, supports(4)[0].pk, 0, -1):
        with pytest.raises(ValidationError) as error:
            asking.ask(cast.task(14), {supports()[0].pk: True, wrong: False}, by=cast.person("planner"))
        assert list(error.value.error_dict) == ["assignments"]
    lead.refresh_from_db()
    assert (lead.owes_report, supports()[0].owes_report) == (True, False)


def test_stale_then_illegal():
    task = cast.task(14)
    Task.objects.filter(pk=task.pk).update(state="suspended", state_before="in_progress")
    wanted = {supports()[0].pk: True}
    with pytest.raises(Stale):
        asking.ask(task, wanted, by=cast.person("jlc"), version=task.version)
    with pytest.raises(IllegalNow):
        asking.ask(task, wanted, by=cast.person("jlc"))


def test_who_is_asked_owes_from_the_next_opening():
    collective = next(row for row in supports() if row.department.is_collective)
    before = Assignment.objects.filter(task=cast.task(14)).owing()
    asking.ask(cast.task(14), {collective.pk: True}, by=cast.person("jlc"))
    after = Assignment.objects.filter(task=cast.task(14)).owing()
    assert (len(before), len(after)) == (1, 17)
