"""The admin in a real browser: the strict policy is broken nowhere, with every widget in use."""

import pytest
from django.db import connection

from tests import factories
from tests.cast import PASSWORD, person, task, unit
from tests.departments.admin_pages import change_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REMEMBER = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@pytest.fixture(autouse=True)
def rows_of_a_form_are_fetched_when_it_is_saved(settings):
    """Django's formsets fetch what is chosen in each row that was touched; pages that are read do not."""
    settings.ZEAL_ALLOWLIST = [{"model": "departments.Department", "field": "get()"}]


@pytest.fixture
def watched(page, live_server, monkeypatch):
    """A page that remembers violations of the policy and errors of scripts; `visit` opens an address."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the server's threads keep none open
    page.problems = []
    page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.add_init_script(REMEMBER)

    def visit(path: str) -> None:
        response = page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        assert response.status == 200, path
        check(page)

    page.visit = visit
    return page


def check(page) -> None:
    assert (page.evaluate("window.violations"), page.problems) == ([], []), page.url


def sign_in(page, username: str) -> None:
    person(username)
    page.visit("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/")


def choose(page, group: str, words: str) -> None:
    """Add a row and choose a department in it by typing."""
    page.click(f"#{group}-group .add-row a")
    page.click(f"#{group}-group .select2-selection >> nth=-1")
    page.fill(".select2-search__field", words)
    page.click(f".select2-results__option:has-text('{words}')")
    check(page)


def test_an_administrators_pages(watched):
    sign_in(watched, "admin")
    account = person("pudong")
    event = account._meta.apps.get_model("departments", "accessevent").objects.first()
    rows = (unit("districts"), unit("pudong"), account)
    for path in (
        "/admin/",
        "/admin/departments/",
        "/admin/departments/department/",
        "/admin/departments/department/add/",
        "/admin/departments/user/",
        "/admin/departments/user/add/",
        f"/admin/departments/user/{account.pk}/password/",
        "/admin/departments/accessevent/",
        "/admin/audit/",
        f"/admin/departments/department/{factories.department().pk}/delete/",
        *(change_url(row) for row in (*rows, event)),
        *(change_url(row).replace("change", "history") for row in rows),
    ):
        watched.visit(path)
    watched.visit(change_url(unit("districts")))
    choose(watched, "memberships", "临港新片区市场监管局")
    watched.click("input[name=_save]")
    watched.wait_for_url("**/department/")
    assert unit("districts").members.count() == 17


def test_a_planners_pages(watched):
    sign_in(watched, "planner")
    row = task(5)
    report = factories.report(row, unit("jlc"), person("planner"), row.due_on)
    for path in (
        "/admin/",
        "/admin/tasks/plan/",
        "/admin/tasks/plan/add/",
        "/admin/tasks/taskgroup/",
        "/admin/tasks/task/",
        "/admin/tasks/task/add/",
        "/admin/tasks/report/",
        "/admin/audit/",
        *(change_url(each) for each in (row.plan, row.group, report, unit("pudong"), unit("districts"))),
        change_url(row).replace("change", "history"),
        change_url(row),
    ):
        watched.visit(path)
    choose(watched, "assignments", "市燃气表强制站")
    watched.click("#assignments-group tr.dynamic-assignments >> nth=-1 >> a.inline-deletelink")
    watched.click(".field-due_on .datetimeshortcuts a >> nth=1")
    watched.click(".calendarbox:visible td a >> text='15'")
    check(watched)
    watched.click("input[name=_save]")
    watched.wait_for_url("**/task/")
    assert task(5).due_on.isoformat() == "2023-12-15"
