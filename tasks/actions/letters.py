"""Letters: what a reminder says, and handing it to the mail server until that has taken it."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from departments.models import User
from tasks.actions.refusals import IllegalNow, require
from tasks.models import Letter, LetterState

LONGEST_ERROR = 300
ABOUT_ONE_LETTER = (SMTPResponseException, SMTPRecipientsRefused, ValueError)  # the next one may well go through

logger = structlog.get_logger(__name__)


# ---- writing ----


def compose(person: User, reports: list[Any], *, by: Any, today: date) -> Letter:
    """The letter, not stored yet: only what this person owes, in the portal's first language."""
    with override(settings.LANGUAGE_CODE):
        about = {"person": person, "by": by, "today": today, "units": _by_unit(person, reports)}
        about |= {"count": len(reports), "due_on": min(report.period.due_on for report in reports)}
        about |= {"mine": absolute(reverse("tasks:mine")), "portal_name": settings.PORTAL_NAME}
        subject = render_to_string("tasks/mail/reminder_subject.txt", about)
        body = render_to_string("tasks/mail/reminder.txt", about).strip() + "\n"
    address = person.email.strip()
    state = LetterState.WAITING if address else LetterState.NO_ADDRESS
    return Letter(recipient=person, address=address, subject=" ".join(subject.split()), body=body, state=state)


def absolute(path: str) -> str:
    return f"{settings.PORTAL_URL.rstrip('/')}{path}"


def _by_unit(person: User, reports: list[Any]) -> list[dict[str, Any]]:
    """Units in the order of the reports; `is_own` False: the person fills in for it."""
    units: dict[int, dict[str, Any]] = {}
    for report in reports:
        own = report.department_id == person.department_id
        unit = units.setdefault(report.department_id, {"unit": report.department, "is_own": own, "reports": []})
        unit["reports"].append((report, absolute(report.get_absolute_url())))
    return list(units.values())


# ---- sending ----


class Delivery(NamedTuple):
    sent: int = 0
    failed: int = 0


def deliver_at_once(letters: Iterable[int]) -> None:
    """After a press of a button, where this process may speak to the mail server; otherwise the timer does it."""
    if settings.MAIL_AT_ONCE:
        deliver(letters)


def deliver(letters: Iterable[int] | None = None) -> Delivery:
    """Send what waits and what failed, or of these letters only; each is marked and committed by itself.

    Runs at the same time share the letters between them. A process killed after the server has taken a letter and
    before that is stored sends it again: nobody can do both at once. It then has the same Message-ID, by which mail
    servers and programs know it for the same; the folder of the demonstration keeps one file for it.
    A server that does not answer costs no attempt and ends the run: the letters wait for the next one.
    """
    asked = Letter.objects.to_send() if letters is None else Letter.objects.to_send().filter(pk__in=list(letters))
    if not asked.exists():
        return Delivery()
    mail = get_connection()
    try:
        mail.open()
    except Exception as error:  # whatever it is, letters and requests outlive it
        return _nobody_answers(asked, error)
    try:
        return _send_all(asked, mail)
    finally:
        with suppress(OSError):
            mail.close()


def _send_all(asked: Any, mail: Any) -> Delivery:
    tried: list[int] = []
    sent = failed = 0
    while letter := _send_next(asked.exclude(pk__in=tried), mail):
        tried.append(letter.pk)
        sent, failed = sent + (letter.state == LetterState.SENT), failed + (letter.state == LetterState.FAILED)
        if letter.lost_the_server:
            break
    return Delivery(sent, failed)


@transaction.atomic
def _send_next(asked: Any, mail: Any) -> Any:
    """One letter, locked while it is sent; None where no more is left to this run."""
    letter: Any = asked.select_for_update(skip_locked=True, of=("self",)).first()
    if letter is None:
        return None
    letter.attempts, letter.lost_the_server = letter.attempts + 1, False
    try:
        message(letter, mail).send()
    except Exception as error:  # whatever it is, letters and requests outlive it
        letter.state, letter.error = LetterState.FAILED, worded(error)
        letter.lost_the_server = not isinstance(error, ABOUT_ONE_LETTER)
        logger.warning("letter_failed", letter=letter.pk, attempts=letter.attempts, error=letter.error)
    else:
        letter.state, letter.error, letter.sent_at = LetterState.SENT, "", timezone.now()
    letter.save(update_fields=["state", "attempts", "error", "sent_at"])
    return letter


def message(letter: Letter, mail: Any = None) -> EmailMessage:
    """The same Message-ID however often it is sent."""
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {
        "Message-ID": f"<letter.{letter.pk}.{letter.created_at:%Y%m%d%H%M%S%f}@{host}>",
        "Auto-Submitted": "auto-generated",  # no automatic answers (RFC 3834)
    }
    return EmailMessage(letter.subject, letter.body, to=[letter.address], connection=mail, headers=headers)


def _nobody_answers(asked: Any, error: Exception) -> Delivery:
    logger.warning("mail_server_silent", error=worded(error))
    return Delivery(0, asked.update(state=LetterState.FAILED, error=worded(error)))


def worded(error: Exception) -> str:
    """For the planner and the log; PostgreSQL stores no NUL."""
    return f"{type(error).__name__}: {error}".replace("\0", "")[:LONGEST_ERROR]


# ---- once more ----


@transaction.atomic
def resend(letter: Letter, *, by: Any) -> Letter:
    """Try it again from the start, to the address that the account has now."""
    require(by, "tasks.remind", letter)
    row = Letter.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=letter.pk)
    if not row.can_be_resent:
        raise IllegalNow(_("This letter need not be sent again: it is %s.") % row.get_state_display())
    if not row.recipient.email:
        raise IllegalNow(_("%s has no e-mail address. An administrator can enter it.") % row.recipient.name)
    row.address, row.state, row.attempts, row.error = row.recipient.email, LetterState.WAITING, 0, ""
    row.save(update_fields=["address", "state", "attempts", "error"])
    transaction.on_commit(lambda: deliver_at_once([row.pk]), robust=True)
    return row
