"""任务台账: what stands on the page, that the CSV holds the same rows, and what happens to what nobody knows."""

import csv
import html
import io
import re
from datetime import date

import pytest

from departments.models import Membership
from tasks.models import Assignment, Milestone, Plan, Task
from tests import cast, factories

PUDONG = [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]
SIMT = [2, 6, 7, 10, 11, 14, 17]

pytestmark = pytest.mark.django_db


def get(user, query: str = "", **headers):
    return cast.signed_in(user).get(f"/tasks/?{query}", headers=headers or None)


def page(user, query: str = "") -> str:
    response = get(user, query)
    assert response.status_code == 200
    return response.content.decode()


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'<td class="no num">(\d+)</td>', text)]


def exported(user, query: str = "") -> list[list[str]]:
    response = cast.signed_in(user).get(f"/tasks/ledger.csv?{query}")
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))[1:]


def chips(text: str) -> list[str]:
    [nav] = re.findall(r'<nav class="lights".*?</nav>', text, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", "", chip).split()) for chip in re.findall(r"<a .*?</a>", nav, re.DOTALL)]


def progress_everywhere() -> None:
    """All lights, some states: what the untouched plan does not show."""
    tasks = Task.objects.filter(plan__code="2023")
    Milestone.objects.filter(task__number=3).update(state="done", done_on=date(2023, 6, 1))
    tasks.filter(number=3).update(state="in_progress")
    tasks.filter(number=4).update(due_on=date(2023, 6, 1))
    tasks.filter(number=9).update(state="cancelled", state_before="not_started", state_note="并入任务 12")
    Milestone.objects.filter(task__number=6, position=1).update(due_on=date(2023, 6, 14), date_basis="festival")


# ---- who sees what ----


@pytest.mark.parametrize(
    ("username", "seen"),
    [("planner", range(1, 18)), ("leader", range(1, 18)), ("pudong", PUDONG), ("xuhui", PUDONG), ("simt", SIMT)],
)
@pytest.mark.parametrize(
    "query",
    [
        "",
        "ordering=light",
        "ordering=-progress,-number",
        "light=yellow&light=red",
        "q=计量&ordering=-number",
        "lead=jlc&ordering=next_on",
        "department=simt&state=not_started",
        "plan=2023&year=2023&due_before=2023-12-31&due_after=2023-01-01",
        "q=没有这样的话",
    ],
)
def test_page_and_export_hold_the_same_rows_in_the_same_order(db, username, seen, query):
    progress_everywhere()
    user = cast.person(username)
    shown = numbers(page(user, query))
    assert shown == [int(row[0]) for row in exported(user, query)]
    assert set(shown) <= set(seen)
    if not query:
        assert shown == list(seen)


def test_search_reaches_nothing_of_others(pudong, simt):
    assert numbers(page(simt, "q=量子")) == [2]
    text = page(pudong, "q=量子")
    assert numbers(text) == []
    assert chips(text) == ["全部 0", "红灯 0", "黄灯 0", "绿灯 0", "蓝灯 0", "灰灯 0"]
    assert exported(pudong, "q=量子") == []
    assert "加强计量基础和前沿技术研究" not in text


def test_figures_and_choices_are_those_of_the_own_unit(pudong, planner):
    text = page(pudong)
    assert "深化计量许可改革" not in text
    assert "市局法规处" not in text
    assert text.count('<span class="tag">本单位</span>') == 6  # the answer and five headings
    assert '<th scope="rowgroup" colspan="8">（一）坚持计量引领,主动服务国家战略<small>' in text
    assert "2 项 · 进度 0%，序时 36%</small>" in text
    text = page(planner)
    assert "本单位" not in text
    assert "4 项 · 进度 0%，序时 36%</small>" in text


def test_administrators_have_no_ledger(admin):
    assert get(admin).status_code == 403
    assert cast.signed_in(admin).get("/tasks/ledger.csv").status_code == 403


def test_visitors_sign_in_first(client):
    assert client.get("/tasks/").headers["Location"] == "/login/?next=/tasks/"
    assert client.get("/tasks/ledger.csv").headers["Location"] == "/login/?next=/tasks/ledger.csv"


def test_it_is_only_read(planner):
    assert cast.signed_in(planner).post("/tasks/").status_code == 405
    assert cast.signed_in(planner).post("/tasks/ledger.csv").status_code == 405


# ---- what stands there ----


def test_rows_stand_under_the_headings_of_the_document(planner):
    text = page(planner)
    assert re.findall(r'<tbody id="(group-\d)">', text) == [f"group-{n}" for n in range(1, 6)]
    assert re.findall(r"（[一二三四五]）[^<]+(?=<small>)", text) == [
        "（一）坚持计量引领,主动服务国家战略",
        "（二）推进计量改革,加大监管力度",
        "（三）提升技术能力,完善量传溯源体系",
        "（四）强化计量支撑,提高核心竞争能力",
        "（五）优化计量服务,践行人民城市理念",
    ]
    assert "<small>" not in page(planner, "ordering=light").split("<tbody")[1].split("</th>")[0]


def test_a_group_figure_is_that_of_the_group_whatever_the_filter(planner):
    progress_everywhere()
    heading = "4 项 · 进度 25%，序时"
    assert heading in page(planner)
    assert heading in page(planner, "q=量子")


def test_the_answer_names_what_needs_attention(planner):
    progress_everywhere()
    [answer] = re.findall(r'id="answer">(.*?)</p>', page(planner, "q=联席会议"))
    assert answer == "要留意 1 项：红灯 1 项（任务 4）。"
    [answer] = re.findall(r'id="answer">(.*?)</p>', page(planner, "light=blue&light=green"))
    assert answer == "没有红灯和黄灯任务。"
    [answer] = re.findall(r'id="answer">(.*?)</p>', page(planner, "light=yellow"))
    assert answer == "要留意 14 项：黄灯 14 项。"


def test_light_reason_and_next_milestone(planner):
    progress_everywhere()
    text = page(planner, "q=端午")
    assert '<span class="light yellow">' in text
    assert "逾期 1 天（2023-06-14 到期）" in text
    assert '<time datetime="2023-06-14">2023-06-14</time> <span class="rs overdue">逾期</span>' in text
    assert "未定时限" in page(planner, "q=量子")


def test_chips_count_over_the_other_filters(planner):
    progress_everywhere()
    assert chips(page(planner, "lead=simt&light=red")) == ["全部 1", "红灯 0", "黄灯 1", "绿灯 0", "蓝灯 0", "灰灯 0"]
    text = page(planner, "light=red")
    assert chips(text)[:2] == ["全部 17", "红灯 1"]
    assert text.count('aria-current="true"') == 1


def test_links_keep_the_other_filters(planner):
    text = html.unescape(page(planner, "plan=2023&q=计量&light=red&light=yellow&state=&ordering=-light"))
    q = "plan=2023&q=%E8%AE%A1%E9%87%8F"
    assert f'id="chip-green" href="/tasks/?{q}&light=green&ordering=-light"' in text
    assert f'id="chip-all" href="/tasks/?{q}&ordering=-light"' in text
    assert f'href="/tasks/ledger.csv?{q}&light=red&light=yellow&ordering=-light"' in text
    assert f'href="/tasks/?{q}&light=red&light=yellow&ordering=light"' in text
    assert '<input type="hidden" name="light" value="red"' in text
    assert '<input type="hidden" name="plan" value="2023"' in text
    assert re.findall(r'aria-sort="(\w+)"', text) == ["descending"]


def test_what_no_control_shows_can_be_dropped_and_is_kept_by_the_form(planner):
    text = html.unescape(page(planner, "department=pudong&lead=jlc&lead=simt&due_after=2023-01-01"))
    assert '<input type="hidden" name="department" value="pudong">' in text
    assert '<input type="hidden" name="lead" value="simt">' in text
    assert '<input type="hidden" name="lead" value="jlc">' not in text
    assert 'href="/tasks/?department=pudong&lead=jlc&due_after=2023-01-01">去掉' in text
    assert "涉及部门：浦东新区市场监管局" in text
    assert '<option value="jlc" selected>' in text


def test_units_unfold_as_printed_with_the_members_of_collectives(planner):
    text = page(planner, "q=端午")
    assert "市局计量处、各区市场监管局、临港新片区市场监管局、市局执法总队、机场分局" in text
    assert "<summary>各区市场监管局（16 个）</summary>浦东新区市场监管局、" in text
    assert "等 5 个" in text
    assert "上海市计量协会等" in page(planner, "q=实施意见")
    Membership.objects.all().delete()
    assert "（16 个）" not in page(planner, "q=端午")


def test_an_empty_result_says_which_filter_to_drop(planner):
    text = html.unescape(page(planner, "q=端午&lead=simt"))
    assert "没有同时符合这些条件的任务" in text
    assert '<a href="/tasks/?lead=simt">去掉“关键词”条件，有 1 项</a>' in text
    assert '<a href="/tasks/?q=%E7%AB%AF%E5%8D%88">去掉“牵头部门”条件，有 1 项</a>' in text
    assert '<a href="/tasks/">去掉全部条件</a>' in text


def test_a_unit_without_tasks_is_told_so(db):
    factories.department("idle")
    text = page(cast.account("idle", unit="idle"))
    assert "这份工作要点没有任务涉及你单位" in text
    assert "去掉" not in text


def test_without_a_plan_in_force_it_says_so(pudong, planner):
    Plan.objects.update(is_active=False)
    assert get(pudong).status_code == 200
    assert numbers(page(pudong)) == []
    assert cast.signed_in(pudong).get("/tasks/ledger.csv").status_code == 404
    assert numbers(page(planner, "plan=2023")) == list(range(1, 18))
    assert get(pudong, "plan=2023").status_code == 400


def test_one_plan_at_a_time(planner):
    newer = factories.plan(code="2024", year=2024, title="2024年工作要点")
    factories.task(newer, title="另一年的任务")
    text = page(planner)
    assert numbers(text) == list(range(1, 18))
    assert "另一年的任务" not in text
    assert "/tasks/?plan=2024" in text
    assert numbers(page(planner, "plan=2024")) == [1]
    assert [row[2] for row in exported(planner, "plan=2024")] == ["另一年的任务"]


def test_hostile_texts_are_text(planner):
    evil = "<script>alert(1)</script>"
    Task.objects.filter(plan__code="2023", number=5).update(title=evil)
    Assignment.objects.filter(task__number=5, role="support").update(printed_as=evil)
    text = page(planner, f"q={evil}")
    assert numbers(text) == [5]
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


def test_a_title_of_200_characters_stands_whole(planner):
    title = "长" * 200
    Task.objects.filter(plan__code="2023", number=5).update(title=title)
    assert title in page(planner)


def test_english(planner):
    client = cast.signed_in(planner)
    client.cookies["language"] = "en"
    text = client.get("/tasks/?lead=simt").content.decode()
    assert "1 task needs attention: 1 yellow (2)." in text
    assert "Export 1 task" in text
    response = client.get("/tasks/ledger.csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="metrology-ledger-2023-2023-06-15.csv"'


# ---- what nobody knows ----

BAD = [
    ("foo=1", "foo"),
    ("light=pink", "light"),
    ("plan=2099", "plan"),
    ("plan=%00", "plan"),
    ("due_before=soon", "due_before"),
    ("q=%00", "q"),
    ("q=" + "x" * 1_000, "q"),
    ("department=nobody", "department"),
    ("ordering=title", "ordering"),
]


@pytest.mark.parametrize(("query", "name"), BAD)
def test_what_nobody_knows_is_refused_with_the_filters_at_hand(planner, query, name):
    response = get(planner, query)
    text = response.content.decode()
    assert response.status_code == 400
    assert f"<code>{name}</code>" in text
    assert 'role="alert"' in text
    assert '<form class="filters"' in text
    assert numbers(text) == []


@pytest.mark.parametrize(("query", "name"), BAD)
def test_the_export_refuses_in_plain_text(planner, query, name):
    response = cast.signed_in(planner).get(f"/tasks/ledger.csv?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().startswith(f"{name}: ")


def test_hostile_words_in_an_error_are_text(planner):
    text = get(planner, "light=<img+src=x>&<b>=1").content.decode()
    assert "<img" not in text
    assert "<b>=" not in text
    assert "&lt;img src=x&gt;" in text


@pytest.mark.parametrize("word", ["'", '"', "%", "_", "\\", "<script>", "端午 国庆", "a" * 100])
def test_any_word_may_be_searched_for(planner, word):
    assert cast.signed_in(planner).get("/tasks/", {"q": word}).status_code == 200


# ---- in place ----


def test_htmx_gets_the_page_and_a_clean_address(planner):
    response = get(planner, "q=端午&group=&state=&ordering=light", **{"HX-Request": "true"})
    assert response.status_code == 200
    assert response.headers["HX-Push-Url"] == "/tasks/?q=%E7%AB%AF%E5%8D%88&ordering=light"
    assert "HX-Push-Url" not in get(planner, "q=端午").headers
    text = response.content.decode()
    for anchor in ("ledger", "answer", "exports", "kept", "order"):
        assert text.count(f'id="{anchor}"') == 1


def test_htmx_is_sent_to_the_whole_page_for_an_error(planner):
    response = get(planner, "due_before=soon&q=", **{"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == "/tasks/?due_before=soon"


def test_nothing_of_it_is_kept_in_the_browsers_storage(planner):
    assert 'hx-history="false"' in page(planner)


# ---- the file ----


def test_name_and_type_of_the_export(planner):
    response = cast.signed_in(planner).get("/tasks/ledger.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E8%AE%A1%E9%87%8F%E5%B7%A5%E4%BD%9C%E4%BB%BB%E5%8A%A1"
        "%E5%8F%B0%E8%B4%A6-2023-2023-06-15.csv"
    )
    assert response.content.startswith(b"\xef\xbb\xbf")


# ---- queries ----


def keep_only(*numbers: int) -> None:
    Milestone.objects.exclude(task__number__in=numbers).delete()
    Assignment.objects.exclude(task__number__in=numbers).delete()
    Task.objects.exclude(number__in=numbers).delete()


@pytest.mark.parametrize("kept", [(6,), (6, 7, 14)])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/tasks/", 8),
        ("/tasks/?plan=2023&department=pudong&light=yellow&light=red", 10),
        ("/tasks/?ordering=light", 8),
        ("/tasks/?q=端午&state=closed&lead=jlc", 10),
        ("/tasks/ledger.csv", 13),
        ("/tasks/ledger.xlsx", 13),
    ],
)
def test_queries_do_not_grow_with_the_rows(pudong, django_assert_num_queries, kept, address, queries):
    keep_only(*kept)
    client = cast.signed_in(pudong)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200
