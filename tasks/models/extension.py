"""延期申请: asking for another date before the old one comes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models import Row, audited
from tasks.models.milestone import Milestone
from tasks.models.task import Task
from tasks.querysets.requests import ExtensionQuerySet


class ExtensionState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("extension", "waiting for an answer")
    GRANTED = "granted", pgettext_lazy("extension", "granted")
    REFUSED = "refused", pgettext_lazy("extension", "refused")


@audited()
class ExtensionRequest(Row):
    """A new date for a task, or for one of its milestones, decided by a planner with a word."""

    State = ExtensionState

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="extensions", verbose_name=_("task"))
    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="extensions",
        verbose_name=_("milestone"),
    )
    old_due_on = models.DateField(_("due until now on"))
    new_due_on = models.DateField(_("asked for"))
    reason = models.TextField(_("reason"))
    progress = models.TextField(_("progress so far"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    requested_on = models.DateField(_("asked on"))
    state = models.CharField(_("state"), max_length=10, choices=ExtensionState, default=ExtensionState.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision_note = models.TextField(_("word on the decision"), blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("extension request")
        verbose_name_plural = _("extension requests")
        ordering = ("-requested_on", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "milestone"],
                condition=Q(state=ExtensionState.ASKED),
                nulls_distinct=False,
                name="extension_one_at_a_time",
                violation_error_message=_("An extension has been asked for already and waits for an answer."),
            ),
            models.CheckConstraint(
                name="extension_later",
                condition=Q(new_due_on__gt=F("old_due_on")) & ~Q(reason="") & ~Q(progress=""),
                violation_error_message=_("A later date, the reason and the progress so far are needed."),
            ),
            models.CheckConstraint(
                name="extension_in_time",
                condition=Q(requested_on__lte=F("old_due_on")),
                violation_error_message=_("An extension is asked for before the date has passed."),
            ),
            models.CheckConstraint(
                name="extension_decided",
                condition=Q(state=ExtensionState.ASKED, decided_by__isnull=True, decided_on__isnull=True)
                | (
                    Q(state__in=[ExtensionState.GRANTED, ExtensionState.REFUSED])
                    & Q(decided_by__isnull=False, decided_on__isnull=False)
                    & ~Q(decision_note="")
                ),
                violation_error_message=_("A decision names who took it and when, and says a word."),
            ),
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                violation_error_message=_("Nobody decides on what he asked for himself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone or self.task} → {self.new_due_on}"
