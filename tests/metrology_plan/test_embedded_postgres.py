"""The embedded server on folders of its own: locale, role, crashes, zombies, two starters, impossible places."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from metrology_plan.embedded_postgres.programs import ServerError, can_pass, closed_to, require_way
from metrology_plan.embedded_postgres.server import Server

BASE_DIR = Path(settings.BASE_DIR)
embedded_only = pytest.mark.skipif(bool(settings.DATABASE_URL), reason="DATABASE_URL names another server")


@pytest.fixture(scope="module")
def server():
    """A short path that root's server can pass to; pytest's own folders are neither."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o711)
    server = Server(folder / "postgres", durable=False)
    yield server
    server.stop()
    shutil.rmtree(folder)


def ask(server: Server, query: str, *, user: str = "portal") -> list[tuple]:
    with closing(psycopg2.connect(host=str(server.folder), port="5432", user=user, dbname="portal")) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []


def kill(server: Server) -> int:
    """kill -9 of the postmaster; its process id."""
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def postmasters(server: Server) -> list[int]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or [""]
        if command[0].endswith("postgres") and str(server.folder) in command:
            found.append(process.pid)
    return found


# ---- what the suite itself runs on ----


def test_psycopg_3_is_absent():
    """Django would take it instead of psycopg2."""
    assert find_spec("psycopg") is None
    assert find_spec("psycopg2") is not None


@pytest.mark.django_db
@embedded_only
def test_the_suite_runs_as_a_role_that_cannot_switch_triggers_off():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles"
            " WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("portal", False, True, False, False)


@pytest.mark.django_db
@embedded_only
def test_the_suite_runs_in_c_utf8():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
            " WHERE datname = current_database()"
        )
        assert cursor.fetchone() == ("UTF8", "C.UTF-8", "C.UTF-8")


# ---- one server's life ----


@pytest.mark.parametrize("locale", ["C", "zh_CN.UTF-8", "nonsense"])
def test_the_callers_locale_does_not_matter(server, monkeypatch, locale):
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("LANG", locale)
    assert server.start() is True
    assert ask(server, "SELECT datcollate FROM pg_database ORDER BY datname") == [("C.UTF-8",)] * 4
    ask(server, "CREATE EXTENSION pg_trgm")
    assert ask(server, "SELECT array_length(show_trgm('计量'), 1)") == [(3,)]


def test_start_and_stop_say_what_they_did(server):
    server.stop()
    assert server.pid() is None
    assert server.stop() is False
    assert server.start() is True
    assert server.start() is False
    assert [server.pid()] == postmasters(server)
    assert server.stop() is True
    assert postmasters(server) == []


def test_nobody_else_reaches_it(server):
    server.start()
    assert ask(server, "SHOW listen_addresses") == [("",)]
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
    assert server.folder.owner() != "root"


