"""Sets of tasks, milestones and plans that are not about who sees them."""

from datetime import date

import pytest

from departments.models import Department
from tasks.models import Assignment, Milestone, Plan, Task
from tests import cast, factories

pytestmark = pytest.mark.django_db

TODAY = date(2023, 6, 15)


def numbers(tasks) -> list[int]:
    return sorted(tasks.values_list("number", flat=True))


class TestCoordinator:
    def test_of_the_2023_plan(self):
        codes = dict(Department.objects.values_list("pk", "code"))
        found = {task.number: codes[task.coordinator_id] for task in Task.objects.with_coordinator()}
        assert found == dict.fromkeys(range(1, 18), "jlc") | {2: "simt"}

    def test_the_first_lead_that_is_no_collective(self):
        first, second = factories.department(), factories.department()
        task = factories.task(leads=(factories.collective(), first, second), supports=(second,))
        assert Task.objects.with_coordinator().get(pk=task.pk).coordinator_id == first.pk

    def test_none_where_every_lead_is_a_collective(self):
        task = factories.task(leads=(factories.collective(),), supports=(factories.department(),))
        assert Task.objects.with_coordinator().get(pk=task.pk).coordinator_id is None

    def test_none_without_leads(self):
        assert Task.objects.with_coordinator().get(pk=factories.task().pk).coordinator_id is None

    def test_the_printed_order_decides(self):
        first, second = factories.department(), factories.department()
        task = factories.task()
        factories.assignment(task, first, position=2)
        factories.assignment(task, second, position=1)
        assert Task.objects.with_coordinator().get(pk=task.pk).coordinator_id == second.pk


class TestAssignedTo:
    @pytest.mark.parametrize(
        ("code", "role", "expected"),
        [
            ("jlc", "lead", [1, *range(3, 18)]),
            ("jlc", "support", []),
            ("pudong", "lead", [6, 7, 8, 17]),
            ("pudong", "support", [1, 4, 9, 12, 13, 14, 15, 16]),
            ("pudong", None, [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]),
            ("simt", "lead", [2]),
            ("simt", "support", [6, 7, 10, 11, 14, 17]),
            ("jichangfenju", "lead", [6, 7, 8, 17]),
        ],
    )
    def test_by_role(self, code, role, expected):
        assert numbers(Task.objects.assigned_to(cast.unit(code), role)) == expected

    def test_a_primary_key_will_do(self):
        assert numbers(Task.objects.assigned_to(cast.unit("baosteel").pk)) == [14]


class TestSearch:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("碳达峰", [2, 14]),
            ("诚信", [16]),
            ("宝山钢铁", [14]),  # a unit
            ("粮油", [16]),
            ("浦东", []),  # a member of a collective is not named
            ("端午", [6]),
            ("端午前过度包装检查", [6]),  # a milestone
            ("充电桩", [9, 15]),
            ("充电桩 强制检定", [15]),
            ("强制检定　充电桩", [15]),  # a full-width space
            ("执法总队", [6, 7, 8]),
            ("5·20", [17]),
            ("100%", []),
            ("_", []),
            ("\\", []),
            ("'", []),
            ("没有这样的词", []),
        ],
    )
    def test_finds(self, text, expected):
        assert numbers(Task.objects.search(text)) == expected

    @pytest.mark.parametrize("text", ["", "  ", "　"])
    def test_nothing_asked_is_everything(self, text):
        assert len(Task.objects.search(text)) == 17

    def test_letters_of_either_case(self):
        task = factories.task(title="升级 LIMS 系统")
        assert list(Task.objects.search("lims")) == [task]

    @pytest.mark.parametrize("text", ["LIMS(二期)", "ＬＩＭＳ（二期）", "lims（", "ｌｉｍｓ(", "(二期)、3号"])
    @pytest.mark.parametrize("written", ["升级 LIMS(二期)、3号", "升级 ＬＩＭＳ（二期）、３号"])
    @pytest.mark.parametrize("place", ["title", "text", "milestone", "printed_as"])
    def test_characters_of_either_width(self, place, written, text):
        task = factories.task(**{place: written} if place in ("title", "text") else {})
        if place == "milestone":
            factories.milestone(task, title=written)
        if place == "printed_as":
            factories.assignment(task, cast.unit("jlc"), printed_as=written)
        assert list(Task.objects.search(text)) == [task]

    def test_a_task_once_however_often_it_matches(self):
        assert Task.objects.search("计量").count() == 17


