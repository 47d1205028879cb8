"""Roll-ups: one query over tasks with lights, for all of them and for each group."""

from datetime import date

import pytest

from departments.models import Department
from tasks.models import Task
from tasks.querysets.rollup import rollup, with_task_counts
from tests import cast, factories

pytestmark = pytest.mark.django_db
TODAY = date(2024, 7, 1)  # the 182nd of 365 days: 49 %
PAST, FAR = date(2024, 6, 20), date(2024, 12, 1)


def lit(plan, today=TODAY):
    return Task.objects.filter(plan=plan).with_light(today)


def states(**numbers):
    none = dict.fromkeys(["not_started", "in_progress", "closing", "closed", "suspended", "cancelled"], 0)
    return none | numbers


def lights(**numbers):
    return dict.fromkeys(["red", "yellow", "green", "blue", "grey"], 0) | numbers


@pytest.fixture
def plan(db):
    return factories.plan()


def in_progress(plan, done, undone, **fields):
    """With milestones of weight 1 that fall due on FAR, so many of them done in time."""
    made = factories.task(plan, **{"state": "in_progress"} | fields)
    for _each in range(done):
        factories.milestone(made, PAST, state="done")
    for _each in range(undone):
        factories.milestone(made, FAR)
    return made


def closed(plan, by, **fields):
    stamps = {"closing_requested_by": by, "closing_requested_on": PAST, "closed_on": TODAY, "result": "完成。"}
    return factories.task(plan, state="closed", **stamps | fields)


def test_nothing_to_count_is_none_and_not_0(plan):
    result = rollup(lit(plan))
    assert (result.tasks, result.by_state, result.by_light) == (0, states(), lights())
    assert (result.progress, result.expected_progress, result.gap, result.groups) == (None, None, None, ())


def test_tasks_without_a_figure_leave_the_mean_alone(plan):
    factories.task(plan, state="in_progress")
    assert rollup(lit(plan)).progress is None
    in_progress(plan, done=0, undone=1)
    assert rollup(lit(plan)).progress == 0  # a true 0
    in_progress(plan, done=1, undone=1)
    assert rollup(lit(plan)).progress == 25  # of 0 and 50, not of three


def test_cancelled_tasks_are_counted_but_their_progress_is_not(plan):
    in_progress(plan, done=1, undone=1)
    in_progress(plan, done=1, undone=0, state="cancelled", state_before="in_progress")
    result = rollup(lit(plan))
    assert (result.tasks, result.progress) == (2, 50)
    assert result.by_state == states(in_progress=1, cancelled=1)
    assert result.by_light == lights(green=1, grey=1)


def test_suspended_and_closed_tasks_count_in_the_mean(plan, planner):
    in_progress(plan, done=0, undone=1, state="suspended", state_before="in_progress")
    factories.milestone(closed(plan, planner), PAST, state="done")
    result = rollup(lit(plan))
    assert result.progress == 50
    assert result.by_state == states(suspended=1, closed=1)
    assert result.by_light == lights(grey=1, blue=1)


def test_the_mean_is_cut_not_rounded(plan):
    for done, undone in ((2, 1), (1, 0), (1, 0)):  # 66, 100, 100
        in_progress(plan, done, undone)
    assert rollup(lit(plan)).progress == 88  # 88.67


def test_expected_progress_and_the_gap(plan):
    in_progress(plan, done=0, undone=1)
    late = factories.task(plan, state="in_progress")
    factories.milestone(late, date(2024, 6, 30))
    result = rollup(lit(plan))
    assert (result.progress, result.expected_progress, result.gap) == (0, 50, 50)
    assert rollup(lit(plan, date(2024, 6, 30))).expected_progress == 0  # the day itself is not past


def test_groups_are_counted_apart_and_one_may_be_empty(plan, django_assert_num_queries):
    first, second, empty = (factories.group(plan, title=title) for title in ("甲", "乙", "丙"))
    in_progress(plan, done=1, undone=0, group=first)
    in_progress(plan, done=1, undone=3, group=second)
    factories.task(plan, group=second, state="not_started")
    with django_assert_num_queries(1):
        result = rollup(lit(plan), [first, second, empty])
    assert [(each.group, each.tasks, each.progress) for each in result.groups] == [
        (first, 1, 100),
        (second, 2, 25),
        (empty, 0, None),
    ]
    assert result.groups[1].by_state == states(in_progress=1, not_started=1)
    assert (result.tasks, result.progress) == (3, 62)


def test_the_queryset_decides_what_is_counted(plan, pudong, simt):
    """Nothing of what a user does not see is in the figures."""
    seen = factories.task(plan, leads=(pudong.department,), state="in_progress")
    factories.milestone(seen, PAST, state="done")
    hidden = factories.task(plan, leads=(simt.department,), state="in_progress")
    factories.milestone(hidden, PAST)
    of_pudong = rollup(Task.objects.visible_to(pudong).filter(plan=plan).with_light(TODAY), plan.groups.all())
    assert (of_pudong.tasks, of_pudong.progress, of_pudong.by_light) == (1, 100, lights(green=1))
    assert [each.tasks for each in of_pudong.groups] == [1]


def test_figures_are_those_of_the_rows(db):
    """On the plan of 2023, whole and by group: SQL says what adding up the rows says."""
    tasks = list(lit(cast.plan(), date(2023, 6, 15)).in_order())
    result = rollup(lit(cast.plan(), date(2023, 6, 15)), cast.plan().groups.all())
    for figures, rows in [
        (result, tasks),
        *((each, [t for t in tasks if t.group == each.group]) for each in result.groups),
    ]:
        assert figures.tasks == len(rows)
        assert figures.expected_progress == sum(task.expected_progress for task in rows) // len(rows)
        assert figures.by_light == lights(yellow=len(rows))
    assert [each.tasks for each in result.groups] == [4, 4, 3, 3, 3]


# ---- how much a department has to do ----


def counts(tasks, *codes):
    rows = with_task_counts(Department.objects.filter(code__in=codes), tasks)
    return {row.code: (row.lead_tasks, row.support_tasks) for row in rows}


def test_departments_count_what_they_lead_and_support_in_2023(db, django_assert_num_queries):
    tasks = Task.objects.filter(plan=cast.plan())
    with django_assert_num_queries(1):
        found = counts(tasks, "jlc", "districts", "pudong", "simt", "sqi", "faguichu", "lingang")
    assert found == {
        "jlc": (16, 0),
        "faguichu": (0, 1),
        "districts": (4, 8),
        "pudong": (4, 8),
        "lingang": (4, 8),
        "simt": (1, 6),
        "sqi": (1, 5),
    }


def test_a_department_named_twice_counts_once_and_as_lead(plan):
    unit = factories.department("twice")
    both = factories.collective("both", members=(unit,))
    factories.task(plan, leads=(unit,), supports=(both,))
    factories.task(plan, leads=(both,), supports=(unit,))
    factories.task(plan, supports=(both, unit))
    assert counts(plan.tasks.all(), "twice", "both") == {"twice": (2, 1), "both": (1, 2)}


def test_counts_hold_only_the_tasks_given(plan, pudong):
    mate = factories.department("mate")
    factories.task(plan, leads=(mate,), supports=(pudong.department,))
    factories.task(plan, leads=(mate,))
    other_plan = factories.plan()
    factories.task(other_plan, leads=(mate,))
    assert counts(Task.objects.visible_to(pudong).filter(plan=plan), "mate") == {"mate": (1, 0)}
    assert counts(Task.objects.none(), "mate") == {"mate": (0, 0)}