def test_the_role_owns_the_database_and_nothing_more(server):
    server.start()
    role = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname = 'portal'"
    assert ask(server, role) == [(False, True, False, True)]
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'portal'"
    assert ask(server, owner) == [("portal",)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(server, "SET session_replication_role = replica")  # would switch every trigger off


def test_a_killed_server_comes_back_with_its_data(server):
    server.start()
    ask(server, "CREATE TABLE kept AS SELECT 17 AS number")
    kill(server)
    assert server.start() is True
    assert ask(server, "SELECT number FROM kept") == [(17,)]
    assert [server.pid()] == postmasters(server)
    ask(server, "DROP TABLE kept")


def test_another_programs_process_id_is_not_taken_for_the_server(server):
    """In a restarted container the number of the killed server may now be ours."""
    server.start()
    dead = kill(server)
    record = server.folder / "postmaster.pid"
    record.write_text(record.read_text().replace(str(dead), str(os.getpid()), 1))
    assert server.pid() is None
    assert server.start() is True
    assert server.pid() != os.getpid()
    assert psutil.pid_exists(os.getpid())


@pytest.mark.parametrize("rubbish", ["", "not a number\n", "\n\n", "99999999\n"])
def test_rubbish_in_the_pid_file_means_not_running(server, rubbish):
    server.start()
    server.stop()
    (server.folder / "postmaster.pid").write_text(rubbish)
    assert server.pid() is None
    (server.folder / "postmaster.pid").unlink()


def test_many_starters_make_one_server(server):
    server.stop()
    with ThreadPoolExecutor(4) as starters:
        started = list(starters.map(lambda _: server.start(), range(4)))
    assert sorted(started) == [False, False, False, True]
    assert [server.pid()] == postmasters(server)


def test_the_server_of_a_deleted_folder_is_ended(server):
    """It would notice within a minute, and remove the socket of its successor."""
    server.start()
    orphan = server.pid()
    shutil.rmtree(server.folder)
    assert server.start() is True
    assert server.pid() != orphan
    assert [server.pid()] == postmasters(server)


def test_an_interrupted_first_start_is_made_good(server):
    server.start()
    ask(server, "DROP DATABASE IF EXISTS half")
    with closing(psycopg2.connect(host=str(server.folder), port="5432", user="postgres", dbname="postgres")) as link:
        link.autocommit = True
        link.cursor().execute("DROP DATABASE portal")
        link.cursor().execute("DROP ROLE portal")
    assert server.start() is False
    assert ask(server, "SELECT current_user::text, current_database()::text") == [("portal", "portal")]


# ---- impossible places ----


def test_a_path_too_long_for_a_socket_is_refused_with_the_way_out():
    with pytest.raises(ServerError) as refusal:
        Server(Path("/tmp") / ("计" * 30) / "postgres").start()
    assert str(refusal.value).endswith("Set DATA_DIR to a shorter path, for example DATA_DIR=/var/tmp/portal")


def test_the_longest_possible_path_is_103_bytes(server):
    room = 103 - len("/.s.PGSQL.5432")
    longest = server.folder.parent / ("x" * (room - len(str(server.folder.parent)) - 1))
    assert len(str(longest)) == room
    with pytest.raises(ServerError) as refusal:
        Server(longest.with_name(longest.name + "x")).start()
    assert "too long" in str(refusal.value)
    fits = Server(longest, durable=False)
    assert fits.start() is True
    assert ask(fits, "SELECT 1") == [(1,)]
    assert fits.stop() is True


def test_a_folder_that_is_not_a_database_is_left_alone(server):
    other = server.folder.with_name("other")
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    with pytest.raises(ServerError) as refusal:
        Server(other, durable=False).start()
    assert str(refusal.value) == f"{other} is in the way and is not a database: move it elsewhere."
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    assert not other.with_name("other.new").exists()


def test_a_place_that_cannot_be_written_is_named():
    with pytest.raises(ServerError) as refusal:
        Server(Path("/proc/portal/postgres")).start()
    assert str(refusal.value) == "Cannot write in /proc/portal: No such file or directory. Set DATA_DIR."


def test_a_server_that_does_not_start_shows_its_last_words(server):
    server.start()
    server.stop()
    configuration = server.folder / "postgresql.auto.conf"
    before = configuration.read_text()
    configuration.write_text("shared_buffers = nonsense\n")
    with pytest.raises(ServerError) as refusal:
        server.start()
    configuration.write_text(before)
    assert 'invalid value for parameter "shared_buffers": "nonsense"' in str(refusal.value)


def test_a_folder_the_servers_user_cannot_pass_is_named_and_kept(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.getuid() and not folder.stat().st_mode & stat.S_IXOTH:
            closed = folder  # pytest keeps its own folders closed; the outermost is named
    assert closed_to(tmp_path / "closed" / "postgres", pwd.getpwnam("nobody")) == closed
    if not can_pass(pwd.getpwnam("nobody")):
        with pytest.raises(ServerError) as refusal:
            require_way(tmp_path / "closed" / "postgres", pwd.getpwnam("nobody"))
        assert str(refusal.value).endswith(f"or: chmod o+x {closed}")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    require_way(Path("/usr/bin/env"), pwd.getpwnam("nobody"))
    require_way(tmp_path / "closed" / "postgres", None)


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "passes"),
    [
        (0o100, "ours", 4242, True),
        (0o611, "ours", 4242, False),
        (0o010, 4242, "ours", True),
        (0o701, 4242, "ours", False),
        (0o001, 4242, 4242, True),
        (0o770, 4242, 4242, False),
    ],
)
def test_who_may_pass_through_a_folder(server, mode, uid, gid, passes):
    uid, gid = (os.getuid() if uid == "ours" else uid, os.getgid() if gid == "ours" else gid)
    user = pwd.struct_passwd(("somebody", "x", uid, gid, "", "/", "/bin/sh"))
    gate = Path(tempfile.mkdtemp(dir=server.folder.parent))
    gate.chmod(mode)
    with nullcontext() if passes or can_pass(user) else pytest.raises(ServerError):
        require_way(gate / "postgres", user)
    assert (closed_to(gate / "postgres", user) is None) == passes


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends itself another user")
def test_root_starts_a_server_in_a_folder_closed_to_everybody_else():
    closed = Path(tempfile.mkdtemp(prefix="pg-", dir="/root"))
    server = Server(closed / "postgres", durable=False)
    try:
        if can_pass(pwd.getpwnam("nobody")):
            server.start()
            assert ask(server, "SELECT current_user") == [("portal",)]
        else:
            with pytest.raises(ServerError):
                server.start()
    finally:
        server.stop()
        shutil.rmtree(closed)


# ---- the Django backend ----


def test_check_and_collectstatic_start_no_server(server):
    environ = os.environ | {"DATA_DIR": str(server.folder.parent / "lazy"), "DATABASE_URL": ""}
    for arguments in (["check"], ["collectstatic", "--dry-run", "--noinput"]):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=BASE_DIR, env=environ, check=True, capture_output=True)
    assert not (server.folder.parent / "lazy" / "postgres").exists()


@embedded_only
def test_a_port_in_the_shell_does_not_lead_to_another_server(monkeypatch):
    monkeypatch.setenv("PGPORT", "9999")
    assert connection.get_connection_params()["port"] == "5432"


@embedded_only
@pytest.mark.django_db
def test_the_backend_reports_an_impossible_server_as_a_database_error():
    other = connection.copy()
    other.settings_dict = {**other.settings_dict, "HOST": "/tmp/" + "x" * 100}
    with pytest.raises(OperationalError) as refusal:
        other.ensure_connection()
    assert "Set DATA_DIR to a shorter path" in str(refusal.value)


@embedded_only
@pytest.mark.django_db
def test_the_backend_starts_its_server_at_the_first_connection(server):
    server.stop()
    other = connection.copy()
    other.settings_dict = {**other.settings_dict, "HOST": str(server.folder), "NAME": "portal"}
    other.ensure_connection()
    with closing(other):
        assert server.pid() is not None
        assert ask(server, "SHOW server_version_num")[0][0].startswith("18")
        assert other.is_usable()
