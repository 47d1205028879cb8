"""Sentences of the bulletin and the brief: Chinese, as a bureau writes them. Every figure is counted elsewhere."""

from collections.abc import Iterable, Mapping
from typing import Any

from tasks.exports.official.text import day, share, tenths, with_days
from tasks.models import Assessment, Role
from tasks.querysets.bulletin import MISSING, NOT_ASKED, NOTHING_NEW, TO_REVIEW, Line, Owing, Told
from tasks.querysets.light import Light
from tasks.rhythm import Span, label
from tasks.workflow import State

ABOUT_WORDS: Mapping[str, Any] = {
    **dict(Assessment.choices),
    NOTHING_NEW: "无新进展",
    TO_REVIEW: "待审定",
    MISSING: "未报送",
    NOT_ASKED: "未要求",
}


def span(period: Any) -> str:
    """第二季度, 6月; the days of any other period."""
    days = Span(period.starts_on, period.ends_on)
    return label(*days) if days.is_regular else f"{day(period.starts_on)}至{day(period.ends_on)}"


def light_word(light: str) -> str:
    return str(Light(light).label)


def numbers(lines: Iterable[Line]) -> str:
    """任务1、4、8"""
    return "任务" + "、".join(str(line.task.number) for line in lines)


def spoken_by(line: Line) -> str:
    """Who speaks for the task; where every lead is a collective, those."""
    return line.unit.short_name if line.unit else leads(line) or "未明确牵头部门"


def leads(line: Line) -> str:
    """As printed."""
    return "、".join(unit.printed_as for unit in line.task.assignments.all() if unit.role == Role.LEAD)


def naming(line: Line) -> str:
    return f"任务{line.task.number}“{line.task.title}”（{spoken_by(line)}）"


def why(line: Line) -> str:
    return with_days(line.why)


def closed_or_not(told: Told) -> list[str]:
    """What the planner should know of the figures."""
    name = span(told.period)
    return [] if told.period.is_closed else [f"{name}尚未关闭，亮灯、进度和报送均为{day(told.on)}的情况"]


# ---- 一、总体情况 ----


def of_progress(told: Told) -> str:
    """The mean goes over tasks that are neither cancelled nor without milestones, as on the portal's pages."""
    counted = "" if told.figures.progress is None else "（已取消和未设置节点的任务不计）"
    return f"{of_states(told.figures)}{of_mean(told.figures)}{counted}。"


def of_states(figures: Any) -> str:
    counted = figures.by_state.items()
    parts = [f"{State(state).label}{n}项" for state, n in counted if n or state == State.CLOSED]
    return f"共有{len(figures.groups)}个板块、{figures.tasks}项任务：{'，'.join(parts)}。"


def of_mean(figures: Any) -> str:
    if figures.progress is None:
        return "任务均未设置节点，暂无完成进度"
    standing = f"落后{figures.gap}个百分点" if figures.gap > 0 else "达到序时要求"
    return f"平均完成进度{figures.progress}%，序时应为{figures.expected_progress}%，{standing}"


def of_words(told: Told) -> str:
    """The four own assessments always, 0 too; what is beside them where there is any."""
    counts, whole = told.words, len(told.lines)
    accepted = sum(bool(line.report) for line in told.lines)
    kinds = {word: n for word, n in counts.items() if n or word in Assessment.values}
    listed = _listed({str(ABOUT_WORDS[word]): n for word, n in kinds.items()}, whole)
    return f"以第一牵头部门经审定的本期报送为准，{whole}项任务中已审定{accepted}项。{listed}"


def of_lights(told: Told) -> str:
    lights = told.figures.by_light
    return _listed({light_word(light): lights[light] for light in Light.values}, told.figures.tasks)


def _listed(counts: Mapping[str, int], whole: int) -> str:
    parts = [f"{word}{n}项，占{share(n, whole)}" if n else f"{word}0项" for word, n in counts.items()]
    adds_up = not whole or sum(tenths(n, whole) for n in counts.values()) == tenths(whole, whole)
    return "；".join(parts) + ("。" if adds_up else "（因四舍五入，各项占比之和不等于100%）。")


def of_reports(told: Told) -> str:
    tally = told.tally
    if not tally.owed:
        return "本期未要求报送。"
    sent = f"本期应报{tally.owed}份，已报{tally.sent}份，占{share(tally.sent, tally.owed)}"
    if not tally.lacking:
        return f"{sent}，已全部报齐。"
    return f"{sent}；未报{tally.lacking}份，涉及{units_owing(told)}个单位，{_overdue(told)}。"


def _overdue(told: Told) -> str:
    due = f"报送截止日期为{day(told.period.due_on)}"
    return f"其中逾期{told.tally.overdue}份（{due}）" if told.tally.overdue else f"{due}，尚未逾期"


def units_owing(told: Told) -> int:
    return sum(len(each.units) for each in told.owing)


# ---- 三、存在问题 ----


def of_owing(told: Told) -> list[str]:
    """A sentence for each set of units that owe the same."""
    if not told.tally.owed:
        return ["本期未要求报送。"]
    return [f"{ordinal}.{_who(each)}：{_what(each)}。" for ordinal, each in enumerate(told.owing, 1)] or [
        "应报单位均已报送。"
    ]


def _who(each: Owing) -> str:
    names = "、".join(unit.short_name for unit in each.units)
    many = f"等{len(each.units)}家" if len(each.units) > 1 else ""
    return f"{names}{many}" + (f"（{each.collective.short_name}）" if each.collective else "")


def _what(each: Owing) -> str:
    return "任务" + "、".join(map(str, each.tasks))
