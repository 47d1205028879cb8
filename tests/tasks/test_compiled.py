"""SQL that is written once is the SQL that would have been written."""

from datetime import date

import pytest
from django.db.models import Exists, OuterRef

from tasks.models import Milestone, Plan, Task
from tasks.querysets import light
from tests import cast, factories

pytestmark = pytest.mark.django_db

DAYS = (date(2023, 6, 15), date(2023, 9, 1), date(2024, 2, 1))


def slow(today: date):
    """The queries as they are without a base."""
    return light.with_light(Task.objects.with_coordinator(), today)


def told(tasks) -> list[dict]:
    names = set(tasks.query.annotations) - {"light", *(name for name in tasks.query.annotations if "weight_" in name)}
    shown = names - {"latest_assessment", "has_report", "has_returned_report", "last_reports_missed"}
    return [{name: getattr(task, name) for name in shown} | {"light": task.light} for task in tasks.order_by("pk")]


@pytest.mark.parametrize("today", DAYS)
def test_every_figure_is_the_same(today):
    assert told(Task.objects.with_light(today)) == told(slow(today))
    assert told(Task.objects.filter(number__gt=3).with_light(today)) == told(slow(today).filter(number__gt=3))


def test_clones_go_their_own_ways(planner, simt):
    base = Task.objects.with_light(DAYS[0])
    narrow = base.filter(number=2)
    ordered = base.order_by("-light", "number").values_list("number", flat=True)
    assert [task.number for task in narrow] == [2]
    assert base.count() == 17
    assert list(ordered) == list(slow(DAYS[0]).order_by("-light", "number").values_list("number", flat=True))
    assert [task.number for task in base.visible_to(simt).order_by("number")] == [2, 6, 7, 10, 11, 14, 17]
    assert Task.objects.with_light(DAYS[0])._result_cache is None


def test_conditions_on_what_is_written_once():
    factories.milestone(cast.task(3), date(2023, 4, 1))
    late = {"reason__in": ["milestone_long_overdue"]}
    for asked in ({"light": "red"}, {"progress": 0}, {"next_on__lt": DAYS[0]}, late):
        found = Task.objects.with_light(DAYS[0]).filter(**asked).order_by("number")
        assert list(found) == list(slow(DAYS[0]).filter(**asked).order_by("number"))
    assert Task.objects.with_light(DAYS[0]).get(number=3).light == "red"


def test_in_a_subquery_tables_have_other_names():
    yellow = Task.objects.with_light(DAYS[0]).filter(light="yellow")
    named = Plan.objects.annotate(some=Exists(yellow.filter(plan=OuterRef("pk")))).get(code="2023")
    assert named.some is True
    of_yellow = Milestone.objects.filter(task__in=yellow.values("pk"))
    assert set(of_yellow.values_list("task__number", flat=True)) == {task.number for task in yellow}
    assert Task.objects.filter(pk__in=yellow.values("pk")).with_light(DAYS[0]).filter(light="red").count() == 0


def test_a_day_is_not_another_day():
    lights = [{task.number: task.reason for task in Task.objects.with_light(today)} for today in DAYS]
    assert lights[0] != lights[1] != lights[2]
    assert lights[0] == {task.number: task.reason for task in slow(DAYS[0])}
