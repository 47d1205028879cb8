"""make run: what it decides, what it refuses, and its whole life with kill -9 in the middle."""

import http.client
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path

import psutil
import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command

from departments.models import User
from metrology_plan.embedded_postgres.server import Server
from metrology_plan.run import Refused, environment
from metrology_plan.run.accounts import table, welcome
from metrology_plan.run.only_one import OnlyOne, require_free_port
from metrology_plan.run.prepare import fingerprint_of_sources
from metrology_plan.run.serve import children, end, wait_until_answering, watch
from tasks.demo.people import make_accounts

pytestmark = pytest.mark.xdist_group("run")  # one worker: the first start is the slow one

PATIENCE = 180  # seconds; with coverage, beside a busy worker, a first start takes a minute

# ---- what a run decides ----


@pytest.mark.parametrize(
    ("environ", "demo", "today"),
    [
        ({}, "1", "2023-06-15"),
        ({"DEMO": ""}, "1", "2023-06-15"),
        ({"DEMO": "1"}, "1", "2023-06-15"),
        ({"DEMO": "0"}, "0", ""),
        ({"DEMO": "false"}, "0", ""),
        ({"DATABASE_URL": "postgres://x"}, "0", ""),
        ({"DATABASE_URL": "postgres://x", "DEMO": "1"}, "1", "2023-06-15"),
        ({"PORTAL_TODAY": "2023-09-29"}, "1", "2023-09-29"),
        ({"PORTAL_TODAY": ""}, "1", ""),
        ({"DEMO": "0", "PORTAL_TODAY": "2023-09-29"}, "0", "2023-09-29"),
    ],
)
def test_demonstration_and_date(environ, demo, today):
    assert environment.settle(environ, "secret") == {
        "SECRET_KEY": "secret",
        "PORTAL_TLS": "0",
        "PORTAL_DEMO": demo,
        "PORTAL_TODAY": today,
        "PORT": "8000",
    }


@pytest.mark.parametrize("answer", ["2", "maybe", "否", " 1"])
def test_an_unclear_demo_is_refused(answer):
    with pytest.raises(Refused):
        environment.wants_demonstration({"DEMO": answer})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a", "８０００", "1e3", " 8000", "99999999999"])
def test_an_impossible_port_is_refused(port):
    with pytest.raises(Refused):
        environment.port({"PORT": port})


@pytest.mark.parametrize(("text", "port"), [("", 8000), ("1", 1), ("8001", 8001), ("65535", 65535)])
def test_a_possible_port(text, port):
    assert environment.port({"PORT": text}) == port


def test_the_secret_is_made_once_and_private(tmp_path):
    folder = tmp_path / "data"
    first = environment.keep(folder, {})
    second = environment.keep(folder, {"DEMO": "0", "PORT": "8001"})
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 50
    assert environment.keep(tmp_path / "other", {})["SECRET_KEY"] != first["SECRET_KEY"]
    assert stat.S_IMODE((folder / "env").stat().st_mode) == 0o600
    assert (folder / "env").read_text().splitlines()[1:] == [
        "PORTAL_TLS=0",
        "PORTAL_DEMO=0",
        "PORTAL_TODAY=",
        "PORT=8001",
    ]
    assert [path.name for path in folder.iterdir()] == ["env"]


def test_an_open_env_file_is_closed_again(tmp_path):
    (tmp_path / "env").write_text("SECRET_KEY=kept\n")
    (tmp_path / "env").chmod(0o644)
    assert environment.keep(tmp_path, {})["SECRET_KEY"] == "kept"
    assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600


# ---- what it says and refuses ----


def test_the_table_is_aligned_in_columns_of_a_terminal():
    rows = [("admin", "系统管理员", "—"), ("pudong", "填报人", "浦东新区市场监管局")]
    assert table(rows) == [
        "  账号    角色        单位",
        "  admin   系统管理员  —",
        "  pudong  填报人      浦东新区市场监管局",
        "",
    ]


