"""The departments and the 2023 plan in a test database: loaded once, kept aside, put back after a flush."""

from django.core.management import call_command
from django.db import connection

from departments.models import Department, DepartmentAlias, Membership
from tasks.models import Assignment, Milestone, Place, Plan, ReportingPeriod, Task, TaskGroup

MODELS = (
    *(Department, DepartmentAlias, Membership),
    *(Plan, TaskGroup, Task, Assignment, Milestone, ReportingPeriod, Place),
)
TABLES = [model._meta.db_table for model in MODELS]


def load() -> None:
    """A copy stands in a schema of its own, which no flush reaches."""
    call_command("loaddata", "departments", "plan_2023", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS reference CASCADE; CREATE SCHEMA reference")
        for table in TABLES:
            cursor.execute(f"CREATE TABLE reference.{table} AS TABLE {table}")


def put_back() -> None:
    """The same rows under the same keys, if they are gone; ten times as fast as loading them."""
    if Department.objects.exists():
        return
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM reference.{table}")
