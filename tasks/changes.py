"""The wording of a change: an event of `querysets.history` as a clerk of the bureau would note it down."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Model
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from tasks.models import Assignment, Directive, Evidence, ExtensionRequest, Milestone, Report, Task
from tasks.rhythm import label as period_label

Values = Mapping[str, Any]
LONG = 60  # characters of a value that stand in a line; longer ones unfold


@dataclass(frozen=True)
class Difference:
    """One field, as it was and as it is; empty where nothing stood or stands."""

    label: str
    old: str
    new: str

    @property
    def is_long(self) -> bool:
        return max(len(self.old), len(self.new)) > LONG


@dataclass(frozen=True)
class Change:
    """`text` says what was done; `differences` are what it does not say already."""

    text: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What one person did at one moment."""

    at: datetime
    who: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Told:
    """A sentence, the fields it tells or implies, those whose old value was about something else, and the one whose
    values follow it without a label."""

    text: str
    fields: frozenset[str] = frozenset()
    fresh: frozenset[str] = frozenset()
    names: str = ""


def entries(rows: Iterable[Values]) -> list[Entry]:
    """Rows of `history_of`, with the changes of one person at one moment under one head."""
    by_write = groupby(rows, key=lambda row: (row["at"], row["who"]))
    return [Entry(at, who or _("System or command line"), tuple(map(worded, of))) for (at, who), of in by_write]


def worded(row: Values) -> Change:
    """The sentence for one event, and what else it changed."""
    model, tell = KINDS[row["model"]]
    told = tell(row["label"], row["now"], row["before"] or {})
    compared = row["before"] if row["label"] == "update" else None
    return Change(told.text, tuple(_differences(model, row["now"], compared, told)) if compared else ())


def _differences(model: type[Model], now: Values, before: Values, told: Told) -> Iterable[Difference]:
    for name in _changed(now, before):
        old = "" if name in told.fresh else _shown(model, name, before.get(name))
        new = _shown(model, name, now[name])
        if name not in told.fields and (old or new):
            yield Difference("" if name == told.names else _label(model, name), old, new)


def _changed(now: Values, before: Values) -> list[str]:
    return [name for name in now if before and now[name] != before.get(name)]


