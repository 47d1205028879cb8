"""The first two reporting periods: the first quarter closed with three reports missing, the second being reported."""

from collections.abc import Iterator
from datetime import date, timedelta

from tasks.demo.people import ACCOUNTS
from tasks.demo.steps import Drafted, NothingNew, Period, Reviewed, Said
from tasks.demo.story import on

Step = Said | NothingNew | Reviewed | Period
FIRST, SECOND = on(1, 1), on(4, 1)
PERIODS = [
    Period(on(3, 10), "open", FIRST),
    Period(on(4, 10), "close", FIRST),
    Period(on(6, 1), "open", SECOND),
]
DISTRICTS = ("pudong", "huangpu", "jingan", "xuhui", "changning", "putuo", "hongkou", "yangpu", "baoshan", "minhang",
             "jiading", "jinshan", "songjiang", "qingpu", "fengxian", "chongming")  # fmt: skip
NOT_SENT = {(16, "jlc"), (6, "zhifazongdui"), (7, "chongming")}  # in the first quarter

# ---- the first quarter ----

COORDINATOR = {
    1: "《实施意见》专栏和任务分工起草完成，正在征求意见。",
    3: "长三角计量一体化年度合作事项已商定，加速度传感器量值比对方案已印发。",
    4: "联席会议全体会议筹备工作已启动，议题征集完成。",
    5: "型式批准告知承诺审批改革复制推广方案已印发。",
    6: "重点领域计量监管年度计划已印发，强制检定工作计量器具摸底调查部署到各区。",
    7: "年度定量包装商品净含量抽查和计量器具监督抽查计划已编制。",
    8: "“双随机、一公开”年度抽查计划已印发，民用三表抽查核验方案已定。",
    9: "计量技术机构能力建设需求已汇总，跨区量值传递试点区已选定。",
    10: "市级计量比对项目征集通知已发布。",
    11: "地方计量技术规范年度制修订计划已下达。",
    12: "产业计量测试中心验收计划已商定，走访重点企业21家。",
    13: "“计量服务中小企业行”活动方案已印发。",
    14: "双碳标准计量体系建设实施方案宣贯材料编写完成。",
    15: "充电桩强制检定工作准备就绪，检定能力摸底完成。",
    17: "“5·20世界计量日”活动方案初稿已形成。",
}
DISTRICT = {
    6: "已制定本区重点领域计量监管计划，完成集贸市场、超市底数摸排{n}家。",
    7: "已制定本区定量包装商品净含量抽查计划，拟抽查{n}批次。",
    8: "已印发本区“双随机、一公开”计量监管抽查计划，纳入对象{n}家。",
    17: "已制定本区计量科普宣传计划，联系学校、社区{n}处。",
}
INSTITUTES = {
    "simt": "时间频率、生物计量等重点方向年度研究计划已下达。",
    "sqi": "新材料领域共性测量技术攻关项目已完成立项。",
}


def first_quarter() -> list[Step]:
    sent = sorted(_first_quarter(), key=lambda said: (said.task, said.unit))
    return [*sent, *(Reviewed(on(4, 3), said.task, said.unit) for said in sent)]


def _first_quarter() -> Iterator[Said]:
    for number, text in COORDINATOR.items():
        yield _said(on(3, 24), number, "jlc", text)
    for unit, text in INSTITUTES.items():
        yield _said(on(3, 22), 2, unit, text)
    for order, unit in enumerate((*DISTRICTS, "lingang", "jichangfenju", "zhifazongdui")):
        for number, text in DISTRICT.items():
            asked = number != 17 or unit != "zhifazongdui"
            if asked and (number, unit) not in NOT_SENT:
                yield _said(on(3, 20) + timedelta(days=order % 6), number, unit, text.format(n=12 + 3 * order))


def _said(day: date, number: int, unit: str, text: str) -> Said:
    return Said(day, number, unit, writer(unit), "on_schedule", f"【演示】{text}", next_steps="【演示】按计划推进。")


def writer(unit: str) -> str:
    """The unit's own reporter, or the co-ordinator's for units without accounts."""
    return unit if unit in ACCOUNTS else "jlc"


# ---- the second quarter, as far as it is not in `reports` ----

# unit: the state of its reports on tasks 6, 7, 8 and 17: a accepted, s sent, r returned, n nothing new, d draft, . due
SECOND_QUARTER = {
    "huangpu": "aaaa",
    "jingan": "ssas",
    "changning": ".d.s",
    "putuo": "aaaa",
    "hongkou": "s..s",
    "yangpu": "aasn",
    "minhang": "aaaa",
    "jiading": "ss.d",
    "jinshan": "asas",
    "songjiang": "aaaa",
    "qingpu": "d..s",
    "fengxian": "aasa",
    "chongming": "r.d.",
    "jichangfenju": "aaaa",
    "lingang": "asa ",
    "xuhui": "  a ",
    "pudong": "  r ",
}
TEXTS = {
    6: "端午前重点领域计量监督检查完成{n}家次，过度包装问题责令整改2家。",
    7: "定量包装商品净含量抽查完成{n}批次，不合格批次已后处理。",
    8: "“双随机”抽查完成{n}家次，民用三表抽查核验正在进行。",
    17: "世界计量日科普活动举办{n}场，开放日活动已完成。",
}
RETURNS = {
    "pudong": "【演示】请补充民用三表抽查核验的批次数和不合格处置情况。",
    "chongming": "【演示】请写明过度包装检查的家次和查处结果。",
}
NUMBERS = tuple(TEXTS)


def second_quarter() -> list[Step]:
    """Those who are done reported in the first days of June; reviews follow."""
    steps: list[Step] = []
    for order, (unit, states) in enumerate(SECOND_QUARTER.items()):
        for number, state in zip(NUMBERS, states, strict=True):
            steps += _told(order, unit, number, state)
    return [*steps, *REVIEWS]


def _told(order: int, unit: str, number: int, state: str) -> Iterator[Step]:
    day, by = on(6, 5) + timedelta(days=order % 4), writer(unit)
    if state == "n":
        yield NothingNew(day, number, unit, by, "【演示】本区宣传活动安排在下半年，本期没有新增。")
    elif state in "asr" and (unit, number) != ("pudong", 8):
        text = f"【演示】{TEXTS[number].format(n=20 + 4 * order)}"
        yield Said(day, number, unit, by, "on_schedule", text, next_steps="【演示】7月汇总检查结果。")
    if state == "a":
        yield Reviewed(on(6, 13), number, unit)
    elif state == "r":
        yield Reviewed(on(6, 14), number, unit, note=RETURNS[unit])


REVIEWS = [
    Reviewed(on(6, 9), 1, "jlc"),
    Reviewed(on(6, 13), 5, "jlc"),
    Reviewed(on(6, 13), 11, "jlc"),
    Reviewed(on(6, 13), 12, "jlc"),
    Reviewed(on(6, 13), 17, "jlc"),
    Reviewed(on(6, 13), 14, "simt"),
    Reviewed(on(6, 13), 7, "xuhui"),
    Reviewed(on(6, 15), 14, "baosteel", by="planner2"),
]


def drafts() -> Iterator[Drafted]:
    """What is begun and not sent; nobody but its writers reads it."""
    for unit, states in SECOND_QUARTER.items():
        for number, state in zip(NUMBERS, states, strict=True):
            if state == "d":
                yield Drafted(number, unit, unit, "【演示】草稿：数据核对中，待补充。")
