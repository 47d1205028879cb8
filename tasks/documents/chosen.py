"""Which of the numbered items are tasks: those that name units, and those that stand among them."""

import re
from collections import Counter
from dataclasses import dataclass, field

from tasks.documents.clauses import clauses
from tasks.documents.doubts import Doubt, Why
from tasks.documents.numbering import Style
from tasks.documents.outline import Item, Outline
from tasks.documents.passages import Passage, joined

PREAMBLE = re.compile(
    r"(?:总体|基本|主要|指导|工作|发展|有关|相关|具体|实施|目标)*(?:思路|要求|目标|思想|原则)(?:[和及与、]|[。:\n]|$)|"
    r"(?:保障措施|组织保障|组织实施|组织领导|工作保障|工作机制|保障机制|推进机制|实施步骤|附则|其他要求|强化保障|"
    r"加强组织(?:领导|实施|保障)|强化组织(?:领导|实施|保障))"
)


@dataclass
class Chosen:
    """The tasks in order; what only heads them, or is none, is left."""

    tasks: list[Item] = field(default_factory=list)
    left: list[Item] = field(default_factory=list)


def chosen(tree: Outline) -> Chosen:
    """The tasks of a tree."""
    items = tree.items()
    bearing = {id(item) for item in items if _bears(item)}
    _promote(items, bearing)
    _gather(items, bearing)
    tops = [item for item in items if id(item) in bearing and not _split_below(item, bearing)]
    tasks = {id(item) for item in tops}
    tasks |= {id(item) for item in _among(items, tasks)} if tasks else {id(item) for item in _without_units(items)}
    inside = {id(below) for item in items if id(item) in tasks for below in item.within()}
    kept = Chosen([item for item in items if id(item) in tasks], [item for item in items if id(item) not in inside])
    _tell_of_headings(kept, bearing)
    return kept


def _bears(item: Item) -> bool:
    return _names_units(item.lines)


def _names_units(lines: list[Passage]) -> bool:
    return any(clause.mentions for clause in clauses(joined(lines).folded)[0])


SMALL = {Style.FIGURE_BRACKETS, Style.FIGURE_BRACKET, Style.RING}


def _gather(items: list[Item], bearing: set[int]) -> None:
    """Where 1. names units itself, or its (1) and (2) do, 1. is the task in both cases."""
    direct = Counter((item.style, _depth(item)) for item in items if id(item) in bearing)
    heads = [item for item in items if any(child.style in SMALL and id(child) in bearing for child in item.children)]
    alike = Counter((item.style, _depth(item)) for item in heads)
    for item in heads:
        kind = (item.style, _depth(item))
        if item.style not in SMALL and direct[kind] * 2 >= alike[kind]:
            bearing -= {id(below) for below in item.within()}
            bearing.add(id(item))
            item.doubts.append(Doubt(Why.SUB_ITEMS))


def _promote(items: list[Item], bearing: set[int]) -> None:
    """Where only the last of several sub-items ever names units, they are meant for what stands above."""
    for style in set(Style):
        alike = [item for item in items if item.style == style and item.parent]
        last = [item for item in alike if item.parent and item.parent.children[-1] is item]
        if any(id(item) in bearing for item in alike if item.parent and item.parent.children[-1] is not item):
            continue
        for item in last:
            apart = not _names_units(item.lines[:1])
            if item.parent and id(item) in bearing and apart and len(item.parent.children) > 1:
                bearing.discard(id(item))
                bearing.add(id(item.parent))
                item.parent.doubts.append(Doubt(Why.UNITS_ELSEWHERE, item.printed.text[:30]))


def _split_below(item: Item, bearing: set[int]) -> bool:
    """Whether its sub-items name units of their own."""
    return any(id(below) in bearing for below in item.within() if below is not item)


def _among(items: list[Item], tasks: set[int]) -> list[Item]:
    """Items that name no units but are numbered like tasks and stand where tasks stand, or could."""
    parents = {(item.style, id(item.parent)) for item in items if id(item) in tasks}
    kinds = Counter((item.style, _depth(item)) for item in items if id(item) in tasks)
    usual = {kind for kind, count in kinds.items() if count > 1}
    return [item for item in items if id(item) not in tasks and _could_be(item, items, tasks, parents, usual)]


def _could_be(
    item: Item, items: list[Item], tasks: set[int], parents: set[tuple[Style, int]], usual: set[tuple[Style, int]]
) -> bool:
    inside = any(id(above) in tasks for above in item.above())
    heads = any(id(below) in tasks for below in item.within())
    if inside or heads or _is_preamble(item, tasks):
        return False
    return (item.style, id(item.parent)) in parents or (item.style, _depth(item)) in usual


def _depth(item: Item) -> int:
    return sum(1 for _ in item.above())


def _is_preamble(item: Item, tasks: set[int]) -> bool:
    """What heads several tasks is none, whatever it is called."""
    around = list(item.above()) if item.parent else [item]
    return any(PREAMBLE.match(one.words) and len(tasks & {id(below) for below in one.within()}) < 2 for one in around)


def _without_units(items: list[Item]) -> list[Item]:
    """In a document that names no units: the items with sentences that are not divided further."""
    leaves = [item for item in items if "。" in item.words and not _is_preamble(item, set())]
    leaves = [item for item in leaves if not any("。" in child.words for child in item.children)]
    styles = Counter(
        item.style for item in leaves if item.style not in {Style.FIGURE_BRACKETS, Style.RING, Style.CHAPTER}
    )
    usual = styles.most_common(1)[0][0] if styles else None
    return [item for item in leaves if item.style == usual]


def _tell_of_headings(kept: Chosen, bearing: set[int]) -> None:
    """Units named by a heading are nobody's until a person decides."""
    for task in kept.tasks:
        for above in task.above():
            if id(above) in bearing:
                task.doubts.append(Doubt(Why.HEADING_UNITS, above.words[:60]))
        deep = [child for child in task.children if child.style in {Style.FIGURE, Style.HAN_BRACKETS, Style.HAN}]
        if deep and _bears(task):
            task.doubts.append(Doubt(Why.SUB_ITEMS))
