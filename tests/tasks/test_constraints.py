"""Every named constraint and trigger of the plan's tables, broken by insert and by update, past all forms."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db.models import F, ProtectedError

from tasks.models import Assignment, Milestone, Plan, Report, Task, TaskGroup
from tests import cast, factories
from tests.tasks import test_constraints_documents as documents
from tests.tasks import test_constraints_reporting as reporting
from tests.violations import everything_holds, refused, sql, violates

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 14)
NOW = datetime(2024, 3, 14, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    factories.plan(code="p")
    unit = factories.department("u")
    task = factories.task(Plan.objects.get(code="p"), (unit,), number=1, text="甲乙丙丁。")
    factories.milestone(task, DAY, position=1, quote="乙丙")
    factories.report(task, unit, cast.person("jlc"), DAY)


def plan(**values: Any) -> Plan:
    return factories.plan(**values)


def group(**values: Any) -> TaskGroup:
    return TaskGroup.objects.create(plan=Plan.objects.get(code="p"), title="板块", **{"ordinal": 2} | values)


def task(**values: Any) -> Task:
    return factories.task(Plan.objects.get(code="p"), **values)


def the(model: Any) -> Any:
    """The one row of the little world, to be updated past the ORM's checks."""
    of: dict[Any, dict[str, Any]] = {
        Plan: {"code": "p"},
        TaskGroup: {"plan__code": "p"},
        Task: {"plan__code": "p", "number": 1},
    }
    return model.objects.filter(**of.get(model, {"task__plan__code": "p", "task__number": 1}))


def assignment(**values: Any) -> Assignment:
    options = {"department": factories.department(), "role": "lead", "position": 2, "printed_as": "某某"} | values
    return Assignment.objects.create(task=the(Task).get(), **options)


def milestone(**values: Any) -> Milestone:
    return factories.milestone(the(Task).get(), **values)


def report(**values: Any) -> Report:
    """A draft of the unit."""
    options = {"department": cast.unit("u"), "author": cast.person("jlc")} | values
    return Report.objects.create(task=the(Task).get(), **options)


def submitted(**values: Any) -> dict[str, Any]:
    whole = {"assessment": "done", "progress_text": "有。", "reported_on": DAY, "submitted_at": NOW}
    return {"state": "submitted"} | whole | values


def asking(**values: Any) -> dict[str, Any]:
    whole = {"closing_requested_by": cast.person("jlc"), "closing_requested_on": DAY, "result": "有。"}
    return whole | values


PAUSED = {"state": "suspended", "state_before": "in_progress"}

# (constraint, what makes the new row break it, or a function that gives it)
INSERTS: list[tuple[str, Any, Any]] = [
    ("plan_ends_after_issue", plan, {"ends_on": factories.ISSUED}),
    ("plan_ends_after_issue", plan, {"ends_on": date(2023, 12, 31)}),
    ("plan_year", plan, {"year": 1999}),
    ("plan_year", plan, {"year": 2101}),
    ("group_ordinal_unique", group, {"ordinal": 1}),
    ("group_ordinal_positive", group, {"ordinal": 0}),
    ("task_number_unique", task, {"number": 1}),
    ("task_number_positive", task, {"number": 0}),
    ("task_state", task, {"state": "finished"}),
    ("task_state", task, {"state": ""}),
    ("task_state_before", task, {"state": "suspended"}),
    ("task_state_before", task, {"state": "cancelled", "state_before": "closed"}),
    ("task_state_before", task, {"state": "suspended", "state_before": "cancelled"}),
    ("task_state_before", task, {"state": "in_progress", "state_before": "not_started"}),
    ("task_closing_complete", task, lambda: {"state": "closing"}),
    ("task_closing_complete", task, lambda: {"state": "closing"} | asking(closing_requested_by=None)),
    ("task_closing_complete", task, lambda: {"state": "closing"} | asking(closing_requested_on=None)),
    ("task_closing_complete", task, lambda: {"state": "closing"} | asking(result="")),
    ("task_closing_complete", task, lambda: {"state": "closed", "closed_on": DAY} | asking(result="")),
    ("task_closing_complete", task, lambda: {"state": "suspended", "state_before": "closing"}),
    ("task_closed_on", task, lambda: {"state": "closed"} | asking()),
    ("task_closed_on", task, lambda: {"state": "closing", "closed_on": DAY} | asking()),
    ("task_group_of_same_plan", task, lambda: {"group": factories.group(factories.plan())}),
    ("assignment_position_unique", assignment, {"position": 1}),
    ("assignment_department_once", assignment, lambda: {"department": cast.unit("u")}),
    ("assignment_role", assignment, {"role": "watch"}),
    ("assignment_printed", assignment, {"printed_as": ""}),
    ("assignment_printed", assignment, {"position": 0}),
    ("milestone_position_unique", milestone, {"position": 1}),
    ("milestone_position_positive", milestone, {"position": 0}),
    ("milestone_weight", milestone, {"weight": 0}),
    ("milestone_weight", milestone, {"weight": 101}),
    ("milestone_choices", milestone, {"state": "late"}),
    ("milestone_choices", milestone, {"date_basis": "guessed"}),
    ("milestone_done_on", milestone, {"state": "done", "done_on": None}),
    ("milestone_done_on", milestone, {"state": "open", "done_on": DAY}),
    ("milestone_done_on", milestone, {"state": "cancelled", "done_on": DAY}),
    ("milestone_quote_verbatim", milestone, {"quote": "乙丁"}),
    ("report_choices", report, {"state": "lost"}),
    ("report_choices", report, {"assessment": "wonderful"}),
    ("report_complete", report, submitted(assessment="")),
    ("report_complete", report, submitted(progress_text="")),
    ("report_complete", report, submitted(reported_on=None)),
    ("report_complete", report, submitted(submitted_at=None)),
    ("report_behind_explains", report, submitted(assessment="behind")),
]

