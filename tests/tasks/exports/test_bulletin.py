"""通报 of a period: whose words stand in it, every figure as the API counts it, and what is left to the planner."""

import re
from collections import Counter
from datetime import date

import pytest
from django.utils.translation import override

from departments.models import Department
from tasks.actions.milestones import complete
from tasks.actions.periods import close_period
from tasks.exports.brief import brief_file
from tasks.exports.bulletin import bulletin_file
from tasks.exports.official.text import share
from tasks.models import Plan, Report, ReportingPeriod
from tests import cast, factories
from tests.api.calls import get
from tests.tasks.exports.word import lines, marked, part, rows, section

pytestmark = pytest.mark.django_db

TODAY = date(2024, 6, 5)
SENT = date(2024, 6, 3)
SECRETS = ("别人的草稿", "退回的话", "未审的话", "上期的旧话", "配合单位的话", "期外的话", "问题未审", "批注不外传")
HOSTILE = '<w:p/>&"=1+1\x07\u202e{{plan}}%(x)s'


def quarter(plan, number, **fields) -> ReportingPeriod:
    first = 3 * number - 2
    days = (date(plan.year, first, 1), date(plan.year, first + 2, 30), date(plan.year, first + 2, 25))
    return factories.period(plan, *days, **fields)


SAME = "已办理证书120张，覆盖全市各区。"
DRAFT = "已完成规范初稿，正在征求各区意见，计划{}月定稿。"
BEHIND = {"assessment": "behind", "problems": "人手不足。\n\n　设备未到货。"}
NOTHING = {"assessment": "", "progress_text": "设备检修", "no_news": True}
LEADS = {
    "甲": "jlc",
    "乙": "jlc",
    "丙": "simt",
    "丁": "simt",
    "戊": "jlc",
    "己": "districts",
    "庚": "simt",
    "辛": "jlc",
}


def of_the_year() -> Plan:
    """Two groups, nine tasks: one late, one with all of its milestones done, one cancelled."""
    plan = factories.plan(code="b24", title="2024年试验要点", issuer="试验局", document_number="试计〔2024〕5号")
    groups = [factories.group(plan, title=f"第{n}板块") for n in "一二"]
    for n, (title, lead) in enumerate((LEADS | {"壬": "jlc"}).items()):
        ended = {"state": "cancelled", "state_before": "in_progress", "state_since": SENT, "state_note": "并入任务甲"}
        state = ended if title == "辛" else {}
        factories.task(plan, (cast.unit(lead),), title=f"任务{title}", group=groups[n > 2], **state)
    factories.milestone(plan.tasks.get(number=3), date(2024, 4, 5), title="丙的节点")
    factories.milestone(plan.tasks.get(number=2), state="done")
    return plan


def said(period, number, person, state, **fields) -> None:
    """By somebody of the unit that says it; a planner has reviewed it."""
    task, author = period.plan.tasks.get(number=number), cast.person(person)
    review = {"reviewer": cast.person("planner")} if state in {"returned", "accepted"} else {}
    factories.owed(period, task, author.department, state, author, SENT, **review, **fields)


@pytest.fixture
def period(jlc, simt, planner) -> ReportingPeriod:
    """In the second quarter each report is in another state; the first is closed."""
    plan = of_the_year()
    first, second = quarter(plan, 1), quarter(plan, 2)
    said(first, 1, "jlc", "accepted", progress_text=SAME)
    said(first, 2, "jlc", "accepted", progress_text=DRAFT.format("六"))
    said(first, 3, "simt", "accepted", progress_text="上期的旧话")
    ReportingPeriod.objects.filter(pk=first.pk).update(state="closed", closed_on=date(2024, 4, 8))
    said(second, 1, "jlc", "accepted", progress_text=SAME, assessment="done")
    said(second, 1, "simt", "accepted", progress_text="配合单位的话")
    said(second, 2, "jlc", "accepted", progress_text=DRAFT.format("七"), **BEHIND)
    said(second, 3, "simt", "submitted", progress_text="未审的话", assessment="behind", problems="问题未审")
    said(second, 4, "simt", "returned", progress_text="退回的话", review_note="批注不外传")
    said(second, 5, "jlc", "draft", progress_text="别人的草稿")
    said(second, 7, "simt", "accepted", **NOTHING)
    said(second, 9, "jlc", "accepted", progress_text=f"第一段{HOSTILE}\r\n\r\n  第二段\x0b第三段")
    for district in cast.unit("districts").members.all():
        factories.owed(second, plan.tasks.get(number=6), district)
    factories.report(plan.tasks.get(number=5), jlc.department, jlc, SENT, progress_text="期外的话")
    return second


