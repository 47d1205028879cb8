"""Exports over the API: at once while small, 202 and an address while large, one's own alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tasks.models import Export
from tests import cast, factories
from tests.api.calls import call, get
from tests.worker import work

pytestmark = pytest.mark.django_db
HOST = "http://testserver/api/v1"


@pytest.fixture(autouse=True)
def disk(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_large_one_is_accepted_followed_and_fetched(pudong, settings, kind):
    settings.EXPORT_AT_ONCE = 0
    accepted = call(pudong, "GET", f"plans/2023/ledger.{kind}?ordering=-number")
    export = Export.objects.get()
    assert (accepted.status_code, accepted.headers["Location"]) == (202, f"{HOST}/exports/{export.pk}/")
    body = accepted.json()
    assert body == get(pudong, f"exports/{export.pk}/")
    assert (body["state"]["value"], body["written"], body["total"], body["file_url"]) == ("waiting", 0, 12, None)
    assert call(pudong, "GET", f"exports/{export.pk}/file/").status_code == 409
    work()
    body = get(pudong, f"exports/{export.pk}/")
    assert (body["state"]["value"], body["written"], body["total"], body["error"]) == ("done", 12, 12, "")
    assert body["file_url"] == f"{HOST}/exports/{export.pk}/file/"
    file = call(pudong, "GET", f"exports/{export.pk}/file/", headers={"accept": "text/csv"})
    page = cast.signed_in(pudong).get(f"/exports/{export.pk}/file/")
    assert (file.status_code, file.content) == (200, page.content)
    assert file.headers["Content-Disposition"] == page.headers["Content-Disposition"]
    assert body["size"] == len(file.content)


def test_the_body(pudong):
    export = factories.export(pudong, cast.plan(), b"x", query="light=red", kind="ledger_xlsx")
    plan = cast.plan()
    assert get(pudong, f"exports/{export.pk}/") == {
        "id": export.pk,
        "url": f"{HOST}/exports/{export.pk}/",
        "display_url": f"http://testserver/exports/{export.pk}/",
        "display": "台账.csv",
        "created_at": timezone.localtime(export.created_at).isoformat(),
        "kind": {"value": "ledger_xlsx", "label": "ledger, workbook"},
        "plan": {
            "id": plan.pk,
            "url": f"{HOST}/plans/2023/",
            "display": plan.title,
            "code": "2023",
            "year": 2023,
        },
        "query": "light=red",
        "language": "zh-hans",
        "state": {"value": "done", "label": "done"},
        "error": "",
        "written": 3,
        "total": 3,
        "name": "台账.csv",
        "size": 1,
        "finished_at": timezone.localtime(export.finished_at).isoformat(),
        "expires_at": timezone.localtime(export.expires_at).isoformat(),
        "file_url": f"{HOST}/exports/{export.pk}/file/",
    }


def test_ones_own_alone(everyone):
    theirs = factories.export(everyone["pudong"], cast.plan(), b"x")
    for name in ("xuhui", "planner", "leader", "root"):
        own = factories.export(everyone[name], cast.plan(), b"y")
        assert [one["id"] for one in get(everyone[name], "exports/")["results"]] == [own.pk]
        assert call(everyone[name], "GET", f"exports/{theirs.pk}/").status_code == 404
        assert call(everyone[name], "GET", f"exports/{theirs.pk}/file/").status_code == 404


def test_the_list_by_plan_and_kind(pudong):
    other = factories.plan(code="2024", issued_on="2024-01-01")
    made = [factories.export(pudong, plan, kind=kind).pk for plan in (cast.plan(), other) for kind in KINDS]
    assert [one["id"] for one in get(pudong, "exports/")["results"]] == made[::-1]
    assert [one["id"] for one in get(pudong, "exports/?kind=ledger_csv")["results"]] == [made[2], made[0]]
    assert [one["id"] for one in get(pudong, "exports/?plan=2023&kind=ledger_xlsx")["results"]] == [made[1]]
    assert call(pudong, "GET", "exports/?kind=photo").status_code == 400


KINDS = ("ledger_csv", "ledger_xlsx")


def test_what_is_lost_or_over_is_told_as_on_the_page(pudong):
    now = timezone.now()
    lost = factories.export(pudong, cast.plan(), state="running", beat_at=now - timedelta(minutes=6))
    over = factories.export(pudong, cast.plan(), b"x", expires_at=now - timedelta(minutes=1))
    assert get(pudong, f"exports/{lost.pk}/")["state"]["value"] == "failed"
    assert get(pudong, f"exports/{over.pk}/")["file_url"] is None
    told = "There is no file: it is not written yet, was handed over at once, or is over."
    for export in (lost, over):
        refused = call(pudong, "GET", f"exports/{export.pk}/file/")
        assert (refused.status_code, refused.json()["detail"]) == (409, told)


def test_the_sixth_is_refused(pudong, settings):
    settings.EXPORT_AT_ONCE = 0
    for number in range(5):
        factories.export(pudong, cast.plan(), query=f"q={number}")
    refused = call(pudong, "GET", "plans/2023/ledger.csv")
    assert refused.status_code == 409
    assert refused.json()["detail"] == "You have 5 exports waiting. Ask for this one when one of them is done."
    settings.EXPORT_AT_ONCE = 300
    assert call(pudong, "GET", "plans/2023/ledger.csv").status_code == 200


def test_who_asked_by_token_is_on_record(pudong):
    from departments.models.token import issue

    _token, secret = issue(pudong, "台账", read_only=True, days=1)
    response = cast.Client().get("/api/v1/plans/2023/ledger.csv", headers={"authorization": f"Token {secret}"})
    assert response.status_code == 200
    context = Export.objects.get().events.get().pgh_context.metadata
    assert (context["user"], context["url"]) == (pudong.pk, "/api/v1/plans/2023/ledger.csv")