UPDATES: list[tuple[str, Any, Any]] = [
    ("plan_ends_after_issue", Plan, {"ends_on": F("issued_on")}),
    ("plan_year", Plan, {"year": 1999}),
    ("group_ordinal_positive", TaskGroup, {"ordinal": 0}),
    ("task_number_positive", Task, {"number": 0}),
    ("task_state", Task, {"state": "x"}),
    ("task_state_before", Task, {"state": "cancelled"}),
    ("task_state_before", Task, {"state_before": "in_progress"}),
    ("task_closing_complete", Task, {"state": "closing"}),
    ("task_closed_on", Task, {"closed_on": DAY}),
    ("task_closed_on", Task, lambda: {"state": "closed"} | asking()),
    ("task_group_of_same_plan", Task, lambda: {"group": factories.group(factories.plan())}),
    ("milestone_quote_verbatim", Task, {"text": "甲乙。丙丁。"}),
    ("assignment_role", Assignment, {"role": ""}),
    ("assignment_printed", Assignment, {"printed_as": ""}),
    ("milestone_position_positive", Milestone, {"position": 0}),
    ("milestone_weight", Milestone, {"weight": 101}),
    ("milestone_choices", Milestone, {"state": ""}),
    ("milestone_choices", Milestone, {"date_basis": ""}),
    ("milestone_done_on", Milestone, {"state": "done"}),
    ("milestone_quote_verbatim", Milestone, {"quote": "丁丙"}),
    ("report_choices", Report, {"assessment": "x"}),
    ("report_complete", Report, {"progress_text": ""}),
    ("report_complete", Report, {"reported_on": None}),
    ("report_behind_explains", Report, {"assessment": "behind"}),
]


def given(values: Any) -> dict[str, Any]:
    return dict(values() if callable(values) else values)


@pytest.mark.parametrize(("name", "make", "values"), INSERTS)
def test_insert(name, make, values):
    with violates(name):
        make(**given(values))


@pytest.mark.parametrize(("name", "model", "values"), UPDATES)
def test_update(name, model, values):
    with violates(name):
        the(model).update(**given(values))


def test_the_rows_of_these_tests_are_legal_when_nothing_is_wrong():
    for make in (plan, group, task, assignment, milestone, report):
        make()
    report(**submitted())
    task(state="closed", closed_on=DAY, **asking())
    task(**PAUSED)
    milestone(quote="甲乙丙丁。")
    milestone(quote="")
    everything_holds()


# ---- constraints that take two rows ----


def test_one_draft_of_a_unit_and_one_filled_in_for_it():
    report()
    with violates("report_one_draft"):
        report()
    report(filled_in=True)
    with violates("report_one_draft"):
        report(filled_in=True)
    report(department=factories.department())
    for _ in "ab":
        report(**submitted())


