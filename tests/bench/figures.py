"""From samples to figures, a table, and a verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from tests.bench.questions import DASHBOARD, FLOOR, LEDGER, LIST_25, LIST_100, TASK

SHARES = {DASHBOARD: 1 / 10, LEDGER: 1 / 10, TASK: 1 / 10, LIST_25: 1 / 8}  # of the floor's rate, at least
GROWTH = 2.0  # of a p95 from one plan to a thousand, at most
MEMORY = 300  # MB of the web processes of one portal, at most


@dataclass(frozen=True)
class Figure:
    page: str
    plans: int
    connections: int
    p50: float  # milliseconds
    p95: float
    rate: float  # requests a second
    busy: float  # milliseconds of the processors, web and database, for one request
    size: int  # bytes of the last body
    queries: int


@dataclass(frozen=True)
class Bound:
    text: str
    kept: bool


def figure(sample: dict[str, Any], plans: int, queries: int) -> Figure:
    seconds = sample["seconds"]
    cuts = quantiles(seconds, n=20, method="inclusive")
    rate = len(seconds) / sample["elapsed"]
    measured = {"p50": cuts[9] * 1000, "p95": cuts[18] * 1000, "rate": rate, "size": sample["size"]}
    measured["busy"] = sample["busy"] / len(seconds) * 1000
    return Figure(sample["page"], plans, sample["connections"], **measured, queries=queries)


class Figures:
    def __init__(self, figures: Iterable[Figure], memory: dict[int, float]) -> None:
        self.by = {(each.page, each.plans, each.connections): each for each in figures}
        self.memory = memory
        self.pages, self.plans, self.connections = (list(dict.fromkeys(key)) for key in zip(*self.by, strict=True))

    def share(self, page: str, plans: int, connections: int) -> float:
        """Its rate as a part of the floor's, at as many plans and connections."""
        return self.by[page, plans, connections].rate / self.by[FLOOR, plans, connections].rate

    def growth(self, page: str, connections: int) -> float:
        """How much a p95 grows with the plans. One plan has 17 tasks, not 100: that list counts by the row."""
        few, many = (self.by[page, plans, connections].p95 for plans in (min(self.plans), max(self.plans)))
        return many / few * (17 / 100 if page == LIST_100 else 1)

    def bounds(self) -> list[Bound]:
        return [*self._shares(), *self._growths(), *self._memory()]

    def _shares(self) -> Iterable[Bound]:
        for page, least in SHARES.items():
            worst, plans, connections = min(
                (self.share(page, plans, connections), plans, connections)
                for plans in self.plans
                for connections in self.connections
            )
            where = f"at {plans:,} plans and {connections} connections"
            text = f"{page}: {worst:.3f} of the floor's rate {where}, at least {least:.3f}"
            yield Bound(text, worst >= least)

    def _growths(self) -> Iterable[Bound]:
        for page in self.pages:
            worst = max(self.growth(page, connections) for connections in self.connections)
            yield Bound(f"{page}: p95 times {worst:.2f} at a thousand plans, at most {GROWTH:.2f}", worst <= GROWTH)

    def _memory(self) -> Iterable[Bound]:
        worst = max(self.memory.values())
        yield Bound(f"memory of the web processes: {worst:.0f} MB, under {MEMORY}", worst < MEMORY)

    def table(self) -> str:
        """As Markdown, which a terminal shows as well."""
        head = [
            "page",
            "plans",
            "connections",
            "p50 ms",
            "p95 ms",
            "requests/s",
            "of the floor",
            "CPU ms",
            "queries",
            "kB",
        ]
        rows = [self._row(each) for each in sorted(self.by.values(), key=self._order)]
        widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
        lines = [[cell.ljust(widths[0]) if not i else cell.rjust(widths[i]) for i, cell in enumerate(r)] for r in rows]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        top = [cell.ljust(widths[0]) if not i else cell.rjust(widths[i]) for i, cell in enumerate(head)]
        return "\n".join(f"| {' | '.join(line)} |" for line in [top, rule, *lines])

    def _order(self, each: Figure) -> tuple[int, int, int]:
        return self.pages.index(each.page), each.plans, each.connections

    def _row(self, each: Figure) -> list[str]:
        share = self.share(each.page, each.plans, each.connections)
        measured = [f"{each.p50:.1f}", f"{each.p95:.1f}", f"{each.rate:.0f}", f"{share:.3f}"]
        rest = [f"{each.busy:.1f}", str(each.queries), f"{each.size / 1000:.1f}"]
        return [each.page, f"{each.plans:,}", str(each.connections), *measured, *rest]
