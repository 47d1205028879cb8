"""Moves of a task: every state × move × role, what each move writes, and in which order it refuses."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override

from tasks.actions.moves import available_moves, move, require_some
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.models import Task
from tests import cast
from tests.race import race

pytestmark = pytest.mark.django_db

TODAY = date(2023, 6, 15)
BEFORE = date(2023, 6, 1)

# Task 6 is led by 市局计量处, which co-ordinates it, and by 各区市场监管局; 市计量院 supports; 宝钢 is not named.
# Where a closing was asked for, `planner` asked.
ROLES = ("admin", "leader", "planner", "planner2", "jlc", "pudong", "simt", "stranger", "root")

# o done · - illegal now (409) · x not allowed (403) · . not visible (404); columns as ROLES
MATRIX = {
    "start": {
        "not_started": ". x o o o x x . o",
        "in_progress": ". x - - - x x . -",
        "closing":     ". x - - - x x . -",
        "closed":      ". x - - - x x . -",
        "suspended":   ". x - - - x x . -",
        "cancelled":   ". x - - - x x . -",
    },
    "request_closing": {
        "not_started": ". x - - - x x . -",
        "in_progress": ". x o o o x x . o",
        "closing":     ". x - - - x x . -",
        "closed":      ". x - - - x x . -",
        "suspended":   ". x - - - x x . -",
        "cancelled":   ". x - - - x x . -",
    },
    "withdraw_closing": {
        "not_started": ". x - - - x x . -",
        "in_progress": ". x - - - x x . -",
        "closing":     ". x o x x x x . o",
        "closed":      ". x - x x x x . -",
        "suspended":   ". x - - - x x . -",
        "cancelled":   ". x - - - x x . -",
    },
    "return": {
        "not_started": ". x - - x x x . -",
        "in_progress": ". x - - x x x . -",
        "closing":     ". x o o x x x . o",
        "closed":      ". x - - x x x . -",
        "suspended":   ". x - - x x x . -",
        "cancelled":   ". x - - x x x . -",
    },
    "close": {
        "not_started": ". x - - x x x . -",
        "in_progress": ". x - - x x x . -",
        "closing":     ". x x o x x x . o",
        "closed":      ". x x - x x x . -",
        "suspended":   ". x - - x x x . -",
        "cancelled":   ". x - - x x x . -",
    },
    "reopen": {
        "not_started": ". x - - x x x . -",
        "in_progress": ". x - - x x x . -",
        "closing":     ". x - - x x x . -",
        "closed":      ". x o o x x x . o",
        "suspended":   ". x - - x x x . -",
        "cancelled":   ". x - - x x x . -",
    },
    "suspend": {
        "not_started": ". x o o x x x . o",
        "in_progress": ". x o o x x x . o",
        "closing":     ". x o o x x x . o",
        "closed":      ". x - - x x x . -",
        "suspended":   ". x - - x x x . -",
        "cancelled":   ". x - - x x x . -",
    },
    "resume": {
        "not_started": ". x - - x x x . -",
        "in_progress": ". x - - x x x . -",
        "closing":     ". x - - x x x . -",
        "closed":      ". x - - x x x . -",
        "suspended":   ". x o o x x x . o",
        "cancelled":   ". x - - x x x . -",
    },
    "cancel": {
        "not_started": ". x o o x x x . o",
        "in_progress": ". x o o x x x . o",
        "closing":     ". x o o x x x . o",
        "closed":      ". x - - x x x . -",
        "suspended":   ". x - - x x x . -",
        "cancelled":   ". x - - x x x . -",
    },
    "restore": {
        "not_started": ". x - - x x x . -",
        "in_progress": ". x - - x x x . -",
        "closing":     ". x - - x x x . -",
        "closed":      ". x - - x x x . -",
        "suspended":   ". x - - x x x . -",
        "cancelled":   ". x o o x x x . o",
    },
}  # fmt: skip

# Who may withdraw and who may close when the co-ordinator's reporter has asked, columns as ROLES.
ASKED_BY_COORDINATOR = {"withdraw_closing": ". x x x o x x . o", "close": ". x o o x x x . o"}


@pytest.fixture
def people(everyone) -> dict[str, Any]:
    return everyone | {"stranger": cast.account("stranger", unit="baosteel")}


def put(state: str, asked_by: Any = None, before: str = "in_progress") -> Task:
    """Task 6 in this state since BEFORE, with nothing open, so that it could be closed."""
    task = cast.task(6)
    task.milestones.update(state="done", done_on=BEFORE)
    values: dict[str, Any] = {"state": state, "state_since": BEFORE}
    if state in {"suspended", "cancelled"}:
        values["state_before"] = before
    if asked_by:
        values |= {"closing_requested_by": asked_by, "closing_requested_on": BEFORE, "result": "已完成。"}
    if state == "closed":
        values["closed_on"] = BEFORE
    Task.objects.filter(pk=task.pk).update(**values)
    return cast.task(6)


def outcome(task: Task, name: str, user: Any) -> str:
    """As a view would have it. Nothing stays of it."""
    if not Task.objects.visible_to(user).filter(pk=task.pk).exists():
        return "."
    with transaction.atomic():
        try:
            move(task, name, by=user, today=TODAY, note="说明")
            return "o"
        except NotAllowed:
            return "x"
        except IllegalNow:
            return "-"
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize("state", Task.State.values)
@pytest.mark.parametrize("name", MATRIX)
def test_state_by_move_by_role(name, state, people):
    task = put(state, people["planner"] if state in {"closing", "closed"} else None)
    assert " ".join(outcome(task, name, people[role]) for role in ROLES) == MATRIX[name][state]


@pytest.mark.parametrize("name", ASKED_BY_COORDINATOR)
def test_nobody_closes_or_withdraws_for_another(name, people):
    task = put("closing", people["jlc"])
    assert " ".join(outcome(task, name, people[role]) for role in ROLES) == ASKED_BY_COORDINATOR[name]


@pytest.mark.parametrize("state", Task.State.values)
def test_the_buttons_are_the_moves_that_succeed(state, people):
    task = put(state, people["planner"] if state in {"closing", "closed"} else None)
    for place, role in enumerate(ROLES):
        expected = [name for name, rows in MATRIX.items() if rows[state].split()[place] == "o"]
        assert [one.name for one in available_moves(task, people[role])] == expected, role


@pytest.mark.parametrize("role", ["admin", "stranger"])
def test_the_action_refuses_those_who_do_not_see_the_task(role, people):
    for name in MATRIX:
        with pytest.raises(NotAllowed):
            move(put("in_progress"), name, by=people[role], today=TODAY, note="说明")


def test_the_co_ordinator_of_task_2_is_the_first_lead_that_is_no_collective(simt, sqi, jlc):
    assert move(cast.task(2), "start", by=simt, today=TODAY).state == "in_progress"
    for other in (sqi, jlc):
        with pytest.raises(NotAllowed):
            move(cast.task(2), "request_closing", by=other, today=TODAY, note="完成")


# ---- what a move writes ----

FIELDS = (
    "state", "state_before", "state_since", "state_note", "starts_on", "result", "closing_requested_by_id",
    "closing_requested_on", "closed_on",
)  # fmt: skip


def written(before: Task, name: str, by: Any, note: str = "") -> dict[str, Any]:
    """The fields that the move changed, with their new values."""
    values = {field: getattr(before, field) for field in FIELDS}
    after = move(before, name, by=by, today=TODAY, note=note)
    stored = cast.task(6)
    assert after.version == stored.version == before.version + 1
    assert all(getattr(after, field) == getattr(stored, field) for field in FIELDS)
    return {field: getattr(stored, field) for field in FIELDS if getattr(stored, field) != values[field]}


class TestWrites:
    def test_start(self, jlc):
        assert written(put("not_started"), "start", jlc) == {
            "state": "in_progress", "state_since": TODAY, "starts_on": TODAY,
        }  # fmt: skip

    def test_request_closing(self, jlc):
        assert written(put("in_progress"), "request_closing", jlc, "  全部完成。\n") == {
            "state": "closing", "state_since": TODAY, "state_note": "全部完成。", "result": "全部完成。",
            "closing_requested_by_id": jlc.pk, "closing_requested_on": TODAY,
        }  # fmt: skip

    def test_withdraw_closing_keeps_the_result_for_the_next_request(self, jlc):
        assert written(put("closing", jlc), "withdraw_closing", jlc) == {
            "state": "in_progress", "state_since": TODAY, "starts_on": TODAY, "closing_requested_by_id": None,
            "closing_requested_on": None,
        }  # fmt: skip

    def test_return(self, planner, jlc):
        assert written(put("closing", jlc), "return", planner, "请补充材料。") == {
            "state": "in_progress", "state_since": TODAY, "starts_on": TODAY, "state_note": "请补充材料。",
            "closing_requested_by_id": None, "closing_requested_on": None,
        }  # fmt: skip

    def test_close(self, planner, jlc):
        assert written(put("closing", jlc), "close", planner) == {
            "state": "closed", "state_since": TODAY, "closed_on": TODAY,
        }  # fmt: skip

    def test_reopen(self, planner, jlc):
        assert written(put("closed", jlc), "reopen", planner, "发现遗漏。") == {
            "state": "in_progress", "state_since": TODAY, "starts_on": TODAY, "state_note": "发现遗漏。",
            "closing_requested_by_id": None, "closing_requested_on": None, "closed_on": None,
        }  # fmt: skip

    @pytest.mark.parametrize(("name", "target"), [("suspend", "suspended"), ("cancel", "cancelled")])
    @pytest.mark.parametrize("state", ["not_started", "in_progress", "closing"])
    def test_pausing_remembers_the_state(self, name, target, state, planner, jlc):
        task = put(state, jlc if state == "closing" else None)
        assert written(task, name, planner, "原因。") == {
            "state": target, "state_before": state, "state_since": TODAY, "state_note": "原因。",
        }  # fmt: skip

    @pytest.mark.parametrize(("name", "state"), [("resume", "suspended"), ("restore", "cancelled")])
    @pytest.mark.parametrize("before", ["not_started", "closing"])
    def test_going_back_to_the_state_before(self, name, state, before, planner, jlc):
        task = put(state, jlc if before == "closing" else None, before)
        assert written(task, name, planner, "恢复。") == {
            "state": before, "state_before": "", "state_since": TODAY, "state_note": "恢复。",
        }  # fmt: skip

    def test_the_day_work_began_stays(self, planner, jlc):
        Task.objects.filter(number=6).update(starts_on=BEFORE)
        assert move(put("closing", jlc), "return", by=planner, today=TODAY, note="退回").starts_on == BEFORE

    def test_a_whole_life(self, jlc, planner, planner2):
        cast.task(6).milestones.update(state="cancelled")
        steps = [
            ("start", jlc, "", "in_progress"),
            ("request_closing", planner, "结果一", "closing"),
            ("suspend", planner, "暂停", "suspended"),
            ("resume", planner2, "恢复", "closing"),
            ("cancel", planner2, "取消", "cancelled"),
            ("restore", planner, "恢复", "closing"),
            ("withdraw_closing", planner, "", "in_progress"),
            ("request_closing", jlc, "结果二", "closing"),
            ("close", planner, "", "closed"),
            ("reopen", planner2, "重开", "in_progress"),
        ]
        for name, by, note, state in steps:
            assert move(cast.task(6), name, by=by, today=TODAY, note=note).state == state
        assert cast.task(6).version == 11


# ---- refusals ----

NEED_A_NOTE = ["request_closing", "return", "reopen", "suspend", "resume", "cancel", "restore"]
SOURCES = {
    "start": "not_started", "request_closing": "in_progress", "withdraw_closing": "closing", "return": "closing",
    "close": "closing", "reopen": "closed", "suspend": "in_progress", "resume": "suspended", "cancel": "in_progress",
    "restore": "cancelled",
}  # fmt: skip


class TestRefusals:
    @pytest.mark.parametrize("note", ["", "  \n\t　"])
    @pytest.mark.parametrize("name", NEED_A_NOTE)
    def test_a_note_where_one_is_needed(self, name, note, planner, jlc):
        task = put(SOURCES[name], jlc if SOURCES[name] in {"closing", "closed"} else None)
        with pytest.raises(ValidationError) as refusal:
            move(task, name, by=planner, today=TODAY, note=note)
        assert list(refusal.value.message_dict) == ["note"]
        assert cast.task(6).version == task.version

    @pytest.mark.parametrize("name", sorted(set(MATRIX) - set(NEED_A_NOTE)))
    def test_none_where_none_is_needed(self, name, planner, planner2, jlc):
        task = put(SOURCES[name], planner2 if SOURCES[name] == "closing" else None)
        by = planner2 if name == "withdraw_closing" else planner
        assert move(task, name, by=by, today=TODAY).state != task.state

    def test_an_unknown_move(self, planner):
        with pytest.raises(ValidationError) as refusal:
            move(put("in_progress"), "delete", by=planner, today=TODAY)
        assert list(refusal.value.message_dict) == ["move"]

    def test_who_may_make_no_move_at_all_is_told_so_first(self, people):
        may = set()
        for name, user in people.items():
            try:
                require_some(put("closed", people["planner"]), user)
                may.add(name)
            except NotAllowed:
                pass
        assert may == {"planner", "planner2", "jlc", "root"}

    def test_open_milestones_are_named(self, planner, jlc):
        task = put("closing", jlc)
        task.milestones.filter(position__in=[2, 5]).update(state="open", done_on=None)
        with override("en"), pytest.raises(IllegalNow) as refusal:
            move(task, "close", by=planner, today=TODAY)
        assert refusal.value.reason == (
            "Open milestones must be done or cancelled first: 中秋前过度包装检查、强制检定工作计量器具摸底调查."
        )
        assert cast.task(6).state == "closing"

    def test_cancelled_milestones_do_not_hinder(self, planner, jlc):
        task = put("closing", jlc)
        task.milestones.filter(position=1).update(state="cancelled", done_on=None)
        assert move(task, "close", by=planner, today=TODAY).state == "closed"

    @pytest.mark.parametrize("version", [0, 1, 99])
    def test_a_stale_version(self, version, planner):
        task = put("not_started")
        assert task.version == 2
        with pytest.raises(Stale) as refusal:
            move(task, "start", by=planner, today=TODAY, version=version)
        assert (refusal.value.current.pk, refusal.value.current.version) == (task.pk, 2)
        assert cast.task(6).state == "not_started"

    def test_the_version_is_compared_with_the_database_not_with_what_the_caller_holds(self, planner):
        old = put("not_started")
        Task.objects.filter(pk=old.pk).update(title="改过的标题")
        with pytest.raises(Stale):
            move(old, "start", by=planner, today=TODAY, version=old.version)

    def test_the_state_is_the_databases_not_the_callers(self, planner):
        old = put("not_started")
        Task.objects.filter(pk=old.pk).update(state="in_progress")
        with pytest.raises(IllegalNow):
            move(old, "start", by=planner, today=TODAY)

    def test_order_not_allowed_before_malformed_before_stale_before_illegal(self, pudong, planner):
        task = put("closed", planner)
        wrong = {"today": TODAY, "version": 77}
        with pytest.raises(NotAllowed):
            move(task, "suspend", by=pudong, note="", **wrong)
        with pytest.raises(ValidationError):
            move(task, "suspend", by=planner, note="", **wrong)
        with pytest.raises(Stale):
            move(task, "suspend", by=planner, note="原因", **wrong)
        with pytest.raises(IllegalNow):
            move(task, "suspend", by=planner, note="原因", today=TODAY, version=task.version)

    def test_an_inactive_account_may_nothing(self, planner):
        planner.is_active = False
        for name in MATRIX:
            with pytest.raises(NotAllowed):
                move(put("in_progress"), name, by=planner, today=TODAY, note="说明")


@pytest.mark.django_db(transaction=True)
class TestTwoAtTheSameMoment:
    def test_with_versions_one_wins_and_the_other_is_shown_the_conflict(self, planner, jlc):
        task = cast.task(6)
        seen = {"today": TODAY, "version": task.version}
        outcomes = race(
            task,
            lambda: move(cast.task(6), "start", by=planner, **seen),
            lambda: move(cast.task(6), "cancel", by=planner, note="取消", **seen),
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["Stale", "Task"]
        assert cast.task(6).version == task.version + 1

    def test_without_versions_the_second_finds_the_move_made(self, planner, jlc):
        outcomes = race(
            cast.task(6),
            lambda: move(cast.task(6), "start", by=planner, today=TODAY),
            lambda: move(cast.task(6), "start", by=jlc, today=TODAY),
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["IllegalNow", "Task"]
