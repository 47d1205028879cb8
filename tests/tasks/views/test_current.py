"""Which plan a page shows."""

from datetime import date

import pytest
from django.http import Http404
from django.test import RequestFactory

from tasks.models import Plan
from tasks.views.current import current_plan, plan_choices
from tests import cast, factories

pytestmark = pytest.mark.django_db


def request(user, **query):
    made = RequestFactory().get("/tasks/", query)
    made.user = user
    return made


def test_without_a_word_it_is_the_one_in_force(pudong):
    later = factories.plan(code="2024", year=2024)
    earlier = factories.plan(code="2022", year=2022)
    assert current_plan(request(pudong)) == cast.plan()
    assert current_plan(request(pudong, plan="")) == cast.plan()
    assert current_plan(request(pudong, plan="2022")) == earlier
    assert current_plan(request(pudong, plan="2024")) == later


def test_a_plan_not_in_force_is_for_planners_and_leaders(planner, leader, pudong):
    draft = factories.plan(code="2023-draft", year=2023, issued_on=date(2023, 5, 1), is_active=False)
    for user in (planner, leader):
        assert current_plan(request(user)) == cast.plan()
        assert current_plan(request(user, plan="2023-draft")) == draft
    with pytest.raises(Http404):
        current_plan(request(pudong, plan="2023-draft"))
    assert plan_choices(request(pudong), cast.plan()) == []


@pytest.mark.parametrize("code", ["1999", "2023 ", "２０２３", "\0", "2023\0", "'; --", "../2023", "x" * 5000])
def test_codes_that_name_no_plan(planner, code):
    with pytest.raises(Http404):
        current_plan(request(planner, plan=code))


def test_without_plans_there_is_none(planner, pudong):
    Plan.objects.update(is_active=False)
    assert current_plan(request(planner)) is None
    assert [choice.code for choice in plan_choices(request(planner), None)] == ["2023"]
    assert plan_choices(request(pudong), None) == []


def test_one_plan_needs_no_switcher(planner):
    assert plan_choices(request(planner), cast.plan()) == []


def test_the_switcher_names_each_plan_newest_first(planner):
    factories.plan(code="2024", year=2024, title="明年", is_active=False)
    choices = plan_choices(request(planner), cast.plan())
    assert [(each.code, each.title, each.in_force, each.is_current, each.url) for each in choices] == [
        ("2024", "明年", False, False, "/tasks/?plan=2024"),
        ("2023", cast.plan().title, True, True, "/tasks/?plan=2023"),
    ]


def test_of_many_plans_the_switcher_names_the_newest_and_the_one_at_hand(planner):
    old = [factories.plan(code=str(year), year=year, title=f"{year}") for year in range(2005, 2023)]
    shown = [choice.code for choice in plan_choices(request(planner), old[0])]
    assert shown == [*(str(year) for year in range(2023, 2011, -1)), "2005"]
    assert [choice.code for choice in plan_choices(request(planner), cast.plan()) if choice.is_current] == ["2023"]
    assert len(plan_choices(request(planner), cast.plan())) == 12
