"""What the people of the demonstration do: each step is one action on one day, recorded as its actor's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pghistory

from departments.models import Department, User
from tasks.actions import milestones, moves, periods, planning, reports, review
from tasks.models import Report, ReportingPeriod, Task


@contextmanager
def acting(username: str) -> Iterator[User]:
    """The audit names the account, and says that a command did it."""
    user = User.objects.get(username=username)
    with pghistory.context(user=user.pk, command="seed_demo"):
        yield user


def task(number: int) -> Task:
    return Task.objects.get(plan__code="2023", number=number)


@dataclass(frozen=True)
class Move:
    on: date
    task: int
    name: str
    by: str
    note: str = ""

    def play(self) -> None:
        with acting(self.by) as user:
            moves.move(task(self.task), self.name, by=user, today=self.on, note=self.note)


@dataclass(frozen=True)
class Tick:
    on: date
    task: int
    position: int
    by: str = "jlc"

    def play(self) -> None:
        with acting(self.by) as user:
            milestone = task(self.task).milestones.get(position=self.position)
            milestones.complete(milestone, by=user, today=self.on)


@dataclass(frozen=True)
class Drop:
    """A milestone that is no longer wanted."""

    on: date
    task: int
    position: int
    note: str

    def play(self) -> None:
        with acting("planner") as user:
            milestones.cancel(task(self.task).milestones.get(position=self.position), by=user, note=self.note)


@dataclass(frozen=True)
class Owing:
    """A supporting unit that is asked to report, from the next period on."""

    on: date
    task: int
    unit: str

    def play(self) -> None:
        assignment = task(self.task).assignments.get(department__code=self.unit)
        with acting("planner") as user:
            planning.change(assignment, by=user, owes_report=True)


@dataclass(frozen=True)
class Period:
    """`name`: open or close, the period that starts on this day."""

    on: date
    name: str
    starts_on: date

    def play(self) -> None:
        period = ReportingPeriod.objects.get(plan__code="2023", starts_on=self.starts_on)
        with acting("planner") as user:
            {"open": periods.open_period, "close": periods.close_period}[self.name](period, by=user, today=self.on)


def owed(number: int, unit: str) -> Report | None:
    """What the unit owes on the task now, if it does."""
    return Report.objects.owed().filter(task__number=number, department__code=unit).first()


@dataclass(frozen=True)
class Said:
    """A report: the one that is owed, else an update between periods. `by` another unit: filled in for it."""

    on: date
    task: int
    unit: str
    by: str
    assessment: str
    progress: str
    problems: str = ""
    next_steps: str = ""

    @property
    def fields(self) -> dict[str, str]:
        return {
            "assessment": self.assessment,
            "progress_text": self.progress,
            "problems": self.problems,
            "next_steps": self.next_steps,
        }

    def play(self) -> None:
        unit, report = Department.objects.get(code=self.unit), owed(self.task, self.unit)
        with acting(self.by) as user:
            reports.submit(task(self.task), unit, by=user, today=self.on, fields=self.fields, report=report)


@dataclass(frozen=True)
class NothingNew:
    on: date
    task: int
    unit: str
    by: str
    reason: str

    def play(self) -> None:
        report = owed(self.task, self.unit)
        if report is None:
            raise LookupError(f"{self.unit} owes nothing on task {self.task}")
        with acting(self.by) as user:
            reports.report_nothing_new(report, by=user, today=self.on, reason=self.reason)


@dataclass(frozen=True)
class Reviewed:
    """What was sent last is accepted, or returned with a note."""

    on: date
    task: int
    unit: str
    by: str = "planner"
    note: str = ""

    def play(self) -> None:
        sent = Report.objects.to_review().get(task__number=self.task, department__code=self.unit)
        with acting(self.by) as user:
            if self.note:
                review.send_back(sent, by=user, today=self.on, note=self.note)
            else:
                review.accept(sent, by=user, today=self.on)


@dataclass(frozen=True)
class Drafted:
    task: int
    unit: str
    by: str
    progress: str

    def play(self) -> None:
        unit, report = Department.objects.get(code=self.unit), owed(self.task, self.unit)
        with acting(self.by) as user:
            fields = {"progress_text": self.progress}
            reports.save_draft(task(self.task), unit, by=user, fields=fields, report=report)