@pytest.mark.django_db
def test_the_welcome_of_a_demonstration(settings):
    settings.PORTAL_DEMO, settings.PORTAL_TODAY = True, date(2023, 6, 15)
    call_command("loaddata", "departments", verbosity=0)
    make_accounts()
    User.objects.filter(username="xuhui").update(is_active=False)  # not offered
    assert welcome("http://127.0.0.1:8000").splitlines()[1:] == [
        "  门户地址 · the portal is at  http://127.0.0.1:8000/",
        "  门户日期 · its date is       2023-06-15",
        "  停止 · stop it with          Ctrl-C",
        "",
        "  演示账号，密码 · demonstration accounts, password: metrology-demo",
        "",
        "  账号      角色        单位",
        "  admin     系统管理员  —",
        "  planner   计划管理    市局计量处",
        "  planner2  计划管理    市局计量处",
        "  jlc       填报员      市局计量处",
        "  leader    局领导      —",
        "  pudong    填报员      浦东新区市场监管局",
        "  simt      填报员      市计量测试技术研究院",
        "  sqi       填报员      市质量监督检验技术研究院",
    ]


def test_a_place_that_cannot_be_written_is_named():
    with pytest.raises(Refused) as refusal:
        OnlyOne(Path("/proc/portal")).take("http://127.0.0.1:8000")
    assert str(refusal.value) == (
        "不能写入 · Cannot write /proc/portal/run.lock: No such file or directory. Set DATA_DIR."
    )


def test_a_server_that_ends_is_not_waited_for():
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        assert wait_until_answering(child, "http://127.0.0.1:1") is False


def test_a_server_that_ignores_term_is_killed():
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        end(child, patience=0.1)
        assert child.returncode == -signal.SIGKILL


def test_a_worker_that_ends_is_started_again_until_the_web_server_has_ended(tmp_path):
    """Each worker writes a line and ends; the web server ends when there are three."""
    lines = tmp_path / "lines"
    lines.touch()
    work = ["sh", "-c", f"echo >> {lines}"]
    serve = ["sh", "-c", f"until [ $(wc -l < {lines}) -ge 3 ]; do sleep 0.02; done"]
    with (tmp_path / "lock").open("w") as lock, children(lock.fileno()) as start:
        web = start(serve)
        watch(web, start(work), lambda: start(work), pause=0.05)
        assert web.returncode == 0
    assert len(lines.read_text()) >= 3


def test_children_are_ended_together_whatever_they_are_doing(tmp_path):
    wait = [sys.executable, "-c", "import time; time.sleep(60)"]
    with (tmp_path / "lock").open("w") as lock:
        with children(lock.fileno()) as start:
            both = [start(wait), start(wait)]
        assert [child.returncode for child in both] == [-signal.SIGTERM, -signal.SIGTERM]


def test_a_taken_port_is_refused_with_the_next_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused) as refusal:
            require_free_port("127.0.0.1", port)
    assert str(refusal.value).endswith(f"Choose another: PORT={port + 1} make run")


def test_a_second_taker_is_told_where_the_first_is(tmp_path):
    first, second = OnlyOne(tmp_path), OnlyOne(tmp_path)
    first.take("http://127.0.0.1:8000")
    with pytest.raises(Refused) as refusal:
        second.take("http://127.0.0.1:8001")
    first.file.close()
    second.file.close()
    assert str(refusal.value).endswith(
        f"already running at http://127.0.0.1:8000. Stop it with Ctrl-C there, or: kill {os.getpid()}"
    )


def test_what_a_killed_run_left_is_ended(tmp_path):
    """On a system that does not tell children of their parent's death."""
    with (tmp_path / "run.lock").open("w") as lock:
        take = (
            "import fcntl, sys, time; fcntl.flock(int(sys.argv[1]), fcntl.LOCK_EX); print(flush=True); time.sleep(60)"
        )
        command = [sys.executable, "-c", take, str(lock.fileno())]
        pipe = subprocess.PIPE
        left = subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True, pass_fds=[lock.fileno()])
        assert left.stdout is not None
        left.stdout.readline()
        lock.write(f"4194304 {left.pid} http://127.0.0.1:8000")
    only_one = OnlyOne(tmp_path)
    only_one.take("http://127.0.0.1:8001")
    only_one.file.close()
    left.communicate(timeout=5)
    assert left.returncode == -signal.SIGKILL
    assert (tmp_path / "run.lock").read_text() == f"{os.getpid()} http://127.0.0.1:8001"


