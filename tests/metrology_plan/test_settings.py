"""Settings from the environment: safe when nothing is set, loud when something is wrong. Each reads them anew."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from metrology_plan.settings import portal_date

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-secret-that-is-long-enough-for-a-test-0123456789-abcdefghijklm"
READ = """
import json, sys, metrology_plan.settings as s
print(json.dumps({name: getattr(s, name) for name in sys.argv[1:]}, default=str))
"""


def run(*arguments, folder, **environment):
    """A process in which nothing is set but what is given; None takes a setting away."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "VIRTUAL_ENV") if name in os.environ}
    kept |= {"DJANGO_SETTINGS_MODULE": "metrology_plan.settings"}
    given = {"SECRET_KEY": KEY, "DATA_DIR": str(folder)} | environment
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        env=kept | {name: value for name, value in given.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def read(folder, *names, **environment):
    done = run("-c", READ, *names, folder=folder, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ---- production ----


def test_nothing_is_to_be_said_of_a_deployment(tmp_path):
    """With the two things that an installation must say itself: its secret and its host."""
    (tmp_path / "static").mkdir()
    environment = {"ALLOWED_HOSTS": "portal.example", "DATABASE_URL": "postgres://portal:x@db.example/portal"}
    check = ["manage.py", "check", "--deploy", "--fail-level", "INFO"]
    done = run(*check, folder=tmp_path, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "System check identified no issues (0 silenced)."


def test_what_is_not_set_is_safe(tmp_path):
    safe = {
        "SECRET_KEY": KEY,
        "DEBUG": False,
        "PORTAL_DEMO": False,
        "PORTAL_TODAY": None,
        "PORTAL_TLS": True,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "TRUSTED_PROXIES": 0,
        "SECURE_PROXY_SSL_HEADER": None,
        "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
        "SILENCED_SYSTEM_CHECKS": [],
    }
    assert read(tmp_path, *safe) == safe
    assert read(tmp_path, *safe, DEBUG="", PORTAL_TLS="", PORTAL_DEMO="", PORTAL_TODAY="") == safe
    assert read(tmp_path, "DATABASES")["DATABASES"]["default"]["ENGINE"] == "metrology_plan.embedded_postgres"


def test_what_is_set_counts(tmp_path):
    environment = {
        "PORTAL_TLS": "0",
        "PORTAL_DEMO": "yes",
        "PORTAL_TODAY": "2023-06-15",
        "TRUSTED_PROXIES": "1",
        "ALLOWED_HOSTS": "a.example,b.example",
        "DATABASE_URL": "postgres://u:p@h:5433/d",
    }
    wanted = {
        "PORTAL_DEMO": True,
        "PORTAL_TODAY": "2023-06-15",
        "PORTAL_TLS": False,
        "SECURE_SSL_REDIRECT": False,
        "SESSION_COOKIE_SECURE": False,
        "CSRF_COOKIE_SECURE": False,
        "SECURE_HSTS_SECONDS": 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
        "TRUSTED_PROXIES": 1,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "ALLOWED_HOSTS": ["a.example", "b.example"],
    }
    found = read(tmp_path, "DATABASES", *wanted, **environment)
    database = found.pop("DATABASES")["default"]
    assert (database["ENGINE"], database["PORT"]) == ("django.db.backends.postgresql", 5433)
    assert found == wanted


def test_the_answers_of_make_run_are_read_and_the_environment_wins(tmp_path):
    (tmp_path / "env").write_text("SECRET_KEY=of-the-file\nPORTAL_TODAY=2023-06-15\nPORTAL_TLS=0\n")
    wanted = {"SECRET_KEY": "of-the-file", "PORTAL_TODAY": "2023-07-01", "PORTAL_TLS": False}
    assert read(tmp_path, *wanted, SECRET_KEY=None, PORTAL_TODAY="2023-07-01") == wanted


# ---- loud ----


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set."),
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set."),
        ({"PORTAL_TODAY": "15.06.2023"}, "PORTAL_TODAY must look like 2023-06-15."),
        ({"PORTAL_TODAY": "2023-02-30"}, "PORTAL_TODAY must look like 2023-06-15."),
        ({"DEBUG": "maybe"}, "DEBUG must be 1 or 0."),
        ({"PORTAL_TLS": "enabled"}, "PORTAL_TLS must be 1 or 0."),
        ({"PORTAL_DEMO": "2"}, "PORTAL_DEMO must be 1 or 0."),
        ({"TRUSTED_PROXIES": "one"}, "TRUSTED_PROXIES"),
    ],
)
def test_what_is_wrong_stops_the_portal_with_a_sentence(environment, words, tmp_path):
    done = run("-c", "import metrology_plan.settings", folder=tmp_path, **environment)
    assert done.returncode != 0
    assert words in done.stderr


@pytest.mark.parametrize(
    ("text", "day"), [("", None), ("2023-06-15", date(2023, 6, 15)), ("2024-02-29", date(2024, 2, 29))]
)
def test_the_fixed_date(text, day):
    assert portal_date(text) == day


@pytest.mark.parametrize("text", ["today", "2023-6-15", "2023-02-29", " ", "2023-06-15T00:00"])
def test_a_bad_fixed_date(text):
    with pytest.raises(ImproperlyConfigured):
        portal_date(text)


# ---- the trap of two drivers ----


def test_there_is_one_driver_only():
    """Django would take psycopg 3 as soon as it could be imported."""
    from importlib.util import find_spec

    assert find_spec("psycopg") is None
    assert find_spec("psycopg2") is not None
