"""Who reads what of a task's history, and how it is worded."""

from datetime import date

import pghistory
import pytest
from django.db import connection, transaction
from django.utils import translation

from tasks.actions import milestones, planning, reports
from tasks.changes import Change, Difference, entries, worded
from tasks.models import Assignment, Milestone, Report, Task
from tasks.querysets.history import history_of
from tests import cast, factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def task(db) -> Task:
    """计量处 co-ordinates, 市质检院 leads as well, 市计量院 and the districts support."""
    districts = cast.unit("districts")
    made = factories.task(leads=(cast.unit("jlc"), cast.unit("sqi")), supports=(cast.unit("simt"), districts))
    factories.milestone(made)
    return again(made)


def again(task: Task) -> Task:
    return Task.objects.select_related("plan").with_coordinator().get(pk=task.pk)


def rows(task: Task, user) -> list[dict]:
    return list(history_of(again(task), user))


def newest(task: Task, user, kind: str) -> dict:
    """The last event of that kind: in a test everything happens at one moment, so kinds are told apart."""
    return max((row for row in rows(task, user) if row["model"] == kind), key=lambda row: row["event"])


def text(task: Task, user, kind: str) -> str:
    return worded(newest(task, user, kind)).text


def of_kind(task: Task, user, kind: str) -> list[tuple]:
    found = [row for row in rows(task, user) if row["model"] == kind]
    return [(row["label"], row["who"]) for row in sorted(found, key=lambda row: row["event"])]


# ---- nothing goes round it ----


def test_it_begins_with_what_was_created(task, planner):
    told = [(row["model"], row["label"]) for row in rows(task, planner)]
    assert told == [("assignment", "insert")] * 4 + [("milestone", "insert"), ("task", "insert")]


def test_an_action_with_its_user(task, planner):
    with pghistory.context(user=planner.pk, address="10.1.2.3", request="abc"):
        milestones.complete(task.milestones.get(), by=planner, today=TODAY)
    assert of_kind(task, planner, "milestone") == [("insert", None), ("update", "planner 测试")]
    assert of_kind(task, planner, "task") == [("insert", None), ("update", "planner 测试")]


def test_an_update_of_a_queryset(task, planner):
    with pghistory.context(user=planner.pk):
        Milestone.objects.filter(task=task).update(title="新题目")
    assert worded(newest(task, planner, "milestone")) == Change(
        "Milestone 1 changed", (Difference("Title", "试验节点", "新题目"),)
    )


def test_raw_sql_has_no_user(task, planner):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tasks_task SET title = 'X' WHERE id = %s", [task.pk])
    assert of_kind(task, planner, "task") == [("insert", None), ("update", None)]
    assert [entry.who for entry in entries(rows(task, planner))] == ["System or command line"]


def test_a_user_who_is_none_is_no_user(task, planner):
    for key in (None, 0, 10**17, "planner", "1; DROP TABLE", {"a": 1}):
        with pghistory.context(user=key):
            Task.objects.filter(pk=task.pk).update(title=f"{key}")
    assert of_kind(task, planner, "task") == [("insert", None)] + [("update", None)] * 6


def test_a_unit_taken_off_stays_in_the_history(task, planner):
    with pghistory.context(user=planner.pk):
        planning.remove_assignment(task.assignments.get(role="support", position=1), by=planner)
    assert of_kind(task, planner, "assignment") == [("insert", None)] * 4 + [("delete", "planner 测试")]
    assert text(task, planner, "assignment") == "Supporting unit removed: 市计量测试技术研究院"


def test_what_the_database_keeps_for_itself_is_no_change(task, planner):
    """A change of units bumps the task's version: the task itself has not changed."""
    before = history_of(task, planner).count()
    Task.objects.filter(pk=task.pk).update(version=77)
    assert history_of(again(task), planner).count() == before


def test_other_tasks_are_other_histories(task, planner):
    other = factories.task(leads=(cast.unit("jlc"),))
    factories.milestone(other, title="别的任务的节点")
    assert [row["model"] for row in rows(other, planner)] == ["assignment", "milestone", "task"]
    assert len(rows(task, planner)) == 6


