"""What was answered is answered again, for as long as the database shows the same (docs/adr/0010).

PostgreSQL tells in one word which transactions a query sees: `pg_current_snapshot()`. While that word stays the same,
so does every row; as soon as anybody's change is committed, by whatever way, the word is another and everything that
was remembered is forgotten. No answer can be out of date, and who writes need not know which pages there are.
"""

import re
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any

from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.utils.translation import get_language

from departments.clock import portal_today

MOST = 16 * 2**20  # bytes of the answers of one state of the database, in each process
TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w{64}(?=")')  # another one in every answer

Answer = Callable[..., HttpResponseBase]


class Memory:
    """Answers by their key, all of one state of the database."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._state: Hashable = None
        self._answers: dict[Hashable, Said] = {}
        self._size = 0

    def recall(self, state: Hashable, key: Hashable) -> "Said | None":
        with self._lock:
            return self._answers.get(key) if state == self._state else None

    def keep(self, state: Hashable, key: Hashable, said: "Said") -> None:
        with self._lock:
            if state != self._state:
                self._state, self._answers, self._size = state, {}, 0
            if key not in self._answers and self._size + len(said) <= MOST:
                self._answers[key] = said
                self._size += len(said)


class Said:
    """A body, cut where the tokens of its forms stand, and its headers."""

    def __init__(self, response: HttpResponse) -> None:
        self.pieces = TOKEN.split(response.content)
        self.headers = dict(response.headers)

    def __len__(self) -> int:
        return sum(map(len, self.pieces))

    def again(self, request: Any) -> HttpResponse:
        token = get_token(request).encode() if len(self.pieces) > 1 else b""
        return HttpResponse(token.join(self.pieces), headers=self.headers)


memory = Memory()


def remembered(view: Answer) -> Answer:
    """For a page that follows from its reader, its address, the day and the database alone."""

    @wraps(view)
    def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return once(request, lambda: view(request, *args, **kwargs))

    return answer


def once(request: Any, answer: Callable[[], Any]) -> Any:
    """What `answer` says, or has said to the same reader while nothing has changed; anew where the reader insists."""
    if request.method != "GET" or connection.in_atomic_block or get_messages(request) or _insists(request):
        return answer()
    state, key = _state(), _key(request)
    said = memory.recall(state, key)
    if said is not None:
        return said.again(request)
    response = answer()
    if response.status_code == 200 and not response.streaming and not response.cookies:
        _when_rendered(response, lambda done: memory.keep(state, key, Said(done)))
    return response


def _insists(request: Any) -> bool:
    """As a browser's reload does that passes over every cache."""
    return "no-cache" in request.headers.get("Cache-Control", "")


def _when_rendered(response: Any, keep: Callable[[Any], None]) -> None:
    """Answers of the API are written later than they are given."""
    if getattr(response, "is_rendered", True):
        keep(response)
    else:
        response.add_post_render_callback(keep)


def _state() -> tuple[Any, ...]:
    """What the database shows, since the server was started: a restored one may count from an earlier number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time(), pg_current_snapshot()::text")
        return (connection.alias, connection.settings_dict["NAME"], *cursor.fetchone())


def _key(request: Any) -> tuple[Any, ...]:
    """Whatever an answer may follow from besides the database: rows about the reader are in there."""
    asks_for = tuple(pair for pair in request.headers.items() if pair[0].startswith(("Hx-", "Accept")))
    where = (request.scheme, request.get_host(), request.get_full_path())
    return (request.user.pk, where, asks_for, get_language(), portal_today())
