"""Every write, refused in the one order: 404 not visible, 403 not allowed, 400 malformed, 412 stale, 409 illegal now.

Each case is refused for its own reason and for all that come after it, so that the order shows.
"""

from datetime import date
from typing import Any, NamedTuple

import pytest

from tasks.actions import directives, extensions, imports
from tasks.models import Directive, ExtensionRequest, Reminder, Task
from tests import cast, factories
from tests.api import loop
from tests.api.calls import call, errors, get
from tests.conftest import TODAY
from tests.laid import laid_once
from tests.stored import everything
from tests.tasks.importing import TEXT, begun

pytestmark = pytest.mark.django_db

NEVER = '"never-v9"'
JUNK: dict[str, Any] = {"nonsense": [1, {"x": None}]}


class Write(NamedTuple):
    """`unseen` do not see the thing, `refused` see it and may not; `illegal` is well formed and not possible."""

    method: str
    path: str
    body: dict[str, Any]
    allowed: str
    refused: tuple[str, ...]
    unseen: tuple[str, ...] = ()
    illegal: dict[str, Any] | None = None
    stale: bool = True


# 市局计量处 co-ordinates task 5, which no district sees; task 6 is seen by districts, which do not co-ordinate it.
TASK = "tasks/2023-05/"
WRITES = {
    "plan add": Write("POST", "plans/", {"code": "2024", "title": "新计划", "year": 2024, "issuer": "市局",
                      "issued_on": "2024-02-01", "ends_on": "2024-12-31"}, "planner", ("leader", "jlc", "admin"),
                      stale=False),
    "plan": Write("PATCH", "plans/2023/", {"title": "改过的标题"}, "planner", ("leader", "jlc", "admin")),
    "group add": Write("POST", "groups/", {"plan": "{plan}", "ordinal": 6, "title": "新板块"}, "planner",
                       ("leader", "jlc", "admin"), stale=False),
    "group": Write("PATCH", "groups/{group}/", {"title": "改过的标题"}, "planner", ("leader", "jlc", "admin")),
    "task add": Write("POST", "tasks/", {"plan": "{plan}", "group": "{group}", "number": 18, "title": "新任务",
                      "text": "新任务。", "due_on": "2023-12-31"}, "planner", ("leader", "jlc", "admin"), stale=False),
    "task": Write("PATCH", TASK, {"title": "改过的标题"}, "planner", ("leader", "jlc", "admin"), ("pudong", "simt")),
    "move": Write("POST", f"{TASK}moves/", {"move": "start"}, "jlc", ("leader", "admin"), ("pudong", "simt"),
                  {"move": "withdraw_closing"}),
    "assignment add": Write("POST", "assignments/", {"task": "{task}", "department": "{pudong}", "role": "support"},
                            "planner", ("leader", "jlc", "admin"), stale=False),
    "assignment": Write("PATCH", "assignments/{assignment}/", {"open_ended": True}, "planner",
                        ("leader", "jlc", "admin"), ("pudong", "simt")),
    "assignment off": Write("DELETE", "assignments/{assignment}/", {}, "planner", ("leader", "jlc", "admin"),
                            ("pudong", "simt")),
    "milestone add": Write("POST", "milestones/", {"task": "{task}", "title": "新节点"}, "planner",
                           ("leader", "jlc", "admin"), stale=False),
    "milestone": Write("PATCH", "milestones/{open}/", {"due_on": "2023-08-01"}, "planner", ("leader", "jlc", "admin"),
                       ("pudong", "simt")),
    "complete": Write("POST", "milestones/{open}/complete/", {"done_on": "2023-06-01"}, "jlc", ("leader", "admin"),
                      ("pudong", "simt")),
    "complete again": Write("POST", "milestones/{done}/complete/", {}, "jlc", ("leader", "admin"), ("pudong",), {}),
    "reopen": Write("POST", "milestones/{done}/reopen/", {"note": "误报"}, "jlc", ("leader", "admin"),
                    ("pudong", "simt")),
    "reopen open": Write("POST", "milestones/{open}/reopen/", {}, "jlc", ("leader",), ("pudong",), {"note": "误报"}),
    "cancel": Write("POST", "milestones/{open}/cancel/", {"note": "并入"}, "planner", ("leader", "jlc", "admin"),
                    ("pudong", "simt")),
    "cancel done": Write("POST", "milestones/{done}/cancel/", {}, "planner", ("jlc",), ("pudong",), {"note": "并入"}),
    "restore": Write("POST", "milestones/{cancelled}/restore/", {"note": "恢复"}, "planner",
                     ("leader", "jlc", "admin"), ("pudong", "simt")),
    "restore open": Write("POST", "milestones/{open}/restore/", {}, "planner", ("jlc",), ("pudong",),
                          {"note": "恢复"}),
    "report add": Write("POST", "reports/", {"task": "{task}", "progress_text": "进展"}, "jlc", ("leader", "admin"),
                        stale=False),
    "report": Write("PATCH", "reports/{draft}/", {"progress_text": "改过的进展"}, "simt", ("admin",),
                    ("leader", "planner", "jlc", "sqi", "pudong")),
    "submit": Write("POST", "reports/{draft}/submit/", {}, "simt", ("admin",),
                    ("leader", "planner", "jlc", "sqi", "pudong")),
    "report sent": Write("PATCH", "reports/{sent}/", {}, "simt", ("leader", "admin"), ("jlc", "pudong"),
                         {"progress_text": "改过的进展"}),
    "submit sent": Write("POST", "reports/{sent}/submit/", {}, "simt", ("leader", "admin"), ("jlc", "pudong"), {}),
    # 浦东's reports of the second quarter on tasks 6 (due), 7 (sent), 8 (accepted)
    "period add": Write("POST", "periods/", {"plan": "{plan}", "starts_on": "2024-01-01", "ends_on": "2024-01-31",
                        "due_on": "2024-01-25"}, "planner", ("leader", "jlc", "admin"), stale=False),
    "period": Write("PATCH", "periods/{period}/", {"due_on": "2023-06-28"}, "planner", ("leader", "jlc", "admin")),
    "period closed": Write("PATCH", "periods/{closed}/", {}, "planner", ("leader", "jlc", "admin"),
                           illegal={"due_on": "2023-04-28"}),
    "open": Write("POST", "periods/{planned}/open/", {}, "planner", ("leader", "jlc", "admin")),
    "open again": Write("POST", "periods/{period}/open/", {}, "planner", ("leader", "jlc", "admin"), illegal={}),
    "close": Write("POST", "periods/{period}/close/", {}, "planner", ("leader", "jlc", "admin")),
    "close planned": Write("POST", "periods/{planned}/close/", {}, "planner", ("leader", "jlc", "admin"), illegal={}),
    "owed": Write("PATCH", "reports/{owed}/", {"progress_text": "进展"}, "pudong",
                  ("leader", "planner", "jlc", "admin"), ("xuhui", "simt")),
    "owed submit": Write("POST", "reports/{owed}/submit/", {"assessment": "done", "progress_text": "进展"}, "pudong",
                         ("leader", "planner", "jlc", "admin"), ("xuhui", "simt")),
    "nothing new": Write("POST", "reports/{owed}/nothing_new/", {"reason": "设备检修"}, "pudong",
                         ("leader", "planner", "jlc", "admin"), ("xuhui", "simt")),
    "nothing new again": Write("POST", "reports/{asked}/nothing_new/", {}, "pudong", ("planner", "jlc"), ("xuhui",),
                               {"reason": "设备检修"}),
    "withdraw": Write("POST", "reports/{asked}/withdraw/", {}, "pudong", ("leader", "planner", "jlc", "admin"),
                      ("xuhui", "simt")),
    "withdraw accepted": Write("POST", "reports/{accepted}/withdraw/", {}, "pudong", ("planner",), ("xuhui",), {}),
    "accept": Write("POST", "reports/{asked}/accept/", {}, "planner", ("leader", "jlc", "pudong", "admin"),
                    ("xuhui", "simt")),
    "accept again": Write("POST", "reports/{accepted}/accept/", {}, "planner", ("jlc", "pudong"), ("xuhui",), {}),
    "return": Write("POST", "reports/{asked}/return/", {"note": "请补充数据。"}, "planner",
                    ("leader", "jlc", "pudong", "admin"), ("xuhui", "simt")),
    "return due": Write("POST", "reports/{owed}/return/", {}, "planner", ("jlc", "pudong"), ("xuhui",),
                        {"note": "请补充数据。"}),
    "remind": Write("POST", "reminders/", {"period": "{period}", "report": "{owed}"}, "planner",
                    ("leader", "jlc", "pudong", "admin"), stale=False),
    "remind planned": Write("POST", "reminders/", {}, "planner", ("jlc",), illegal={"period": "{planned}"},
                            stale=False),
    "extension add": Write("POST", "extensions/", {"task": "{other}", "new_due_on": "2024-01-31", "reason": "未到货",
                           "progress": "已招标"}, "simt", ("leader", "admin"), stale=False),
    "extension late": Write("POST", "extensions/", {}, "simt", ("leader", "admin"), stale=False, illegal={
                            "task": "{other}", "milestone": "{other_milestone}", "new_due_on": "2023-07-31",
                            "reason": "未到货", "progress": "已招标"}),
    "grant": Write("POST", "extensions/{extension}/grant/", {"note": "同意"}, "planner", ("leader", "jlc", "admin"),
                   ("pudong", "simt")),
    "refuse": Write("POST", "extensions/{extension}/refuse/", {"note": "不同意"}, "planner",
                    ("leader", "jlc", "admin"), ("pudong", "simt")),
    "refuse again": Write("POST", "extensions/{refused}/refuse/", {}, "planner", ("jlc",), ("pudong",),
                          {"note": "不同意"}),
    "directive add": Write("POST", "directives/", {"task": "{task}", "text": "请列入局长办公会。"}, "leader",
                           ("planner", "jlc", "admin"), stale=False),
    "answer": Write("POST", "directives/{directive}/answer/", {"answer": "已落实。"}, "jlc", ("leader", "admin"),
                    ("pudong", "simt")),
    "answer again": Write("POST", "directives/{answered}/answer/", {}, "jlc", ("leader",), ("pudong",),
                          {"answer": "已落实。"}),
    "import add": Write("POST", "imports/", {"text": TEXT, "name": "要点.txt"}, "planner", ("leader", "jlc", "admin"),
                        stale=False),
    "import": Write("PATCH", "imports/{imported}/", {"title": "改过的标题"}, "planner", ("admin",),
                    ("leader", "jlc", "pudong")),
    "import store": Write("POST", "imports/{imported}/store/", {}, "planner", ("admin",), ("leader", "jlc", "pudong")),
    "import store again": Write("POST", "imports/{dropped}/store/", {}, "planner", ("admin",), ("jlc",), {}),
    "import drop": Write("POST", "imports/{imported}/drop/", {}, "planner", ("admin",), ("leader", "jlc", "pudong")),
    "import drop again": Write("POST", "imports/{dropped}/drop/", {}, "planner", ("admin",), ("jlc",), {}),
}  # fmt: skip


