"""Two people with one report at the same moment, many times: one winner, a clear word to the other, no lost text."""

from datetime import date
from typing import Any

import pytest

from tasks.actions import moves, reports, review
from tasks.actions.refusals import IllegalNow
from tasks.models import Report, ReportingPeriod, Task
from tests import cast, factories
from tests.race import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("again", range(5))]

TODAY = date(2023, 6, 15)


def owed(state: str = "due") -> Report:
    one = ReportingPeriod.objects.get(plan__code="2023", starts_on=date(2023, 4, 1))
    ReportingPeriod.objects.filter(pk=one.pk).update(state="open", opened_on=TODAY)
    pudong = cast.person("pudong")
    return factories.owed(one, cast.task(6), pudong.department, state, pudong, TODAY)


def send(row: Report, by: Any, text: str, **seen: Any) -> Report:
    fields = {"assessment": "done", "progress_text": text}
    return reports.submit(row.task, row.department, by=by, today=TODAY, fields=fields, report=row, **seen)


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in outcomes)


def told(outcomes: list[Any]) -> set[str]:
    return {str(one) for one in outcomes if isinstance(one, IllegalNow)}


def test_the_same_report_sent_by_two(again, pudong):
    """With the version both saw the second is told that it has changed; without, that it has been sent."""
    row, other = owed(), cast.account("pudong2", unit="pudong")
    seen = {"version": 1} if again % 2 else {}
    outcomes = race(row.task, *(lambda by=by: send(row, by, by.username, **seen) for by in (pudong, other)))
    assert kinds(outcomes) == sorted(["Report", "Stale" if seen else "IllegalNow"])
    assert told(outcomes) == (set() if seen else {"已经报送。"})
    (winner,) = (one for one in outcomes if isinstance(one, Report))
    stored = Report.objects.get(pk=row.pk)
    assert (stored.state, stored.progress_text, stored.author) == ("submitted", winner.author.username, winner.author)
    assert Report.objects.count() == 1
    assert (stored.version, cast.task(6).state, cast.task(6).version) == (2, "in_progress", 2)


def test_a_draft_kept_while_a_colleague_sends(again, pudong):
    """Whoever is second works on what the first has left: nothing is overwritten unseen."""
    row, other = owed(), cast.account("pudong2", unit="pudong")
    fields = {"progress_text": "草稿"}
    outcomes = race(
        row.task,
        lambda: send(row, pudong, "已报", version=1),
        lambda: reports.save_draft(row.task, row.department, by=other, fields=fields, report=row, version=1),
    )
    assert kinds(outcomes) == ["Report", "Stale"]
    stored = Report.objects.get(pk=row.pk)
    assert (stored.state, stored.progress_text) == (
        ("draft", "草稿") if isinstance(outcomes[1], Report) else ("submitted", "已报")
    )


def test_accepted_while_it_is_withdrawn(again, pudong, planner):
    row = owed("submitted")
    outcomes = race(
        row.task,
        lambda: review.accept(row, by=planner, today=TODAY),
        lambda: reports.withdraw(row, by=pudong),
    )
    assert kinds(outcomes) == ["IllegalNow", "Report"]
    stored = Report.objects.get(pk=row.pk)
    if isinstance(outcomes[0], Report):
        assert (stored.state, stored.reviewer, told(outcomes)) == (
            "accepted", planner, {"不能“撤回”：报送状态为“已审”。"},
        )  # fmt: skip
    else:
        assert (stored.state, stored.reviewer, told(outcomes)) == (
            "draft", None, {"不能“通过”：报送状态为“草稿”。"},
        )  # fmt: skip
    assert (stored.progress_text, stored.version) == ("试验进展。", 2)


def test_accepted_and_returned(again, pudong, planner, planner2):
    row = owed("submitted")
    outcomes = race(
        row.task,
        lambda: review.accept(row, by=planner, today=TODAY, version=1),
        lambda: review.send_back(row, by=planner2, today=TODAY, note="请补充", version=1),
    )
    assert kinds(outcomes) == ["Report", "Stale"]
    stored = Report.objects.get(pk=row.pk)
    assert (stored.state, stored.reviewer) == (
        ("accepted", planner) if isinstance(outcomes[0], Report) else ("returned", planner2)
    )


def test_accepted_by_two(again, pudong, planner, planner2):
    row = owed("submitted")
    outcomes = race(row.task, *(lambda by=by: review.accept(row, by=by, today=TODAY) for by in (planner, planner2)))
    assert (kinds(outcomes), told(outcomes)) == (["IllegalNow", "Report"], {"不能“通过”：报送状态为“已审”。"})


def test_sent_while_the_task_is_suspended(again, pudong, planner):
    row = owed()
    outcomes = race(
        row.task,
        lambda: send(row, pudong, "已报"),
        lambda: moves.move(cast.task(6), "suspend", by=planner, today=TODAY, note="等待"),
    )
    assert isinstance(outcomes[1], Task), outcomes[1]
    stored, task = Report.objects.get(pk=row.pk), cast.task(6)
    if isinstance(outcomes[0], Report):
        assert (stored.state, task.state_before) == ("submitted", "in_progress")
    else:
        assert told(outcomes) == {"任务状态为“已暂停”，不再填报进展。"}
        assert (stored.state, task.state_before) == ("due", "not_started")
