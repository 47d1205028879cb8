"""The people of the tests, with the units and roles of the demonstration accounts, and what they meet."""

import time
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from departments.models import Department, User
from tasks.models import Plan, ReportingPeriod, Task

PASSWORD = "metrology-demo"

# account: (role, code of the unit)
PEOPLE: dict[str, tuple[str, str | None]] = {
    "admin": ("admin", None),
    "planner": ("planner", "jlc"),
    "planner2": ("planner", "jlc"),
    "jlc": ("reporter", "jlc"),  # 市局计量处 co-ordinates every task but 2
    "leader": ("leader", None),
    "pudong": ("reporter", "pudong"),  # a district: by name nowhere, through 各区市场监管局 in 12 tasks
    "xuhui": ("reporter", "xuhui"),
    "simt": ("reporter", "simt"),  # co-ordinates task 2
    "sqi": ("reporter", "sqi"),  # leads task 2 without co-ordinating it
}


def person(username: str, **fields: Any) -> User:
    """The account of this name, made when it is first asked for."""
    if found := User.objects.filter(username=username).first():
        return found
    role, unit = PEOPLE[username]
    return account(username, role, unit, **fields)


def account(username: str, role: str = "reporter", unit: str | None = None, **fields: Any) -> User:
    """Any other account."""
    department = Department.objects.get(code=unit) if unit else None
    named = {"name": f"{username} 测试"} | fields
    return User.objects.create_user(username, PASSWORD, role=role, department=department, **named)


def root() -> User:
    """A superuser, as nobody is but at the shell."""
    return User.objects.filter(username="root").first() or User.objects.create_superuser("root", PASSWORD)


def everyone() -> dict[str, User]:
    """All of them by their names, the superuser too."""
    return {username: person(username) for username in PEOPLE} | {"root": root()}


def signed_in(user: User, **options: Any) -> Client:
    """A browser in which the user is signed in; `enforce_csrf_checks=True` and the like go to the client.

    The session is made as signing in leaves it; the records of a sign-in are for the tests of the form."""
    client = Client(**options)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["seen"] = int(time.time())
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def plan() -> Plan:
    return Plan.objects.get(code="2023")


def task(number: int) -> Task:
    """A task of the 2023 plan, as an action or a predicate wants it."""
    return Task.objects.select_related("plan", "group").with_coordinator().get(plan__code="2023", number=number)


def quarter(number: int) -> ReportingPeriod:
    """An open period of the 2023 plan; who owes in it is for the test to say."""
    periods = ReportingPeriod.objects.filter(plan__code="2023", starts_on__month=3 * number - 2)
    periods.filter(state="planned").update(state="open", opened_on=date(2023, 3 * number - 2, 1))
    return periods.select_related("plan").get()


def unit(code: str) -> Department:
    return Department.objects.get(code=code)
