"""Who leads and who helps, once all that a task says of its units is known."""

import re
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from tasks.documents.clauses import clauses
from tasks.documents.doubts import Doubt, Why
from tasks.documents.labels import FIRST_LEADS, STARRED_LEADS, Says
from tasks.documents.lists import LOOSE, Clause, Mention
from tasks.documents.passages import Passage, Span

TORN = re.compile(r"(?<=[\u4e00-\u9fff)）])[ \u3000]+(?=[\u4e00-\u9fff(（])")  # 市 财 政 局, as scanned


@dataclass(frozen=True)
class Rules:
    """What the document says of all its lists."""

    first_leads: bool = False
    noted_in_passing: bool = False  # in the words of one task, and not said to hold for all
    starred: bool = False


def rules_of(lines: list[Passage]) -> Rules:
    """As the document's notes state them: 注：排在第一位的为牵头单位；下同."""
    notes = [line.folded for line in lines if FIRST_LEADS.search(line.folded)]
    general = [note for note in notes if "下同" in note or "均" in note or not _names_units(note)]
    return Rules(bool(notes), bool(notes) and not general, any(STARRED_LEADS.search(line.folded) for line in lines))


def _names_units(line: str) -> bool:
    return any(clause.mentions for clause in clauses(line)[0])


@dataclass(frozen=True)
class Unit:
    """A unit of a task: `printed` without 等, `printed_as` with it; `span` is the place of the latter."""

    printed: str
    printed_as: str
    role: str  # lead, support
    span: Span

    @property
    def open_ended(self) -> bool:
        return self.printed != self.printed_as


def units(passage: Passage, rules: Rules) -> tuple[list[Unit], list[Doubt], list[Clause]]:
    """All units of a task in the order of the text."""
    found, doubts = clauses(passage.folded)
    doubts = doubts + [doubt for clause in found for doubt in clause.doubts]
    said: list[Unit] = []
    for group in beside(found, passage.folded):
        mentions = [mention for clause in group for mention in clause.mentions]
        said += decided(mentions, passage, rules, doubts)
        if _says_twice_who_answers(group):
            doubts.append(Doubt(Why.NO_ROLE, passage.text[group[0].start : group[-1].end]))
    doubts += _told_apart(found, passage)
    return once(said, doubts), doubts, found


def _says_twice_who_answers(group: list[Clause]) -> bool:
    """责任处室:X;责任单位:Y and X负责,Y落实 may mean that Y helps."""
    lead_named = any(mention.says == Says.LEAD for clause in group for mention in clause.mentions)
    return sum(clause.responsible for clause in group) > 1 and not lead_named


def _told_apart(found: list[Clause], passage: Passage) -> list[Doubt]:
    """Paragraphs that each name units may be tasks of their own."""
    naming = [clause for clause in found if clause.mentions]
    between = [(other, passage.folded[one.end : other.start]) for one, other in pairwise(naming)]
    return [
        Doubt(Why.SEVERAL_LISTS, passage.text[other.start : other.end])
        for other, words in between
        if "\n" in words and words.strip(LOOSE)
    ][:1]


def beside(found: list[Clause], text: str) -> list[list[Clause]]:
    """Clauses between which nothing is said count as one."""
    groups: list[list[Clause]] = []
    for clause in found:
        if groups and not text[groups[-1][-1].end : clause.start].strip(LOOSE):
            groups[-1].append(clause)
        else:
            groups.append([clause])
    return groups


def decided(mentions: list[Mention], passage: Passage, rules: Rules, doubts: list[Doubt]) -> list[Unit]:
    """The responsible lead, unless a lead is named beside them or only the first one leads."""
    lead_named = any(mention.says == Says.LEAD for mention in mentions)
    said = []
    for says, group in groupby(mentions, key=lambda mention: mention.says):
        listed = list(group)
        if says in {Says.MIXED, Says.RESPONSIBLE} and not lead_named:
            doubts += _unsettled(says, listed, passage, rules)
        for place, mention in enumerate(listed):
            said.append(_unit(mention, _role(says, place, lead_named, rules), passage))
    return said


def _role(says: Says, place: int, lead_named: bool, rules: Rules) -> str:
    if says in {Says.LEAD, Says.SUPPORT}:
        return str(says)
    return "support" if lead_named or (rules.first_leads and place > 0) else "lead"


def _unsettled(says: Says, listed: list[Mention], passage: Passage, rules: Rules) -> list[Doubt]:
    if rules.first_leads:
        elsewhere = rules.noted_in_passing and len(listed) > 1 and not FIRST_LEADS.search(passage.folded)
        return [Doubt(Why.NOTED_ELSEWHERE)] if elsewhere else []
    if says == Says.MIXED:
        return [Doubt(Why.MIXED_ROLES, passage.text[listed[0].name.start : listed[-1].name.end])]
    return [Doubt(Why.STARRED)] if rules.starred else []


def _unit(mention: Mention, role: str, passage: Passage) -> Unit:
    name = mention.name
    printed, printed_as = (TORN.sub("", passage.text[name.start : end]) for end in (name.end, name.end_printed))
    return Unit(printed, printed_as, role, passage.span(name.start, name.end_printed))


def once(said: list[Unit], doubts: list[Doubt]) -> list[Unit]:
    """A unit is named once; one that leads and helps leads."""
    kept: dict[str, Unit] = {}
    for unit in said:
        before = kept.get(unit.printed)
        if before and before.role != unit.role:
            doubts.append(Doubt(Why.BOTH_ROLES, unit.printed))
            kept[unit.printed] = replace(before, role="lead")
        kept.setdefault(unit.printed, unit)
    return list(kept.values())
