"""责任矩阵, as each role sees it: counted from the document, folded, kept, exported."""

import csv
import io
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from departments.models import Membership
from tasks.models import Letter, Plan, Report, ReportingPeriod, Task
from tests import cast, factories
from tests.conftest import TODAY
from tests.tasks.test_periods import closed, expected, opened, period, switch

pytestmark = pytest.mark.django_db
HOSTILE = "=cmd()<script>alert(1)</script>"
DUE = "2023-06-25 截止"


def text(answer: Any) -> str:
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main.partition(">")[2]).split())


def sentence(answer: Any) -> str:
    return re.sub(r"<[^>]*>", "", answer.context["answer"])


def page(user: Any, query: str = "") -> Any:
    answer = cast.signed_in(user).get(f"/matrix/{query}")
    assert answer.status_code == 200
    return answer


def write(one: ReportingPeriod, state: str, *pairs: tuple[int, str], on: date = TODAY) -> None:
    """The reports of these tasks and units as somebody has brought them to this state."""
    author, reviewer = cast.person("jlc"), cast.person("planner")
    for number, code in pairs:
        report = Report.objects.get(period=one, task__number=number, department__code=code)
        report.state, report.author, report.progress_text, report.assessment = state, author, "机密进展", "on_schedule"
        if state not in {"due", "draft"}:
            report.reported_on, report.submitted_at = on, factories._noon(on)
        if state in {"returned", "accepted"}:
            report.reviewer, report.reviewed_on, report.review_note = reviewer, on, "请补充。"
        report.save()


def shown(answer: Any) -> dict[str, dict[int, str]]:
    """Unit by unit the words in its cells, by the number of the task."""
    return {
        line.unit.code: {column.number: cell.shown for cell, column in line.shown if cell}
        for block in answer.context["matrix"].blocks
        for line in block.lines
    }


@pytest.fixture
def second(db) -> ReportingPeriod:
    """The second quarter open, each state there is in it."""
    switch((14, "baosteel"))
    one = opened(2)
    write(one, "draft", (6, "pudong"), (9, "jlc"))
    write(one, "submitted", (7, "pudong"), (6, "xuhui"), (3, "jlc"))
    write(one, "returned", (8, "pudong"))
    write(one, "accepted", (17, "pudong"), (14, "baosteel"))
    return one