def written(period, today=TODAY, user="planner", file=bulletin_file) -> bytes:
    return file(period.plan, period, cast.person(user), today).content


# ---- what stands in it ----


def test_from_the_title_to_the_annex(period):
    found = lines(written(period))
    assert found[:4] == [
        "草稿（标色处供起草用，印发前处理后删去）",
        "关于《2024年试验要点》\n第二季度进展情况的通报",
        "各有关单位：",
        (
            "为推动《2024年试验要点》（试计〔2024〕5号）各项任务落实，现将截至2024年6月5日的第二季度进展情况通报如下。"
            "【起草提示：第二季度尚未关闭，亮灯、进度和报送均为2024年6月5日的情况】"
        ),
    ]
    headings = [line for line in found if line[1] == "、" and line[0] in "一二三四"]
    assert headings == ["一、总体情况", "二、主要进展", "三、存在问题", "四、下一步工作要求"]
    assert found[-7:] == [
        "【起草提示：由计划管理人员填写】",
        "附件：任务进展情况表",
        "试验局",
        "2024年6月5日",
        "附件",
        "任务进展情况表",
        "（第二季度，截至2024年6月5日）",
    ]


def test_the_general_state(period):
    assert section(lines(written(period)), "一、总体情况") == [
        "（一）任务进度",
        (
            "共有2个板块、9项任务：未启动8项，已办结0项，已取消1项。平均完成进度50%，序时应为71%，"
            "落后21个百分点（已取消和未设置节点的任务不计）。"
        ),
        "（二）自评情况",
        (
            "以第一牵头部门经审定的本期报送为准，9项任务中已审定4项。已完成1项，占11.1%；达序时1项，占11.1%；欠序时1项，"
            "占11.1%；未启动0项；无新进展1项，占11.1%；待审定1项，占11.1%；未报送2项，占22.2%；未要求2项，"
            "占22.2%（因四舍五入，各项占比之和不等于100%）。"
        ),
        "（三）亮灯情况",
        (
            "红灯1项，占11.1%；黄灯2项，占22.2%；绿灯4项，占44.4%；蓝灯0项；灰灯2项，占22.2%（因四舍五入，"
            "各项占比之和不等于100%）。"
        ),
        "（四）报送情况",
        "本期应报24份，已报6份，占25%；未报18份，涉及18个单位，报送截止日期为2024年6月25日，尚未逾期。",
    ]


def test_progress_is_what_the_coordinator_said_and_a_planner_accepted(period):
    assert section(lines(written(period)), "二、主要进展") == [
        "（一）第一板块",
        "1.任务甲（市局计量处）。已办理证书120张，覆盖全市各区。",
        "【起草提示：任务1的报送与上期相同，请核实】",
        "2.任务乙（市局计量处）。已完成规范初稿，正在征求各区意见，计划七月定稿。",
        "【起草提示：任务2的报送与上期基本相同，请核实】",
        "【起草提示：待审定：任务3】",
        "（二）第二板块",
        "7.任务庚（市计量测试技术研究院）。本期无新进展：设备检修",
        '9.任务壬（市局计量处）。第一段<w:p/>&"=1+1{{plan}}%(x)s',
        "第二段",
        "第三段",
        "【起草提示：未报送：任务4、5】",
    ]


