"""Every page with a form: its address, the row it is about, and what a person would send from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.messages import get_messages

from tasks.actions import milestones, moves, reports
from tasks.documents.reading import from_json
from tasks.models import Assignment, Milestone, Plan, PlanImport, Report, ReportingPeriod, Task, TaskGroup
from tests import cast, factories
from tests.conftest import TODAY
from tests.tasks.importing import TEXT, begun


def plan() -> Plan:
    return Plan.objects.get(code="2023")


def group() -> TaskGroup:
    return TaskGroup.objects.get(plan__code="2023", ordinal=2)


def task() -> Task:
    return cast.task(4)


def milestone() -> Milestone:
    return Milestone.objects.get(task__plan__code="2023", task__number=4, position=1)


def quarter() -> ReportingPeriod:
    """The third."""
    return cast.plan().periods.get(starts_on="2023-07-01")


def unit() -> Assignment:
    return Assignment.objects.get(task__plan__code="2023", task__number=4, role="support", position=2)  # 临港新片区


def started() -> Task:
    return moves.move(task(), "start", by=cast.person("planner"), today=TODAY)


def asked() -> Task:
    return moves.move(started(), "request_closing", by=cast.person("jlc"), today=TODAY, note="全部做完")


def closed() -> Task:
    asked()
    for row in Milestone.objects.filter(task=task()):
        milestones.cancel(row, by=cast.person("planner"), note="不再需要")
    return moves.move(task(), "close", by=cast.person("planner2"), today=TODAY)


def suspended() -> Task:
    return moves.move(task(), "suspend", by=cast.person("planner"), today=TODAY, note="等待上级部署")


def cancelled() -> Task:
    return moves.move(task(), "cancel", by=cast.person("planner"), today=TODAY, note="合并到任务 5")


def ticked() -> Milestone:
    return milestones.complete(milestone(), by=cast.person("jlc"), today=TODAY)


def dropped() -> Milestone:
    return milestones.cancel(milestone(), by=cast.person("planner"), note="不再需要")


def draft() -> Any:
    fields = {"assessment": "on_schedule", "progress_text": "草稿里的进展", "problems": "", "next_steps": ""}
    return reports.save_draft(task(), cast.unit("jlc"), by=cast.person("jlc"), fields=fields, version=0)


def ticked_unit() -> dict[str, Any]:
    return {f"a{unit().pk}": "on"}


def due() -> Any:
    """What the co-ordinator owes for a period."""
    found = Report.objects.filter(period__isnull=False, task=task()).first()
    return found or factories.owed(cast.quarter(2), task(), cast.unit("jlc"))


PLAN = {
    "code": "2024",
    "title": "2024 年工作要点",
    "year": "2024",
    "issuer": "市局",
    "document_number": "沪市监计量〔2024〕1 号",
    "issued_on": "2024-01-10",
    "ends_on": "2024-12-31",
    "report_every": "quarter",
    "is_active": "on",
    "text": "全文",
    "red_overdue_days": "30",
    "red_overdue_share": "30",
    "red_idle_share": "50",
    "yellow_due_days": "15",
    "yellow_milestone_days": "7",
    "yellow_gap": "10",
}
QUOTE = "组织召开联席会议全体会议和专题会议"


def new_task() -> dict[str, Any]:
    return {
        "number": "18",
        "title": "新增任务",
        "group": group().pk,
        "due_on": "2023-11-30",
        "text": "新增任务的全文。",
    }


def same_task() -> dict[str, Any]:
    row = task()
    values = {"number": "4", "title": "改过的标题", "group": row.group_id, "due_on": "2023-11-30"}
    return values | {"text": row.text + "（补充）"}


def new_unit() -> dict[str, Any]:
    return {"department": cast.unit("simt").pk, "role": "support", "printed_as": "", "owes_report": "on"}


def same_unit() -> dict[str, Any]:
    return {
        "department": cast.unit("lingang").pk,
        "role": "support",
        "printed_as": "改过的印发名称",
        "open_ended": "on",
    }


def imported() -> PlanImport:
    return begun(cast.person("planner"))


def read_task() -> dict[str, Any]:
    """The first of the document, with another title and its second unit as one that leads."""
    return {
        "number": "1",
        "title": "改过的标题",
        "text": from_json(imported().reading).tasks[0].text,
        "group": "0",
        "leads": "市局计量处\n市计量协会等",
        "supports": "",
    }


Given = dict[str, Any] | Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """`row` makes what the page is about, in the state in which it can be sent; `who` sends it."""

    address: str
    row: Callable[[], Any] | None
    sent: Given
    texts: tuple[str, ...] = ()  # fields in which anything can be typed
    who: str = "planner"
    told: str = ""


PAGES = {
    "plan_add": Page("/plans/add/", None, PLAN, ("title", "issuer", "document_number", "text")),
    "plan_edit": Page("/plans/2023/edit/", plan, PLAN, ("title", "issuer", "document_number", "text")),
    "group_add": Page("/plans/2023/groups/add/", None, {"ordinal": "6", "title": "（六）新增板块"}, ("title",)),
    "group_edit": Page("/plans/2023/groups/2/edit/", group, {"ordinal": "2", "title": "改过的板块"}, ("title",)),
    "task_add": Page("/plans/2023/tasks/add/", None, new_task, ("title", "text")),
    "task_edit": Page("/tasks/2023-04/edit/", task, same_task, ("title",)),
    "milestone_add": Page(
        "/tasks/2023-04/milestones/add/",
        None,
        {"title": "新增节点", "quote": QUOTE, "due_on": "2023-09-30", "weight": "2"},
        ("title",),
    ),
    "milestone_edit": Page(
        "/tasks/2023-04/milestones/{pk}/",
        milestone,
        {"title": "改过的节点", "quote": QUOTE, "due_on": "2023-09-30", "weight": "3"},
        ("title",),
    ),
    "tick": Page(
        "/tasks/2023-04/milestones/{pk}/complete/",
        milestone,
        {"done_on": "2023-06-14", "note": "会议已开"},
        ("note",),
        "jlc",
    ),
    "untick": Page("/tasks/2023-04/milestones/{pk}/reopen/", ticked, {"note": "勾错了"}, ("note",), "jlc"),
    "drop": Page("/tasks/2023-04/milestones/{pk}/cancel/", milestone, {"note": "不再需要"}, ("note",)),
    "undrop": Page("/tasks/2023-04/milestones/{pk}/restore/", dropped, {"note": "仍然需要"}, ("note",)),
    "unit_add": Page("/tasks/2023-04/units/add/", None, new_unit, ("printed_as",)),
    "unit_edit": Page("/tasks/2023-04/units/{pk}/", unit, same_unit, ("printed_as",)),
    "unit_remove": Page("/tasks/2023-04/units/{pk}/remove/", unit, {}),
    "start": Page("/tasks/2023-04/moves/start/", task, {}, (), "jlc"),
    "request_closing": Page("/tasks/2023-04/moves/request_closing/", started, {"note": "全部做完"}, ("note",), "jlc"),
    "withdraw_closing": Page("/tasks/2023-04/moves/withdraw_closing/", asked, {}, (), "jlc"),
    "return": Page("/tasks/2023-04/moves/return/", asked, {"note": "请补充材料"}, ("note",)),
    "reopen": Page("/tasks/2023-04/moves/reopen/", closed, {"note": "发现遗漏"}, ("note",)),
    "suspend": Page("/tasks/2023-04/moves/suspend/", task, {"note": "等待上级部署"}, ("note",)),
    "resume": Page("/tasks/2023-04/moves/resume/", suspended, {"note": "已经部署"}, ("note",)),
    "cancel": Page("/tasks/2023-04/moves/cancel/", task, {"note": "合并到任务 5"}, ("note",)),
    "restore": Page("/tasks/2023-04/moves/restore/", cancelled, {"note": "仍要单列"}, ("note",)),
    "period_add": Page(
        "/plans/2023/periods/add/", None, {"starts_on": "2024-01-01", "ends_on": "2024-03-31", "due_on": "2024-03-25"}
    ),
    "period_edit": Page(
        "/plans/2023/periods/{pk}/",
        quarter,
        {"starts_on": "2023-07-01", "ends_on": "2023-09-30", "due_on": "2023-09-28"},
    ),
    "import_add": Page("/plans/import/", None, {"text": TEXT}),
    "import_task": Page("/plans/import/{pk}/tasks/0/", imported, read_task),
    "asked": Page("/tasks/2023-04/asked/", task, ticked_unit, (), "jlc"),
    "report_edit": Page(
        "/reports/{pk}/edit/",
        due,
        {"assessment": "behind", "progress_text": "会议已开", "problems": "人手不足", "next_steps": "继续推进"},
        ("progress_text", "problems", "next_steps"),
        "jlc",
    ),
    "report": Page(
        "/tasks/2023-04/report/?unit=jlc",
        draft,
        {"assessment": "behind", "progress_text": "会议已开", "problems": "人手不足", "next_steps": "继续推进"},
        ("progress_text", "problems", "next_steps"),
        "jlc",
    ),
}


@dataclass
class Opened:
    """A page in the browser of one who may use it."""

    client: Any
    address: str
    row: Any
    sent: dict[str, Any]
    texts: tuple[str, ...]

    @property
    def version(self) -> int:
        return self.row.version if self.row is not None else 0

    def get(self) -> Any:
        return self.client.get(self.address)

    def send(self, **changed: Any) -> Any:
        """What a person sends, with the version the page showed; None leaves a field out."""
        data = {"version": self.version} | self.sent | changed
        return self.client.post(self.address, {name: value for name, value in data.items() if value is not None})


def opened(name: str, user: Any = None) -> Opened:
    page = PAGES[name]
    row = page.row() if page.row else None
    sent = page.sent if isinstance(page.sent, dict) else page.sent()
    client = cast.signed_in(user or cast.person(page.who))
    return Opened(client, page.address.format(pk=row.pk if row else 0), row, dict(sent), page.texts)


def told(response: Any) -> list[str]:
    """The messages that this request left for the next page."""
    storage: Any = get_messages(response.wsgi_request)
    return [str(message) for message in storage._queued_messages]


def recorded(row: Any) -> list[tuple[str, Any]]:
    """The audit of a row, oldest first: what happened, and the account it was done by."""
    events = row.events.select_related("pgh_context").order_by("pgh_id")
    return [
        (event.pgh_label, (event.pgh_context.metadata if event.pgh_context else {}).get("user")) for event in events
    ]
