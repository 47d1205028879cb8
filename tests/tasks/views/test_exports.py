"""The pages of exports: how far one is, the record of one's own, and the file for its owner alone."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tasks.models import Export
from tests import cast, factories
from tests.worker import work

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def disk(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def large(settings) -> None:
    """Whatever has a row waits for the worker."""
    settings.EXPORT_AT_ONCE = 0


def page(user, export: Export, **headers: str):
    return cast.signed_in(user).get(f"/exports/{export.pk}/", headers=headers or None)


def words(response) -> str:
    """What stands in the main part, without its marks."""
    [main] = re.findall(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", main).split())


def links(response) -> list[str]:
    [main] = re.findall(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    return re.findall(r'<a class="btn[^"]*" href="([^"]+)"', main)


# ---- from the ledger to the file ----


def test_a_large_one_leads_to_its_page_then_to_its_file(pudong, large, settings):
    client = cast.signed_in(pudong)
    asked = client.get("/tasks/ledger.csv?light=yellow&light=red&ordering=-number")
    export = Export.objects.get()
    assert (asked.status_code, asked.headers["Location"]) == (302, f"/exports/{export.pk}/")
    assert "等待生成 即将开始生成。" in words(client.get(asked.headers["Location"]))
    work()
    done = client.get(asked.headers["Location"])
    assert f"/exports/{export.pk}/file/" in links(done)
    file = client.get(f"/exports/{export.pk}/file/")
    settings.EXPORT_AT_ONCE = 300
    at_once = client.get("/tasks/ledger.csv?light=yellow&light=red&ordering=-number")
    assert file.content == at_once.content
    for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options"):
        assert file.headers[name] == at_once.headers[name]
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"].startswith("attachment; ")
    assert "no-store" in file.headers["Cache-Control"]


def test_a_read_leaves_who_and_where_on_record(pudong):
    cast.signed_in(pudong).get("/tasks/ledger.csv?light=red")
    context = Export.objects.get().events.get().pgh_context.metadata
    assert (context["user"], context["url"], context["address"]) == (pudong.pk, "/tasks/ledger.csv", "127.0.0.1")


def test_the_sixth_is_refused_on_the_page_that_shows_the_five(pudong, large):
    client = cast.signed_in(pudong)
    for key in ("number", "-number", "due_on", "-due_on", "light"):
        client.get(f"/tasks/ledger.csv?ordering={key}")
    assert Export.objects.count() == 5
    sixth = client.get("/tasks/ledger.xlsx")
    assert (sixth.status_code, sixth.headers["Location"]) == (302, "/exports/")
    [told] = get_messages(sixth.wsgi_request)
    assert str(told) == "你已有 5 份文件正在等待生成，请等其中一份完成后再导出。"
    assert client.get("/exports/").status_code == 200
    assert Export.objects.count() == 5


# ---- one's own alone ----


@pytest.mark.parametrize("username", ["xuhui", "planner", "leader", "jlc", "root"])
def test_nobody_elses_is_there(everyone, username):
    """Not even for those who see more: it is a copy of what its owner sees."""
    export = factories.export(everyone["pudong"], cast.plan(), "秘密".encode(), query="q=秘密")
    client = cast.signed_in(everyone[username])
    assert client.get(f"/exports/{export.pk}/").status_code == 404
    assert client.get(f"/exports/{export.pk}/file/").status_code == 404
    assert "还没有导出过文件" in words(client.get("/exports/"))


def test_an_owner_whose_account_is_closed_gets_nothing(pudong):
    export = factories.export(pudong, cast.plan(), b"x")
    client = cast.signed_in(pudong)
    type(pudong).objects.update(is_active=False)
    assert client.get(f"/exports/{export.pk}/file/").status_code == 302
    assert client.get(f"/exports/{export.pk}/file/").content != b"x"


# ---- what the page says ----


def test_waiting_behind_others(pudong, simt):
    factories.export(simt, cast.plan())
    factories.export(simt, cast.plan(), state="running", beat_at=timezone.now() - 6 * MINUTE)  # lost
    export = factories.export(pudong, cast.plan())
    factories.export(simt, cast.plan())
    response = page(pudong, export)
    assert "等待生成 前面还有 1 份文件待生成。" in words(response)
    assert links(response) == [f"/exports/{export.pk}/", "/exports/"]


def test_being_written(pudong):
    export = factories.export(
        pudong, cast.plan(), state="running", beat_at=timezone.now(), written=1200, total=3000, query="light=red"
    )
    response = page(pudong, export)
    told = words(response)
    assert "正在生成 已写 1200 行，共 3000 行 40%" in told
    assert "筛选条件 亮灯：红灯" in told
    assert 'aria-label="进度 40%"' in response.content.decode()
    assert f'hx-get="/exports/{export.pk}/" hx-trigger="every 2s"' in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_done_and_kept(pudong):
    export = factories.export(pudong, cast.plan(), b"x" * 2048)
    response = page(pudong, export)
    assert links(response) == [f"/exports/{export.pk}/file/", "/exports/"]
    assert "hx-trigger" not in response.content.decode()
    assert re.search(r"已完成 文件为你保留至 \d{4}-\d\d-\d\d \d\d:\d\d 。", words(response))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"state": "failed", "finished_at": timezone.now()}, "导出失败 文件没有生成成功，请重新导出。"),
        ({"state": "failed", "finished_at": timezone.now(), "error": "已无权导出。"}, "导出失败 已无权导出。"),
        (
            {"state": "running", "beat_at": timezone.now() - 6 * MINUTE},
            "导出失败 文件没有生成成功，请重新导出。",
        ),
        (
            {"state": "done", "finished_at": timezone.now()},
            "已完成 文件较小，导出时已直接下载到你的电脑，系统不再留存。",
        ),
        (
            {"state": "done", "finished_at": timezone.now(), "expires_at": timezone.now() - MINUTE},
            "已完成 文件只保留一天，现已删除，请重新导出。",
        ),
    ],
)
def test_without_a_file_it_offers_to_ask_again(pudong, fields, told):
    export = factories.export(pudong, cast.plan(), query="light=red&ordering=-number", **fields)
    response = page(pudong, export)
    assert told in words(response)
    again = "/tasks/ledger.csv?light=red&amp;ordering=-number&amp;plan=2023"
    assert links(response) == [again, "/exports/"]
    assert "hx-trigger" not in response.content.decode()
    file = cast.signed_in(pudong).get(f"/exports/{export.pk}/file/")
    assert (file.status_code, file.headers["Location"]) == (302, f"/exports/{export.pk}/")


def test_a_file_past_its_day_is_not_handed_out_though_nobody_has_removed_it(pudong):
    export = factories.export(pudong, cast.plan(), b"x", expires_at=timezone.now() - MINUTE)
    assert cast.signed_in(pudong).get(f"/exports/{export.pk}/file/").status_code == 302


def test_a_file_that_a_restored_backup_does_not_have(pudong, disk):
    export = factories.export(pudong, cast.plan(), b"x")
    (disk / export.file.name).unlink()
    assert cast.signed_in(pudong).get(f"/exports/{export.pk}/file/").status_code == 404


def test_a_page_left_open_stops_asking_after_half_an_hour(pudong):
    export = factories.export(pudong, cast.plan())
    Export.objects.update(created_at=timezone.now() - 31 * MINUTE)
    assert "hx-trigger" not in page(pudong, export).content.decode()


# ---- the record ----


def test_filters_in_words(planner):
    unit, group = cast.unit("pudong"), cast.task(5).group
    query = f"q=计量&group={group.pk}&department=pudong&lead=jlc&due_before=2023-06-30&ordering=-due_on&plan=2023"
    factories.export(planner, cast.plan(), query=query)
    told = words(cast.signed_in(planner).get("/exports/"))
    expected = "；".join(
        [
            "关键词：计量",
            f"板块：（二）{group.title}",
            "牵头部门：市局计量处",
            "到期不晚于：2023-06-30",
            f"涉及部门：{unit.short_name}",
            "排序：完成时限（从晚到早）",
        ]
    )
    assert f"任务台账（CSV） 2023年上海市计量工作要点 {expected}" in told


def test_filters_that_fit_no_more_stand_as_they_were(simt):
    """A unit that is no longer in one's tasks is not looked up for him."""
    factories.export(simt, cast.plan(), query="lead=pudong&light=<b>red")
    response = cast.signed_in(simt).get("/exports/")
    assert "lead：pudong；light：&lt;b&gt;red" in words(response)