def test_problems_with_their_units_and_reasons(period):
    found = section(lines(written(period)), "三、存在问题")
    assert found[:-4] == [
        "（一）红灯任务1项",
        "1.任务3“任务丙”（市计量测试技术研究院）：节点“丙的节点”逾期61天（2024年4月5日到期），超过30天。",
        "（二）黄灯任务2项",
        "1.任务2“任务乙”（市局计量处）：第一牵头部门最近一次自评为“欠序时”。报送反映：人手不足。",
        "设备未到货。",
        "2.任务4“任务丁”（市计量测试技术研究院）：第一牵头部门本期报送被退回，尚未重新报送。",
    ]


def test_units_that_owe_by_name_and_those_together_that_owe_the_same(period):
    found = section(lines(written(period)), "三、存在问题")
    members = Department.objects.get(code="districts").members.order_by("order", "code")
    names = "、".join(members.values_list("short_name", flat=True))
    assert len(members) == 16
    assert found[-4:] == [
        "（三）未报送单位18个",
        "1.市局计量处：任务5。",
        f"2.{names}等16家（各区市场监管局）：任务6。",
        "3.市计量测试技术研究院：任务4。",
    ]


def test_the_annex_lists_all_tasks_under_their_groups(period):
    assert rows(written(period)) == [
        ["序号", "重点任务", "牵头部门", "进度", "序时", "自评", "亮灯", "说明"],
        ["（一）第一板块"],
        ["1", "任务甲", "市局计量处", "—", "—", "已完成", "绿灯", "进行中，尚未设置节点。"],
        ["2", "任务乙", "市局计量处", "100%", "42%", "欠序时", "黄灯", "第一牵头部门最近一次自评为“欠序时”。"],
        [
            *("3", "任务丙", "市计量测试技术研究院", "0%", "100%", "待审定", "红灯"),
            "节点“丙的节点”逾期61天（2024年4月5日到期），超过30天。",
        ],
        ["（二）第二板块"],
        [
            "4",
            "任务丁",
            "市计量测试技术研究院",
            "—",
            "—",
            "未报送",
            "黄灯",
            "第一牵头部门本期报送被退回，尚未重新报送。",
        ],
        ["5", "任务戊", "市局计量处", "—", "—", "未报送", "绿灯", "进行中，尚未设置节点。"],
        ["6", "任务己", "各区市场监管局", "—", "—", "未要求", "灰灯", "尚未启动，节点均未定时限。"],
        ["7", "任务庚", "市计量测试技术研究院", "—", "—", "无新进展", "绿灯", "进行中，尚未设置节点。"],
        ["8", "任务辛", "市局计量处", "—", "—", "未要求", "灰灯", "2024年6月3日取消：并入任务甲"],
        ["9", "任务壬", "市局计量处", "—", "—", "达序时", "绿灯", "进行中，尚未设置节点。"],
    ]


def test_what_is_left_to_the_planner_is_marked(period):
    found = marked(written(period))
    assert found == [
        "草稿（标色处供起草用，印发前处理后删去）",
        "【起草提示：第二季度尚未关闭，亮灯、进度和报送均为2024年6月5日的情况】",
        "已办理证书120张，覆盖全市各区。",
        "【起草提示：任务1的报送与上期相同，请核实】",
        "已完成规范初稿，正在征求各区意见，计划七月定稿。",
        "【起草提示：任务2的报送与上期基本相同，请核实】",
        "【起草提示：待审定：任务3】",
        "【起草提示：未报送：任务4、5】",
        "【起草提示：由计划管理人员填写】",
        "2024年6月5日",
    ]


@pytest.mark.parametrize("user", ["planner", "leader"])
@pytest.mark.parametrize("file", [bulletin_file, brief_file])
def test_nothing_stands_in_it_that_was_not_accepted(period, jlc, user, file):
    """The draft is there to leak: its planner, of the same unit, reads it on its page."""
    assert Report.objects.visible_to(cast.person("planner")).filter(progress_text="别人的草稿").exists()
    xml = part(written(period, user=user, file=file))
    assert [secret for secret in SECRETS if secret in xml] == []


