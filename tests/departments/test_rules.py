"""Who may keep departments and accounts, role by role."""

import pytest
from django.contrib.auth.models import AnonymousUser

from departments.rules import PERMISSIONS
from tests import cast

pytestmark = pytest.mark.django_db

ADMINS = {"admin", "root"}
KEEPERS = ADMINS | {"planner", "planner2"}

# Who may, where the thing in question is an ordinary unit.
TABLE = {
    "departments": KEEPERS,
    "departments.view_department": KEEPERS,
    "departments.add_department": ADMINS,
    "departments.change_department": ADMINS,
    "departments.delete_department": ADMINS,
    "departments.view_departmentalias": KEEPERS,
    "departments.add_departmentalias": ADMINS,
    "departments.change_departmentalias": ADMINS,
    "departments.delete_departmentalias": ADMINS,
    "departments.view_membership": KEEPERS,
    "departments.add_membership": ADMINS,
    "departments.change_membership": ADMINS,
    "departments.delete_membership": ADMINS,
    "departments.view_calendarday": KEEPERS,
    "departments.add_calendarday": ADMINS,
    "departments.change_calendarday": ADMINS,
    "departments.delete_calendarday": ADMINS,
    "departments.view_user": ADMINS,
    "departments.add_user": ADMINS,
    "departments.change_user": ADMINS,
    "departments.issue_calendarfeed": {"root"},
    "departments.revoke_calendarfeed": ADMINS,
    "departments.view_accessevent": ADMINS,
    "departments.view_history": ADMINS,
}
OF_COLLECTIVES = {f"departments.{verb}_membership" for verb in ("add", "change", "delete")}


def test_the_table_is_whole():
    assert set(PERMISSIONS) == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_who_may(name, everyone):
    unit = cast.unit("jlc")
    assert {who for who, user in everyone.items() if user.has_perm(name, unit)} == TABLE[name]


@pytest.mark.parametrize("name", TABLE)
def test_planners_name_the_members_of_collectives(name, everyone):
    collective = cast.unit("legal-institutes")
    allowed = KEEPERS if name in OF_COLLECTIVES else TABLE[name]
    assert {who for who, user in everyone.items() if user.has_perm(name, collective)} == allowed


@pytest.mark.parametrize("name", TABLE)
def test_nobody_who_is_not_active_may(name, everyone):
    for user in everyone.values():
        user.is_active = False
        assert not user.has_perm(name), user
    assert not AnonymousUser().has_perm(name)


def test_accounts_are_closed_not_deleted(everyone):
    may = {who for who, user in everyone.items() if user.has_perm("departments.delete_user")}
    assert may == {"root"}
