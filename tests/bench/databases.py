"""The bench's own PostgreSQL and its two databases: one plan with its demonstration, and a thousand of them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from metrology_plan.embedded_postgres.server import Server
from metrology_plan.run import prepare
from tests.bench import copies

SIZES = {"portal": 1, "thousand": 1000}  # database: plans


def build(folder: Path, *, reuse: bool) -> None:
    """From nothing, unless they stand there already and may be used again."""
    complete = folder / "complete"
    if not (reuse and complete.exists()):
        Server(folder / "postgres").stop()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o711, parents=True)
    prepare.prepare()
    if not complete.exists():
        with prepare.step("复制年度计划", "copying the plan"):
            _copy()
        complete.touch()


def _copy() -> None:
    connection.close()  # nobody may be in a database that is copied
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("CREATE DATABASE thousand TEMPLATE portal")
    for name, plans in SIZES.items():
        with using(name):
            copies.make(plans)
            copies.settle()


@contextmanager
def using(name: str) -> Iterator[None]:
    """This process in one of the databases."""
    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def process(folder: Path) -> int:
    """The process id of the database's server."""
    return Server(folder / "postgres").pid() or 0


def stop(folder: Path) -> None:
    connection.close()
    Server(folder / "postgres").stop()
