"""Two people at the same moment: calls on real connections that wait for the same lock, then go on together."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

from django.db import connection, transaction

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'
"""


def race(row: Any, *calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised. All have arrived at the locked row, a task mostly, before any may pass."""
    outcomes: list[Any] = [None] * len(calls)
    threads = [Thread(target=_run, args=(call, outcomes, place)) for place, call in enumerate(calls)]
    with transaction.atomic():
        type(row)._default_manager.select_for_update().get(pk=row.pk)
        for thread in threads:
            thread.start()
        _until_waiting(len(calls), threads)
    for thread in threads:
        thread.join(timeout=20)
    return outcomes


def begun(call: Callable[[], Any]) -> tuple[Thread, list[Any]]:
    """A call on a connection of its own that has come to wait for a lock of ours, and where its outcome will stand."""
    outcome: list[Any] = [None]
    thread = Thread(target=_run, args=(call, outcome, 0))
    thread.start()
    _until_waiting(1, [thread])
    return thread, outcome


def _until_waiting(wanted: int, threads: list[Thread]) -> None:
    """A call that fails before the lock is not waited for."""
    with connection.cursor() as cursor:
        waiting, begun = -1, time.monotonic()
        while time.monotonic() - begun < 20 and waiting < min(wanted, sum(thread.is_alive() for thread in threads)):
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the first answer again and again
            cursor.execute(WAITING)
            (waiting,) = cursor.fetchone()


def _run(call: Callable[[], Any], outcomes: list[Any], place: int) -> None:
    try:
        outcomes[place] = call()
    except Exception as refusal:
        outcomes[place] = refusal
    finally:
        connection.close()
