"""Every state of a report × what is done with it × who does it, as a literal table; then what each of them leaves."""

from collections.abc import Container
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from tasks.actions import reports, review
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.models import Report, ReportingPeriod, Task
from tests import cast, factories

pytestmark = pytest.mark.django_db

TODAY = date(2023, 6, 15)
TEXT = {"assessment": "on_schedule", "progress_text": "完成检查。", "problems": "", "next_steps": "继续。"}
STATES = ["due", "draft", "submitted", "returned", "accepted"]
ROLES = ["admin", "leader", "planner", "planner2", "jlc", "pudong", "xuhui", "simt", "sqi", "root"]

# o done, x not allowed, - illegal now, . not visible. Columns as ROLES.
WRITES = ("save", "submit", "nothing_new")
TABLE: dict[tuple[int, str], dict[str, dict[str, str]]] = {
    # 浦东 has accounts and sent its own; 计量处 co-ordinates, 徐汇, 市计量院 and 市质检院 are other units of the task
    (6, "pudong"): {
        "write": {
            "due":       ". x x x x o . . . o",
            "draft":     ". . . . . o . . . x",
            "submitted": ". x x x x - . . . -",
            "returned":  ". x x x x o . . . o",
            "accepted":  ". x x x x - . . . -",
        },
        "withdraw": {
            "due":       ". x x x x - . . . -",
            "draft":     ". . . . . - . . . x",
            "submitted": ". x x x x o . . . o",
            "returned":  ". x x x x - . . . -",
            "accepted":  ". x x x x - . . . -",
        },
        "accept": {
            "due":       ". x - - x x . . . -",
            "draft":     ". . . . . x . . . -",
            "submitted": ". x o o x x . . . o",
            "returned":  ". x - - x x . . . -",
            "accepted":  ". x - - x x . . . -",
        },
        "return": {
            "due":       ". x - - x x . . . -",
            "draft":     ". . . . . x . . . -",
            "submitted": ". x o o x x . . . o",
            "returned":  ". x - - x x . . . -",
            "accepted":  ". x - - x x . . . -",
        },
    },
    # 宝山 has no accounts; `planner` filled it in
    (6, "baoshan"): {
        "write": {
            "due":       ". x o o o . . . . o",
            "draft":     ". . o o o . . . . o",
            "submitted": ". x - - - . . . . -",
            "returned":  ". x o o o . . . . o",
            "accepted":  ". x - - - . . . . -",
        },
        "withdraw": {
            "due":       ". x - - - . . . . -",
            "draft":     ". . - - - . . . . -",
            "submitted": ". x o o o . . . . o",
            "returned":  ". x - - - . . . . -",
            "accepted":  ". x - - - . . . . -",
        },
        "accept": {
            "due":       ". x - - x . . . . -",
            "draft":     ". . x - x . . . . -",
            "submitted": ". x x o x . . . . o",
            "returned":  ". x x - x . . . . -",
            "accepted":  ". x x - x . . . . -",
        },
        "return": {
            "due":       ". x - - x . . . . -",
            "draft":     ". . - - x . . . . -",
            "submitted": ". x o o x . . . . o",
            "returned":  ". x - - x . . . . -",
            "accepted":  ". x - - x . . . . -",
        },
    },
    # 市计量院 co-ordinates, so planners write for it as well; 市质检院 leads beside it
    (2, "simt"): {
        "write": {
            "due":       ". x o o . . . o . o",
            "draft":     ". . . . . . . o . x",
            "submitted": ". x - - . . . - x -",
            "returned":  ". x o o . . . o . o",
            "accepted":  ". x - - . . . - x -",
        },
        "withdraw": {
            "due":       ". x - - . . . - . -",
            "draft":     ". . . . . . . - . x",
            "submitted": ". x o o . . . o x o",
            "returned":  ". x - - . . . - . -",
            "accepted":  ". x - - . . . - x -",
        },
        "accept": {
            "due":       ". x - - . . . x . -",
            "draft":     ". . . . . . . x . -",
            "submitted": ". x o o . . . x x o",
            "returned":  ". x - - . . . x . -",
            "accepted":  ". x - - . . . x x -",
        },
        "return": {
            "due":       ". x - - . . . x . -",
            "draft":     ". . . . . . . x . -",
            "submitted": ". x o o . . . x x o",
            "returned":  ". x - - . . . x . -",
            "accepted":  ". x - - . . . x x -",
        },
    },
}  # fmt: skip
ACTS = [*WRITES, "withdraw", "accept", "return"]


