"""Every address of the portal × every kind of user: what a GET and an empty POST answer."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from departments.actions import feeds
from departments.models import AccessEvent, CalendarDay
from departments.models.token import issue
from tasks.models import Letter, Reminder, Report
from tests import cast, factories
from tests.conftest import TODAY
from tests.laid import laid_once
from tests.tasks.importing import bare

# jlc co-ordinates task 4, pudong supports it through a collective, simt has nothing to do with it.
WHO = ("nobody", "admin", "planner", "leader", "jlc", "pudong", "simt", "root")


def patterns(resolver: Any, spaces: tuple[str, ...] = (), before: str = "") -> Any:
    """The name of every address the resolver knows; where it has none, its pattern."""
    for entry in resolver.url_patterns:
        where = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name)) if entry.name else where
        else:
            yield from patterns(entry, (*spaces, entry.namespace) if entry.namespace else spaces, where)


def laid() -> dict[str, Any]:
    """Rows to which addresses with a number lead."""
    task = cast.task(4)
    sent = factories.owed(cast.quarter(2), task, cast.unit("jlc"), "submitted", cast.person("jlc"), TODAY)
    return {
        "plan": task.plan_id,
        "taskgroup": task.group_id,
        "task": task.pk,
        "milestone": task.milestones.get(position=1).pk,
        "assignment": task.assignments.get(role="support", position=2).pk,
        "report": factories.report(task, cast.unit("jlc"), cast.person("jlc"), TODAY).pk,
        "department": cast.unit("pudong").pk,
        "user": cast.person("xuhui").pk,
        "token": issue(cast.person("pudong"), "报表系统", read_only=True, days=90)[0].pk,
        "secret": feeds.issue(cast.person("pudong"), by=cast.person("pudong"))[1],
        "accessevent": AccessEvent.objects.create(kind="failed", username="x").pk,
        "sent": sent.pk,
        "owed": factories.owed(cast.quarter(2), task, cast.person("pudong").department).pk,
        "evidence": factories.evidence(sent, cast.person("jlc")).pk,
        "period": sent.period_id,
        "extension": factories.extension(task, cast.person("jlc"), TODAY).pk,
        "export": factories.export(cast.person("pudong"), task.plan).pk,
        "directive": factories.directive(task, cast.person("leader"), TODAY).pk,
        "calendarday": CalendarDay.objects.create(day=TODAY).pk,
        "standing": factories.standing(sent.period, task).pk,
        "imported": bare(cast.person("planner")).pk,
    } | reminded(sent)


def reminded(report: Report) -> dict[str, int]:
    to = cast.person("xuhui")
    letter = Letter.objects.create(recipient=to, subject="x", body="x", state="no_address")
    by_clock = {"report": report, "recipient": to, "reminded_on": TODAY, "occasion": "before", "letter": letter}
    return {"letter": letter.pk, "reminder": Reminder.objects.create(**by_clock).pk}


known = laid_once(laid)


def address(name: str, arguments: list[str], rows: dict[str, Any]) -> str:
    try:
        return reverse(name, args=[argument.format(**rows) for argument in arguments])
    except NoReverseMatch:  # an address without a name
        return "/" + name.replace("<path:object_id>", "1").replace("(?P<url>.*)$", "nowhere/").replace(
            "^api/", "api/x/"
        )


def browsers() -> dict[str, Client]:
    made = {who: cast.signed_in(cast.person(who), raise_request_exception=False) for who in WHO[1:-1]}
    stranger = Client(raise_request_exception=False)
    return {"nobody": stranger} | made | {"root": cast.signed_in(cast.root(), raise_request_exception=False)}


# GET | POST without anything | the address and what stands in it. Columns: those of WHO.
TABLE = """
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | home
200 200 200 200 200 200 200 200 | 200 200 200 200 200 200 200 200 | login
405 405 405 405 405 405 405 405 | 302 302 302 302 302 302 302 302 | logout
405 405 405 405 405 405 405 405 | 302 302 302 302 302 302 302 302 | language
302 200 200 200 200 200 200 200 | 401 405 405 405 405 405 405 405 | account
302 200 200 200 200 200 200 200 | 401 200 200 200 200 200 200 200 | password_change
302 405 405 405 405 405 405 405 | 401 302 302 302 302 302 302 302 | sign_out_everywhere
302 405 405 405 405 405 405 405 | 401 422 422 422 422 422 422 422 | token_add
302 404 404 404 404 200 404 404 | 401 404 404 404 404 302 404 404 | token_revoke {token}
302 403 200 200 200 200 200 200 | 401 403 200 200 200 302 200 200 | calendar_issue
302 404 404 404 404 200 404 404 | 401 404 404 404 404 302 404 404 | calendar_revoke
200 200 200 200 200 200 200 200 | 405 405 405 405 405 405 405 405 | calendar {secret}
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | departments:list
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | departments:detail pudong
302 200 200 302 302 302 302 200 | 401 200 200 302 302 302 302 200 | admin:audit
302 200 200 302 302 302 302 200 | 401 200 200 302 302 302 302 200 | admin:index
302 302 302 403 403 403 403 302 | 302 302 302 403 403 403 403 302 | admin:login
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin:logout
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin:password_change
302 200 200 302 302 302 302 200 | 401 405 405 302 302 302 302 405 | admin:password_change_done
302 403 403 302 302 302 302 403 | 401 405 405 302 302 302 302 405 | admin:autocomplete
302 200 200 302 302 302 302 200 | 401 405 405 302 302 302 302 405 | admin:jsi18n
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_accessevent_changelist
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:departments_accessevent_add
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_accessevent_history {accessevent}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:departments_accessevent_delete {accessevent}
302 200 403 302 302 302 302 200 | 401 403 403 302 302 302 302 403 | admin:departments_accessevent_change {accessevent}
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/departments/accessevent/<path:object_id>/
302 405 405 302 302 302 302 405 | 401 302 403 302 302 302 302 302 | admin:departments_user_unlock {user}
302 404 403 302 302 302 302 404 | 401 404 403 302 302 302 302 404 | admin:departments_user_calendar {user}
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:auth_user_password_change {user}
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_user_changelist
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_user_add
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_user_history {user}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:departments_user_delete {user}
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_user_change {user}
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/departments/user/<path:object_id>/
302 200 200 302 302 302 302 200 | 401 200 200 302 302 302 302 200 | admin:departments_department_changelist
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_department_add
302 200 200 302 302 302 302 200 | 401 200 200 302 302 302 302 200 | admin:departments_department_history {department}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:departments_department_delete {department}
302 200 200 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_department_change {department}
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/departments/department/<path:object_id>/
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_plan_changelist
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_plan_add
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_plan_history {plan}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_plan_delete {plan}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_plan_change {plan}
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/plan/<path:object_id>/
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_taskgroup_changelist
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_taskgroup_add
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_taskgroup_history {taskgroup}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_taskgroup_delete {taskgroup}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_taskgroup_change {taskgroup}
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/taskgroup/<path:object_id>/
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_report_changelist
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_report_add
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_report_history {report}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_report_delete {report}
302 403 200 302 302 302 302 200 | 401 403 403 302 302 302 302 403 | admin:tasks_report_change {report}
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/report/<path:object_id>/
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_task_changelist
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_task_add
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_task_history {task}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_task_delete {task}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_task_change {task}
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/task/<path:object_id>/
302 200 200 302 302 302 302 200 | 401 200 200 302 302 302 302 200 | admin:app_list departments
302 404 404 302 302 302 302 404 | 401 404 404 302 302 302 302 404 | admin/(?P<url>.*)$
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/departments/calendarday/<path:object_id>/
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/directive/<path:object_id>/
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/evidence/<path:object_id>/
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/extensionrequest/<path:object_id>/
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/letter/<path:object_id>/
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/reminder/<path:object_id>/
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/reportingperiod/<path:object_id>/
302 302 302 302 302 302 302 302 | 401 302 302 302 302 302 302 302 | admin/tasks/standing/<path:object_id>/
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_calendarday_add
302 200 200 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_calendarday_change {calendarday}
302 200 200 302 302 302 302 200 | 401 200 200 302 302 302 302 200 | admin:departments_calendarday_changelist
302 200 403 302 302 302 302 200 | 401 200 403 302 302 302 302 200 | admin:departments_calendarday_delete {calendarday}
302 200 200 302 302 302 302 200 | 401 200 200 302 302 302 302 200 | admin:departments_calendarday_history {calendarday}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_directive_add
302 403 200 302 302 302 302 200 | 401 403 403 302 302 302 302 403 | admin:tasks_directive_change {directive}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_directive_changelist
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_directive_delete {directive}
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_directive_history {directive}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_evidence_add
302 403 200 302 302 302 302 200 | 401 403 403 302 302 302 302 403 | admin:tasks_evidence_change {evidence}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_evidence_changelist
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_evidence_delete {evidence}
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_evidence_history {evidence}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_extensionrequest_add
302 403 200 302 302 302 302 200 | 401 403 403 302 302 302 302 403 | admin:tasks_extensionrequest_change {extension}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_extensionrequest_changelist
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_extensionrequest_delete {extension}
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_extensionrequest_history {extension}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_letter_add
302 403 200 302 302 302 302 200 | 401 403 403 302 302 302 302 403 | admin:tasks_letter_change {letter}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_letter_changelist
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_letter_delete {letter}
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_letter_history {letter}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_reminder_add
302 403 200 302 302 302 302 200 | 401 403 403 302 302 302 302 403 | admin:tasks_reminder_change {reminder}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_reminder_changelist
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_reminder_delete {reminder}
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_reminder_history {reminder}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_reportingperiod_add
302 403 200 302 302 302 302 200 | 401 403 403 302 302 302 302 403 | admin:tasks_reportingperiod_change {period}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_reportingperiod_changelist
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_reportingperiod_delete {period}
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_reportingperiod_history {period}
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_standing_add
302 403 200 302 302 302 302 200 | 401 403 403 302 302 302 302 403 | admin:tasks_standing_change {standing}
302 403 200 302 302 302 302 200 | 401 403 200 302 302 302 302 200 | admin:tasks_standing_changelist
302 403 403 302 302 302 302 403 | 401 403 403 302 302 302 302 403 | admin:tasks_standing_delete {standing}
302 404 200 302 302 302 302 200 | 401 404 200 302 302 302 302 200 | admin:tasks_standing_history {standing}
401 403 200 200 200 200 200 200 | 401 403 415 403 403 403 403 415 | api:plan-list
401 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | api:plan-detail 2023
401 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | api:plan-summary 2023
401 403 200 200 200 200 200 200 | 401 403 415 403 403 403 403 415 | api:group-list
401 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | api:group-detail {taskgroup}
401 403 200 200 200 200 200 200 | 401 403 415 403 403 403 403 415 | api:task-list
401 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | api:task-detail 2023-04
401 403 405 405 405 405 405 405 | 401 403 415 403 415 403 404 415 | api:task-moves 2023-04
401 403 200 200 200 200 200 200 | 401 403 415 403 403 403 403 415 | api:assignment-list
401 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | api:assignment-detail {assignment}
401 403 200 200 200 200 200 200 | 401 403 415 403 403 403 403 415 | api:milestone-list
401 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | api:milestone-detail {milestone}
401 403 405 405 405 405 405 405 | 401 403 415 403 403 403 404 415 | api:milestone-cancel {milestone}
401 403 405 405 405 405 405 405 | 401 403 415 403 415 403 404 415 | api:milestone-complete {milestone}
401 403 405 405 405 405 405 405 | 401 403 415 403 415 403 404 415 | api:milestone-reopen {milestone}
401 403 405 405 405 405 405 405 | 401 403 415 403 403 403 404 415 | api:milestone-restore {milestone}
401 403 200 200 200 200 200 200 | 401 403 415 403 415 415 415 415 | api:report-list
401 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | api:report-detail {report}
401 403 405 405 405 405 405 405 | 401 403 415 403 415 403 404 415 | api:report-submit {report}
401 403 405 405 405 405 405 405 | 401 403 415 403 415 404 404 415 | api:directive-answer {directive}
401 403 200 200 200 404 404 200 | 401 403 405 405 405 405 405 405 | api:directive-detail {directive}
401 403 200 200 200 200 200 200 | 401 403 403 415 403 403 403 415 | api:directive-list
401 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | api:evidence-detail {evidence}
401 403 200 200 200 200 200 200 | 401 403 400 403 400 400 400 400 | api:evidence-list
401 403 405 405 405 405 405 405 | 401 403 415 403 415 403 404 415 | api:evidence-remove {evidence}
401 403 404 404 404 200 404 404 | 401 403 405 405 405 405 405 405 | api:export-detail {export}
401 403 404 404 404 409 404 404 | 401 403 405 405 405 405 405 405 | api:export-file {export}
401 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | api:export-list
401 403 200 200 200 404 404 200 | 401 403 405 405 405 405 405 405 | api:extension-detail {extension}
401 403 405 405 405 405 405 405 | 401 403 415 403 403 404 404 415 | api:extension-grant {extension}
401 403 200 200 200 200 200 200 | 401 403 415 403 415 415 415 415 | api:extension-list
401 403 405 405 405 405 405 405 | 401 403 415 403 403 404 404 415 | api:extension-refuse {extension}
401 403 405 405 405 405 405 405 | 401 403 415 403 403 403 403 415 | api:period-close {period}
401 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | api:period-detail {period}
401 403 200 200 200 200 200 200 | 401 403 415 403 403 403 403 415 | api:period-list
401 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | api:period-matrix {period}
401 403 405 405 405 405 405 405 | 401 403 415 403 403 403 403 415 | api:period-open {period}
401 403 200 200 200 404 404 200 | 401 403 405 405 405 405 405 405 | api:reminder-detail {reminder}
401 403 200 200 200 200 200 200 | 401 403 415 403 403 403 403 415 | api:reminder-list
401 403 405 405 405 405 405 405 | 401 403 415 403 403 403 404 415 | api:report-accept {report}
401 403 405 405 405 405 405 405 | 401 403 415 403 415 403 404 415 | api:report-nothing-new {report}
401 403 405 405 405 405 405 405 | 401 403 415 403 403 403 404 415 | api:report-return {report}
401 403 405 405 405 405 405 405 | 401 403 415 403 415 403 404 415 | api:report-withdraw {report}
401 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | api:standing-detail {standing}
401 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | api:standing-list
401 403 200 404 404 404 404 200 | 401 403 405 405 405 405 405 405 | api:import-detail {imported}
401 403 405 405 405 405 405 405 | 401 403 415 404 404 404 404 415 | api:import-drop {imported}
401 403 200 200 200 200 200 200 | 401 403 400 403 403 403 403 400 | api:import-list
401 403 405 405 405 405 405 405 | 401 403 415 404 404 404 404 415 | api:import-store {imported}
401 200 200 200 200 200 200 200 | 401 415 403 403 403 403 403 415 | api:department-list
401 200 200 200 200 200 200 200 | 401 405 405 405 405 405 405 405 | api:department-detail pudong
401 200 200 200 200 200 200 200 | 401 405 405 405 405 405 405 405 | api:change-list
401 200 200 200 200 200 200 200 | 401 405 405 405 405 405 405 405 | schema
302 200 200 200 200 200 200 200 | 302 405 405 405 405 405 405 405 | docs
404 404 404 404 404 404 404 404 | 404 404 404 404 404 404 404 404 | ^api/
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | tasks:mine
302 403 200 403 200 200 200 200 | 401 403 302 403 302 302 302 302 | tasks:report_all
302 403 403 403 403 200 404 200 | 401 403 403 403 403 422 404 422 | tasks:report_edit {owed}
302 403 403 403 403 200 404 200 | 401 403 403 403 403 422 404 422 | tasks:report_nothing_new {owed}
302 403 200 403 200 403 404 200 | 401 403 422 403 422 403 404 422 | tasks:report_withdraw {sent}
302 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | tasks:evidence {evidence}
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | tasks:document
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | tasks:ledger
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | tasks:ledger_csv
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | tasks:ledger_xlsx
302 403 200 403 200 200 200 200 | 401 403 422 403 422 422 422 422 | tasks:workbook
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | tasks:exports
302 403 404 404 404 200 404 404 | 401 403 405 405 405 405 405 405 | tasks:export {export}
302 403 404 404 404 302 404 404 | 401 403 405 405 405 405 405 405 | tasks:export_file {export}
401 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | plan_ledger_xlsx 2023
401 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | plan_ledger_csv 2023
401 403 405 405 405 405 405 405 | 401 403 400 403 400 400 400 400 | plan_workbook 2023
401 403 400 400 403 403 403 400 | 401 403 405 405 405 405 405 405 | plan_bulletin 2023
401 403 400 400 403 403 403 400 | 401 403 405 405 405 405 405 405 | plan_brief 2023
302 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | tasks:task 2023-04
302 403 200 403 403 403 404 200 | 401 403 422 403 403 403 404 422 | tasks:task_edit 2023-04
302 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | tasks:history 2023-04
302 403 200 403 200 403 404 200 | 401 403 422 403 422 403 404 422 | tasks:move 2023-04 start
302 403 200 403 200 200 404 200 | 401 403 422 403 422 422 404 422 | tasks:report 2023-04
302 403 200 403 403 403 404 200 | 401 403 422 403 403 403 404 422 | tasks:assignment_add 2023-04
302 403 200 403 403 403 404 200 | 401 403 422 403 403 403 404 422 | tasks:assignment_edit 2023-04 {assignment}
302 403 200 403 403 403 404 200 | 401 403 422 403 403 403 404 422 | tasks:assignment_remove 2023-04 {assignment}
302 403 200 403 403 403 404 200 | 401 403 422 403 403 403 404 422 | tasks:milestone_add 2023-04
302 403 200 403 403 403 404 200 | 401 403 422 403 403 403 404 422 | tasks:milestone_edit 2023-04 {milestone}
302 403 200 403 200 403 404 200 | 401 403 422 403 422 403 404 422 | tasks:milestone_tick 2023-04 {milestone} complete
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:review
302 403 200 200 200 200 404 200 | 401 403 405 405 405 405 405 405 | tasks:report_page {sent}
302 403 200 403 403 403 404 200 | 401 403 422 403 403 403 404 422 | tasks:report_accept {sent}
302 403 200 403 403 403 404 200 | 401 403 422 403 403 403 404 422 | tasks:report_return {sent}
302 403 200 403 403 404 404 200 | 401 403 422 403 403 404 404 422 | tasks:extension_decide {extension}
302 403 200 403 200 404 404 200 | 401 403 422 403 422 404 404 422 | tasks:directive_answer {directive}
302 403 200 403 200 403 404 200 | 401 403 422 403 422 403 404 422 | tasks:extension 2023-04
302 403 403 200 403 403 404 200 | 401 403 403 422 403 403 404 422 | tasks:directive_add 2023-04
302 403 200 403 200 403 404 200 | 401 403 422 403 422 403 404 422 | tasks:asked 2023-04
302 403 200 403 403 403 404 200 | 401 403 422 403 403 403 404 422 | tasks:close 2023-04
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | tasks:matrix
302 403 200 200 200 200 200 200 | 401 403 405 405 405 405 405 405 | tasks:matrix_csv
302 403 200 403 403 403 403 200 | 401 403 302 403 403 403 403 302 | tasks:remind
302 403 200 403 403 403 403 200 | 401 403 405 405 405 405 405 405 | tasks:reminders
302 403 405 405 405 405 405 405 | 401 403 302 403 403 403 403 302 | tasks:letter_resend {letter}
302 403 200 403 403 403 403 200 | 401 403 405 405 405 405 405 405 | tasks:plans
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:plan_add
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:import_add
302 403 200 404 404 404 404 200 | 401 403 422 404 404 404 404 422 | tasks:import {imported}
302 403 200 404 404 404 404 200 | 401 403 422 404 404 404 404 422 | tasks:import_drop {imported}
302 403 200 404 404 404 404 200 | 401 403 422 404 404 404 404 422 | tasks:import_head {imported}
302 403 200 404 404 404 404 200 | 401 403 422 404 404 404 404 422 | tasks:import_names {imported}
302 403 200 404 404 404 404 200 | 401 403 422 404 404 404 404 422 | tasks:import_task_add {imported}
302 403 200 404 404 404 404 200 | 401 403 422 404 404 404 404 422 | tasks:import_task {imported} 0
302 403 200 403 403 403 403 200 | 401 403 405 405 405 405 405 405 | tasks:plan 2023
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:plan_edit 2023
302 403 200 403 403 403 403 200 | 401 403 302 403 403 403 403 302 | tasks:plan_dates 2023
302 403 200 403 403 403 403 200 | 401 403 405 405 405 405 405 405 | tasks:periods 2023
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:period_add 2023
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:period_edit 2023 {period}
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:period_open 2023 {period}
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:period_close 2023 {period}
302 403 200 200 403 403 403 200 | 401 403 405 405 405 405 405 405 | tasks:bulletin 2023 {period}
302 403 200 200 403 403 403 200 | 401 403 405 405 405 405 405 405 | tasks:brief 2023 {period}
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:group_add 2023
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:group_edit 2023 1
302 403 200 403 403 403 403 200 | 401 403 422 403 403 403 403 422 | tasks:task_add 2023
"""


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split()]


def rows() -> dict[str, tuple[list[str], list[int], list[int]]]:
    found = {}
    for line in TABLE.strip().splitlines():
        get, post, where = line.split("|")
        name, *arguments = where.split()
        found[name] = (arguments, numbers(get), numbers(post))
    return found


ROWS = rows()


def test_every_address_stands_in_the_table_and_the_table_has_no_other():
    assert sorted(patterns(get_resolver())) == sorted(ROWS)
    assert len(ROWS) == len(TABLE.strip().splitlines())


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROWS)
def test_who_gets_what(name, known):
    """Each POST is taken back before the next, so that every kind of user meets the same rows."""
    arguments, get, post = ROWS[name]
    where = address(name, arguments, known)
    people = browsers()
    assert [client.get(where).status_code for client in people.values()] == get
    answered = []
    for client in people.values():
        before = transaction.savepoint()
        answered.append(client.post(where).status_code)
        transaction.savepoint_rollback(before)
    assert answered == post


def test_no_address_ever_answers_with_a_fault_of_ours():
    assert [name for name, (_arguments, get, post) in ROWS.items() if max(*get, *post) >= 500] == []


def test_strangers_get_nothing_but_the_way_in():
    open_to_all = {name for name, (_arguments, get, _post) in ROWS.items() if get[0] == 200}
    assert open_to_all == {"login", "calendar"}  # the latter to whoever knows the address


def test_the_administrator_opens_no_page_of_the_plan():
    plan = [name for name in ROWS if name == "home" or name.startswith(("tasks:", "departments:", "admin:tasks_"))]
    assert [name for name in plan if ROWS[name][1][1] not in {403, 404}] == []
