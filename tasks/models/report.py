"""One department's word on one task."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Row, audited
from tasks.models.task import Task
from tasks.querysets.reports import ReportQuerySet


class ReportState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")


class Assessment(models.TextChoices):
    NOT_STARTED = "not_started", _("not begun")
    BEHIND = "behind", _("behind schedule")
    ON_SCHEDULE = "on_schedule", _("on schedule")
    DONE = "done", _("completed")


@audited()
class Report(Row):
    """进展情况, 存在问题, 下一步计划 and 自评 of a unit. `filled_in`: written by a planner for the unit."""

    State = ReportState
    Assessment = Assessment

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports", verbose_name=_("task"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="reports", verbose_name=_("department")
    )
    state = models.CharField(_("state"), max_length=20, choices=ReportState, default=ReportState.DRAFT)
    assessment = models.CharField(_("own assessment"), max_length=20, blank=True, choices=Assessment)
    progress_text = models.TextField(_("progress made"), blank=True)
    problems = models.TextField(_("problems"), blank=True)
    next_steps = models.TextField(_("next steps"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    filled_in = models.BooleanField(_("filled in for the unit"), default=False)
    reported_on = models.DateField(_("reported on"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("-reported_on", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "department", "filled_in"],
                condition=Q(state=ReportState.DRAFT),
                name="report_one_draft",
                violation_error_message=_("The unit has a draft for this task already."),
            ),
            models.CheckConstraint(
                name="report_choices",
                condition=Q(state__in=ReportState.values, assessment__in=["", *Assessment.values]),
                violation_error_message=_("Unknown state or assessment."),
            ),
            models.CheckConstraint(
                name="report_complete",
                condition=Q(state=ReportState.DRAFT)
                | (
                    Q(reported_on__isnull=False, submitted_at__isnull=False) & ~Q(progress_text="") & ~Q(assessment="")
                ),
                violation_error_message=_("A submitted report has a date, an assessment and the progress made."),
            ),
            models.CheckConstraint(
                name="report_behind_explains",
                condition=Q(state=ReportState.DRAFT) | ~Q(assessment=Assessment.BEHIND) | ~Q(problems=""),
                violation_error_message=_("Behind schedule: say what the problem is."),
            ),
        ]
        indexes = [models.Index(fields=["task", "department", "-reported_on", "-id"], name="report_latest")]

    def __str__(self) -> str:
        return f"{self.department} · {self.task}"
