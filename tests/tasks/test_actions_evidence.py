"""Evidence: stored with its report or not at all, once each, and off the disk when it is taken away."""

from hashlib import sha256
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from tasks.actions import evidence, periods, reports
from tasks.actions.evidence import FILES_AT_MOST, SIZE_AT_MOST
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.models import Evidence, Report
from tests import cast, factories
from tests.conftest import TODAY
from tests.files import DOCX, PDF, PNG, sent

pytestmark = pytest.mark.django_db
TEXT = {"assessment": "on_schedule", "progress_text": "进展", "problems": "", "next_steps": ""}


@pytest.fixture
def disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def due(pudong) -> Report:
    return factories.owed(cast.quarter(2), cast.task(6), pudong.department)


def on(disk: Path) -> list[Path]:
    return sorted(path for path in disk.rglob("*") if path.is_file())


def save(report: Report, *files, by, version=None, fields=TEXT, without=None) -> Report:
    with evidence.with_files(report, files, by=by, without=without):
        return reports.save_draft(report.task, report.department, by=by, fields=fields, version=version, report=report)


def submit(report: Report, *files, by, version, fields=TEXT) -> None:
    with evidence.with_files(report, files, by=by):
        said = {"by": by, "today": TODAY, "fields": fields, "version": version, "report": report}
        reports.submit(report.task, report.department, **said)


def names() -> list[str]:
    return [file.name for file in Evidence.objects.kept().order_by("pk")]


def codes(refused) -> list[str]:
    return [error.code for error in refused.value.error_dict["files"]]


def test_a_file_is_stored_under_a_random_name_with_its_kind(disk, due, pudong):
    save(due, sent("核验/结果.pdf", claimed="text/html"), by=pudong)
    (file,) = Evidence.objects.all()
    assert (file.name, file.kind, file.size) == ("结果.pdf", "pdf", len(PDF))
    assert (file.sha256, file.sender, file.report, file.is_removed) == (sha256(PDF).hexdigest(), pudong, due, False)
    (path,) = on(disk)
    assert path.read_bytes() == PDF
    assert path.relative_to(disk).as_posix() == file.file.name
    assert (len(path.name), set(path.name) <= set("0123456789abcdef")) == (32, True)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o640, 0o750)


def test_the_same_file_again_is_stored_once(disk, due, pudong):
    save(due, sent("一.pdf"), sent("二.pdf"), by=pudong)
    save(due, sent("三.pdf"), by=pudong)
    assert (names(), len(on(disk))) == (["一.pdf"], 1)


def test_what_is_wrong_with_several_files_is_said_at_once_and_nothing_is_stored(disk, due, pudong):
    with pytest.raises(ValidationError) as refused:
        save(due, sent(), sent("a.exe", b"MZ"), sent("b.pdf", PDF + b"\0" * SIZE_AT_MOST), by=pudong)
    assert codes(refused) == ["kind", "too_large"]
    assert refused.value.messages == [
        "“a.exe”不是 PDF、PNG、JPEG、Word（.docx）、Excel（.xlsx）或 OFD 文件，或者含有宏。",
        "“b.pdf”超过 10 MB。",
    ]
    due.refresh_from_db()
    assert (due.state, on(disk), names()) == ("due", [], [])


def test_a_file_of_exactly_the_largest_size_is_taken(disk, due, pudong):
    save(due, sent("大.pdf", PDF + b"\0" * (SIZE_AT_MOST - len(PDF))), by=pudong)
    assert names() == ["大.pdf"]


def test_too_many_files_are_refused_and_leave_none_behind(disk, due, pudong):
    several = [sent(f"{n}.pdf", PDF + bytes([n])) for n in range(FILES_AT_MOST + 1)]
    with pytest.raises(ValidationError) as refused:
        save(due, *several, by=pudong)
    assert (codes(refused), on(disk), names()) == (["too_many"], [], [])
    save(due, *several[:-1], by=pudong)
    with pytest.raises(ValidationError):
        save(due, several[-1], by=pudong)
    assert (len(on(disk)), len(names())) == (FILES_AT_MOST, FILES_AT_MOST)


@pytest.mark.parametrize("refusal", ["stale", "illegal", "malformed"])
def test_a_refused_report_leaves_no_file(refusal, disk, due, pudong, planner):
    fields, version, expected = (
        TEXT,
        due.version,
        {"stale": Stale, "illegal": IllegalNow}.get(refusal, ValidationError),
    )
    if refusal == "stale":
        version += 1
    if refusal == "illegal":
        periods.close_period(due.period, by=planner, today=TODAY)
    if refusal == "malformed":
        fields = TEXT | {"progress_text": ""}
    with pytest.raises(expected):
        submit(due, sent(), by=pudong, version=version, fields=fields)
    assert (on(disk), names()) == ([], [])


def test_a_fault_after_the_first_file_leaves_none(disk, due, pudong):
    """The database refuses the second row: what has been written to the disk goes again."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tasks_evidence ADD CONSTRAINT no_png CHECK (kind <> 'png')")
    with pytest.raises(Exception, match="no_png"):
        save(due, sent(), sent("b.png", PNG), by=pudong)
    due.refresh_from_db()
    assert (due.state, on(disk), names()) == ("due", [], [])


@pytest.mark.parametrize("who", ["xuhui", "jlc", "leader", "planner", "admin"])
def test_nobody_adds_files_to_anothers_report(who, disk, due, pudong):
    with pytest.raises(NotAllowed):
        save(due, sent(), by=cast.person(who))
    assert on(disk) == []


def test_a_file_taken_away_leaves_the_disk_and_stays_on_record(disk, due, pudong, django_capture_on_commit_callbacks):
    save(due, sent(), sent("b.docx", DOCX), by=pudong)
    first, second = Evidence.objects.order_by("pk")
    with django_capture_on_commit_callbacks(execute=True):
        save(due, by=pudong, without=first)
    assert names() == ["b.docx"]
    assert [path.relative_to(disk).as_posix() for path in on(disk)] == [second.file.name]
    assert Evidence.objects.get(pk=first.pk).is_removed
    with pytest.raises(IllegalNow):
        save(due, by=pudong, without=first)
    save(due, sent(), by=pudong)
    assert names() == ["b.docx", "核验结果.pdf"]


def test_a_file_stays_where_the_text_is_refused(disk, due, pudong, django_capture_on_commit_callbacks):
    save(due, sent(), by=pudong)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Stale):
        save(due, by=pudong, version=0, without=Evidence.objects.get())
    assert (names(), len(on(disk))) == (["核验结果.pdf"], 1)


def test_a_file_of_another_report_is_not_taken_away(disk, due, pudong):
    other = factories.owed(cast.quarter(2), cast.task(7), pudong.department)
    save(other, sent(), by=pudong)
    with pytest.raises(IllegalNow):
        save(due, by=pudong, without=Evidence.objects.get())
    assert names() == ["核验结果.pdf"]


def test_what_others_have_read_stays(disk, due, pudong, xuhui):
    save(due, sent(), by=pudong)
    file = Evidence.objects.get()
    with pytest.raises(NotAllowed):
        save(due, by=xuhui, without=file)
    due.refresh_from_db()
    submit(due, by=pudong, version=due.version)
    with pytest.raises(IllegalNow):
        save(due, by=pudong, without=file)
    assert (names(), len(on(disk))) == (["核验结果.pdf"], 1)
