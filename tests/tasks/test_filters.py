"""The parameters of a list of tasks: any of a parameter's values, all of the parameters, never silently everything."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.http import QueryDict
from django.utils import translation

from tasks.documents.numerals import chinese
from tasks.filters import TaskFilter
from tasks.filters.tasks import ORDERINGS
from tasks.models import Milestone, Task
from tests import cast, factories

TODAY = date(2023, 6, 15)
ALL = list(range(1, 18))
PUDONG = [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]

pytestmark = pytest.mark.django_db


def listed(user, query: str = "", **options) -> TaskFilter:
    tasks = Task.objects.visible_to(user).with_light(TODAY)
    return TaskFilter(QueryDict(query), tasks, request=SimpleNamespace(user=user), **options)


def numbers(user, query: str = "") -> list[int]:
    found = listed(user, query)
    assert found.problems() == []
    return [task.number for task in found.qs]


def problem(user, query: str) -> tuple[str, str, str]:
    found = listed(user, query)
    assert list(found.qs) == []
    assert not found.is_valid()
    [one] = found.problems()
    return one.field, one.code, one.message


def change(number: int, **fields) -> None:
    Task.objects.filter(plan__code="2023", number=number).update(**fields)


# ---- what each parameter means ----


def test_without_parameters_everything_visible_in_the_order_of_the_plan(planner, pudong):
    assert numbers(planner) == ALL
    assert numbers(pudong) == PUDONG


def test_empty_values_as_forms_send_them_are_not_given(planner):
    assert numbers(planner, "q=&group=&state=+&lead=&due_before=&ordering=&light=&plan=&year=&department=") == ALL


def test_each_parameter(planner):
    change(3, state="in_progress")
    change(5, due_on=date(2023, 6, 30))
    group = Task.objects.get(plan__code="2023", number=9).group_id
    assert numbers(planner, f"group={group}") == [9, 10, 11]
    assert numbers(planner, "state=in_progress") == [3]
    assert numbers(planner, "due_before=2023-06-30") == [5]
    assert numbers(planner, "due_before=2023-06-29") == []
    assert numbers(planner, "due_after=2023-07-01") == [n for n in ALL if n != 5]
    assert numbers(planner, "plan=2023") == ALL
    assert numbers(planner, "year=2023") == ALL


def test_lights_are_those_of_the_annotation(planner):
    for light in ("red", "yellow", "green", "blue", "grey"):
        expected = [task.number for task in Task.objects.with_light(TODAY).order_by("number") if task.light == light]
        assert numbers(planner, f"light={light}") == expected
    assert numbers(planner, "light=yellow") != []


def test_units_by_name_and_through_collectives(planner):
    assert numbers(planner, "lead=simt") == [2]
    assert numbers(planner, "support=simt") == [6, 7, 10, 11, 14, 17]
    assert numbers(planner, "department=simt") == [2, 6, 7, 10, 11, 14, 17]
    assert numbers(planner, "department=pudong") == PUDONG
    assert numbers(planner, "lead=pudong") == [6, 7, 8, 17]
    assert numbers(planner, "support=pudong") == [1, 4, 9, 12, 13, 14, 15, 16]


def test_search_in_title_text_milestone_and_unit(planner):
    assert numbers(planner, "q=端午") == [6]
    assert numbers(planner, "q=大学习+端午") == []
    assert numbers(planner, "q=节日礼盒 端午") == [6]
    assert numbers(planner, "q=节日礼盒　端午") == [6]  # an ideographic space parts words too
    Milestone.objects.filter(task__number=7, position=1).update(title="谷雨前的抽查")
    assert numbers(planner, "q=谷雨") == [7]
    assert numbers(planner, "q=宝山钢铁") == [14]
    cast.unit("simt").aliases.create(name="沪计量院")
    assert numbers(planner, "q=沪计量院") == numbers(planner, "department=simt")


def test_repeated_is_any_of_and_different_is_all_of(planner):
    assert numbers(planner, "q=端午&q=20世界计量日") == [6, 17]
    assert numbers(planner, "lead=simt&lead=pudong") == [2, 6, 7, 8, 17]
    assert numbers(planner, "lead=simt&lead=pudong&q=端午") == [6]
    assert numbers(planner, "due_before=2020-01-01&due_before=2023-12-31") == ALL
    assert numbers(planner, "light=red&light=yellow&light=green&light=blue&light=grey") == ALL
    assert numbers(planner, "lead=simt&support=pudong") == []


# ---- order ----


def test_order_by_light_is_by_urgency(planner):
    change(3, state="in_progress")
    order = ["red", "yellow", "green", "blue", "grey"]
    change(12, due_on=date(2023, 6, 1), original_due_on=date(2023, 6, 1))
    lights = [task.light for task in listed(planner, "ordering=light").qs]
    assert lights == sorted(lights, key=order.index)
    assert lights[0] == "red"
    lights = [task.light for task in listed(planner, "ordering=-light").qs]
    assert lights == sorted(lights, key=order.index, reverse=True)


def test_rows_without_a_figure_come_last_either_way(planner):
    Milestone.objects.filter(task__number=4).delete()
    assert [task.number for task in listed(planner, "ordering=progress").qs][-1] == 4
    assert [task.number for task in listed(planner, "ordering=-progress").qs][-1] == 4
    assert [task.next_on for task in listed(planner, "ordering=-next_on").qs][-1] is None


def test_the_order_is_always_total_and_takes_several_keys(planner):
    assert numbers(planner, "ordering=due_on") == ALL
    assert numbers(planner, "ordering=-due_on") == ALL
    assert numbers(planner, "ordering=-number") == ALL[::-1]
    change(9, due_on=date(2023, 11, 30))
    change(3, due_on=date(2023, 11, 30))
    expected = [9, 3, *(n for n in ALL[::-1] if n not in (3, 9))]
    assert numbers(planner, "ordering=due_on,-number") == expected
    assert numbers(planner, "ordering=due_on&ordering=-number") == expected


def test_every_order_that_is_offered_works(planner):
    for key in ORDERINGS:
        assert sorted(numbers(planner, f"ordering={key}")) == ALL


def test_newer_plans_come_first(planner):
    newer = factories.plan(code="2024", year=2024)
    factories.task(newer)
    assert numbers(planner) == [1, *ALL]
    assert numbers(planner, "year=2023") == ALL
    assert numbers(planner, "plan=2024") == [1]
    assert numbers(planner, "plan=2024&plan=2023") == [1, *ALL]


# ---- what nobody knows is an error ----


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("foo=1", "foo", "unknown"),
        ("foo=", "foo", "unknown"),
        ("Light=red", "Light", "unknown"),
        ("limit=5", "limit", "unknown"),
        ("light=pink", "light", "invalid_choice"),
        ("light=red&light=pink", "light", "invalid_choice"),
        ("state=done", "state", "invalid_choice"),
        ("group=999999999999999999999999", "group", "invalid_choice"),
        ("group=eins", "group", "invalid_choice"),
        ("lead=nobody", "lead", "invalid_choice"),
        ("support=jlc%00", "support", "invalid_choice"),
        ("department=市局计量处", "department", "invalid_choice"),
        ("plan=1999", "plan", "invalid_choice"),
        ("year=23", "year", "invalid_choice"),
        ("due_before=2023-02-30", "due_before", "invalid"),
        ("due_after=soon", "due_after", "invalid"),
        ("ordering=title", "ordering", "invalid_choice"),
        ("ordering=light,", "ordering", "invalid_choice"),
        ("q=%00", "q", "null_characters_not_allowed"),
        ("q=" + "x" * 10_000, "q", "max_length"),
        ("q=" + "a+" * 9, "q", "too_many"),
    ],
)
def test_unknown_parameters_and_bad_values_find_nothing_and_say_so(planner, query, field, code):
    assert problem(planner, query)[:2] == (field, code)


def test_errors_name_what_would_fit(planner):
    with translation.override("en"):
        assert problem(planner, "light=pink")[2] == ("“pink” does not fit. These do: red, yellow, green, blue, grey.")
        assert problem(planner, "foo=1")[2] == (
            "There is no such filter. There are: q, group, state, lead, support, due_before, ordering, plan, year, "
            "light, department, due_after."
        )
        assert problem(planner, "year=" + "9" * 99)[2] == f"“{'9' * 39}…” does not fit. These do: 2023."
    with translation.override("zh-hans"):
        assert problem(planner, "due_before=soon")[2] == "请写成 2023-06-22 这样的日期。"


def test_parameters_of_the_list_itself_may_be_declared(planner):
    assert listed(planner, "limit=5&offset=2", technical=("limit", "offset")).problems() == []


@pytest.mark.parametrize(
    "text", ["%25", "_", "'", '"', "\\", "%27;+DROP+TABLE+tasks_task;--", "%F0%9F%9A%80", "${7*7}"]
)
def test_hostile_words_are_words(planner, text):
    assert numbers(planner, f"q={text}") == []
    assert Task.objects.count() == 17


def test_words_with_signs_of_patterns_are_found_as_they_stand(planner):
    change(5, title="100%_达标")
    assert numbers(planner, "q=100%25_达") == [5]
    assert numbers(planner, "q=1%25达") == []


# ---- what may be chosen ----


def test_choices_come_from_the_tasks_the_reader_sees(planner, pudong):
    assert {unit["code"] for unit in listed(planner).units} > {"jlc", "simt", "pudong"}
    seen = {unit["short_name"] for unit in listed(pudong).units}
    assert "市局法规处" not in seen  # named by task 5 alone, which a district does not see
    assert "市局法规处" in {unit["short_name"] for unit in listed(planner).units}


def test_a_unit_of_other_tasks_is_refused_without_giving_away_that_it_exists(pudong):
    hidden = Task.objects.get(plan__code="2023", number=5).assignments.get(role="support", position=1).department.code
    words = problem(pudong, f"department={hidden}")[2].replace(hidden, "x")
    assert words == problem(pudong, "department=x")[2]


def test_groups_and_plans_that_are_not_the_readers_are_refused(pudong, planner):
    secret = factories.plan(code="2025", year=2025, is_active=False)
    group = factories.task(secret).group_id
    assert problem(pudong, "plan=2025")[2] == problem(pudong, "plan=2099")[2].replace("2099", "2025")
    assert problem(pudong, f"group={group}")[1] == "invalid_choice"
    assert numbers(planner, f"group={group}") == [1]


def test_choices_of_one_plan_only(planner):
    factories.task(factories.plan(code="2024"), leads=(factories.department("elsewhere"),))
    plan = cast.plan()
    codes = {unit["code"] for unit in listed(planner, plan=plan).units}
    assert "elsewhere" not in codes
    assert len(listed(planner, plan=plan).groups) == 5
    assert len(listed(planner).groups) == 6


def test_search_cannot_reach_tasks_of_others(pudong):
    assert numbers(pudong, "q=量子") == []
    assert numbers(pudong, "q=质量强国") == []
    assert numbers(pudong, "lead=jlc") == PUDONG


# ---- dropping filters ----


def test_which_filters_to_drop(planner):
    found = listed(planner, "q=端午&lead=simt&state=not_started")
    assert list(found.qs) == []
    assert found.to_drop() == {"q": 1, "lead": 1}


def test_to_drop_is_one_query_however_many_filters(planner, django_assert_num_queries):
    found = listed(planner, "q=端午&q=国庆&lead=simt&state=closed&light=red&due_before=2023-12-31&ordering=light")
    assert list(found.qs) == []
    with django_assert_num_queries(1):
        found.to_drop()


def test_the_other_filters(planner, pudong):
    assert [task.number for task in listed(planner, "lead=simt&q=端午").marked_but("q") if task.fits] == [2]
    assert [task.fits for task in listed(planner, "q=端午").marked_but("q")] == [True] * 17
    assert list(listed(planner, "lead=nobody").marked_but("lead")) == []


def test_chosen_values_in_words(planner):
    with translation.override("zh-hans"):
        chosen = listed(planner, "department=pudong&light=red&due_after=2023-01-02&q=a&ordering=light").chosen()
        assert [(one.name, one.value, one.label, one.text) for one in chosen] == [
            ("q", "a", "关键词", "a"),
            ("light", "red", "亮灯", "红灯"),
            ("department", "pudong", "涉及部门", "浦东新区市场监管局"),
            ("due_after", "2023-01-02", "到期不早于", "2023-01-02"),
        ]
    assert listed(planner, "foo=1").chosen() == []


def test_checking_costs_nothing_that_is_not_asked_for(planner, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(listed(planner, "light=red&q=计量&ordering=-progress").qs)


def test_headings_are_numbered_as_printed():
    assert [chinese(n) for n in (1, 5, 10, 11, 20, 34, 99, 100)] == [
        *("一", "五", "十", "十一"),
        *("二十", "三十四", "九十九", "100"),
    ]
