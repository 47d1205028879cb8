"""What a client says of its encoding: UTF-8 or nothing."""

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from metrology_plan.encoding import Handler
from tasks.models import Report
from tests import cast

pytestmark = pytest.mark.django_db

REPORT = "/tasks/2023-04/report/"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
CODECS = ["gb18030", "utf-16", "utf-7", "zlib", "hex", "base64", "punycode", "undefined", "idna", "nonsense"]


def answered(path: str, method: str = "GET", body: bytes = b"", content_type: str = "") -> tuple[int, str]:
    """The status and the text of what a web server gets: beneath Django's own handling of errors."""
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "HTTP_HOST": "testserver", "CONTENT_TYPE": content_type}
    environ["PATH_INFO"], _, environ["QUERY_STRING"] = path.partition("?")
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    setup_testing_defaults(environ)
    status: list[str] = []
    answer = Handler()(environ, lambda line, headers: status.append(line))
    return int(status[0].split()[0]), b"".join(answer).decode()


@pytest.mark.parametrize("charset", CODECS)
@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_a_form_in_another_encoding_is_refused_on_a_page(kind, charset):
    status, text = answered("/login/?q=%E8%AE%A1", "POST", b"username=%BC%C6", f"{kind}; charset={charset}")
    assert status == 400
    assert "<h1>请求无法识别</h1>" in text


@pytest.mark.parametrize("charset", CODECS)
def test_nobody_falls_over_an_encoding_of_nothing(charset):
    assert answered("/login/?q=%ff", content_type=f"text/plain; charset={charset}")[0] == 200
    assert answered("/api/v1/tasks/?q=%ff", content_type=f"application/json; charset={charset}")[0] == 401


@pytest.mark.parametrize(("charset", "status", "stored"), [("UTF-8", 302, 1), ("utf8", 302, 1), ("gb18030", 400, 0)])
def test_nothing_is_stored_of_it(charset, status, stored, client_for, pudong):
    typed = "version=0&assessment=on_schedule&progress_text=x"
    page = client_for(pudong).post(REPORT, typed, content_type=f"{FORM}; charset={charset}")
    assert (page.status_code, Report.objects.count()) == (status, stored)


def test_the_api_refuses_a_form_as_a_problem(client_for):
    told = client_for(cast.person("planner")).post("/api/v1/reports/", "a=b", content_type=f"{FORM}; charset=gb18030")
    assert (told.status_code, told["Content-Type"]) == (400, "application/problem+json")
