"""The web server as a child that never outlives us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from .environment import BASE_DIR

PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None)  # Linux has it
PATIENCE = 30  # seconds to come up; a loaded machine imports slowly


def production_command(host: str, port: int) -> list[str]:
    configuration = ["--config", "python:metrology_plan.gunicorn_conf", "--bind", f"{host}:{port}"]
    return [sys.executable, "-m", "gunicorn", *configuration, "metrology_plan.wsgi"]


def development_command(host: str, port: int) -> list[str]:
    """Django's own server: its reloader knows templates and catalogues too, and survives a syntax error."""
    return [sys.executable, str(BASE_DIR / "manage.py"), "runserver", f"{host}:{port}"]


def die_with_parent() -> None:
    """A killed parent cannot tell its children. Where the system has no such call, the next start cleans up."""
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def web_server(command: list[str], lock: int) -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own: Ctrl-C reaches only us, and we end it in order."""
    child = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=BASE_DIR,
        start_new_session=True,
        pass_fds=[lock],
        preexec_fn=die_with_parent,  # noqa: PLW1509
    )
    try:
        yield child
    finally:
        end(child)


def end(child: subprocess.Popen[bytes], patience: float = 10) -> None:
    child.terminate()
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def wait_until_answering(child: subprocess.Popen[bytes], address: str) -> bool:
    """Whether the portal answers; False when its process has ended or it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310 - our own address
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False
