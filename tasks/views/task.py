"""One task: what it is, who answers for it, where it stands and why, and what became of it."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.paginator import Paginator
from django.db.models import CharField, F, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from departments.models import Department
from metrology_plan.remembering import remembered
from tasks.actions.milestones import available_steps
from tasks.actions.reports import units_to_report_for
from tasks.changes import entries
from tasks.documents.marks import printed
from tasks.documents.numerals import heading
from tasks.models import Assignment, Milestone, Report, ReportState, Role, Task
from tasks.querysets.history import history_of, newest
from tasks.querysets.of_task import Place
from tasks.querysets.prepared import READERS, Given, Prepared, Reader
from tasks.reasons import also, sentence
from tasks.views import task_requests
from tasks.views.acting import visible_task
from tasks.views.codes import Code
from tasks.views.milestones import STEPS
from tasks.views.task_buttons import buttons
from tasks.views.task_periods import ByPeriod, by_period
from tasks.workflow import SENT, TO_WRITE

CHANGES_ON_THE_PAGE, CHANGES_ON_A_PAGE, REPORTS_UNFOLDED = 6, 50, 5


@require_safe
@remembered
def task(request: HttpRequest, code: Code) -> HttpResponse:
    """Everything about one task, as far as the user may read it, with what he may do now."""
    user, today = request.user, portal_today()
    shown = _shown(code, user, today)
    context = {"task": shown, "why": sentence(shown, today), "also": also(shown, today)}
    units = _assignments().ask(task=shown.pk)
    context |= {"group": heading(shown.group), "part": _part(shown, units, user)}
    context |= _work(shown, units, user, today) | _units(shown, units) | _history(shown, user)
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


def _work(shown: Any, units: list[Assignment], user: Any, today: date) -> dict[str, Any]:
    """The printed text, milestones, reports, requests and buttons."""
    milestones, asked = _milestones().ask(task=shown.pk), task_requests.of_task(shown, user)
    offers = task_requests.offers(shown, asked, user, today)
    reports = _reports(shown, units, user, today)
    return (
        reports
        | offers
        | {
            "asked": asked,
            "moved": asked.moved[0],
            "printed": printed(shown, milestones, today),
            "milestones": [_line(one, shown, asked, user, today) for one in milestones],
            "may_edit_units": user.has_perm("tasks.change_assignment", shown),
            "may_add_milestone": user.has_perm("tasks.add_milestone", shown),
            "may_edit_milestone": user.has_perm("tasks.change_milestone", shown),
            "buttons": buttons(shown, user, reports, offers),
        }
    )


@dataclass(frozen=True)
class MilestoneLine:
    """`moved`: how many times its date was put off."""

    milestone: Milestone
    steps: list[tuple[str, Promise]]
    moved: int
    may_extend: bool


def _line(one: Milestone, shown: Any, asked: task_requests.Requests, user: Any, today: date) -> MilestoneLine:
    may_extend = task_requests.may_extend(one, shown, asked, user, today)
    return MilestoneLine(one, _steps(one, shown, user), asked.moved[one.position], may_extend)


def _steps(milestone: Milestone, shown: Task, user: Any) -> list[tuple[str, Promise]]:
    return [(name, STEPS[name].label) for name in available_steps(milestone, shown, user)]


def _history(shown: Task, user: Any) -> dict[str, Any]:
    """`changes`: how many there are; nobody counts them where there are many."""
    rows = newest(Reader.of(user), CHANGES_ON_A_PAGE).ask(task=shown.pk)
    changes = len(rows) if len(rows) < CHANGES_ON_A_PAGE else None
    return {"changes": changes, "entries": entries(rows[:CHANGES_ON_THE_PAGE])}


# ---- reports ----


@dataclass(frozen=True)
class Said:
    """A report as the page shows it. `goes_on`: a draft that this user may continue."""

    report: Report
    by_coordinator: bool
    goes_on: bool


def _reports(shown: Any, units: list[Assignment], user: Any, today: date) -> dict[str, Any]:
    """Who owes and who sent, then the words: drafts, the newest reports, and earlier updates, which fold. The table
    of periods leads to the earlier reports of periods."""
    found, written_for = _reports_on(Reader.of(user)).ask(task=shown.pk), _units_written_for(shown, user)
    said = [Said(one, one.department_id == shown.coordinator_id, _goes_on(one, user, written_for)) for one in found]
    sent = [one for one in said if one.report.state in SENT]
    drafts = [one for one in said if one.report.state == ReportState.DRAFT]
    periods = by_period(shown, units, user, today, {one.pk for one in found})
    return {
        "drafts": drafts,
        "reports": sent[:REPORTS_UNFOLDED],
        "earlier": [one for one in sent[REPORTS_UNFOLDED:] if one.report.period_id is None],
        "by_period": periods,
        "owed": _owed(shown, periods, user),
        "may_report": bool(written_for),
    }


def _owed(shown: Task, periods: ByPeriod | None, user: Any) -> Place | None:
    """What the reader's own unit has still to write in an open period, the earliest."""
    if periods is None or not shown.takes_reports or not user.has_perm("tasks.report_task", shown):
        return None
    boxes = [box for line in periods.every_line() if line.pk == user.department_id for box in line.boxes if box]
    open_ones = (box.place for box in boxes if box.place.period.is_open and box.place.cell.state in TO_WRITE)
    return next(open_ones, None)


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
    related = reports.select_related("department", "author__department", "period__plan")
    return Prepared(related.order_by(F("reported_on").desc(nulls_last=True), "-id").defer("period__plan__text"))