def _label(model: type[Model], name: str) -> str:
    return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _shown(model: type[Model], name: str, value: Any) -> str:
    """As people read it: 0 and no are words, only nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = dict(getattr(model._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, value))


# ---- tasks ----

# What a move sets besides the state and its note.
OF_A_MOVE = frozenset(
    {"state", "state_since", "starts_on", "closing_requested_by", "closing_requested_on", "closed_on"}
)


def _task(label: str, now: Values, before: Values) -> Told:
    if label == "insert":
        return Told(_("Task created"))
    if label == "delete":
        return Told(_("Task deleted"))
    if "state" not in _changed(now, before):
        return Told(_("Task changed"))
    states = {"old": _shown(Task, "state", before["state"]), "new": _shown(Task, "state", now["state"])}
    note_is_result = {"state_note"} if now["state_note"] == now["result"] else set()
    return Told(_("State: %(old)s → %(new)s") % states, OF_A_MOVE | note_is_result, frozenset({"state_note"}))


# ---- milestones ----


def _milestone(label: str, now: Values, before: Values) -> Told:
    words = {"position": now["position"], "title": now["title"], "day": now["done_on"]}
    changed = set(_changed(now, before))
    if label == "insert":
        return Told(_("Milestone %(position)s added: %(title)s") % words)
    if label == "delete":
        return Told(_("Milestone %(position)s deleted: %(title)s") % words)
    if "state" in changed:
        return Told(_step(before["state"], now["state"]) % words, frozenset({"state", "done_on"}), frozenset({"note"}))
    if "due_on" in changed and changed <= {"due_on", "date_basis"}:
        return Told(_("Date of milestone %(position)s set") % words, frozenset({"date_basis"}), names="due_on")
    return Told(_("Milestone %(position)s changed") % words)


def _step(old: str, new: str) -> str:
    if new == "done":
        return _("Milestone %(position)s ticked as done (%(day)s)")
    if new == "cancelled":
        return _("Milestone %(position)s cancelled")
    return _("Milestone %(position)s: tick taken back") if old == "done" else _("Milestone %(position)s restored")


# ---- units ----


def _assignment(label: str, now: Values, before: Values) -> Told:
    lead, unit = now["role"] == "lead", {"unit": now["printed_as"]}
    if label == "insert":
        return Told((_("Lead unit added: %(unit)s") if lead else _("Supporting unit added: %(unit)s")) % unit)
    if label == "delete":
        return Told((_("Lead unit removed: %(unit)s") if lead else _("Supporting unit removed: %(unit)s")) % unit)
    if _changed(now, before) == ["owes_report"]:
        asked = _("%(unit)s is asked to report") if now["owes_report"] else _("%(unit)s need not report any more")
        return Told(asked % unit, frozenset({"owes_report"}))
    return Told(_("Unit changed: %(unit)s") % unit)


# ---- reports and their files ----

# What follows from the sentence: who wrote is who did it.
OF_WRITING = frozenset({"state", "reported_on", "author", "filled_in", "no_news"})
OF_A_SUBMISSION = OF_WRITING | {"assessment"}
OF_A_REVIEW = frozenset({"state", "reviewer", "reviewed_on"})


def _report(label: str, now: Values, before: Values) -> Told:
    words = {"unit": _unit(now), "assessment": _shown(Report, "assessment", now["assessment"])}
    if now["state"] == "draft":
        return Told(_draft(label, before) % words, OF_WRITING)
    if label == "delete":
        return Told(_("%(unit)s: report deleted") % words)
    if now["state"] in REVIEWED and before.get("state") != now["state"]:
        return Told(REVIEWED[now["state"]]() % words, OF_A_REVIEW, frozenset({"review_note"}))
    if before.get("state") == "submitted":
        return Told(_("%(unit)s: sent report changed") % words)
    return Told(_sent(now) % words, OF_A_SUBMISSION)


def _unit(now: Values) -> str:
    """The unit with the period it reports for, if any."""
    if not now.get("period"):
        return str(now["department"])
    starts_on, ends_on = map(date.fromisoformat, now["period"].split())
    return _("%(unit)s (%(period)s)") % {"unit": now["department"], "period": period_label(starts_on, ends_on)}


def _draft(label: str, before: Values) -> str:
    if label == "delete":
        return _("%(unit)s: draft deleted")
    if before.get("state") == "submitted":
        return _("%(unit)s: report withdrawn")
    begun = label == "insert" or before.get("state") == "due"
    return _("%(unit)s: draft begun") if begun else _("%(unit)s: draft changed")


def _sent(now: Values) -> str:
    if now["no_news"]:
        return _("%(unit)s reported that there is nothing new")
    if now["filled_in"]:
        return _("Progress filled in for %(unit)s (own assessment: %(assessment)s)")
    return _("%(unit)s reported progress (own assessment: %(assessment)s)")


REVIEWED: dict[str, Callable[[], str]] = {
    "returned": lambda: _("Report of %(unit)s returned"),
    "accepted": lambda: _("Report of %(unit)s accepted"),
}


def _evidence(label: str, now: Values, before: Values) -> Told:
    words = {"unit": now["report"], "name": now["name"]}
    if label == "update" and now["is_removed"]:
        return Told(_("%(unit)s: file taken away: %(name)s") % words, frozenset({"is_removed"}))
    return Told(_("%(unit)s: file added: %(name)s") % words)


# ---- what people ask of one another ----


def _extension(label: str, now: Values, before: Values) -> Told:
    words = {"title": now["milestone"], "day": now["new_due_on"]}
    decided = frozenset({"state", "decided_by", "decided_on"})
    if now["state"] == "granted":
        return Told(_("Extension to %(day)s granted") % words, decided)
    if now["state"] == "refused":
        return Told(_("Extension to %(day)s refused") % words, decided)
    if now["milestone"]:
        return Told(_("Extension to %(day)s asked for, milestone “%(title)s”") % words)
    return Told(_("Extension to %(day)s asked for, the task") % words)


def _directive(label: str, now: Values, before: Values) -> Told:
    if now["answer"]:
        return Told(_("Directive answered"), frozenset({"answered_by", "answered_on"}))
    return Told(_("Directive given: %s") % Truncator(now["text"]).chars(LONG))


KINDS: dict[str, tuple[type[Model], Callable[[str, Values, Values], Told]]] = {
    "task": (Task, _task),
    "milestone": (Milestone, _milestone),
    "assignment": (Assignment, _assignment),
    "report": (Report, _report),
    "evidence": (Evidence, _evidence),
    "extensionrequest": (ExtensionRequest, _extension),
    "directive": (Directive, _directive),
}
