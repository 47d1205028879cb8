"""The figures in docs/performance.md, between two marks; what people have written round them stays."""

import os
import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection

BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of the figures -->"


def machine(memory: dict[int, float]) -> str:
    """Where and with what the figures were measured."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0].split()[0]
    connection.close()
    day = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    used = ", ".join(f"{megabytes:.0f} MB at {plans:,} plan{'s' * (plans > 1)}" for plans, megabytes in memory.items())
    return (
        f"{day} · {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} over five minutes · Python"
        f" {platform.python_version()}, Django {version('django')}, gunicorn {version('gunicorn')},"
        f" PostgreSQL {postgres} · memory of the web processes (PSS): {used}"
    )


def write(page: Path, told: str, figures: Any, bounds: list[Any]) -> None:
    before, _begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _old, _end, after = rest.partition(END)
    verdicts = "\n".join(f"- {'met' if bound.kept else '**broken**'}: {bound.text}" for bound in bounds)
    middle = f"\n\n{told}\n\n{figures.table()}\n\n{verdicts}\n\n"
    page.write_text(before + BEGIN + middle + END + after, encoding="utf-8")
