"""The table of permissions: role by role, and by what a person has to do with the task."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from tasks.models import ExtensionRequest, Report, Task
from tasks.rules import PERMISSIONS
from tests import cast

pytestmark = pytest.mark.django_db

PLANNERS = {"planner", "planner2", "root"}
SPEAKERS = PLANNERS | {"jlc"}

# Who may, on task 6 of the 2023 plan, whose closing `planner` has asked for. 市局计量处 co-ordinates it.
TABLE = {
    "tasks.add_plan": PLANNERS,
    "tasks.change_plan": PLANNERS,
    "tasks.view_plan": PLANNERS,
    "tasks.add_taskgroup": PLANNERS,
    "tasks.change_taskgroup": PLANNERS,
    "tasks.view_taskgroup": PLANNERS,
    "tasks.add_task": PLANNERS,
    "tasks.change_task": PLANNERS,
    "tasks.view_task": PLANNERS,
    "tasks.add_assignment": PLANNERS,
    "tasks.change_assignment": PLANNERS,
    "tasks.delete_assignment": PLANNERS,
    "tasks.view_assignment": PLANNERS,
    "tasks.add_milestone": PLANNERS,
    "tasks.change_milestone": PLANNERS,
    "tasks.view_milestone": PLANNERS,
    "tasks.view_report": PLANNERS,
    "tasks.add_planimport": PLANNERS,
    "tasks.change_planimport": PLANNERS,
    "tasks.store_planimport": PLANNERS,
    "tasks.start_task": SPEAKERS,
    "tasks.request_closing_task": SPEAKERS,
    "tasks.withdraw_closing_task": {"planner", "root"},
    "tasks.return_task": PLANNERS,
    "tasks.close_task": {"planner2", "root"},
    "tasks.reopen_task": PLANNERS,
    "tasks.suspend_task": PLANNERS,
    "tasks.resume_task": PLANNERS,
    "tasks.cancel_task": PLANNERS,
    "tasks.restore_task": PLANNERS,
    "tasks.tick_milestone": SPEAKERS,
    "tasks.cancel_milestone": PLANNERS,
    "tasks.report_task": PLANNERS | {"jlc", "pudong", "xuhui", "simt", "sqi"},
    "tasks.ask_task": SPEAKERS,
    "tasks.add_reportingperiod": PLANNERS,
    "tasks.change_reportingperiod": PLANNERS,
    "tasks.view_reportingperiod": PLANNERS,
    "tasks.view_standing": PLANNERS,
    "tasks.view_evidence": PLANNERS,
    "tasks.open_reportingperiod": PLANNERS,
    "tasks.close_reportingperiod": PLANNERS,
    "tasks.withdraw_report": PLANNERS | {"jlc", "pudong", "xuhui", "simt", "sqi"},
    "tasks.accept_report": {"planner2", "root"},  # `planner` has sent it; the action refuses root as well if he has
    "tasks.return_report": PLANNERS,
    "tasks.remind": PLANNERS,
    "tasks.view_reminder": PLANNERS,
    "tasks.view_letter": PLANNERS,
    "tasks.request_extension": SPEAKERS,
    "tasks.decide_extensionrequest": {"planner2", "root"},  # `planner` has asked for it
    "tasks.view_extensionrequest": PLANNERS,
    "tasks.give_directive": {"leader", "root"},
    "tasks.answer_directive": SPEAKERS,
    "tasks.view_directive": PLANNERS,
    "tasks.export_ledger": PLANNERS | {"leader", "jlc", "pudong", "xuhui", "simt", "sqi"},
    "tasks.export_bulletin": PLANNERS | {"leader"},
    "tasks.view_history": PLANNERS | {"leader", "jlc", "pudong", "xuhui", "simt", "sqi"},
}


@pytest.fixture
def task(planner) -> Task:
    Task.objects.filter(pk=cast.task(6).pk).update(closing_requested_by=planner)
    return cast.task(6)


def thing(name: str, task: Task, planner: Any) -> Any:
    """What the permission is asked about: mostly the task, otherwise what `planner` has sent and asked for."""
    other = {
        "tasks.accept_report": Report(task=task, author=planner),
        "tasks.decide_extensionrequest": ExtensionRequest(task=task, requested_by=planner),
    }
    return other.get(name, task)


def test_the_table_is_whole():
    assert set(PERMISSIONS) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_who_may(name, everyone, task):
    about = thing(name, task, everyone["planner"])
    assert {who for who, user in everyone.items() if user.has_perm(name, about)} == TABLE[name]


@pytest.mark.parametrize("name", TABLE)
def test_nobody_who_is_not_active_may(name, everyone, task):
    about = thing(name, task, everyone["planner"])
    for user in everyone.values():
        user.is_active = False
        assert not user.has_perm(name, about), user
    assert not AnonymousUser().has_perm(name, about)


def test_without_a_task_only_planners_speak_for_one(everyone):
    allowed = {name for name in TABLE if everyone["jlc"].has_perm(name)}
    assert allowed == {"tasks.report_task", "tasks.withdraw_report", "tasks.export_ledger", "tasks.view_history"}


def test_the_admin_site_shows_the_app_to_planners_only(everyone):
    assert {who for who, user in everyone.items() if user.has_module_perms("tasks")} == PLANNERS


def test_another_tasks_co_ordinator_is_nobody_here(everyone):
    assert everyone["simt"].has_perm("tasks.start_task", cast.task(2))
    assert not everyone["simt"].has_perm("tasks.start_task", cast.task(6))
    assert not everyone["jlc"].has_perm("tasks.start_task", cast.task(2))


def test_a_leader_in_the_co_ordinating_unit_only_reads(task):
    boss = cast.account("boss", "leader", "jlc")
    allowed = {name for name in TABLE if boss.has_perm(name, thing(name, task, cast.person("planner")))}
    assert allowed == {
        "tasks.give_directive",
        "tasks.export_ledger",
        "tasks.export_bulletin",
        "tasks.view_history",
    }


def test_withdrawing_is_open_to_all_who_speak_while_nobody_has_asked(everyone):
    """Whether it is legal is a matter of the workflow: nothing has been asked, so it is not."""
    allowed = {who for who, user in everyone.items() if user.has_perm("tasks.withdraw_closing_task", cast.task(6))}
    assert allowed == SPEAKERS