def period() -> ReportingPeriod:
    return ReportingPeriod.objects.get(plan__code="2023", starts_on=date(2023, 4, 1))


def in_state(number: int, code: str, state: str) -> Report:
    """In the open second quarter: of a unit with accounts by itself, otherwise filled in by `planner`."""
    ReportingPeriod.objects.filter(pk=period().pk).update(state="open", opened_on=date(2023, 4, 3))
    filled_in = code not in cast.PEOPLE
    author = cast.person("planner" if filled_in else code)
    reviewed = {"reviewer": cast.person("planner2")} if state in {"returned", "accepted"} else {}
    filled = {"filled_in": filled_in} if state != "due" else {}
    unit = cast.unit(code)
    return factories.owed(period(), cast.task(number), unit, state, author, date(2023, 6, 12), **filled, **reviewed)


def act(name: str, report: Report, by: Any, **seen: Any) -> Report:
    """The action as a page calls it: with the task and unit of the report."""
    of = (report.task, report.department)
    if name == "save":
        return reports.save_draft(*of, by=by, fields=TEXT, report=report, **seen)
    if name == "submit":
        return reports.submit(*of, by=by, today=TODAY, fields=TEXT, report=report, **seen)
    if name == "nothing_new":
        return reports.report_nothing_new(report, by=by, today=TODAY, reason="等待检定。", **seen)
    if name == "withdraw":
        return reports.withdraw(report, by=by, **seen)
    if name == "accept":
        return review.accept(report, by=by, today=TODAY, **seen)
    return review.send_back(report, by=by, today=TODAY, note="请补充数据。", **seen)


def outcome(name: str, report: Report, by: Any) -> str:
    with transaction.atomic():
        try:
            act(name, report, by)
            return "o"
        except NotAllowed:
            return "x"
        except IllegalNow:
            return "-"
        finally:
            transaction.set_rollback(True)


def found(report: Report, everyone: dict[str, Any]) -> dict[str, str]:
    """What each act comes to for each role; every one of them meets the report as it is."""
    seen = {role for role in ROLES if Report.objects.visible_to(everyone[role]).filter(pk=report.pk).exists()}
    return {name: " ".join(shown(name, report, role, everyone[role], role in seen) for role in ROLES) for name in ACTS}


def shown(name: str, report: Report, role: str, by: Any, seen: bool) -> str:
    done = outcome(name, report, by)
    assert seen or done != "o", (name, role)  # a page answers 404; the action would not do it either
    return done if seen else "."


def told(number: int, code: str, state: str, over: Container[str] = ()) -> dict[str, str]:
    """What the table says of each act; of those that are `over`, that nobody does them any more."""
    rows = {name: TABLE[number, code]["write" if name in WRITES else name][state] for name in ACTS}
    return {name: row.replace("o", "-") if name in over else row for name, row in rows.items()}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("number", "code"), TABLE)
def test_state_by_action_by_role(number, code, state, everyone):
    assert found(in_state(number, code, state), everyone) == told(number, code, state)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("number", "code"), TABLE)
@pytest.mark.parametrize("period_state", ["planned", "closed"])
def test_outside_an_open_period_nothing_is_possible(period_state, number, code, state, everyone):
    report = in_state(number, code, state)
    days = {"planned": (None, None), "closed": (TODAY, TODAY)}[period_state]
    ReportingPeriod.objects.filter(pk=report.period_id).update(
        state=period_state, opened_on=days[0], closed_on=days[1]
    )
    assert found(report, everyone) == told(number, code, state, over=ACTS)


