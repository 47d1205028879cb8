"""What was read in a document, as it is kept while a planner corrects it: `PlanImport.reading`, to JSON and back."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from tasks.documents.document import Document, Proposal, ReadTask
from tasks.documents.doubts import Doubt, Why
from tasks.documents.loose import loose_places
from tasks.documents.units import CLEAR_ETCETERA, ETCETERA

LONGEST_TITLE = 200  # characters of the title of a plan, a group, a task
ETC = "等"
Place = tuple[int, int]  # offsets in the text, the end excluded
CUT = re.compile(r"[。;；!！?？]|[,，、:：]")


@dataclass(frozen=True)
class Unit:
    """A unit as printed without 等; `open_ended` where it is followed by 等, or by an `ending` like 等部门.
    `role`: lead, support."""

    printed: str
    role: str
    open_ended: bool = False
    ending: str = ""

    @property
    def printed_as(self) -> str:
        return self.printed + (self.ending or ETC if self.open_ended else "")

    @classmethod
    def named(cls, printed_as: str, role: str) -> "Unit":
        """From a name as people write it down: 市计量协会等."""
        name = printed_as.strip()
        found = ETCETERA.search(name)
        if not found or not found.start() or not CLEAR_ETCETERA.fullmatch(name, found.start()):
            return cls(name, role)
        return cls.split(name[: found.start()], name, role)

    @classmethod
    def split(cls, printed: str, printed_as: str, role: str) -> "Unit":
        ending = printed_as.removeprefix(printed)
        return cls(printed, role, bool(ending), "" if ending == ETC else ending)


@dataclass(frozen=True)
class Step:
    """A proposal for a milestone; `due_on` only where the text or a planner gives a date."""

    title: str
    quote: str
    due_on: date | None = None
    date_basis: str = "plan_end"  # stated, festival, set_by_staff, plan_end
    kept: bool = True


@dataclass
class Item:
    """A task to be. `group` is a place in the reading's groups, `place` one in the text; `printed_number` is kept
    where the plan cannot have it twice. `left_out`: no task, says the planner."""

    number: int
    title: str
    text: str
    group: int | None = None
    place: Place | None = None
    units: list[Unit] = field(default_factory=list)
    milestones: list[Step] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    left_out: bool = False
    printed_number: int | None = None

    @property
    def leads(self) -> list[Unit]:
        return [unit for unit in self.units if unit.role == "lead"]

    @property
    def supports(self) -> list[Unit]:
        return [unit for unit in self.units if unit.role == "support"]


@dataclass
class Heading:
    """A group to be."""

    ordinal: int
    title: str


@dataclass
class Reading:
    """A plan to be. `names` are the planner's decisions on names that no department has: a department's code, or ""
    where the unit is left out. `loose` are the sentences that stand in no task."""

    title: str = ""
    year: int | None = None
    issuer: str = ""
    document_number: str = ""
    issued_on: date | None = None
    code: str = ""
    ends_on: date | None = None
    groups: list[Heading] = field(default_factory=list)
    tasks: list[Item] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    loose: list[Place] = field(default_factory=list)

    @property
    def taken(self) -> list[tuple[int, Item]]:
        """The tasks that are to be stored, each with its place in the reading."""
        return [(place, item) for place, item in enumerate(self.tasks) if not item.left_out]

    @property
    def printed(self) -> list[str]:
        """Every unit's name once, in the order of the document."""
        return list(dict.fromkeys(unit.printed for _place, item in self.taken for unit in item.units))


# ---- from a document ----


def reading_of(document: Document) -> Reading:
    """What the reader found, in the shape in which it is corrected and stored."""
    tasks = [_item(task) for task in document.tasks]
    groups = [Heading(group.ordinal, _shortened(group.title)) for group in document.groups]
    doubts = list(document.doubts)
    if tasks and not groups:
        groups = [Heading(1, _shortened(document.title) or "工作任务")]
        tasks = [replace(task, group=0) for task in tasks]
        doubts.append(Doubt(Why.NO_GROUPS))
    _number_once(tasks)
    return Reading(
        title=_shortened(document.title),
        year=document.year,
        issuer=document.issuer,
        document_number=document.document_number,
        issued_on=document.issued_on,
        code=str(document.year or ""),
        ends_on=date(document.year, 12, 31) if document.year else None,
        groups=groups,
        tasks=tasks,
        doubts=doubts,
        loose=loose_places(document),
    )


def _item(task: ReadTask) -> Item:
    title = _shortened(task.title)
    cut = [] if title == task.title else [Doubt(Why.TITLE_CUT, task.title)]
    return Item(
        number=task.number,
        title=title,
        text=task.text,
        group=task.group,
        place=(task.text_span.start, task.text_span.end),
        units=[Unit.split(unit.printed, unit.printed_as, unit.role) for unit in task.units],
        milestones=list(dict.fromkeys(_step(one) for one in task.milestones)),  # what is said twice, once
        doubts=[*task.doubts, *cut],
    )


def _step(one: Proposal) -> Step:
    return Step(one.title, one.quote, one.due_on, one.date_basis)


def _shortened(title: str) -> str:
    """Cut where a sentence or a clause ends, so that it fits; the text stays whole."""
    if len(title) <= LONGEST_TITLE:
        return title
    ends = [hit.start() for hit in CUT.finditer(title, 1, LONGEST_TITLE + 1)]
    return title[: ends[-1]] if ends else title[:LONGEST_TITLE]


def _number_once(tasks: list[Item]) -> None:
    """Numbers that restart under every heading cannot name the tasks of a plan: then all are numbered in order."""
    if len({task.number for task in tasks}) == len(tasks) and all(task.number > 0 for task in tasks):
        return
    for number, task in enumerate(tasks, start=1):
        if task.number != number:
            task.printed_number = task.number
            task.doubts.append(Doubt(Why.RENUMBERED, f"{task.number} → {number}"))
        task.number = number


# ---- JSON ----


def to_json(reading: Reading) -> dict[str, Any]:
    """What `PlanImport.reading` keeps: dates in ISO form, doubts by the names of their reasons."""
    kept = asdict(reading, dict_factory=_plain)
    kept["doubts"] = _told(reading.doubts)
    for told, task in zip(kept["tasks"], reading.tasks, strict=True):
        told["doubts"] = _told(task.doubts)
    return kept


def _told(doubts: Iterable[Doubt]) -> list[dict[str, str]]:
    return [{"why": doubt.why.name, "about": doubt.about} for doubt in doubts]


def _plain(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in pairs}


def from_json(kept: dict[str, Any]) -> Reading:
    """And back."""
    return Reading(
        **kept
        | {
            "issued_on": _day(kept["issued_on"]),
            "ends_on": _day(kept["ends_on"]),
            "groups": [Heading(**group) for group in kept["groups"]],
            "tasks": [_item_from(task) for task in kept["tasks"]],
            "doubts": _doubts(kept["doubts"]),
            "loose": [(start, end) for start, end in kept["loose"]],
        }
    )


def _item_from(kept: dict[str, Any]) -> Item:
    steps = [Step(**one | {"due_on": _day(one["due_on"])}) for one in kept["milestones"]]
    place = tuple(kept["place"]) if kept["place"] else None
    units = [Unit(**unit) for unit in kept["units"]]
    return Item(**kept | {"place": place, "units": units, "milestones": steps, "doubts": _doubts(kept["doubts"])})


def _doubts(kept: Iterable[dict[str, str]]) -> list[Doubt]:
    return [Doubt(Why[one["why"]], one["about"]) for one in kept]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