class TestThePeriod:
    def test_the_sentence_agrees_with_the_document(self, second, planner):
        asked = expected({(14, "baosteel")})
        units = {code for _task, code in asked} - {"baosteel"}
        assert (len(asked), len(units)) == (94, 22)
        assert sentence(page(planner)) == f"第二季度应报 94 份，已报 5 份，还欠 89 份，涉及 22 个单位；{DUE}。"
        assert {code: set(cells) for code, cells in shown(page(planner)).items()} == {
            code: {task for task, of in asked if of == code} for _task, code in asked
        }

    def test_overdue_begins_the_day_after(self, second, planner, settings):
        settings.PORTAL_TODAY = date(2023, 6, 25)
        assert "逾期" not in sentence(page(planner))
        settings.PORTAL_TODAY = date(2023, 6, 26)
        late = page(planner)
        assert sentence(late).endswith(f"{DUE}。其中 89 份已逾期。")
        assert Counter(state for cells in shown(late).values() for state in cells.values()) == {
            "overdue": 89,
            "submitted": 3,
            "accepted": 2,
        }

    def test_what_the_period_before_still_lacks(self, planner):
        first = opened(1, date(2023, 3, 1))
        write(first, "accepted", (6, "pudong"), (7, "pudong"), (8, "pudong"), (17, "pudong"), on=date(2023, 3, 20))
        opened(2)
        answer = page(planner)
        assert sentence(answer).endswith(f"{DUE}。上期仍有 89 份逾期。")
        lines = {line.unit.code: line for block in answer.context["matrix"].blocks for line in block.lines}
        assert (lines["pudong"].before.lacking, lines["xuhui"].before.overdue) == (0, 4)
        assert "浦东新区市场监管局 0 /4 齐" in text(answer)
        assert "徐汇区市场监管局 0 /4 逾期 4" in text(answer)

    def test_each_state_has_its_word_and_all_in_all_the_bar(self, second, planner):
        answer = page(planner)
        assert shown(answer)["pudong"] == {6: "draft", 7: "submitted", 8: "returned", 17: "accepted"}
        chips = [(chip.state, chip.word, chip.n) for chip in answer.context["chips"]]
        assert chips == [
            ("accepted", "已审", 2),
            ("submitted", "已报", 3),
            ("due", "待报", 86),
            ("draft", "草稿", 2),
            ("returned", "退回", 1),
            ("overdue", "逾期", 0),
        ]
        pieces = answer.context["bar"]
        assert [(piece.name, piece.count) for piece in pieces] == [(s, n) for s, _word, n in chips if n]
        assert pieces[-1].x + pieces[-1].width == 1000

    def test_no_words_of_a_report_stand_here(self, second, planner, leader, jlc):
        assert [("机密进展" in page(user).content.decode()) for user in (planner, leader, jlc)] == [False] * 3

    def test_a_period_that_is_planned_asks_nobody(self, planner, leader):
        one = period(3)
        answer = page(planner, f"?period={one.pk}")
        assert sentence(answer) == "第三季度尚未开启，2023-09-25 截止。"
        assert "本期尚未开启" in text(answer)
        assert f'href="/plans/2023/periods/{one.pk}/open/"' in answer.content.decode()
        assert "/open/" not in page(leader, f"?period={one.pk}").content.decode()

    def test_the_newest_open_one_comes_first_then_the_newest_closed(self, planner):
        assert page(planner).context["matrix"].period == period(1)
        opened(1)
        closed(1)
        assert page(planner).context["matrix"].period == period(1)
        opened(2)
        opened(3)
        assert page(planner).context["matrix"].period == period(3)
        assert [each.pk for each, _url in page(planner).context["tabs"]] == [period(n).pk for n in (1, 2, 3, 4)]

    @pytest.mark.parametrize("query", ["?period=x", "?period=999999", "?state=purple", "?plan=1999", "?period=%00"])
    def test_what_names_nothing_is_not_found(self, query, second, planner):
        assert cast.signed_in(planner).get(f"/matrix/{query}").status_code == 404
        assert cast.signed_in(planner).get(f"/matrix/matrix.csv{query}").status_code == 404

    def test_a_period_of_another_plan_is_not_found(self, second, planner):
        other = factories.plan()
        theirs = factories.period(other, date(2024, 1, 1), date(2024, 3, 31), date(2024, 3, 25))
        client = cast.signed_in(planner)
        assert client.get(f"/matrix/?plan=2023&period={theirs.pk}").status_code == 404
        assert client.get(theirs.get_absolute_url()).status_code == 200

    def test_without_plan_or_periods_it_says_so(self, planner):
        other = factories.plan()
        assert "这份工作要点还没有报送期" in text(page(planner, f"?plan={other.code}"))
        Plan.objects.update(is_active=False)
        assert "还没有生效的工作要点" in text(page(planner))
        assert cast.signed_in(planner).get("/matrix/matrix.csv").status_code == 404


