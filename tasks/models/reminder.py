"""催办: who was reminded of what, when and by whom, and the letters that carry it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Row, audited
from tasks.models.report import Report
from tasks.querysets.reminders import MOST_ATTEMPTS, LetterQuerySet, ReminderQuerySet


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    NO_ADDRESS = "no_address", _("no e-mail address")


class Occasion(models.TextChoices):
    BY_HAND = "by_hand", _("by a planner")
    BEFORE = "before", _("before it is due")
    DUE = "due", _("on the due date")
    AFTER = "after", _("overdue")


@audited()
class Letter(Row):
    """One message to one person. It waits here until the mail server has taken it; a failure never loses it."""

    State = LetterState

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters", verbose_name=_("recipient")
    )
    address = models.EmailField(_("e-mail address"), blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=20, choices=LetterState, default=LetterState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="letter_state",
                condition=Q(state__in=LetterState.values)
                & (Q(state=LetterState.SENT, sent_at__isnull=False) | ~Q(state=LetterState.SENT) & Q(sent_at=None))
                & (~Q(address="") | Q(state=LetterState.NO_ADDRESS)),
                violation_error_message=_("A sent letter has an address and a time."),
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def can_be_resent(self) -> bool:
        """It has not reached its recipient, and will not or not yet."""
        return self.state in {LetterState.FAILED, LetterState.NO_ADDRESS}

    @property
    def is_given_up(self) -> bool:
        """It failed too often to be tried again by itself."""
        return self.state == LetterState.FAILED and self.attempts >= MOST_ATTEMPTS


@audited()
class Reminder(Row):
    """One report a person was reminded of on one day: never twice the same day. `by` None: by the clock."""

    Occasion = Occasion

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("report"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("recipient")
    )
    reminded_on = models.DateField(_("reminded on"))
    occasion = models.CharField(_("occasion"), max_length=10, choices=Occasion)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reminded by"),
    )
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("letter"))

    objects = ReminderQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ("-reminded_on", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "recipient", "reminded_on"],
                name="reminder_once_a_day",
                violation_error_message=_("This person has been reminded of this report today."),
            ),
            models.CheckConstraint(
                name="reminder_occasion",
                condition=Q(occasion=Occasion.BY_HAND, by__isnull=False)
                | Q(occasion__in=[Occasion.BEFORE, Occasion.DUE, Occasion.AFTER], by__isnull=True),
                violation_error_message=_("A planner reminds by hand, the clock on its days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.recipient}"
