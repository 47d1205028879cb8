"""Where the words of a plan stand in its published text: its tasks, their units, their quotes.

Words that stand nowhere have no place, nor have those that may stand in several: better none than a wrong one.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tasks.documents.bare import Bare, bare
from tasks.documents.encoding import NotADocument
from tasks.documents.passages import Passage, Span
from tasks.documents.published import Mentioned, Published
from tasks.documents.reader import read

TITLE_ENDS = tuple("。.:!、,;")
TELLING = 12  # signs: so many stand nowhere by chance

Spot = tuple[int, int]  # positions in bare words


@dataclass(frozen=True)
class Named:
    """A unit of a task as printed; `role`: lead, support."""

    key: Hashable
    role: str
    printed: str


@dataclass(frozen=True)
class Quoted:
    key: Hashable
    quote: str


@dataclass(frozen=True, eq=False)
class Words:
    """What a task has in print. Keys are the caller's."""

    key: Hashable
    number: int
    title: str
    text: str
    units: Sequence[Named] = ()
    quotes: Sequence[Quoted] = ()


def places(source: str, tasks: Sequence[Words]) -> dict[Hashable, Span]:
    """The places by the keys of tasks, units and quotes, as far as they stand in the text."""
    text = Published(source)
    found = sorted(_tasks(text, tasks), key=lambda each: each[1])
    told: dict[Hashable, Span] = {}
    starts = [spot[0] for _task, spot in found[1:]]
    for place, (task, (start, end)) in enumerate(found):
        limit = max(end, min([*starts[place : place + 1], text.end_of_line(end)]))
        told[task.key] = text.bare.span(start, end)
        told |= _quotes(task.quotes, text.bare, start, limit)
        told |= _units(task.units, text.mentions(start, end, limit))
    left = [task for task in tasks if task.key in told and any(unit.key not in told for unit in task.units)]
    return told | _as_read(source, left, told) if left else told


def _as_read(source: str, tasks: Sequence[Words], told: Mapping[Hashable, Span]) -> dict[Hashable, Span]:
    """The units that are left, where the reader of whole documents sees them: a table may have come apart."""
    try:
        read_at = {one.text_span.start: one.units for one in read(source).tasks}
    except NotADocument:
        return {}
    found: dict[Hashable, Span] = {}
    for task in tasks:
        units = [unit for unit in read_at.get(told[task.key].start, ()) if unit.span not in told.values()]
        named = [Mentioned(unit.role, {bare(source[unit.span.start : unit.span.end]): unit.span}) for unit in units]
        found |= _units([unit for unit in task.units if unit.key not in told], named)
    return found


# ---- quotes ----


def quotes(text: str, wanted: Sequence[Quoted]) -> dict[Hashable, Span]:
    """The places of quotes in the text of one task."""
    words = Bare(text)
    words.add(Passage(text, ((0, 0),)))
    return _quotes(wanted, words, 0, len(words.at))


def verbatim(text: str, words: str) -> str:
    """The words as the text of a task has them; empty where it has not."""
    found = quotes(text, [Quoted("", words)])
    return text[found[""].start : found[""].end] if found else ""


def _quotes(wanted: Sequence[Quoted], text: Bare, start: int, end: int) -> dict[Hashable, Span]:
    """Longer ones first, each where no other stands yet; inside another only if its words come nowhere else."""
    taken: dict[Hashable, Spot] = {}
    for one in sorted(wanted, key=lambda one: -len(bare(one.quote))):
        words = bare(one.quote)
        spots = [(spot, spot + len(words)) for spot in text.spots(words, start, end)]
        spots = [spot for spot in spots if text.there(*spot) == words]
        free = [spot for spot in spots if not _overlaps(spot, taken.values())]
        if spots:
            taken[one.key] = (free or spots)[0]
    return {key: text.span(*spot) for key, spot in taken.items()}


def _overlaps(one: Spot, others: Iterable[Spot]) -> bool:
    return any(start < one[1] and one[0] < end for start, end in others)


# ---- tasks ----


def _tasks(text: Published, tasks: Sequence[Words]) -> list[tuple[Words, Spot]]:
    """By their whole text, the longest first, so that none is found inside another; else by their title."""
    found: dict[Words, Spot] = {}
    for words, same in _alike(tasks, lambda task: task.text):
        found |= _by_text(text, words, same, found)
    left = [task for task in tasks if task not in found]
    for words, same in _alike(left, lambda task: task.title):
        found |= _by_title(text, words, same, found)
    return [(task, spot) for task, spot in found.items() if _holds(text.bare.there(*spot), task)]


def _holds(there: str, task: Words) -> bool:
    """Its text and nothing else, or its title at least."""
    title = bare(task.title)
    return there == bare(task.text) or (bool(title) and title in there)


def _alike(tasks: Sequence[Words], words_of: Callable[[Words], str]) -> list[tuple[str, list[Words]]]:
    """The tasks by their bare words, longest words first."""
    alike: dict[str, list[Words]] = defaultdict(list)
    for task in tasks:
        alike[bare(words_of(task))].append(task)
    return sorted(alike.items(), key=lambda each: -len(each[0]))


def _by_text(text: Published, words: str, same: list[Words], found: dict[Words, Spot]) -> dict[Words, Spot]:
    """Where a line or cell begins and ends with it; else where one begins; else, if it is long, anywhere."""
    length = len(words)
    free = [spot for spot in text.bare.spots(words) if not _overlaps((spot, spot + length), found.values())]
    opening = [spot for spot in free if spot in text.numbers]
    whole = [spot for spot in opening if spot + length == text.end_after(spot + length)]
    spots = whole or opening or (free if length >= TELLING else [])
    return {task: (spot, spot + length) for task, spot in _shared(text, same, spots).items()}


def _by_title(text: Published, words: str, same: list[Words], found: dict[Words, Spot]) -> dict[Words, Spot]:
    """Where a line or cell begins with it and a number that is not another's: then the line or cell is the task."""
    spots = []
    for spot in text.bare.spots(words):
        end = spot + len(words)
        opens = spot in text.numbers and not _overlaps((spot, end), found.values())
        if opens and (text.end_after(end) == end or text.bare.text.startswith(TITLE_ENDS, end)):
            spots.append(spot)
    return {task: (spot, text.end_after(spot + len(words))) for task, spot in _shared(text, same, spots).items()}


def _shared(text: Published, same: list[Words], spots: list[int]) -> dict[Words, int]:
    """One each in order if there are as many; else each the one that has its number."""
    if len(same) == len(spots):
        return dict(zip(same, spots, strict=True))
    numbered = {task: [spot for spot in spots if text.numbers.get(spot) == task.number] for task in same}
    return {task: theirs[0] for task, theirs in numbered.items() if len(theirs) == 1}


# ---- units ----


def _units(units: Sequence[Named], mentions: Iterable[Mentioned]) -> dict[Hashable, Span]:
    """Each takes a mention of its own: one under its role if there is one, else any that is left."""
    told: dict[Hashable, Span] = {}
    left = list(mentions)
    for by_role in (True, False):
        for unit in (unit for unit in units if unit.key not in told):
            words = bare(unit.printed)
            fitting = (one for one in left if words in one.spans and (one.says == unit.role or not by_role))
            if one := next(fitting, None):
                left.remove(one)
                told[unit.key] = one.spans[words]
    return told