def test_a_task_without_coordinator_names_its_leads_as_printed():
    plan = factories.plan(issuer="试验局")
    period = quarter(plan, 2)
    for leads in ((cast.unit("districts"), cast.unit("district-institutes")), ()):
        factories.milestone(factories.task(plan, leads), date(2024, 1, 1), title="节点")
    found = section(lines(written(period)), "三、存在问题")
    late = "节点“节点”逾期156天（2024年1月1日到期），超过30天。"
    assert found[1:3] == [
        f"1.任务1“试验任务”（各区市场监管局、各区计量所）：{late}",
        f"2.任务2“试验任务”（未明确牵头部门）：{late}",
    ]


# ---- every figure as the API counts it ----

FIGURES = re.compile(r"(\D+?)(\d+)项(?:，占([\d.]+%))?[；（。]")
LIGHTS = {"red": "红灯", "yellow": "黄灯", "green": "绿灯", "blue": "蓝灯", "grey": "灰灯"}


def figures(sentence: str) -> dict[str, tuple[int, str | None]]:
    """红灯1项，占11.1%；… as {"红灯": (1, "11.1%")}."""
    return {word: (int(n), percent or None) for word, n, percent in FIGURES.findall(sentence)}


def as_told(counts: Counter, names: dict[str, str], whole: int) -> dict[str, tuple[int, str | None]]:
    return {name: (counts[key], share(counts[key], whole) if counts[key] else None) for key, name in names.items()}


@pytest.mark.parametrize("closed", [False, True])
def test_every_figure_is_the_one_of_the_api(period, planner, settings, closed):
    settings.PORTAL_TODAY = TODAY
    if closed:
        close_period(period, by=planner, today=TODAY)
        period = ReportingPeriod.objects.select_related("plan").get(pk=period.pk)
    told = section(lines(written(period)), "一、总体情况")
    tasks, stood = listed(planner, "tasks/?plan=b24"), listed(planner, f"standings/?period={period.pk}")
    assert len(stood) == (9 if closed else 0)
    lights = Counter(each["light"]["value"] for each in (stood if closed else tasks))
    assert figures(told[5]) == as_told(lights, LIGHTS, 9)
    assert figures(told[3].split("。", 1)[1]) == assessed(tasks, period, planner)
    asked = get(planner, f"periods/{period.pk}/")
    units = {each["department"] for each in get(planner, f"periods/{period.pk}/matrix/")["cells"] if not sent(each)}
    lacking = asked["owed"] - asked["sent"]
    assert [int(n) for n in re.findall(r"应报(\d+)份，已报(\d+)份.*未报(\d+)份，涉及(\d+)个单位", told[7])[0]] == [
        *(asked["owed"], asked["sent"], lacking, len(units))
    ]
    assert re.findall(r"逾期(\d+)份", told[7]) == ([str(asked["overdue"])] if closed else [])
    assert asked["overdue"] == (18 if closed else 0)


def test_states_and_progress_are_those_of_the_api(period, planner, settings):
    settings.PORTAL_TODAY = TODAY
    told = section(lines(written(period)), "一、总体情况")[1]
    summary = get(planner, "plans/b24/summary/", Accept_Language="zh-hans")
    assert re.findall(r"进度(\d+)%，序时应为(\d+)%", told) == [
        (str(summary["progress"]), str(summary["expected_progress"]))
    ]
    states = {
        each["label"]: each["count"] for each in summary["by_state"] if each["count"] or each["value"] == "closed"
    }
    assert {word: int(n) for word, n in re.findall(r"([^：，]+?)(\d+)项(?=[，。])", told.split("任务：")[1])} == states


