"""One task: what it is, who answers for it, where it stands and why, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.paginator import Paginator
from django.db.models import CharField, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from departments.models import Department
from tasks.actions.milestones import available_steps
from tasks.actions.moves import available_moves
from tasks.actions.reports import units_to_report_for
from tasks.changes import entries
from tasks.documents.marks import printed
from tasks.documents.numerals import heading
from tasks.models import Assignment, Milestone, Report, ReportState, Role, Task
from tasks.querysets.history import history_of, newest
from tasks.querysets.prepared import READERS, Given, Prepared, Reader
from tasks.reasons import also, sentence
from tasks.views.acting import visible_task
from tasks.views.codes import Code
from tasks.views.milestones import STEPS
from tasks.workflow import MOVES

CHANGES_ON_THE_PAGE, CHANGES_ON_A_PAGE, REPORTS_UNFOLDED = 6, 50, 5


@require_safe
def task(request: HttpRequest, code: Code) -> HttpResponse:
    """Everything about one task, as far as the user may read it, with what he may do now."""
    user, today = request.user, portal_today()
    shown = _shown(code, user, today)
    context = {"task": shown, "why": sentence(shown, today), "also": also(shown, today)}
    units = _assignments().ask(task=shown.pk)
    context |= {"group": heading(shown.group), "part": _part(shown, units, user)}
    context |= _work(shown, user, today) | _units(shown, units) | _history(shown, user)
    return render(request, "tasks/task.html", context)


@require_safe
def history(request: HttpRequest, code: Code) -> HttpResponse:
    """The whole change history of one task, by pages."""
    shown = visible_task(request, code)
    page = Paginator(history_of(shown, request.user), CHANGES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "tasks/history.html", {"task": shown, "page": page, "entries": entries(page)})


def _shown(code: Code, user: Any, today: date) -> Any:
    tasks = _tasks(Reader.of(user), today).ask(plan=code.plan, number=code.number)
    if not tasks:
        raise Http404
    return tasks[0]


def _work(shown: Any, user: Any, today: date) -> dict[str, Any]:
    """The printed text, milestones, reports and buttons."""
    milestones = _milestones().ask(task=shown.pk)
    units = _units_written_for(shown, user)
    reports = _reports(shown, user, units)
    has_draft = any(one.goes_on for one in reports["drafts"])
    return reports | {
        "printed": printed(shown, milestones, today),
        "milestones": [(one, _steps(one, shown, user)) for one in milestones],
        "may_edit_units": user.has_perm("tasks.change_assignment", shown),
        "may_add_milestone": user.has_perm("tasks.add_milestone", shown),
        "may_edit_milestone": user.has_perm("tasks.change_milestone", shown),
        "buttons": _buttons(shown, user, bool(units), has_draft),
    }


def _steps(milestone: Milestone, shown: Task, user: Any) -> list[tuple[str, Promise]]:
    return [(name, STEPS[name].label) for name in available_steps(milestone, shown, user)]


def _history(shown: Task, user: Any) -> dict[str, Any]:
    # Often all there are, and then nobody has to count them.
    rows = newest(Reader.of(user), CHANGES_ON_A_PAGE).ask(task=shown.pk)
    changes = len(rows) if len(rows) < CHANGES_ON_A_PAGE else history_of(shown, user).count()
    return {"changes": changes, "entries": entries(rows[:CHANGES_ON_THE_PAGE])}


# ---- reports ----


@dataclass(frozen=True)
class Said:
    """A report as the page shows it. `goes_on`: a draft that this user may continue."""

    report: Report
    by_coordinator: bool
    goes_on: bool


def _reports(shown: Any, user: Any, units: set[int]) -> dict[str, list[Said]]:
    """Drafts, the newest reports, and the earlier ones, which fold."""
    found = _reports_on(Reader.of(user)).ask(task=shown.pk)
    said = [Said(one, one.department_id == shown.coordinator_id, _goes_on(one, user, units)) for one in found]
    sent = [one for one in said if one.report.state != ReportState.DRAFT]
    drafts = [one for one in said if one.report.state == ReportState.DRAFT]
    return {"drafts": drafts, "reports": sent[:REPORTS_UNFOLDED], "earlier": sent[REPORTS_UNFOLDED:]}


def _units_written_for(shown: Task, user: Any) -> set[int]:
    """The units for which this user may write now; none once nothing more is reported on the task."""
    if not shown.takes_reports or not user.has_perm("tasks.report_task", shown):
        return set()
    return set(units_to_report_for(shown, user).values_list("pk", flat=True))


def _goes_on(report: Report, user: Any, units: set[int]) -> bool:
    """Each writer goes on with drafts of his own kind: the unit with its own, a planner with those he fills in."""
    own_kind = report.filled_in == (report.department_id != user.department_id)
    return report.state == ReportState.DRAFT and report.department_id in units and own_kind


# ---- units ----


@dataclass(frozen=True)
class Part:
    """What the reader's own unit has to do with the task; `through`: the collective that brings it in, if one does."""

    assignment: Assignment
    coordinates: bool
    through: str


