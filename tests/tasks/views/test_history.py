"""The whole change history of one task."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.models import Task
from tests import cast, factories

pytestmark = pytest.mark.django_db

PATH = "/tasks/2023-14/history/"
STATUS = {
    "root": 200,
    "planner": 200,
    "leader": 200,
    "jlc": 200,
    "simt": 200,
    "sqi": 200,
    "pudong": 200,
    "admin": 403,
}


def client(name: str):
    return cast.signed_in(cast.root() if name == "root" else cast.person(name))


def changed(times: int, number: int = 14) -> None:
    for n in range(times):
        Task.objects.filter(plan__code="2023", number=number).update(title=f"第 {n} 个题目")


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_who_reads_it(name, status):
    assert client(name).get(PATH).status_code == status


def test_who_does_not_see_the_task_does_not_see_its_history():
    assert client("pudong").get("/tasks/2023-02/history/").status_code == 404
    assert client("planner").get("/tasks/2023-99/history/").status_code == 404


def test_fifty_a_page():
    changed(45)
    pages = [client("leader").get(PATH, {"page": n}).context for n in (1, 2)]
    assert [len(context["page"]) for context in pages] == [50, 13]
    assert [sum(len(entry.changes) for entry in context["entries"]) for context in pages] == [50, 13]
    assert pages[0]["page"].paginator.count == 63


ASKED = [("", 1), ("x", 1), ("0", 2), ("99", 2), ("-1", 2), ("2", 2), ("1' OR 1", 1)]


@pytest.mark.parametrize(("page", "number"), ASKED)
def test_a_page_that_is_none(page, number):
    changed(45)
    response = client("leader").get(PATH, {"page": page})
    assert (response.status_code, response.context["page"].number) == (200, number)


def test_old_and_new_stand_side_by_side_and_escaped():
    changed(1)
    Task.objects.filter(plan__code="2023", number=14).update(title="<i>新</i>")
    content = client("leader").get(PATH).content.decode()
    assert "修改任务；标题：<del>第 0 个题目</del> 改为 <ins>&lt;i&gt;新&lt;/i&gt;</ins>" in content


def test_several_fields_are_a_list():
    Task.objects.filter(plan__code="2023", number=14).update(title="新", result="办成")
    content = client("leader").get(PATH).content.decode()
    assert '<p>修改任务</p><ul class="differences">' in content


def test_a_long_text_unfolds():
    Task.objects.filter(plan__code="2023", number=14).update(result="文" * 300)
    content = client("leader").get(PATH).content.decode()
    assert f"完成情况：{'文' * 37}...</summary>" in content
    assert f"<ins>{'文' * 300}</ins>" in content


@pytest.mark.parametrize(
    ("name", "count"), [("jlc", 18), ("leader", 18), ("pudong", 18), ("planner", 18), ("simt", 19), ("root", 19)]
)
def test_drafts_of_others_count_for_nobody(name, count):
    factories.report(cast.task(14), cast.unit("simt"), cast.person("simt"), progress_text="草稿里的话")
    response = client(name).get(PATH)
    assert response.context["page"].paginator.count == count
    assert "草稿里的话" not in response.content.decode()


def test_queries_do_not_grow_with_rows():
    def queries() -> int:
        reader = client("jlc")
        reader.get(PATH)
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(PATH).status_code == 200
        return len(captured)

    changed(1)
    few = queries()
    changed(20)
    assert (few, queries()) == (5, 5)
