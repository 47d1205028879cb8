"""Who sees what: literal lists for every account, through every door."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from departments.models import Department, Membership
from tasks.models import Assignment, Milestone, Plan, Report, Task, TaskGroup
from tests import cast, factories

pytestmark = pytest.mark.django_db

ALL = list(range(1, 18))
DISTRICT = [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]

TASKS = {
    "admin": [],
    "leader": ALL,
    "planner": ALL,
    "planner2": ALL,
    "jlc": [1, *range(3, 18)],
    "pudong": DISTRICT,
    "xuhui": DISTRICT,
    "simt": [2, 6, 7, 10, 11, 14, 17],
    "sqi": [2, 6, 7, 10, 11, 14],
    "root": ALL,
}


def numbers(tasks) -> list[int]:
    return sorted(tasks.values_list("number", flat=True))


class TestTasks:
    def test_of_every_account(self, everyone):
        assert {name: numbers(Task.objects.visible_to(user)) for name, user in everyone.items()} == TASKS

    def test_counts_and_figures_are_of_the_same_tasks(self, everyone):
        for name, user in everyone.items():
            assert Task.objects.visible_to(user).count() == len(TASKS[name]), name
            assert numbers(Task.objects.visible_to(user).with_light(date(2023, 6, 15))) == TASKS[name], name
            assert numbers(Task.objects.visible_to(user).search("计量")) == TASKS[name], name

    def test_by_name_alone(self):
        assert numbers(Task.objects.visible_to(cast.account("baosteel", unit="baosteel"))) == [14]

    def test_of_a_unit_that_is_named_nowhere(self):
        factories.department("elsewhere")
        assert numbers(Task.objects.visible_to(cast.account("e", unit="elsewhere"))) == []

    def test_of_nobody(self):
        assert numbers(Task.objects.visible_to(AnonymousUser())) == []

    def test_of_an_account_in_a_collective(self):
        """It sees what names the collective itself."""
        assert numbers(Task.objects.visible_to(cast.account("c", unit="districts"))) == DISTRICT

    def test_a_unit_that_leaves_the_collective_sees_them_no_more(self, pudong, xuhui):
        Membership.objects.filter(member__code="pudong").delete()
        assert (numbers(Task.objects.visible_to(pudong)), numbers(Task.objects.visible_to(xuhui))) == ([], DISTRICT)

    def test_a_unit_taken_off_a_task_sees_it_no_more(self, simt):
        cast.task(14).assignments.filter(department__code="simt").delete()
        assert numbers(Task.objects.visible_to(simt)) == [2, 6, 7, 10, 11, 17]

    def test_named_alone_and_through_collectives_is_one_row(self, pudong):
        """各区 and 各相关区 and 浦东 itself, all in one task."""
        unit = pudong.department
        Membership.objects.create(collective=cast.unit("districts-concerned"), member=unit)
        for position, code in enumerate(["districts-concerned", "pudong"], 20):
            factories.assignment(cast.task(6), cast.unit(code), "support", position)
        assert numbers(Task.objects.visible_to(pudong)) == sorted([*DISTRICT, 10])

    @pytest.mark.parametrize("name", TASKS)
    def test_before_the_plan_is_in_force_only_planners_and_leaders(self, name, everyone):
        Plan.objects.update(is_active=False)
        early = ALL if name in {"planner", "planner2", "leader", "root"} else []
        assert numbers(Task.objects.visible_to(everyone[name])) == early


class TestWhatBelongsToTasks:
    def test_milestones(self, everyone):
        for name, user in everyone.items():
            seen = Milestone.objects.visible_to(user)
            assert set(seen.values_list("task__number", flat=True)) == set(TASKS[name]), name
            assert seen.count() == Milestone.objects.filter(task__number__in=TASKS[name]).count(), name

    def test_assignments(self, everyone):
        for name, user in everyone.items():
            seen = Assignment.objects.visible_to(user)
            assert set(seen.values_list("task__number", flat=True)) == set(TASKS[name]), name
            assert seen.count() == Assignment.objects.filter(task__number__in=TASKS[name]).count(), name

    def test_headings_are_part_of_the_published_text(self, everyone):
        factories.group(factories.plan(is_active=False))
        seen = {name: TaskGroup.objects.visible_to(user).count() for name, user in everyone.items()}
        six = dict.fromkeys(["leader", "planner", "planner2", "root"], 6)
        assert seen == {"admin": 0} | six | dict.fromkeys(["jlc", "pudong", "xuhui", "simt", "sqi"], 5)

    def test_plans(self, everyone):
        factories.plan(code="next", is_active=False)
        seen = {
            name: sorted(Plan.objects.visible_to(u).values_list("code", flat=True)) for name, u in everyone.items()
        }
        both = {name: ["2023", "next"] for name in ("leader", "planner", "planner2", "root")}
        in_force = {name: ["2023"] for name in ("jlc", "pudong", "xuhui", "simt", "sqi")}
        assert seen == {"admin": []} | both | in_force
        assert not Plan.objects.visible_to(AnonymousUser()).exists()

    def test_departments_are_open_to_all_who_are_signed_in(self, everyone):
        assert {Department.objects.visible_to(user).count() for user in everyone.values()} == {42}
        assert Department.objects.visible_to(AnonymousUser()).count() == 0


# ---- reports: (task, unit, draft?, filled in?) by a name ----

REPORTS = {
    "6 jlc": (6, "jlc", False, False),
    "6 jlc draft": (6, "jlc", True, False),
    "6 pudong": (6, "pudong", False, False),
    "6 pudong draft": (6, "pudong", True, False),
    "6 simt": (6, "simt", False, False),
    "6 simt draft": (6, "simt", True, False),
    "6 baoshan filled in": (6, "baoshan", False, True),
    "6 baoshan draft filled in": (6, "baoshan", True, True),
    "2 simt": (2, "simt", False, False),
    "2 simt draft filled in": (2, "simt", True, True),
    "2 sqi": (2, "sqi", False, False),
    "2 sqi draft": (2, "sqi", True, False),
    "14 baosteel filled in": (14, "baosteel", False, True),
}
SUBMITTED = {name for name, (_task, _unit, draft, _filled) in REPORTS.items() if not draft}
READ = {
    "admin": set(),
    "leader": SUBMITTED,
    "planner": SUBMITTED | {"6 jlc draft", "6 baoshan draft filled in", "2 simt draft filled in"},
    # co-ordinates 6 and 14
    "jlc": {
        *("6 jlc", "6 jlc draft", "6 pudong", "6 simt", "14 baosteel filled in"),
        *("6 baoshan filled in", "6 baoshan draft filled in"),
    },
    "pudong": {"6 jlc", "6 pudong", "6 pudong draft"},
    "xuhui": {"6 jlc"},
    # co-ordinates 2
    "simt": {"6 jlc", "6 simt", "6 simt draft", "2 simt", "2 sqi", "2 simt draft filled in"},
    "sqi": {"6 jlc", "2 simt", "2 sqi", "2 sqi draft"},
    "root": set(REPORTS),
}
READ["planner2"] = READ["planner"]


@pytest.fixture
def reports(planner) -> dict[int, str]:
    made = {}
    for name, (number, code, draft, filled_in) in REPORTS.items():
        on = None if draft else date(2023, 6, 1)
        report = factories.report(cast.task(number), cast.unit(code), planner, on, filled_in=filled_in)
        made[report.pk] = name
    return made


def read(user, reports: dict[int, str]) -> set[str]:
    found = [reports[key] for key in Report.objects.visible_to(user).values_list("pk", flat=True)]
    assert len(found) == len(set(found))
    return set(found)


class TestReports:
    def test_of_every_account(self, everyone, reports):
        assert {name: read(user, reports) for name, user in everyone.items()} == READ

    def test_what_was_filled_in_is_the_units_own(self, reports):
        own = {"6 jlc", "6 baoshan filled in", "6 baoshan draft filled in"}
        assert read(cast.account("baoshan", unit="baoshan"), reports) == own

    def test_of_nobody(self, reports):
        assert read(AnonymousUser(), reports) == set()

    def test_a_leader_with_a_unit_reads_no_draft_of_it(self, reports):
        assert read(cast.account("boss", "leader", "pudong"), reports) == SUBMITTED

    def test_a_planner_elsewhere_reads_the_drafts_of_his_own_unit(self, reports):
        mine = SUBMITTED | {"6 baoshan draft filled in", "2 simt draft filled in", "6 simt draft"}
        assert read(cast.account("p", "planner", "simt"), reports) == mine

    def test_an_administrator_with_a_unit_reads_none(self, reports):
        assert read(cast.account("a", "admin", "jlc"), reports) == set()

    def test_whoever_does_not_see_the_task_reads_not_even_his_own(self, pudong, reports):
        Membership.objects.filter(member__code="pudong").delete()
        assert read(pudong, reports) == set()

    def test_a_new_co_ordinator_reads_what_the_old_one_read(self, simt, jlc, reports):
        cast.task(6).assignments.filter(role="lead").exclude(department__code="zhifazongdui").delete()
        force = cast.account("force", unit="zhifazongdui")
        filled_in = {"6 baoshan filled in", "6 baoshan draft filled in"}
        assert read(force, reports) == {"6 jlc", "6 pudong", "6 simt"} | filled_in
        assert read(simt, reports) & {"6 jlc", "6 pudong", "6 simt"} == {"6 simt"}

    def test_where_every_lead_is_a_collective_units_read_their_own(self, simt, reports):
        cast.task(2).assignments.filter(department__is_collective=False).update(role="support")
        assert read(simt, reports) & {"2 simt", "2 sqi"} == {"2 simt"}
