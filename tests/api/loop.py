"""The reporting loop in a test: periods of the 2023 plan, and reports in every state they can be in."""

from datetime import date
from typing import Any

from tasks.actions import chasing, directives, extensions, periods, reports, review
from tasks.models import Evidence, Reminder, Report, ReportingPeriod, Standing, Task
from tests import cast
from tests.conftest import TODAY

TEXT = {"assessment": "on_schedule", "progress_text": "已完成抽查。", "problems": "无", "next_steps": "继续抽查。"}


def quarter(number: int) -> ReportingPeriod:
    return ReportingPeriod.objects.select_related("plan").get(plan__code="2023", starts_on__month=3 * number - 2)


def opened(number: int = 2) -> ReportingPeriod:
    """The quarter, open; whoever opens it is nobody of the test."""
    return periods.open_period(quarter(number), by=cast.root(), today=TODAY)


def closed(period: ReportingPeriod) -> ReportingPeriod:
    return periods.close_period(period, by=cast.root(), today=TODAY)


def owed(period: ReportingPeriod, number: int, unit: str) -> Report:
    rows = Report.objects.select_related("task__plan", "department", "period")
    return rows.get(period=period, task__number=number, department__code=unit)


def brought_to(state: str, report: Report, author: Any, reviewer: Any = None, today: date = TODAY) -> Report:
    """The report as the actions bring it to this state; `closed` is sent, in a period that has been closed since."""
    word = {"by": author, "fields": TEXT, "report": report}
    if state == "due":
        return report
    if state == "draft":
        return reports.save_draft(report.task, report.department, **word)
    sent = reports.submit(report.task, report.department, today=today, **word)
    by = reviewer or cast.root()
    if state == "returned":
        return review.send_back(sent, by=by, today=today, note="请补充数据。")
    if state == "accepted":
        return review.accept(sent, by=by, today=today)
    if state == "closed":
        closed(report.period)
    return sent


def file_of(report: Report, name: str = "照片.pdf") -> Evidence:
    """A row without a file: nothing here opens one."""
    told = {"kind": "pdf", "size": 8, "sha256": name.ljust(64, "0"), "file": f"evidence/{name}"}
    return Evidence.objects.create(report=report, name=name, sender=report.author, **told)


def rows(task: Task) -> dict[str, int]:
    """Something of everything that the loop is about: the first quarter closed, the second open and 浦东 reminded,
    a later date asked for and a directive given on the task."""
    closed(opened(1))
    period, planner = opened(), cast.person("planner")
    report = owed(period, 6, "pudong")
    cast.person("pudong")
    chasing.remind(period, by=planner, today=TODAY, report=report)
    texts = {"reason": "设备未到货", "progress": "已完成招标"}
    later = extensions.request_extension(
        task, by=cast.person("jlc"), today=TODAY, new_due_on=date(2024, 1, 31), **texts
    )
    draft = brought_to("draft", owed(period, 17, "pudong"), cast.person("pudong"))
    return {
        "evidence": file_of(draft).pk,
        "period": period.pk,
        "standing": Standing.objects.get(task=task).pk,
        "owed": report.pk,
        "reminder": Reminder.objects.get(report=report).pk,
        "extension": later.pk,
        "directive": directives.give(task, by=cast.person("leader"), today=TODAY, text="请加快进度。").pk,
    }
