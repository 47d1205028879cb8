"""`manage.py seed_demo`: what the demonstration shows, and that it leaves alone what people have entered."""

from collections import Counter
from datetime import date

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import override_settings

from departments.models import User
from tasks.demo.people import COLLEAGUES
from tasks.models import (
    Assignment,
    Directive,
    ExtensionRequest,
    Milestone,
    Plan,
    Reminder,
    Report,
    ReportingPeriod,
    Standing,
    Task,
)
from tasks.querysets.matrix import cells
from tests import cast

pytestmark = pytest.mark.django_db
TODAY, SECOND = date(2023, 6, 15), date(2023, 4, 1)

# number: (state, light, reason, progress, expected progress)
TASKS = {
    1: ("closed", "blue", "closed", 100, 78),
    2: ("in_progress", "yellow", "milestone_overdue", 20, 34),
    3: ("in_progress", "green", "on_track", 57, 33),
    4: ("in_progress", "red", "milestone_long_overdue", 0, 68),
    5: ("closing", "yellow", "closing_asked", 100, 43),
    6: ("in_progress", "yellow", "milestone_due_soon", 16, 28),
    7: ("in_progress", "green", "on_track", 25, 27),
    8: ("in_progress", "green", "on_track", 50, 59),
    9: ("suspended", "grey", "suspended", 20, 36),
    10: ("in_progress", "yellow", "behind", 16, 40),
    11: ("in_progress", "green", "on_track", 40, 41),
    12: ("in_progress", "green", "on_track", 40, 34),
    13: ("cancelled", "grey", "cancelled", 33, 36),
    14: ("in_progress", "red", "milestone_long_overdue", 14, 44),
    15: ("in_progress", "yellow", "assessed_behind", 20, 21),
    16: ("not_started", "grey", "not_begun", 0, 0),
    17: ("in_progress", "green", "on_track", 50, 52),
}


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.PORTAL_DEMO = True


def seed() -> None:
    call_command("seed_demo", verbosity=0)


def lit() -> dict[int, tuple[str, str, str, int, int]]:
    tasks = Task.objects.filter(plan__code="2023").with_light(TODAY)
    return {t.number: (t.state, t.light, t.reason, t.progress, t.expected_progress) for t in tasks}


