"""Every line is one JSON object, with the id of its request."""

import io
import json
import logging
from logging.config import dictConfig

import pytest
import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from metrology_plan.logs import masked
from metrology_plan.middleware import AuditContextMiddleware


@login_not_required
def broken(request):
    raise RuntimeError("计量\nbroke")


@login_not_required
def fine(request):
    logging.getLogger("tasks.anything").info("plain %s", "计量", extra={"task": "2023-05"})
    structlog.get_logger("tasks.anything").info("structured", when=object)
    return HttpResponse("ok")


urlpatterns = [path("broken/", broken), path("fine/", fine)]
handler500 = "tests.metrology_plan.test_logs.sorry"


def sorry(request):
    return HttpResponse("sorry", status=500)


@pytest.fixture
def lines():
    """What stderr would get, parsed."""
    configuration = settings.LOGGING["formatters"]["json"]
    formatter = structlog.stdlib.ProcessorFormatter(**{k: v for k, v in configuration.items() if k != "()"})
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().split("\n") if line]
    logging.getLogger().removeHandler(handler)


def test_the_setting_is_a_valid_configuration():
    dictConfig(settings.LOGGING)
    assert list(settings.LOGGING["handlers"]) == ["stderr"]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_request_is_told_with_one_id(client, lines):
    client.get("/fine/?q=计")
    events = [(line["event"], line["level"]) for line in lines()]
    assert events == [
        ("request_started", "info"),
        ("plain 计量", "info"),
        ("structured", "info"),
        ("request_finished", "info"),
    ]
    assert len({line["request_id"] for line in lines()}) == 1
    assert lines()[1]["task"] == "2023-05"
    assert lines()[1]["logger"] == "tasks.anything"
    assert all(line["timestamp"].endswith("Z") for line in lines())


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_two_requests_have_two_ids(client, lines):
    client.get("/fine/")
    client.get("/fine/")
    assert len({line["request_id"] for line in lines()}) == 2


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("proxies", "address"),
    [(0, "172.16.0.1"), (1, "3.3.3.3"), (2, "2.2.2.2"), (3, "1.1.1.1"), (4, "172.16.0.1")],
)
def test_lines_name_the_address_that_the_proxies_saw_not_the_one_that_was_claimed(
    proxies, address, client, lines, settings
):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": "1.1.1.1, 2.2.2.2, 3.3.3.3", "X-Real-IP": "9.9.9.9"}
    client.get("/fine/", headers=headers, REMOTE_ADDR="172.16.0.1")
    assert [line["ip"] for line in lines()] == [address] * 4


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_one_address_does_not_fill_the_log(client, lines):
    client.get("/fine/?q=" + "x" * 7000)
    told = [line["request"] for line in lines() if "request" in line]
    assert told == ["GET /fine/?q=" + "x" * 1987] * 2


SECRET = "Qm9vSx-7_pL0aZ3kV9cTfW2dR8hJ5nE1yU4iO6gB-Mw"


@pytest.mark.django_db
def test_the_secret_of_a_calendar_is_in_no_line(client, lines):
    """Not even of one that nobody has: it may be one that was mistyped."""
    for address in (
        f"/calendar/{SECRET}.ics?language=en",
        f"/calendar/{SECRET[:-1]}",
        f"/tasks/?q=x/calendar/{SECRET}",
    ):
        client.get(address)
    client.post(f"/calendar/{SECRET}.ics")
    told = [line["request"] for line in lines() if line["event"] == "request_finished"]
    assert told == [
        "GET /calendar/…?language=en", "GET /calendar/…", "GET /tasks/?q=x/calendar/…", "POST /calendar/…",
    ]  # fmt: skip
    assert SECRET[:20] not in str(lines())


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (f"/calendar/{SECRET}.ics", "/calendar/…"),
        (f"/login/?next=%2Fcalendar%2F{SECRET}.ics&x=1", "/login/?next=%2Fcalendar%2F…&x=1"),
        (f"/CALENDAR/{SECRET}", "/CALENDAR/…"),
        (f"/calendar/{SECRET[:30]}%20{SECRET[30:]}.ics", "/calendar/…"),
        ("/account/calendar/revoke/", "/account/calendar/revoke/"),
        ("/admin/departments/user/12/calendar/", "/admin/departments/user/12/calendar/"),
        ("/admin/departments/calendarday/add/", "/admin/departments/calendarday/add/"),
        ("/tasks/2023-05/", "/tasks/2023-05/"),
    ],
)
def test_nothing_else_is_masked(address, told):
    assert masked(address) == told


def test_the_audit_keeps_no_secret_either():
    request = RequestFactory().post(f"/calendar/{SECRET}.ics")
    assert AuditContextMiddleware(None).get_context(request)["url"] == "/calendar/…"


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_an_error_is_told_once_with_its_traceback(client, lines):
    client.raise_request_exception = False
    assert client.get("/broken/").status_code == 500
    errors = [line for line in lines() if line["level"] == "error"]
    assert [line["event"] for line in errors] == ["request_failed"]
    assert errors[0]["exception"].startswith("Traceback (most recent call last):")
    assert errors[0]["exception"].endswith("RuntimeError: 计量\nbroke")


def test_hostile_text_stays_inside_its_line(lines):
    logging.getLogger("tasks").warning('a\n{"event": "forged"}\r\x00\u2028')
    assert [line["event"] for line in lines()] == ['a\n{"event": "forged"}\r\x00\u2028']


def test_chinese_stays_readable():
    from metrology_plan.logs import json_line

    assert json_line(None, "", {"event": "计量"}) == '{"event": "计量"}'


def test_libraries_whisper(lines):
    logging.getLogger("some.library").info("chatter")
    logging.getLogger("some.library").warning("trouble")
    assert [line["event"] for line in lines()] == ["trouble"]
