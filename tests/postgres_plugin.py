"""The suite's environment and its own PostgreSQL, one for all workers. Imported before Django reads its settings."""

import os
import secrets
import shutil
import tempfile
from pathlib import Path

import psutil

PREFIX = "portal-tests-"


def is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def set_environment() -> None:
    """Nothing of the developer's own portal reaches the tests, and nothing of theirs reaches it.

    Workers inherit what the first process has decided."""
    if is_worker():
        return
    for name in (
        "DEBUG",
        "PORTAL_DEMO",
        "PORTAL_TODAY",
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "TRUSTED_PROXIES",
        "PORT",
        "DEMO",
    ):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "metrology_plan.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PORTAL_TLS": "0",
        "DATA_DIR": str(own_folder()),
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright runs an event loop in the thread of the tests
    }


def own_folder() -> Path:
    """A short path, because a socket lives in it; passable, because root's server is another user."""
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)
    (folder / "static").mkdir()  # WhiteNoise warns when it is missing
    return folder


def start() -> None:
    if is_worker() or os.environ.get("DATABASE_URL"):
        return
    remove_leftovers()
    server(Path(os.environ["DATA_DIR"])).start()


def stop() -> None:
    if not is_worker():
        remove(Path(os.environ["DATA_DIR"]))


def remove_leftovers() -> None:
    """Of runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = int(folder.name.removeprefix(PREFIX).split("-")[0])
        if not psutil.pid_exists(owner):
            remove(folder)


def remove(folder: Path) -> None:
    server(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


def server(folder: Path):
    from metrology_plan.embedded_postgres.server import Server

    return Server(folder / "postgres", durable=False)