class TestUnits:
    def test_collectives_fold_and_the_others_stand_by_kind(self, second, planner):
        blocks = page(planner).context["matrix"].blocks
        headings = [(b.section.kind, b.section.collective and b.section.collective.code, len(b.lines)) for b in blocks]
        assert headings == [
            ("bureau", None, 3),
            ("district", None, 1),
            ("district", "districts", 16),
            ("institute", None, 2),
            ("enterprise", None, 1),
        ]
        districts = blocks[2]
        assert districts.section.tally == (64, 3, 0)
        assert {c.number: (t.sent, t.owed) for t, c in districts.summed if t.owed} == {
            6: (1, 16),
            7: (1, 16),
            8: (0, 16),
            17: (1, 16),
        }

    def test_who_lacks_most_stands_on_top(self, second, planner):
        bureau, _lingang, districts, *_rest = page(planner).context["matrix"].blocks
        assert [line.unit.code for line in bureau.lines] == ["jlc", "jichangfenju", "zhifazongdui"]
        assert [line.unit.code for line in districts.lines][-2:] == ["xuhui", "pudong"]

    def test_a_unit_that_has_left_the_collective_stands_alone_with_its_past(self, second, planner):
        Membership.objects.filter(member__code="pudong").delete()
        blocks = page(planner).context["matrix"].blocks
        assert [line.unit.code for line in blocks[1].lines] == ["lingang", "pudong"]
        assert len(blocks[2].lines) == 15

    def test_a_state_leaves_the_units_that_have_it(self, second, planner):
        answer = page(planner, "?state=returned")
        assert shown(answer) == {"pudong": {6: "draft", 7: "submitted", 8: "returned", 17: "accepted"}}
        assert sentence(answer).startswith("第二季度应报 94 份")

    def test_the_year_folds_and_tells_planned_from_not_asked(self, second, planner):
        year = {line.unit.code: line for line in page(planner).context["year"]}
        assert list(year) == ["jlc", "jichangfenju", "zhifazongdui", "lingang", "districts", "simt", "sqi", "baosteel"]
        assert [tally for _period, tally in year["districts"].pairs] == [(0, 0, 0), (64, 3, 0), (0, 0, 0), (0, 0, 0)]
        assert len(year["districts"].members) == 16
        assert "宝山钢铁股份有限公司 未开启 齐 已报 1/1 未开启 未开启" in text(page(planner))


class TestWhoSeesWhat:
    def test_planners_and_leaders_see_all_leaders_without_buttons(self, second, planner, leader):
        assert shown(page(planner)) == shown(page(leader))
        buttons = re.findall(r'<button[^>]*form="remind"', page(planner).content.decode())
        assert len(buttons) > 89
        assert (
            re.findall(r'form="remind"|<form[^>]*id="remind"', page(leader).content.decode().partition("<main")[2])
            == []
        )

    def test_a_district_sees_its_own_row(self, second, pudong):
        answer = page(pudong)
        assert shown(answer) == {"pudong": {6: "draft", 7: "submitted", 8: "returned", 17: "accepted"}}
        assert sentence(answer) == f"第二季度应报 4 份，已报 2 份，还欠 2 份，涉及 1 个单位；{DUE}。"
        assert "徐汇" not in answer.content.decode()
        assert 'form="remind"' not in answer.content.decode()

    def test_a_co_ordinator_sees_the_others_of_its_tasks(self, second, jlc, simt):
        assert set(shown(page(jlc))) == {code for _task, code in expected({(14, "baosteel")})} - {"simt", "sqi"}
        assert shown(page(simt)) == {"simt": {2: "due"}, "sqi": {2: "due"}}

    def test_the_columns_are_the_tasks_one_sees(self, second, simt, pudong):
        numbers = [column.number for column in page(pudong).context["columns"]]
        assert numbers == [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]
        assert cast.task(5).title not in page(pudong).content.decode()

    def test_a_task_the_unit_has_left_stays_by_name_without_light_or_way(self, second, pudong):
        cast.task(8).assignments.filter(department__code="districts").delete()
        answer = page(pudong)
        [left] = [column for column in answer.context["columns"] if column.number == 8]
        assert (left.title, left.url, left.light, left.why) == (cast.task(8).title, "", "", "")
        assert shown(answer)["pudong"][8] == "returned"

    def test_a_cell_leads_to_what_can_be_read(self, second, planner, pudong):
        def linked(user: Any) -> set[tuple[int, str]]:
            keys = page(user).context["links"]
            return {(r.task.number, r.department.code) for r in Report.objects.filter(pk__in=keys).select_related()}

        sent = {(7, "pudong"), (8, "pudong"), (17, "pudong"), (6, "xuhui"), (3, "jlc"), (14, "baosteel")}
        assert {pair for pair in linked(planner) if pair[1] != "jlc"} == {pair for pair in sent if pair[1] != "jlc"}
        assert linked(pudong) == {(6, "pudong"), (7, "pudong"), (8, "pudong"), (17, "pudong")}

    def test_the_administrator_has_no_business_here(self, second, admin, root):
        assert cast.signed_in(admin).get("/matrix/").status_code == 403
        assert cast.signed_in(admin).get("/matrix/matrix.csv").status_code == 403
        assert len(shown(page(root))) == 23


