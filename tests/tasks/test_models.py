"""Facts about one row."""

from datetime import date

import pytest

from tasks.models import Assignment, Milestone, Plan, Report, Task, TaskGroup
from tests import cast, factories

pytestmark = pytest.mark.django_db

DUE = date(2024, 6, 1)


def test_what_people_see_of_a_row(jlc):
    task = cast.task(6)
    assert (str(task), task.code, task.get_absolute_url()) == ("6 加强重点领域监管", "2023-06", "/tasks/2023-06/")
    assert str(cast.plan()) == "2023年上海市计量工作要点"
    assert str(task.group) == "推进计量改革,加大监管力度"
    assert str(task.milestones.get(position=1)) == "端午前过度包装检查"
    assert str(task.assignments.get(role="lead", position=5)) == "机场分局"
    assert str(factories.report(task, jlc.department, jlc)) == "市局计量处 · 6 加强重点领域监管"


@pytest.mark.parametrize(("number", "code"), [(1, "p-01"), (17, "p-17"), (100, "p-100")])
def test_codes(number, code):
    assert factories.task(factories.plan(code="p"), number=number).code == code


@pytest.mark.parametrize("model", [Plan, TaskGroup, Task, Assignment, Milestone])
def test_natural_keys_lead_back_to_every_row(model):
    for row in model.objects.all():
        assert model.objects.get_by_natural_key(*row.natural_key()) == row


@pytest.mark.parametrize(
    ("state", "overdue"),
    [
        ("not_started", True),
        ("in_progress", True),
        ("closing", True),
        ("closed", False),
        ("suspended", False),
        ("cancelled", False),
    ],
)
def test_a_task_is_overdue_the_day_after(state, overdue):
    task = Task(state=state, due_on=DUE)
    assert [task.is_overdue(date(2024, 6, day)) for day in (1, 2)] == [False, overdue]


@pytest.mark.parametrize("state", Task.State.values)
def test_at_rest(state):
    assert Task(state=state).is_paused == (state in {"suspended", "cancelled"})


@pytest.mark.parametrize(
    ("state", "basis", "overdue"),
    [
        ("open", "stated", True),
        ("open", "festival", True),
        ("open", "set_by_staff", True),
        ("open", "plan_end", False),
        ("done", "stated", False),
        ("cancelled", "set_by_staff", False),
    ],
)
def test_a_milestone_is_overdue_the_day_after_a_date_of_its_own(state, basis, overdue):
    milestone = Milestone(state=state, date_basis=basis, due_on=DUE)
    assert [milestone.is_overdue(date(2024, 6, day)) for day in (1, 2)] == [False, overdue]
    assert milestone.has_own_date == (basis != "plan_end")


def test_reports_stand_with_the_newest_first(jlc):
    task = cast.task(6)
    days = [date(2023, 6, 1), date(2023, 6, 3), date(2023, 6, 2)]
    for day in days:
        factories.report(task, jlc.department, jlc, day, progress_text=f"{day}")
    assert list(Report.objects.values_list("reported_on", flat=True)) == sorted(days, reverse=True)
