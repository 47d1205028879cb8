"""Who may do what with plans and tasks: predicates, then the table an auditor can read.

Whether a move is legal now is a matter of `workflow`, never of a predicate, since superusers pass them all.
Predicates on a task read `task.coordinator_id`, which `with_coordinator()` puts there.
"""

from typing import Any

import rules
from rules import predicate


@predicate
def plans(user: Any) -> bool:
    """Staff of 计划管理."""
    return bool(user.is_active and user.is_planner)


@predicate
def coordinates(user: Any, task: Any) -> bool:
    """Reporters of the first-listed lead that is not a collective: 第一牵头部门."""
    return bool(user.is_active and user.is_reporter and task and task.coordinator_id == user.department_id)


@predicate
def asked_for_closing(user: Any, task: Any) -> bool:
    return bool(task and task.closing_requested_by_id == user.pk)


@predicate
def nobody_asked_for_closing(user: Any, task: Any) -> bool:
    return bool(task and task.closing_requested_by_id is None)


@predicate
def reports(user: Any) -> bool:
    """Reporters and planners write; for which unit, querysets settle."""
    return bool(user.is_active and (user.is_reporter or user.is_planner))


@predicate
def sent_it(user: Any, report: Any) -> bool:
    """Whoever wrote a report last, which is who sent it."""
    return bool(report and report.author_id == user.pk)


@predicate
def asked_for_it(user: Any, request: Any) -> bool:
    return bool(request and request.requested_by_id == user.pk)


@predicate
def leads_the_bureau(user: Any) -> bool:
    return bool(user.is_active and user.is_leader)


@predicate
def does_business(user: Any) -> bool:
    """Everybody but administrators, who keep departments and accounts."""
    return bool(user.is_active and user.does_business)


speaks_for_task = plans | coordinates
reads_everything = plans | leads_the_bureau

PERMISSIONS = {
    # keeping the plan
    "tasks.add_plan": plans,
    "tasks.change_plan": plans,
    "tasks.view_plan": plans,
    "tasks.add_taskgroup": plans,
    "tasks.change_taskgroup": plans,
    "tasks.view_taskgroup": plans,
    "tasks.add_task": plans,
    "tasks.change_task": plans,
    "tasks.view_task": plans,
    "tasks.add_assignment": plans,
    "tasks.change_assignment": plans,
    "tasks.delete_assignment": plans,
    "tasks.view_assignment": plans,
    "tasks.add_milestone": plans,
    "tasks.change_milestone": plans,
    "tasks.view_milestone": plans,
    "tasks.view_report": plans,
    # a document on its way in
    "tasks.add_planimport": plans,
    "tasks.change_planimport": plans,
    "tasks.store_planimport": plans,
    # moves of a task, one permission each
    "tasks.start_task": speaks_for_task,
    "tasks.request_closing_task": speaks_for_task,
    "tasks.withdraw_closing_task": speaks_for_task & (asked_for_closing | nobody_asked_for_closing),
    "tasks.return_task": plans,
    "tasks.close_task": plans & ~asked_for_closing,
    "tasks.reopen_task": plans,
    "tasks.suspend_task": plans,
    "tasks.resume_task": plans,
    "tasks.cancel_task": plans,
    "tasks.restore_task": plans,
    # the work itself
    "tasks.tick_milestone": speaks_for_task,
    "tasks.cancel_milestone": plans,
    "tasks.report_task": reports,
    "tasks.ask_task": speaks_for_task,  # which supporting units owe reports
    # periods, review, chasing
    "tasks.add_reportingperiod": plans,
    "tasks.change_reportingperiod": plans,
    "tasks.view_reportingperiod": plans,
    "tasks.view_standing": plans,
    "tasks.view_evidence": plans,
    "tasks.open_reportingperiod": plans,
    "tasks.close_reportingperiod": plans,
    "tasks.withdraw_report": reports,  # whose, `ReportQuerySet.written_by` says
    "tasks.accept_report": plans & ~sent_it,
    "tasks.return_report": plans,
    "tasks.remind": plans,
    "tasks.view_reminder": plans,
    "tasks.view_letter": plans,
    # extensions and directives
    "tasks.request_extension": speaks_for_task,
    "tasks.decide_extensionrequest": plans & ~asked_for_it,
    "tasks.view_extensionrequest": plans,
    "tasks.give_directive": leads_the_bureau,
    "tasks.answer_directive": speaks_for_task,
    "tasks.view_directive": plans,
    # files out
    "tasks.export_ledger": does_business,
    "tasks.export_bulletin": reads_everything,  # and the brief
    # the audit, as far as `querysets.trails` lets it be seen
    "tasks.view_history": does_business,
}

for name, allowed in PERMISSIONS.items():
    rules.add_perm(name, allowed)

# The admin lists tasks, milestones and so on to planners; nothing there is deleted but assignments.
rules.add_perm("tasks", plans)
