"""Bulletin and brief over the API and by command: the page's own, for the same period."""

import pytest
from django.core.management import CommandError, call_command

from tasks.models import Export
from tests import cast
from tests.api.calls import call, errors
from tests.tasks.exports.word import part

pytestmark = pytest.mark.django_db
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def period():
    return cast.quarter(2)


@pytest.mark.parametrize("username", ["planner", "leader"])
@pytest.mark.parametrize(("kind", "word"), [("bulletin", "通报"), ("brief", "专报")])
def test_page_api_and_command_write_the_same(username, kind, word, period, tmp_path):
    client = cast.signed_in(cast.person(username))
    page = client.get(f"/plans/2023/periods/{period.pk}/{kind}.docx")
    api = client.get(f"/api/v1/plans/2023/{kind}.docx?period={period.pk}", headers={"accept": "application/json"})
    to = tmp_path / "x.docx"
    call_command("export_bulletin", "2023", "第二季度", to, user=username, brief=kind == "brief", verbosity=0)
    assert part(page.content) == part(api.content) == part(to.read_bytes())
    assert page.headers["Content-Type"] == api.headers["Content-Type"] == TYPE
    assert api.headers["Content-Disposition"] == page.headers["Content-Disposition"]
    name = f"计量工作{word}草稿-2023-第二季度-2023-06-15.docx"
    told = (kind, f"period={period.pk}", name, "done", username)
    on_record = Export.objects.values_list("kind", "query", "name", "state", "owner__username")
    assert list(on_record) == [told] * 3


@pytest.mark.parametrize("kind", ["bulletin", "brief"])
def test_refused_in_the_order_of_the_house(kind, period, planner, jlc):
    planned = cast.plan().periods.get(starts_on="2023-10-01")
    other = f"plans/2022/{kind}.docx?period={period.pk}"
    assert [call(user, "GET", other, None).status_code for user in (None, jlc, planner)] == [401, 404, 404]
    path = f"plans/2023/{kind}.docx"
    queries = ["", "?period=", "?period=x", f"?period={planned.pk}", f"?period=0{period.pk}", "?period=999999"]
    queries += [f"?period={period.pk}&period={period.pk}", "?period=99999999999999999999"]
    for query in queries:
        assert call(jlc, "GET", path + query, None).status_code == 403
        response = call(planner, "GET", path + query, None)
        assert (response.status_code, response.headers["Content-Type"]) == (400, "application/problem+json")
        assert [field for field, _code in errors(response)] == ["period"]
    unknown = call(planner, "GET", f"{path}?period={period.pk}&light=red", None)
    assert (unknown.status_code, errors(unknown)) == (400, [("light", "unknown")])
    pages = [cast.signed_in(user).get(f"/plans/2023/periods/{planned.pk}/{kind}.docx") for user in (planner, jlc)]
    assert [page.status_code for page in pages] == [404, 404]
    assert Export.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("2023", "第二季度", "x.docx", "nobody"), "No account nobody that reads plans."),
        (("2023", "第二季度", "x.docx", "admin"), "No account admin that reads plans."),
        (("2022", "第二季度", "x.docx", "planner"), "No plan 2022 that planner sees."),
        (("2023", "第二季度", "x.docx", "jlc"), "jlc is neither a planner nor a leader."),
        (
            ("2023", "第四季度", "x.docx", "planner"),
            "No period 第四季度 of 2023 that has been opened. There are: 第二季度.",
        ),
        (
            ("2023", "2023-04-01", "no/x.docx", "planner"),
            "{}/no/x.docx cannot be written: No such file or directory.",
        ),
    ],
)
def test_the_command_refuses_in_a_sentence(period, planner, admin, jlc, tmp_path, arguments, told):
    plan, named, name, user = arguments
    with pytest.raises(CommandError) as refusal:
        call_command("export_bulletin", plan, named, tmp_path / name, user=user)
    assert str(refusal.value) == told.format(tmp_path)
    assert Export.objects.count() == 0


def test_the_list_of_exports_says_which_period(period, planner):
    client = cast.signed_in(planner)
    client.get(f"/plans/2023/periods/{period.pk}/bulletin.docx")
    page = client.get("/exports/").content.decode()
    assert "报送期：第二季度" in page
    assert f'href="/plans/2023/periods/{period.pk}/bulletin.docx"' in page


@pytest.mark.parametrize(
    ("username", "shown"), [("planner", True), ("leader", True), ("jlc", False), ("pudong", False)]
)
def test_doors_are_shown_to_those_who_may(username, shown, period):
    client = cast.signed_in(cast.person(username))
    assert client.get("/").status_code == 200
    for page in ("/", f"/matrix/?period={period.pk}", *(["/plans/2023/periods/"] if username == "planner" else [])):
        text = client.get(page).content.decode()
        for kind in ("bulletin", "brief"):
            assert text.count(f'href="/plans/2023/periods/{period.pk}/{kind}.docx"') == shown
    planned = cast.plan().periods.get(starts_on="2023-10-01")
    assert "bulletin.docx" not in client.get(f"/matrix/?period={planned.pk}").content.decode()