def rows() -> dict[str, list[dict[str, object]]]:
    models = [*apps.get_app_config("departments").get_models(), *apps.get_app_config("tasks").get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


@pytest.fixture(scope="class")
def told(django_db_setup, django_db_blocker):
    """The story, once for all tests of a class."""
    with django_db_blocker.unblock(), override_settings(PORTAL_DEMO=True), transaction.atomic():
        seed()
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("told")
class TestTheStory:
    def test_lights_states_and_figures(self):
        assert lit() == TASKS

    def test_every_light_and_every_state_occurs(self):
        assert Counter(light for _state, light, *_rest in TASKS.values()) == {
            "red": 2, "yellow": 5, "green": 6, "blue": 1, "grey": 3,
        }  # fmt: skip
        assert {state for state, *_rest in TASKS.values()} == set(Task.State.values)

    def test_overall_progress_is_35_percent(self):
        figures = [row[3] for row in TASKS.values() if row[0] != "cancelled"]
        assert sum(figures) // len(figures) == 35

    def test_milestones(self):
        assert Counter(Milestone.objects.values_list("state", flat=True)) == {"open": 54, "done": 27, "cancelled": 1}
        assert Counter(Milestone.objects.values_list("date_basis", flat=True)) == {
            "plan_end": 40, "set_by_staff": 38, "festival": 3, "stated": 1,
        }  # fmt: skip

    def test_a_date_set_by_staff_leaves_the_original(self):
        moved = Milestone.objects.filter(date_basis="set_by_staff")
        assert {milestone.original_due_on for milestone in moved} == {date(2023, 12, 31)}
        assert not Milestone.objects.exclude(date_basis="set_by_staff").exclude(due_on=F("original_due_on")).exists()

    def test_two_milestones_long_overdue(self):
        late = Milestone.objects.open().filter(date_basis="set_by_staff", due_on__lt=date(2023, 5, 16))
        assert {(m.task.number, m.title, (TODAY - m.due_on).days) for m in late.select_related("task")} == {
            (4, "召开联席会议全体会议和专题会议", 46),
            (14, "成立碳达峰碳中和计量技术委员会", 36),
        }

    def test_reports_of_all_kinds(self):
        between = Report.objects.between_periods()
        assert Counter(between.values_list("state", flat=True)) == {"submitted": 15, "draft": 2}
        assert Report.objects.submitted().count() == 90 + 68 + 15
        found = Counter(Report.objects.submitted().values_list("assessment", flat=True))
        assert found == {"on_schedule": 166, "behind": 3, "done": 3, "not_started": 1}
        assert Report.objects.filter(no_news=True).count() == 1
        assert set(Report.objects.submitted().filter(filled_in=True).values_list("department__code", flat=True)) == {
            "baoshan", "zhifazongdui", "baosteel", "lingang",
        }  # fmt: skip

    def test_drafts(self):
        drafts = Report.objects.drafts().order_by("task__number", "department__code")
        assert list(drafts.values_list("task__number", "department__code", "filled_in", "period__starts_on")) == [
            (2, "simt", False, None),
            (6, "qingpu", False, SECOND),
            (7, "changning", False, SECOND),
            (7, "pudong", False, SECOND),
            (8, "chongming", False, SECOND),
            (14, "jlc", False, SECOND),
            (14, "sgcc-shanghai", True, SECOND),
            (16, "xuhui", False, None),
            (17, "jiading", False, SECOND),
        ]

    def test_the_first_quarter_is_closed_with_three_missing(self):
        first = Report.objects.filter(period__starts_on=date(2023, 1, 1))
        assert Counter(first.values_list("state", flat=True)) == {"accepted": 90, "due": 3}
        missing = first.filter(state="due").order_by("department__code")
        assert list(missing.values_list("task__number", "department__code")) == [
            (7, "chongming"), (16, "jlc"), (6, "zhifazongdui"),
        ]  # fmt: skip
        assert Standing.objects.filter(period__starts_on=date(2023, 1, 1)).count() == 17

    def test_the_second_quarter_shows_every_state(self):
        known = cells(ReportingPeriod.objects.filter(starts_on=SECOND), cast.person("planner"), TODAY)
        assert Counter(cell.state for cell in known) == {
            "accepted": 39, "submitted": 27, "due": 19, "draft": 7, "returned": 2,
        }  # fmt: skip
        assert {cell.overdue for cell in known} == {False}
        states = ReportingPeriod.objects.order_by("starts_on").values_list("state", "due_on")
        assert list(states) == [
            ("closed", date(2023, 3, 27)), ("open", date(2023, 6, 25)),
            ("planned", date(2023, 9, 25)), ("planned", date(2023, 12, 25)),
        ]  # fmt: skip

    def test_pudong_owes_four(self):
        owed = Report.objects.owed().filter(department__code="pudong").order_by("task__number")
        assert list(owed.values_list("task__number", "state")) == [
            (6, "due"), (7, "draft"), (8, "returned"), (17, "due"),
        ]  # fmt: skip

    def test_requests_of_every_kind(self):
        asked = ExtensionRequest.objects.order_by("task__number")
        assert list(asked.values_list("task__number", "state", "new_due_on")) == [
            (10, "asked", date(2023, 8, 10)),
            (11, "granted", date(2023, 8, 15)),
            (12, "refused", date(2023, 12, 25)),
        ]
        directives = Directive.objects.order_by("task__number")
        assert [(each.task.number, each.is_answered) for each in directives] == [(4, True), (14, False)]
        reminded = Reminder.objects.order_by("report__task__number")
        assert list(reminded.values_list("report__task__number", "recipient__username", "occasion")) == [
            (6, "chongming", "by_hand"), (7, "chongming", "by_hand"), (8, "chongming", "by_hand"),
            (17, "chongming", "by_hand"),
        ]  # fmt: skip

    def test_every_text_says_that_it_is_a_demonstration(self):
        written = []
        for report in Report.objects.all():
            written += [report.progress_text, report.problems, report.next_steps, report.review_note]
        for task in Task.objects.all():
            written += [task.state_note, task.result]
        written += Milestone.objects.values_list("note", flat=True)
        for model, names in (
            (Directive, ("text", "answer")),
            (ExtensionRequest, ("reason", "progress", "decision_note")),
        ):
            written += [value for row in model.objects.values_list(*names) for value in row]
        texts = [text for text in written if text]
        assert len(texts) > 60
        assert [text for text in texts if not text.startswith("【演示】")] == []

    def test_asked_to_report_on_task_14(self):
        owing = Assignment.objects.filter(task__number=14, owes_report=True).order_by("role", "position")
        codes = owing.values_list("department__code", flat=True)
        assert list(codes) == ["jlc", "simt", "sgcc-shanghai", "baosteel"]

    def test_nothing_happened_after_the_portals_date(self):
        assert not Report.objects.filter(reported_on__gt=TODAY).exists()
        assert not Milestone.objects.filter(done_on__gt=TODAY).exists()
        assert not Task.objects.filter(state_since__gt=TODAY).exists()

    def test_the_audit_names_who_did_it_and_that_it_was_the_demonstration(self):
        event = Task.objects.get(number=1).events.order_by("-pgh_id").first()
        assert event.state == "closed"
        user = User.objects.get(username="planner")
        assert event.pgh_context.metadata == {"user": user.pk, "command": "seed_demo"}

    def test_the_accounts(self):
        assert {
            user.username: (user.role, user.department and user.department.code) for user in User.objects.all()
        } == cast.PEOPLE | {code: ("reporter", code) for code in COLLEAGUES}
        assert len(COLLEAGUES) == 14
        assert {(u.must_change_password, u.is_superuser, u.is_active) for u in User.objects.all()} == {
            (False, False, True)
        }
        assert all(user.check_password("metrology-demo") for user in User.objects.all())
        assert all("演示" in user.name for user in User.objects.all())

    def test_again_changes_no_row(self):
        before = rows()
        seed()
        assert rows() == before


def test_keeps_an_account_and_its_password():
    mine = cast.account("planner", "planner", "jlc", name="王工")
    mine.set_password("another-password")
    mine.save()
    seed()
    mine.refresh_from_db()
    assert (mine.name, mine.check_password("another-password")) == ("王工", True)
    assert lit() == TASKS


@pytest.mark.parametrize("entered", ["report", "tick", "date", "state"])
def test_tells_no_story_over_what_was_entered(entered, jlc):
    task = cast.task(12)
    if entered == "report":
        Report.objects.create(task=task, department=jlc.department, author=jlc)
    elif entered == "tick":
        task.milestones.filter(position=1).update(state="done", done_on=TODAY)
    elif entered == "date":
        task.milestones.filter(position=1).update(due_on=TODAY, date_basis="set_by_staff")
    else:
        Task.objects.filter(pk=task.pk).update(state="in_progress")
    before = {name: found for name, found in rows().items() if not name.startswith("User")}
    seed()
    assert {name: found for name, found in rows().items() if not name.startswith("User")} == before
    assert User.objects.count() == 9 + 14


def test_refuses_where_the_demonstration_is_off(settings):
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO=1"):
        seed()
    assert not User.objects.exists()
    call_command("seed_demo", force=True, verbosity=0)
    assert User.objects.count() == 9 + 14


def test_says_what_is_missing():
    Plan.objects.filter(code="2023").update(code="other")
    with pytest.raises(CommandError, match="loaddata departments plan_2023"):
        seed()


def test_says_what_it_did(capsys):
    call_command("seed_demo")
    call_command("seed_demo")
    assert capsys.readouterr().out.splitlines() == [
        "Demonstration added.",
        "The plan is being worked on: nothing changed.",
    ]