def listed(planner, path: str) -> list:
    return get(planner, f"{path}&limit=1000")["results"]


def sent(cell) -> bool:
    return cell["state"]["value"] in {"submitted", "accepted"}


def assessed(tasks, period, planner) -> dict[str, tuple[int, str | None]]:
    """The co-ordinators' reports of the period, from the lists of tasks and reports."""
    reports = listed(planner, f"reports/?period={period.pk}")
    of_unit = {(each["task"]["id"], each["department"]["id"]): each for each in reports}
    words = {"done": "已完成", "on_schedule": "达序时", "behind": "欠序时", "not_started": "未启动"}
    others = {"nothing": "无新进展", "review": "待审定", "missing": "未报送", "never": "未要求"}

    def word(task) -> str:
        found = of_unit.get((task["id"], task["coordinator"] and task["coordinator"]["id"]))
        if found is None:
            return "never"
        if found["state"]["value"] == "accepted":
            return found["assessment"]["value"] if found["assessment"] else "nothing"
        return "review" if found["state"]["value"] == "submitted" else "missing"

    return as_told(Counter(map(word, tasks)), words | others, len(tasks))


# ---- periods ----


def test_a_closed_period_stays_as_it_was(period, planner, jlc):
    close_period(period, by=planner, today=TODAY)
    period = ReportingPeriod.objects.select_related("plan").get(pk=period.pk)
    before = lines(written(period))
    assert "尚未关闭" not in "".join(before)
    complete(period.plan.tasks.get(number=3).milestones.get(), by=planner, today=TODAY, done_on=TODAY)
    factories.task(period.plan, (jlc.department,), number=10, title="后来的任务")
    later = lines(written(period, date(2024, 12, 9)))
    assert [(one, two) for one, two in zip(before, later, strict=True) if one != two] == [
        ("2024年6月5日", "2024年12月9日")
    ]


def test_overdue_the_day_after(period):
    assert "尚未逾期" in section(lines(written(period, date(2024, 6, 25))), "一、总体情况")[-1]
    assert section(lines(written(period, date(2024, 6, 26))), "一、总体情况")[-1] == (
        "本期应报24份，已报6份，占25%；未报18份，涉及18个单位，其中逾期18份（报送截止日期为2024年6月25日）。"
    )


def test_a_period_in_which_nothing_is_asked():
    plan = factories.plan(title="空计划", issuer="试验局")
    period = factories.period(plan, date(2024, 3, 1), date(2024, 5, 31), date(2024, 5, 20))
    found = lines(written(period))
    assert found[1] == "关于《空计划》\n2024年3月1日至2024年5月31日进展情况的通报"
    assert section(found, "一、总体情况") == [
        "（一）任务进度",
        "共有0个板块、0项任务：已办结0项。任务均未设置节点，暂无完成进度。",
        "（二）自评情况",
        "以第一牵头部门经审定的本期报送为准，0项任务中已审定0项。已完成0项；达序时0项；欠序时0项；未启动0项。",
        "（三）亮灯情况",
        "红灯0项；黄灯0项；绿灯0项；蓝灯0项；灰灯0项。",
        "（四）报送情况",
        "本期未要求报送。",
    ]
    assert section(found, "二、主要进展") == []
    assert section(found, "三、存在问题") == [
        "本期无滞后的红灯、黄灯任务，也无自评欠序时的任务。",
        "（一）报送情况",
        "本期未要求报送。",
    ]


def test_a_document_of_the_bureau_is_in_chinese(period):
    before = part(written(period))
    with override("en"):
        assert part(written(period)) == before


def test_as_many_queries_for_many_rows_as_for_few(period, planner, django_assert_num_queries):
    few = factories.plan()
    unit = factories.department()
    small = factories.period(few, date(2024, 4, 1), date(2024, 6, 30), date(2024, 6, 25))
    factories.owed(small, factories.task(few, (unit,)), unit)
    for each in (small, period):
        with django_assert_num_queries(8):
            written(each)
