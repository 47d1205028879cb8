"""The portal's own pages, each as the person who works on it, with the demonstration's data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from departments.actions import feeds
from departments.models import CalendarFeed
from departments.models.token import issue
from tasks.models import Directive, ExtensionRequest, Report
from tests import cast, factories
from tests.conftest import TODAY
from tests.tasks.importing import ALIEN, begun

# A unit nobody knows, units without a role, a sentence in no task.
DOUBTFUL = ALIEN.replace("（牵头部门：市局计量处、市计量协会）", "（市局计量处、市计量协会）").replace(
    "一、", "请认真落实。\n一、"
)


@dataclass(frozen=True)
class Opened:
    who: str  # account; empty: nobody
    path: str | Callable[[], str]

    @property
    def address(self) -> str:
        return self.path if isinstance(self.path, str) else self.path()


def milestone(number: int, position: int, step: str = "") -> str:
    found = cast.task(number).milestones.get(position=position)
    return f"/tasks/2023-{number:02}/milestones/{found.pk}/" + (f"{step}/" if step else "")


def unit(number: int, code: str, step: str = "") -> str:
    found = cast.task(number).assignments.get(department__code=code)
    return f"/tasks/2023-{number:02}/units/{found.pk}/" + (f"{step}/" if step else "")


def report(number: int, unit_code: str, step: str = "") -> str:
    """Of the open period."""
    found = Report.objects.get(task=cast.task(number), department__code=unit_code, period__state="open")
    return f"/reports/{found.pk}/" + (f"{step}/" if step else "")


def token() -> str:
    return f"/account/tokens/{issue(cast.person('pudong'), '试点系统', read_only=True, days=90)[0].pk}/revoke/"


def calendar(step: str) -> str:
    """Of an account that has an address."""
    pudong = cast.person("pudong")
    if not CalendarFeed.objects.filter(user=pudong).exists():
        feeds.issue(pudong, by=pudong)
    return f"/account/calendar/{step}"


def waiting(rest: str = "") -> str:
    return f"/reports/{Report.objects.to_review().exclude(author__username='planner')[0].pk}/{rest}"


def export() -> str:
    """Being written, so that its page has everything on it, for so long that it does not ask again by itself; on the
    list a kept one stands above it."""
    by, now = cast.person("planner"), timezone.now()
    half = {"state": "running", "beat_at": now, "created_at": now - timedelta(hours=1), "written": 1}
    made = factories.export(by, cast.plan(), query="light=red&ordering=-due_on", **half)
    factories.export(by, cast.plan(), b"x")
    return f"/exports/{made.pk}/"


def extension() -> ExtensionRequest:
    by, task = cast.person("jlc"), cast.task(14)
    return ExtensionRequest.objects.waiting().filter(task=task).first() or factories.extension(task, by, TODAY)


def directive() -> Directive:
    by, task = cast.person("leader"), cast.task(14)
    return Directive.objects.unanswered().filter(task=task).first() or factories.directive(task, by, TODAY)


def imported(step: str = "", **head: str) -> str:
    """A document that nobody has stored; `code`: of the plan it is compared with."""
    found = begun(cast.person("planner"), DOUBTFUL, **head)
    return f"/plans/import/{found.pk}/{step}"


def period(number: int, step: str = "") -> str:
    """The first, second, … of the plan."""
    found = cast.plan().periods.order_by("starts_on")[number - 1]
    return f"/plans/2023/periods/{found.pk}/" + (f"{step}/" if step else "")


PAGES = {  # name of the address: where it is looked at
    "home": Opened("planner", "/"),
    "login": Opened("", "/login/"),
    "account": Opened("pudong", "/account/"),
    "password_change": Opened("pudong", "/account/password/"),
    "token_revoke": Opened("pudong", token),
    "calendar_issue": Opened("pudong", lambda: calendar("")),
    "calendar_revoke": Opened("pudong", lambda: calendar("revoke/")),
    "departments:list": Opened("leader", "/departments/"),
    "departments:detail": Opened("leader", "/departments/pudong/"),
    "tasks:mine": Opened("pudong", "/mine/"),
    "tasks:workbook": Opened("pudong", "/mine/workbook/"),
    "tasks:report_all": Opened("pudong", "/mine/report/"),
    "tasks:report_edit": Opened("pudong", lambda: report(8, "pudong", "edit")),
    "tasks:report_nothing_new": Opened("pudong", lambda: report(6, "pudong", "nothing-new")),
    "tasks:report_withdraw": Opened("jlc", lambda: report(6, "jlc", "withdraw")),
    "tasks:document": Opened("planner", "/document/?uncovered=1"),
    "tasks:ledger": Opened("planner", "/tasks/"),
    "tasks:task": Opened("planner", "/tasks/2023-14/"),
    "tasks:task_edit": Opened("planner", "/tasks/2023-14/edit/"),
    "tasks:history": Opened("planner", "/tasks/2023-14/history/"),
    "tasks:move": Opened("planner", "/tasks/2023-14/moves/cancel/"),
    "tasks:report": Opened("pudong", "/tasks/2023-06/report/"),
    "tasks:assignment_add": Opened("planner", "/tasks/2023-14/units/add/"),
    "tasks:assignment_edit": Opened("planner", lambda: unit(14, "districts")),
    "tasks:assignment_remove": Opened("planner", lambda: unit(14, "districts", "remove")),
    "tasks:milestone_add": Opened("planner", "/tasks/2023-14/milestones/add/"),
    "tasks:milestone_edit": Opened("planner", lambda: milestone(14, 2)),
    "tasks:milestone_tick": Opened("planner", lambda: milestone(14, 2, "complete")),
    "tasks:review": Opened("planner", "/review/"),
    "tasks:report_page": Opened("planner", waiting),
    "tasks:report_accept": Opened("planner", lambda: waiting("accept/")),
    "tasks:report_return": Opened("planner", lambda: waiting("return/")),
    "tasks:extension": Opened("jlc", "/tasks/2023-14/extension/"),
    "tasks:extension_decide": Opened("planner", lambda: f"/extensions/{extension().pk}/decide/"),
    "tasks:directive_add": Opened("leader", "/tasks/2023-14/directives/add/"),
    "tasks:directive_answer": Opened("jlc", lambda: f"/directives/{directive().pk}/answer/"),
    "tasks:asked": Opened("jlc", "/tasks/2023-14/asked/"),
    "tasks:close": Opened("planner", "/tasks/2023-05/moves/close/"),
    "tasks:exports": Opened("planner", lambda: export() and "/exports/"),
    "tasks:export": Opened("planner", export),
    "tasks:matrix": Opened("planner", "/matrix/"),
    "tasks:periods": Opened("planner", "/plans/2023/periods/"),
    "tasks:period_add": Opened("planner", "/plans/2023/periods/add/"),
    "tasks:period_edit": Opened("planner", lambda: period(3)),
    "tasks:period_open": Opened("planner", lambda: period(3, "open")),
    "tasks:period_close": Opened("planner", lambda: period(2, "close")),
    "tasks:remind": Opened("planner", "/matrix/remind/"),
    "tasks:reminders": Opened("planner", "/reminders/"),
    "tasks:plans": Opened("planner", "/plans/"),
    "tasks:plan": Opened("planner", "/plans/2023/"),
    "tasks:plan_add": Opened("planner", "/plans/add/"),
    "tasks:plan_edit": Opened("planner", "/plans/2023/edit/"),
    "tasks:plan_dates": Opened("planner", "/plans/2023/dates/"),
    "tasks:import_add": Opened("planner", "/plans/import/"),
    "tasks:import": Opened("planner", lambda: imported(code="2023")),  # problems, doubts, and a plan beside it
    "tasks:import_head": Opened("planner", lambda: imported("head/")),
    "tasks:import_names": Opened("planner", lambda: imported("names/")),
    "tasks:import_task": Opened("planner", lambda: imported("tasks/0/")),
    "tasks:import_task_add": Opened("planner", lambda: imported("tasks/add/")),
    "tasks:import_drop": Opened("planner", lambda: imported("drop/")),
    "tasks:group_add": Opened("planner", "/plans/2023/groups/add/"),
    "tasks:group_edit": Opened("planner", "/plans/2023/groups/2/edit/"),
    "tasks:task_add": Opened("planner", "/plans/2023/tasks/add/"),
    # the same addresses once more, where they look different
    "filled in for a unit": Opened("planner", "/tasks/2023-14/report/?unit=baosteel"),
    "to be closed": Opened("planner", "/tasks/2023-05/moves/close/"),
    "a task of a reporter": Opened("pudong", "/tasks/2023-06/"),
    "nothing found": Opened("planner", "/tasks/?q=nothing-like-this&light=blue"),
    "refused filters": Opened("planner", "/tasks/?light=purple&ordering=luck"),
    "a closed period": Opened("leader", lambda: f"/matrix/?period={cast.plan().periods.earliest('starts_on').pk}"),
    "a district's matrix": Opened("pudong", "/matrix/"),
    "a leader's dashboard": Opened("leader", "/"),
    "a planner's own tasks": Opened("planner", "/mine/"),
    "a co-ordinator's report": Opened("jlc", lambda: report(7, "jlc", "edit")),
    "a report filled in for a unit": Opened("jlc", lambda: report(7, "baoshan", "edit")),
    "a collective": Opened("leader", "/departments/districts/"),
    "no such page": Opened("pudong", "/tasks/2023-05/"),
    "not allowed": Opened("leader", "/plans/"),
    "not an administrator's": Opened("admin", "/"),
}
