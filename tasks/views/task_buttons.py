"""The buttons on top of a task's page: what the user may do now, the natural next step solid and last."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks.actions.moves import available_moves
from tasks.workflow import MOVES

RARE = {"suspend", "cancel", "reopen", "extension"}
PAGES = {"edit": "task_edit", "report": "report", "extension": "extension", "directive": "directive_add"}


@dataclass(frozen=True)
class Button:
    name: str
    label: str | Promise
    url: str
    look: str


def buttons(shown: Any, user: Any, reports: dict[str, Any], offers: dict[str, bool]) -> list[Button]:
    """Seldom used ones quiet and first; `reports` and `offers` are those of the page."""
    possible = _possible(shown, user, reports, offers)
    next_step = _next_step(possible, shown.progress)
    looks = dict.fromkeys(RARE, "btn-quiet") | {next_step: "btn-main"}
    found = [Button(name, label, url, looks.get(name, "")) for name, (label, url) in possible.items()]
    return sorted(found, key=lambda button: ("btn-quiet", "", "btn-main").index(button.look))


def _possible(
    shown: Any, user: Any, reports: dict[str, Any], offers: dict[str, bool]
) -> dict[str, tuple[str | Promise, str]]:
    """(label, address) by name."""
    may: dict[str, str | Promise] = {move.name: move.label for move in available_moves(shown, user)}
    if user.has_perm("tasks.change_task", shown):
        may["edit"] = _("Edit the task")
    if offers["may_extend"]:
        may["extension"] = _("Ask for an extension")
    if offers["may_direct"]:
        may["directive"] = _("Write a directive")
    if reports["may_report"]:
        may["report"] = _report(reports)
    possible = {name: (label, _address(shown.code, name)) for name, label in may.items()}
    if owed := reports["owed"]:
        label = gettext("Report for %(period)s") % {"period": owed.period.label}
        possible["owed"] = (label, reverse("tasks:report_edit", args=[owed.cell.report]))
    return possible


def _report(reports: dict[str, Any]) -> Promise:
    has_draft = any(one.goes_on and not one.report.period_id for one in reports["drafts"])
    if has_draft:
        return _("Go on with the report")
    return _("Report between periods") if reports["owed"] else _("Report progress")


def _address(code: str, name: str) -> str:
    if name in MOVES:
        return reverse("tasks:move", args=[code, name])
    return reverse(f"tasks:{PAGES[name]}", args=[code])


def _next_step(names: Iterable[str], progress: int | None) -> str:
    """The most natural of what is possible: what others wait for, then the unit's word, then the rest."""
    all_done = ["request_closing"] if progress == 100 else []
    steps = ("close", *all_done, "owed", "report", "start", "resume", "restore", "directive")
    return next((name for name in steps if name in names), "")
