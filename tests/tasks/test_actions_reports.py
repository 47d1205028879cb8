"""Reports outside any period: for whom one may write, drafts, submission, refusals."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from departments.models import Department
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.actions.reports import draft_for, save_draft, submit, units_to_report_for
from tasks.models import Report, Task
from tests import cast
from tests.race import race

pytestmark = pytest.mark.django_db

TODAY = date(2023, 6, 15)
TEXT = {"assessment": "on_schedule", "progress_text": "完成检查。", "problems": "", "next_steps": "继续。"}
OTHER_DISTRICTS = {
    "huangpu", "jingan", "changning", "putuo", "hongkou", "yangpu", "baoshan", "minhang", "jiading", "jinshan",
    "songjiang", "qingpu", "fengxian", "chongming",
}  # fmt: skip


@pytest.fixture
def people(everyone) -> dict[str, Any]:
    return everyone | {"stranger": cast.account("stranger", unit="zhibiaoyuan")}


# ---- for which units ----

WITHOUT_ACCOUNTS_14 = OTHER_DISTRICTS | {
    "lingang", "jichangfenju", "ranqibiaozhan", "sgcc-shanghai", "baosteel", "jiliangxiehui",
}  # fmt: skip
UNITS: dict[int, dict[str, set[str]]] = {
    14: {
        "admin": set(),
        "leader": set(),
        "planner": {"jlc"} | WITHOUT_ACCOUNTS_14,
        "planner2": {"jlc"} | WITHOUT_ACCOUNTS_14,
        "jlc": {"jlc"} | WITHOUT_ACCOUNTS_14,  # co-ordinates
        "pudong": {"pudong"},
        "simt": {"simt"},
        "sqi": {"sqi"},
        "stranger": set(),
        "root": {"jlc"} | WITHOUT_ACCOUNTS_14,
    },
    # led by 市计量院, 市质检院 and two collectives without members; 计量处 is not named
    2: {
        "leader": set(),
        "planner": {"simt"},
        "jlc": set(),
        "pudong": set(),
        "simt": {"simt"},
        "sqi": {"sqi"},
        "root": {"simt"},
    },
    # supported by 法规处 and 行政服务中心
    5: {
        "planner": {"jlc", "faguichu", "xingzhengfuwu"},
        "jlc": {"jlc", "faguichu", "xingzhengfuwu"},
        "pudong": set(),
        "simt": set(),
    },
}


@pytest.mark.parametrize("number", UNITS)
def test_units_to_report_for(number, people):
    task = cast.task(number)
    found = {name: [unit.code for unit in units_to_report_for(task, people[name])] for name in UNITS[number]}
    assert {name: set(codes) for name, codes in found.items()} == UNITS[number]
    assert all(len(codes) == len(set(codes)) for codes in found.values())


def test_a_unit_named_alone_and_through_a_collective_counts_once(planner, people):
    task = cast.task(14)
    task.assignments.create(department=cast.unit("baoshan"), role="support", position=10, printed_as="宝山")
    assert [unit.code for unit in units_to_report_for(task, planner)].count("baoshan") == 1


def test_an_inactive_unit_writes_nothing_more(planner):
    Department.objects.filter(code="baosteel").update(is_active=False)
    assert not units_to_report_for(cast.task(14), planner).filter(code="baosteel").exists()


def test_a_unit_whose_accounts_are_closed_is_filled_in_for(planner, pudong):
    assert not units_to_report_for(cast.task(14), planner).filter(code="pudong").exists()
    pudong.is_active = False
    pudong.save()
    assert units_to_report_for(cast.task(14), planner).filter(code="pudong").exists()


# ---- who, for whom, when ----

# (account, unit for which it writes on task 6): outcome while the task is worked on; "-" stands for o afterwards
WHO = {
    ("admin", "jlc"): ".",
    ("leader", "jlc"): "x",
    ("planner", "jlc"): "o",
    ("planner", "baoshan"): "o",
    ("planner", "pudong"): "x",  # has an account of its own
    ("planner", "districts"): "x",  # a collective does not write
    ("planner", "baosteel"): "x",  # not named in task 6
    ("jlc", "jlc"): "o",
    ("jlc", "pudong"): "x",
    ("jlc", "baoshan"): "o",  # the co-ordinator fills in as well
    ("jlc", "baosteel"): "x",
    ("pudong", "pudong"): "o",
    ("pudong", "xuhui"): "x",
    ("pudong", "jlc"): "x",
    ("simt", "simt"): "o",
    ("simt", "sqi"): "x",
    ("stranger", "zhibiaoyuan"): ".",
    ("root", "jlc"): "o",
    ("root", "baoshan"): "o",
}
STATES: dict[str, dict[str, Any]] = {
    "not_started": {},
    "in_progress": {},
    "closing": {"closing_requested_on": TODAY, "result": "有。"},
    "closed": {"closing_requested_on": TODAY, "result": "有。", "closed_on": TODAY},
    "suspended": {"state_before": "in_progress"},
    "cancelled": {"state_before": "not_started"},
}


def put(state: str, asked_by: Any) -> Task:
    asked = {"closing_requested_by": asked_by} if state in {"closing", "closed"} else {}
    Task.objects.filter(pk=cast.task(6).pk).update(state=state, **STATES[state], **asked)
    return cast.task(6)


def outcome(task: Task, user: Any, code: str, write: str) -> str:
    if not Task.objects.visible_to(user).filter(pk=task.pk).exists():
        return "."
    with transaction.atomic():
        try:
            if write == "submit":
                submit(task, cast.unit(code), by=user, today=TODAY, fields=TEXT)
            else:
                save_draft(task, cast.unit(code), by=user, fields=TEXT)
            return "o"
        except NotAllowed:
            return "x"
        except IllegalNow:
            return "-"
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize("write", ["submit", "save_draft"])
@pytest.mark.parametrize("state", STATES)
def test_state_by_role_and_unit(state, write, people):
    task = put(state, people["planner"])
    over = state in {"closed", "suspended", "cancelled"}
    expected = {key: "-" if over and value == "o" else value for key, value in WHO.items()}
    assert {key: outcome(task, people[key[0]], key[1], write) for key in WHO} == expected


@pytest.mark.parametrize("name", ["admin", "leader", "stranger"])
def test_the_action_refuses_those_who_write_no_reports(name, people):
    for write in (lambda *a, **k: submit(*a, today=TODAY, **k), save_draft):
        with pytest.raises(NotAllowed):
            write(cast.task(6), cast.unit("zhibiaoyuan"), by=people[name], fields=TEXT)


# ---- what is written ----


class TestDrafts:
    def test_keeps_whatever_there_is(self, pudong):
        draft = save_draft(cast.task(6), pudong.department, by=pudong, fields={"problems": " 人手不足 \n"})
        assert (draft.state, draft.assessment, draft.progress_text, draft.problems, draft.next_steps) == (
            "draft", "", "", "人手不足", "",
        )  # fmt: skip
        assert (draft.author, draft.filled_in, draft.reported_on, draft.submitted_at) == (pudong, False, None, None)
        assert draft.version == 1

    def test_goes_on_with_the_one_there_is(self, pudong):
        other = cast.account("pudong2", unit="pudong")
        first = save_draft(cast.task(6), pudong.department, by=pudong, fields=TEXT)
        second = save_draft(cast.task(6), pudong.department, by=other, fields=TEXT | {"problems": "有。"})
        assert (second.pk, second.version, second.author, second.problems) == (first.pk, 2, other, "有。")

    def test_does_not_start_the_task(self, pudong):
        save_draft(cast.task(6), pudong.department, by=pudong, fields=TEXT)
        assert cast.task(6).state == "not_started"

    def test_each_unit_and_each_task_has_its_own(self, pudong, xuhui):
        for user in (pudong, xuhui):
            for number in (6, 7):
                save_draft(cast.task(number), user.department, by=user, fields=TEXT)
        assert Report.objects.drafts().count() == 4

    def test_a_planners_for_the_unit_is_not_the_units(self, planner, simt):
        own = save_draft(cast.task(2), simt.department, by=simt, fields=TEXT)
        assert draft_for(cast.task(2), simt.department, planner) is None
        filled = save_draft(cast.task(2), simt.department, by=planner, fields=TEXT | {"progress_text": "来电。"})
        assert (filled.pk == own.pk, filled.filled_in, filled.department) == (False, True, simt.department)
        assert draft_for(cast.task(2), simt.department, simt) == own
        assert draft_for(cast.task(2), simt.department, planner) == filled

    def test_a_planners_for_his_own_unit_is_the_units(self, planner, jlc):
        draft = save_draft(cast.task(6), planner.department, by=planner, fields=TEXT)
        assert (draft.filled_in, draft_for(cast.task(6), jlc.department, jlc)) == (False, draft)


class TestSubmitting:
    def test_turns_the_draft_into_a_report(self, pudong):
        draft = save_draft(cast.task(6), pudong.department, by=pudong, fields={"progress_text": "初稿"})
        report = submit(cast.task(6), pudong.department, by=pudong, today=TODAY, fields=TEXT, version=draft.version)
        assert (report.pk, report.state, report.reported_on, report.version) == (draft.pk, "submitted", TODAY, 2)
        assert {name: getattr(report, name) for name in TEXT} == TEXT
        assert report.submitted_at is not None
        assert draft_for(cast.task(6), pudong.department, pudong) is None

    def test_needs_no_draft(self, pudong):
        report = submit(cast.task(6), pudong.department, by=pudong, today=TODAY, fields=TEXT, version=0)
        assert (report.state, report.author, report.filled_in, report.version) == ("submitted", pudong, False, 1)

    def test_filled_in_for_a_unit_without_accounts(self, planner):
        report = submit(cast.task(14), cast.unit("baosteel"), by=planner, today=TODAY, fields=TEXT)
        assert (report.department.code, report.author, report.filled_in) == ("baosteel", planner, True)

    def test_the_first_one_starts_the_task(self, pudong):
        submit(cast.task(6), pudong.department, by=pudong, today=TODAY, fields=TEXT)
        task = cast.task(6)
        assert (task.state, task.state_since, task.starts_on, task.version) == ("in_progress", TODAY, TODAY, 2)

    def test_a_later_one_leaves_it_alone(self, pudong, jlc):
        task = put("closing", jlc)
        submit(task, pudong.department, by=pudong, today=TODAY, fields=TEXT)
        assert (cast.task(6).state, cast.task(6).version) == ("closing", task.version)

    def test_one_after_the_other(self, pudong):
        for day in (1, 2):
            submit(cast.task(6), pudong.department, by=pudong, today=date(2023, 6, day), fields=TEXT)
        assert list(Report.objects.submitted().values_list("reported_on", flat=True)) == [
            date(2023, 6, 2), date(2023, 6, 1),
        ]  # fmt: skip

    def test_hostile_text_is_kept_as_it_is(self, pudong):
        text = "<script>alert('1')</script>{{ 7*7 }}%s\u202e'; DROP TABLE--" + "长" * 5000
        report = submit(cast.task(6), pudong.department, by=pudong, today=TODAY, fields=TEXT | {"progress_text": text})
        assert Report.objects.get(pk=report.pk).progress_text == text


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "wrong"),
        [
            ({}, []),
            ({"assessment": ""}, ["assessment"]),
            ({"assessment": "wonderful"}, ["assessment"]),
            ({"progress_text": " \n　"}, ["progress_text"]),
            ({"assessment": "behind"}, ["problems"]),
            ({"assessment": "behind", "problems": " "}, ["problems"]),
            ({"assessment": "behind", "problems": "缺设备"}, []),
            ({"assessment": "", "progress_text": ""}, ["assessment", "progress_text"]),
            ({"assessment": "behind", "progress_text": ""}, ["progress_text", "problems"]),
        ],
    )
    def test_what_a_report_needs(self, change, wrong, pudong):
        def send() -> Report:
            return submit(cast.task(6), pudong.department, by=pudong, today=TODAY, fields=TEXT | change)

        if not wrong:
            assert send().state == "submitted"
            return
        with pytest.raises(ValidationError) as refusal:
            send()
        assert list(refusal.value.message_dict) == wrong
        assert not Report.objects.exists()

    def test_fields_that_are_absent_are_empty(self, pudong):
        with pytest.raises(ValidationError) as refusal:
            submit(cast.task(6), pudong.department, by=pudong, today=TODAY, fields={})
        assert list(refusal.value.message_dict) == ["assessment", "progress_text"]

    @pytest.mark.parametrize("version", [1, 7])
    def test_stale_where_there_is_no_draft_any_more(self, version, pudong):
        with pytest.raises(Stale) as refusal:
            save_draft(cast.task(6), pudong.department, by=pudong, fields=TEXT, version=version)
        assert refusal.value.current is None

    def test_stale_where_somebody_began_a_draft_meanwhile(self, pudong):
        draft = save_draft(cast.task(6), pudong.department, by=pudong, fields=TEXT)
        with pytest.raises(Stale) as refusal:
            save_draft(cast.task(6), pudong.department, by=pudong, fields=TEXT, version=0)
        assert refusal.value.current == draft

    def test_the_same_words_twice_on_a_day_are_a_button_pressed_twice(self, pudong):
        send = {"by": pudong, "today": TODAY}
        submit(cast.task(6), pudong.department, fields=TEXT, **send)
        with pytest.raises(IllegalNow):
            submit(cast.task(6), pudong.department, fields=TEXT | {"next_steps": " 继续。 "}, **send)
        submit(cast.task(6), pudong.department, fields=TEXT | {"next_steps": "复查。"}, **send)
        submit(cast.task(7), pudong.department, fields=TEXT, **send)
        submit(cast.task(6), pudong.department, by=pudong, today=date(2023, 6, 16), fields=TEXT)
        assert Report.objects.submitted().count() == 4

    def test_a_report_that_was_sent_is_not_sent_again(self, pudong):
        draft = save_draft(cast.task(6), pudong.department, by=pudong, fields=TEXT)
        send = {"by": pudong, "today": TODAY, "fields": TEXT | {"problems": "有。"}}
        sent = submit(cast.task(6), pudong.department, report=draft, **send)
        with pytest.raises(Stale):
            submit(cast.task(6), pudong.department, report=draft, version=draft.version, **send)
        with pytest.raises(IllegalNow):
            submit(cast.task(6), pudong.department, report=draft, version=sent.version, **send)
        with pytest.raises(IllegalNow):
            save_draft(cast.task(6), pudong.department, by=pudong, fields=TEXT, report=draft)

    def test_order_not_allowed_before_malformed_before_stale_before_illegal(self, pudong, xuhui, jlc):
        task = put("closed", jlc)
        bad, seen = TEXT | {"progress_text": ""}, {"today": TODAY, "version": 77}
        with pytest.raises(NotAllowed):
            submit(task, xuhui.department, by=pudong, fields=bad, **seen)
        with pytest.raises(ValidationError):
            submit(task, pudong.department, by=pudong, fields=bad, **seen)
        with pytest.raises(Stale):
            submit(task, pudong.department, by=pudong, fields=TEXT, **seen)
        with pytest.raises(IllegalNow):
            submit(task, pudong.department, by=pudong, fields=TEXT, today=TODAY, version=0)


@pytest.mark.django_db(transaction=True)
class TestTwoAtTheSameMoment:
    def test_one_draft_is_submitted_once(self, pudong):
        other = cast.account("pudong2", unit="pudong")
        draft = save_draft(cast.task(6), pudong.department, by=pudong, fields=TEXT)
        outcomes = race(
            cast.task(6),
            *(
                lambda by=by: submit(
                    cast.task(6), pudong.department, by=by, today=TODAY, fields=TEXT, version=draft.version
                )
                for by in (pudong, other)
            ),
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["Report", "Stale"]
        assert Report.objects.count() == 1
        assert (cast.task(6).state, cast.task(6).version) == ("in_progress", 2)

    def test_two_first_drafts_of_a_unit(self, pudong):
        outcomes = race(
            cast.task(6),
            *(lambda: save_draft(cast.task(6), pudong.department, by=pudong, fields=TEXT, version=0) for _ in "ab"),
        )
        assert sorted(type(one).__name__ for one in outcomes) == ["Report", "Stale"]
        assert Report.objects.count() == 1