def laid() -> dict[str, int]:
    """The rows that the paths and bodies speak of."""
    task, other, simt = cast.task(5), cast.task(2), cast.person("simt")
    milestones = [factories.milestone(task, title=f"节点 {state}", state=state) for state in ("open", "cancelled")]
    return {
        "plan": task.plan_id,
        "group": task.group_id,
        "task": task.pk,
        "other": other.pk,
        "other_milestone": factories.milestone(other, due_on=date(2023, 6, 14)).pk,  # was due yesterday
        "pudong": cast.unit("pudong").pk,
        "assignment": task.assignments.get(role="support", position=2).pk,
        "open": milestones[0].pk,
        "cancelled": milestones[1].pk,
        "done": factories.milestone(task, title="完成", due_on=date(2023, 6, 1), state="done").pk,
        "draft": factories.report(other, cast.unit("simt"), simt).pk,
        "sent": factories.report(other, cast.unit("simt"), simt, date(2023, 6, 10)).pk,
        "refused": refused(cast.task(3)).pk,
        "answered": answered(cast.task(3)).pk,
        "imported": begun(cast.person("planner")).pk,
        "dropped": imports.drop(begun(cast.person("planner")), by=cast.person("planner")).pk,
    } | of_the_loop(task)


def of_the_loop(task: Task) -> dict[str, int]:
    made, pudong = loop.rows(task), cast.person("pudong")
    period = loop.quarter(2)
    asked, accepted = (
        loop.brought_to(state, loop.owed(period, number, "pudong"), pudong)
        for number, state in ((7, "submitted"), (8, "accepted"))
    )
    Reminder.objects.all().delete()  # nobody has been reminded yet
    others = {"closed": loop.quarter(1).pk, "planned": loop.quarter(3).pk}
    return made | others | {"asked": asked.pk, "accepted": accepted.pk}


