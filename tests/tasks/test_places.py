"""Places in the database: what it refuses, what it forgets, and how they are found anew."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tasks.actions import planning
from tasks.actions.places import locate
from tasks.models import Assignment, Milestone, Place, Plan, Task
from tests import cast, factories
from tests.departments.admin_pages import change_url, form_at
from tests.violations import everything_holds, sql, violates

pytestmark = pytest.mark.django_db

TEXT = "要点\n1.标题。制定方案,开展检查。(牵头部门:甲局,配合部门:\n乙局)\n2.另一。总结。"
FIRST = "标题。制定方案,开展检查。(牵头部门:甲局,配合部门:乙局)"


@pytest.fixture
def plan(db: None) -> Plan:
    made = factories.plan(code="p", text=TEXT)
    units = [factories.department(code, short_name=name) for code, name in (("a", "甲局"), ("b", "乙局"))]
    task = factories.task(made, units[:1], units[1:], number=1, title="标题", text=FIRST)
    factories.task(made, number=2, title="另一", text="另一。总结。")
    factories.milestone(task, quote="制定方案")
    factories.milestone(task, quote="开展检查")
    factories.milestone(task, quote="")
    locate(made)
    return made


def words(plan: Plan) -> list[str]:
    text = Plan.objects.get(pk=plan.pk).text
    return [text[place.starts_at : place.ends_at] for place in plan.places.all()]


ALL = [
    "标题。制定方案,开展检查。(牵头部门:甲局,配合部门:\n乙局)",
    "制定方案",
    "开展检查",
    "甲局",
    "乙局",
    "另一。总结。",
]


def without(*gone: str) -> list[str]:
    return [one for one in ALL if one not in gone]


# ---- locating ----


def test_everything_has_its_place(plan: Plan) -> None:
    assert words(plan) == ALL


def test_places_that_hold_are_not_written_again(plan: Plan) -> None:
    keys = sorted(plan.places.values_list("pk", flat=True))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        locate(plan)
    assert sorted(plan.places.values_list("pk", flat=True)) == keys
    assert {query["sql"].split()[0] for query in queries} <= {"SELECT", "SAVEPOINT", "RELEASE"}


def test_queries_do_not_grow_with_the_tasks(plan: Plan, django_assert_num_queries: Any) -> None:
    for of in (cast.plan(), plan):
        of.places.all().delete()
        with django_assert_num_queries(9):
            locate(of)
    assert (cast.plan().places.count(), plan.places.count()) == (207, 6)


def test_no_row_but_places_is_written(plan: Plan) -> None:
    rows = [*Task.objects.all(), *Milestone.objects.all(), *Assignment.objects.all(), *Plan.objects.all()]
    before = [(type(row), row.pk, row.version, row.updated_at) for row in rows]
    plan.places.all().delete()
    locate(plan)
    rows = [*Task.objects.all(), *Milestone.objects.all(), *Assignment.objects.all(), *Plan.objects.all()]
    assert [(type(row), row.pk, row.version, row.updated_at) for row in rows] == before
    assert Place.objects.filter(plan__code="2023").count() == 207


def test_a_plan_without_text_or_tasks_has_none(db: None) -> None:
    for bare in (factories.plan(text=""), factories.plan(text="前言。")):
        locate(bare)
        assert words(bare) == []


# ---- keeping the plan ----


def first(plan: Plan, number: int = 1) -> Any:
    return plan.tasks.get(number=number)


def test_places_follow_what_planners_change(plan: Plan, planner: Any) -> None:
    planning.change(plan, by=planner, text=f"前言。\n{TEXT}")
    assert words(plan) == ALL
    planning.change(first(plan), by=planner, title="新标题")
    assert words(plan) == ALL
    planning.change(first(plan), by=planner, text=FIRST.replace("(", "并总结。("))
    assert words(plan) == ["另一。总结。"]  # neither its text nor its title stands there now
    planning.change(first(plan), by=planner, title="标题")
    assert words(plan) == ALL
    planning.change(plan, by=planner, text="别的。")
    assert words(plan) == []


def test_places_follow_units_and_milestones(plan: Plan, planner: Any) -> None:
    lead = first(plan).assignments.get(role="lead")
    lead = planning.change(lead, by=planner, printed_as="丙局")
    assert words(plan) == without("甲局")
    planning.change(lead, by=planner, printed_as="甲局")
    assert words(plan) == ALL
    planning.remove_assignment(lead, by=planner)
    assert words(plan) == without("甲局")
    made = Assignment(task=first(plan), department=cast.unit("a"), role="lead", position=1)
    planning.create(made, by=planner)
    assert words(plan) == ALL
    one = planning.change(first(plan).milestones.get(position=1), by=planner, quote="标题")
    assert words(plan) == [ALL[0], "标题", *ALL[2:]]
    planning.change(one, by=planner, quote="")
    assert words(plan) == without("制定方案")


def test_a_new_task_is_found(plan: Plan, planner: Any) -> None:
    planning.change(plan, by=planner, text=f"{TEXT}\n3.第三。做完。")
    assert words(plan) == ALL
    new = Task(plan=plan, group=first(plan).group, number=3, title="第三", text="第三。做完。", due_on=plan.ends_on)
    planning.create(new, by=planner)
    assert words(plan) == [*ALL, "第三。做完。"]


def test_other_changes_search_for_nothing(plan: Plan, planner: Any) -> None:
    Place.objects.filter(plan=plan, task__number=2).delete()
    planning.change(first(plan), by=planner, title="标题", number=9)
    planning.change(first(plan, 9).milestones.get(position=1), by=planner, title="改名", quote="制定方案")
    planning.change(plan, by=planner, title="新要点")
    assert words(plan) == without("另一。总结。")


def test_places_follow_the_admin(planner: Any) -> None:
    client, changed = cast.signed_in(planner), cast.task(5)
    form = form_at(client, change_url(changed)) | {"title": "另取的标题"}
    assert client.post(change_url(changed), form).status_code == 302
    assert cast.plan().places.count() == 207
    plan = cast.plan()
    form = form_at(client, change_url(plan)) | {"text": plan.text.partition("5.深化")[0]}
    assert client.post(change_url(plan), form).status_code == 302
    counts = [cast.plan().places.filter(**{f"{kind}__isnull": False}).count() for kind in ("task", "milestone")]
    assert counts == [4, 3 + 5 + 8 + 2]


# ---- what the database sees to ----


def test_the_database_forgets_a_place_with_its_words(plan: Plan) -> None:
    sql("UPDATE tasks_milestone SET quote = '标题' WHERE quote = '制定方案'")
    assert words(plan) == without("制定方案")
    sql("UPDATE tasks_assignment SET printed_as = '丙局' WHERE printed_as = '甲局'")
    assert words(plan) == without("制定方案", "甲局")
    sql("UPDATE tasks_task SET title = '又一' WHERE title = '另一'")
    assert words(plan) == without("制定方案", "甲局", "另一。总结。")
    sql("UPDATE tasks_task SET text = text || '。' WHERE title = '标题' AND plan_id = %s", plan.pk)
    assert words(plan) == ["开展检查", "乙局"]
    sql("UPDATE tasks_plan SET text = text || '。' WHERE code = 'p'")
    assert words(plan) == []
    assert Place.objects.filter(plan__code="2023").count() == 207


def test_the_same_words_again_forget_nothing(plan: Plan) -> None:
    sql("UPDATE tasks_plan SET text = text, title = '新'")
    sql("UPDATE tasks_task SET title = title, text = text, number = number + 20")
    sql("UPDATE tasks_milestone SET quote = quote, note = '新'")
    sql("UPDATE tasks_assignment SET printed_as = printed_as, owes_report = true")
    assert words(plan) == ALL
    assert Place.objects.count() == 207 + 6


def test_only_the_words_of_the_row_may_stand_there(plan: Plan) -> None:
    for kind, at in (("task", 4), ("milestone", 4), ("assignment", 4)):
        with violates("place_holds_its_words"):
            plan.places.filter(**{f"{kind}__isnull": False}).update(starts_at=at, ends_at=at + 2)
    with violates("place_holds_its_words"):
        plan.places.filter(task__number=1).update(ends_at=len(TEXT) + 1)
    with violates("place_holds_its_words"):
        sql(
            "UPDATE tasks_place SET plan_id = (SELECT id FROM tasks_plan WHERE code = '2023') WHERE plan_id = %s",
            plan.pk,
        )
    plan.places.all().delete()
    with violates("place_holds_its_words"):
        Place.objects.create(plan=plan, milestone=first(plan).milestones.get(position=3), starts_at=0, ends_at=2)
    with violates("place_holds_its_words"):
        Place.objects.create(plan=cast.plan(), task=first(plan), starts_at=5, ends_at=7)


def test_a_task_may_stand_where_its_title_stands(plan: Plan) -> None:
    plan.places.filter(task__number=1).update(starts_at=5, ends_at=7)
    assert "标题" in words(plan)


def test_a_place_is_of_one_thing_and_not_empty(plan: Plan) -> None:
    milestone = first(plan).milestones.get(position=1)
    with violates("place_of_one_thing"):
        plan.places.filter(task__number=1).update(milestone=milestone)
    everything_holds()
    with violates("place_not_empty"):
        sql("ALTER TABLE tasks_place DISABLE TRIGGER USER")
        plan.places.filter(task__number=1).update(ends_at=F("starts_at"))
