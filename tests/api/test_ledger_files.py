"""The ledger as a file over the API and by command: the page's own, for the same user and filter."""

import pytest
from django.core.management import CommandError, call_command

from tests import cast
from tests.api.calls import call
from tests.workbooks import TYPE, cells

pytestmark = pytest.mark.django_db
QUERIES = ["", "light=yellow&light=red&ordering=-number", "lead=jlc", "q=没有这样的话"]


@pytest.mark.parametrize("username", ["planner", "leader", "jlc", "pudong", "simt"])
@pytest.mark.parametrize("query", QUERIES)
def test_page_api_and_command_write_the_same(username, query, tmp_path):
    user = cast.person(username)
    client = cast.signed_in(user)
    page, api = (client.get(f"{path}?{query}") for path in ("/tasks/ledger.csv", "/api/v1/plans/2023/ledger.csv"))
    call_command("export_ledger", "2023", tmp_path / "x.csv", user=username, filter=query, verbosity=0)
    assert page.content == api.content == (tmp_path / "x.csv").read_bytes()
    assert api.headers["Content-Disposition"] == page.headers["Content-Disposition"]
    page, api = (client.get(f"{path}?{query}") for path in ("/tasks/ledger.xlsx", "/api/v1/plans/2023/ledger.xlsx"))
    call_command("export_ledger", "2023", tmp_path / "x.xlsx", user=username, filter=query, verbosity=0)
    assert page.headers["Content-Type"] == api.headers["Content-Type"] == TYPE
    assert cells(page.content) == cells(api.content) == cells((tmp_path / "x.xlsx").read_bytes())


@pytest.mark.parametrize(
    ("query", "field"), [("light=purple", "light"), ("color=red", "color"), ("q=", "q"), ("limit=5", "limit")]
)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_filter_that_does_not_fit_is_refused(planner, kind, query, field):
    response = call(planner, "GET", f"plans/2023/ledger.{kind}?{query}", None)
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_the_address_says_what_it_is(planner):
    client = cast.signed_in(planner)
    assert client.get("/api/v1/plans/2023/ledger.xlsx", headers={"accept": "application/json"}).status_code == 200
    assert client.get("/api/v1/plans/2022/ledger.xlsx").headers["Content-Type"] == "application/problem+json"
    assert client.get("/api/v1/plans/2023/ledger.pdf").status_code == 404


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("2023", "x.pdf", {"user": "planner"}), "Say --format xlsx or --format csv."),
        (("2023", "x.csv", {"user": "nobody"}), "No account nobody that reads plans."),
        (("2023", "x.csv", {"user": "admin"}), "No account admin that reads plans."),
        (("2022", "x.csv", {"user": "planner"}), "No plan 2022 that planner sees."),
        (("2023", "no/x.csv", {"user": "planner"}), "{}/no/x.csv cannot be written: No such file or directory."),
    ],
)
def test_the_command_refuses_in_a_sentence(planner, admin, tmp_path, arguments, told):
    plan, name, options = arguments
    with pytest.raises(CommandError) as refusal:
        call_command("export_ledger", plan, tmp_path / name, **options)
    assert str(refusal.value) == told.format(tmp_path)


def test_the_command_names_a_filter_that_does_not_fit(planner, tmp_path):
    with pytest.raises(CommandError, match=r"^light: "):
        call_command("export_ledger", "2023", tmp_path / "x.csv", user="planner", filter="light=purple")
    assert list(tmp_path.iterdir()) == []