class TestUnits:
    def test_leads_first_in_printed_order(self):
        task = Task.objects.with_units().get(number=6)
        leads = [one.printed_as for one in task.assignments.all() if one.role == "lead"]
        supports = [one.printed_as for one in task.assignments.all() if one.role == "support"]
        assert leads == ["市局计量处", "各区市场监管局", "临港新片区市场监管局", "市局执法总队", "机场分局"]
        assert supports == ["市计量测试技术研究院", "市质量监督检验技术研究院", "各区计量所"]
        assert [one.printed_as for one in task.assignments.all()] == leads + supports

    def test_four_queries_for_one_task_or_all(self, django_assert_num_queries):
        for tasks in (Task.objects.filter(number=6), Task.objects.all()):
            with django_assert_num_queries(4):
                for task in tasks.with_units():
                    for one in task.assignments.all():
                        assert one.department.short_name
                        assert all(member.code for member in one.department.members.all())

    def test_members_stand_in_their_order(self):
        task = Task.objects.with_units().get(number=6)
        districts = next(one.department for one in task.assignments.all() if one.department.is_collective)
        assert [member.code for member in districts.members.all()][:3] == ["pudong", "huangpu", "jingan"]

    def test_naming(self):
        assert set(Assignment.objects.naming("执法总队").values_list("task__number", flat=True)) == {6, 7, 8}
        assert set(Assignment.objects.naming("国网").values_list("task__number", flat=True)) == {14}


def test_in_order_is_the_newest_plan_first_then_the_printed_number():
    later = factories.plan(year=2024)
    for number in (2, 1):
        factories.task(later, number=number)
    order = list(Task.objects.in_order().values_list("plan__year", "number"))
    assert order == [(2024, 1), (2024, 2)] + [(2023, number) for number in range(1, 18)]


class TestMilestones:
    def test_due_within_is_inclusive_and_only_of_dates_of_their_own(self):
        found = Milestone.objects.due_within(TODAY, 7)
        assert [(one.task.number, one.title) for one in found.select_related("task")] == [(6, "端午前过度包装检查")]
        assert not Milestone.objects.due_within(TODAY, 6).exists()
        assert Milestone.objects.due_within(date(2023, 6, 22), 0).count() == 1
        assert Milestone.objects.due_within(date(2023, 6, 23), 30).count() == 0
        assert Milestone.objects.due_within(date(2023, 12, 1), 60).count() == 0  # 未定时限 stands at the plan's end

    def test_due_within_the_nearest_first(self):
        Milestone.objects.filter(task__number=3, position__in=[1, 2]).update(
            date_basis="set_by_staff", due_on=date(2023, 6, 20)
        )
        found = Milestone.objects.due_within(TODAY, 30).values_list("task__number", "position")
        assert list(found) == [(3, 1), (3, 2), (6, 1)]

    def test_open_leaves_out_the_done_the_cancelled_and_those_of_tasks_at_rest(self):
        assert Milestone.objects.open().count() == 82
        Milestone.objects.filter(task__number=1, position=1).update(state="done", done_on=TODAY)
        Milestone.objects.filter(task__number=1, position=2).update(state="cancelled")
        Task.objects.filter(number=2).update(state="suspended", state_before="not_started")  # five
        assert Milestone.objects.open().count() == 82 - 2 - 5
        assert Milestone.objects.live().count() == 81

    def test_undated(self):
        assert Milestone.objects.undated().count() == 78  # all but 5·20 and three festivals

    def test_natural_keys(self):
        assert Milestone.objects.get_by_natural_key("2023", 6, 1).title == "端午前过度包装检查"
        assert Task.objects.get_by_natural_key("2023", 6).natural_key() == ("2023", 6)
        assert Plan.objects.get_by_natural_key("2023").natural_key() == ("2023",)


class TestTheCurrentPlan:
    def test_is_the_newest_in_force_whose_year_has_come(self):
        factories.plan(code="2024", year=2024, issued_on=date(2024, 1, 2))
        factories.plan(code="2022", year=2022, issued_on=date(2022, 1, 2))
        codes = {year: getattr(Plan.objects.current(date(year, 6, 1)), "code", None) for year in range(2021, 2027)}
        assert codes == {2021: None, 2022: "2022", 2023: "2023", 2024: "2024", 2025: "2024", 2026: "2024"}

    def test_must_be_in_force(self):
        Plan.objects.filter(code="2023").update(is_active=False)
        assert Plan.objects.current(TODAY) is None
