"""Rows laid out once for all tests of a module, each of which finds them as they were made."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction


def laid_once(make: Callable[[], Any]) -> Any:
    """`rows = laid_once(make)`: a fixture of the module, in a transaction around those of its tests. Asked for or not,
    all of them meet its rows, so that none depends on those before it.

    What `make` returns is shared: keys and other values that nobody changes. Tests on real transactions have no place
    in such a module.
    """

    @pytest.fixture(scope="module", autouse=True)
    def rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        around = transaction.atomic()
        with django_db_blocker.unblock():
            around.__enter__()
            made = make()
        yield made
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)

    return rows
