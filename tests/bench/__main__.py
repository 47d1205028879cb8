"""python -m tests.bench, behind `make bench`. Ends with 1 when a bound is broken.

From the environment: BENCH_REUSE=1 takes the databases of the last run, BENCH_ROUNDS is how often each page has its
turn.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from metrology_plan.run import Refused
from metrology_plan.run.environment import BASE_DIR, DEMO_DATE

FOLDER = BASE_DIR / ".data" / "bench"
REPORT = BASE_DIR / "docs" / "performance.md"
CONNECTIONS = (1, 16)
REQUESTS, SECONDS = 100, 1.0  # on each connection at most, before the next page has its turn


def main() -> int:
    set_environment()
    import django

    django.setup()  # only now: the settings read the environment of the bench
    from tests.bench import databases
    from tests.bench.report import machine, write

    databases.build(FOLDER, reuse=os.environ.get("BENCH_REUSE", "") == "1")
    try:
        figures = measure()
        where = machine(figures.memory)
    finally:
        databases.stop(FOLDER)
    bounds = figures.bounds()
    verdicts = [f"{'met' if bound.kept else 'BROKEN':8}{bound.text}" for bound in bounds]
    print("\n".join(["", where, figures.table(), *verdicts]), flush=True)
    write(REPORT, where, figures, bounds)
    return 0 if all(bound.kept for bound in bounds) else 1


def set_environment() -> None:
    """Nothing of a developer's own portal reaches the bench. What is served is what `make run` serves."""
    for name in ("DEBUG", "DATABASE_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "LOG_LEVEL"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "DATA_DIR": str(FOLDER),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PORTAL_TLS": "0",
        "PORTAL_DEMO": "1",
        "PORTAL_TODAY": DEMO_DATE,
    }


def measure() -> Any:
    """Both portals side by side, asked in turns."""
    from tests.bench import databases, figures, portal
    from tests.bench.questions import Session, queries, questions

    asked, counted = {}, {}
    for name in databases.SIZES:
        with databases.using(name):
            session, found = Session(), questions()
            asked[name] = {page: [one.sent(session) for one in each] for page, each in found.items()}
            counted[name] = {page: queries(each[0]) for page, each in found.items()}
    with portal.serving(list(databases.SIZES), FOLDER) as portals:
        database = databases.process(FOLDER)
        samples = load(
            {
                "name": page,
                "port": one.port,
                "asked": asked[one.database][page],
                "processes": [one.process.pid, database],
            }
            for page in asked["portal"]
            for one in portals
        )
        names = {one.port: one.database for one in portals}
        memory = {databases.SIZES[one.database]: one.memory() for one in portals}
    return figures.Figures(
        [
            figures.figure(each, databases.SIZES[names[each["port"]]], counted[names[each["port"]]][each["page"]])
            for each in samples
        ],
        memory,
    )


def load(pages: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The client's samples of all pages."""
    work = {
        "pages": list(pages),
        "connections": CONNECTIONS,
        "rounds": int(os.environ.get("BENCH_ROUNDS", "6")),
        "requests": REQUESTS,
        "seconds": SECONDS,
    }
    print("  访问 · asking … ", end="", flush=True)
    command = [sys.executable, "-m", "tests.bench.client"]
    done = subprocess.run(command, input=json.dumps(work), stdout=subprocess.PIPE, text=True, cwd=BASE_DIR, check=True)
    samples: list[dict[str, Any]] = json.loads(done.stdout)
    print(f"{sum(len(each['seconds']) for each in samples)} answers, all right", flush=True)
    return samples


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refused as refusal:
        sys.exit(str(refusal))
