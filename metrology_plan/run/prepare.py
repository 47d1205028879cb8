"""The steps between an installed environment and a portal that can be served."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import Error, connection

from metrology_plan.embedded_postgres.programs import ServerError
from metrology_plan.embedded_postgres.server import Server

from . import Refused

OLDEST_POSTGRES = 15


def prepare() -> None:
    """Everything that must be true before the first request. Each step finds its work done and passes quickly."""
    with step("启动数据库", "starting the database"):
        start_database()
    with step("更新数据表", "updating the tables"):
        call_command("migrate", verbosity=0, interactive=False)
    with step("载入单位和 2023 年度计划", "loading departments and the 2023 plan"):
        load_reference_data()
    if settings.PORTAL_DEMO:
        with step("加入演示数据", "adding the demonstration"):
            call_command("seed_demo", verbosity=0)
    if not settings.DEBUG:
        with step("整理静态文件", "collecting static files"):
            collect_static_files(settings.STATIC_ROOT)


@contextmanager
def step(chinese: str, english: str) -> Iterator[None]:
    print(f"  {chinese} · {english} … ", end="", flush=True)
    begun = time.monotonic()
    yield
    print(f"{time.monotonic() - begun:.1f} s", flush=True)


def start_database() -> None:
    try:
        if not settings.DATABASE_URL:
            Server(Path(settings.DATABASES["default"]["HOST"])).start()
        connection.ensure_connection()
    except (ServerError, Error) as error:
        raise Refused(f"\n数据库不能使用 · The database cannot be used:\n{error}") from error
    if connection.get_database_version()[0] < OLDEST_POSTGRES:
        raise Refused(f"\nThe portal needs PostgreSQL {OLDEST_POSTGRES} or later; DATABASE_URL names an older one.")


def load_reference_data() -> None:
    """Only into an empty database: what people have entered since is theirs."""
    empty = not any(apps.get_model(name).objects.exists() for name in ("departments.Department", "tasks.Plan"))
    if empty:
        call_command("loaddata", "departments", "plan_2023", verbosity=0)


def collect_static_files(folder: Path) -> None:
    """Hashing and compressing take seconds, so only when a source has changed since the last time."""
    stamp = folder.with_name(f"{folder.name}.stamp")
    sources = fingerprint_of_sources()
    if folder.is_dir() and stamp.exists() and stamp.read_text() == sources:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(sources)


def fingerprint_of_sources() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