def test_a_row_that_came_from_another_task_does_not_bring_its_past(task, planner):
    milestone = factories.milestone(factories.task(), title="别的任务的节点")
    Milestone.objects.filter(pk=milestone.pk).update(task=task, position=2, title="搬来的节点")
    assert newest(task, planner, "milestone")["before"] is None


@pytest.mark.django_db(transaction=True)
def test_the_newest_first():
    planner, made = cast.person("planner"), factories.task()
    for title in ("一", "二", "三"):
        with transaction.atomic():
            Task.objects.filter(pk=made.pk).update(title=title)
    assert [row["now"]["title"] for row in rows(made, planner)] == ["三", "二", "一", "试验任务"]
    assert len(entries(rows(made, planner))) == 4


# ---- whose words ----

UNITS = ("jlc", "sqi", "simt", "pudong")

# account: (texts of drafts, texts of what was sent)
READABLE = {
    "root": ({*UNITS, "baosteel"}, {*UNITS, "baosteel"}),
    "planner": ({"jlc", "baosteel"}, {*UNITS, "baosteel"}),  # of 计量处, and the writer for 宝钢
    "planner2": ({"jlc", "baosteel"}, {*UNITS, "baosteel"}),
    "jlc": ({"jlc", "baosteel"}, {*UNITS, "baosteel"}),  # for which the co-ordinator may fill in as well
    "leader": (set(), {*UNITS, "baosteel"}),
    "sqi": ({"sqi"}, {"jlc", "sqi"}),
    "simt": ({"simt"}, {"jlc", "simt"}),
    "pudong": ({"pudong"}, {"jlc", "pudong"}),
    "xuhui": (set(), {"jlc"}),
    "admin": (set(), set()),
}


@pytest.fixture
def reported(task) -> Task:
    """Every unit has sent what it had kept as a draft before, and keeps a new draft. 宝钢's are filled in."""
    factories.assignment(task, cast.unit("baosteel"), "support", 3)
    for code in (*UNITS, "baosteel"):
        filled_in = code == "baosteel"
        author = cast.person("planner" if filled_in else code)
        sent = factories.report(task, cast.unit(code), author, filled_in=filled_in, progress_text=f"草稿 {code}")
        values = {"progress_text": f"已报 {code}", "problems": f"已报 {code}"}
        fields = {"state": "submitted", "reported_on": TODAY, "submitted_at": sent.created_at}
        Report.objects.filter(pk=sent.pk).update(**values, **fields)
        factories.report(task, cast.unit(code), author, filled_in=filled_in, progress_text=f"草稿 {code}")
        dropped = factories.report(task, cast.unit(code), author, date(2023, 1, 1), progress_text=f"已报 {code}")
        Report.objects.filter(pk=dropped.pk).update(state="submitted", progress_text=f"已报 {code}，改")
    return again(task)


def account(name: str):
    return cast.root() if name == "root" else cast.person(name)


@pytest.mark.parametrize("name", READABLE)
def test_drafts_are_read_by_their_unit_and_sent_reports_by_those_who_read_the_report(reported, name):
    drafts, sent = READABLE[name]
    found = [row for row in rows(reported, account(name)) if row["model"] == "report"]
    words = str([(row["now"], row["before"]) for row in found])
    assert {code for code in (*UNITS, "baosteel") if f"草稿 {code}" in words} == drafts
    assert {code for code in (*UNITS, "baosteel") if f"已报 {code}" in words} == sent


@pytest.mark.parametrize("name", READABLE)
def test_the_count_tells_no_more_than_the_rows(reported, name):
    """Two drafts and three events of what was sent a unit, besides seven of the task itself."""
    drafts, sent = READABLE[name]
    history = history_of(reported, account(name))
    assert history.count() == len(history) == 7 + 2 * len(drafts) + 3 * len(sent)


