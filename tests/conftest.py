"""What every test stands on: an environment, a PostgreSQL, quick passwords and a browser."""

import gc
import os
import shutil
from datetime import date

import django
import pytest

from tests import postgres_plugin

postgres_plugin.set_environment()  # before Django reads its settings

TODAY = date(2023, 6, 15)


def pytest_configure(config: pytest.Config) -> None:
    postgres_plugin.start()
    django.setup()  # pytest-django has passed this point, before the environment was set


def pytest_unconfigure(config: pytest.Config) -> None:
    postgres_plugin.stop()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever order chance has given, long tests come first: at the end no worker is left alone with one."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What stands here by now stays to the end: looking through it for garbage took a tenth of the time."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def quick_settings():
    """Passwords that cost no time, static files straight from their sources; the date of every test that sets no
    other."""
    from django.conf import settings
    from django.test import override_settings

    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers, STORAGES=storages, PORTAL_TODAY=TODAY):
        yield


# ---- the browser ----

# The shell is the same engine without a browser's own windows, which take as long as our pages.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without Chromium a browser test is skipped; where a browser is required (.ci/run) it fails."""
    if item.get_closest_marker("browser") and CHROMIUM is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)("Chromium is not installed")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium, doing nothing but our pages; its sandbox does not work for root."""
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
    arguments = [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(scope="session")
def browser(browser):
    """While Playwright's event loop runs, Django has a connection of its own for it, out of reach once it stops."""
    from django.db import connections

    yield browser
    connections.close_all()


# ---- the data: departments and the 2023 plan stand in every test database, people are made on demand ----


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Once per database. Tests run in transactions on top of it."""
    from tests import reference_data

    with django_db_blocker.unblock():
        reference_data.load()


@pytest.fixture
def _reference_data_back(django_db_blocker):
    """Tests on real transactions and live servers end by emptying every table: put the data back after that."""
    from tests import reference_data

    yield
    with django_db_blocker.unblock():
        reference_data.put_back()


@pytest.fixture
def _django_db_helper(django_db_setup, _reference_data_back, _django_db_helper):
    """pytest-django's, inside of ours: what is set up first is torn down last."""


@pytest.fixture(scope="session", autouse=True)
def no_query_per_row():
    """A page that asks the database once per row is an error, wherever a test opens it."""
    from django.conf import settings
    from django.test import override_settings
    from zeal.constants import initialize_app_registry
    from zeal.patch import patch

    initialize_app_registry()
    patch()
    with override_settings(MIDDLEWARE=["zeal.middleware.zeal_middleware", *settings.MIDDLEWARE], ZEAL_RAISE=True):
        yield


@pytest.fixture
def client_for():
    """`client_for(user)`: a browser in which the user is signed in."""
    from tests.cast import signed_in

    return signed_in


def _person(username: str):
    @pytest.fixture(name=username)
    def fixture(db):
        from tests import cast

        return cast.person(username)

    return fixture


admin = _person("admin")
planner = _person("planner")
planner2 = _person("planner2")
jlc = _person("jlc")
leader = _person("leader")
pudong = _person("pudong")
xuhui = _person("xuhui")
simt = _person("simt")
sqi = _person("sqi")


@pytest.fixture
def root(db):
    """A superuser, as nobody is but at the shell."""
    from tests import cast

    return cast.root()


@pytest.fixture
def everyone(db):
    """Each account by its name, the superuser too."""
    from tests import cast

    return cast.everyone()
