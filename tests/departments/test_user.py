"""Accounts: what follows from the role, sessions that end, the first superuser."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.urls import reverse

from departments.models import User
from tests import cast

pytestmark = pytest.mark.django_db

# By account: is staff, does business, is a planner, a leader, a reporter.
FOLLOWS = {
    "admin": (True, False, False, False, False),
    "planner": (True, True, True, False, False),
    "planner2": (True, True, True, False, False),
    "jlc": (False, True, False, False, True),
    "leader": (False, True, False, True, False),
    "pudong": (False, True, False, False, True),
    "xuhui": (False, True, False, False, True),
    "simt": (False, True, False, False, True),
    "sqi": (False, True, False, False, True),
    "root": (True, True, False, False, False),
}


def test_what_follows_from_the_role(everyone):
    found = {
        name: (user.is_staff, user.does_business, user.is_planner, user.is_leader, user.is_reporter)
        for name, user in everyone.items()
    }
    assert found == FOLLOWS


def test_staff_is_never_stored():
    assert "is_staff" not in {field.name for field in User._meta.get_fields()}


def test_names(planner):
    named = User.objects.get(pk=planner.pk)
    assert (str(named), named.get_full_name(), named.get_short_name()) == ("planner 测试",) * 3
    assert str(User(username="x")) == "x"
    assert {field.name for field in User._meta.get_fields()} & {"first_name", "last_name"} == set()


def test_nobody_is_made_a_superuser_but_at_the_shell(everyone):
    assert {name for name, user in everyone.items() if user.is_superuser} == {"root"}


def test_created_with_less_than_all():
    user = User.objects.create_user("x", role="leader")
    assert (user.has_usable_password(), user.must_change_password, user.department) == (False, False, None)
    assert User.objects.create_user("ｆｕｌｌ", role="leader").username == "full"  # NFKC


def test_the_command_line_makes_a_superuser():
    call_command("createsuperuser", username="boss", name="王", interactive=False, verbosity=0)
    boss = User.objects.get(username="boss")
    assert (boss.is_superuser, boss.role, boss.is_staff) == (True, "admin", True)


def test_the_department_comes_with_the_account(planner, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert User.objects.get(pk=planner.pk).department.short_name == "市局计量处"


def test_found_by_the_exact_name_only(planner):
    assert User.objects.get_by_natural_key("planner") == planner
    for name in ("Planner", "plan", None):
        with pytest.raises(User.DoesNotExist):
            User.objects.get_by_natural_key(name)


class TestSessions:
    def is_signed_in(self, client) -> bool:
        response = client.get(reverse("account"))
        assert response.status_code in {200, 302}
        return response.status_code == 200

    def test_end_with_the_password_they_began_with(self, jlc, client_for):
        client = client_for(jlc)
        assert self.is_signed_in(client)
        jlc.set_password("a new password")
        jlc.save()
        assert not self.is_signed_in(client)

    def test_end_with_the_epoch(self, jlc, client_for):
        here, there = client_for(jlc), client_for(jlc)
        User.objects.filter(pk=jlc.pk).update(session_epoch=jlc.session_epoch + 1)
        assert (self.is_signed_in(here), self.is_signed_in(there)) == (False, False)

    def test_of_one_account_are_not_anothers(self, jlc, pudong, client_for):
        client = client_for(pudong)
        User.objects.filter(pk=jlc.pk).update(session_epoch=5)
        assert self.is_signed_in(client)

    def test_survive_a_new_secret_while_the_old_one_is_named(self, jlc, client_for, settings):
        in_time, too_late, old = client_for(jlc), client_for(jlc), settings.SECRET_KEY
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret " * 5, [old]
        assert self.is_signed_in(in_time)
        settings.SECRET_KEY_FALLBACKS = []
        assert (self.is_signed_in(in_time), self.is_signed_in(too_late)) == (True, False)

    def test_end_when_the_account_is_closed(self, jlc, client_for):
        client = client_for(jlc)
        User.objects.filter(pk=jlc.pk).update(is_active=False)
        assert not self.is_signed_in(client)


def test_a_closed_account_does_not_sign_in(jlc, client):
    User.objects.filter(pk=jlc.pk).update(is_active=False)
    response = client.post(reverse("login"), {"username": "jlc", "password": cast.PASSWORD})
    assert response.status_code == 200
    assert isinstance(response.wsgi_request.user, AnonymousUser)
