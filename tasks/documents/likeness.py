"""Whether two texts say the same in nearly the same words. Plain Python."""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import NamedTuple

NEARLY_THE_SAME = 0.9  # share of the characters that two texts have in common, in the same order
IN_ITS_PLACE = 0.7  # share from which changed words at the same place are the same words, corrected
COMPARED_AT_MOST = 3000  # characters in which two texts differ
RESEMBLES = 0.45  # share from which a name may be meant by another


def is_like(text: str, other: str, share: float = NEARLY_THE_SAME) -> bool:
    """Whether a reader would take one for a copy of the other; empty texts are like nothing."""
    one, two = _bare(text), _bare(other)
    return bool(one and two) and (one == two or _share(one, two, share) >= share)


def same_words(text: str, other: str) -> bool:
    """Whether nothing but white space and the width of signs tells them apart."""
    return _unspaced(text) == _unspaced(other)


def _unspaced(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _bare(text: str) -> str:
    """Letters, digits and characters only: spaces, punctuation, case and width make no new text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMN")


def _share(one: str, two: str, asked: float) -> float:
    """The cheap upper bounds first: most pairs differ so much that nothing more is asked."""
    matcher = SequenceMatcher(None, one, two)
    if matcher.real_quick_ratio() < asked or matcher.quick_ratio() < asked:
        return 0.0
    return matcher.ratio()


def nearest(name: str, names: Iterable[str], most: int = 12) -> list[str]:
    """Those among the names that look most like this one, the likeliest first; those that hold it whole before all."""
    known = list(names)
    holding = [each for each in known if len(name) > 1 and (name in each or each in name)]
    return list(dict.fromkeys([*holding, *get_close_matches(name, known, most, RESEMBLES)]))[:most]


def counterpart(quote: str, old: str, new: str) -> str:
    """What the words have become where the text around them was changed; nothing where they are no longer alike."""
    start = old.find(quote)
    steps = _steps(old, new) if quote and start >= 0 else ()
    if not steps:
        return ""
    first, last = _step_at(steps, start), _step_at(steps, start + len(quote) - 1)
    begins = first.b1 + (start - first.a1 if first.is_equal else 0)
    ends = last.b1 + start + len(quote) - last.a1 if last.is_equal else last.b2
    words = new[begins:ends].strip()
    return words if is_like(quote, words, IN_ITS_PLACE) else ""


class _Step(NamedTuple):
    """From one text to the other, as `SequenceMatcher` says it."""

    tag: str
    a1: int
    a2: int
    b1: int
    b2: int

    @property
    def is_equal(self) -> bool:
        return self.tag == "equal"


@lru_cache(maxsize=8)
def _steps(old: str, new: str) -> tuple[_Step, ...]:
    """Empty where too much has changed to be compared in a moment; what both begin and end with costs nothing."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    one, two = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(len(one), len(two)) > COMPARED_AT_MOST:
        return ()
    inside = SequenceMatcher(None, one, two, autojunk=False).get_opcodes()
    shifted = [_Step(tag, *(place + head for place in places)) for tag, *places in inside]
    after = _Step("equal", len(old) - tail, len(old), len(new) - tail, len(new))
    return (_Step("equal", 0, head, 0, head), *shifted, after)


def _shared(one: str, other: str) -> int:
    """With how many signs both begin."""
    differ = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differ, min(len(one), len(other)))


def _step_at(steps: Iterable[_Step], place: int) -> _Step:
    return next(step for step in steps if step.a1 <= place < step.a2)
