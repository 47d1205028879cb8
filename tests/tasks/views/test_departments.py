"""Departments: the list and one department, as each role sees them."""

import re
from datetime import date

import pytest

from departments.models import Department
from tasks.models import Plan
from tests import cast, factories

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'&{{ 7 }}"
EMPTY_COLLECTIVE = "未指定成员，由牵头部门统报。"


def text(answer) -> str:
    """What is read on the page: its words with single spaces, also where a tag stood."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main.partition(">")[2]).split())


def opened(user, path=""):
    answer = cast.signed_in(user).get(f"/departments/{path}")
    assert answer.status_code == 200
    return answer


def found(page):
    return [department.code for _kind, departments in page.context["kinds"] for department in departments]


def counts(page):
    rows = [department for _kind, departments in page.context["kinds"] for department in departments]
    return {row.code: (row.lead_tasks, row.support_tasks) for row in rows}


# ---- the list ----


def test_the_list_stands_by_kind(leader):
    page = opened(leader)
    assert [(kind, len(rows)) for kind, rows in page.context["kinds"]] == [
        ("市局处室", 3),
        ("市局直属单位", 3),
        ("区市场监管局", 19),
        ("技术机构", 12),
        ("协会", 3),
        ("企业", 2),
    ]
    assert found(page)[:3] == ["jlc", "faguichu", "kejicaiwuchu"]
    assert page.context["found"] == 42


def test_numbers_of_tasks_are_of_what_the_user_sees(leader, planner, simt):
    for user in (leader, planner):
        shown = counts(opened(user))
        assert (shown["jlc"], shown["pudong"], shown["districts"], shown["sqi"]) == ((16, 0), (4, 8), (4, 8), (1, 5))
    shown = counts(opened(simt))  # sees 2, 6, 7, 10, 11, 14, 17
    assert (shown["jlc"], shown["pudong"], shown["sqi"]) == ((6, 0), (3, 1), (1, 5))
    assert "任务数只计本单位参与的任务。" in text(opened(simt))
    assert "任务数只计本单位参与的任务。" not in text(opened(leader))


def test_a_reporter_sees_the_numbers_of_the_own_tasks(pudong):
    assert counts(opened(pudong))["pudong"] == (4, 8)
    assert counts(opened(pudong))["sqi"] == (0, 3)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("浦东", ["pudong"]),
        ("执法总队", ["zhifazongdui"]),
        ("机场分局", ["jichangfenju"]),
        ("上海市计量协会", ["jiliangxiehui"]),
        ("  浦东  ", ["pudong"]),
        ("%", []),
        ("_", []),
        ("没有这个单位", []),
        ("\0浦东", ["pudong"]),
        ("'; DROP TABLE", []),
    ],
)
def test_the_search_knows_every_name(query, codes, leader):
    page = cast.signed_in(leader).get("/departments/", {"q": query})
    assert found(page) == codes


def test_a_search_without_a_hit_says_what_to_do(leader):
    page = cast.signed_in(leader).get("/departments/", {"q": HOSTILE})
    assert "没有找到这个名称的部门 请减少几个字再查，或查看全部部门。 显示全部" in text(page)
    assert HOSTILE not in page.content.decode()


def test_members_unfold_and_an_empty_collective_says_who_reports(leader):
    page = opened(leader)
    assert "各区市场监管局 16 个成员单位 浦东新区市场监管局 黄浦区市场监管局" in text(page)
    assert text(page).count(EMPTY_COLLECTIVE) == 9
    assert Department.objects.filter(is_collective=True).count() == 10


def test_contacts_and_inactive_departments(leader):
    Department.objects.filter(code="simt").update(contact_name="王工", contact_phone="021-5000", is_active=False)
    page = opened(leader)
    assert "市计量测试技术研究院 已停用 上海市计量测试技术研究院" in text(page)
    assert "王工 021-5000" in text(page)


def test_without_a_plan_there_is_nothing_to_count(pudong):
    Plan.objects.update(is_active=False)
    page = opened(pudong)
    assert page.context["found"] == 42
    assert "牵头任务" not in text(page)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_list_do_not_grow(rows, planner, django_assert_num_queries):
    plan = factories.plan(code="2022", year=2022)
    for number in range(rows):
        member = factories.department(f"member-{number}")
        named = factories.collective(f"named-{number}", members=(member,))
        factories.task(plan, leads=(named,), supports=(member,))
    client = cast.signed_in(planner)
    with django_assert_num_queries(7):
        page = client.get("/departments/?plan=2022&q=named")
    assert counts(page) == {f"named-{number}": (1, 0) for number in range(rows)}


# ---- one department ----


def test_who_it_is(leader):
    Department.objects.filter(code="zhifazongdui").update(contact_name="李队", contact_phone="021-6000")
    page = opened(leader, "zhifazongdui/")
    assert text(page).startswith(
        "部门 市局执法总队 上海市市场监督管理局执法总队 在本年度工作要点中有 3 项任务，没有红灯。 "
        "简称 市局执法总队 类别 市局直属单位 联系人 李队 021-6000 别名 执法总队 任务"
    )
    assert "所属集合单位 不属于任何集合单位" in text(page)


def test_its_tasks_by_role_and_through_which_collective(leader):
    page = opened(leader, "pudong/")
    assert [(row.task.number, row.leads, row.through) for row in page.context["rows"]] == [
        (number, number in (6, 7, 8, 17), ["各区市场监管局"]) for number in (1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17)
    ]
    assert page.context["figures"].by_light == {"red": 0, "yellow": 12, "green": 0, "blue": 0, "grey": 0}
    assert "所属集合单位 各区市场监管局" in text(page)
    own = opened(leader, "simt/")
    assert [(row.task.number, row.leads, row.through, row.coordinates) for row in own.context["rows"]] == [
        (2, True, [], True),
        *((number, False, [], False) for number in (6, 7, 10, 11, 14, 17)),
    ]


def test_latest_reports_of_a_unit_name_the_task_those_of_a_collective_the_unit(leader, pudong):
    report = factories.report(cast.task(6), pudong.department, pudong, date(2023, 6, 1))
    link = '<a class="t" href="/tasks/2023-06/">{}</a>'
    task = f'<span class="no">6</span>{report.task.title}'
    for page, told in (("pudong/", task), ("districts/", "浦东新区市场监管局")):
        latest = opened(leader, page).text.partition('id="h-latest"')[2]
        assert [link.format(words) in latest for words in (task, "浦东新区市场监管局")] == [
            told == task,
            told != task,
        ]


def test_a_collective_names_its_members_and_theirs_are_its_reports(leader, pudong, jlc):
    factories.report(cast.task(6), pudong.department, pudong, date(2023, 6, 1))
    factories.report(cast.task(6), jlc.department, jlc, date(2023, 6, 2))
    page = opened(leader, "districts/")
    assert "成员单位 16 个成员单位 浦东新区市场监管局" in text(page)
    assert [report.department.code for report in page.context["latest"]] == ["pudong"]
    assert f"成员单位 {EMPTY_COLLECTIVE}" in text(opened(leader, "district-institutes/"))


def test_a_reporter_reads_only_what_concerns_the_own_unit(simt, pudong, xuhui):
    factories.report(cast.task(6), pudong.department, pudong, date(2023, 6, 1), progress_text="浦东的进展")
    factories.report(cast.task(6), pudong.department, pudong, progress_text="浦东的草稿")
    page = opened(simt, "pudong/")
    assert [row.task.number for row in page.context["rows"]] == [6, 7, 14, 17]
    assert (page.context["figures"].tasks, list(page.context["latest"])) == (4, [])
    assert "只列出本单位参与的任务。" in text(page)
    for hidden in (1, 4, 8, 9, 12, 13, 15, 16):
        assert f"/tasks/2023-{hidden:02d}/" not in page.content.decode()
        assert cast.task(hidden).title not in page.content.decode()
    assert list(opened(xuhui, "pudong/").context["latest"]) == []
    assert [report.state for report in opened(pudong, "pudong/").context["latest"]] == ["submitted"]


def test_a_department_with_nothing_in_the_plan(planner):
    factories.department("idle", is_active=False)
    page = opened(planner, "idle/")
    assert "idle 全称 已停用 在本年度工作要点中没有任务。" in text(page)
    assert "还没有单位报送进展。" in text(page)


def test_without_a_plan_it_still_says_who_to_call(pudong):
    Plan.objects.update(is_active=False)
    page = opened(pudong, "jlc/")
    assert "还没有生效的工作要点" in text(page)
    assert "简称 市局计量处" in text(page)


@pytest.mark.parametrize("code", ["nobody", "PUDONG", "浦东"])
def test_a_code_that_names_none(code, planner):
    assert cast.signed_in(planner).get(f"/departments/{code}/").status_code == 404


def test_hostile_words_are_only_words(planner):
    unit = factories.department(
        "bad", name=f"{HOSTILE}全", short_name=HOSTILE, contact_name=HOSTILE, contact_phone=HOSTILE
    )
    factories.alias(f"{HOSTILE}别名", unit)
    factories.collective("mates", members=(unit,), short_name=f"{HOSTILE}们", name=f"{HOSTILE}们们")
    task = factories.task(factories.plan(code="2022", year=2022), leads=(unit,), title=(HOSTILE * 9)[:200])
    factories.report(task, unit, planner, date(2023, 6, 1), filled_in=True)
    for path in ("?plan=2022", "bad/?plan=2022"):
        page = opened(planner, path).content.decode()
        assert "<script>alert" not in page
        assert page.count("&lt;script&gt;alert(1)") >= 4


def test_the_administrator_has_no_business_here(admin):
    client = cast.signed_in(admin)
    assert [client.get(path).status_code for path in ("/departments/", "/departments/jlc/")] == [403, 403]


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_department_do_not_grow(rows, pudong, django_assert_num_queries):
    plan = factories.plan(code="2022", year=2022)
    for number in range(rows):
        factories.alias(f"浦东{number}", pudong.department)
        mates = factories.collective(f"mates-{number}", members=(pudong.department,))
        task = factories.task(plan, leads=(pudong.department,), supports=(mates,))
        factories.report(task, pudong.department, pudong, date(2023, 6, 1))
    client = cast.signed_in(pudong)
    with django_assert_num_queries(10):
        page = client.get("/departments/pudong/?plan=2022")
    assert (len(page.context["rows"]), len(page.context["latest"])) == (rows, rows)
