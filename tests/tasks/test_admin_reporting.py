"""The reporting loop in the admin: planners read it, nothing is changed there, drafts stay with their unit."""

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.models import Evidence, Plan, Report, ReportingPeriod
from tests import cast, factories
from tests.api import loop
from tests.cast import plan, signed_in, task, unit
from tests.departments.admin_pages import change_url, form_at

pytestmark = pytest.mark.django_db

READ = ["reportingperiod", "standing", "report", "evidence", "reminder", "letter", "extensionrequest", "directive"]
SECRET = "只有本单位知道的话"


def evidence(report: Report, name: str) -> Evidence:
    return Evidence.objects.create(
        report=report, name=name, file=ContentFile(b"%PDF-1.7", name=name), kind="pdf", size=8,
        sha256=name.ljust(64, "0"), sender=report.author,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def everything(db, pudong):
    """One of each; 浦东's draft on task 7 and its file are nobody else's."""
    loop.rows(task(4))
    sent = loop.brought_to("submitted", loop.owed(loop.quarter(2), 6, "pudong"), pudong)
    draft = loop.brought_to("draft", loop.owed(loop.quarter(2), 7, "pudong"), pudong)
    Report.objects.filter(pk=draft.pk).update(progress_text=SECRET)
    return {"sent": evidence(sent, "sent.pdf"), "draft": evidence(draft, f"{SECRET}.pdf"), "report": draft}


def drafts(model: str) -> list[int]:
    hidden = {"report": Report.objects.drafts(), "evidence": Evidence.objects.filter(report__state="draft")}
    return list(hidden[model].values_list("pk", flat=True)) if model in hidden else []


def pages(model: str) -> list[str]:
    row = apps.get_model("tasks", model)._default_manager.exclude(pk__in=drafts(model)).first()
    return [f"/admin/tasks/{model}/", change_url(row), change_url(row).replace("change", "history")]


@pytest.mark.parametrize("model", READ)
def test_planners_read_and_change_nothing(model, everything, planner):
    client = signed_in(planner)
    listed, row, history = pages(model)
    assert [client.get(page).status_code for page in (listed, row, history)] == [200, 200, 200]
    shown = client.get(row)
    assert shown.context["has_change_permission"] is shown.context["has_delete_permission"] is False
    assert [client.post(page, {"post": "yes"}).status_code for page in (row, row.replace("change", "delete"))] == [
        403, 403,
    ]  # fmt: skip
    assert client.get(f"{listed}add/").status_code == 403


@pytest.mark.parametrize("model", READ)
def test_administrators_and_reporters_read_none_of_it(model, everything, admin, pudong):
    assert [signed_in(admin).get(page).status_code for page in pages(model)] == [403, 403, 404]
    assert {signed_in(pudong).get(page).status_code for page in pages(model)} <= {302, 403}


@pytest.mark.parametrize("username", ["planner", "planner2"])
def test_other_units_drafts_and_files_are_out_of_reach(username, everything, everyone):
    client = signed_in(everyone[username])
    for row in (everything["report"], everything["draft"]):
        for page in ("change", "history"):
            assert client.get(change_url(row).replace("change", page)).status_code in (302, 404)
    for page in ("report/", f"report/?q={SECRET}", "evidence/", f"evidence/?q={SECRET}"):
        assert SECRET not in client.get(f"/admin/tasks/{page}").text.replace(f'value="{SECRET}"', "")
    assert SECRET not in client.get("/admin/audit/").text
    assert [row.pk for row in client.get("/admin/tasks/evidence/").context["cl"].result_list] == [
        everything["sent"].pk
    ]


def test_a_file_is_not_opened_here(everything, planner):
    """Nor is its name on the disk told."""
    name = everything["sent"].file.name
    for page in (*pages("evidence")[:2], "/admin/tasks/evidence/"):
        assert name not in signed_in(planner).get(page).text


@pytest.mark.parametrize("model", READ)
def test_a_list_costs_the_same_for_one_row_and_for_more(model, everything, planner):
    client, url = signed_in(planner), f"/admin/tasks/{model}/"
    client.get(url)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = cost()
    loop.closed(loop.opened(3)) if model == "standing" else None
    if model in ("report", "evidence"):
        for number in (8, 17):
            row = loop.brought_to("submitted", loop.owed(loop.quarter(2), number, "pudong"), cast.person("pudong"))
            evidence(row, f"{number}.pdf")
    if model in ("extensionrequest", "directive", "reminder", "letter"):
        from tasks.actions import chasing, directives, extensions

        texts = {"reason": "设备未到货", "progress": "已完成招标"}
        for number in (5, 6):
            later = {"new_due_on": loop.date(2024, 1, 31), **texts}
            extensions.request_extension(task(number), by=cast.person("jlc"), today=loop.TODAY, **later)
            directives.give(task(number), by=cast.person("leader"), today=loop.TODAY, text="请加快进度。")
            chasing.remind(
                loop.quarter(2), by=planner, today=loop.TODAY, report=loop.owed(loop.quarter(2), number, "jlc")
            )
    if model == "reportingperiod":
        factories.plan()
        ReportingPeriod.objects.create(plan=plan(), starts_on="2024-01-01", ends_on="2024-01-31", due_on="2024-01-25")
    assert cost() == few <= 14


# ---- the plan's rhythm ----


def spans(of: Plan) -> int:
    return ReportingPeriod.objects.filter(plan=of).count()


def test_periods_follow_the_rhythm(planner):
    loop.opened(1)
    client, row = signed_in(planner), plan()
    form = form_at(client, change_url(row))
    assert (form["report_every"], spans(row)) == ("quarter", 4)
    assert client.post(change_url(row), form | {"report_every": "month"}).status_code == 302
    assert (plan().report_every, spans(row)) == ("month", 10)  # the first quarter is open and stays
    form = form_at(client, change_url(row))
    assert client.post(change_url(row), form | {"title": "新标题"}).status_code == 302
    assert spans(row) == 10


def test_a_new_plan_has_its_periods(planner):
    numbers = {"red_overdue_days": 30, "red_overdue_share": 30, "red_idle_share": 50}
    numbers |= {"yellow_due_days": 15, "yellow_milestone_days": 7, "yellow_gap": 10}
    named = {"code": "2024", "title": "2024年计量工作要点", "year": 2024, "issuer": "市局", "report_every": "month"}
    dates = {"issued_on": "2024-02-01", "ends_on": "2024-12-31"}
    assert signed_in(planner).post("/admin/tasks/plan/add/", numbers | named | dates).status_code == 302
    assert spans(Plan.objects.get(code="2024")) == 12


def test_units_are_still_named(planner):
    """The rest of the admin reads as before."""
    assert unit("pudong").code in signed_in(planner).get("/admin/departments/department/?q=pudong").text
