"""Asking for a file: at once or by the worker, the same words either way, and on record."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tasks.actions.refusals import NotAllowed
from tasks.exports.asking import ask
from tasks.models import Assignment, Export, Plan
from tests import cast, factories
from tests.conftest import TODAY
from tests.workbooks import cells
from tests.worker import work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def disk(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def asked(by, query: str = "", kind: str = "ledger_csv", at_once: int = 2, language: str = "zh-hans"):
    return ask(kind, cast.plan(), query, by=by, today=TODAY, language=language, at_once=at_once)


def later(by, query: str = "", **more) -> Export:
    export, file = asked(by, query, **more)
    assert file is None
    return export


def content(export: Export) -> bytes:
    with default_storage.open(export.file.name) as file:
        return file.read()


# ---- at once ----


def test_a_small_one_is_handed_over_and_on_record(pudong):
    export, file = asked(pudong, "light=red&ordering=-number", at_once=17)
    assert file.content.decode("utf-8-sig").count("\r\n") == 1 + export.total
    assert (export.state, export.size, export.name) == (
        "done",
        len(file.content),
        "计量工作任务台账-2023-2023-06-15.csv",
    )
    assert export.query == "light=red&ordering=-number"
    assert DBTaskResult.objects.count() == 0


@pytest.mark.parametrize(("at_once", "is_later"), [(11, True), (12, False), (0, True)])
def test_the_border_is_counted_in_rows_that_one_sees(pudong, at_once, is_later):
    assert (asked(pudong, at_once=at_once).file is None) is is_later


def test_the_border_is_a_setting(pudong, settings):
    settings.EXPORT_AT_ONCE = 11
    assert asked(pudong, at_once=None).file is None
    settings.EXPORT_AT_ONCE = 12
    assert asked(pudong, at_once=None).file is not None


def test_a_query_that_does_not_fit_is_refused_and_not_on_record(pudong):
    with pytest.raises(ValidationError) as refusal:
        asked(pudong, "light=purple&colour=red")
    assert set(refusal.value.message_dict) == {"light", "colour"}
    assert Export.objects.count() == 0


def test_administrators_are_refused_first(admin):
    with pytest.raises(NotAllowed):
        asked(admin, "light=purple")


# ---- later ----


@pytest.mark.parametrize("username", ["planner", "pudong"])
@pytest.mark.parametrize("query", ["", "light=yellow&light=red&ordering=-number", "q=计量"])
def test_the_worker_writes_what_would_have_been_handed_over(username, query):
    user = cast.person(username)
    export = later(user, query, at_once=0)
    work()
    export.refresh_from_db()
    assert (export.state, export.error) == ("done", "")
    assert content(export) == asked(user, query, at_once=99).file.content
    assert (export.written, export.total, export.size) == (export.total, export.total, len(content(export)))


def test_a_workbook_too_with_the_units_own_words(pudong, jlc):
    factories.report(cast.task(4), cast.unit("jlc"), jlc, progress_text="别人的草稿")
    export = later(pudong, kind="ledger_xlsx")
    work()
    export.refresh_from_db()
    assert cells(content(export)) == cells(asked(pudong, kind="ledger_xlsx", at_once=99).file.content)
    assert export.name == "计量工作任务台账-2023-2023-06-15.xlsx"


def test_in_the_language_and_as_of_the_day_it_was_asked_in(pudong, settings):
    export = later(pudong, language="en")
    settings.PORTAL_TODAY = date(2023, 12, 1)
    work()
    export.refresh_from_db()
    assert export.name == "metrology-ledger-2023-2023-06-15.csv"
    assert content(export).decode("utf-8-sig").startswith("No.,Group,Task,")


def test_what_the_owner_sees_when_it_is_written_counts(pudong):
    """A task that is no longer the unit's is not in the file, though it was when it was asked for."""
    export = later(pudong)
    Assignment.objects.filter(task__number=17).delete()
    work()
    export.refresh_from_db()
    assert export.total == 11
    numbers = [line.partition(",")[0] for line in content(export).decode("utf-8-sig").splitlines()]
    assert "17" not in numbers