def test_the_record_tells_each_state(pudong):
    now = timezone.now()
    for fields in (
        {"state": "done", "finished_at": now, "size": 2048},
        {"state": "done", "finished_at": now, "expires_at": now - MINUTE, "size": 1},
        {"state": "failed", "finished_at": now, "error": "已无权导出。"},
        {"state": "running", "beat_at": now, "written": 1},
        {"state": "waiting"},
    ):
        factories.export(pudong, cast.plan(), **fields)
    factories.export(pudong, cast.plan(), b"x")
    told = words(cast.signed_in(pudong).get("/exports/"))
    assert re.findall("已完成|导出失败 已无权导出。|正在生成 33%|等待生成", told) == [
        "已完成",
        "等待生成",
        "正在生成 33%",
        "导出失败 已无权导出。",
        "已完成",
        "已完成",
    ]
    assert (told.count("未留存"), told.count("已过期")) == (1, 1)
    assert [told.count(word) for word in ("重新导出", "查看进度", "下载 台账.csv")] == [3, 2, 1]


def test_bulletins_say_their_period_and_lead_back_to_it(planner):
    period = cast.quarter(2)
    factories.export(
        planner, cast.plan(), kind="bulletin", query=f"period={period.pk}", state="done", finished_at=timezone.now()
    )
    response = cast.signed_in(planner).get("/exports/")
    assert "通报 2023年上海市计量工作要点" in words(response)
    assert "第二季度" in words(response)
    [again] = [link for link in links(response) if "bulletin" in link]
    assert cast.signed_in(planner).get(again).status_code == 200


def test_empty(leader):
    response = cast.signed_in(leader).get("/exports/")
    assert "还没有导出过文件" in words(response)
    assert "<table" not in response.content.decode()


def test_queries_do_not_grow_with_the_rows(pudong):
    client = cast.signed_in(pudong)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            query = f"lead=jlc&group={cast.task(5).group_id}&q={number}"
            factories.export(pudong, cast.plan(), query=query)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/exports/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_pages_of_twenty(pudong):
    one = factories.export(pudong, cast.plan(), state="failed", finished_at=timezone.now())
    Export.objects.bulk_create([copied(one) for _ in range(20)])
    client = cast.signed_in(pudong)
    assert [words(client.get(f"/exports/?page={n}")).count("重新导出") for n in (1, 2, "x")] == [20, 1, 20]


def copied(one: Export) -> Export:
    fields = {"owner": one.owner, "plan": one.plan, "kind": one.kind, "language": one.language, "state": one.state}
    return Export(**fields, finished_at=one.finished_at)


def test_english(pudong):
    export = factories.export(pudong, cast.plan(), b"x")
    client = cast.signed_in(pudong)
    client.cookies["language"] = "en"
    assert "Done" in words(client.get(f"/exports/{export.pk}/"))
    assert "My exports" in words(client.get("/account/"))
