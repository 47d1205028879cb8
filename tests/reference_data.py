"""What stands in test databases, laid out once, kept aside and put back after a flush: the departments and the plan
of 2023 everywhere, the demonstration where a browser looks at it."""

from collections.abc import Iterable

import pgtrigger
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from pghistory.models import Context

from departments.models import Department, DepartmentAlias, Membership
from tasks.models import Assignment, Milestone, Place, Plan, ReportingPeriod, Task, TaskGroup

MODELS = (
    *(Department, DepartmentAlias, Membership),
    *(Plan, TaskGroup, Task, Assignment, Milestone, ReportingPeriod, Place),
)
TABLES = [model._meta.db_table for model in MODELS]


def load() -> None:
    call_command("loaddata", "departments", "plan_2023", verbosity=0)
    keep("reference", TABLES)


def put_back() -> None:
    """The same rows under the same keys, if they are gone; ten times as fast as loading them."""
    if not Department.objects.exists():
        copy("reference", TABLES)


def demonstrate() -> None:
    """The demonstration, which takes seconds to be told; where it has been told before, in a moment."""
    if not is_kept("demonstration"):
        call_command("seed_demo", verbosity=0)
        keep("demonstration", everything())
        return
    with transaction.atomic(), pgtrigger.ignore():  # the audit is copied as well
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(everything())} CASCADE")
        copy("demonstration", everything())


def everything() -> list[str]:
    """The tables of the domain and of its audit."""
    models = [*apps.get_app_config("departments").get_models(), *apps.get_app_config("tasks").get_models(), Context]
    return [model._meta.db_table for model in models]


def is_kept(schema: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema])
        return cursor.fetchone()[0]


def keep(schema: str, tables: Iterable[str]) -> None:
    """A copy in a schema of its own, which no flush reaches."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")
        for table in tables:
            cursor.execute(f"CREATE TABLE {schema}.{table} AS TABLE {table}")


def copy(schema: str, tables: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {schema}.{table}")