@pytest.mark.parametrize("name", READABLE)
def test_the_words_of_a_change_hold_no_draft_either(reported, name):
    drafts, _sent = READABLE[name]
    told = str(entries(history_of(reported, account(name))))
    assert {code for code in (*UNITS, "baosteel") if f"草稿 {code}" in told} == drafts


def test_a_deleted_draft_is_a_draft(task, simt, jlc):
    factories.report(task, simt.department, simt).delete()
    assert of_kind(task, jlc, "report") == []
    assert of_kind(task, simt, "report") == [("insert", None), ("delete", None)]
    assert text(task, simt, "report") == "市计量测试技术研究院: draft deleted"


def test_when_another_unit_co_ordinates_its_drafts_stay_its_own(task, sqi, jlc):
    """The rule is that of today: who co-ordinates now reads what was sent, not what was kept."""
    factories.report(task, jlc.department, jlc, progress_text="草稿")
    task.assignments.get(role="lead", position=1).delete()
    assert of_kind(task, sqi, "report") == []


# ---- the wording ----


def test_moves(task, planner, jlc):
    def moved(**values):
        Task.objects.filter(pk=task.pk).update(**values)
        return worded(newest(task, planner, "task"))

    assert moved(state="in_progress", state_since=TODAY, starts_on=TODAY) == Change("State: not started → in progress")
    asked = {
        "closing_requested_by": jlc,
        "closing_requested_on": TODAY,
        "result": "全部完成",
        "state_note": "全部完成",
    }
    assert moved(state="closing", **asked) == Change(
        "State: in progress → closing asked for", (Difference("Result", "", "全部完成"),)
    )
    assert moved(state="in_progress", state_note="请补充") == Change(
        "State: closing asked for → in progress", (Difference("Note on the last move", "", "请补充"),)
    )
    assert moved(due_on=date(2024, 6, 30)) == Change(
        "Task changed", (Difference("Due on", "2024-12-31", "2024-06-30"),)
    )


def test_ticks(task, planner):
    def changed(**values):
        Milestone.objects.filter(task=task).update(**values)
        return worded(newest(task, planner, "milestone"))

    assert worded(newest(task, planner, "milestone")) == Change("Milestone 1 added: 试验节点")
    assert changed(state="done", done_on=TODAY) == Change("Milestone 1 ticked as done (2023-06-15)")
    assert changed(state="open", done_on=None, note="没有完成") == Change(
        "Milestone 1: tick taken back", (Difference("Note", "", "没有完成"),)
    )
    assert changed(state="cancelled", note="并入") == Change(
        "Milestone 1 cancelled", (Difference("Note", "", "并入"),)
    )
    assert changed(state="open", note="") == Change("Milestone 1 restored")
    assert changed(due_on=TODAY, date_basis="set_by_staff") == Change(
        "Date of milestone 1 set", (Difference("", "2024-12-31", "2023-06-15"),)
    )
    assert changed(due_on=date(2023, 7, 1), weight=2) == Change(
        "Milestone 1 changed", (Difference("Due on", "2023-06-15", "2023-07-01"), Difference("Weight", "1", "2"))
    )
    Milestone.objects.filter(task=task).delete()
    assert text(task, planner, "milestone") == "Milestone 1 deleted: 试验节点"


def test_units(task, planner):
    def changed(**values):
        Assignment.objects.filter(task=task, printed_as="市计量测试技术研究院").update(**values)
        return worded(newest(task, planner, "assignment"))

    factories.assignment(task, cast.unit("xuhui"), "lead", 3)
    assert text(task, planner, "assignment") == "Lead unit added: 徐汇区市场监管局"
    assert changed(owes_report=True) == Change("市计量测试技术研究院 is asked to report")
    assert changed(owes_report=False) == Change("市计量测试技术研究院 need not report any more")
    assert changed(department=cast.unit("baosteel"), open_ended=True) == Change(
        "Unit changed: 市计量测试技术研究院",
        (
            Difference("Department", "市计量测试技术研究院", "宝山钢铁股份有限公司"),
            Difference("And others (等)", "no", "yes"),
        ),
    )
    task.assignments.get(role="lead", position=3).delete()
    assert text(task, planner, "assignment") == "Lead unit removed: 徐汇区市场监管局"
    factories.assignment(task, cast.unit("xuhui"), "support", 9)
    assert text(task, planner, "assignment") == "Supporting unit added: 徐汇区市场监管局"


