"""A whole year of reporting, told by pages and again by the API: both must come out as the story says."""

from collections import Counter, defaultdict
from typing import Any

import pytest

from tasks.models import Letter, Reminder, Report, Standing
from tasks.querysets.light import LIGHT_OF
from tests.year import document
from tests.year.by_api import ByApi
from tests.year.by_pages import ByPages
from tests.year.replay import MORE, REASON, Replay
from tests.year.story import BETWEEN, LETTERS, LIGHTS_BETWEEN, NEW, REMINDED, WAYS, YEAR, Quarter, day
from tests.year.world import said

pytestmark = pytest.mark.django_db
UNSENT = {"due": "overdue", "draft": "overdue", "returned": "overdue"}


def owed(number: int) -> document.Pairs:
    """The document's leads, with the switches of the story."""
    members = document.members()
    if number >= 3:
        members["districts"] = members["districts"] - {"songjiang"} | {NEW, "lingang"}
    asked = {(5, "faguichu")} if number >= 2 else set()
    asked |= {(16, "districts")} if number == 3 else set()
    return document.owed(members=members, asked=asked, ended={4, 13} if number >= 3 else set())


def test_the_story_counts_what_the_document_gives():
    assert [len(owed(quarter.number)) for quarter in YEAR] == [quarter.owed for quarter in YEAR] == [93, 94, 109, 92]
    for unit, numbers in {"pudong": [4, 4, 5, 4], "songjiang": [4, 4, 0, 0], NEW: [0, 0, 5, 4]}.items():
        assert [sum(one == unit for _task, one in owed(number)) for number in (1, 2, 3, 4)] == numbers


def asked(number: int) -> list[tuple[int, str]]:
    rows = Report.objects.filter(period__starts_on__month=3 * number - 2)
    return sorted(rows.values_list("task__number", "department__code"))


def of_closed() -> list[list[Any]]:
    """Everything that has to stay: standings and reports of closed periods, with their versions."""
    kept = {"period__state": "closed"}
    return [list(model.objects.filter(**kept).order_by("pk").values_list()) for model in (Standing, Report)]


@pytest.mark.long
@pytest.mark.parametrize("way", [ByPages, ByApi], ids=["pages", "api"])
def test_a_year(way, settings, mailoutbox):
    by: Any = way()
    for quarter in YEAR:
        told = Replay(quarter, by, owed(quarter.number), settings)
        kept = of_closed()
        told.until_filed()
        assert asked(quarter.number) == sorted(owed(quarter.number))
        assert set(by.cells("planner", quarter.number).values()) == {"due"}
        told.until_closed()
        if quarter.number == 4:
            between(by, settings)
        told.close()
        assert of_closed()[0][: len(kept[0])] == kept[0]
        assert of_closed()[1][: len(kept[1])] == kept[1]
        closed_as_told(by, quarter, told.left())
        seen_by(by, quarter)
    everything_stays(by)
    reminded(mailoutbox)


def shown(quarter: Quarter, left: dict[Any, str]) -> dict[Any, str]:
    """The words of the matrix after the due date. The third quarter suspends task 12, of which nothing came."""
    cells = {pair: UNSENT.get(state, state) for pair, state in left.items()}
    return {pair: word for pair, word in cells.items() if quarter.number != 3 or pair[0] != 12}


def closed_as_told(by: Any, quarter: Quarter, left: dict[Any, str]) -> None:
    rows = Report.objects.filter(period=by.period(quarter.number)).select_related("task", "department")
    found = {(row.task.number, row.department.code): row for row in rows}
    assert {pair: row.state for pair, row in found.items()} == left
    assert Counter(state for pair, state in left.items() if pair in shown(quarter, left)) == quarter.states
    ways = {pair: quarter.ways.get(pair[1], {}).get(pair[0], "sent") for pair in left}
    typed = {pair: typed_as(way, quarter.number, pair) for pair, way in ways.items()}
    assert {pair: row.progress_text for pair, row in found.items()} == typed
    late = {pair for pair, way in ways.items() if way == "late"}
    assert {pair for pair, row in found.items() if row.is_late} == late
    standings = Standing.objects.filter(period=by.period(quarter.number))
    assert {each.task.number: (each.reason, each.progress) for each in standings} == quarter.lights
    assert by.lights("leader", quarter.number) == {
        task: LIGHT_OF[reason] for task, (reason, _n) in quarter.lights.items()
    }


def typed_as(way: str, number: int, pair: tuple[int, str]) -> str:
    if WAYS[way] == "due":
        return ""
    if way == "nothing_new":
        return REASON
    return said(number, *pair) + (MORE if way == "mended" else "")


def seen_by(by: Any, quarter: Quarter) -> None:
    """The whole, one's own, or what one co-ordinates; and never another unit's draft."""
    told = Replay(quarter, by, owed(quarter.number), None)
    whole = shown(quarter, told.left())
    mine = {"planner": whole, "leader": whole}
    mine["jlc"] = {pair: word for pair, word in whole.items() if pair[0] != 2}
    mine["simt"] = {pair: word for pair, word in whole.items() if pair[0] == 2}
    for unit in ("sqi", "pudong", "xuhui", "songjiang", NEW):
        mine[unit] = {pair: word for pair, word in whole.items() if pair[1] == unit}
    assert {who: len(cells) for who, cells in mine.items()} == quarter.seen
    assert {who: by.cells(who, quarter.number) for who in mine} == mine


def between(by: Any, settings: Any) -> None:
    settings.PORTAL_TODAY = BETWEEN
    lights: dict[str, list[int]] = defaultdict(list)
    for task, light in sorted(by.lights("planner", 4).items()):
        lights[light].append(task)
    assert lights == LIGHTS_BETWEEN


def everything_stays(by: Any) -> None:
    """At the end of the year every quarter reads as it did when it was closed."""
    for quarter in YEAR:
        left = Replay(quarter, by, owed(quarter.number), None).left()
        assert by.cells("planner", quarter.number) == shown(quarter, left)
        lights = {task: LIGHT_OF[reason] for task, (reason, _n) in quarter.lights.items()}
        assert by.lights("planner", quarter.number) == lights
    readers = ("planner", "leader", "jlc", "jingan", "pudong", "songjiang", NEW)
    assert {who for who in readers if by.reads(who, 1, 6, "jingan")} == {"jingan"}  # a draft
    assert {who for who in readers if by.reads(who, 1, 6, "songjiang")} == {"planner", "leader", "jlc", "songjiang"}
    assert {who for who in readers if by.reads(who, 1, 7, "jlc")} == {*readers} - {
        "songjiang"
    }  # it sees the task no more


def reminded(outbox: Any) -> None:
    found: dict[str, dict[Any, list[int]]] = defaultdict(lambda: defaultdict(list))
    columns = ("recipient__username", "reminded_on", "report__task__number")
    for who, on, task in Reminder.objects.order_by("report__task__number").values_list(*columns):
        found[who][on].append(task)
    assert found == {who: {day(on): tasks for on, tasks in days.items()} for who, days in REMINDED.items()}
    assert Letter.objects.count() == Letter.objects.filter(state="sent").count() == LETTERS
    assert Counter(mail.to[0] for mail in outbox) == {f"{who}@example.cn": len(days) for who, days in REMINDED.items()}
