"""工作台, as each role sees it."""

import re
from datetime import date

import pytest

from tasks.models import Letter, Milestone, Plan, Report, Task
from tests import cast, factories
from tests.tasks.test_periods import closed as closed_period
from tests.tasks.test_periods import opened as opened_period
from tests.tasks.views.test_matrix import write

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'&<b>{{ 7 }}{% now %}"


def text(answer) -> str:
    """What is read on the page: its words with single spaces, also where a tag stood."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main.partition(">")[2]).split())


def opened(user, query=""):
    answer = cast.signed_in(user).get(f"/{query}")
    assert answer.status_code == 200
    return answer


def advance(number, **fields):
    Task.objects.filter(plan__code="2023", number=number).update(**fields)


def milestone(number, position=1):
    return Milestone.objects.filter(task__plan__code="2023", task__number=number, position=position)


@pytest.fixture
def story(db, jlc, planner):
    """Task 1 closed, 3 waiting for review, 4 red, the others as printed."""
    Milestone.objects.filter(task__plan__code="2023", task__number=1).update(state="done", done_on=date(2023, 5, 1))
    asked = {"closing_requested_by": jlc, "closing_requested_on": date(2023, 6, 10), "result": "完成。"}
    advance(1, state="closed", closed_on=date(2023, 6, 1), **asked)
    advance(3, state="closing", **asked)
    milestone(4).update(due_on=date(2023, 4, 30), date_basis="set_by_staff")
    milestone(9).update(due_on=date(2023, 6, 20), date_basis="set_by_staff")


def test_the_answer_and_the_figures_of_a_planner(planner, story):
    page = opened(planner)
    figures = page.context["figures"]
    assert page.context["answer"] == (
        f"全年时间已过 36%，总体进度 <b>{figures.progress}%</b>，"
        f"比序时慢 <b>{figures.gap} 个百分点</b>；任务 <b>4</b> 红灯。"
    )
    assert (figures.tasks, figures.by_state["closed"], figures.by_state["closing"]) == (17, 1, 1)
    assert figures.by_light == {"red": 1, "yellow": 15, "green": 0, "blue": 1, "grey": 0}
    assert figures.progress == 100 // 17
    assert "已办结 1 / 17 项 另有 1 项待审核 总体进度 5 % 序时" in text(page)
    assert "红灯 1 项 任务 4 本期欠报 — 没有开启的报送期" in text(page)
    assert "全部 17 项" in text(page)


def test_the_figures_lead_to_the_rows_they_count(planner, story):
    client, first = cast.signed_in(planner), cast.plan().periods.earliest("starts_on")
    page = client.get("/")
    links = re.findall(r'<li[^>]*><a href="([^"]*)"><span>', page.content.decode())
    assert links == [
        "/tasks/?plan=2023&amp;state=closed",
        "/tasks/?plan=2023",
        "/tasks/?plan=2023&amp;light=red",
        f"/matrix/?plan=2023&amp;period={first.pk}",
    ]
    for link, rows in zip(links[:3], (1, 17, 1), strict=True):
        assert client.get(link.replace("&amp;", "&")).context["count"] == rows


def test_red_tasks_stand_with_their_reason(planner, story):
    page = opened(planner)
    assert [(task.number, why) for task, why in page.context["red"]] == [
        (4, "节点“召开联席会议全体会议和专题会议”逾期 46 天（2023-04-30 到期），超过 30 天。")
    ]
    assert "另有 15 项黄灯任务，查看原因" in text(page)


def test_without_red_tasks_it_says_so(leader):
    page = opened(leader)
    assert page.context["red"] == []
    assert "没有红灯任务。" in text(page)
    assert "另有 17 项黄灯任务" in text(page)


def test_the_groups_show_every_task_as_a_block(leader, story):
    page = opened(leader)
    shown = [(heading, [(t.number, t.light) for t in tasks]) for _each, heading, tasks in page.context["groups"]]
    assert shown[0] == ("（一）坚持计量引领,主动服务国家战略", [(4, "red"), (2, "yellow"), (3, "yellow"), (1, "blue")])
    assert [len(tasks) for _heading, tasks in shown] == [4, 4, 3, 3, 3]
    assert 'href="/tasks/?plan=2023#group-5"' in page.content.decode()


def test_what_waits_for_a_planner(planner, planner2, story):
    advance(5, state="closing", closing_requested_by=planner, closing_requested_on=date(2023, 6, 1), result="完成。")
    page = opened(planner)
    assert [task.number for task in page.context["to_close"]] == [3]  # not the one he asked for himself
    assert [task.number for task in opened(planner2).context["to_close"]] == [3, 5]
    undated = Milestone.objects.filter(task__plan__code="2023", date_basis="plan_end", state="open")
    assert page.context["undated"] == undated.exclude(task__number=1).count()
    assert "有 1 件事等你处理。" in text(page)


def test_a_planner_goes_on_with_the_drafts_he_fills_in(planner, sqi):
    factories.report(cast.task(14), cast.unit("baosteel"), planner, filled_in=True)
    factories.report(cast.task(2), sqi.department, sqi, progress_text="质检院的草稿")
    page = opened(planner)
    assert [(draft.task.number, draft.department.code) for draft in page.context["drafts"]] == [(14, "baosteel")]
    assert 'href="/tasks/2023-14/report/?unit=baosteel"' in page.content.decode()
    assert "质检院的草稿" not in page.content.decode()


def test_a_leader_has_nothing_to_do_and_sees_no_draft(leader, planner, pudong, story):
    factories.report(cast.task(6), pudong.department, pudong)
    factories.report(cast.task(14), cast.unit("baosteel"), planner, filled_in=True)
    page = opened(leader)
    assert "等我处理" not in text(page)
    assert (page.context["drafts"], list(page.context["latest"])) == ([], [])
    assert "/plans/" not in page.content.decode().partition("<main")[2]


def test_a_reporter_sees_the_same_page_over_the_own_tasks(pudong, xuhui, story):
    factories.report(cast.task(7), pudong.department, pudong)
    factories.report(cast.task(7), xuhui.department, xuhui, progress_text="徐汇的草稿")
    page = opened(pudong)
    figures = page.context["figures"]
    assert (figures.tasks, figures.by_state["closed"], figures.by_state["closing"]) == (12, 1, 0)
    numbers = [task.number for _each, _heading, tasks in page.context["groups"] for task in tasks]
    assert sorted(numbers) == [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]
    assert "以上均按本单位任务计算。" in page.context["answer"]
    assert "任务板块 本单位" in text(page)
    assert [draft.department.code for draft in page.context["drafts"]] == ["pudong"]
    assert [upcoming.task.number for upcoming, _days in page.context["upcoming"]] == [9, 6]
    seen = page.content.decode()
    assert "徐汇的草稿" not in seen
    for hidden in (2, 3, 5, 10, 11):
        assert f"/tasks/2023-{hidden:02d}/" not in seen
        assert cast.task(hidden).title not in seen
    assert "/plans/" not in seen


def test_a_unit_without_tasks_is_sent_to_the_document(db):
    page = opened(cast.account("idle", unit=factories.department("idle").code))
    assert text(page) == "工作台 本单位在这份工作要点中没有任务 工作要点全文所有人都可以阅读。 阅读原文"


def test_the_next_thirty_days(leader, story):
    milestone(10, 1).update(due_on=date(2023, 6, 15), date_basis="set_by_staff")
    milestone(10, 2).update(due_on=date(2023, 7, 15), date_basis="set_by_staff")
    milestone(11).update(due_on=date(2023, 7, 16), date_basis="set_by_staff")
    milestone(12).update(due_on=date(2023, 6, 14), date_basis="set_by_staff")
    page = opened(leader)
    assert [(row.task.number, days) for row, days in page.context["upcoming"]] == [(10, 0), (9, 5), (6, 7), (10, 30)]
    assert "至 2023-07-15" in text(page)
    assert "今天到期" in text(page)


def test_many_dates_fold(leader):
    Milestone.objects.filter(task__plan__code="2023").update(due_on=date(2023, 6, 30), date_basis="set_by_staff")
    page = opened(leader)
    assert f"显示其余 ({len(page.context['upcoming']) - 8})" in text(page)
    assert text(page).count("还有 15 天") == len(page.context["upcoming"]) == Milestone.objects.count()


def test_the_latest_reports_are_those_the_reader_may_read(leader, pudong, xuhui, jlc):
    for day in range(1, 8):
        factories.report(cast.task(7), pudong.department, pudong, date(2023, 6, day))
    factories.report(cast.task(7), xuhui.department, xuhui, date(2023, 6, 9))
    factories.report(cast.task(7), jlc.department, jlc, date(2023, 6, 8), assessment="behind", problems="缺人。")
    factories.report(cast.task(7), xuhui.department, xuhui)

    def latest(user):
        return [(each.department.code, each.reported_on.day) for each in opened(user).context["latest"]]

    assert latest(leader) == [("xuhui", 9), ("jlc", 8), ("pudong", 7), ("pudong", 6), ("pudong", 5), ("pudong", 4)]
    assert latest(pudong) == [("jlc", 8), ("pudong", 7), ("pudong", 6), ("pudong", 5), ("pudong", 4), ("pudong", 3)]
    assert "市局计量处 任务 7 欠序时 2023-06-08" in text(opened(pudong))


def test_the_curve_ends_where_the_figures_stand(planner, story):
    page = opened(planner)
    now, figures = page.context["curve"].now, page.context["figures"]
    assert (now.planned, now.done) == (figures.expected_progress, figures.progress)
    assert f"至 2023-06-15，序时应为 {now.planned}%，已完成 {now.done}%。" in page.content.decode()
    end_of_june = next(point for point in page.context["curve"].table if point.on == date(2023, 6, 30))
    assert f"2023-06-30 {end_of_june.planned}% — 2023-07-31" in text(page)


def test_cancelled_and_suspended_tasks_leave_the_lists(planner, story):
    advance(9, state="suspended", state_before="in_progress", state_note="等通知。", state_since=date(2023, 6, 1))
    advance(4, state="cancelled", state_before="in_progress", state_note="不做了。", state_since=date(2023, 6, 1))
    page = opened(planner)
    assert ([task.number for task, _why in page.context["red"]], page.context["figures"].by_light["grey"]) == ([], 2)
    assert [row.task.number for row, _days in page.context["upcoming"]] == [6]
    assert (page.context["curve"].now.done, page.context["curve"].now.planned) == (
        page.context["figures"].progress,
        page.context["figures"].expected_progress,
    )


def test_a_plan_without_milestones_has_no_figure_and_no_curve(planner):
    plan = factories.plan()
    factories.task(plan)
    page = opened(planner, f"?plan={plan.code}")
    assert (page.context["figures"].progress, page.context["curve"]) == (None, None)
    assert "总体进度 — 尚无节点" in text(page)
    assert "任务均未设节点，暂无进度；" in page.context["answer"]


def test_no_plan_says_what_to_do(planner, leader):
    Plan.objects.update(is_active=False)
    page = opened(planner)
    what_to_do = "请先录入本年度的工作要点。 导入文件"
    assert text(page) == f"工作台 2023年上海市计量工作要点 未生效 还没有生效的工作要点 {what_to_do}"
    assert 'href="/plans/import/"' in page.content.decode()
    assert "/plans/import/" not in opened(leader).content.decode()


def test_a_new_plan_begins_with_its_groups(planner, leader):
    plan = factories.plan()
    page = opened(planner, f"?plan={plan.code}")
    assert f'href="/plans/{plan.code}/groups/add/"' in page.content.decode()
    assert "这份工作要点还没有任务 先按文件标题建立任务板块，再逐项录入任务。 添加板块" in text(page)
    assert "计划管理员录入后会显示在这里。" in text(opened(leader, f"?plan={plan.code}"))


def test_another_plan_by_its_code(pudong):
    plan = factories.plan(code="2022", year=2022, title=f"旧计划{HOSTILE}", issued_on=date(2022, 1, 1))
    factories.task(plan, leads=(pudong.department,), title="旧任务")
    page = opened(pudong, "?plan=2022")
    assert (page.context["figures"].tasks, page.context["plan"]) == (1, plan)
    assert 'href="/?plan=2023"' in page.content.decode()
    assert cast.signed_in(pudong).get("/?plan=1999").status_code == 404
    assert HOSTILE not in page.content.decode()


def test_hostile_and_long_words_are_only_words(planner, pudong):
    plan = factories.plan()
    unit = factories.department("hostile", name=f"{HOSTILE}全", short_name=HOSTILE)
    group = factories.group(plan, title=HOSTILE)
    task = factories.task(
        plan, leads=(unit, pudong.department), group=group, title=(HOSTILE * 9)[:200], state="in_progress"
    )
    factories.milestone(task, date(2023, 4, 1), title=HOSTILE)
    factories.milestone(task, date(2023, 6, 20), title=HOSTILE)
    factories.report(task, unit, planner, date(2023, 6, 1), filled_in=True)
    factories.report(task, unit, planner, filled_in=True)
    page = opened(planner, f"?plan={plan.code}").content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 20
    assert "{{ 7 }}" in page


def test_it_reads_in_english(planner, story):
    client = cast.signed_in(planner)
    client.cookies["language"] = "en"
    page = client.get("/")
    assert page.context["answer"].startswith("36% of the year has passed. Overall progress is <b>5%</b>, ")
    assert page.context["answer"].endswith(" behind schedule. Task <b>4</b> is red.")


def test_the_administrator_has_no_business_here(admin, root):
    assert cast.signed_in(admin).get("/").status_code == 403
    assert opened(root).context["figures"].tasks == 17


# ---- reporting ----


class TestReporting:
    def test_the_open_period_the_figure_and_what_waits(self, planner, leader, pudong, jlc):
        one = opened_period(2)
        write(one, "submitted", (6, "pudong"), (7, "pudong"))
        write(one, "draft", (8, "pudong"), (6, "xuhui"))
        page = opened(planner)
        assert "第二季度应报 93 份，已报 2 份 ，还欠 91 份 ，涉及 22 个单位； 2023-06-25 截止。" in text(page)
        assert "本期欠报 91 份 22 个单位，应报 93 份" in text(page)
        assert len(page.context["to_review"]) == 2
        assert 'href="/review/">待审报送</a><b>2</b>' in page.content.decode()
        assert opened(leader).context["to_review"] == []
        assert "/review/" not in opened(leader).content.decode()
        assert [line.unit.code for line in page.context["year"]].index("districts") > 0

    def test_a_reporter_reads_the_own_unit_alone(self, pudong, xuhui, jlc):
        one = opened_period(2)
        write(one, "submitted", (6, "pudong"))
        page = opened(pudong)
        assert page.context["owed"] == (4, 1, 0)
        assert [line.unit.code for line in page.context["year"][0].members] == ["pudong"]
        assert "徐汇" not in page.content.decode()
        assert {each.unit.code for each in opened(jlc).context["year"]} == {"jlc"}
        assert opened(jlc).context["owed"].owed == 16

    def test_overdue_is_said_and_red(self, planner, settings):
        opened_period(2)
        settings.PORTAL_TODAY = date(2023, 6, 26)
        page = opened(planner)
        assert page.context["owed"] == (93, 0, 93)
        assert "22 个单位，应报 93 份 · 逾期 93" in text(page)
        assert '<li class="is-red"><a href="/matrix/' in page.content.decode()

    def test_a_closed_period_owes_nothing_now(self, planner):
        opened_period(1, date(2023, 3, 1))
        closed_period(1, date(2023, 4, 3))
        page = opened(planner)
        assert (page.context["owed"], page.context["period_answer"]) == (None, "")
        assert "本期欠报 — 没有开启的报送期" in text(page)

    def test_requests_and_directives_wait_for_whom_they_concern(self, planner, leader, jlc, pudong):
        factories.extension(cast.task(4), jlc, date(2023, 6, 1))
        factories.directive(cast.task(4), leader, date(2023, 6, 2), text=HOSTILE)
        answered = {"answer": "已办。", "answered_by": jlc, "answered_on": date(2023, 6, 4)}
        factories.directive(cast.task(5), leader, date(2023, 6, 3), **answered)

        def waiting(user):
            context = opened(user).context
            return [[one.number for one in context[name]] for name in ("extensions", "directives")]

        assert waiting(planner) == [[4], [4]]
        assert waiting(leader) == [[], [4]]
        assert waiting(jlc) == [[], [4]]
        assert waiting(pudong) == [[], []]
        assert "2023-06-01 申请延期" in text(opened(planner))
        assert "<script>alert" not in opened(leader).content.decode()
        assert "未答复的批示" not in text(opened(pudong))

    def test_mail_that_could_not_be_sent_is_for_planners(self, planner, leader, xuhui):
        Letter.objects.create(recipient=xuhui, subject="催办", body="请报", state="no_address")
        assert 'href="/reminders/">未能送达的催办邮件</a><b>1</b>' in opened(planner).content.decode()
        assert "催办邮件" not in opened(leader).content.decode()


class TestFrame:
    def test_planners_read_how_much_waits_for_review(self, planner, leader, pudong):
        assert 'class="badge"' not in opened(planner).content.decode()
        write(opened_period(2), "submitted", (6, "pudong"), (7, "pudong"))
        assert '<b class="badge">2</b>' in opened(planner).content.decode()
        assert 'class="badge"' not in opened(leader).content.decode() + opened(pudong).content.decode()

    def test_the_demonstration_says_which_period_is_open(self, pudong, settings):
        opened_period(2)
        line = '第二季度报送期，<time datetime="2023-06-25">2023-06-25</time> 截止'
        assert line not in opened(pudong).content.decode()
        settings.PORTAL_DEMO = True
        assert line in opened(pudong).content.decode()

    def test_it_costs_one_query_and_only_planners(self, planner, leader, django_assert_num_queries):
        for user, queries in ((planner, 3), (leader, 2)):
            client = cast.signed_in(user)
            with django_assert_num_queries(queries):
                client.get("/account/password/")


# ---- queries ----


def filled(plan, number, planner, pudong):
    """Rows in every list of the page, for both readers."""
    for _each in range(number):
        group = factories.group(plan)
        task = factories.task(plan, leads=(pudong.department,), group=group, state="in_progress")
        factories.milestone(task, date(2023, 6, 1))
        factories.milestone(task, date(2023, 6, 20))
        factories.milestone(task)
        factories.milestone(task, date(2023, 5, 1), state="done")
        factories.report(task, pudong.department, pudong, date(2023, 6, 1))
        factories.report(task, pudong.department, pudong)
        unit = factories.department()
        factories.assignment(task, unit, "support")
        factories.report(task, unit, planner, filled_in=True)
    one = factories.period(plan, date(2022, 4, 1), date(2022, 6, 30), date(2022, 6, 25))
    for task in plan.tasks.all():
        factories.owed(one, task, pudong.department)
        factories.extension(task, pudong, date(2022, 6, 1))
        factories.directive(task, cast.person("leader"), date(2022, 6, 1))
    closing = {"closing_requested_by": pudong, "closing_requested_on": date(2023, 6, 1), "result": "完成。"}
    for _each in range(number):
        factories.task(plan, leads=(pudong.department,), state="closing", **closing)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("username", ["planner", "pudong"])
def test_queries_do_not_grow(rows, username, planner, pudong, django_assert_num_queries):
    plan = factories.plan(code="2022", year=2022)
    filled(plan, rows, planner, pudong)
    client = cast.signed_in({"planner": planner, "pudong": pudong}[username])
    with django_assert_num_queries({"planner": 12, "pudong": 11}[username]):
        page = client.get("/?plan=2022")
    assert page.context["figures"].tasks == rows * 2
    own, filled_in = rows, rows  # a planner's unit has none of its own
    assert len(page.context["drafts"]) == (filled_in if username == "planner" else own + filled_in)
    assert Report.objects.count() == rows * 4
    assert (page.context["owed"].owed, len(page.context["directives"])) == (rows, rows)
    assert len(page.context["extensions"]) == (rows if username == "planner" else 0)