class TestReminders:
    def remind(self, *reports: Report) -> None:
        by, to = cast.person("planner"), cast.person("xuhui")
        letter = Letter.objects.create(recipient=to, subject="催办", body="请报", state="no_address")
        for report in reports:
            report.reminders.create(recipient=to, reminded_on=TODAY, occasion="by_hand", by=by, letter=letter)

    def test_who_has_been_reminded_today_is_not_offered_again(self, second, planner, settings):
        owed = list(Report.objects.filter(period=second, department__code="xuhui", state="due"))
        assert len(owed) == 3
        self.remind(*owed[:2])
        lines = {line.unit.code: line for b in page(planner).context["matrix"].blocks for line in b.lines}
        assert (lines["xuhui"].reminded, lines["pudong"].reminded) == (False, False)
        self.remind(owed[2])
        answer = page(planner)
        lines = {line.unit.code: line for b in answer.context["matrix"].blocks for line in b.lines}
        assert (lines["xuhui"].reminded, lines["pudong"].reminded) == (True, False)
        assert 'value="xuhui"' not in answer.content.decode()
        assert "催办欠报的 22 个单位" in text(answer)
        settings.PORTAL_TODAY = date(2023, 6, 16)
        assert 'value="xuhui"' in page(planner).content.decode()

    def test_when_all_have_been_reminded_it_says_so(self, second, planner):
        self.remind(*Report.objects.filter(period=second, state__in=["due", "draft", "returned"]))
        assert "今日已全部催办" in text(page(planner))
        assert re.findall(r'<button[^>]*form="remind"', page(planner).content.decode()) == []


class TestClosed:
    def test_lights_and_figures_stay_after_the_tasks_have_changed(self, planner, leader, jlc):
        one = opened(1, date(2023, 3, 1))
        write(one, "accepted", (6, "pudong"), on=date(2023, 3, 20))
        closed(1, date(2023, 4, 3))
        then = page(leader, f"?period={one.pk}")
        lights = [(c.number, c.light, c.why) for c in then.context["columns"]]
        assert len(lights) == 17
        assert sentence(then) == "第一季度已关闭：应报 93 份，已报 1 份，未报 92 份，涉及 22 个单位。"
        asked = {"closing_requested_by": jlc, "closing_requested_on": TODAY, "result": "完成。"}
        Task.objects.filter(plan__code="2023", number=6).update(state="closed", closed_on=TODAY, **asked)
        Task.objects.filter(plan__code="2023", number=7).update(due_on=date(2023, 5, 1))
        factories.task(cast.plan(), group=cast.task(17).group, number=18, title="后来的任务")
        Membership.objects.filter(member__code="xuhui").delete()
        now = page(leader, f"?period={one.pk}")
        assert [(c.number, c.light, c.why) for c in now.context["columns"]] == lights
        assert (sentence(now), shown(now)) == (sentence(then), shown(then))
        assert [c.light for c in page(leader, f"?period={period(2).pk}").context["columns"]][5:7] == ["blue", "red"]
        assert 'form="remind"' not in page(planner, f"?period={one.pk}").content.decode()

    def test_the_sentence_is_kept_in_both_languages(self, planner):
        one = opened(1, date(2023, 3, 1))
        closed(1, date(2023, 4, 3))
        client = cast.signed_in(planner)
        chinese = client.get(f"/matrix/?period={one.pk}").context["columns"][3].why
        client.cookies["language"] = "en"
        english = client.get(f"/matrix/?period={one.pk}").context["columns"][3].why
        assert (chinese.isascii(), english.isascii()) == (False, True)


