"""Real browsers on a real server. Whatever a test is about, the policy refuses nothing and no script fails."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from tests.browser.complaints import watch

expect.set_options(timeout=15_000)  # two cores, two workers, two browsers

Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, live_server, monkeypatch) -> Visit:
    """`visit("pudong", "/mine/")`: a page in a browser of its own, in which the account is signed in.

    `visit()` opens nothing yet and nobody is signed in. Further options go to the browser's context.
    """
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the server's threads keep none open
    contexts, complaints = [], []

    def cookie(name: str, value: str) -> dict:
        return {"name": name, "value": value, "url": live_server.url}

    def opened(username: str = "", path: str = "", language: str = "zh-hans", **options) -> Page:
        sized = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"}
        context = browser.new_context(base_url=live_server.url, **sized | options)
        contexts.append(context)
        context.set_default_timeout(15_000)
        if language != "zh-hans":
            context.add_cookies([cookie(settings.LANGUAGE_COOKIE_NAME, language)])
        if username:
            context.add_cookies([cookie(settings.SESSION_COOKIE_NAME, session_of(username))])
        page = context.new_page()
        complaints.append(watch(page))
        if path:
            page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [complaint for one in complaints for complaint in one] == []


def session_of(username: str) -> str:
    """Signed in as by the form, without the form; the form has its own tests."""
    from tests import cast  # needs the models, and this file is read before Django is set up

    return cast.signed_in(cast.person(username)).cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def demonstration(live_server, settings) -> None:
    """The 2023 plan in mid-June: all five lights, every state, reports and drafts."""
    from tests import reference_data

    settings.PORTAL_DEMO = True
    reference_data.demonstrate()
