"""The demonstration: accounts, and what they did with the 2023 plan until 2023-06-15.

Everything goes through the actions, as people would do it, and says in its words that it is 演示.
"""

from typing import Any

from django.db import transaction
from django.db.models import Q

from tasks.demo.dates import set_dates
from tasks.demo.people import make_accounts
from tasks.demo.quarters import PERIODS, drafts, first_quarter, second_quarter
from tasks.demo.reports import DRAFTS, REPORTS
from tasks.demo.requests import REQUESTS
from tasks.demo.story import OWES, STEPS
from tasks.models import Milestone, Plan, Report, ReportingPeriod, Task


@transaction.atomic
def seed() -> bool:
    """Make the accounts that are missing; tell the story only on an untouched plan. Says whether it was told."""
    make_accounts()
    if not is_untouched():
        return False
    set_dates()
    steps: list[Any] = [*OWES, *PERIODS, *STEPS, *first_quarter(), *REPORTS, *second_quarter(), *REQUESTS]
    for step in sorted(steps, key=lambda step: step.on):
        step.play()
    for draft in [*DRAFTS, *drafts()]:
        draft.play()
    return True


def is_untouched() -> bool:
    """The 2023 plan as it was loaded: what people have entered is never mixed with the story."""
    tasks = Task.objects.filter(plan__code="2023")
    worked_on = Milestone.objects.filter(~Q(state="open") | Q(date_basis="set_by_staff"), task__in=tasks)
    return (
        Plan.objects.filter(code="2023").exists()
        and not tasks.exclude(state="not_started").exists()
        and not worked_on.exists()
        and not Report.objects.filter(task__in=tasks).exists()
        and not ReportingPeriod.objects.filter(plan__code="2023").exclude(state="planned").exists()
    )
