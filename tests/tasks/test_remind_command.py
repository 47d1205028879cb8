"""`manage.py remind`: a whole year of it, two at once, killed in the middle."""

import os
import random
import subprocess
import sys
from datetime import date, timedelta
from email import message_from_bytes
from io import StringIO
from pathlib import Path
from threading import Barrier

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction

from departments.models import User
from tasks.actions import chasing, letters, periods, reports
from tasks.models import Letter, Reminder, Report, ReportingPeriod, Task
from tests import cast, factories
from tests.race import race
from tests.tasks.test_chasing import DONE, DUE, World

ROOT = Path(__file__).resolve().parents[2]


def run(**options):
    out = StringIO()
    call_command("remind", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def world(db, settings):
    settings.PORTAL_TODAY = DUE
    return World()


def test_it_says_what_it_did_and_does_it_once(world, mailoutbox):
    assert run() == "Reminded 4 persons of 6 reports of 4 units.\nLetters: 4 sent, 0 failed.\n"
    assert run() == "Reminded 0 persons of 0 reports of 0 units.\nLetters: 0 sent, 0 failed.\n"
    assert len(mailoutbox) == 4


def test_a_dry_run_says_who_and_what_and_changes_nothing(world, mailoutbox):
    User.objects.filter(username="bea").update(email="")
    assert run(dry_run=True).splitlines() == [
        "bea <no address>",
        "    2024-01 east, due 2024-03-25",
        "    2024-02 east, due 2024-03-25",
        "ben <ben@example.cn>",
        "    2024-01 east, due 2024-03-25",
        "    2024-02 east, due 2024-03-25",
        "anna <anna@example.cn>",
        "    2024-01 lead, due 2024-03-25",
        "    2024-02 lead, due 2024-03-25",
        "    2024-01 west, due 2024-03-25",
        "planner <planner@example.cn>",
        "    2024-03 lonely, due 2024-03-25",
        "Would remind 4 persons of 6 reports of 4 units.",
    ]
    assert (Letter.objects.count(), Reminder.objects.count(), mailoutbox) == (0, 0, [])


def test_it_names_units_without_anybody(world):
    User.objects.filter(role="planner").update(is_active=False)
    assert run().splitlines() == [
        "Reminded 3 persons of 5 reports of 3 units.",
        "Nobody to remind: lonely",
        "Letters: 3 sent, 0 failed.",
    ]


def test_mail_that_fails_is_no_failure_of_the_run(world, settings, tmp_path):
    settings.EMAIL_BACKEND = "metrology_plan.mail.FolderBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "in-the-way"
    settings.EMAIL_FILE_PATH.write_text("")
    assert run().splitlines()[1] == "Letters: 0 sent, 1 failed."
    settings.EMAIL_FILE_PATH.unlink()
    assert run().splitlines()[1] == "Letters: 4 sent, 0 failed."


def test_the_audit_knows_that_the_command_did_it(world):
    run()
    said = {event.pgh_context.metadata["command"] for event in Reminder.objects.first().events.all()}
    assert said == {"remind"}


@pytest.mark.django_db
def test_a_database_out_of_reach_is_a_failure(monkeypatch):
    def gone(*_arguments):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(gone), pytest.raises(CommandError) as refusal:
        call_command("remind")
    assert str(refusal.value) == "The database cannot be reached: connection refused"
    assert refusal.value.returncode == 1


# ---- a year ----

NOTHING = "Reminded 0 persons of 0 reports of 0 units.\nLetters: 0 sent, 0 failed.\n"

# 2023: the due days that the calendar of that year gives, and what somebody who never reports is reminded of.
EXPECTED = {
    "Q1": ["03-24", "03-27", "04-03", "04-10"],  # the 25th is a Saturday; closed on the 15th of April
    "Q2": ["06-22", "06-25", "07-02", "07-09"],  # a Sunday made a working day
    "Q3": ["09-22", "09-25", "10-02", "10-09"],
    "Q4": ["12-22", "12-25"],
}
OPENINGS = {"Q1": (3, 1), "Q2": (6, 1), "Q3": (9, 1), "Q4": (12, 1)}
CLOSINGS = {"Q1": (4, 15), "Q2": (7, 15), "Q3": (10, 15)}


@pytest.mark.django_db
def test_every_day_of_2023_each_message_once(settings, mailoutbox):
    """浦东 never reports, 徐汇 on the due day before the first run; the command runs every day, and again when there
    was something to do."""
    planner = cast.person("planner")
    for name in ("pudong", "xuhui"):
        User.objects.filter(pk=cast.person(name).pk).update(email=f"{name}@example.cn")
    for number in range(365):
        day = settings.PORTAL_TODAY = date(2023, 1, 1) + timedelta(number)
        live_through(day, planner)
        if not run().startswith("Reminded 0 "):
            assert [run(), run()] == [NOTHING, NOTHING]
    days = [date.fromisoformat(f"2023-{day}") for name in EXPECTED for day in EXPECTED[name]]
    assert reminded("pudong") == {day: [6, 7, 8, 17] for day in days}
    assert reminded("xuhui") == {date.fromisoformat(f"2023-{EXPECTED[name][0]}"): [6, 7, 8, 17] for name in EXPECTED}
    sent = [message.to[0] for message in mailoutbox]
    assert (sent.count("pudong@example.cn"), sent.count("xuhui@example.cn")) == (14, 4)
    assert len(sent) == 18  # the planner has no address
    assert set(Letter.objects.filter(recipient=planner).values_list("state", flat=True)) == {"no_address"}


def live_through(day, planner):
    """What people do on this day before the command runs."""
    for name, row in zip(OPENINGS, cast.plan().periods.order_by("starts_on"), strict=True):
        if (day.month, day.day) == OPENINGS[name]:
            periods.open_period(row, by=planner, today=day)
        if (day.month, day.day) == CLOSINGS.get(name):
            periods.close_period(row, by=planner, today=day)
        if row.due_on == day:
            submit_all(row, "xuhui", day)


def submit_all(period, who, day):
    user = cast.person(who)
    for row in Report.objects.owed().filter(period=period, department=user.department_id).order_by("task"):
        fields = DONE | {"progress_text": f"{period} 进展"}
        reports.submit(Task.objects.get(pk=row.task_id), row.department, by=user, today=day, fields=fields, report=row)


def reminded(who):
    found: dict[date, list[int]] = {}
    rows = Reminder.objects.filter(recipient__username=who, report__department__code=who)
    for day, number in rows.order_by("reminded_on", "report__task__number").values_list(
        "reminded_on", "report__task__number"
    ):
        found.setdefault(day, []).append(number)
    return found


# ---- at the same moment, and killed ----


@pytest.fixture
def many(transactional_db):
    """Thirty units, an account each, that owe one report on the due day."""
    plan = factories.plan(code="2024", title="2024年工作要点")
    planner = cast.person("planner")
    units = tuple(factories.department(f"unit-of-{number:02}") for number in range(30))
    task = factories.task(plan, units)
    for unit in units:
        cast.account(f"of-{unit.code}", "reporter", unit.code, email=f"{unit.code}@example.cn")
    period = ReportingPeriod.objects.create(
        plan=plan, starts_on=date(2024, 1, 1), ends_on=date(2024, 3, 31), due_on=DUE
    )
    periods.open_period(period, by=planner, today=date(2024, 3, 1))
    return task, period


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_double_nothing(many, settings, tmp_path):
    settings.PORTAL_TODAY, settings.EMAIL_FILE_PATH = DUE, tmp_path / "mail"
    _task, period = many
    counted = race(period, *[lambda: chasing.remind_by_clock(today=DUE).persons] * 3)
    assert sorted(counted) == [0, 0, 30]
    assert (Letter.objects.count(), Reminder.objects.count()) == (30, 30)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_have_one_winner(many):
    _task, period = many
    presses = [cast.person(name) for name in ("planner", "planner2")]
    calls = [lambda by=by: chasing.remind(period, by=by, today=date(2024, 3, 11)).persons for by in presses]
    outcomes = race(period, *calls)
    assert sorted(str(outcome) for outcome in outcomes) == ["30", "今天已经催办过。"]
    assert (Letter.objects.count(), Reminder.objects.count()) == (30, 30)


class Counting(BaseEmailBackend):
    """Takes every message and remembers it; `gate` lets the runs go on together."""

    taken: list[str] = []
    gate = Barrier(3)

    def open(self):
        Counting.gate.wait(timeout=20)
        return True

    def send_messages(self, messages):
        Counting.taken.extend(each.to[0] for each in messages)
        return len(messages)


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_share_the_letters(many, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Counting"
    Counting.taken, Counting.gate = [], Barrier(3)
    chasing.remind_by_clock(today=DUE)
    task, _period = many
    sent = race(task, *[lambda: deliver_after(task)] * 3)
    assert (sum(each.sent for each in sent), sum(each.failed for each in sent)) == (30, 0)
    assert sorted(Counting.taken) == sorted(Letter.objects.values_list("address", flat=True))
    assert set(Letter.objects.values_list("state", "attempts")) == {("sent", 1)}


def deliver_after(task):
    with transaction.atomic():
        Task.objects.select_for_update().get(pk=task.pk)
    return letters.deliver()


CHILD = """
import sys
from datetime import date
from pathlib import Path
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.PORTAL_TODAY = date.fromisoformat(sys.argv[2])
settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "metrology_plan.mail.FolderBackend", Path(sys.argv[3])
django.setup()
from django.core.management import call_command
print("ready", flush=True)
call_command("remind")
"""


def child(folder):
    """The command as a process of its own, at the moment it begins."""
    command = [sys.executable, "-c", CHILD, connection.settings_dict["NAME"], DUE.isoformat(), str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def killed_at(folder, moment):
    """Its exit code: killed so many seconds after it began, or done before that."""
    with child(folder) as process:
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait()


@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_nothing_is_lost_and_nothing_doubled(many, tmp_path):
    """Reminders exist all or none; every letter goes out, and the folder keeps one file for each."""
    chance, folder = random.Random(4), tmp_path / "mail"  # noqa: S311
    stages = []
    for _time in range(KILLS):
        killed_at(folder, chance.uniform(0, 0.5))
        assert Reminder.objects.count() in (0, 30)
        stages.append((Letter.objects.count(), len(list(folder.glob("*.eml")))))
    with child(folder) as last:
        assert last.wait(timeout=60) == 0
    assert stages == sorted(stages)
    assert (Letter.objects.count(), Reminder.objects.count()) == (30, 30)
    assert set(Letter.objects.values_list("state", "attempts")) == {("sent", 1)}
    sent = sorted(message_from_bytes(file.read_bytes())["To"] for file in folder.glob("*.eml"))
    assert sent == sorted(Letter.objects.values_list("address", flat=True))
    assert len(set(sent)) == 30


KILLS = int(os.environ.get("KILLS", "6"))
