"""The legal moves of a task and of a report: a table each. Whether a person may make one is in `rules`, not here."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    CLOSING = "closing", _("closing asked for")
    CLOSED = "closed", _("closed")
    SUSPENDED = "suspended", _("suspended")
    CANCELLED = "cancelled", _("cancelled")


BEFORE_CLOSED = frozenset({State.NOT_STARTED, State.IN_PROGRESS, State.CLOSING})
PAUSED = frozenset({State.SUSPENDED, State.CANCELLED})
BACK = None  # the target of a move that restores the state before it


@dataclass(frozen=True)
class Move:
    """`target` None means: back to the state before. `note` names what must be written, if anything."""

    name: str
    label: Promise
    sources: frozenset[State]
    target: State | None
    note: Promise | None = None

    @property
    def permission(self) -> str:
        return f"tasks.{self.name}_task"

    def leads_from(self, state: str) -> bool:
        return state in self.sources


REASON = _("Reason")
RESULT = _("Result")

MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move("start", _("Start"), frozenset({State.NOT_STARTED}), State.IN_PROGRESS),
        Move("request_closing", _("Ask for closing"), frozenset({State.IN_PROGRESS}), State.CLOSING, RESULT),
        Move("withdraw_closing", _("Withdraw the closing"), frozenset({State.CLOSING}), State.IN_PROGRESS),
        Move("return", _("Return"), frozenset({State.CLOSING}), State.IN_PROGRESS, REASON),
        Move("close", _("Close"), frozenset({State.CLOSING}), State.CLOSED),
        Move("reopen", _("Reopen"), frozenset({State.CLOSED}), State.IN_PROGRESS, REASON),
        Move("suspend", _("Suspend"), BEFORE_CLOSED, State.SUSPENDED, REASON),
        Move("resume", _("Resume"), frozenset({State.SUSPENDED}), BACK, REASON),
        Move("cancel", _("Cancel the task"), BEFORE_CLOSED, State.CANCELLED, REASON),
        Move("restore", _("Restore"), frozenset({State.CANCELLED}), BACK, REASON),
    )
}


class ReportState(models.TextChoices):
    DUE = "due", pgettext_lazy("report", "due")
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", pgettext_lazy("report", "returned")
    ACCEPTED = "accepted", pgettext_lazy("report", "accepted")


OVERDUE = "overdue"  # no state: computed from the due date, but the word people see
REPORT_WORDS: dict[str, Promise] = {
    **{state.value: state.label for state in ReportState},
    OVERDUE: pgettext_lazy("report", "overdue"),
}

TO_WRITE = frozenset({ReportState.DUE, ReportState.DRAFT, ReportState.RETURNED})  # the unit's turn
SENT = frozenset({ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED})  # others have read it
STANDING = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})  # counts as the unit's word


@dataclass(frozen=True)
class ReportMove:
    """`reviewed`: only reports of a period, since an update outside any is not reviewed."""

    name: str
    label: Promise
    sources: frozenset[ReportState]
    target: ReportState
    reviewed: bool = False


REPORT_MOVES: dict[str, ReportMove] = {
    move.name: move
    for move in (
        ReportMove("save", _("Keep as a draft"), TO_WRITE, ReportState.DRAFT),
        ReportMove("submit", _("Send"), TO_WRITE, ReportState.SUBMITTED),
        ReportMove("withdraw", _("Withdraw"), frozenset({ReportState.SUBMITTED}), ReportState.DRAFT, True),
        ReportMove("accept", _("Accept"), frozenset({ReportState.SUBMITTED}), ReportState.ACCEPTED, True),
        ReportMove("return", _("Return"), frozenset({ReportState.SUBMITTED}), ReportState.RETURNED, True),
    )
}
