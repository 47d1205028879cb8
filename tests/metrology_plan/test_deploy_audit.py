"""The roles of `deploy/`, tried in PostgreSQL: the portal's works, and the audit is out of its reach."""

import json
import os
import re
from contextlib import closing, contextmanager
from pathlib import Path

import pghistory.models
import psycopg2
import pytest
from django.apps import apps
from django.db import connection
from psycopg2.errors import InsufficientPrivilege

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def statements(name, role, database, owner):
    """A file of SQL for other names than its own, without what is psql's and without its transaction."""
    lines = (DEPLOY / name).read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("\\") and line not in {"BEGIN;", "COMMIT;"})
    text = re.sub(r"DATABASE portal\b", f"DATABASE {database}", text)
    text = re.sub(r"ROLE portal_owner\b", f"ROLE {owner}", text)
    return re.sub(r"\b(TO|FROM) portal\b", rf"\1 {role}", text)


class Session:
    """A transaction, never committed, in the database of the tests."""

    def __init__(self, cursor, role, owner):
        self.cursor, self.role, self.owner = cursor, role, owner

    def become(self, name):
        self.cursor.execute(f"SET LOCAL SESSION AUTHORIZATION {name}")

    def ask(self, statement, *values):
        self.cursor.execute(statement, values or None)
        return self.cursor.fetchone()[0]

    @contextmanager
    def refused(self):
        self.cursor.execute("SAVEPOINT before")
        with pytest.raises(InsufficientPrivilege):
            yield
        self.cursor.execute("ROLLBACK TO SAVEPOINT before")

    def privileges(self, table):
        known = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
        return [name for name in known if self.ask("SELECT has_table_privilege(%s, %s, %s)", self.role, table, name)]


@pytest.fixture
def portal(db):
    """A session as the role that runs the portal, with the rights that the files of `deploy/` give it."""
    here = connection.get_connection_params()
    role, owner, database = f"web_{os.getpid()}", here["user"], here["dbname"]
    try:
        superuser = psycopg2.connect(**here | {"user": "postgres"})
    except psycopg2.OperationalError:
        pytest.skip("no superuser of this PostgreSQL lets us in")
    with closing(superuser), superuser.cursor() as cursor:
        session = Session(cursor, role, owner)
        cursor.execute(f"CREATE ROLE {role} LOGIN")
        per_database = statements("roles.sql", role, database, owner).split("-- Not even temporary tables", 1)[1]
        cursor.execute(f"--{per_database}")
        cursor.execute(statements("grants.sql", role, database, owner))
        session.become(role)
        yield session
        superuser.rollback()


EVENTS = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]


def test_there_is_an_audit():
    assert {"tasks_taskevent", "tasks_reportevent", "departments_userevent"} <= {row._meta.db_table for row in EVENTS}


def test_the_portal_may_read_the_audit_and_nothing_else(portal):
    kept = [*(model._meta.db_table for model in EVENTS), "pghistory_context", "django_migrations"]
    assert {table: portal.privileges(table) for table in kept} == {table: ["SELECT"] for table in kept}
    assert portal.privileges("departments_accessevent") == ["SELECT", "INSERT"]


def test_the_portal_may_write_every_other_table_row_by_row(portal):
    audit = {model._meta.db_table for model in EVENTS} | {"pghistory_context", "departments_accessevent"}
    rest = sorted(set(connection.introspection.django_table_names(only_existing=True)) - audit)
    assert "tasks_task" in rest
    writes = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    assert {table: portal.privileges(table) for table in rest} == dict.fromkeys(rest, writes)


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE tasks_taskevent SET title = ''",
        "DELETE FROM tasks_taskevent",
        "INSERT INTO tasks_taskevent SELECT * FROM tasks_taskevent",
        "TRUNCATE tasks_taskevent",
        "TRUNCATE tasks_task CASCADE",
        "DROP TABLE tasks_taskevent",
        "ALTER TABLE tasks_task DISABLE TRIGGER ALL",
        "ALTER TABLE tasks_taskevent DISABLE TRIGGER USER",
        "ALTER FUNCTION _pgtrigger_should_ignore(name) RENAME TO x",
        "SET session_replication_role = replica",
        "UPDATE pghistory_context SET metadata = '{}'",
        "DELETE FROM departments_accessevent",
        "CREATE TEMPORARY TABLE tasks_taskevent (id integer)",
        "CREATE TABLE x (id integer)",
        "CREATE SCHEMA x",
        "SET ROLE postgres",
        "CREATE RULE x AS ON INSERT TO tasks_taskevent DO INSTEAD NOTHING",
    ],
)
def test_the_audit_is_out_of_the_portals_reach(portal, attempt):
    with portal.refused():
        portal.cursor.execute(attempt)


def test_work_goes_on_and_is_recorded(portal):
    before = portal.ask("SELECT count(*) FROM tasks_taskevent")
    portal.cursor.execute("UPDATE tasks_task SET state_note = 'x'")
    assert portal.cursor.rowcount == 17
    assert portal.ask("SELECT count(*) FROM tasks_taskevent") == before + 17
    portal.cursor.execute("DELETE FROM tasks_assignment WHERE task_id = (SELECT id FROM tasks_task WHERE number = 4)")
    deleted = portal.ask("SELECT count(*) FROM tasks_assignmentevent WHERE pgh_label = 'delete'")
    assert (portal.cursor.rowcount, deleted > 0) == (1, True)
    portal.cursor.execute("INSERT INTO departments_accessevent (kind, username, request) VALUES ('failed', 'x', '')")
    assert portal.cursor.rowcount == 1


def test_no_trigger_is_skipped_at_a_sessions_wish(portal):
    names = (
        "SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgrelid = 'tasks_task'::regclass AND NOT tgisinternal"
    )
    portal.cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [portal.ask(names)])
    before = portal.ask("SELECT count(*) FROM tasks_taskevent")
    portal.cursor.execute("UPDATE tasks_task SET state_note = 'x' WHERE number = 1")
    assert portal.ask("SELECT count(*) FROM tasks_taskevent") == before + 1


def test_who_did_it_is_recorded_and_stays(portal):
    def act(user):
        said = ["pghistory.context_id", context, "pghistory.context_metadata", json.dumps({"user": user})]
        portal.cursor.execute("SELECT set_config(%s, %s, true), set_config(%s, %s, true)", said)
        portal.cursor.execute("UPDATE tasks_task SET state_note = state_note || 'x' WHERE number = 1")
        return portal.ask("SELECT metadata FROM pghistory_context WHERE id = %s", context)

    context = "0b0c1f0e-0000-4000-8000-000000000001"
    assert [act(1), act(2)] == [{"user": 1}, {"user": 1}]
    assert portal.ask("SELECT count(*) FROM tasks_taskevent WHERE pgh_context_id = %s", context) == 2


def test_a_later_table_is_read_only_until_the_grants_come(portal):
    portal.become(portal.owner)
    portal.cursor.execute("CREATE TABLE later (id integer)")
    portal.become(portal.role)
    assert portal.privileges("later") == ["SELECT"]
    portal.become("postgres")
    portal.cursor.execute(statements("grants.sql", portal.role, "unused", portal.owner))
    assert portal.privileges("later") == ["SELECT", "INSERT", "UPDATE", "DELETE"]
