"""A list of units with the words that say who leads: 牵头部门:X,配合部门:Y and X牵头,Y配合. Text is folded."""

import re
from dataclasses import dataclass, field

from tasks.documents.doubts import Doubt, Why
from tasks.documents.folding import masked
from tasks.documents.labels import ENDS_ROLE, FIRST_LEADS, JOINING, LABEL, ORNAMENT, WHAT, Says
from tasks.documents.units import ENDS_LIKE_UNIT, Name, names

LOOSE = " ,;:。.、\n\t\u2028"
A_TIME = (
    r"(?:力争|争取|确保)?(?:于|在|到|至|从|自)?(?:\d{4}(?:年|\.\d)|\d{1,2}月|\d{1,2}日|[今本明当]年|年[内底末中]|全年|[上下]半年|第?[一二三四]季度|月底|"
    r"每[年月季周半]|“?十[四五六]五|持续|长期|常态|经常|及时|适时|近期|中期|远期|分[步阶年]|逐[年步]|按(?:时间|时限|节点|进度|序时|计划|期))"
)
WHEN = re.compile(
    rf"{A_TIME}(?!\w*(?:牵头|负责|配合|参与))[^,;、。\n]{{0,24}}(?:[,;、。]{A_TIME}(?!\w*(?:牵头|负责|配合|参与))[^,;、。\n]{{0,24}})*"
)
NAMES_MORE = re.compile(r"[局委厅处所办院]|各|部门|单位|政府")
BOUNDARY = re.compile(rf"(?:^|[\n。;!,、\s)\]:>\u2028{ORNAMENT}])(?:其中)?[:,]?$")


def is_time(words: str) -> bool:
    """年内持续推进, and no unit whose name begins so."""
    return bool(WHEN.fullmatch(words)) and not any(map(ENDS_LIKE_UNIT.search, re.split(r"[,;、。]", words)))


@dataclass(frozen=True)
class Mention:
    """A unit at its place in the task's folded text."""

    name: Name
    says: Says


@dataclass
class Clause:
    """Words that are about units and nothing else, from `start` to `end`."""

    start: int
    end: int
    mentions: list[Mention] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    responsible: int = 0  # lists that are said to be so, and no more
    leading: int = 0

    def take(self, text: str, start: int, end: int, says: Says) -> None:
        """The units listed there, under what is said of them."""
        self.responsible += says == Says.RESPONSIBLE
        self.leading += says == Says.LEAD
        parts = _joined_by_hui_tong(text, start, end) if says in {Says.LEAD, Says.RESPONSIBLE} else []
        for one, other, role in parts or [(start, end, says)]:
            read = names(text, one, other)
            self.doubts += read.doubts
            starred = Says.LEAD if says not in {Says.LEAD, Says.SUPPORT} else role
            self.mentions += [
                Mention(name, Says(name.role) if name.role else starred if name.starred else role)
                for name in read.found
            ]
        if parts:
            self.doubts.append(Doubt(Why.JOINED_ROLE, text[start:end]))


def _joined_by_hui_tong(text: str, start: int, end: int) -> list[tuple[int, int, Says]]:
    found = JOINING.search(masked(text[start:end]))
    if not found:
        return []
    return [(start, start + found.start(), Says.LEAD), (start + found.end(), end, Says.SUPPORT)]


# ---- labels ----


def labelled(text: str, start: int, end: int) -> Clause | None:
    """牵头部门:X,配合部门:Y from label to label; what stands before the first one is no unit."""
    outer = masked(text[start:end])
    marks = [hit for hit in LABEL.finditer(outer) if hit.start() == 0 or BOUNDARY.search(outer[: hit.start()][-4:])]
    if not marks:
        return None
    clause = Clause(start, end)
    _between_labels(clause, text, marks, start, end)
    before = text[start : start + marks[0].start()].strip(LOOSE)
    named = suffixed(text, start, start + marks[0].start()) if before else None
    if named:
        clause.mentions = [*named.mentions, *clause.mentions]
        clause.doubts += named.doubts
        clause.responsible += named.responsible
    elif before and not is_time(before):
        clause.doubts.append(Doubt(Why.UNPARSED, before))
    return clause


def _between_labels(clause: Clause, text: str, marks: list[re.Match[str]], offset: int, end: int) -> None:
    for place, mark in enumerate(marks):
        stop = offset + marks[place + 1].start() if place + 1 < len(marks) else end
        says = Says(mark.lastgroup or Says.OTHER)
        if says != Says.OTHER:
            listed(clause, text, offset + mark.end(), stop, says)


def listed(clause: Clause, text: str, start: int, end: int, says: Says) -> None:
    """After a label stands a list, or once more the form X牵头,Y配合."""
    before = len(clause.mentions)
    end = before_note(clause, text, start, end)
    inner = suffixed(text, start, end)
    if inner:
        clause.mentions += inner.mentions
        clause.doubts += inner.doubts
        clause.responsible += inner.responsible
        return
    clause.take(text, start, without_date(text, start, end), says)
    if len(clause.mentions) == before and text[start:end].strip(LOOSE) not in {"", "-", "—", "/", "无"}:
        clause.doubts.append(Doubt(Why.UNPARSED, text[start:end]))


def before_note(clause: Clause, text: str, start: int, end: int) -> int:
    """Where the list ends if another sentence follows; what that says is a person's to read, unless it is known."""
    outer = masked(text[start:end])
    stop = outer.find("。")
    note = text[start + stop : end].strip(LOOSE) if stop >= 0 else ""
    if not note:
        return end
    if not FIRST_LEADS.search(note) and not is_time(note):
        clause.doubts.append(Doubt(Why.UNPARSED, note))
    return start + stop


def without_date(text: str, start: int, end: int) -> int:
    """Where the list ends if 2023年6月底前完成 stands behind it."""
    while True:
        cut = max(text.rfind(sign, start, end) for sign in ",;。")
        tail = text[cut + 1 : end].strip(LOOSE) if cut >= start else ""
        if not tail or not is_time(tail):
            return end
        end = cut


# ---- X牵头,Y配合 ----


def suffixed(text: str, start: int, end: int) -> Clause | None:
    """None unless the whole stretch is units, each list followed by what it does."""
    outer, begin = masked(text[start:end]), 0
    clause = Clause(start, end)
    for hit in ENDS_ROLE.finditer(outer):
        stop = _end_of_duty(outer, hit.end())
        told = outer[begin : hit.start()].strip(LOOSE)
        if stop is None or not told or is_time(told + hit[0]):
            continue
        clause.take(text, start + begin, start + hit.start(), Says(hit.lastgroup or Says.RESPONSIBLE))
        if NAMES_MORE.search(outer, hit.end(), stop):  # 牵头组织各区局实施
            clause.doubts.append(Doubt(Why.UNPARSED, text[start + hit.start() : start + stop]))
        begin = stop
    tail = outer[begin:].strip(LOOSE)
    if clause.leading > 1:  # 甲总牵头,乙分头牵头
        clause.doubts.append(Doubt(Why.MIXED_ROLES, text[start:end]))
    return clause if clause.mentions and (not tail or is_time(tail)) else None


def _end_of_duty(outer: str, at: int) -> int | None:
    """Where the words after 牵头 or 配合 end; None if what follows is no duty but the rest of a name or sentence."""
    if at == len(outer) or outer[at] in LOOSE or re.match(r"[省市区县各局]|并(?!组织|负责|抓)", outer[at:]):
        return at
    what = WHAT.match(outer, at)
    return what.end() if what else None