def _part(shown: Any, units: list[Assignment], user: Any) -> Part | None:
    """Of a reporter's unit; the nearest, where it is named more than once: leads stand first, its own name wins."""
    if not user.is_reporter:
        return None
    own = [each for each in units if _names(each, user.department_id)]
    own.sort(key=lambda each: (each.role, each.department.is_collective))
    if not own:
        return None
    through = own[0].printed_as if own[0].department.is_collective else ""
    return Part(own[0], shown.coordinator_id == user.department_id, through)


def _names(assignment: Assignment, department: int) -> bool:
    """Whether the assignment means the department, by its own name or as a member."""
    members = (member.pk for member in assignment.department.members.all())
    return assignment.department_id == department or department in members


def _units(shown: Any, assignments: list[Assignment]) -> dict[str, Any]:
    return {
        "leads": [each for each in assignments if each.role == Role.LEAD],
        "supports": [each for each in assignments if each.role == Role.SUPPORT],
        "coordinator": next((e.department for e in assignments if e.department_id == shown.coordinator_id), None),
    }


# ---- buttons ----

RARE = {"suspend", "cancel", "reopen"}


@dataclass(frozen=True)
class Button:
    name: str
    label: str | Promise
    url: str
    look: str


def _buttons(shown: Any, user: Any, may_report: bool, has_draft: bool) -> list[Button]:
    """What the user may do now: seldom used ones quiet and first, the natural next step solid and last."""
    possible: list[tuple[str, str | Promise]] = [(move.name, move.label) for move in available_moves(shown, user)]
    if user.has_perm("tasks.change_task", shown):
        possible.append(("edit", _("Edit the task")))
    if may_report:
        possible.append(("report", _("Go on with the report") if has_draft else _("Report progress")))
    next_step = _next_step({name for name, _label in possible}, shown.progress)
    looks = dict.fromkeys(RARE, "btn-quiet") | {next_step: "btn-main"}
    buttons = [Button(name, label, _address(shown.code, name), looks.get(name, "")) for name, label in possible]
    return sorted(buttons, key=lambda button: ("btn-quiet", "", "btn-main").index(button.look))


def _address(code: str, name: str) -> str:
    if name in MOVES:
        return reverse("tasks:move", args=[code, name])
    return reverse({"edit": "tasks:task_edit", "report": "tasks:report"}[name], args=[code])


def _next_step(names: Iterable[str], progress: int | None) -> str:
    """The most natural of what is possible: what others wait for, then the unit's word, then the rest."""
    all_done = ["request_closing"] if progress == 100 else []
    return next((name for name in ("close", *all_done, "report", "start", "resume", "restore") if name in names), "")


# ---- queries ----


@lru_cache(maxsize=READERS)
def _tasks(reader: Reader, today: date) -> Prepared:
    tasks = Task.objects.with_light(today).visible_to(reader).defer("plan__text")
    asked = tasks.filter(plan__code=Given("plan", CharField()), number=Given("number"))
    return Prepared(asked.select_related("plan", "group", "closing_requested_by"))


@lru_cache
def _assignments() -> Prepared:
    members = Prefetch("department__members", Department.objects.order_by("order", "code"))
    units = Assignment.objects.filter(task=Given("task")).select_related("department").prefetch_related(members)
    return Prepared(units.order_by("role", "position"))


@lru_cache
def _milestones() -> Prepared:
    return Prepared(Milestone.objects.filter(task=Given("task")).order_by("position"))


@lru_cache(maxsize=READERS)
def _reports_on(reader: Reader) -> Prepared:
    reports = Report.objects.visible_to(reader).filter(task=Given("task"))
    return Prepared(reports.select_related("department", "author__department"))
