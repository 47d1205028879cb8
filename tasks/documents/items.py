"""Numbered items into tasks and groups."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tasks.documents.chosen import Chosen
from tasks.documents.clauses import clauses
from tasks.documents.document import ReadGroup, ReadTask
from tasks.documents.doubts import Doubt, Why
from tasks.documents.folding import masked
from tasks.documents.lists import LOOSE, Clause
from tasks.documents.milestones import proposals
from tasks.documents.outline import Item, Outline
from tasks.documents.passages import Passage, joined
from tasks.documents.roles import Rules, units

TITLE_ENDS = re.compile(r"[。!]|(?<=[\u4e00-\u9fff])\.(?=[\u4e00-\u9fff])|\n| {2,}|\u2028")
COLON = re.compile(r":")
LONGEST_TITLE = 40
TITLE_BEFORE_COLON = 30


@dataclass
class ReadPart:
    """What a part of the document holds."""

    groups: list[ReadGroup] = field(default_factory=list)
    tasks: list[ReadTask] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def numbered_part(kept: Chosen, tree: Outline, rules: Rules, year: int | None) -> ReadPart:
    """The tasks under their headings."""
    part = ReadPart()
    heads = list({id(item.parent): item.parent for item in kept.tasks if item.parent}.values())
    printed = [head.number for head in heads]
    rising = all(one < other for one, other in pairwise(printed))
    for place, head in enumerate(heads, start=1):
        title = _title_of_head(head)
        part.groups.append(ReadGroup(head.number if rising else place, title.text, title.whole))
    places = {id(head): place for place, head in enumerate(heads)}
    if kept.tasks and sum(map(_is_several, kept.tasks)) * 2 >= len(kept.tasks):
        _read_paragraphs(part, kept, rules, year)
    else:
        part.tasks += [task(item, places.get(id(item.parent)), rules, year) for item in kept.tasks]
    part.doubts += _outside(kept, tree)
    return part


def _title_of_head(head: Item) -> Passage:
    """Without the units that it may name."""
    line = head.lines[0]
    return title_of(line, [clause for clause in clauses(line.folded)[0] if clause.start])[0]


def _outside(kept: Chosen, tree: Outline) -> list[Doubt]:
    """Units that are named in no task."""
    passages = [*tree.loose, *(line for item in kept.left for line in item.lines)]
    heads = {id(above) for item in kept.tasks for above in item.above()}
    known = {id(item.lines[0]) for item in kept.left if id(item) in heads}
    named = [
        line for line in passages if id(line) not in known and any(one.mentions for one in clauses(line.folded)[0])
    ]
    return [Doubt(Why.NOT_IN_TASK, line.text) for line in named]


def task(item: Item, group: int | None, rules: Rules, year: int | None) -> ReadTask:
    """One item with all that is said of it."""
    passage = joined(item.all_lines)
    read = made(passage, item.number, group, rules, year)
    if any(doubt.why == Why.SUB_ITEMS for doubt in item.doubts):
        read.doubts = [doubt for doubt in read.doubts if doubt.why != Why.SEVERAL_LISTS]
    read.doubts = [
        *item.doubts,
        *(doubt for below in item.within() if below is not item for doubt in below.doubts),
        *read.doubts,
    ]
    return read


def _is_several(item: Item) -> bool:
    """A heading with no words of its own, over paragraphs that each end with their units."""
    named = [lines for lines in _paragraphs(item.lines[1:]) if _names_units(lines[-1])]
    return len(named) > 1 and not re.search(r"[。(\[]", item.lines[0].folded)


def _paragraphs(lines: list[Passage]) -> Iterator[list[Passage]]:
    """Sentences, each with the lines that name its units."""
    begin = 0
    for end, line in enumerate(lines, start=1):
        told = any("。" in one.folded for one in lines[begin:end])
        goes_on = end < len(lines) and _names_units(lines[end]) and not _says_more(lines[end])
        if end == len(lines) or (told and _names_units(line) and not goes_on):
            yield lines[begin:end]
            begin = end


def _names_units(line: Passage) -> bool:
    return any(one.mentions for one in clauses(line.folded)[0])


def _says_more(line: Passage) -> bool:
    """Than who does it."""
    words = _blotted(line, clauses(line.folded)[0]).text
    return bool(words.strip(LOOSE))


def _read_paragraphs(part: ReadPart, kept: Chosen, rules: Rules, year: int | None) -> None:
    """Tasks without numbers: each paragraph that names units ends one; the numbered headings are the groups."""
    part.groups = []
    for item in kept.tasks:
        title = _title_of_head(item)
        part.groups.append(ReadGroup(len(part.groups) + 1, title.text, title.whole))
        for lines in _paragraphs(item.all_lines[1:]):
            part.tasks.append(made(joined(lines), len(part.tasks) + 1, len(part.groups) - 1, rules, year))
            part.tasks[-1].doubts.append(Doubt(Why.NUMBER_NOT_PRINTED))


def made(passage: Passage, number: int, group: int | None, rules: Rules, year: int | None) -> ReadTask:
    """A task from its words: title, units, proposals."""
    named, doubts, found = units(passage, rules)
    title, is_own = title_of(passage, found)
    if not is_own:
        doubts.append(Doubt(Why.LONG_TITLE))
    doubts += doubts_of_roles([unit.role for unit in named])
    covered = _blotted(passage, found)
    milestones = proposals(covered, len(title.text) if is_own else 0, len(covered.text), year)
    return ReadTask(number, title.text, passage.text, group, named, title.whole, passage.whole, milestones, doubts)


def doubts_of_roles(roles: list[str]) -> list[Doubt]:
    if not roles:
        return [Doubt(Why.NO_UNITS)]
    return [] if "lead" in roles else [Doubt(Why.NO_LEAD)]


def _blotted(passage: Passage, found: list[Clause]) -> Passage:
    """Without the clauses, so that no proposal quotes one."""
    signs = list(passage.text)
    for clause in found:
        signs[clause.start : clause.end] = "\n" * (clause.end - clause.start)
    return Passage("".join(signs), passage.pieces)


def title_of(passage: Passage, found: list[Clause]) -> tuple[Passage, bool]:
    """The first sentence, and whether it is a title: short, or on a line of its own."""
    outer = _without_quotes(masked(passage.folded))
    begin = _after_units(passage.folded, found)
    limit = min((clause.start for clause in found if clause.start >= begin), default=len(outer))
    end = min(hit.start() if (hit := TITLE_ENDS.search(outer, begin)) else len(outer), limit)
    colon = COLON.search(outer, begin + 2, min(end, begin + TITLE_BEFORE_COLON))
    if colon and not re.search(r"[,;]", outer[begin : colon.start()]):
        end = colon.start()
    trimmed = len(passage.text[:end].rstrip(" 　,，;；:：。.．"))
    title = passage.part(begin, max(trimmed, begin))
    return title, len(title.text) <= LONGEST_TITLE or passage.text[end : end + 1] == "\n"


def _after_units(text: str, found: list[Clause]) -> int:
    """Where the words begin if the units stand before them."""
    begin = 0
    for clause in found:
        if clause.mentions and not text[begin : clause.start].strip(LOOSE):
            begin = clause.end
    return begin if text[begin:].strip(LOOSE) else 0


def _without_quotes(text: str) -> str:
    return re.sub(r"《[^《》\n]{0,120}》|“[^“”\n]{0,120}”", lambda hit: "\x00" * len(hit[0]), text)
