"""What the bench asks, and the words by which a right answer is known."""

import json
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from departments.models import Department, User
from tasks.models import Milestone, Task
from tests.bench.client import HOST

ASKS = "planner"
LAST_READ = 9  # the number of the last task whose page is asked for; milestones of later ones are changed
ANEW = ", anew"  # of a page that is asked for past what the portal remembers
MARK = " ·"  # behind a title, to and fro
FLOOR, DASHBOARD, LEDGER, MATRIX, TASK, LIST_25, LIST_100, UPDATE = (
    "floor",
    "dashboard",
    "ledger",
    "matrix",
    "task page",
    "list API, 25",
    "list API, 100",
    "update",
)
PAGES = (DASHBOARD, LEDGER, MATRIX, TASK)


@dataclass(frozen=True)
class Question:
    """A request on its way to one page, and what its answer holds."""

    path: str
    words: tuple[str, ...]
    method: str = "GET"
    body: dict[str, Any] | None = None
    anew: bool = False

    def sent(self, session: "Session") -> list[str]:
        """As the client takes it: the text of the request, then the words."""
        body = json.dumps(self.body) if self.body is not None else ""
        head = [f"{self.method} {self.path} HTTP/1.1", f"Host: {HOST}", *session.headers]
        head += ["Cache-Control: no-cache"] * self.anew
        if body:
            head += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
        return ["\r\n".join([*head, "", body]), *self.words]


def queries(question: Question) -> int:
    """How many queries the answer takes, counted in this process."""
    client = Client(SERVER_NAME=HOST)
    client.force_login(User.objects.get(username=ASKS), backend=settings.AUTHENTICATION_BACKENDS[-1])
    sent, headers = json.dumps(question.body), {"Cache-Control": "no-cache"} if question.anew else {}
    for _time in range(1 if question.body else 2):  # what is remembered is told the second time
        with CaptureQueriesContext(connection) as counted:
            client.generic(question.method, question.path, sent, content_type="application/json", headers=headers)
    return len(counted)


class Session:
    """A planner who has signed in, in the database at hand."""

    def __init__(self) -> None:
        user = User.objects.get(username=ASKS)
        store = SessionStore()
        store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        store.save()
        secret = _get_new_csrf_string()
        cookies = f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={secret}"
        self.headers = [f"Cookie: {cookies}", f"X-CSRFToken: {secret}"]


def questions() -> dict[str, list[Question]]:
    """By page, in turns; pages also without what is remembered of them. Every one is of the plan in force but the
    lists, which go over all plans. Tasks that are updated are not those whose pages are asked for: their history grows
    with every run."""
    tasks = list(Task.objects.filter(plan__code="2023").select_related("plan"))
    milestones = list(Milestone.objects.filter(task__plan__code="2023", task__number__gt=LAST_READ))
    rows = [f'<td class="no num">{task.number}</td>' for task in tasks]
    found = {
        FLOOR: [Question("/floor/", (f"floor {ASKS}",))],
        DASHBOARD: [Question("/", ('id="h-curve"', "</html>", *(escape(task.title) for task in tasks)))],
        LEDGER: [Question("/tasks/", (*rows, "</html>"))],
        MATRIX: [Question("/matrix/", ('<table class="matrix">', 'id="year"', "</html>", *_units()))],
        TASK: [
            Question(task.get_absolute_url(), (escape(task.title), 'id="m1"', "</html>"))
            for task in tasks
            if task.number <= LAST_READ
        ],
        LIST_25: [_list(25)],
        LIST_100: [_list(100)],
        UPDATE: [_update(milestone, mark) for mark in (MARK, "") for milestone in milestones],
    }
    return found | {page + ANEW: [replace(one, anew=True) for one in found[page]] for page in (*PAGES, LIST_25)}


def _units() -> tuple[str, ...]:
    """Each unit's row in the period at hand."""
    asked = Department.objects.filter(reports__period__plan__code="2023", reports__period__state="open").distinct()
    return tuple(f'<abbr title="{escape(unit.name)}">' for unit in asked)


def _list(rows: int) -> Question:
    """The newest tasks there are, the last of them too."""
    tasks = Task.objects.in_order()
    last = list(tasks[:rows])[-1]
    return Question(f"/api/v1/tasks/?limit={rows}", (f'"count":{tasks.count()},', f'"id":{last.pk},', last.title))


def _update(milestone: Milestone, mark: str) -> Question:
    """Another title for one milestone after the other: permission, lock, write, audit, answer."""
    title = milestone.title.removesuffix(MARK) + mark
    sent = json.dumps(title, ensure_ascii=False)
    return Question(f"/api/v1/milestones/{milestone.pk}/", (f'"title":{sent}',), "PATCH", {"title": title})
