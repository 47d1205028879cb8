"""Page, API and CSV: for the same user and filter the same tasks, in the same order, with the same figures."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest

from tasks.models import Milestone, Task
from tasks.querysets.matrix import cells
from tests import cast, factories
from tests.api import loop
from tests.api.calls import get, numbers
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

SEEN = {
    "planner": list(range(1, 18)),
    "leader": list(range(1, 18)),
    "jlc": [1, *range(3, 18)],
    "pudong": [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17],
    "simt": [2, 6, 7, 10, 11, 14, 17],
    "sqi": [2, 6, 7, 10, 11, 14],
}
LIGHTS = {"red": "红", "yellow": "黄", "green": "绿", "blue": "蓝", "grey": "灰"}
QUERIES = [
    "",
    "ordering=light",
    "ordering=-progress&ordering=number",
    "light=yellow&light=red",
    "light=grey",
    "q=计量&ordering=-number",
    "lead=jlc&ordering=next_on",
    "department=simt&state=not_started",
    "support=districts&ordering=due_on",
    "plan=2023&year=2023&due_before=2023-12-30",
    "due_after=2023-12-31&state=in_progress&state=not_started",
    "q=没有这样的话",
]


@pytest.fixture(autouse=True)
def a_year_in_progress(db, jlc):
    """All lights, some states, figures that differ."""
    tasks = Task.objects.filter(plan__code="2023")
    Milestone.objects.filter(task__number=3).update(state="done", done_on=date(2023, 6, 1))
    Milestone.objects.filter(task__number=12, position__in=[1, 2]).update(state="done", done_on=date(2023, 6, 1))
    tasks.filter(number=3).update(state="in_progress")
    tasks.filter(number=4).update(due_on=date(2023, 6, 1))
    tasks.filter(number=9).update(state="cancelled", state_before="not_started", state_note="并入任务 12")
    Milestone.objects.filter(task__number=6, position=1).update(due_on=date(2023, 6, 14), date_basis="festival")
    factories.report(cast.task(14), cast.unit("jlc"), jlc, date(2023, 6, 1), assessment="behind", problems="x")


def on_page(user: Any, query: str) -> list[tuple[int, str, str | None]]:
    text = cast.signed_in(user).get(f"/tasks/?{query}").text
    rows = re.findall(r'<tr[^>]*>\s*<td class="no num">(\d+)</td>(.*?)</tr>', text, re.DOTALL)
    return [(int(number), *_figures(row)) for number, row in rows]


def _figures(row: str) -> tuple[str, str | None]:
    [light], found = re.findall(r"([红黄绿蓝灰])灯</span>", row), re.search(r"<b>(\d+)%</b>", row)
    return light, found[1] if found else None


def in_csv(user: Any, query: str) -> list[tuple[int, str, str]]:
    text = cast.signed_in(user).get(f"/tasks/ledger.csv?{query}").content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    light, progress = head.index("亮灯"), head.index("完成进度")
    return [(int(row[0]), row[light].removesuffix("灯"), row[progress].removesuffix("%")) for row in rows]


@pytest.mark.parametrize("username", SEEN)
@pytest.mark.parametrize("query", QUERIES)
def test_the_same_tasks_lights_and_figures(username, query):
    user = cast.person(username)
    results = get(user, f"tasks/?{query}")["results"]
    asked = [(one["number"], LIGHTS[one["light"]["value"]], one["progress"]) for one in results]
    exported, shown = in_csv(user, query), on_page(user, query)
    assert [(number, light, str(progress)) for number, light, progress in asked] == exported
    assert [(number, light, str(progress)) for number, light, progress in asked] == shown
    assert {one["number"] for one in results} <= set(SEEN[username])
    if not query:
        assert [one["number"] for one in results] == SEEN[username]


@pytest.mark.parametrize("username", SEEN)
def test_the_same_sentence_for_every_light(username):
    user = cast.person(username)
    page = cast.signed_in(user).get("/tasks/ledger.csv").content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(page, newline=""))
    reason = head.index("备注")
    results = get(user, "tasks/", **{"Accept-Language": "zh"})["results"]
    assert [row[reason] for row in rows] == [one["light"]["reason"] for one in results]


@pytest.mark.parametrize("username", SEEN)
def test_the_summary_counts_the_same_tasks(username):
    user = cast.person(username)
    results, summary = get(user, "tasks/")["results"], get(user, "plans/2023/summary/")
    lights = [one["light"]["value"] for one in results]
    assert summary["tasks"] == len(results)
    assert {one["value"]: one["count"] for one in summary["by_light"]} == {name: lights.count(name) for name in LIGHTS}


@pytest.mark.parametrize("username", SEEN)
def test_children_are_those_of_the_same_tasks(username):
    user, seen = cast.person(username), SEEN[username]
    for resource in ("milestones", "assignments"):
        body = get(user, f"{resource}/?limit=1000")
        assert sorted({one["task"]["number"] for one in body["results"]}) == seen
        assert body["count"] == len(body["results"])
    hidden = next(iter(set(range(1, 18)) - set(seen)), None)
    if hidden:
        pk = Task.objects.get(number=hidden).pk
        assert get(user, f"milestones/?task={pk}")["count"] == 0
        assert get(user, f"assignments/?task={pk}")["count"] == 0
        assert get(user, f"reports/?task={pk}")["count"] == 0
        assert get(user, f"changes/?task={pk}")["count"] == 0


@pytest.mark.parametrize("username", ["planner", "leader", "jlc", "pudong", "simt"])
def test_the_matrix_holds_the_same_cells(username):
    """Page and API show the same units, tasks and states, and both stay silent about the same."""
    period, pudong = loop.opened(), cast.person("pudong")
    for number, state in ((6, "draft"), (7, "submitted"), (8, "returned"), (17, "accepted")):
        loop.brought_to(state, loop.owed(period, number, "pudong"), pudong)
    user = cast.person(username)
    body = get(user, f"periods/{period.pk}/matrix/")
    known = cells([period.pk], user, TODAY)
    asked = [(one["department"], one["task"], one["state"]["value"], one["overdue"]) for one in body["cells"]]
    assert asked == [(cell.department, cell.task, cell.state, cell.overdue) for cell in known]
    page = cast.signed_in(user).get(f"/matrix/?plan=2023&period={period.pk}").text
    linked = {int(pk) for pk in re.findall(r'href="/reports/(\d+)/', page)}
    assert linked <= {one["report"] for one in body["cells"]}
    reports = get(user, f"reports/?period={period.pk}&limit=1000")["results"]
    states = {one["report"]: (one["state"]["value"], one["overdue"]) for one in body["cells"]}
    both = [one for one in reports if one["id"] in states]
    assert {one["id"]: (one["state"]["value"], one["overdue"]) for one in both} == {
        one["id"]: states[one["id"]] for one in both
    }
    assert len(both) > 0


def test_numbers_of_pages_add_up(planner):
    pages = [get(planner, f"tasks/?limit=5&offset={offset}&ordering=light") for offset in (0, 5, 10, 15)]
    assert [number for page in pages for number in numbers(page)] == numbers(get(planner, "tasks/?ordering=light"))
