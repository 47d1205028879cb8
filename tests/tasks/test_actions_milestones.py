"""Ticking milestones and taking them out: every state × step × role, what is written, and how it is refused."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override

from tasks.actions import milestones
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.models import Milestone, Task
from tests import cast
from tests.race import race

pytestmark = pytest.mark.django_db

TODAY = date(2023, 6, 15)

# As in test_actions_moves: task 6, co-ordinated by 市局计量处; 宝钢 (stranger) is not named in it.
ROLES = ("admin", "leader", "planner", "planner2", "jlc", "pudong", "simt", "stranger", "root")
STEPS = ("complete", "reopen", "cancel", "restore")

# o done · - illegal now · x not allowed · . not visible; columns as ROLES
WHERE_IT_IS_LEGAL = {
    "complete": ". x o o o x x . o",
    "reopen":   ". x o o o x x . o",
    "cancel":   ". x o o x x x . o",
    "restore":  ". x o o x x x . o",
}  # fmt: skip
ELSEWHERE = {
    "complete": ". x - - - x x . -",
    "reopen":   ". x - - - x x . -",
    "cancel":   ". x - - x x x . -",
    "restore":  ". x - - x x x . -",
}  # fmt: skip
FROM = {"complete": "open", "reopen": "done", "cancel": "open", "restore": "cancelled"}
WORKED_ON = ("not_started", "in_progress", "closing")


@pytest.fixture
def people(everyone) -> dict[str, Any]:
    return everyone | {"stranger": cast.account("stranger", unit="baosteel")}


def put(task_state: str, state: str, asked_by: Any = None) -> Milestone:
    """The first milestone of task 6 in this state, in a task in that state."""
    values: dict[str, Any] = {"state": task_state, "closed_on": TODAY if task_state == "closed" else None}
    if task_state in {"suspended", "cancelled"}:
        values["state_before"] = "in_progress"
    if task_state in {"closing", "closed"}:
        values |= {"closing_requested_by": asked_by, "closing_requested_on": TODAY, "result": "已完成。"}
    Task.objects.filter(pk=cast.task(6).pk).update(**values)
    first = Milestone.objects.filter(task=cast.task(6), position=1)
    first.update(state=state, done_on=TODAY if state == "done" else None)
    return first.get()


def do(milestone: Milestone, step: str, by: Any, **options: Any) -> Milestone:
    if step == "complete":
        options["today"] = TODAY
    return getattr(milestones, step)(milestone, by=by, **{"note": "说明"} | options)


def outcome(milestone: Milestone, step: str, user: Any) -> str:
    if not Milestone.objects.visible_to(user).filter(pk=milestone.pk).exists():
        return "."
    with transaction.atomic():
        try:
            do(milestone, step, user)
            return "o"
        except NotAllowed:
            return "x"
        except IllegalNow:
            return "-"
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize(("task_state", "state"), [*product(Task.State.values, Milestone.State.values)])
def test_state_by_step_by_role(task_state, state, people):
    milestone = put(task_state, state, people["jlc"])
    task = cast.task(6)
    for step in STEPS:
        legal = task_state in WORKED_ON and state == FROM[step]
        expected = WHERE_IT_IS_LEGAL[step] if legal else ELSEWHERE[step]
        assert " ".join(outcome(milestone, step, people[role]) for role in ROLES) == expected, step
    for place, role in enumerate(ROLES):
        buttons = milestones.available_steps(milestone, task, people[role])
        legal_steps = [step for step in STEPS if task_state in WORKED_ON and state == FROM[step]]
        assert buttons == [step for step in legal_steps if WHERE_IT_IS_LEGAL[step].split()[place] == "o"], role


@pytest.mark.parametrize("role", ["admin", "stranger"])
def test_the_action_refuses_those_who_do_not_see_the_task(role, people):
    for step in STEPS:
        with pytest.raises(NotAllowed):
            do(put("in_progress", FROM[step]), step, people[role])


class TestWrites:
    def test_a_tick_is_todays_unless_it_says_when(self, jlc):
        done = do(put("in_progress", "open"), "complete", jlc, note="  已完成检查。 ")
        assert (done.state, done.done_on, done.note) == ("done", TODAY, "已完成检查。")

    def test_a_tick_for_a_day_gone_by(self, jlc):
        done = do(put("in_progress", "open"), "complete", jlc, done_on=date(2023, 6, 1), note="")
        assert (done.state, done.done_on, done.note) == ("done", date(2023, 6, 1), "")

    def test_taking_a_tick_back(self, jlc):
        again = do(put("in_progress", "done"), "reopen", jlc, note="误勾。")
        assert (again.state, again.done_on, again.note) == ("open", None, "误勾。")

    def test_cancelling_and_restoring(self, planner):
        gone = do(put("in_progress", "open"), "cancel", planner, note="不再需要。")
        assert (gone.state, gone.done_on, gone.note) == ("cancelled", None, "不再需要。")
        back = do(gone, "restore", planner, note="仍然需要。")
        assert (back.state, back.done_on, back.note) == ("open", None, "仍然需要。")

    def test_returns_the_version_the_database_gave(self, planner):
        milestone = put("in_progress", "open")
        done = do(milestone, "complete", planner)
        assert done.version == milestone.version + 1 == Milestone.objects.get(pk=milestone.pk).version

    def test_the_first_tick_starts_the_task(self, jlc):
        do(put("not_started", "open"), "complete", jlc)
        task = cast.task(6)
        assert (task.state, task.state_since, task.starts_on, task.state_note) == ("in_progress", TODAY, TODAY, "")

    @pytest.mark.parametrize("state", ["in_progress", "closing"])
    def test_a_later_tick_leaves_the_task_alone(self, state, jlc):
        milestone = put(state, "open", jlc)
        before = cast.task(6).version
        do(milestone, "complete", jlc)
        assert (cast.task(6).state, cast.task(6).version) == (state, before)

    @pytest.mark.parametrize(("step", "state"), [("cancel", "open"), ("restore", "cancelled"), ("reopen", "done")])
    def test_nothing_else_starts_it(self, step, state, planner):
        do(put("not_started", state), step, planner)
        assert cast.task(6).state == "not_started"


class TestRefusals:
    @pytest.mark.parametrize("note", ["", " \n　"])
    @pytest.mark.parametrize("step", ["reopen", "cancel", "restore"])
    def test_a_reason_where_one_is_needed(self, step, note, planner):
        milestone = put("in_progress", FROM[step])
        with pytest.raises(ValidationError) as refusal:
            do(milestone, step, planner, note=note)
        assert list(refusal.value.message_dict) == ["note"]
        assert Milestone.objects.get(pk=milestone.pk).version == milestone.version

    def test_nothing_is_done_tomorrow(self, jlc):
        milestone = put("in_progress", "open")
        with pytest.raises(ValidationError) as refusal:
            do(milestone, "complete", jlc, done_on=TODAY + timedelta(days=1))
        assert list(refusal.value.message_dict) == ["done_on"]
        assert do(milestone, "complete", jlc, done_on=TODAY).done_on == TODAY

    @pytest.mark.parametrize("step", STEPS)
    def test_a_stale_version(self, step, planner):
        milestone = put("in_progress", FROM[step])
        with pytest.raises(Stale) as refusal:
            do(milestone, step, planner, version=milestone.version - 1)
        assert (refusal.value.current.pk, refusal.value.current.version) == (milestone.pk, milestone.version)
        assert do(milestone, step, planner, version=milestone.version).state != milestone.state

    def test_says_why_not(self, planner, jlc):
        with override("en"):
            with pytest.raises(IllegalNow) as refusal:
                do(put("closed", "open", jlc), "complete", planner)
            assert refusal.value.reason == "The task is closed; its milestones stay as they are."
            with pytest.raises(IllegalNow) as refusal:
                do(put("in_progress", "cancelled"), "complete", planner)
            assert refusal.value.reason == "The milestone is cancelled."

    def test_order_not_allowed_before_malformed_before_stale_before_illegal(self, pudong, planner):
        milestone = put("cancelled", "done")
        with pytest.raises(NotAllowed):
            do(milestone, "cancel", pudong, note="", version=77)
        with pytest.raises(ValidationError):
            do(milestone, "cancel", planner, note="", version=77)
        with pytest.raises(Stale):
            do(milestone, "cancel", planner, note="原因", version=77)
        with pytest.raises(IllegalNow):
            do(milestone, "cancel", planner, note="原因", version=milestone.version)

    def test_order_for_a_tick(self, pudong, jlc):
        milestone = put("in_progress", "done")
        tomorrow = TODAY + timedelta(days=1)
        with pytest.raises(NotAllowed):
            do(milestone, "complete", pudong, done_on=tomorrow, version=77)
        with pytest.raises(ValidationError):
            do(milestone, "complete", jlc, done_on=tomorrow, version=77)
        with pytest.raises(Stale):
            do(milestone, "complete", jlc, version=77)
        with pytest.raises(IllegalNow):
            do(milestone, "complete", jlc)


@pytest.mark.django_db(transaction=True)
class TestTwoAtTheSameMoment:
    def test_one_ticks_and_the_other_finds_it_ticked(self, planner, jlc):
        milestone = put("not_started", "open")
        outcomes = race(
            cast.task(6),
            lambda: do(milestone, "complete", planner),
            lambda: do(milestone, "complete", jlc),
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["IllegalNow", "Milestone"]
        assert Milestone.objects.get(pk=milestone.pk).version == milestone.version + 1

    def test_a_tick_and_a_cancellation_of_the_same_version(self, planner, jlc):
        milestone = put("in_progress", "open")
        outcomes = race(
            cast.task(6),
            lambda: do(milestone, "complete", jlc, version=milestone.version),
            lambda: do(milestone, "cancel", planner, version=milestone.version),
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["Milestone", "Stale"]
