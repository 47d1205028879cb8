"""Items that stand behind each other on one line: 1.……（责任单位：甲）2.……（责任单位：乙）."""

import re
from collections.abc import Iterator

from tasks.documents.clauses import clauses
from tasks.documents.folding import masked
from tasks.documents.numbering import Style, marker
from tasks.documents.passages import Passage

NUMBER = re.compile(r"(?<![\d.])(\d{1,3})\s*[.、](?!\d)")
ENDS = " 。;"


def parted(lines: list[Passage]) -> list[Passage]:
    """Each item on a line of its own."""
    return [part for line in lines for part in _parts(line)]


def _parts(line: Passage) -> list[Passage]:
    cuts = list(_cuts(line.folded)) if len(NUMBER.findall(line.folded)) > 1 else []
    if not cuts:
        return [line]
    return [line.part(start, end) for start, end in zip([0, *cuts], [*cuts, len(line.text)], strict=True)]


def _cuts(text: str) -> Iterator[int]:
    """Before each number that is the next and stands directly behind units; before the first, where one follows so."""
    opens = marker(text)
    count = opens.number if opens and opens.style == Style.FIGURE else 0
    ends = _ends_of_units(text)
    held: int | None = None
    for hit in NUMBER.finditer(masked(text)):
        if int(hit[1]) == 1 and not count and text[: hit.start()][-4:].rstrip().endswith(("。", ":")):
            held, count = hit.start(), 1
        elif count and int(hit[1]) == count + 1 and _bare_end(text, hit.start()) in ends:
            yield from [held] if held is not None else []
            yield hit.start()
            held, count = None, count + 1


def _ends_of_units(text: str) -> set[int]:
    return {_bare_end(text, clause.end) for clause in clauses(text)[0] if clause.mentions}


def _bare_end(text: str, end: int) -> int:
    """Without the full stop and spaces before it."""
    while end and text[end - 1] in ENDS:
        end -= 1
    return end
