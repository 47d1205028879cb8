"""Who may keep departments and accounts: predicates, then the table. Everyone signed in may read departments."""

from typing import Any

import rules
from rules import predicate


@predicate
def administers(user: Any) -> bool:
    return bool(user.is_active and user.role == "admin")


@predicate
def plans(user: Any) -> bool:
    return bool(user.is_active and user.is_planner)


@predicate
def of_collective(user: Any, department: Any) -> bool:
    return bool(department is None or department.is_collective)


@predicate
def does_business(user: Any) -> bool:
    return bool(user.is_active and user.does_business)


@predicate
def is_oneself(user: Any, person: Any) -> bool:
    return bool(user == person)


PERMISSIONS = {
    "departments": administers | plans,
    "departments.view_department": administers | plans,
    "departments.add_department": administers,
    "departments.change_department": administers,
    "departments.delete_department": administers,
    "departments.view_departmentalias": administers | plans,
    "departments.add_departmentalias": administers,
    "departments.change_departmentalias": administers,
    "departments.delete_departmentalias": administers,
    # planners name the members of collectives
    "departments.view_membership": administers | plans,
    "departments.add_membership": administers | (plans & of_collective),
    "departments.change_membership": administers | (plans & of_collective),
    "departments.delete_membership": administers | (plans & of_collective),
    # days off, by which due dates are laid out
    "departments.view_calendarday": administers | plans,
    "departments.add_calendarday": administers,
    "departments.change_calendarday": administers,
    "departments.delete_calendarday": administers,
    "departments.view_user": administers,
    "departments.add_user": administers,
    "departments.change_user": administers,
    # the calendar address of an account: nobody but its owner gets to know one
    "departments.issue_calendarfeed": does_business & is_oneself,
    "departments.revoke_calendarfeed": administers | is_oneself,
    "departments.view_accessevent": administers,
    "departments.view_history": administers,
}

for name, allowed in PERMISSIONS.items():
    rules.add_perm(name, allowed)
