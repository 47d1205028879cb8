"""When units report, and how the tasks stood when a period was closed."""

from datetime import date

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models import Row, audited
from tasks.models.plan import Plan
from tasks.models.task import Task
from tasks.querysets.light import LIGHT_OF, Light
from tasks.querysets.periods import PeriodQuerySet, StandingQuerySet
from tasks.rhythm import label
from tasks.workflow import State


class PeriodState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("period", "planned")
    OPEN = "open", pgettext_lazy("period", "open")
    CLOSED = "closed", pgettext_lazy("period", "closed")


class Days(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


LAST = Greatest("starts_on", "ends_on")  # of a period that ends before it starts, which another constraint refuses


@audited()
class ReportingPeriod(Row):
    """A quarter or a month. Opening it makes one `Report` for each task and unit that owes; closing it is final."""

    State = PeriodState

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="periods", verbose_name=_("plan"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    due_on = models.DateField(_("due on"), help_text=_("The last day on which a report is on time."))
    state = models.CharField(_("state"), max_length=10, choices=PeriodState, default=PeriodState.PLANNED)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(pgettext_lazy("period", "closed on"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ("plan", "starts_on")
        constraints = [
            ExclusionConstraint(
                name="period_no_overlap",
                expressions=[
                    ("plan", RangeOperators.EQUAL),
                    (Days("starts_on", LAST, RangeBoundary(inclusive_upper=True)), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The plan has a period with some of these days already."),
            ),
            models.CheckConstraint(
                name="period_dates",
                condition=Q(ends_on__gte=F("starts_on"), due_on__gte=F("starts_on")),
                violation_error_message=_("A period ends, and is due, on or after the day it starts."),
            ),
            models.CheckConstraint(
                name="period_state",
                condition=Q(state=PeriodState.PLANNED, opened_on__isnull=True, closed_on__isnull=True)
                | Q(state=PeriodState.OPEN, opened_on__isnull=False, closed_on__isnull=True)
                | Q(state=PeriodState.CLOSED, opened_on__isnull=False, closed_on__isnull=False),
                violation_error_message=_("An open period has the day it was opened, a closed one both days."),
            ),
        ]
        triggers = [
            *Row.Meta.triggers,
            pgtrigger.ReadOnly(name="plan_fixed", fields=["plan"]),
            pgtrigger.Protect(
                name="closed_for_ever",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=PeriodState.CLOSED),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.code, self.starts_on.isoformat())

    @property
    def label(self) -> str:
        """第二季度, 6月; its dates where it is neither."""
        return label(self.starts_on, self.ends_on)

    @property
    def is_open(self) -> bool:
        return self.state == PeriodState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == PeriodState.CLOSED

    def get_absolute_url(self) -> str:
        return f"{reverse('tasks:matrix')}?plan={self.plan.code}&period={self.pk}"

    def is_past_due(self, today: date) -> bool:
        """The due date itself is not overdue."""
        return self.due_on < today


@audited()
class Standing(Row):
    """How a task stood when a period was closed: written once, changed by nobody.

    `why`: the sentence behind the light, by language code. Progress is in whole percent, None without milestones.
    """

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="standings")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="standings", verbose_name=_("task"))
    state = models.CharField(_("state"), max_length=20, choices=State)
    reason = models.CharField(_("reason"), max_length=40)
    why = models.JSONField(_("sentence"))
    progress = models.PositiveSmallIntegerField(_("progress"), null=True)
    expected_progress = models.PositiveSmallIntegerField(_("expected progress"), null=True)
    due_on = models.DateField(_("due on"))

    objects = StandingQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("standing at the close")
        verbose_name_plural = _("standings at the close")
        ordering = ("period", "task__number")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "task"],
                name="standing_once",
                violation_error_message=_("How the task stood at the close is kept already."),
            ),
            models.CheckConstraint(
                name="standing_reason",
                condition=Q(reason__in=sorted(LIGHT_OF)),
                violation_error_message=_("Unknown reason of a light."),
            ),
        ]
        triggers = [
            *Row.Meta.triggers,
            pgtrigger.Protect(name="kept_for_ever", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.task}"

    @property
    def light(self) -> Light:
        return Light(LIGHT_OF[self.reason])
