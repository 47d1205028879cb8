"""The address of an evidence file: who gets it, as what, and who gets nothing."""

import pytest

from tasks.models import Evidence, Report
from tests import cast, factories
from tests.conftest import TODAY
from tests.files import DOCX, JPEG, OFD, PDF, PNG, XLSX, sent

pytestmark = pytest.mark.django_db
TEXT = {"assessment": "on_schedule", "progress_text": "进展", "problems": "", "next_steps": ""}


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def file(client_for, pudong) -> Evidence:
    """Beside pudong's draft on task 6."""
    report = factories.owed(cast.quarter(2), cast.task(6), pudong.department)
    data = TEXT | {"version": report.version, "save": "1", "files": [sent("核验 结果.pdf")]}
    assert client_for(pudong).post(f"/reports/{report.pk}/edit/", data).status_code == 302
    return Evidence.objects.get()


def address(file):
    return f"/evidence/{file.pk}/"


def test_it_comes_as_an_attachment_that_no_browser_runs(client_for, file, pudong):
    response = client_for(pudong).get(address(file))
    assert (response.status_code, response.content) == (200, PDF)
    expected = {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": "attachment; filename*=utf-8''%E6%A0%B8%E9%AA%8C%20%E7%BB%93%E6%9E%9C.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
        "X-Frame-Options": "DENY",
    }
    assert {name: response.headers[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.png", PNG, "image/png"),
        ("a.html", JPEG, "image/jpeg"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.ofd", OFD, "application/ofd"),
    ],
)
def test_the_type_follows_from_the_content(name, content, expected, client_for, pudong):
    report = factories.owed(cast.quarter(2), cast.task(6), pudong.department)
    data = TEXT | {"version": report.version, "save": "1", "files": [sent(name, content, "text/html")]}
    client_for(pudong).post(f"/reports/{report.pk}/edit/", data)
    response = client_for(pudong).get(address(Evidence.objects.get()))
    assert (response.headers["Content-Type"], response.content) == (expected, content)


# Who gets the file, by the state of its report: as who reads the report.
READERS = {
    "draft": {"pudong": 200, "xuhui": 404, "jlc": 404, "planner": 404, "leader": 404, "simt": 404, "sqi": 404},
    "submitted": {"pudong": 200, "xuhui": 404, "jlc": 200, "planner": 200, "leader": 200, "simt": 404, "sqi": 404},
    "returned": {"pudong": 200, "xuhui": 404, "jlc": 200, "planner": 200, "leader": 200, "simt": 404, "sqi": 404},
    "accepted": {"pudong": 200, "xuhui": 404, "jlc": 200, "planner": 200, "leader": 200, "simt": 404, "sqi": 404},
}


@pytest.mark.parametrize("state", READERS)
def test_who_gets_it_follows_from_who_reads_the_report(state, client_for, file, planner):
    words = {"reviewer": planner, "reviewed_on": TODAY, "review_note": "请补充"} if state != "draft" else {}
    sent_on = {"reported_on": TODAY, "submitted_at": file.created_at} if state != "draft" else {}
    Report.objects.filter(pk=file.report_id).update(state=state, **words | sent_on)
    cast.account("pudong2", unit="pudong")
    expected = READERS[state] | {"admin": 403, "pudong2": 200}
    found = {}
    for who in expected:
        response = client_for(cast.person(who)).get(address(file))
        found[who] = response.status_code
        assert (response.content == PDF) == (response.status_code == 200)
    assert found == expected


def test_strangers_sign_in_first(client, file):
    assert client.get(address(file)).status_code == 302


def test_a_removed_or_missing_file_is_not_there(client_for, file, pudong, disk):
    client = client_for(pudong)
    path = disk / file.file.name
    path.rename(path.with_suffix(".gone"))
    assert client.get(address(file)).status_code == 404
    path.with_suffix(".gone").rename(path)
    Evidence.objects.filter(pk=file.pk).update(is_removed=True)
    assert client.get(address(file)).status_code == 404
    assert client.get("/evidence/999999999999999999999/").status_code == 404


def test_only_reading_is_possible(client_for, file, pudong):
    client = client_for(pudong)
    calls = (client.post, client.put, client.patch, client.delete)
    assert [call(address(file)).status_code for call in calls] == [405, 405, 405, 405]


@pytest.mark.parametrize("who", ["xuhui", "jlc", "planner", "leader", "simt"])
def test_no_page_names_a_file_of_anothers_draft(who, client_for, file):
    client = client_for(cast.person(who))
    pages = ["/", "/mine/", "/tasks/2023-06/", "/tasks/2023-06/history/", "/tasks/?q=核验", "/tasks/ledger.csv"]
    pages += [f"/reports/{file.report_id}/", "/api/v1/changes/", "/api/v1/reports/"]
    for page in pages:
        response = client.get(page)
        text = b"".join(response).decode()
        assert ("核验 结果" in text, address(file) in text) == (False, False), page


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client_for, file, pudong, settings):
    settings.UPLOAD_MAX_SIZE = 1000
    data = {"files": [sent("大.pdf", PDF + b"\0" * 2000)], "version": "1", "save": "1"}
    response = client_for(pudong).post(f"/reports/{file.report_id}/edit/", data)
    assert (response.status_code, Evidence.objects.count()) == (413, 1)
