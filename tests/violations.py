"""What the database refuses, by the name of the constraint."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction


@contextmanager
def violates(name: str) -> Iterator[None]:
    """The block breaks the constraint of this name; deferred ones are asked at its end."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():  # noqa: PT012
        yield
        everything_holds()
    assert refusal.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


@contextmanager
def refused(message: str) -> Iterator[None]:
    """A trigger without a constraint's name refuses the block."""
    with pytest.raises(InternalError) as refusal, transaction.atomic():
        yield
    assert str(refusal.value).splitlines()[0] == message


def everything_holds() -> None:
    """Deferred constraints speak at the commit, which tests never reach."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
