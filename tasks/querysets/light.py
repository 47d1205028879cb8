"""The light rules, in one place: everything that shows, filters or exports a light reads this annotation.

The rules and their numbers: first match wins; the numbers are fields of the plan. `today` is always given.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, DateField, Exists, F, Min, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual
from django.utils.translation import pgettext_lazy

from tasks.querysets.compiled import compiled
from tasks.querysets.rows import ended_then
from tasks.workflow import State

PERIODS_IN_A_ROW = 2  # without the co-ordinator's report, and the task is red
OWN_DATE = ("stated", "festival", "set_by_staff")  # milestones whose date is their own; the rest end with the plan


class Light(models.TextChoices):
    RED = "red", pgettext_lazy("light", "red")
    YELLOW = "yellow", pgettext_lazy("light", "yellow")
    GREEN = "green", pgettext_lazy("light", "green")
    BLUE = "blue", pgettext_lazy("light", "blue")
    GREY = "grey", pgettext_lazy("light", "grey")


@dataclass(frozen=True)
class Rule:
    reason: str
    light: Light
    condition: Q


class Days(models.Func):
    """`Days(later, earlier)`: whole days between two dates, negative when they are the other way round."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = models.IntegerField()


def rules(today: date) -> tuple[Rule, ...]:
    """The rules over the measures below, in their order."""
    return (
        *_settled(),
        *_red(today),
        *_yellow(today),
        Rule("not_begun", Light.GREY, Q(state=State.NOT_STARTED, weight_done=0, has_report=False)),
        Rule("on_track", Light.GREEN, Q(pk__isnull=False)),
    )


def _settled() -> tuple[Rule, ...]:
    """Whatever the dates say; a closing asked for in time never turns red."""
    return (
        Rule("closed", Light.BLUE, Q(state=State.CLOSED)),
        Rule("cancelled", Light.GREY, Q(state=State.CANCELLED)),
        Rule("suspended", Light.GREY, Q(state=State.SUSPENDED)),
        Rule("closing_asked", Light.YELLOW, Q(state=State.CLOSING, closing_requested_on__lte=F("due_on"))),
    )


def _red(today: date) -> tuple[Rule, ...]:
    overdue_share = GreaterThan(F("weight_overdue") * 100, F("weight") * F("plan__red_overdue_share"))
    idle_share = GreaterThan(F("elapsed") * 100, F("span") * F("plan__red_idle_share"))
    return (
        Rule("task_overdue", Light.RED, Q(due_on__lt=today) & ~Q(state=State.CLOSING)),
        Rule("milestone_long_overdue", Light.RED, Q(days_overdue__gt=F("plan__red_overdue_days"))),
        Rule("overdue_share", Light.RED, Q(overdue_share)),
        Rule("idle", Light.RED, Q(state=State.NOT_STARTED) & Q(idle_share)),
        Rule("reports_missed", Light.RED, Q(last_reports_missed=[True] * PERIODS_IN_A_ROW)),
    )


def _yellow(today: date) -> tuple[Rule, ...]:
    due_soon = Q(due_on__gte=today, days_to_due__lte=F("plan__yellow_due_days"))
    next_soon = Q(next_on__gte=today, days_overdue__gte=-F("plan__yellow_milestone_days"))
    return (
        Rule("closing_asked", Light.YELLOW, Q(state=State.CLOSING)),
        Rule("due_soon", Light.YELLOW, due_soon),
        Rule("milestone_overdue", Light.YELLOW, Q(next_on__lt=today)),
        Rule("milestone_due_soon", Light.YELLOW, next_soon),
        Rule("behind", Light.YELLOW, Q(GreaterThanOrEqual(F("gap"), F("plan__yellow_gap")))),
        Rule("report_overdue", Light.YELLOW, Q(report_owed_on__lt=today)),
        Rule("report_returned", Light.YELLOW, Q(has_returned_report=True)),
        Rule("assessed_behind", Light.YELLOW, Q(latest_assessment="behind")),
    )


LIVE = Q(milestones__state__in=["open", "done"])
DONE = Q(milestones__state="done")
OWN = Q(milestones__date_basis__in=OWN_DATE)
OWN_OPEN = OWN & Q(milestones__state="open")


