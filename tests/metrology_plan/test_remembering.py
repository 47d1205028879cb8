"""An answer is given again while the database shows the same, and never once it shows something else."""

import threading
from contextlib import closing
from datetime import date

import psycopg2
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from departments.models import User
from metrology_plan.remembering import TOKEN, Memory, _state, memory
from tasks.models import Task
from tests.cast import person, signed_in

PAGES = ("/", "/mine/", "/tasks/", "/matrix/", "/document/", "/tasks/2023-05/", "/api/v1/tasks/?limit=3")


def body(client, address="/tasks/2023-05/", **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return TOKEN.sub(b"", answer.content)


def asked(client, address="/tasks/2023-05/", **headers):
    """How often the database was asked for the page itself: not for session, user and what the database shows."""
    with CaptureQueriesContext(connection) as queries:
        body(client, address, **headers)
    return len([each for each in queries if "pg_current_snapshot" not in each["sql"]]) - 2


def quietly(check):
    """What `check` finds while nobody writes: other workers of the suite write into the same server all the time."""
    for _time in range(1000):
        before, found = _state(), check()
        if _state() == before:
            return found
    raise AssertionError("The server was never quiet for as long as it takes.")


def twice(client, address="/tasks/2023-05/"):
    """A page, what its second time asks the database for, and whether it says the same."""
    first = body(client, address)
    return asked(client, address), body(client, address) == first


def seen_by_another(client, told):
    """What a thread sees, which has a connection of its own and closes it."""
    told["body"] = body(client)
    connection.close()


def elsewhere(*statements):
    """Run by another connection, one transaction each."""
    here = connection.get_connection_params().items()  # a port is not always among them
    where = {name: value for name, value in here if name in {"host", "port", "user", "password", "dbname"}}
    with closing(psycopg2.connect(**where)) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
class TestPages:
    def test_each_is_asked_for_once(self):
        client = signed_in(person("planner"))
        for address in PAGES:
            assert quietly(lambda address=address: twice(client, address)) == (0, True)
            assert asked(client, address, **{"Cache-Control": "no-cache"}) > 0

    def test_any_committed_change_is_seen_at_once(self):
        client = signed_in(person("planner"))
        before = body(client)
        elsewhere("UPDATE tasks_task SET title = title || '（改）' WHERE number = 5")
        after = body(client)
        assert (before.count("（改）".encode()), after.count("（改）".encode()) > 0) == (0, True)
        elsewhere("UPDATE tasks_milestone SET weight = 2 WHERE id = (SELECT max(id) FROM tasks_milestone)")
        assert asked(client) > 0

    def test_a_change_under_way_is_not_seen_and_does_not_disturb(self):
        client = signed_in(person("planner"))
        before = body(client)
        told = {}
        with transaction.atomic():
            Task.objects.filter(number=5).update(title="另一个标题")
            thread = threading.Thread(target=seen_by_another, args=(client, told))
            thread.start()
            thread.join()
            own = body(client)  # sees its own change, and must leave it to nobody
        assert told["body"] == before
        assert own != before
        assert body(client) == own

    def test_each_reader_has_his_own(self):
        pages = {name: body(signed_in(person(name)), "/tasks/") for name in ("planner", "pudong", "xuhui")}
        assert len(set(pages.values())) == 3
        again = {name: body(signed_in(User.objects.get(username=name)), "/tasks/") for name in pages}
        assert again == pages

    def test_the_day_the_language_and_the_part_count(self, settings):
        client = signed_in(person("planner"))
        chinese = body(client)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        assert asked(client) > 0
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
        assert body(client) == chinese
        assert asked(client, **{"HX-Request": "true"}) > 0
        settings.PORTAL_TODAY = date(2024, 2, 1)
        assert asked(client) > 0

    def test_a_message_is_said_once(self):
        client = signed_in(person("planner"))
        client.post("/tasks/2023-05/moves/start/", {"version": Task.objects.get(number=5).version})
        with_message, without = body(client), body(client)
        assert with_message != without
        assert body(client) == without

    def test_forms_carry_a_token_of_their_own_reader(self):
        client = signed_in(person("planner"))
        client.handler.enforce_csrf_checks = True
        seen = set()
        for _time in range(3):
            page = client.get("/tasks/2023-05/").content
            [token] = set(TOKEN.findall(page))
            seen.add(token)
            sent = {"csrfmiddlewaretoken": token.decode(), "language": "zh-hans", "next": "/"}
            assert client.post("/language/", sent).status_code == 302
        assert len(seen) == 3

    def test_refusals_are_not_kept(self):
        client = signed_in(person("planner"))
        assert [client.get("/tasks/?light=violet").status_code for _time in range(2)] == [400, 400]
        assert [client.get("/tasks/1999-01/").status_code for _time in range(2)] == [404, 404]

    def test_a_closed_account_gets_nothing(self):
        user = person("planner")
        client = signed_in(user)
        body(client)
        elsewhere(f"UPDATE departments_user SET is_active = false WHERE id = {user.pk}")
        assert client.get("/tasks/2023-05/").status_code == 302


@pytest.mark.django_db
def test_nothing_is_kept_inside_a_transaction():
    """As every test of the suite is in one, with changes that nobody else may see."""
    memory.keep("nothing", "nothing", "said")
    client = signed_in(person("planner"))
    assert (asked(client) > 0, asked(client) > 0) == (True, True)
    assert memory.recall("nothing", "nothing") == "said"
    assert list(memory._answers) == ["nothing"]


def test_another_state_forgets_everything():
    memory = Memory()
    memory.keep("morning", "page", "said")
    assert memory.recall("morning", "page") == "said"
    assert memory.recall("noon", "page") is None
    memory.keep("noon", "other", "said")
    assert (memory.recall("morning", "page"), memory.recall("noon", "page")) == (None, None)


def test_it_keeps_no_more_than_it_may(monkeypatch):
    monkeypatch.setattr("metrology_plan.remembering.MOST", 10)
    memory = Memory()
    for key, said in enumerate(("four", "four", "more", "2!", "!")):
        memory.keep("today", key, said)
        memory.keep("today", key, said)
    assert [memory.recall("today", key) for key in range(5)] == ["four", "four", None, "2!", None]
    memory.keep("tomorrow", 2, "more")
    assert [memory.recall("tomorrow", key) for key in range(5)] == [None, None, "more", None, None]
