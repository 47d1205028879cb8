"""The web server and the worker as children that never outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .environment import BASE_DIR

PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None)  # Linux has it
PATIENCE = 30  # seconds to come up; a loaded machine imports slowly
PAUSE = 10  # seconds between two starts of a worker that keeps ending

Child = subprocess.Popen[bytes]


def production_command(host: str, port: int) -> list[str]:
    configuration = ["--config", "python:metrology_plan.gunicorn_conf", "--bind", f"{host}:{port}"]
    return [sys.executable, "-m", "gunicorn", *configuration, "metrology_plan.wsgi"]


def development_command(host: str, port: int) -> list[str]:
    """Django's own server: its reloader knows templates and catalogues too, and survives a syntax error."""
    return [sys.executable, str(BASE_DIR / "manage.py"), "runserver", f"{host}:{port}"]


def worker_command() -> list[str]:
    """Writes what is too large for a request. Its own log lines tell enough; the library's would tell of every job."""
    return [sys.executable, str(BASE_DIR / "manage.py"), "db_worker", "--no-startup-delay", "--verbosity", "0"]


def die_with_parent() -> None:
    """A killed parent cannot tell its children. Where the system has no such call, the next start cleans up."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def children(lock: int) -> Iterator[Callable[[list[str]], Child]]:
    """Starts commands, each in a session of its own: Ctrl-C reaches only us, and we end them in order."""
    started: list[Child] = []

    def start(command: list[str]) -> Child:
        child = subprocess.Popen(  # noqa: S603 - our own command
            command,
            cwd=BASE_DIR,
            start_new_session=True,
            pass_fds=[lock],
            preexec_fn=die_with_parent,  # noqa: PLW1509
        )
        started.append(child)
        return child

    try:
        yield start
    finally:
        end(*started)


def end(*children: Child, patience: float = 10) -> None:
    """All at once: none waits for another to finish what it has begun."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + patience
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def watch(web: Child, worker: Child, start_worker: Callable[[], Child], pause: float = PAUSE) -> None:
    """Until the web server ends; a worker that ends is started again."""
    since = time.monotonic()
    while web.poll() is None:
        time.sleep(min(pause, 0.5))
        if worker.poll() is not None and time.monotonic() - since >= pause:
            worker, since = start_worker(), time.monotonic()


def wait_until_answering(child: Child, address: str) -> bool:
    """Whether the portal answers; False when its process has ended or it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 - our own address
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False
