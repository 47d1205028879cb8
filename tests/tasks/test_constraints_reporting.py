"""The constraints and triggers of the reporting loop, each broken past all forms, by insert and by update."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import F

from tasks.models import (
    Directive,
    Evidence,
    ExtensionRequest,
    Letter,
    Plan,
    Reminder,
    Report,
    ReportingPeriod,
    Standing,
    Task,
)
from tests import cast, factories
from tests.violations import everything_holds, refused, sql, violates

pytestmark = pytest.mark.django_db

DAY, NEXT = date(2024, 3, 14), date(2024, 3, 15)
NOW = datetime(2024, 3, 14, 4, 0, tzinfo=UTC)
FIRST, LAST = date(2024, 1, 1), date(2024, 3, 31)


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    """One row of each, all of them legal."""
    unit = factories.department("u")
    task = factories.task(factories.plan(code="p"), (unit,), number=1)
    one = factories.period(task.plan, FIRST, LAST, date(2024, 3, 25))
    standing(period=one)
    report(period=one)
    letter()
    reminder()
    evidence()
    extension()
    directive()


def period_of_p() -> ReportingPeriod:
    return ReportingPeriod.objects.get(plan__code="p", starts_on=FIRST)


def task_of_p() -> Task:
    return Task.objects.get(plan__code="p", number=1)


def period(**values: Any) -> ReportingPeriod:
    """The second quarter, planned."""
    whole = {"starts_on": date(2024, 4, 1), "ends_on": date(2024, 6, 30), "due_on": date(2024, 6, 25)}
    return ReportingPeriod.objects.create(plan=Plan.objects.get(code="p"), **whole | values)


def standing(**values: Any) -> Standing:
    whole = {"period": period_of_p(), "task": task_of_p(), "reason": "on_track", "why": {}, "due_on": DAY}
    return Standing.objects.create(**whole | {"state": "in_progress"} | values)


def report(**values: Any) -> Report:
    """Sent by `planner` for the period, which has asked the unit."""
    whole = {
        "task": task_of_p(), "department": cast.unit("u"), "period": period_of_p(), "state": "submitted",
        "author": cast.person("planner"), "assessment": "done", "progress_text": "有。", "reported_on": DAY,
        "submitted_at": NOW,
    }  # fmt: skip
    return Report.objects.create(**whole | values)


def another(**values: Any) -> Report:
    """Of another unit, which has none yet."""
    return report(**{"department": factories.department()} | values)


def due(**values: Any) -> Report:
    nothing = {"assessment": "", "progress_text": "", "author": None, "reported_on": None, "submitted_at": None}
    return another(state="due", **nothing | values)


def reviewed(state: str, **values: Any) -> dict[str, Any]:
    whole = {"reviewer": cast.person("planner2"), "reviewed_on": DAY, "review_note": "请补充。"}
    return {"state": state} | whole | values


def letter(**values: Any) -> Letter:
    whole = {"recipient": cast.person("pudong"), "address": "a@example.org", "subject": "催办", "body": "请报送。"}
    return Letter.objects.create(**whole | values)


def reminder(**values: Any) -> Reminder:
    whole = {
        "report": Report.objects.get(department__code="u"), "recipient": cast.person("pudong"), "reminded_on": DAY,
        "occasion": "due", "letter": Letter.objects.earliest("pk"),
    }  # fmt: skip
    return Reminder.objects.create(**whole | values)


def evidence(**values: Any) -> Evidence:
    whole = {
        "report": Report.objects.get(department__code="u"), "name": "证书.pdf", "file": f"evidence/{len(values)}",
        "kind": "pdf", "size": 1, "sha256": "0" * 64, "sender": cast.person("pudong"),
    }  # fmt: skip
    return Evidence.objects.create(**whole | values)


def extension(**values: Any) -> ExtensionRequest:
    whole = {
        "task": task_of_p(), "old_due_on": DAY, "new_due_on": NEXT, "reason": "等待。", "progress": "过半。",
        "requested_by": cast.person("jlc"), "requested_on": DAY,
    }  # fmt: skip
    return ExtensionRequest.objects.create(**whole | values)


def elsewhere() -> dict[str, Any]:
    return {"task": factories.task()}


def decided(**values: Any) -> dict[str, Any]:
    whole = {"state": "granted", "decided_by": cast.person("planner"), "decided_on": DAY, "decision_note": "同意。"}
    return whole | values


def directive(**values: Any) -> Directive:
    whole = {"task": task_of_p(), "text": "请加快。", "author": cast.person("leader"), "given_on": DAY}
    return Directive.objects.create(**whole | values)


def answered(**values: Any) -> dict[str, Any]:
    return {"answer": "已加快。", "answered_by": cast.person("jlc"), "answered_on": DAY} | values


INSERTS: list[tuple[str, Any, Any]] = [
    ("plan_report_every", factories.plan, {"report_every": "week"}),
    ("plan_report_every", factories.plan, {"report_every": ""}),
    ("period_no_overlap", period, {"starts_on": LAST}),
    ("period_no_overlap", period, {"starts_on": FIRST, "ends_on": FIRST}),
    ("period_no_overlap", period, {"starts_on": date(2023, 12, 1), "ends_on": date(2024, 12, 31)}),
    ("period_dates", period, {"ends_on": date(2024, 3, 31)}),
    ("period_dates", period, {"due_on": date(2024, 3, 31)}),
    ("period_state", period, {"state": "lost"}),
    ("period_state", period, {"state": "open"}),
    ("period_state", period, {"opened_on": DAY}),
    ("period_state", period, {"state": "open", "opened_on": DAY, "closed_on": DAY}),
    ("period_state", period, {"state": "closed", "opened_on": DAY}),
    ("period_state", period, {"state": "closed", "closed_on": DAY}),
    ("standing_once", standing, {}),
    ("standing_reason", standing, lambda: {"reason": "gloomy"} | elsewhere()),
    ("report_once_a_period", report, {}),
    ("report_once_a_period", report, {"filled_in": True}),
    ("report_choices", another, {"state": "lost"}),
    ("report_outside_periods", report, lambda: reviewed("returned", period=None)),
    ("report_outside_periods", report, lambda: reviewed("submitted", period=None)),
    ("report_outside_periods", report, {"period": None, "no_news": True}),
    ("report_outside_periods", due, {"period": None}),
    ("report_due_is_empty", due, {"progress_text": "有。"}),
    ("report_due_is_empty", due, {"problems": "有。"}),
    ("report_due_is_empty", due, {"next_steps": "有。"}),
    ("report_due_is_empty", due, {"assessment": "done"}),
    ("report_due_is_empty", another, {"author": None}),
    ("report_complete", another, {"progress_text": "", "no_news": True}),
    ("report_complete", another, lambda: reviewed("returned", assessment="")),
    ("report_complete", another, lambda: reviewed("accepted", submitted_at=None)),
    ("report_behind_explains", another, lambda: reviewed("accepted", assessment="behind")),
    ("report_reviewed", another, lambda: reviewed("returned", review_note="")),
    ("report_reviewed", another, lambda: reviewed("returned", reviewer=None)),
    ("report_reviewed", another, lambda: reviewed("returned", reviewed_on=None)),
    ("report_reviewed", another, lambda: reviewed("accepted", reviewer=None)),
    ("report_reviewed", another, lambda: reviewed("accepted", reviewed_on=None)),
    ("report_accepted_by_another", another, lambda: reviewed("accepted", reviewer=cast.person("planner"))),
    ("evidence_once", evidence, {"name": "又一份.pdf"}),
    ("tasks_evidence_file_key", evidence, {"sha256": "1" * 64, "file": "evidence/0"}),
    ("letter_state", letter, {"state": "lost"}),
    ("letter_state", letter, {"state": "sent"}),
    ("letter_state", letter, {"sent_at": NOW}),
    ("letter_state", letter, {"address": ""}),
    ("letter_state", letter, {"state": "sent", "sent_at": NOW, "address": ""}),
    ("reminder_once_a_day", reminder, {"occasion": "after"}),
    ("reminder_once_a_day", reminder, lambda: {"occasion": "by_hand", "by": cast.person("planner")}),
    ("reminder_occasion", reminder, {"reminded_on": NEXT, "occasion": "by_hand"}),
    ("reminder_occasion", reminder, {"reminded_on": NEXT, "occasion": "whim"}),
    ("reminder_occasion", reminder, lambda: {"reminded_on": NEXT, "by": cast.person("planner")}),
    ("extension_one_at_a_time", extension, {}),
    ("extension_later", extension, lambda: {"new_due_on": DAY} | elsewhere()),
    ("extension_later", extension, lambda: {"reason": ""} | elsewhere()),
    ("extension_later", extension, lambda: {"progress": ""} | elsewhere()),
    ("extension_in_time", extension, lambda: {"requested_on": NEXT} | elsewhere()),
    ("extension_decided", extension, lambda: {"state": "granted"} | elsewhere()),
    ("extension_decided", extension, lambda: decided(decided_by=None) | elsewhere()),
    ("extension_decided", extension, lambda: decided(decided_on=None) | elsewhere()),
    ("extension_decided", extension, lambda: decided(decision_note="") | elsewhere()),
    ("extension_decided", extension, lambda: decided(state="asked") | elsewhere()),
    ("extension_decided", extension, lambda: decided(state="forgotten") | elsewhere()),
    ("extension_decided_by_another", extension, lambda: decided(decided_by=cast.person("jlc")) | elsewhere()),
    ("directive_text", directive, {"text": ""}),
    ("directive_answered", directive, lambda: answered(answer="")),
    ("directive_answered", directive, lambda: answered(answered_by=None)),
    ("directive_answered", directive, lambda: answered(answered_on=None)),
]

UPDATES: list[tuple[str, Any, Any]] = [
    ("plan_report_every", Plan, {"report_every": "x"}),
    ("period_dates", ReportingPeriod, {"ends_on": date(2023, 1, 1)}),
    ("period_state", ReportingPeriod, {"state": "planned"}),
    ("period_state", ReportingPeriod, {"opened_on": None}),
    ("period_state", ReportingPeriod, {"state": "closed"}),
    ("report_outside_periods", Report, lambda: reviewed("accepted", period=None)),
    ("report_due_is_empty", Report, {"author": None}),
    ("report_complete", Report, {"submitted_at": None}),
    ("report_reviewed", Report, {"state": "returned"}),
    ("report_accepted_by_another", Report, lambda: reviewed("accepted", reviewer=F("author"))),
    ("letter_state", Letter, {"state": "sent"}),
    ("letter_state", Letter, {"address": ""}),
    ("reminder_occasion", Reminder, {"occasion": "by_hand"}),
    ("extension_later", ExtensionRequest, {"new_due_on": F("old_due_on")}),
    ("extension_in_time", ExtensionRequest, {"requested_on": NEXT}),
    ("extension_decided", ExtensionRequest, {"state": "refused"}),
    ("extension_decided_by_another", ExtensionRequest, lambda: decided(decided_by=F("requested_by"))),
    ("directive_text", Directive, {"text": ""}),
    ("directive_answered", Directive, {"answer": "好。"}),
]
OF_P: dict[Any, dict[str, Any]] = {
    Plan: {"code": "p"},
    ReportingPeriod: {"plan__code": "p"},
    Letter: {},
    Reminder: {},
}


def given(values: Any) -> dict[str, Any]:
    return dict(values() if callable(values) else values)


@pytest.mark.parametrize(("name", "make", "values"), INSERTS)
def test_insert(name, make, values):
    with violates(name):
        make(**given(values))


@pytest.mark.parametrize(("name", "model", "values"), UPDATES)
def test_update(name, model, values):
    with violates(name):
        model.objects.filter(**OF_P.get(model, {"task__plan__code": "p"})).update(**given(values))


def test_the_rows_of_these_tests_are_legal_when_nothing_is_wrong():
    period()
    due()
    another(**reviewed("returned"))
    another(**reviewed("accepted", review_note=""))
    another(assessment="", no_news=True)
    another(assessment="behind", no_news=True)
    another(state="draft", assessment="", progress_text="", reported_on=None, submitted_at=None)
    another(period=None)
    standing(**elsewhere())
    evidence(sha256="1" * 64)
    evidence(is_removed=True, file="evidence/again")
    letter(state="sent", sent_at=NOW)
    letter(state="no_address", address="")
    letter(state="failed", error="timeout")
    reminder(reminded_on=NEXT, occasion="by_hand", by=cast.person("planner"))
    reminder(recipient=cast.person("xuhui"))
    extension(milestone=factories.milestone(task_of_p()))
    extension(**decided())
    extension(**decided(state="refused"))
    directive(**answered())
    everything_holds()


# ---- what takes two rows ----


def test_periods_meet_but_share_no_day_and_plans_do_not_mind_each_other():
    other = period()
    for values in ({"starts_on": LAST}, {"starts_on": FIRST, "ends_on": LAST}):
        with violates("period_no_overlap"):
            ReportingPeriod.objects.filter(pk=other.pk).update(**values)
    factories.period(factories.plan(), FIRST, LAST, LAST)
    with violates("period_no_overlap"):
        sql(f"UPDATE tasks_reportingperiod SET ends_on = '2024-04-01' WHERE id = {period_of_p().pk}")


def test_a_milestone_waits_for_one_answer_at_a_time():
    milestone = factories.milestone(task_of_p())
    extension(milestone=milestone)
    with violates("extension_one_at_a_time"):
        extension(milestone=milestone)
    refusal = extension(milestone=milestone, **decided(state="refused"))
    with violates("extension_one_at_a_time"):
        ExtensionRequest.objects.filter(pk=refusal.pk).update(
            state="asked", decided_by=None, decided_on=None, decision_note=""
        )


def test_a_file_that_was_taken_away_does_not_come_back_beside_itself():
    old = Evidence.objects.get()
    Evidence.objects.filter(pk=old.pk).update(is_removed=True)
    evidence(name="又一份.pdf")
    with violates("evidence_once"):
        Evidence.objects.filter(pk=old.pk).update(is_removed=False)


def test_a_report_does_not_change_places_with_another():
    other = another()
    with violates("report_once_a_period"):
        Report.objects.filter(pk=other.pk).update(department=cast.unit("u"))


# ---- triggers ----


def close() -> None:
    ReportingPeriod.objects.filter(plan__code="p").update(state="closed", closed_on=DAY)


def test_closed_for_ever():
    close()
    with refused("pgtrigger: Cannot update or delete rows from tasks_reportingperiod table"):
        sql("UPDATE tasks_reportingperiod SET due_on = due_on WHERE state = 'closed'")


def test_kept_for_ever():
    with refused("pgtrigger: Cannot update or delete rows from tasks_standing table"):
        sql("UPDATE tasks_standing SET due_on = due_on + 1")


def test_what_was_reported_in_a_closed_period_stays():
    row = Report.objects.get(department__code="u")
    close()
    for statement in ("UPDATE tasks_report SET problems = 'x' WHERE id = %s",
                      "DELETE FROM tasks_report WHERE id = %s"):  # fmt: skip
        with violates("report_of_closed_period"):
            sql(statement, row.pk)
    with violates("report_of_closed_period"):
        another()


def test_a_period_stays_in_its_plan():
    other = factories.plan()
    with refused("pgtrigger: Cannot update rows from tasks_reportingperiod table"):
        sql(f"UPDATE tasks_reportingperiod SET plan_id = {other.pk}")