def refused(task: Task) -> ExtensionRequest:
    texts = {"reason": "设备未到货", "progress": "已完成招标"}
    later = extensions.request_extension(
        task, by=cast.person("jlc"), today=TODAY, new_due_on=date(2024, 1, 31), **texts
    )
    return extensions.decide(later, False, by=cast.person("planner"), today=TODAY, note="不同意")


def answered(task: Task) -> Directive:
    given = directives.give(task, by=cast.person("leader"), today=TODAY, text="请加快进度。")
    return directives.answer(given, by=cast.person("jlc"), today=TODAY, answer="已落实。")


rows = laid_once(laid)


def filled(value: Any, rows: dict[str, int]) -> Any:
    if isinstance(value, dict):
        return {name: filled(each, rows) for name, each in value.items()}
    if isinstance(value, str) and value.startswith("{"):
        return rows[value.strip("{}")]
    return value


def send(who: str, write: Write, rows: dict[str, int], body: Any, *, stale: bool) -> Any:
    """Refused, it must leave everything as it was."""
    user = cast.person(who)
    headers = {"If_Match": NEVER} if stale and write.stale else {}
    before = everything()
    response = call(user, write.method, write.path.format(**rows), filled(body, rows), **headers)
    if response.status_code >= 400:
        assert everything() == before, (who, write, response.content)
        assert response.headers["Content-Type"] == "application/problem+json"
    return response


