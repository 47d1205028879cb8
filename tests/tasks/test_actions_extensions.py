"""Asking for another date, and deciding on it: who, when, and what then stands."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from tasks.actions import extensions
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.models import ExtensionRequest, Milestone, Task
from tests import cast
from tests.conftest import TODAY
from tests.race import race

pytestmark = pytest.mark.django_db

LATER = date(2023, 9, 30)
TEXTS = {"reason": "批复后移。", "progress": "方案已报。"}


def milestone(**fields) -> Milestone:
    """Of task 4, with a date of its own a week from now unless told otherwise."""
    row = cast.task(4).milestones.get(position=1)
    own = {"date_basis": "set_by_staff", "due_on": TODAY + timedelta(days=7), "original_due_on": TODAY}
    Milestone.objects.filter(pk=row.pk).update(**own | fields)
    row.refresh_from_db()
    return row


def ask(name: str = "jlc", about: Milestone | None = None, on: date = TODAY, **changed) -> ExtensionRequest:
    task = cast.task(4)
    new = LATER if about else date(2024, 3, 31)
    wanted = {"new_due_on": new} | TEXTS | changed
    user = cast.root() if name == "root" else cast.person(name)
    return extensions.request_extension(task, about, by=user, today=on, **wanted)


def decide(request, granted=True, name="planner", note="同意。", **changed):
    user = cast.root() if name == "root" else cast.person(name)
    return extensions.decide(request, granted, by=user, today=TODAY, note=note, **changed)


def codes(error) -> dict[str, list[str]]:
    return {name: [one.code for one in errors] for name, errors in error.value.error_dict.items()}


# ---- asking ----

MAY_ASK = {
    "jlc": True,
    "planner": True,
    "planner2": True,
    "root": True,
    "leader": False,
    "pudong": False,
    "simt": False,
}


@pytest.mark.parametrize(("name", "may"), MAY_ASK.items())
@pytest.mark.parametrize("of_milestone", [True, False])
def test_who_asks(name, may, of_milestone):
    about = milestone() if of_milestone else None
    if not may:
        with pytest.raises(NotAllowed):
            ask(name, about)
        assert ExtensionRequest.objects.count() == 0
        return
    asked = ask(name, about)
    assert (asked.state, asked.milestone, asked.requested_on) == ("asked", about, TODAY)
    assert asked.old_due_on == (about or cast.task(4)).due_on
    assert cast.task(4).due_on == date(2023, 12, 31)  # nothing is moved yet


@pytest.mark.parametrize("state", ["not_started", "in_progress", "closing", "closed", "suspended", "cancelled"])
def test_in_which_state_of_the_task(state):
    closing = {"closing_requested_by": cast.person("jlc"), "closing_requested_on": TODAY, "result": "x"}
    fields = closing if state in {"closing", "closed"} else {}
    fields |= {"closed_on": TODAY} if state == "closed" else {}
    fields |= {"state_before": "in_progress"} if state in {"suspended", "cancelled"} else {}
    Task.objects.filter(pk=cast.task(4).pk).update(state=state, **fields)
    if state in {"not_started", "in_progress", "closing"}:
        assert ask().pk
    else:
        with pytest.raises(IllegalNow):
            ask()


def test_the_due_date_itself_is_in_time_the_day_after_is_not():
    assert ask(about=milestone(due_on=TODAY)).old_due_on == TODAY
    ExtensionRequest.objects.all().delete()
    late = milestone(due_on=TODAY - timedelta(days=1))
    with pytest.raises(IllegalNow) as refusal:
        ask(about=late)
    assert str(refusal.value) == "已于 2023-06-14 到期；延期须在到期日之前（含当日）申请。"


@pytest.mark.parametrize(
    "fields",
    [{"state": "done", "done_on": TODAY}, {"state": "cancelled"}, {"date_basis": "plan_end"}],
)
def test_milestones_that_cannot_be_put_off(fields):
    about = milestone(**fields)
    with pytest.raises(IllegalNow):
        ask(about=about)


@pytest.mark.parametrize("basis", ["stated", "festival", "set_by_staff"])
def test_a_date_of_its_own(basis):
    assert ask(about=milestone(date_basis=basis)).pk


def test_all_that_is_wrong_at_once():
    with pytest.raises(ValidationError) as error:
        ask(new_due_on=date(2023, 12, 31), reason="  ", progress="\n")
    assert codes(error) == {"reason": ["required"], "progress": ["required"], "new_due_on": ["not_later"]}


def test_a_milestone_does_not_pass_its_task():
    with pytest.raises(ValidationError) as error:
        ask(about=milestone(), new_due_on=date(2024, 1, 1))
    assert codes(error) == {"new_due_on": ["after_task"]}
    assert ask(about=milestone(), new_due_on=date(2023, 12, 31)).pk


def test_one_at_a_time_for_each_date():
    one = milestone()
    ask(about=one)
    ask()  # the task's own date is another
    with pytest.raises(IllegalNow):
        ask()
    with pytest.raises(IllegalNow):
        ask("planner", one)


def test_the_version_of_the_row_whose_date_it_is():
    one = milestone()
    with pytest.raises(Stale) as stale:
        ask(about=one, version=one.version - 1)
    assert stale.value.current == one


def test_the_order_of_refusals():
    """Not allowed, malformed, stale, illegal now."""
    done = milestone(state="done", done_on=TODAY)
    wrong = {"new_due_on": done.due_on, "version": done.version - 1}
    with pytest.raises(NotAllowed):
        ask("pudong", done, **wrong)
    with pytest.raises(ValidationError) as error:
        ask("jlc", done, **wrong)
    assert codes(error) == {"new_due_on": ["not_later"]}
    with pytest.raises(Stale):
        ask("jlc", done, version=done.version - 1)
    with pytest.raises(IllegalNow):
        ask("jlc", done)


def test_hostile_words_are_words():
    assert (
        ask(reason="<script>alert(1)</script>", progress="'; DROP TABLE x; --").reason == "<script>alert(1)</script>"
    )


# ---- deciding ----

MAY_DECIDE = {"planner": True, "planner2": True, "root": True, "jlc": False, "leader": False, "pudong": False}


@pytest.mark.parametrize(("name", "may"), MAY_DECIDE.items())
@pytest.mark.parametrize("granted", [True, False])
def test_who_decides(name, may, granted):
    asked = ask()
    if not may:
        with pytest.raises(NotAllowed):
            decide(asked, granted, name)
        return
    done = decide(asked, granted, name)
    assert (done.state, done.decided_on, done.decision_note) == ("granted" if granted else "refused", TODAY, "同意。")
    task = cast.task(4)
    assert (task.due_on, task.original_due_on) == (
        date(2024, 3, 31) if granted else date(2023, 12, 31),
        date(2023, 12, 31),
    )


@pytest.mark.parametrize("name", ["planner", "root"])
def test_whoever_asked_does_not_decide(name):
    asked = ask(name)
    with pytest.raises(NotAllowed):
        decide(asked, False, name)
    assert decide(asked, name="planner2").state == "granted"


def test_a_granted_milestone_keeps_its_first_date():
    one = milestone(date_basis="stated")
    decide(ask(about=one))
    one.refresh_from_db()
    assert (one.due_on, one.original_due_on, one.date_basis) == (LATER, TODAY, "set_by_staff")


def test_twice_is_counted_twice():
    one = milestone()
    decide(ask(about=one))
    decide(ask(about=one, new_due_on=date(2023, 11, 1)))
    assert ExtensionRequest.objects.granted().filter(milestone=one).count() == 2


def test_a_word_is_needed():
    with pytest.raises(ValidationError) as error:
        decide(ask(), note=" ")
    assert codes(error) == {"note": ["required"]}


def test_once():
    asked = ask()
    decide(asked, False)
    with pytest.raises(IllegalNow) as refusal:
        decide(asked, True, "planner2")
    assert str(refusal.value) == "该申请已审批：未同意。"
    with pytest.raises(Stale):
        decide(asked, True, "planner2", version=asked.version)


def test_a_date_moved_meanwhile_is_said_and_only_refusing_goes():
    one = milestone()
    asked = ask(about=one)
    Milestone.objects.filter(pk=one.pk).update(due_on=date(2023, 8, 1))
    with pytest.raises(IllegalNow) as refusal:
        decide(asked)
    assert str(refusal.value) == "到期日已由 2023-06-22 改为 2023-08-01，这份申请只能不予同意。"
    one.refresh_from_db()
    assert one.due_on == date(2023, 8, 1)
    assert decide(asked, False).state == "refused"


@pytest.mark.parametrize("changed", [{"state": "done", "done_on": TODAY}, {"state": "cancelled"}])
def test_a_milestone_done_meanwhile_is_not_put_off(changed):
    one = milestone()
    asked = ask(about=one)
    Milestone.objects.filter(pk=one.pk).update(**changed)
    with pytest.raises(IllegalNow):
        decide(asked)


def test_it_is_decided_after_the_old_date_too():
    asked = ask(about=milestone(due_on=TODAY))
    assert extensions.decide(asked, True, by=cast.person("planner"), today=LATER, note="补批").state == "granted"


@pytest.mark.django_db(transaction=True)
def test_two_planners_decide_at_once():
    for _again in range(3):
        asked, task = ask(new_due_on=cast.task(4).due_on + timedelta(days=1)), cast.task(4)
        planners = [cast.person(name) for name in ("planner", "planner2")]
        calls = [
            lambda by=by, yes=yes, asked=asked: extensions.decide(asked, yes, by=by, today=TODAY, note="x")
            for by, yes in zip(planners, (True, False), strict=True)
        ]
        outcomes = race(task, *calls)
        assert sorted(type(one).__name__ for one in outcomes) == ["ExtensionRequest", "IllegalNow"]


@pytest.mark.django_db(transaction=True)
def test_asked_for_twice_at_once():
    by, task = cast.person("jlc"), cast.task(4)
    wanted = {"by": by, "today": TODAY, "new_due_on": date(2024, 3, 31)} | TEXTS
    outcomes = race(task, *[lambda: extensions.request_extension(task, **wanted)] * 2)
    assert sorted(type(one).__name__ for one in outcomes) == ["ExtensionRequest", "IllegalNow"]
    assert ExtensionRequest.objects.count() == 1
