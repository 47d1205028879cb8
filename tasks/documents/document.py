"""What the reader hands over. Every place is one in the text that was given."""

from dataclasses import dataclass, field
from datetime import date

from tasks.documents.doubts import Doubt
from tasks.documents.passages import Span
from tasks.documents.roles import Unit


@dataclass(frozen=True)
class Proposal:
    """A clause that promises something that can be checked. `due_on` only where the text gives a date."""

    title: str
    quote: str
    span: Span
    due_on: date | None = None
    date_basis: str = "plan_end"  # stated, festival, plan_end


@dataclass(frozen=True)
class ReadGroup:
    """A heading over tasks."""

    ordinal: int
    title: str
    span: Span


@dataclass
class ReadTask:
    """`text` without the number; wrapped lines are joined in it, so it may be shorter than its place in the source."""

    number: int
    title: str
    text: str
    group: int | None  # place in the document's groups
    units: list[Unit]
    title_span: Span
    text_span: Span
    milestones: list[Proposal] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def leads(self) -> list[str]:
        return [unit.printed for unit in self.units if unit.role == "lead"]

    @property
    def supports(self) -> list[str]:
        return [unit.printed for unit in self.units if unit.role == "support"]


@dataclass
class Document:
    """A plan as it was read, with what the reader is unsure of as a whole."""

    text: str
    title: str
    title_span: Span | None
    year: int | None
    issuer: str
    document_number: str
    issued_on: date | None
    groups: list[ReadGroup]
    tasks: list[ReadTask]
    doubts: list[Doubt] = field(default_factory=list)