def test_a_report_does_not_become_a_second_draft():
    report()
    with violates("report_one_draft"):
        Report.objects.filter(state="submitted", task__plan__code="p").update(state="draft")


def test_a_number_is_taken_by_update_too():
    with violates("task_number_unique"):
        Task.objects.filter(pk=task(number=2).pk).update(number=1)


def test_an_ordinal_is_taken_by_update_too():
    with violates("group_ordinal_unique"):
        TaskGroup.objects.filter(pk=group().pk).update(ordinal=1)


def test_a_department_has_a_role_once_by_update_too():
    other = assignment()
    with violates("assignment_department_once"):
        Assignment.objects.filter(pk=other.pk).update(department=cast.unit("u"))
    assignment(department=cast.unit("u"), role="support", position=1)


@pytest.mark.parametrize(("make", "model", "name"), [
    (assignment, Assignment, "assignment_position_unique"), (milestone, Milestone, "milestone_position_unique"),
])  # fmt: skip
def test_positions_may_be_exchanged_but_not_shared(make, model, name):
    first, second = the(model).get(), make(position=2)
    model.objects.filter(pk=first.pk).update(position=2)
    model.objects.filter(pk=second.pk).update(position=1)
    everything_holds()
    with violates(name):
        model.objects.filter(pk=second.pk).update(position=2)


def test_a_milestone_does_not_move_to_a_task_without_its_words():
    with violates("milestone_quote_verbatim"):
        the(Milestone).update(task=task(text="别的。"))


def test_a_quote_is_compared_character_by_character():
    row = task(text="(一)100%_有\\效。")
    for quote in ("（一）", "100%有", "__", "%效"):
        with violates("milestone_quote_verbatim"):
            factories.milestone(row, quote=quote)
    factories.milestone(row, quote="%_有\\效")


@pytest.mark.parametrize("table", ["tasks_task", "tasks_taskgroup"])
def test_the_plan_of_a_task_and_of_a_group_is_fixed(table):
    other = factories.plan()
    with refused(f"pgtrigger: Cannot update rows from {table} table"):
        sql(f"UPDATE {table} SET plan_id = {other.pk} WHERE plan_id <> {other.pk}")


def test_by_raw_sql_it_is_the_same():
    with violates("task_state"):
        sql("UPDATE tasks_task SET state = 'x' WHERE number = 6")
    with violates("milestone_quote_verbatim"):
        sql("UPDATE tasks_task SET text = '' WHERE number = 6")


# ---- what is used cannot be deleted ----


@pytest.mark.parametrize("model", [Plan, TaskGroup, Task])
def test_what_is_used_stays(model):
    with pytest.raises(ProtectedError):
        the(model).delete()


# ---- nothing is forgotten ----

BY_TRIGGERS = {"task_group_of_same_plan", "milestone_quote_verbatim", "tasks_evidence_file_key"}  # or of a column
BY_TWO_ROWS = {"report_one_draft"}
OF_PLACES = {"place_of_one_thing", "place_not_empty"}  # in test_places, as their triggers


def test_every_constraint_has_its_test():
    named = {one.name for model in apps.get_app_config("tasks").get_models() for one in model._meta.constraints}
    tested = {name for name, *_rest in [*INSERTS, *UPDATES, *reporting.INSERTS, *reporting.UPDATES]}
    assert named | BY_TRIGGERS == tested | BY_TWO_ROWS | OF_PLACES | documents.CONSTRAINTS


def test_every_constraint_says_what_is_wrong():
    for model in apps.get_app_config("tasks").get_models():
        for constraint in model._meta.constraints:
            assert str(constraint.violation_error_message) != constraint.default_violation_error_message % {
                "name": constraint.name
            }, constraint.name


def test_every_trigger_has_its_test():
    """Beside those of the audit (test_audit) and of the version."""
    found = {
        trigger.name
        for model in apps.get_app_config("tasks").get_models()
        for trigger in getattr(model._meta, "triggers", [])
    }
    audit = {"insert_insert", "update_update", "delete_delete", "append_only", "version"}
    assert found - audit == {
        *("plan_fixed", "group_of_same_plan", "quotes_stay_verbatim", "quote_verbatim"),
        *("closed_for_ever", "kept_for_ever", "closed_stays"),  # of the reporting loop
        *("holds_its_words", "forgets_places", "text_fixed"),
    }
