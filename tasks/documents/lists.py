"""A list of units with the words that say who leads: 牵头部门:X,配合部门:Y and X牵头,Y配合. Text is folded."""

import re
from dataclasses import dataclass, field

from tasks.documents.doubts import Doubt, Why
from tasks.documents.folding import masked
from tasks.documents.labels import ENDS_ROLE, JOINING, LABEL, Says
from tasks.documents.units import Name, Names, names

LOOSE = " ,;:。.、\n\t\u2028"
WHEN = re.compile(
    r"(?:(?:于|在|到)?(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:上半年|下半年|年底|年末|全年|第?[一二三四]季度|月底)?(?:前|之前|底前|以前)?"
    r"(?:完成|启动|实施|取得.{0,6}|见效)?|持续(?:推进|实施|开展)?|长期(?:坚持|推进|实施)?|常态化(?:推进|实施|开展)?|全年(?:推进|实施)?)"
)
BOUNDARY = re.compile(r"(?:^|[\n。;!,、\s)\]:>\u2028])(?:其中)?[:,]?$")


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

    def take(self, text: str, start: int, end: int, says: Says) -> None:
        """The units listed there, under what is said of them."""
        parts = _joined_by_hui_tong(text, start, end) if says in {Says.LEAD, Says.RESPONSIBLE} else []
        for one, other, role in parts or [(start, end, says)]:
            read = names(text, one, other)
            self.doubts += read.doubts
            self.mentions += [Mention(name, Says(name.role or role)) for name in _marked(read)]
        if parts:
            self.doubts.append(Doubt(Why.JOINED_ROLE, text[start:end]))


def _marked(read: Names) -> list[Name]:
    return [name for name in read.found if name.end > name.start]


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
    elif before and not WHEN.fullmatch(before):
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
    inner = suffixed(text, start, end)
    if inner:
        clause.mentions += inner.mentions
        clause.doubts += inner.doubts
        return
    clause.take(text, start, _without_date(text, start, end), says)
    if len(clause.mentions) == before and text[start:end].strip(LOOSE) not in {"", "-", "—", "/", "无"}:
        clause.doubts.append(Doubt(Why.UNPARSED, text[start:end]))


def _without_date(text: str, start: int, end: int) -> int:
    """Where the list ends if 2023年6月底前完成 stands behind it."""
    cut = max(text.rfind(sign, start, end) for sign in ",;。")
    tail = text[cut + 1 : end].strip(LOOSE) if cut >= start else ""
    return cut if tail and WHEN.fullmatch(tail) else end


# ---- X牵头,Y配合 ----


def suffixed(text: str, start: int, end: int) -> Clause | None:
    """None unless the whole stretch is units, each list followed by what it does."""
    outer, begin = masked(text[start:end]), 0
    clause = Clause(start, end)
    for hit in ENDS_ROLE.finditer(outer):
        after = outer[hit.end() :]
        if after and after[0] not in LOOSE and not re.match(r"[省市区县各局]|并", after):
            continue
        if not outer[begin : hit.start()].strip(LOOSE):
            continue
        clause.take(text, start + begin, start + hit.start(), Says(hit.lastgroup or Says.RESPONSIBLE))
        begin = hit.end()
    tail = outer[begin:].strip(LOOSE)
    return clause if clause.mentions and (not tail or WHEN.fullmatch(tail)) else None
