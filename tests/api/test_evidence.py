"""Files beside reports, over the API: sent as a form, out of reach while their report is a draft, taken away."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tasks.models import Evidence, Report
from tests import cast
from tests.api import loop
from tests.api.calls import BASE, call, errors, get

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def report(pudong) -> Report:
    return loop.owed(loop.opened(), 6, "pudong")


def send(user, report: int | str, *contents: bytes, name: str = "../照片.pdf", **more: str):
    sent = [SimpleUploadedFile(name, content) for content in contents]
    return cast.signed_in(user).post(f"{BASE}/evidence/", {"report": report, "files": sent} | more)


def test_a_file_is_sent_and_stands_with_its_report(report, pudong):
    response = send(pudong, report.pk, PDF)
    assert response.status_code == 201, response.content
    body = response.json()
    [file] = body["evidence"]
    assert (body["id"], body["state"]["value"]) == (report.pk, "draft")
    assert (file["display"], file["kind"], file["size"]) == ("照片.pdf", "pdf", len(PDF))
    detail = get(pudong, f"evidence/{file['id']}/")
    assert detail["download_url"] == f"http://testserver/evidence/{file['id']}/"
    assert cast.signed_in(pudong).get(f"/evidence/{file['id']}/").content == PDF
    assert get(pudong, f"evidence/?report={report.pk}")["results"] == [detail]


def test_of_a_draft_nobody_else_knows(report, pudong, everyone):
    [file] = send(pudong, report.pk, PDF).json()["evidence"]
    for who in ("planner", "planner2", "jlc", "xuhui", "simt", "leader"):
        assert call(everyone[who], "GET", f"evidence/{file['id']}/").status_code == 404
        assert get(everyone[who], "evidence/")["count"] == 0
        assert call(everyone[who], "POST", f"evidence/{file['id']}/remove/", {}).status_code == 404
    loop.brought_to("submitted", report, pudong)
    for who, status in (("planner", 403), ("jlc", 403), ("leader", 403), ("xuhui", 404), ("pudong", 409)):
        assert call(everyone[who], "GET", f"evidence/{file['id']}/").status_code == (404 if status == 404 else 200)
        assert call(everyone[who], "POST", f"evidence/{file['id']}/remove/", {}).status_code == status, who


def test_it_is_taken_away(report, pudong):
    [file] = send(pudong, report.pk, PDF).json()["evidence"]
    path = f"evidence/{file['id']}/"
    assert call(pudong, "POST", f"{path}remove/", {"x": 1}).status_code == 400
    assert call(pudong, "POST", f"{path}remove/", {"version": 9}).status_code == 412
    assert call(pudong, "POST", f"{path}remove/", {}).status_code == 200
    assert call(pudong, "GET", path).status_code == 404
    assert get(pudong, f"reports/{report.pk}/")["evidence"] == []
    assert Evidence.objects.get().is_removed is True


@pytest.mark.parametrize("who", ["planner", "jlc", "leader", "admin"])
def test_403_first(who, report, everyone):
    assert send(everyone[who], report.pk, b"MZ").status_code == 403
    assert Evidence.objects.count() == 0


def test_then_400(report, pudong, xuhui):
    assert errors(send(xuhui, report.pk, PDF)) == [("report", "does_not_exist")]
    assert errors(send(pudong, "x", PDF)) == [("report", "invalid")]
    assert errors(send(pudong, report.pk)) == [("files", "required")]
    assert [field for field, _code in errors(send(pudong, report.pk, b"MZ\x90"))] == ["files"]
    assert [field for field, _code in errors(send(pudong, report.pk, PDF, extra="1"))] == ["extra"]
    assert [field for field, _code in errors(send(pudong, report.pk, *(PDF + b"%d" % n for n in range(6))))] == [
        "files"
    ]
    assert call(pudong, "POST", "evidence/", {"report": report.pk}).status_code == 415
    assert (Evidence.objects.count(), Report.objects.get(pk=report.pk).state) == (0, "due")


def test_then_409(report, pudong):
    loop.brought_to("submitted", report, pudong)
    assert send(pudong, report.pk, PDF).status_code == 409
    assert Evidence.objects.count() == 0
