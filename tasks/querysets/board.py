"""The cells of the matrix laid out as people read them: units under their collectives and kinds, and counted.

Who belongs to which collective is as it is now; what was reported in the past keeps its unit, wherever it stands.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from departments.models import Department
from tasks.querysets.assignments import Unit
from tasks.querysets.matrix import Cell, Tally
from tasks.querysets.prepared import Prepared

Kind = Department.Kind
# The headings under which units stand that belong to no collective, in their order.
KINDS = {
    Kind.DIVISION: "bureau",
    Kind.SUBORDINATE: "bureau",
    Kind.DISTRICT: "district",
    Kind.INSTITUTE: "institute",
    Kind.ASSOCIATION: "association",
    Kind.ENTERPRISE: "enterprise",
}
ORDER = {heading: place for place, heading in enumerate(dict.fromkeys(KINDS.values()))}


class Place(NamedTuple):
    """A unit and where it stands: the first of its collectives, or none."""

    unit: Unit
    kind: str
    collective: Unit | None


@dataclass(frozen=True)
class Row:
    unit: Unit
    cells: list[Cell]

    @property
    def tally(self) -> Tally:
        return Tally.of(self.cells)


@dataclass(frozen=True)
class Section:
    """Units of one collective, or of one kind and no collective; who lacks most stands on top."""

    kind: str
    collective: Unit | None
    rows: list[Row]

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def tally(self) -> Tally:
        return Tally.of(self.cells)

    def of_rows(self, rows: list[Row]) -> "Section":
        """The same heading over these rows alone."""
        return Section(self.kind, self.collective, rows)


def sections(cells: Iterable[Cell]) -> list[Section]:
    """One query, however many units there are."""
    by_unit: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_unit[cell.department].append(cell)
    known = places() if by_unit else {}
    found = sorted((known[unit] for unit in by_unit), key=_heading)
    return [
        Section(kind, collective, _rows(list(under), by_unit))
        for (_place, _order, kind, collective), under in groupby(found, key=_heading)
    ]


def _heading(place: Place) -> tuple[int, int, str, Unit | None]:
    """Collectives stand behind the units of their kind that belong to none."""
    kind = KINDS[Kind(place.kind)]
    return ORDER[kind], place.collective.order + 1 if place.collective else 0, kind, place.collective


def _rows(under: list[Place], by_unit: dict[int, list[Cell]]) -> list[Row]:
    rows = [Row(place.unit, by_unit[place.unit.pk]) for place in under]
    return sorted(rows, key=lambda row: (-row.tally.lacking, row.unit))


def by_task(cells: Iterable[Cell]) -> dict[int, list[Cell]]:
    found: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell.task].append(cell)
    return found


def by_state(cells: Iterable[Cell]) -> dict[str, int]:
    """How many cells show each word, those too that none shows; in the order of the legend."""
    counted = Counter(cell.shown for cell in cells)
    return {state: counted[state] for state in SHOWN}


SHOWN = ("accepted", "submitted", "due", "draft", "returned", "overdue")


def places() -> dict[int, Place]:
    """All units by their keys."""
    found: dict[int, Place] = {}
    size = len(Unit._fields)
    for row in _places().ask():
        unit, kind, collective = Unit(*row[:size]), row[size], row[size + 1 :]
        found.setdefault(unit.pk, Place(unit, kind, Unit(*collective) if collective[2] else None))
    return found


@lru_cache
def _places() -> Prepared:
    """Each unit once for each of its collectives; there are some dozens."""
    units = Department.objects.order_by("member_of__collective__order", "member_of__collective__code")
    of_collective = (f"member_of__collective__{name}" for name in Unit._fields)
    return Prepared(units.values_list(*Unit._fields, "kind", *of_collective))