def test_the_fingerprint_of_the_static_sources_is_stable():
    assert fingerprint_of_sources() == fingerprint_of_sources()
    assert re.fullmatch("[0-9a-f]{64}", fingerprint_of_sources())


# ---- its whole life ----


class Portal:
    """The supervisor as a child of ours, on a free port and a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.server = Server(folder / "postgres")
        self.environ = os.environ | {"DATA_DIR": str(folder), "PORT": str(self.port), "DEMO": "0", "DATABASE_URL": ""}
        for name in ("SECRET_KEY", "PYTEST_XDIST_WORKER", "DJANGO_SETTINGS_MODULE"):
            self.environ.pop(name, None)

    def start(self, action: str = "run") -> subprocess.Popen:
        command = [sys.executable, "-m", "metrology_plan.run", action]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environ, stdout=pipe, stderr=pipe, text=True)

    def said(self, action: str = "run") -> tuple[str, str]:
        """What a run that ends by itself writes to its two streams."""
        return self.start(action).communicate(timeout=PATIENCE)

    @contextmanager
    def running(self, action: str = "run"):
        run = self.start(action)
        self.wait_until_ready(run)
        yield run
        run.terminate()
        run.communicate(timeout=PATIENCE)

    def wait_until_ready(self, run: subprocess.Popen) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert run.poll() is None, run.communicate()
            with suppress(urllib.error.URLError, OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5).close()
                return
        pytest.fail("the portal did not become ready")

    def heard(self, run: subprocess.Popen, until: str) -> str:
        """What it has printed up to the line that has `until` in it."""
        assert run.stdout is not None
        lines: list[str] = []
        while not lines or until not in lines[-1]:
            lines.append(run.stdout.readline())
            assert lines[-1], lines
        return "".join(lines)

    def web_processes(self) -> list[psutil.Process]:
        web = psutil.Process(int((self.folder / "run.lock").read_text().split()[1]))
        return [web, *web.children(recursive=True)]

    def processes(self) -> list[psutil.Process]:
        """The web server's and the worker's."""
        worker = psutil.Process(int((self.folder / "run.lock").read_text().split()[2]))
        assert "db_worker" in worker.cmdline()
        return [*self.web_processes(), worker, *worker.children(recursive=True)]

    def ask(self, query: str) -> list[tuple]:
        with closing(psycopg2.connect(host=str(self.server.folder), port="5432", user="portal")) as link:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def portal():
    """Short, because a socket lives in it; passable, because root's server is another user."""
    folder = Path(tempfile.mkdtemp(prefix="run-"))
    folder.chmod(0o711)
    portal = Portal(folder)
    yield portal
    portal.server.stop()
    shutil.rmtree(folder)


def gone(processes: list[psutil.Process]) -> bool:
    return psutil.wait_procs(processes, timeout=15)[1] == []


@pytest.fixture(scope="class")
def run(portal):
    """Of a database that was empty."""
    portal.said("reset")
    with portal.running() as run:
        yield run


class TestWhileItRuns:
    def test_an_empty_database_gets_the_plan(self, portal, run):
        assert portal.ask("SELECT count(*) FROM departments_department") == [(42,)]
        assert portal.ask("SELECT count(*) FROM tasks_task") == [(17,)]
        assert len(portal.web_processes()) == 3  # gunicorn and its two workers

    def test_too_long_an_address_is_told_by_the_portal_and_a_flood_by_gunicorn(self, portal, run):
        for length, status, media_type in (
            (8100, 414, "application/problem+json"),
            (131_000, 414, "application/problem+json"),
            (132_000, 414, "text/html"),
        ):
            link = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=15)
            link.request("GET", "/api/v1/tasks/?q=".ljust(length, "x"))
            answer = link.getresponse()
            assert (answer.status, answer.headers["Content-Type"]) == (status, media_type)
            link.close()

    def test_a_second_run_is_told_and_harms_nothing(self, portal, run):
        told = f"The portal is already running at http://127.0.0.1:{portal.port}. "
        for action in ("run", "dev", "reset"):
            out, err = portal.said(action)
            assert (out, err.splitlines()[-1]) == ("", f"{told}Stop it with Ctrl-C there, or: kill {run.pid}")
        assert portal.ask("SELECT 1") == [(1,)]
        assert run.poll() is None


