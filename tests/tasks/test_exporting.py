"""Exports on record: asked for, written, given up, cleared away."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tasks.actions import exporting
from tasks.actions.exporting import Abandoned, Pulse, Wanted
from tasks.actions.refusals import IllegalNow, NotAllowed
from tasks.exports.asking import write
from tasks.models import Export
from tests import cast, factories
from tests.violations import violates

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def disk(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(disk: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in disk.rglob("*") if path.is_file())


def wanted(query: str = "", kind: str = "ledger_csv", language: str = "zh-hans") -> Wanted:
    return Wanted(kind, cast.plan(), query, language)


def asked(by, query: str = "") -> Export:
    return exporting.put_on_list(wanted(query), by=by, rows=17, enqueue=lambda _export: None)


def running(by, **fields) -> Export:
    return factories.export(by, cast.plan(), state="running", beat_at=timezone.now(), **fields)


# ---- asking ----


def test_what_is_handed_over_is_on_record_without_a_file(pudong):
    export = exporting.hand_over(wanted("light=red"), by=pudong, name="台账.csv", size=201, rows=2)
    export.refresh_from_db()
    assert (export.owner, export.kind, export.plan, export.query) == (pudong, "ledger_csv", cast.plan(), "light=red")
    assert (export.state, export.name, export.size, export.written, export.total) == ("done", "台账.csv", 201, 2, 2)
    assert (export.file.name, export.expires_at) == ("", None)


def test_administrators_export_nothing(admin):
    with pytest.raises(NotAllowed):
        exporting.hand_over(wanted(), by=admin, name="x", size=1, rows=1)
    with pytest.raises(NotAllowed):
        asked(admin)
    assert Export.objects.count() == 0


def test_the_sixth_is_refused_until_one_of_them_is_over(pudong, simt):
    asked(simt)
    five = [asked(pudong, f"q={number}") for number in range(5)]
    with pytest.raises(IllegalNow) as refusal:
        asked(pudong, "q=5")
    assert str(refusal.value) == "你已有 5 份文件正在等待生成，请等其中一份完成后再导出。"
    assert exporting.begin(five[0])
    with pytest.raises(IllegalNow):
        asked(pudong, "q=5")
    exporting.fail(five[0])
    asked(pudong, "q=5")
    assert Export.objects.filter(owner=pudong, state="waiting").count() == 5


def test_the_same_once_more_is_the_one_that_is_still_to_come(pudong, xuhui):
    first = asked(pudong, "light=red")
    assert asked(pudong, "light=red") == first
    assert asked(xuhui, "light=red") != first
    assert asked(pudong, "light=blue") != first
    exporting.begin(first)
    assert asked(pudong, "light=red") == first
    exporting.fail(first)
    assert asked(pudong, "light=red") != first


def test_those_that_nobody_will_finish_do_not_count(pudong):
    now = timezone.now()
    for _ in range(5):
        factories.export(pudong, cast.plan(), state="running", beat_at=now - 6 * MINUTE)
    asked(pudong)


# ---- writing ----


def test_one_worker_begins_it(pudong):
    export = asked(pudong)
    assert [exporting.begin(export), exporting.begin(export)] == [True, False]


def test_what_has_waited_for_more_than_a_day_is_not_begun(pudong):
    export = asked(pudong)
    Export.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    assert exporting.begin(export) is False


def test_progress_is_told_and_leaves_no_trail(pudong):
    export = running(pudong, total=200)
    Export.objects.update(beat_at=timezone.now() - 4 * MINUTE)
    Pulse(export, every=0)(51)
    export.refresh_from_db()
    assert (export.written, export.percent, export.state) == (51, 25, "running")
    assert timezone.now() - export.beat_at < MINUTE
    assert [event.pgh_label for event in export.events.order_by("pgh_id")] == ["insert"]


def test_progress_is_not_told_at_every_row(pudong):
    export = running(pudong)
    Pulse(export, every=3600)(2)
    export.refresh_from_db()
    assert export.written == 0


def test_a_finished_one_keeps_its_file_for_a_day_under_a_name_nobody_guesses(pudong, disk):
    export = running(pudong, total=3)
    exporting.finish(export, "台账.csv", "内容".encode(), 4)
    export.refresh_from_db()
    assert (export.state, export.name, export.size, export.written, export.total) == ("done", "台账.csv", 6, 4, 4)
    assert export.expires_at - export.finished_at == timedelta(days=1)
    assert files(disk) == ["内容".encode()]
    assert len(Path(export.file.name).name) == 32
    assert "台账" not in export.file.name


def test_one_that_was_given_up_meanwhile_leaves_no_file(pudong, disk):
    export = running(pudong)
    Export.objects.update(beat_at=timezone.now() - 6 * MINUTE)
    exporting.sweep(timezone.now())
    with pytest.raises(Abandoned):
        Pulse(export, every=0)(1)
    with pytest.raises(Abandoned):
        exporting.finish(export, "x", b"x", 1)
    exporting.fail(export, "太晚了")
    export.refresh_from_db()
    assert (export.state, export.error, export.file.name) == ("failed", "", "")
    assert files(disk) == []


def test_a_sentence_may_be_long(pudong):
    export = running(pudong)
    exporting.fail(export, "长" * 500)
    export.refresh_from_db()
    assert export.error == "长" * 300


# ---- what a reader is told ----


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"state": "waiting"}, "waiting"),
        ({"state": "waiting", "age": timedelta(hours=23)}, "waiting"),
        ({"state": "waiting", "age": timedelta(hours=25)}, "failed"),
        ({"state": "running", "silent": 4 * MINUTE}, "running"),
        ({"state": "running", "silent": 6 * MINUTE}, "failed"),
        ({"state": "done", "silent": 6 * MINUTE}, "done"),
        ({"state": "failed"}, "failed"),
    ],
)
def test_what_nobody_will_finish_has_failed(pudong, fields, told):
    """Told and counted alike, before anybody has noted it."""
    now = timezone.now()
    ended = {"finished_at": now} if fields["state"] in ("done", "failed") else {}
    silent = {"beat_at": now - fields["silent"]} if "silent" in fields else {}
    export = factories.export(pudong, cast.plan(), state=fields["state"], **ended, **silent)
    Export.objects.update(created_at=now - fields.get("age", 0 * MINUTE))
    export.refresh_from_db()
    assert export.state_at(now) == told
    assert Export.objects.to_come(now).exists() == (told in ("waiting", "running"))
    assert Export.objects.lost(now).exists() == (told == "failed" != fields["state"])


@pytest.mark.parametrize(
    ("written", "total", "percent"), [(0, 0, None), (0, 3, 0), (2, 3, 66), (3, 3, 100), (4, 3, 100)]
)
def test_percent(written, total, percent):
    assert Export(written=written, total=total).percent == percent


# ---- clearing away ----


def test_files_go_when_their_day_is_over_and_rows_stay(pudong, disk, django_capture_on_commit_callbacks):
    now = timezone.now()
    over = factories.export(pudong, cast.plan(), b"over", expires_at=now - MINUTE)
    factories.export(pudong, cast.plan(), b"kept", expires_at=now + MINUTE)
    with django_capture_on_commit_callbacks(execute=True):
        assert exporting.sweep(now) == 1
    over.refresh_from_db()
    assert (over.state, over.file.name, over.name, over.is_kept(now)) == ("done", "", "台账.csv", False)
    assert files(disk) == [b"kept"]
    assert exporting.sweep(now) == 0


def test_what_a_killed_worker_left_on_the_disk_goes(pudong, disk, django_capture_on_commit_callbacks):
    """But not what somebody is storing just now, before its export names it."""
    now = timezone.now()
    kept = factories.export(pudong, cast.plan(), b"kept")
    default_storage.save("exports/0", ContentFile(b"new"))
    (disk / "exports" / "half").write_bytes(b"half")
    (disk / "evidence").mkdir()
    (disk / "evidence" / "old").write_bytes(b"evidence")
    long_ago = (now - timedelta(hours=2)).timestamp()
    for path in (disk / kept.file.name, disk / "exports" / "half", disk / "evidence" / "old"):
        os.utime(path, (long_ago, long_ago))
    with django_capture_on_commit_callbacks(execute=True):
        assert exporting.sweep(now) == 1
    assert files(disk) == [b"evidence", b"kept", b"new"]


def test_jobs_that_are_long_over_go_too(pudong):
    now = timezone.now()
    for _ in range(3):
        write.enqueue(1, "2023-06-15")
    old, at_work, new = DBTaskResult.objects.order_by("enqueued_at")
    DBTaskResult.objects.exclude(pk=new.pk).update(enqueued_at=now - timedelta(days=3))
    DBTaskResult.objects.filter(pk=at_work.pk).update(started_at=now, status="RUNNING")
    DBTaskResult.objects.filter(pk=old.pk).update(started_at=now - timedelta(days=3), status="RUNNING")
    exporting.sweep(now)
    assert set(DBTaskResult.objects.all()) == {at_work, new}


# ---- what can never be stored ----


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "photo"}, "export_choices"),
        ({"state": "lost"}, "export_choices"),
        ({"state": "done"}, "export_finished"),
        ({"state": "waiting", "finished_at": timezone.now()}, "export_finished"),
        ({"state": "running", "file": "exports/0", "expires_at": timezone.now()}, "export_kept"),
        ({"state": "done", "finished_at": timezone.now(), "file": "exports/0"}, "export_kept"),
    ],
)
def test_constraints(pudong, fields, constraint):
    with violates(constraint):
        factories.export(pudong, cast.plan(), **fields)