class TestExport:
    def rows(self, user: Any, query: str = "") -> list[list[str]]:
        answer = cast.signed_in(user).get(f"/matrix/matrix.csv{query}")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        content = answer.content.decode()
        assert content.startswith("\ufeff")
        return list(csv.reader(io.StringIO(content[1:])))

    def test_it_holds_what_the_page_shows(self, second, planner):
        head, lights, *rows = self.rows(planner)
        assert head[:6] == ["集合单位", "单位", "已报", "应报", "上期", "1 落实国家计量发展规划上海市实施意见"]
        assert (len(head), lights[1]) == (22, "亮灯")
        assert len(rows) == 23 + 1
        [pudong] = [row for row in rows if "浦东" in row[1]]
        assert pudong[:5] == ["各区市场监管局", "上海市浦东新区市场监督管理局", "2", "4", "—"]
        assert [pudong[4 + number] for number in (5, 6, 7, 8, 17)] == ["", "草稿", "已报", "退回", "已审"]
        [sums] = [row for row in rows if row[1] == "合计"]
        assert (sums[2:4], sums[4 + 6]) == (["3", "64"], "1/16")

    def test_it_is_narrowed_as_the_page_is(self, second, planner, pudong):
        assert [row[1] for row in self.rows(planner, "?state=returned")[2:]] == [
            "合计",
            "上海市浦东新区市场监督管理局",
        ]
        assert [row[1] for row in self.rows(pudong)[2:]] == ["合计", "上海市浦东新区市场监督管理局"]

    def test_formulas_are_text(self, planner):
        plan = factories.plan()
        unit = factories.department("bad", name=HOSTILE, short_name=f"{HOSTILE}短")
        one = factories.period(plan, date(2024, 1, 1), date(2024, 3, 31), date(2024, 3, 25))
        factories.owed(one, factories.task(plan, leads=(unit,), title=HOSTILE), unit)
        assert self.rows(planner, f"?plan={plan.code}")[2][1] == f"'{HOSTILE}"
        seen = page(planner, f"?plan={plan.code}").content.decode()
        assert "<script>alert" not in seen
        assert seen.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4

    def test_its_name(self, second, planner):
        answer = cast.signed_in(planner).get("/matrix/matrix.csv")
        assert "filename*=utf-8''%E8%B4%A3%E4%BB%BB%E7%9F%A9%E9%98%B5-2023-" in answer["Content-Disposition"]


def filled(number: int, pudong: Any) -> Plan:
    plan = factories.plan(code="2022", year=2022)
    quarters = [(date(2022, m, 1), date(2022, m + 2, 28), date(2022, m + 2, 25)) for m in (1, 4, 7)]
    periods = [factories.period(plan, *quarter) for quarter in quarters[:number]]
    for _each in range(number):
        task = factories.task(plan, leads=(pudong.department,))
        others = [factories.department() for _one in range(number)]
        for one in periods:
            for unit in (pudong.department, *others):
                factories.owed(one, task, unit)
    return plan


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("username", "queries"), [("planner", 11), ("leader", 9), ("pudong", 9)])
def test_queries_do_not_grow(rows, username, queries, pudong, django_assert_num_queries):
    filled(rows, pudong)
    client = cast.signed_in(cast.person(username))
    with django_assert_num_queries(queries):
        answer = client.get("/matrix/?plan=2022")
    units = {"planner": rows * rows + 1, "leader": rows * rows + 1, "pudong": rows * rows + 1}
    assert len(shown(answer)) == units[username]