# ---- what may have changed meanwhile ----


def closed_account(export: Export) -> None:
    type(export.owner).objects.update(is_active=False)


def another_role(export: Export) -> None:
    type(export.owner).objects.filter(pk=export.owner_id).update(role="admin", department=None)


def a_plan_put_away(export: Export) -> None:
    Plan.objects.update(is_active=False)


def a_filter_that_fits_no_more(export: Export) -> None:
    Assignment.objects.filter(role="lead", department__code="jlc").update(department=cast.unit("sqi"))


MAY_NOT = "你的账号已无权导出这份文件。"
NO_FIT = "筛选条件与计划现有内容不符，请在台账中重新选择后导出。"


@pytest.mark.parametrize(
    ("meanwhile", "told"),
    [
        (closed_account, MAY_NOT),
        (another_role, MAY_NOT),
        (a_plan_put_away, MAY_NOT),
        (a_filter_that_fits_no_more, NO_FIT),
    ],
)
def test_a_right_lost_meanwhile_is_told_in_a_sentence(pudong, disk, meanwhile, told):
    export = later(pudong, "lead=jlc")
    meanwhile(export)
    work()
    export.refresh_from_db()
    assert (export.state, export.error, export.file.name) == ("failed", told, "")
    assert list(disk.rglob("*")) == []


def test_a_fault_of_ours_is_logged_and_not_shown(pudong, settings, tmp_path, caplog):
    (tmp_path / "full").write_text("no folder")
    settings.MEDIA_ROOT = tmp_path / "full"
    export = later(pudong)
    work()
    export.refresh_from_db()
    assert (export.state, export.error) == ("failed", "")
    assert [record.msg["event"] for record in caplog.records] == ["export_failed", "exports_not_cleared_away"]


def test_one_that_was_given_up_is_not_written(pudong, disk):
    export = later(pudong)
    Export.objects.update(state="failed", finished_at=timezone.now())
    work()
    export.refresh_from_db()
    assert export.state == "failed"
    assert list(disk.rglob("*")) == []


def test_the_worker_clears_away_after_each_job(pudong, simt, django_capture_on_commit_callbacks):
    over = factories.export(simt, cast.plan(), b"over", expires_at=timezone.now() - timedelta(minutes=1))
    later(pudong)
    with django_capture_on_commit_callbacks(execute=True):
        work()
    over.refresh_from_db()
    assert over.file.name == ""
    assert Export.objects.exclude(file="").count() == 1


def test_a_worker_without_work_writes_nothing(db):
    with CaptureQueriesContext(connection) as asked_of_the_database:
        work()
    verbs = {query["sql"].split()[0] for query in asked_of_the_database.captured_queries}
    assert verbs == {"SELECT"}


# ---- on record ----


def test_the_audit_names_the_owner_and_the_worker(pudong):
    export = later(pudong)
    work()
    events = export.events.order_by("pgh_id").values_list("pgh_label", "state", "pgh_context__metadata")
    by_worker = {"user": pudong.pk, "worker": True}
    assert list(events) == [
        ("insert", "waiting", None),
        ("update", "running", by_worker),
        ("update", "done", by_worker),
    ]


def test_the_command_removes_what_is_over(pudong, capsys):
    factories.export(pudong, cast.plan(), b"over", expires_at=timezone.now() - timedelta(minutes=1))
    call_command("sweep_exports")
    assert capsys.readouterr().out == "Files removed: 1.\n"


def test_a_command_writes_a_large_one_itself_and_puts_it_on_record(pudong, tmp_path, settings):
    settings.EXPORT_AT_ONCE = 2
    call_command("export_ledger", "2023", tmp_path / "x.csv", user="pudong", verbosity=0)
    export = Export.objects.get()
    assert (export.owner, export.state, export.total, export.expires_at) == (pudong, "done", 12, None)
    context = export.events.get().pgh_context.metadata
    assert context == {"user": pudong.pk, "command": "export_ledger"}
    assert (tmp_path / "x.csv").read_bytes() == asked(pudong, at_once=99).file.content
