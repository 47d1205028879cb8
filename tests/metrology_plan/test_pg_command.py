"""manage.py pg: sentences and exit codes."""

import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from metrology_plan.embedded_postgres.server import Server


@pytest.fixture
def folder(monkeypatch):
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o711)
    monkeypatch.setattr(settings, "DATABASE_URL", "")
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", str(folder / "postgres"))
    yield folder / "postgres"
    Server(folder / "postgres").stop()
    shutil.rmtree(folder)


def said(capsys, action: str) -> str:
    call_command("pg", action)
    return capsys.readouterr().out


def test_its_whole_life(folder, capsys):
    assert said(capsys, "stop") == f"PostgreSQL was not running in {folder}.\n"
    assert said(capsys, "start") == f"PostgreSQL started in {folder}.\n"
    assert said(capsys, "start") == f"PostgreSQL is already running in {folder}.\n"
    assert said(capsys, "status") == f"PostgreSQL is running in {folder} (process {Server(folder).pid()}).\n"
    assert said(capsys, "stop") == f"PostgreSQL stopped in {folder}.\n"
    with pytest.raises(CommandError) as answer:
        call_command("pg", "status")
    assert str(answer.value) == f"PostgreSQL is not running in {folder}."
    assert answer.value.returncode == 3


def test_asking_makes_nothing(folder):
    with pytest.raises(CommandError):
        call_command("pg", "status")
    assert list(folder.parent.iterdir()) == []


@pytest.mark.parametrize("action", ["start", "stop", "status"])
def test_a_server_of_the_operators_own_is_left_alone(folder, monkeypatch, action):
    monkeypatch.setattr(settings, "DATABASE_URL", "postgres://portal@db.example/portal")
    with pytest.raises(CommandError) as refusal:
        call_command("pg", action)
    assert str(refusal.value) == "DATABASE_URL is set: that server is not the portal's to start, stop or look at."
    assert refusal.value.returncode == 1


def test_an_impossible_place_is_one_sentence(monkeypatch, folder):
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", "/tmp/" + "x" * 100)
    with pytest.raises(CommandError) as refusal:
        call_command("pg", "start")
    assert str(refusal.value).endswith("Set DATA_DIR to a shorter path, for example DATA_DIR=/var/tmp/portal")


@pytest.mark.parametrize("action", ["restart", "", "START"])
def test_other_words_are_refused(action):
    with pytest.raises(CommandError):
        call_command("pg", action)