TASK_STATES: dict[str, dict[str, Any]] = {
    "closing": {"closing_requested_on": TODAY, "result": "有。"},
    "closed": {"closing_requested_on": TODAY, "result": "有。", "closed_on": TODAY},
    "suspended": {"state_before": "in_progress"},
    "cancelled": {"state_before": "not_started"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("code", ["pudong", "baoshan"])
@pytest.mark.parametrize("task_state", TASK_STATES)
def test_by_the_state_of_the_task(task_state, code, state, everyone):
    """On what has ended nothing is reported any more; what was sent may still be accepted, but not returned."""
    asked = {"closing_requested_by": everyone["jlc"]} if task_state.startswith("clos") else {}
    Task.objects.filter(pk=cast.task(6).pk).update(state=task_state, **TASK_STATES[task_state], **asked)
    over = {*ACTS} - {"accept"} if task_state != "closing" else ()
    assert found(in_state(6, code, state), everyone) == told(6, code, state, over)


# ---- nobody accepts what he sent ----


class TestNobodyAcceptsWhatHeSent:
    @pytest.mark.parametrize("who", ["planner", "root"])
    @pytest.mark.parametrize("code", ["baoshan", "jlc"])
    def test_filled_in_or_of_his_own_unit(self, who, code, everyone):
        report = in_state(6, code, "due")
        sent = act("submit", report, everyone[who])
        with pytest.raises(NotAllowed):
            act("accept", sent, everyone[who])
        with pytest.raises(NotAllowed):
            act("accept", sent, everyone[who], version=99)  # before stale
        assert act("accept", sent, everyone["planner2"]).reviewer == everyone["planner2"]

    def test_a_planner_may_accept_what_a_colleague_of_his_unit_sent(self, planner, jlc):
        sent = act("submit", in_state(6, "jlc", "due"), jlc)
        assert act("accept", sent, planner).state == "accepted"

    def test_whoever_sent_it_again_is_who_sent_it(self, planner, planner2):
        sent = act("submit", in_state(6, "baoshan", "due"), planner)
        again = act("submit", act("return", sent, planner2), planner2)
        with pytest.raises(NotAllowed):
            act("accept", again, planner2)
        assert act("accept", again, planner).state == "accepted"

    def test_nor_with_nothing_new(self, planner):
        sent = act("nothing_new", in_state(6, "baoshan", "due"), planner)
        with pytest.raises(NotAllowed):
            act("accept", sent, planner)


# ---- what each leaves ----


class TestWhatItLeaves:
    def test_a_draft(self, pudong):
        row = act("save", in_state(6, "pudong", "due"), pudong)
        assert (row.state, row.author, row.filled_in, row.reported_on, row.submitted_at, row.version) == (
            "draft", pudong, False, None, None, 2,
        )  # fmt: skip
        assert cast.task(6).state == "not_started"

    def test_sent(self, pudong):
        row = in_state(6, "pudong", "due")
        row = reports.submit(row.task, row.department, by=pudong, today=TODAY, fields=TEXT, report=row, seconds=95)
        assert (row.state, row.author, row.reported_on, row.filled_in, row.no_news, row.writing_seconds) == (
            "submitted", pudong, TODAY, False, False, 95,
        )  # fmt: skip
        assert (row.submitted_at is not None, cast.task(6).state) == (True, "in_progress")

    def test_filled_in(self, jlc):
        row = act("submit", in_state(6, "baoshan", "due"), jlc)
        assert (row.author, row.filled_in, row.department.code) == (jlc, True, "baoshan")

    def test_withdrawn_it_opens_with_its_text(self, pudong):
        sent = act("submit", in_state(6, "pudong", "due"), pudong)
        row = act("withdraw", sent, pudong)
        assert (row.state, row.reported_on, row.submitted_at, row.filled_in) == ("draft", None, None, False)
        assert {name: getattr(row, name) for name in TEXT} == TEXT

    def test_what_a_planner_withdraws_for_the_co_ordinator_he_may_go_on_with_and_so_may_the_unit(self, planner, simt):
        row = act("withdraw", act("submit", in_state(2, "simt", "due"), simt), planner)
        assert (row.state, row.filled_in) == ("draft", True)
        assert act("save", row, planner).filled_in is True
        assert act("save", row, simt).filled_in is False
        with pytest.raises(NotAllowed):
            act("save", row, planner)

    def test_returned_it_says_who_when_and_why_and_keeps_its_text(self, pudong, planner):
        row = act("return", act("submit", in_state(6, "pudong", "due"), pudong), planner)
        assert (row.state, row.reviewer, row.reviewed_on, row.review_note) == (
            "returned", planner, TODAY, "请补充数据。",
        )  # fmt: skip
        assert (row.progress_text, row.reported_on) == (TEXT["progress_text"], TODAY)
        again = act("save", row, pudong)
        assert (again.state, again.review_note) == ("draft", "请补充数据。")
        assert act("submit", again, pudong).state == "submitted"

    def test_accepted_after_a_return_gives_no_reason_any_more(self, pudong, planner):
        sent = act("submit", act("return", act("submit", in_state(6, "pudong", "due"), pudong), planner), pudong)
        row = act("accept", sent, planner)
        assert (row.state, row.review_note, row.reviewed_on) == ("accepted", "", TODAY)

    def test_nothing_new_repeats_the_last_assessment_and_sends_nothing_that_was_begun(self, pudong):
        factories.report(
            cast.task(6), pudong.department, pudong, date(2023, 6, 1), assessment="behind", problems="缺人"
        )
        report = in_state(6, "pudong", "due")
        begun = reports.save_draft(
            report.task, report.department, by=pudong, report=report, fields=TEXT | {"problems": "不报的"}
        )
        row = act("nothing_new", begun, pudong)
        assert (row.state, row.no_news, row.assessment) == ("submitted", True, "behind")
        assert (row.progress_text, row.problems, row.next_steps) == ("等待检定。", "", "")

    def test_nothing_new_without_an_earlier_word_has_no_assessment(self, pudong):
        row = act("nothing_new", in_state(6, "pudong", "due"), pudong)
        assert (row.state, row.no_news, row.assessment) == ("submitted", True, "")

    def test_news_after_nothing_new(self, pudong):
        row = act("submit", act("withdraw", act("nothing_new", in_state(6, "pudong", "due"), pudong), pudong), pudong)
        assert (row.no_news, row.assessment, row.progress_text) == (False, "on_schedule", TEXT["progress_text"])

    def test_a_unit_that_has_got_accounts_takes_over_what_was_begun_for_it(self, planner, jlc):
        row = act("save", in_state(6, "baoshan", "due"), planner)
        own = cast.account("baoshan", unit="baoshan")
        row = act("save", row, own)
        assert (row.author, row.filled_in) == (own, False)
        for other in (planner, jlc):
            with pytest.raises(NotAllowed):
                act("submit", row, other)


# ---- the order of refusals ----


class TestRefusals:
    @pytest.mark.parametrize("name", ["submit", "nothing_new", "return"])
    def test_malformed_before_stale_before_illegal(self, name, pudong, planner):
        report = in_state(6, "pudong", "accepted")
        calls = {
            "submit": lambda text, **seen: reports.submit(
                report.task, report.department, by=pudong, today=TODAY, report=report,
                fields=TEXT | {"progress_text": text}, **seen,
            ),
            "nothing_new": lambda text, **seen: reports.report_nothing_new(
                report, by=pudong, today=TODAY, reason=text, **seen
            ),
            "return": lambda text, **seen: review.send_back(report, by=planner, today=TODAY, note=text, **seen),
        }  # fmt: skip
        with pytest.raises(ValidationError):
            calls[name](" 　\n", version=99)
        with pytest.raises(Stale) as refusal:
            calls[name]("有", version=99)
        assert refusal.value.current == report
        with pytest.raises(IllegalNow):
            calls[name]("有", version=report.version)

    @pytest.mark.parametrize("name", ACTS)
    def test_not_allowed_before_all(self, name, xuhui):
        report = in_state(6, "pudong", "submitted")
        with pytest.raises(NotAllowed):
            act(name, report, xuhui, version=99)

    def test_words(self, pudong, planner):
        report = in_state(6, "pudong", "accepted")
        told = {}
        with translation.override("en"):
            for name, who in (("submit", pudong), ("withdraw", pudong), ("accept", planner)):
                with pytest.raises(IllegalNow) as refusal:
                    act(name, report, who)
                told[name] = refusal.value.reason
        assert told == {
            "submit": "“Send” is not possible: the report is accepted.",
            "withdraw": "“Withdraw” is not possible: the report is accepted.",
            "accept": "“Accept” is not possible: the report is accepted.",
        }
        with pytest.raises(IllegalNow) as refusal, translation.override("zh-hans"):
            act("withdraw", report, pudong)
        assert refusal.value.reason == "不能“撤回”：报送状态为“已审”。"

    @pytest.mark.parametrize("name", ["nothing_new", "withdraw", "accept", "return"])
    def test_an_update_between_periods_is_neither_reviewed_nor_withdrawn(self, name, pudong, planner):
        draft = factories.report(cast.task(6), pudong.department, pudong)
        sent = factories.report(cast.task(6), pudong.department, pudong, TODAY)
        by = planner if name in {"accept", "return"} else pudong
        for report in (draft, sent):
            with pytest.raises(IllegalNow):
                act(name, report, by)

    def test_another_tasks_report_is_not_written_by_way_of_ones_own(self, pudong, xuhui):
        """The unit named beside it does not matter: the report's own does."""
        report = in_state(6, "xuhui", "due")
        for task, unit in ((cast.task(6), pudong.department), (cast.task(7), pudong.department)):
            with pytest.raises(NotAllowed):
                reports.submit(task, unit, by=pudong, today=TODAY, fields=TEXT, report=report)
