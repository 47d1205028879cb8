"""Who reads which report, file, request and reminder of the reporting loop: literal lists for every account."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from departments.models import Membership
from tasks.actions import reports as writing
from tasks.actions import review
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
)
from tasks.querysets import trails
from tests import cast, factories
from tests.tasks.test_visibility import TASKS

pytestmark = pytest.mark.django_db

DAY = date(2023, 6, 15)
STATES = ["due", "draft", "submitted", "returned", "accepted"]
# task, unit; 计量处 co-ordinates 6, 市计量院 2; 宝山 has no accounts and is filled in for
UNITS = [(6, "pudong"), (6, "baoshan"), (6, "jlc"), (2, "simt"), (2, "sqi")]
ALL = {f"{number} {code} {state}" for number, code in UNITS for state in STATES}
STANDING = ["submitted", "accepted"]


def of(unit: str, states: list[str] = STATES) -> set[str]:
    return {f"{unit} {state}" for state in states}


NO_DRAFTS = {name for name in ALL if not name.endswith("draft")}
PLANNERS = NO_DRAFTS | {"6 baoshan draft", "6 jlc draft"}
UNDRAFTED = ["due", "submitted", "returned", "accepted"]
READ: dict[str, set[str]] = {
    "admin": set(),
    "leader": NO_DRAFTS,
    "planner": PLANNERS,
    "planner2": PLANNERS,
    "jlc": of("6 pudong", UNDRAFTED) | of("6 baoshan") | of("6 jlc"),
    "pudong": of("6 pudong") | of("6 jlc", STANDING),
    "xuhui": of("6 jlc", STANDING),
    "simt": of("2 simt") | of("2 sqi", UNDRAFTED) | of("6 jlc", STANDING),
    "sqi": of("2 sqi") | of("2 simt", STANDING) | of("6 jlc", STANDING),
    "root": ALL,
}
STAFF = ("leader", "planner", "planner2", "root")


def period(state: str) -> ReportingPeriod:
    """Each state has a period of its own, since a unit has one report in each."""
    months = {"due": 1, "draft": 4, "submitted": 7, "returned": 10}
    if state == "accepted":
        found = ReportingPeriod.objects.filter(plan__code="2023", starts_on__year=2024).first()
        return found or factories.period(cast.plan(), date(2024, 1, 1), date(2024, 3, 31), date(2024, 3, 25))
    return ReportingPeriod.objects.get(plan__code="2023", starts_on=date(2023, months[state], 1))


@pytest.fixture
def made(planner, planner2) -> dict[int, str]:
    """A report of every unit in every state, each with a file and, where it is due, a reminder."""
    for state in STATES:
        ReportingPeriod.objects.filter(pk=period(state).pk).update(state="open", opened_on=DAY)
    names = {}
    for number, code in UNITS:
        author = planner if code == "baoshan" else cast.person(code)
        for state in STATES:
            more = {"reviewer": planner2} if state in {"returned", "accepted"} else {}
            more |= {"filled_in": code == "baoshan"} if state != "due" else {}
            unit = cast.unit(code)
            report = factories.owed(period(state), cast.task(number), unit, state, author, DAY, **more)
            names[report.pk] = f"{number} {code} {state}"
            file(report, names[report.pk], author)
    return names


def file(report: Report, name: str, sender: Any, **fields: Any) -> Evidence:
    values = {"kind": "pdf", "size": 1, "sha256": "0" * 64, "file": f"evidence/{name}", "name": name}
    return Evidence.objects.create(report=report, sender=sender, **values | fields)


def read(user: Any, names: dict[int, str]) -> set[str]:
    found = [names[key] for key in Report.objects.visible_to(user).values_list("pk", flat=True)]
    assert len(found) == len(set(found))
    return set(found)


def files(user: Any) -> set[str]:
    found = list(Evidence.objects.visible_to(user).values_list("name", flat=True))
    assert len(found) == len(set(found))
    return set(found)


class TestReportsAndFiles:
    def test_of_every_account(self, made, everyone):
        assert {name: read(user, made) for name, user in everyone.items()} == READ

    def test_files_are_read_with_their_report(self, made, everyone):
        assert {name: files(user) for name, user in everyone.items()} == READ

    def test_what_was_taken_away_is_read_by_nobody(self, made, everyone):
        Evidence.objects.update(is_removed=True)
        assert {name: files(user) for name, user in everyone.items()} == {key: set() for key in READ}

    def test_of_nobody(self, made):
        assert (read(AnonymousUser(), made), files(AnonymousUser())) == (set(), set())

    def test_a_unit_that_left_the_task_reads_its_own_past_and_no_others(self, made, pudong, sqi):
        Membership.objects.filter(member__code="pudong").delete()
        cast.task(2).assignments.filter(department__code="sqi").delete()
        cast.task(6).assignments.filter(department__code="sqi").delete()
        assert read(pudong, made) == files(pudong) == of("6 pudong")
        assert read(sqi, made) == files(sqi) == of("2 sqi")

    def test_a_co_ordinator_that_was_reads_its_own_and_the_new_ones_word(self, made, jlc):
        cast.task(6).assignments.filter(department__code="jlc").update(role="support", position=99)
        assert read(jlc, made) == of("6 jlc")
        next_lead = cast.account("lingang", unit="lingang")  # 各区市场监管局 before it is a collective
        assert read(next_lead, made) == of("6 pudong", UNDRAFTED) | of("6 jlc", UNDRAFTED) | of("6 baoshan")

    def test_before_the_plan_is_in_force_units_read_nothing(self, made, everyone):
        Plan.objects.update(is_active=False)
        units = {name: set() for name in READ if name not in STAFF}
        assert {name: read(user, made) for name, user in everyone.items()} == READ | units

    def test_a_unit_that_has_got_an_account_reads_what_was_filled_in(self, made):
        assert read(cast.account("baoshan", unit="baoshan"), made) == of("6 baoshan") | of("6 jlc", STANDING)


class TestDraftsInTheAudit:
    """Two drafts with words of their own, between them sent, withdrawn and returned."""

    @pytest.fixture
    def told(self, pudong, planner) -> None:
        one = period("due")
        ReportingPeriod.objects.filter(pk=one.pk).update(state="open", opened_on=DAY)
        row = factories.owed(one, cast.task(6), pudong.department)
        of_it = {"by": pudong, "report": row}
        text = {"assessment": "done"}
        writing.save_draft(row.task, row.department, fields=text | {"progress_text": "草稿一"}, **of_it)
        writing.submit(row.task, row.department, today=DAY, fields={"progress_text": "已报一"}, **of_it)
        writing.withdraw(row, by=pudong)
        writing.save_draft(row.task, row.department, fields={"progress_text": "草稿二"}, **of_it)
        writing.submit(row.task, row.department, today=DAY, fields={"progress_text": "已报二"}, **of_it)
        review.send_back(row, by=planner, today=DAY, note="退回")
        writing.save_draft(row.task, row.department, fields={"progress_text": "草稿三"}, **of_it)

    def test_of_every_account(self, told, everyone):
        all_words = {"草稿一", "草稿二", "草稿三", "已报一", "已报二"}
        sent = {"已报一", "已报二"}
        found = {}
        for name, user in everyone.items():
            events = trails.of_reports(Report.pgh_event_model.objects.all(), user)
            found[name] = set(events.values_list("progress_text", flat=True)) - {""}
        assert found == {
            "admin": set(), "leader": sent, "planner": sent, "planner2": sent, "jlc": sent, "pudong": all_words,
            "xuhui": set(), "simt": set(), "sqi": set(), "root": all_words,
        }  # fmt: skip


class TestRequests:
    @pytest.fixture(autouse=True)
    def asked(self, leader, jlc):
        for number in (2, 6):
            task = cast.task(number)
            Directive.objects.create(task=task, text=f"{number}", author=leader, given_on=DAY)
            days = {"old_due_on": DAY, "new_due_on": date(2023, 7, 1), "requested_on": DAY}
            ExtensionRequest.objects.create(task=task, reason="a", progress="b", requested_by=jlc, **days)

    @pytest.mark.parametrize("model", [Directive, ExtensionRequest])
    def test_of_every_account(self, model, everyone):
        seen = {
            n: set(model.objects.visible_to(u).values_list("task__number", flat=True)) for n, u in everyone.items()
        }
        own: dict[str, set[int]] = {
            "jlc": {6},
            "simt": {2},
            "admin": set(),
            "pudong": set(),
            "xuhui": set(),
            "sqi": set(),
        }
        assert seen == own | {name: {2, 6} for name in STAFF}

    @pytest.mark.parametrize("model", [Directive, ExtensionRequest])
    def test_where_every_lead_is_a_collective_no_unit_reads_them(self, model, simt):
        cast.task(2).assignments.filter(department__is_collective=False).update(role="support")
        assert not model.objects.visible_to(simt).exists()
        assert not model.objects.visible_to(AnonymousUser()).exists()


class TestReminders:
    """浦东 by name, 计量处 for 宝山 that it fills in for, 市质检院."""

    TO = {"6 pudong due": "pudong", "6 baoshan due": "jlc", "2 sqi due": "sqi"}

    @pytest.fixture(autouse=True)
    def sent(self, made):
        for name, to in self.TO.items():
            key = next(pk for pk, named in made.items() if named == name)
            recipient = cast.person(to)
            letter = Letter.objects.create(recipient=recipient, state="no_address", subject=name, body="请报送。")
            days = {"reminded_on": DAY, "occasion": "due"}
            Reminder.objects.create(report_id=key, recipient=recipient, letter=letter, **days)
        self.names = made

    def seen(self, user: Any) -> set[str]:
        return {self.names[key] for key in Reminder.objects.visible_to(user).values_list("report", flat=True)}

    def test_of_every_account(self, everyone):
        own = {name: {report for report, to in self.TO.items() if to == name} for name in READ}
        assert {name: self.seen(user) for name, user in everyone.items()} == own | {key: set(self.TO) for key in STAFF}

    def test_a_colleague_of_the_unit_reads_what_its_reports_are_owed(self):
        assert self.seen(cast.account("pudong2", unit="pudong")) == {"6 pudong due"}

    def test_letters(self, everyone):
        found = {
            name: set(Letter.objects.visible_to(user).values_list("subject", flat=True))
            for name, user in everyone.items()
        }
        own = {name: {report for report, to in self.TO.items() if to == name} for name in READ}
        assert found == own | {key: set(self.TO) for key in ("planner", "planner2", "root")}


class TestPeriodsAndStandings:
    def test_standings_are_read_with_their_task(self, everyone):
        one = period("due")
        for number in range(1, 18):
            Standing.objects.create(
                period=one, task=cast.task(number), state="in_progress", reason="on_track", why={}, due_on=DAY
            )
        seen = {
            name: sorted(Standing.objects.visible_to(user).values_list("task__number", flat=True))
            for name, user in everyone.items()
        }
        assert seen == TASKS

    def test_periods_are_read_with_their_plan(self, everyone):
        factories.period(factories.plan(is_active=False), DAY, DAY, DAY)
        seen = {name: ReportingPeriod.objects.visible_to(user).count() for name, user in everyone.items()}
        assert seen == {"admin": 0} | dict.fromkeys(STAFF, 5) | dict.fromkeys(
            ["jlc", "pudong", "xuhui", "simt", "sqi"], 4
        )
        assert not ReportingPeriod.objects.visible_to(AnonymousUser()).exists()
