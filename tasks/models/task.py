"""The numbered items of a plan and who answers for them."""

from datetime import date
from functools import lru_cache

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _

from departments.models import Department, Row, audited
from tasks.models.plan import Plan, TaskGroup
from tasks.models.words import forgets_places
from tasks.querysets.assignments import AssignmentQuerySet
from tasks.querysets.light import LIGHT_OF
from tasks.querysets.tasks import TaskQuerySet
from tasks.workflow import BEFORE_CLOSED, PAUSED, State

GROUP_OF_SAME_PLAN = """
IF (SELECT plan_id FROM tasks_taskgroup WHERE id = NEW.group_id) <> NEW.plan_id THEN
    RAISE check_violation USING
        MESSAGE = 'a task stands in a group of its own plan', CONSTRAINT = 'task_group_of_same_plan';
END IF;
RETURN NEW;
"""

QUOTES_STAY_VERBATIM = """
IF EXISTS (
    SELECT FROM tasks_milestone m WHERE m.task_id = NEW.id AND m.quote <> '' AND position(m.quote IN NEW.text) = 0
) THEN
    RAISE check_violation USING
        MESSAGE = 'a milestone quotes words that the new text lacks', CONSTRAINT = 'milestone_quote_verbatim';
END IF;
RETURN NEW;
"""


@lru_cache(maxsize=4096)
def address(code: str, under: str) -> str:
    """Of a task's page, which lists and pictures name again and again. `under`: where the portal is mounted."""
    return reverse("tasks:task", args=[code])


@audited()
class Task(Row):
    """One numbered item of the document. Light and progress are computed, never stored."""

    State = State

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("plan"))
    group = models.ForeignKey(TaskGroup, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("group"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), help_text=_("The whole item as printed, without its number."))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.NOT_STARTED)
    state_before = models.CharField(_("state before"), max_length=20, blank=True, choices=State)
    state_since = models.DateField(_("in this state since"), null=True, blank=True)
    state_note = models.TextField(_("note on the last move"), blank=True)
    starts_on = models.DateField(_("started on"), null=True, blank=True)
    due_on = models.DateField(_("due on"))
    original_due_on = models.DateField(_("originally due on"))
    result = models.TextField(_("result"), blank=True)
    closing_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closing asked for by"),
    )
    closing_requested_on = models.DateField(_("closing asked for on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    coordinator_id: int | None  # by `with_coordinator()`

    objects = TaskQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ("plan", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="task_number_unique",
                violation_error_message=_("The plan has a task with this number already."),
            ),
            models.CheckConstraint(
                name="task_number_positive",
                condition=Q(number__gte=1),
                violation_error_message=_("Numbers begin with 1."),
            ),
            models.CheckConstraint(
                name="task_state", condition=Q(state__in=State.values), violation_error_message=_("Unknown state.")
            ),
            models.CheckConstraint(
                name="task_state_before",
                condition=Q(state__in=PAUSED, state_before__in=BEFORE_CLOSED)
                | (~Q(state__in=PAUSED) & Q(state_before="")),
                violation_error_message=_("A suspended or cancelled task remembers the state before, no other does."),
            ),
            models.CheckConstraint(
                name="task_closing_complete",
                condition=~Q(state__in=[State.CLOSING, State.CLOSED]) & ~Q(state_before=State.CLOSING)
                | (Q(closing_requested_by__isnull=False, closing_requested_on__isnull=False) & ~Q(result="")),
                violation_error_message=_("A closing names who asked, when, and the result."),
            ),
            models.CheckConstraint(
                name="task_closed_on",
                condition=Q(state=State.CLOSED, closed_on__isnull=False)
                | (~Q(state=State.CLOSED) & Q(closed_on__isnull=True)),
                violation_error_message=_("A closed task, and only a closed task, has a closing date."),
            ),
        ]
        triggers = [
            *Row.Meta.triggers,
            pgtrigger.ReadOnly(name="plan_fixed", fields=["plan"]),
            pgtrigger.Trigger(
                name="group_of_same_plan",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("group_id"),
                func=GROUP_OF_SAME_PLAN,
            ),
            pgtrigger.Trigger(
                name="quotes_stay_verbatim",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("text"),
                func=QUOTES_STAY_VERBATIM,
            ),
            forgets_places("task", "title", "text"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def natural_key(self) -> tuple[str, int]:
        return (self.plan.code, self.number)

    @property
    def code(self) -> str:
        """What people see and addresses carry: 2023-05."""
        return f"{self.plan.code}-{self.number:02d}"

    def get_absolute_url(self) -> str:
        return address(self.code, get_script_prefix())

    @property
    def light(self) -> str:
        """Of a task that carries `with_light`."""
        return LIGHT_OF[self.reason]  # type: ignore[attr-defined]

    @property
    def is_paused(self) -> bool:
        return self.state in PAUSED

    @property
    def takes_reports(self) -> bool:
        """Nothing more is reported on what is closed, suspended or cancelled."""
        return self.state in BEFORE_CLOSED

    def is_overdue(self, today: date) -> bool:
        """The due date itself is not overdue."""
        return self.due_on < today and self.state in BEFORE_CLOSED


class Role(models.TextChoices):
    LEAD = "lead", _("lead")
    SUPPORT = "support", _("support")


@audited()
class Assignment(Row):
    """A unit named for a task, as printed. `open_ended`: the document closes the list with 等."""

    Role = Role

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("task"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("department")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)
    position = models.PositiveSmallIntegerField(_("position"), validators=[MinValueValidator(1)])
    printed_as = models.CharField(_("printed as"), max_length=100)
    open_ended = models.BooleanField(_("and others (等)"), default=False)
    owes_report = models.BooleanField(_("owes reports"), default=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("task", "role", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "role", "position"],
                name="assignment_position_unique",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("This position is taken."),
            ),
            models.UniqueConstraint(
                fields=["task", "role", "department"],
                name="assignment_department_once",
                violation_error_message=_("This department has this role already."),
            ),
            models.CheckConstraint(
                name="assignment_role", condition=Q(role__in=Role.values), violation_error_message=_("Unknown role.")
            ),
            models.CheckConstraint(
                name="assignment_printed",
                condition=~Q(printed_as="") & Q(position__gte=1),
                violation_error_message=_("An assignment keeps the printed name and a position from 1."),
            ),
        ]
        triggers = [*Row.Meta.triggers, forgets_places("assignment", "printed_as", "task_id")]

    def __str__(self) -> str:
        return self.printed_as

    def natural_key(self) -> tuple[str, int, str, int]:
        return (*self.task.natural_key(), self.role, self.position)