def test_term_stops_all_of_it_quickly(portal):
    with portal.running() as run:
        welcome = portal.heard(run, until="Ctrl-C")
        processes = portal.processes()
        begun = time.monotonic()
        run.terminate()
        out, _err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 0
    assert time.monotonic() - begun < 10
    assert gone(processes)
    assert portal.server.pid() is None
    assert f"http://127.0.0.1:{portal.port}/\n" in welcome
    assert out.endswith("已停止 · Stopped.\n")
    assert "metrology-demo" not in welcome + out  # DEMO=0


def test_a_killed_supervisor_leaves_no_workers(portal):
    with portal.running() as run:
        portal.ask("DROP TABLE IF EXISTS entered; CREATE TABLE entered AS SELECT '计量'::text AS word")
        portal.heard(run, until="Ctrl-C")
        left = portal.processes()
        run.kill()
    with portal.running():
        assert gone(left)
        assert portal.ask("SELECT word FROM entered") == [("计量",)]


def test_a_kill_of_everything_damages_nothing(portal):
    with portal.running() as run:
        portal.ask("DROP TABLE IF EXISTS entered; CREATE TABLE entered AS SELECT '计量'::text AS word")
        for process in [psutil.Process(portal.server.pid()), *portal.web_processes(), psutil.Process(run.pid)]:
            process.kill()
    with portal.running():
        assert portal.ask("SELECT word FROM entered") == [("计量",)]


@pytest.mark.parametrize("_again", range(3))
def test_ctrl_c_during_the_start_leaves_nothing(portal, _again):
    run = portal.start()
    run.stdout.read(1)  # the first step has begun
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=PATIENCE)
    assert run.returncode == 0
    assert portal.server.pid() is None


def test_reset_removes_the_database_alone(portal):
    with portal.running():
        pass
    (portal.folder / "mail").mkdir(exist_ok=True)  # as a demonstration has it, and perhaps an earlier test's
    before = {path.name for path in portal.folder.iterdir()}
    assert portal.said("reset")[1] == ""
    left = {path.name for path in portal.folder.iterdir()}
    assert (before - left, left - before) == ({"postgres"}, set())
    assert left >= {"env", "mail", "postgres.lock", "run.lock", "static", "static.stamp"}


def test_a_demonstration_in_development_stops_as_cleanly(portal, monkeypatch):
    monkeypatch.setitem(portal.environ, "DEMO", "1")
    with portal.running("dev") as run:
        assert portal.ask("SELECT count(*) FROM departments_user WHERE username = 'pudong'") == [(1,)]
        welcome = portal.heard(run, until="sqi")
        processes = portal.processes()
        run.terminate()
        run.communicate(timeout=PATIENCE)
    assert "metrology-demo" in welcome
    assert "2023-06-15" in welcome
    assert gone(processes)
    assert portal.server.pid() is None


def test_a_web_server_that_does_not_start_ends_the_run(portal, monkeypatch):
    monkeypatch.setitem(portal.environ, "GUNICORN_CMD_ARGS", "--worker-class nonsense")
    _out, err = portal.said()
    assert err.splitlines()[-1] == "网页服务已停止，原因见上 · The web server has stopped; the reason is above."
    assert portal.server.pid() is None


def test_a_database_that_does_not_answer_ends_the_run(portal, monkeypatch):
    monkeypatch.setitem(portal.environ, "DATABASE_URL", "postgres://portal@127.0.0.1:1/portal")
    _out, err = portal.said()
    assert err.splitlines()[1] == "数据库不能使用 · The database cannot be used:"
    assert "Traceback" not in err


def test_a_taken_port_is_said_before_any_work(portal):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the tests before have just used it
        taken.bind(("127.0.0.1", portal.port))
        taken.listen()
        out, err = portal.said()
    assert out == ""
    assert err.splitlines()[-1].endswith(f"Choose another: PORT={portal.port + 1} make run")


def test_reset_refuses_a_server_of_the_operators_own(portal, monkeypatch):
    monkeypatch.setitem(portal.environ, "DATABASE_URL", "postgres://portal@db.example/portal")
    refusal = "DATABASE_URL is set: the portal does not delete a database that is not its own.\n"
    assert portal.said("reset") == ("", refusal)
