"""docs/api.md, line by line: what it tells a newcomer to type works, against a live server."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.models import Report, Task
from tests import cast, factories
from tests.api import loop
from tests.api.calls import token_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
RED, ENGLISH, PATCH, FILE, PERIOD = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shell(live_server, tmp_path):
    """`shell(user, lines)`: what a terminal shows, and how it ended."""
    if shutil.which("curl") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("curl is not installed")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    python = Path(sys.executable)
    (tmp_path / "python3").symlink_to(python)

    def run(user, lines: str, **more: str) -> subprocess.CompletedProcess:
        token = token_of(user, f"{user} {len(lines)} {user.auth_token_set.count()}")
        environment = {"PORTAL": live_server.url, "TOKEN": token, "PATH": f"{tmp_path}:{os.environ['PATH']}"} | more
        command = ["bash", "-eu", "-c", lines]
        options = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True, "timeout": 60}
        return subprocess.run(command, check=False, **options)

    return run


def test_the_red_tasks(shell, planner):
    Task.objects.filter(number=4).update(due_on="2023-06-01")
    done = shell(planner, RED)
    assert (done.returncode, done.stderr) == (0, "")
    [task] = json.loads(done.stdout)["results"]
    assert (task["number"], task["light"]["label"]) == (4, "红灯")


def test_in_english(shell, pudong, planner):
    assert json.loads(shell(planner, ENGLISH).stdout)["state"]["label"] == "not started"
    refused = shell(pudong, ENGLISH)
    assert (refused.returncode, json.loads(refused.stdout)["status"]) == (22, 404)


def test_writing_with_the_tag(shell, planner):
    done = shell(planner, PATCH)
    assert (done.returncode, json.loads(done.stdout)["due_on"]) == (0, "2023-11-30")
    assert str(Task.objects.get(number=5).due_on) == "2023-11-30"
    stale = PATCH.replace('"If-Match: $etag"', '"If-Match: \\"task-0-v1.x\\""').replace("11-30", "10-31")
    refused = shell(planner, stale)
    assert (refused.returncode, json.loads(refused.stdout)["status"]) == (22, 412)
    assert str(Task.objects.get(number=5).due_on) == "2023-11-30"


def test_filing_an_update(shell, pudong):
    done = shell(pudong, FILE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "浦东新区市场监管局 · 6 加强重点领域监管: 已报, 2023-06-15"
    report = Report.objects.get()
    assert (report.state, report.author, report.progress_text) == (
        "submitted", pudong, "已完成辖区内加油机抽查 120 台次。",
    )  # fmt: skip
    again = shell(pudong, FILE)
    assert (again.returncode, "409" in again.stderr, Report.objects.submitted().count()) == (1, True, 1)


def test_it_goes_on_with_a_draft_that_is_there(shell, pudong):
    factories.report(cast.task(6), cast.unit("pudong"), pudong, progress_text="半句", problems="旧的问题")
    assert shell(pudong, FILE).returncode == 0
    report = Report.objects.get()
    assert (report.progress_text, report.problems) == ("已完成辖区内加油机抽查 120 台次。", "旧的问题")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (("2023-06 ", "2023-05 "), "404"),
        (("2023-06 ", "2023-99 "), "404"),
        (('"on_schedule"', '"behind"'), "400"),
        (('"on_schedule"', '"fine"'), "400"),
    ],
)
def test_what_is_refused_is_said_in_words(change, status, shell, pudong):
    done = shell(pudong, FILE.replace(*change))
    assert (done.returncode, done.stderr[:3], "Traceback" in done.stderr) == (1, status, False)
    assert Report.objects.submitted().count() == 0


def test_filing_a_period(shell, pudong):
    loop.opened()
    done = shell(pudong, PERIOD)
    assert (done.returncode, done.stderr) == (0, "")
    titles = [str(cast.task(number)) for number in (6, 7, 8, 17)]
    states = ("已报", "已报", "待报", "待报")
    assert done.stdout.splitlines() == [
        f"2023-06-25 {title}: {state}" for title, state in zip(titles, states, strict=True)
    ]
    sent = Report.objects.submitted().order_by("task__number")
    assert [(row.no_news, row.progress_text) for row in sent] == [
        (False, "已抽查加油机 120 台次。"),
        (True, "设备检修，下期开展"),
    ]
    again = shell(pudong, PERIOD)  # what has been sent is not owed any more
    assert (again.returncode, len(again.stdout.splitlines()), sent.count()) == (0, 2, 2)


def test_a_returned_report_says_why_and_is_sent_again(shell, pudong):
    report = loop.brought_to("returned", loop.owed(loop.opened(), 6, "pudong"), pudong)
    listed = shell(pudong, PERIOD.replace('"6"', '"9"'))
    assert "退回 (请补充数据。)" in listed.stdout
    assert shell(pudong, PERIOD).returncode == 0
    report.refresh_from_db()
    assert (report.state, report.progress_text) == ("submitted", "已抽查加油机 120 台次。")


def test_a_wrong_token_is_said_in_words(shell, pudong):
    done = shell(pudong, FILE, TOKEN="0" * 64)
    assert (done.returncode, done.stderr[:3]) == (1, "401")


def test_only_the_standard_library():
    for example in (ROOT / "docs" / "examples").glob("*.py"):
        text = example.read_text(encoding="utf-8")
        needed = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))
        assert needed <= {*sys.stdlib_module_names, "file_update"}
        assert len(text.splitlines()) < 80


def test_the_page_names_what_there_is():
    for address in set(re.findall(r"/api/v1/(\w+)/", PAGE)):
        assert address in ("tasks", "docs", "schema", "reports", "evidence", "imports", "plans")
    assert "manage.py api_token create pudong" in PAGE
