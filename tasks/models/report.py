"""One department's word on one task."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Row, audited
from tasks.models.period import ReportingPeriod
from tasks.models.task import Task
from tasks.querysets.reports import ReportQuerySet
from tasks.workflow import SENT, TO_WRITE, ReportState


class Assessment(models.TextChoices):
    NOT_STARTED = "not_started", _("not begun")
    BEHIND = "behind", _("behind schedule")
    ON_SCHEDULE = "on_schedule", _("on schedule")
    DONE = "done", _("completed")


# Who writes past the actions waits for whoever is closing the period just now.
CLOSED_STAYS = """
PERFORM FROM tasks_reportingperiod p WHERE p.id IN (NEW.period_id, OLD.period_id) FOR SHARE;
IF EXISTS (
    SELECT FROM tasks_reportingperiod p WHERE p.id IN (NEW.period_id, OLD.period_id) AND p.state = 'closed'
) THEN
    RAISE check_violation USING
        MESSAGE = 'what was reported in a closed period stays', CONSTRAINT = 'report_of_closed_period';
END IF;
RETURN COALESCE(NEW, OLD);
"""


@audited(exclude=["writing_seconds"])
class Report(Row):
    """进展情况, 存在问题, 下一步计划 and 自评 of a unit, for a period or, without one, at any time between.

    `filled_in`: written by a planner or the co-ordinator for the unit. `no_news`: 本期无新进展, `progress_text` is the
    reason. `writing_seconds`: from opening the form to sending it, for the median of a period and for nothing else.
    """

    State = ReportState
    Assessment = Assessment

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports", verbose_name=_("task"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="reports", verbose_name=_("department")
    )
    period = models.ForeignKey(
        ReportingPeriod,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("reporting period"),
    )
    state = models.CharField(_("state"), max_length=20, choices=ReportState, default=ReportState.DRAFT)
    assessment = models.CharField(_("own assessment"), max_length=20, blank=True, choices=Assessment)
    progress_text = models.TextField(_("progress made"), blank=True)
    problems = models.TextField(_("problems"), blank=True)
    next_steps = models.TextField(_("next steps"), blank=True)
    no_news = models.BooleanField(_("nothing new"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    filled_in = models.BooleanField(_("filled in for the unit"), default=False)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    writing_seconds = models.PositiveIntegerField(null=True, blank=True, editable=False)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_note = models.TextField(_("why it was returned"), blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("-reported_on", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "department", "filled_in"],
                condition=Q(state=ReportState.DRAFT, period__isnull=True),
                name="report_one_draft",
                violation_error_message=_("The unit has a draft for this task already."),
            ),
            models.UniqueConstraint(
                fields=["period", "task", "department"],
                name="report_once_a_period",
                violation_error_message=_("The unit has a report on this task in this period already."),
            ),
            models.CheckConstraint(
                name="report_choices",
                condition=Q(state__in=ReportState.values, assessment__in=["", *Assessment.values]),
                violation_error_message=_("Unknown state or assessment."),
            ),
            models.CheckConstraint(
                name="report_outside_periods",
                condition=Q(period__isnull=False)
                | Q(state__in=[ReportState.DRAFT, ReportState.SUBMITTED], no_news=False, reviewer__isnull=True),
                violation_error_message=_("Outside a period nothing is owed and nothing is reviewed."),
            ),
            models.CheckConstraint(
                name="report_due_is_empty",
                condition=Q(author__isnull=False)
                | Q(state=ReportState.DUE, assessment="", progress_text="", problems="", next_steps=""),
                violation_error_message=_("What has been written has an author."),
            ),
            models.CheckConstraint(
                name="report_complete",
                condition=~Q(state__in=SENT)
                | (
                    Q(reported_on__isnull=False, submitted_at__isnull=False)
                    & ~Q(progress_text="")
                    & (~Q(assessment="") | Q(no_news=True))
                ),
                violation_error_message=_("A submitted report has a date, an assessment and the progress made."),
            ),
            models.CheckConstraint(
                name="report_behind_explains",
                condition=~Q(state__in=SENT) | ~Q(assessment=Assessment.BEHIND) | ~Q(problems="") | Q(no_news=True),
                violation_error_message=_("Behind schedule: say what the problem is."),
            ),
            models.CheckConstraint(
                name="report_reviewed",
                condition=Q(state__in=[ReportState.RETURNED, ReportState.ACCEPTED], reviewed_on__isnull=False)
                & Q(reviewer__isnull=False)
                & (~Q(state=ReportState.RETURNED) | ~Q(review_note=""))
                | ~Q(state__in=[ReportState.RETURNED, ReportState.ACCEPTED]),
                violation_error_message=_("A review names who made it and when; a returned report says why."),
            ),
            models.CheckConstraint(
                name="report_accepted_by_another",
                condition=~Q(state=ReportState.ACCEPTED) | ~Q(reviewer=F("author")),
                violation_error_message=_("Nobody accepts what he sent himself."),
            ),
        ]
        triggers = [
            *Row.Meta.triggers,
            pgtrigger.Trigger(
                name="closed_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=CLOSED_STAYS,
            ),
        ]
        indexes = [models.Index(fields=["task", "department", "-reported_on", "-id"], name="report_latest")]

    def __str__(self) -> str:
        return f"{self.department} · {self.task}"

    def get_absolute_url(self) -> str:
        """The page of a report of a period; an update outside any stands on the page of its task."""
        return reverse("tasks:report_page", args=[self.pk]) if self.period_id else self.task.get_absolute_url()

    @property
    def is_to_write(self) -> bool:
        """It is the unit's turn: due, begun or returned."""
        return self.state in TO_WRITE

    @property
    def is_owed(self) -> bool:
        """What `ReportQuerySet.owed` asks of rows, of one whose period and task are loaded."""
        return bool(self.period and self.period.is_open and self.is_to_write and self.task.takes_reports)

    def is_overdue(self, today: date) -> bool:
        """Not sent, though the due date has passed, that day itself excepted, or the period is closed."""
        return bool(self.period and self.is_to_write and (self.period.is_past_due(today) or self.period.is_closed))

    @property
    def is_late(self) -> bool:
        """Sent, but after the due date."""
        return bool(self.period and self.reported_on and self.reported_on > self.period.due_on)