CASES = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


@CASES
def test_404_first(write, rows):
    for who in write.unseen:
        assert send(who, write, rows, JUNK, stale=True).status_code == 404, who
    elsewhere = write._replace(path=write.path.format(**rows).replace("2023-05", "2023-99"))
    if "{" in write.path or "2023-05" in write.path:
        for name, pk in rows.items():
            if f"{{{name}}}" in write.path:
                elsewhere = write._replace(path=write.path.format(**rows).replace(str(pk), "987654321"))
        assert send(write.allowed, elsewhere, rows, JUNK, stale=True).status_code == 404, elsewhere


@CASES
def test_then_403(write, rows):
    for who in write.refused:
        for body in (JUNK, write.body, write.illegal or {}):
            assert send(who, write, rows, body, stale=True).status_code == 403, (who, body)


@CASES
def test_then_400(write, rows):
    response = send(write.allowed, write, rows, JUNK | (write.illegal or {}), stale=True)
    assert (response.status_code, ("nonsense", "unknown") in errors(response)) == (
        (400, True) if write.method != "DELETE" else (412, False)
    )
    if write.method == "PATCH" or write.stale:
        response = send(write.allowed, write, rows, {"version": "x"} | (write.illegal or {}), stale=True)
        assert response.status_code == (400 if write.method != "DELETE" else 412)


@CASES
def test_then_412(write, rows):
    if write.stale:
        response = send(write.allowed, write, rows, write.body if write.illegal is None else write.illegal, stale=True)
        assert (response.status_code, isinstance(response.json()["version"], int)) == (412, True)


@CASES
def test_then_409(write, rows):
    if write.illegal is not None:
        response = send(write.allowed, write, rows, write.illegal, stale=False)
        assert (response.status_code, response.json()["title"], response.json()["errors"]) == (
            409,
            "Not possible now",
            [],
        )
        assert response.json()["detail"].endswith(".")


@CASES
def test_and_otherwise_it_is_done(write, rows):
    if write.illegal is not None and write.body in ({}, write.illegal):
        return
    response = send(write.allowed, write, rows, write.body, stale=False)
    expected = {"POST": 200 if "{" in write.path or "moves" in write.path else 201, "PATCH": 200, "DELETE": 204}
    assert response.status_code == expected[write.method], response.content
    if response.status_code == 201 and "reminders" not in response.json():
        assert response.headers["Location"] == response.json()["url"]
        assert (
            get(cast.person(write.allowed), response.json()["url"].removeprefix("http://testserver"))
            == response.json()
        )
    if write.method == "PATCH":
        body = response.json()
        assert body["version"] > 1 or "members" in write.body
