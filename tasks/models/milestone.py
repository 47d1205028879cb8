"""Checkable commitments inside a task, in the words of the document."""

from datetime import date

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Row, audited
from tasks.models.task import Task
from tasks.models.words import forgets_places
from tasks.querysets.milestones import OWN_DATE, MilestoneQuerySet

QUOTE_IS_VERBATIM = """
IF NEW.quote <> '' AND position(NEW.quote IN (SELECT text FROM tasks_task WHERE id = NEW.task_id FOR SHARE)) = 0 THEN
    RAISE check_violation USING
        MESSAGE = 'a milestone quotes its task word for word', CONSTRAINT = 'milestone_quote_verbatim';
END IF;
RETURN NEW;
"""


class MilestoneState(models.TextChoices):
    OPEN = "open", _("open")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class DateBasis(models.TextChoices):
    """Where a milestone's date comes from. Only the first three are dates of its own."""

    STATED = "stated", _("stated in the text")
    FESTIVAL = "festival", _("festival named in the text")
    SET_BY_STAFF = "set_by_staff", _("set by a planner")
    PLAN_END = "plan_end", _("no date set")


@audited()
class Milestone(Row):
    """Counts with its weight towards the task's progress once it is done; cancelled ones count nowhere."""

    State = MilestoneState
    DateBasis = DateBasis

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("task"))
    position = models.PositiveSmallIntegerField(_("position"), validators=[MinValueValidator(1)])
    title = models.CharField(_("title"), max_length=200)
    quote = models.TextField(_("words of the document"), blank=True)
    due_on = models.DateField(_("due on"))
    original_due_on = models.DateField(_("originally due on"))
    date_basis = models.CharField(_("date comes from"), max_length=20, choices=DateBasis, default=DateBasis.PLAN_END)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    state = models.CharField(_("state"), max_length=20, choices=MilestoneState, default=MilestoneState.OPEN)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("task", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "position"],
                name="milestone_position_unique",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("The task has a milestone with this position already."),
            ),
            models.CheckConstraint(
                name="milestone_weight",
                condition=Q(weight__gte=1, weight__lte=100),
                violation_error_message=_("Weights lie between 1 and 100."),
            ),
            models.CheckConstraint(
                name="milestone_position_positive",
                condition=Q(position__gte=1),
                violation_error_message=_("Positions begin with 1."),
            ),
            models.CheckConstraint(
                name="milestone_choices",
                condition=Q(state__in=MilestoneState.values, date_basis__in=DateBasis.values),
                violation_error_message=_("Unknown state or origin of the date."),
            ),
            models.CheckConstraint(
                name="milestone_done_on",
                condition=Q(state=MilestoneState.DONE, done_on__isnull=False)
                | (~Q(state=MilestoneState.DONE) & Q(done_on__isnull=True)),
                violation_error_message=_("A done milestone, and only a done one, has the day it was done."),
            ),
        ]
        triggers = [
            *Row.Meta.triggers,
            pgtrigger.Trigger(
                name="quote_verbatim",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("quote", "task_id"),
                func=QUOTE_IS_VERBATIM,
            ),
            forgets_places("milestone", "quote", "task_id"),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, int, int]:
        return (*self.task.natural_key(), self.position)

    @property
    def has_own_date(self) -> bool:
        return self.date_basis in OWN_DATE

    def is_overdue(self, today: date) -> bool:
        """Only a date of its own can be overdue, and not on the day itself."""
        return self.state == MilestoneState.OPEN and self.has_own_date and self.due_on < today
