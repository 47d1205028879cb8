"""The outbox: letters go out after the commit, wait out a silent server, are shown when they fail, are never lost."""

import smtplib
import stat
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from departments.models import User
from tasks.actions import chasing, letters
from tasks.actions.letters import Delivery, deliver
from tasks.actions.refusals import IllegalNow, NotAllowed
from tasks.models import Letter, Reminder
from tests import cast
from tests.tasks.test_chasing import MONDAY, World
from tests.violations import violates

pytestmark = pytest.mark.django_db


class Server(BaseEmailBackend):
    """A mail server that says what a test wants: `answers` by recipient, `silent` when it does not answer at all."""

    answers: dict[str, Exception] = {}
    silent: Exception | None = None
    taken: list[str] = []
    opened = 0

    def open(self):
        Server.opened += 1
        if Server.silent:
            raise Server.silent
        return True

    def send_messages(self, messages):
        for each in messages:
            if each.to[0] in Server.answers:
                raise Server.answers[each.to[0]]
            Server.taken.append(each.to[0])
        return len(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.answers, Server.silent, Server.taken, Server.opened = {}, None, [], 0
    return Server


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def waiting(world):
    """Four letters: anna, ben, bea, planner."""
    chasing.remind(world.period, by=world.planner, today=MONDAY)
    return world


def outbox():
    rows = Letter.objects.order_by("recipient__username")
    return {each.recipient.username: (each.state, each.attempts, each.error) for each in rows}


SENT = ("sent", 1, "")
ALL = ["anna", "bea", "ben", "planner"]


def test_what_waits_is_sent_once(waiting):
    assert deliver() == Delivery(4, 0)
    assert sorted(message.to[0] for message in mail.outbox) == [f"{name}@example.cn" for name in ALL]
    assert outbox() == dict.fromkeys(ALL, SENT)
    assert Letter.objects.filter(sent_at=None).count() == 0
    assert deliver() == Delivery(0, 0)
    assert len(mail.outbox) == 4


def test_a_message_as_it_goes_out(waiting, settings):
    settings.DEFAULT_FROM_EMAIL = "计量工作要点跟踪 <plan@jiliang.example.cn>"
    letter = Letter.objects.get(recipient__username="ben")
    sent = letters.message(letter).message()
    assert (sent["To"], sent["Auto-Submitted"]) == ("ben@example.cn", "auto-generated")
    moment = f"{letter.created_at:%Y%m%d%H%M%S%f}"
    assert sent["Message-ID"] == f"<letter.{letter.pk}.{moment}@jiliang.example.cn>"
    again = letters.message(Letter.objects.get(pk=letter.pk)).message()
    assert again["Message-ID"] == sent["Message-ID"]
    assert sent.get_payload(decode=True).decode() == letter.body


def test_a_refused_letter_is_kept_and_holds_up_no_other(waiting, server):
    server.answers = {"anna@example.cn": smtplib.SMTPRecipientsRefused({"anna@example.cn": (550, b"no such user")})}
    assert deliver() == Delivery(3, 1)
    refused = "SMTPRecipientsRefused: {'anna@example.cn': (550, b'no such user')}"
    assert outbox() == {"anna": ("failed", 1, refused), "bea": SENT, "ben": SENT, "planner": SENT}
    assert Reminder.objects.filter(recipient__username="anna").count() == 3
    server.answers = {}
    assert deliver() == Delivery(1, 0)
    assert outbox()["anna"] == ("sent", 2, "")


def test_ten_attempts_then_a_person_must_look(waiting, server):
    server.answers = {"anna@example.cn": smtplib.SMTPDataError(554, b"spam")}
    ran = [deliver() for _time in range(12)]
    assert ran == [Delivery(3, 1), *[Delivery(0, 1)] * 9, *[Delivery(0, 0)] * 2]
    assert outbox()["anna"] == ("failed", 10, "SMTPDataError: (554, b'spam')")
    assert [letter.is_given_up for letter in Letter.objects.order_by("recipient__username")] == [True, *[False] * 3]


@pytest.mark.parametrize("silence", [ConnectionRefusedError(111, "refused"), TimeoutError("timed out"), OSError("?")])
def test_a_silent_server_costs_no_attempt(waiting, server, silence):
    server.silent = silence
    for _time in range(12):
        assert deliver() == Delivery(0, 4)
    assert outbox() == dict.fromkeys(ALL, ("failed", 0, letters.worded(silence)))
    assert server.opened == 12
    server.silent = None
    assert deliver() == Delivery(4, 0)
    assert outbox() == dict.fromkeys(ALL, SENT)


def test_a_server_that_hangs_up_ends_the_run_and_the_bad_letter_comes_last_next_time(waiting, server):
    first = Letter.objects.to_send().first()
    server.answers = {first.address: smtplib.SMTPServerDisconnected("gone")}
    assert deliver() == Delivery(0, 1)
    assert sorted(each.state for each in Letter.objects.all()) == ["failed", "waiting", "waiting", "waiting"]
    assert deliver() == Delivery(3, 1)


def test_a_letter_that_cannot_be_written_fails_alone(waiting):
    Letter.objects.filter(recipient__username="anna").update(subject="two\nlines")
    assert deliver() == Delivery(3, 1)
    assert outbox()["anna"][:2] == ("failed", 1)


def test_long_and_odd_errors_are_kept_short(waiting, server):
    server.answers = {"anna@example.cn": smtplib.SMTPDataError(554, "x\0" * 400)}
    deliver()
    assert len(Letter.objects.get(recipient__username="anna").error) == 300


def test_without_an_address_nothing_is_sent(world):
    User.objects.filter(username="ben").update(email="")
    outcome = chasing.remind(world.period, by=world.planner, today=MONDAY, department=world.east)
    assert (outcome.persons, outcome.unmailed) == (2, [])  # bea has one
    assert deliver() == Delivery(1, 0)
    assert outbox() == {"bea": SENT, "ben": ("no_address", 0, "")}
    assert Reminder.objects.filter(recipient__username="ben").count() == 2


def test_mail_leaves_after_the_commit_and_only_what_this_press_wrote(world, django_capture_on_commit_callbacks):
    chasing.remind(world.period, by=world.planner, today=MONDAY, department=world.lonely)
    with django_capture_on_commit_callbacks(execute=True):
        chasing.remind(world.period, by=world.planner, today=MONDAY, department=world.east)
        assert mail.outbox == []
    assert sorted(message.to[0] for message in mail.outbox) == ["bea@example.cn", "ben@example.cn"]
    assert outbox()["planner"] == ("waiting", 0, "")


def test_where_the_timer_sends_the_button_does_not(world, settings, django_capture_on_commit_callbacks):
    settings.MAIL_AT_ONCE = False
    with django_capture_on_commit_callbacks(execute=True):
        chasing.remind(world.period, by=world.planner, today=MONDAY)
    assert outbox() == dict.fromkeys(ALL, ("waiting", 0, ""))


def test_a_server_that_does_not_answer_makes_no_press_fail(world, server, django_capture_on_commit_callbacks):
    server.silent = TimeoutError("timed out")
    with django_capture_on_commit_callbacks(execute=True):
        assert chasing.remind(world.period, by=world.planner, today=MONDAY).persons == 4
    assert outbox() == dict.fromkeys(ALL, ("failed", 0, "TimeoutError: timed out"))
    assert Reminder.objects.count() == 8


# ---- once more ----


def test_sent_again_to_the_address_of_now(waiting, server, django_capture_on_commit_callbacks):
    server.answers = {"anna@example.cn": smtplib.SMTPDataError(550, b"no")}
    for _time in range(10):
        deliver()
    User.objects.filter(username="anna").update(email="anna@new.example.cn")
    with django_capture_on_commit_callbacks(execute=True):
        letters.resend(Letter.objects.get(recipient__username="anna"), by=waiting.planner)
    letter = Letter.objects.get(recipient__username="anna")
    assert (letter.state, letter.attempts, letter.address) == ("sent", 1, "anna@new.example.cn")
    assert server.taken[-1] == "anna@new.example.cn"


def test_an_address_entered_later(world):
    User.objects.filter(username="anna").update(email="")
    chasing.remind(world.period, by=world.planner, today=MONDAY)
    letter = Letter.objects.get(recipient__username="anna")
    with pytest.raises(IllegalNow) as refusal:
        letters.resend(letter, by=world.planner)
    assert str(refusal.value) == "anna 测试没有登记邮箱，请系统管理员在后台补填。"
    User.objects.filter(username="anna").update(email="a@example.cn")
    letters.resend(letter, by=world.planner)
    assert outbox()["anna"] == ("waiting", 0, "")


def test_what_has_been_sent_is_not_sent_again(waiting):
    deliver()
    with pytest.raises(IllegalNow) as refusal:
        letters.resend(Letter.objects.first(), by=waiting.planner)
    assert str(refusal.value) == "此邮件无需重新发送：已发送。"


@pytest.mark.parametrize("who", ["leader", "anna", "jlc", "admin"])
def test_planners_alone_send_again(waiting, who):
    with pytest.raises(NotAllowed):
        letters.resend(Letter.objects.get(recipient__username="anna"), by=cast.person(who))


@pytest.mark.parametrize(
    "values",
    [{"state": "sent"}, {"state": "waiting", "address": ""}, {"state": "lost"}, {"sent_at": "2024-03-11T08:00Z"}],
)
def test_the_database_keeps_states_true(waiting, values):
    with violates("letter_state"):
        Letter.objects.filter(recipient__username="anna").update(**values)


# ---- the folder of the demonstration ----


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "metrology_plan.mail.FolderBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def test_a_file_each_for_nobody_else_to_read(waiting, folder):
    assert deliver() == Delivery(4, 0)
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.iterdir()]
    assert sorted(each["To"] for each in found) == [f"{name}@example.cn" for name in ALL]
    assert {file.suffix for file in folder.iterdir()} == {".eml"}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    anna = next(each for each in found if each["To"] == "anna@example.cn")
    assert anna["Subject"].strip() == "【催办】你有 3 份进展报送待报，2024-03-25 截止"
    assert anna.get_content() == Letter.objects.get(recipient__username="anna").body


def test_sent_twice_it_is_one_file(waiting, folder):
    deliver()
    Letter.objects.update(state="waiting", sent_at=None)  # killed before it was stored
    assert deliver() == Delivery(4, 0)
    assert len(list(folder.iterdir())) == 4


def test_a_folder_that_cannot_be_made_loses_nothing(waiting, folder):
    folder.write_text("a file stands in the way")
    assert deliver() == Delivery(0, 1)
    assert sorted(each.state for each in Letter.objects.all()) == ["failed", "waiting", "waiting", "waiting"]
    folder.unlink()
    assert deliver() == Delivery(4, 0)
