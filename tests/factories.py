"""Small plans for tests, outside the 2023 one. Everything has a default; say only what the test is about."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from departments.models import Department, DepartmentAlias, Membership, User
from tasks.models import (
    Assignment,
    Directive,
    Evidence,
    Export,
    ExtensionRequest,
    Milestone,
    Plan,
    Report,
    ReportingPeriod,
    Standing,
    Task,
    TaskGroup,
)
from tasks.models.evidence import random_name
from tasks.models.export import random_name as export_name

ISSUED, ENDS = date(2024, 1, 1), date(2024, 12, 31)
_serial = count(1)


def department(code: str = "", **fields: Any) -> Department:
    code = code or f"unit-{next(_serial)}"
    return Department.objects.create(
        **{"code": code, "name": f"{code} 全称", "short_name": code, "kind": "division"} | fields
    )


def collective(code: str = "", members: tuple[Department, ...] = (), **fields: Any) -> Department:
    made = department(code, is_collective=True, **fields)
    for member in members:
        Membership.objects.create(collective=made, member=member)
    return made


def alias(name: str, of: Department) -> DepartmentAlias:
    return DepartmentAlias.objects.create(name=name, department=of)


def plan(**fields: Any) -> Plan:
    defaults = {
        "code": f"plan-{next(_serial)}",
        "title": "试验计划",
        "year": 2024,
        "issuer": "试验单位",
        "issued_on": ISSUED,
        "ends_on": ENDS,
    }
    return Plan.objects.create(**defaults | fields)


def group(plan: Plan, ordinal: int | None = None, title: str = "试验板块") -> TaskGroup:
    return TaskGroup.objects.create(plan=plan, ordinal=ordinal or plan.groups.count() + 1, title=title)


def task(
    plan: Plan | None = None, leads: tuple[Department, ...] = (), supports: tuple[Department, ...] = (), **fields: Any
) -> Task:
    """A task of a plan of its own, unless one is given; its units stand in the order given."""
    of = plan or a_plan()
    defaults = {
        "plan": of,
        "group": fields.get("group") or of.groups.first() or group(of),
        "number": of.tasks.count() + 1,
        "title": "试验任务",
        "text": "试验任务的全文。",
        "due_on": of.ends_on,
        "original_due_on": of.ends_on,
    }
    made = Task.objects.create(**defaults | fields)
    for role, units in (("lead", leads), ("support", supports)):
        for position, unit in enumerate(units, 1):
            assignment(made, unit, role, position)
    return made


def assignment(task: Task, unit: Department, role: str = "lead", position: int = 1, **fields: Any) -> Assignment:
    defaults = {"printed_as": unit.short_name, "owes_report": role == "lead"}
    return Assignment.objects.create(task=task, department=unit, role=role, position=position, **defaults | fields)


def milestone(task: Task, due_on: date | None = None, **fields: Any) -> Milestone:
    """With a date of its own when one is given, otherwise at the plan's end; done ones are done on that date."""
    due = due_on or task.plan.ends_on
    defaults = {
        "position": task.milestones.count() + 1,
        "title": "试验节点",
        "due_on": due,
        "original_due_on": due,
        "date_basis": "set_by_staff" if due_on else "plan_end",
    }
    if fields.get("state") == "done":
        defaults["done_on"] = due
    return Milestone.objects.create(task=task, **defaults | fields)


def report(task: Task, unit: Department, author: User, reported_on: date | None = None, **fields: Any) -> Report:
    """Submitted when it has a date, otherwise a draft."""
    defaults: dict[str, Any] = {"assessment": "on_schedule", "progress_text": "试验进展。"}
    if reported_on:
        defaults |= {"state": "submitted", "reported_on": reported_on, "submitted_at": _noon(reported_on)}
    return Report.objects.create(task=task, department=unit, author=author, **defaults | fields)


def period(
    plan: Plan, starts_on: date, ends_on: date, due_on: date, state: str = "open", **fields: Any
) -> ReportingPeriod:
    """Opened on its first day, closed on its last; who owes is for the test to say."""
    opened = {"opened_on": starts_on} if state in {"open", "closed"} else {}
    closed = {"closed_on": ends_on} if state == "closed" else {}
    dates = {"starts_on": starts_on, "ends_on": ends_on, "due_on": due_on}
    return ReportingPeriod.objects.create(plan=plan, state=state, **dates | opened | closed | fields)


def owed(
    period: ReportingPeriod,
    task: Task,
    unit: Department,
    state: str = "due",
    author: User | None = None,
    on: date | None = None,
    **fields: Any,
) -> Report:
    """What a period asks of a unit; whatever is no longer `due` has an author, what was sent a date."""
    written: dict[str, Any] = {"author": author, "assessment": "on_schedule", "progress_text": "试验进展。"}
    sent = {"reported_on": on, "submitted_at": on and _noon(on)}
    reviewed = {"reviewed_on": on, "reviewer": fields.get("reviewer")}
    values: dict[str, dict[str, Any]] = {
        "due": {},
        "draft": written,
        "submitted": written | sent,
        "returned": written | sent | reviewed | {"review_note": "请补充。"},
        "accepted": written | sent | reviewed,
    }
    return Report.objects.create(period=period, task=task, department=unit, state=state, **values[state] | fields)


def standing(period: ReportingPeriod, task: Task, **fields: Any) -> Standing:
    """As closing the period would keep it."""
    why = {"zh-hans": "试验原因。", "en": "Test reason."}
    kept = {"state": task.state, "reason": "on_track", "why": why, "due_on": task.due_on}
    return Standing.objects.create(period=period, task=task, **kept | fields)


def extension(task: Task, by: User, on: date, milestone: Milestone | None = None, **fields: Any) -> ExtensionRequest:
    """Asked for and not decided, half a year more."""
    old = (milestone or task).due_on
    asked = {"old_due_on": old, "new_due_on": old + timedelta(days=180), "requested_by": by, "requested_on": on}
    texts = {"reason": "条件未具备。", "progress": "方案已定。"}
    return ExtensionRequest.objects.create(task=task, milestone=milestone, **asked | texts | fields)


def directive(task: Task, author: User, on: date, **fields: Any) -> Directive:
    return Directive.objects.create(task=task, author=author, given_on=on, **{"text": "请抓紧。"} | fields)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def evidence(report: Report, sender: User, content: bytes = b"%PDF-1.7", **fields: Any) -> Evidence:
    """A file that lies on the disk of the tests."""
    name = default_storage.save(random_name(None, ""), ContentFile(content))
    told = {"name": "核验结果.pdf", "kind": "pdf", "size": len(content), "sha256": sha256(content).hexdigest()}
    return Evidence.objects.create(report=report, sender=sender, file=name, **told | fields)


def export(owner: User, plan: Plan, content: bytes | None = None, **fields: Any) -> Export:
    """Waiting, unless its fields say more. With a content it is done and lies on the disk of the tests for a day."""
    kept: dict[str, Any] = {}
    if content is not None:
        now, name = timezone.now(), default_storage.save(export_name(None, ""), ContentFile(content))
        kept = {"state": "done", "file": name, "name": "台账.csv", "size": len(content), "finished_at": now}
        kept |= {"expires_at": now + timedelta(days=1), "written": 3}
    defaults = {"kind": "ledger_csv", "language": "zh-hans", "total": 3}
    return Export.objects.create(owner=owner, plan=plan, **defaults | kept | fields)


a_plan = plan  # for functions that have a parameter of this name