def measures(today: date) -> list[dict[str, Any]]:
    """What the rules and their sentences are about, in steps since each uses the one before.

    Weights are sums of milestone weights; `elapsed` and `span` are days of [plan issued, task due];
    `progress`, `expected_progress` and `gap` are whole percent, None without milestones.
    """
    now = Value(today, DateField())
    expected = F("weight_asked") * F("span") + F("weight_undated") * F("elapsed")
    return [
        _counts(today)
        | {"span": Greatest(Days(F("due_on"), F("plan__issued_on")), 1), "days_to_due": Days(F("due_on"), now)},
        {
            "elapsed": Least(Greatest(Days(now, F("plan__issued_on")), 0), F("span")),
            "days_overdue": Days(now, F("next_on")),
            "progress": F("weight_done") * 100 / F("weight"),
        },
        {"expected_progress": expected * 100 / (F("weight") * F("span"))},
        {"gap": F("expected_progress") - F("progress")},
    ]


def _weights(today: date) -> dict[str, Any]:
    """What only the rules and the other measures need."""
    return {
        "weight_done": _weight(DONE),
        "weight_asked": _weight(LIVE & OWN & Q(milestones__due_on__lt=today)),
        "weight_undated": _weight(LIVE & Q(milestones__date_basis="plan_end")),
    }


def _weight(condition: Q) -> Coalesce:
    return Coalesce(Sum("milestones__weight", filter=condition), 0)


def _counts(today: date) -> dict[str, Any]:
    order = ("milestones__due_on", "milestones__position")
    return {
        "weight": Sum("milestones__weight", filter=LIVE),
        "weight_overdue": _weight(OWN_OPEN & Q(milestones__due_on__lt=today)),
        "milestones_live": models.Count("milestones", filter=LIVE),
        "milestones_done": models.Count("milestones", filter=DONE),
        "next_on": Min("milestones__due_on", filter=OWN_OPEN),
        "own_open_titles": ArrayAgg("milestones__title", filter=OWN_OPEN, order_by=order, default=Value([])),
    }


@lru_cache(maxsize=4)  # days
def all_with_light(model: Any, today: date) -> Any:
    """All tasks with their lights, for queries to begin with. Their SQL is written once; nobody evaluates them."""
    return compiled(with_light(model._default_manager.with_coordinator(), today))


def with_light(tasks: Any, today: date) -> Any:
    """Tasks with their measures and the `reason` code of the rule that applies.

    Queries may name `light` too. It is not asked for, as every row tells it from its reason: `Task.light`.
    """
    tasks = tasks.alias(**_weights(today), **_reported(tasks, today)).annotate(report_owed_on=_owed(tasks))
    for step in measures(today):
        tasks = tasks.annotate(**step)
    table = rules(today)
    light = Case(*(When(rule.condition, then=Value(rule.light.value)) for rule in table), output_field=_CODE)
    reason = Case(*(When(rule.condition, then=Value(rule.reason)) for rule in table), output_field=_CODE)
    return tasks.alias(light=light).annotate(reason=reason)


_CODE = models.CharField()
LIGHT_OF = {rule.reason: rule.light.value for rule in rules(date.min)}  # a reason has one light, whatever the day


def _reported(tasks: Any, today: date) -> dict[str, Any]:
    """The co-ordinator's latest word stands for the task; a supporting unit's silence never colours it.

    `last_reports_missed`: of the last two periods that asked and have fallen due, the later first, whether nothing
    came.
    """
    reports = tasks.model._meta.get_field("reports").related_model._default_manager
    spoken = reports.filter(task=OuterRef("pk"), department=OuterRef("coordinator_id"))
    unsent = Q(state__in=["due", "draft"])
    asked = spoken.filter(period__due_on__lt=today).exclude(unsent & Q(ended_then()))
    missed = asked.order_by("-period__due_on", "-period__starts_on").values(missed=unsent)[:PERIODS_IN_A_ROW]
    latest = spoken.standing().exclude(assessment="").order_by("-reported_on", "-id")
    return {
        "latest_assessment": Subquery(latest.values("assessment")[:1]),
        "has_report": Exists(reports.standing().filter(task=OuterRef("pk"))),
        "last_reports_missed": ArraySubquery(missed),
        "has_returned_report": Exists(spoken.filter(state="returned", period__state="open")),
    }


def _owed(tasks: Any) -> Subquery:
    """The day by which the co-ordinator's report of an open period should have come, or should come."""
    reports = tasks.model._meta.get_field("reports").related_model._default_manager
    owed = reports.filter(
        task=OuterRef("pk"), department=OuterRef("coordinator_id"), state__in=["due", "draft"], period__state="open"
    )
    return Subquery(owed.order_by("period__due_on").values("period__due_on")[:1])
