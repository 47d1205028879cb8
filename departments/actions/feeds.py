"""A person's calendar address: made, replaced, ended."""

import secrets
from typing import Any

from django.db import transaction

from departments.models import CalendarFeed, User
from departments.models.feed import digest_of
from departments.refusals import Stale, require


@transaction.atomic
def issue(person: User, *, by: Any, version: int = 0) -> tuple[CalendarFeed, str]:
    """A new address and its secret, which is shown now and never again; the one it replaces is dead at once.

    `version`: of the one the caller saw, 0 where there was none. Unless compared, a page that is sent a second time
    would kill the address it has just shown.
    """
    require(by, "departments.issue_calendarfeed", person)
    present = _locked(person)
    if (present.version if present else 0) != version:
        raise Stale(present)
    if present:
        present.delete()
    secret = secrets.token_urlsafe(32)
    return CalendarFeed.objects.create(user=person, digest=digest_of(secret)), secret


@transaction.atomic
def revoke(person: User, *, by: Any) -> bool:
    """From the next request on nobody is there. Says whether there was an address."""
    require(by, "departments.revoke_calendarfeed", person)
    present = _locked(person)
    if present:
        present.delete()
    return present is not None


def _locked(person: User) -> CalendarFeed | None:
    """The present one. The account is locked, since there may be no row of the address yet."""
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    return CalendarFeed.objects.filter(user=person).first()
