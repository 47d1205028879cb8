"""The year's document and its headings."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models import Row, audited
from tasks.models.words import forgets_places
from tasks.querysets.plans import GroupQuerySet, PlanQuerySet
from tasks.rhythm import Rhythm

NO_PAGE_OF_OURS = RegexValidator(
    r"\A(?:add|import)\Z", _("This word is an address of the portal; choose another."), inverse_match=True
)
PERCENT = [MinValueValidator(1), MaxValueValidator(100)]


@audited()
class Plan(Row):
    """One year's 工作要点 as it was issued, and the numbers its lights go by (days; percentage points)."""

    code = models.SlugField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[NO_PAGE_OF_OURS],
        help_text=_("Stands in addresses: 2023."),
    )
    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"))
    issuer = models.CharField(_("issuer"), max_length=100)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"))
    ends_on = models.DateField(_("ends on"))
    text = models.TextField(_("published text"), blank=True)
    report_every = models.CharField(
        _("units report"), max_length=10, choices=Rhythm, default=Rhythm.QUARTER, db_default=Rhythm.QUARTER
    )
    is_active = models.BooleanField(_("in force"), default=True, help_text=_("Units see a plan once it is in force."))

    red_overdue_days = models.PositiveSmallIntegerField(_("red: milestone overdue by more than (days)"), default=30)
    red_overdue_share = models.PositiveSmallIntegerField(
        _("red: overdue share of the weight above (%)"), default=30, validators=PERCENT
    )
    red_idle_share = models.PositiveSmallIntegerField(
        _("red: not started though more of the time has passed than (%)"), default=50, validators=PERCENT
    )
    yellow_due_days = models.PositiveSmallIntegerField(_("yellow: task due within (days)"), default=15)
    yellow_milestone_days = models.PositiveSmallIntegerField(_("yellow: milestone due within (days)"), default=7)
    yellow_gap = models.PositiveSmallIntegerField(
        _("yellow: behind by at least (points)"), default=10, validators=PERCENT
    )

    # what planners set, in the order of the form
    KEPT_BY_HAND = (
        *("code", "title", "year", "issuer", "document_number", "issued_on", "ends_on"),
        *("report_every", "is_active", "text"),
        *("red_overdue_days", "red_overdue_share", "red_idle_share"),
        *("yellow_due_days", "yellow_milestone_days", "yellow_gap"),
    )

    objects = PlanQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("-year", "-issued_on", "-id")
        indexes = [
            models.Index(fields=["-year", "-id"], name="plan_newest")
        ]  # a page of tasks begins with these plans
        constraints = [
            models.CheckConstraint(
                name="plan_ends_after_issue",
                condition=models.Q(ends_on__gt=models.F("issued_on")),
                violation_error_message=_("A plan ends after the day it was issued."),
            ),
            models.CheckConstraint(
                name="plan_report_every",
                condition=models.Q(report_every__in=Rhythm.values),
                violation_error_message=_("Units report every quarter or every month."),
            ),
            models.CheckConstraint(
                name="plan_year",
                condition=models.Q(year__gte=2000, year__lte=2100),
                violation_error_message=_("The year lies between 2000 and 2100."),
            ),
        ]
        triggers = [*Row.Meta.triggers, forgets_places("plan", "text")]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.code,)


@audited()
class TaskGroup(Row):
    """A heading of the document, (一) to (五) in 2023."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="groups", verbose_name=_("plan"))
    ordinal = models.PositiveSmallIntegerField(_("ordinal"), validators=[MinValueValidator(1)])
    title = models.CharField(_("title"), max_length=200)

    objects = GroupQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        ordering = ("plan", "ordinal")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "ordinal"],
                name="group_ordinal_unique",
                violation_error_message=_("The plan has a group with this ordinal already."),
            ),
            models.CheckConstraint(
                name="group_ordinal_positive",
                condition=models.Q(ordinal__gte=1),
                violation_error_message=_("Ordinals begin with 1."),
            ),
        ]
        triggers = [*Row.Meta.triggers, pgtrigger.ReadOnly(name="plan_fixed", fields=["plan"])]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str, int]:
        return (self.plan.code, self.ordinal)
