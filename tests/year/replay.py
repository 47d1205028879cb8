"""The story, told in its order; what it is told by, pages or API, it does not know."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

from django.core.management import call_command

from tests.year.story import FILLED_IN, ONE_BY_ONE, WAYS, Quarter, Step

REASON = "本季度按计划推进，无新增事项。"
MORE = "补充数据：检查二十三家，立案两起。"
SENT_FIRST = {"sent", "mended", "again", "withdrawn", "returned", "unread"}
Moment = tuple[date, Callable[[], None]]


class Replay:
    """One quarter, told by `by`. `owed`: the pairs of task and unit that the document and the switches give."""

    def __init__(self, quarter: Quarter, by: Any, owed: set[tuple[int, str]], settings: Any) -> None:
        self.quarter, self.by, self.owed, self.settings = quarter, by, sorted(owed), settings

    # ---- the order of the days ----

    def until_filed(self) -> None:
        one = self.quarter
        self.go([*map(self.moment, one.before), (one.opens, self.open)])

    def until_closed(self) -> None:
        one = self.quarter
        days: list[Moment] = [
            (one.files, self.file),
            (one.files, self.take_back),
            (one.files, self.mend),
            (one.late, self.send_late),
            (one.accepts, self.accept),
            *map(self.moment, one.during),
            *((on, self.remind) for on in one.reminds),
        ]
        self.go(days)

    def close(self) -> None:
        self.go([(self.quarter.closes, lambda: self.by.close_period("planner", self.quarter.number))])

    def go(self, moments: list[Moment]) -> None:
        for on, act in sorted(moments, key=lambda moment: moment[0]):
            self.settings.PORTAL_TODAY = on
            act()

    def moment(self, step: Step) -> Moment:
        return step.on, lambda: getattr(self.by, step.verb)(step.who, *step.about)

    # ---- what happens ----

    def open(self) -> None:
        self.by.open("planner", self.quarter.number)

    def file(self) -> None:
        for unit in sorted({unit for _task, unit in self.owed}):
            if unit in ONE_BY_ONE:
                self.file_one_by_one(unit)
            else:
                ways = {task: self.way(task, unit) for task, one in self.owed if one == unit}
                asked = {task: REASON if way == "nothing_new" else "" for task, way in ways.items() if _goes(way)}
                if asked:
                    self.by.file_all(unit, self.quarter.number, unit, asked)
        for task, unit in self.those("draft"):
            self.by.draft(self.writer(task, unit), self.quarter.number, task, unit)

    def file_one_by_one(self, unit: str) -> None:
        for task, one in self.owed:
            way = self.way(task, unit)
            if one != unit or not _goes(way):
                continue
            who = self.writer(task, unit)
            if way == "nothing_new":
                self.by.send_nothing_new(who, self.quarter.number, task, unit, REASON)
            else:
                self.by.send(who, self.quarter.number, task, unit)

    def take_back(self) -> None:
        number = self.quarter.number
        for task, unit in self.those("again", "withdrawn"):
            self.by.withdraw(self.writer(task, unit), number, task, unit)
        for task, unit in self.those("again"):
            self.by.send(self.writer(task, unit), number, task, unit)
        for task, unit in self.those("mended", "returned"):
            self.by.send_back("planner", number, task, unit, "请补充数据。")

    def mend(self) -> None:
        for task, unit in self.those("mended"):
            self.by.send(self.writer(task, unit), self.quarter.number, task, unit, MORE)

    def send_late(self) -> None:
        for task, unit in self.those("late"):
            self.by.send(self.writer(task, unit), self.quarter.number, task, unit)

    def accept(self) -> None:
        """浦东's one by one, all others many at once."""
        done = [pair for pair in self.owed if WAYS[self.way(*pair)] == "accepted"]
        for task, unit in done:
            if unit == "pudong":
                self.by.accept("planner", self.quarter.number, task, unit)
        self.by.accept_many("planner", self.quarter.number, [pair for pair in done if pair[1] != "pudong"])

    def remind(self) -> None:
        """Twice, as a timer may."""
        for _time in range(2):
            call_command("remind", stdout=StringIO())

    # ---- the table ----

    def way(self, task: int, unit: str) -> str:
        return self.quarter.ways.get(unit, {}).get(task, "sent")

    def those(self, *ways: str) -> list[tuple[int, str]]:
        return [(task, unit) for task, unit in self.owed if self.way(task, unit) in ways]

    def writer(self, task: int, unit: str) -> str:
        return FILLED_IN.get((unit, task), unit)

    def left(self) -> dict[tuple[int, str], str]:
        """How every report stands in the end."""
        return {(task, unit): WAYS[self.way(task, unit)] for task, unit in self.owed}


def _goes(way: str) -> bool:
    return way in SENT_FIRST or way == "nothing_new"
