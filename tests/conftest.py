"""What every test stands on: an environment, a PostgreSQL, quick passwords and a browser."""

import os
import shutil

import django
import pytest

from tests import postgres_plugin

postgres_plugin.set_environment()  # before Django reads its settings


def pytest_configure(config: pytest.Config) -> None:
    postgres_plugin.start()
    django.setup()  # pytest-django has passed this point, before the environment was set


def pytest_unconfigure(config: pytest.Config) -> None:
    postgres_plugin.stop()


@pytest.fixture(scope="session", autouse=True)
def quick_settings():
    """Passwords that cost no time, static files straight from their sources."""
    from django.conf import settings
    from django.test import override_settings

    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers, STORAGES=storages):
        yield


# ---- the browser ----

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without Chromium a browser test is skipped; where a browser is required (.ci/run) it fails."""
    if item.get_closest_marker("browser") and CHROMIUM is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)("Chromium is not installed")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium; its sandbox does not work for root."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": arguments}
