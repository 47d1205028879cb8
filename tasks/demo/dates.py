"""The dates a planner set. The document states none of them; `original_due_on` stays what it was."""

from datetime import date

from tasks.actions.planning import change, dated
from tasks.demo.steps import acting, task

# task: {position of the milestone: (month, day)}; the rest stay 未定时限
DATES: dict[int, dict[int, tuple[int, int]]] = {
    1: {1: (4, 28), 2: (5, 31)},
    2: {3: (10, 31), 4: (6, 30), 5: (5, 31)},
    3: {1: (9, 28), 2: (11, 30), 3: (4, 28), 4: (9, 28), 6: (6, 30), 8: (3, 31)},
    4: {1: (4, 30)},
    5: {2: (6, 30), 4: (3, 31)},
    6: {5: (5, 31)},
    7: {3: (9, 28)},
    8: {1: (10, 31), 2: (6, 9), 4: (5, 31)},
    10: {3: (4, 28), 4: (7, 10)},
    11: {2: (4, 30), 3: (7, 15)},
    12: {1: (6, 30), 2: (5, 31), 5: (11, 30)},
    14: {1: (4, 30), 2: (5, 10), 5: (6, 30), 6: (9, 28)},
    15: {2: (7, 5), 5: (10, 31)},
    16: {1: (11, 15), 2: (11, 30), 3: (9, 15), 4: (10, 31), 5: (11, 30), 6: (12, 15)},
}


def set_dates() -> None:
    with acting("planner") as user:
        for number, dates in DATES.items():
            of = task(number)
            for milestone in of.milestones.filter(position__in=dates):
                change(milestone, by=user, **dated(date(2023, *dates[milestone.position]), of))