def test_reports(task, simt):
    fields = {"assessment": "on_schedule", "progress_text": "甲", "problems": "", "next_steps": ""}
    reports.save_draft(task, simt.department, by=simt, fields=fields)
    assert worded(newest(task, simt, "report")) == Change("市计量测试技术研究院: draft begun")
    reports.save_draft(task, simt.department, by=simt, fields=fields | {"progress_text": "乙"})
    assert worded(newest(task, simt, "report")) == Change(
        "市计量测试技术研究院: draft changed", (Difference("Progress made", "甲", "乙"),)
    )
    sent = reports.submit(task, simt.department, by=simt, today=TODAY, fields=fields | {"progress_text": "丙"})
    assert worded(newest(task, simt, "report")) == Change(
        "市计量测试技术研究院 reported progress (own assessment: on schedule)",
        (Difference("Progress made", "乙", "丙"),),
    )
    Report.objects.filter(pk=sent.pk).update(next_steps="丁")
    assert worded(newest(task, simt, "report")) == Change(
        "市计量测试技术研究院: sent report changed", (Difference("Next steps", "", "丁"),)
    )
    Report.objects.filter(pk=sent.pk).update(state="draft")
    assert text(task, simt, "report") == "市计量测试技术研究院: report withdrawn"
    Report.objects.filter(pk=sent.pk).update(state="submitted")
    sent.delete()
    assert text(task, simt, "report") == "市计量测试技术研究院: report deleted"


def test_to_those_who_may_not_see_the_draft_a_submission_is_the_first_that_was_heard(task, simt, jlc, leader):
    fields = {"assessment": "on_schedule", "progress_text": "草稿里的话", "problems": "", "next_steps": ""}
    reports.save_draft(task, simt.department, by=simt, fields=fields)
    reports.submit(task, simt.department, by=simt, today=TODAY, fields=fields | {"progress_text": "报送的话"})
    for user in (jlc, leader):
        assert of_kind(task, user, "report") == [("update", None)]
        assert newest(task, user, "report")["before"] is None
        assert worded(newest(task, user, "report")) == Change(
            "市计量测试技术研究院 reported progress (own assessment: on schedule)"
        )


def test_filled_in_by_a_planner(task, planner):
    fields = {"assessment": "done", "progress_text": "甲", "problems": "", "next_steps": ""}
    factories.assignment(task, cast.unit("baosteel"), "support", 3)
    reports.submit(task, cast.unit("baosteel"), by=planner, today=TODAY, fields=fields)
    assert text(task, planner, "report") == "Progress filled in for 宝山钢铁股份有限公司 (own assessment: completed)"


def test_a_long_value_unfolds():
    assert Difference("Text", "", "字" * 60).is_long is False
    assert Difference("Text", "字" * 61, "").is_long is True


def test_what_was_emptied_is_told(task, planner):
    Task.objects.filter(pk=task.pk).update(result="甲")
    Task.objects.filter(pk=task.pk).update(result="")
    assert worded(newest(task, planner, "task")) == Change("Task changed", (Difference("Result", "甲", ""),))


def test_an_update_whose_past_is_unknown_says_so_much(task, planner):
    row = {"model": "task", "label": "update", "now": {"title": "x", "state": "closed"}, "before": None}
    assert worded(row) == Change("Task changed")
    assert worded({"model": "task", "label": "delete", "now": {}, "before": None}) == Change("Task deleted")


def test_one_query_for_rows_of_every_kind(reported, planner, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(history_of(reported, planner)[:50])
    with django_assert_num_queries(1):
        history_of(reported, planner).count()
