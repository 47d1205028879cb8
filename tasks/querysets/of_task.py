"""What the page of one task tells beside its rows: who reported when, and what was asked; a query each, without
objects, written once for each kind of reader."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import CharField, DateField, F, IntegerField, TextField, Value
from django.db.models.functions import Coalesce

from tasks.querysets.matrix import Cell, asked, known_to
from tasks.querysets.prepared import READERS, Given, Prepared, Reader
from tasks.querysets.rows import rows
from tasks.rhythm import label

# ---- reports by unit and period ----


class Period(NamedTuple):
    """As they sort: by time."""

    starts_on: date
    ends_on: date
    due_on: date
    pk: int
    state: str

    @property
    def label(self) -> str:
        return label(self.starts_on, self.ends_on)

    @property
    def is_open(self) -> bool:
        return self.state == "open"


class Place(NamedTuple):
    """A report of the task: whose, of which period, how far it is."""

    cell: Cell
    unit: str
    name: str
    period: Period


def places(task: int, user: Any, today: date) -> list[Place]:
    """All reports of periods on the task with this key whose state the user may know, in the order of units."""
    return [_place(row, today) for row in _places(Reader.of(user)).ask(task=task)]


@lru_cache(maxsize=READERS)
def _places(reader: Reader) -> Prepared:
    found = known_to(rows("report").filter(task=Given("task"), period__isnull=False), reader).filter(asked())
    columns = ("pk", "state", "reported_on", "department", "department__short_name", "department__name")
    of_period = (f"period__{name}" for name in Period._fields)
    return Prepared(found.order_by("department__order", "department__code").values_list("task", *columns, *of_period))


def _place(row: Any, today: date) -> Place:
    task, pk, state, sent_on, unit, short_name, name, *of_period = row
    period = Period(*of_period)
    told = (period.pk, unit, task, pk, state)
    return Place(Cell.made(told, period.due_on, period.state, sent_on, today), short_name, name, period)


# ---- extensions and directives ----


class Asked(NamedTuple):
    """An `extension`, a `directive`, or, for everybody who sees the task, that a date was `moved`."""

    kind: str
    pk: int
    milestone: int  # its position; 0: the task itself
    asked_on: date | None
    asked_by: str
    text: str
    progress: str
    old_due_on: date | None
    new_due_on: date | None
    state: str
    answer: str
    answered_by: str
    answered_on: date | None

    @property
    def is_waiting(self) -> bool:
        return self.answered_on is None


def requests(task: int, user: Any) -> list[Asked]:
    """Of the task with this key what the user may read, the newest first."""
    return [Asked(*row) for row in _requests(Reader.of(user)).ask(task=task)]


POSITION = Coalesce(F("milestone__position"), Value(0))
EXTENSION = {
    "kind": Value("extension"),
    "key": F("pk"),
    "position": POSITION,
    "on": F("requested_on"),
    "who": F("requested_by__name"),
    "words": F("reason"),
    "so_far": F("progress"),
    "before": F("old_due_on"),
    "after": F("new_due_on"),
    "how": F("state"),
    "reply": F("decision_note"),
    "replier": F("decided_by__name"),
    "replied": F("decided_on"),
}
DIRECTIVE = {
    "kind": Value("directive"),
    "key": F("pk"),
    "on": F("given_on"),
    "who": F("author__name"),
    "words": F("text"),
    "reply": F("answer"),
    "replier": F("answered_by__name"),
    "replied": F("answered_on"),
}
MOVED = {"kind": Value("moved"), "key": F("pk"), "position": POSITION}
DAYS, NUMBERS = {"on", "before", "after", "replied"}, {"key", "position"}


@lru_cache(maxsize=READERS)
def _requests(reader: Reader) -> Prepared:
    extensions, directives = rows("extensionrequest"), rows("directive")
    asked_for = _columns(extensions.visible_to(reader), EXTENSION)
    given = _columns(directives.visible_to(reader), DIRECTIVE)
    moved = _columns(extensions.granted(), MOVED)
    return Prepared(asked_for.union(given, moved, all=True).order_by("-on", "-key"))


def _columns(found: Any, told: dict[str, Any]) -> Any:
    columns = {name: told.get(name, _empty(name)) for name in EXTENSION}
    return found.filter(task=Given("task")).order_by().annotate(**columns).values_list(*columns)


def _empty(name: str) -> Value:
    if name in DAYS:
        return Value(None, DateField())
    return Value(0, IntegerField()) if name in NUMBERS else Value("", TextField() if name != "kind" else CharField())
