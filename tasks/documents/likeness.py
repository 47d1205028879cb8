"""Whether two texts say the same in nearly the same words. Plain Python."""

import unicodedata
from difflib import SequenceMatcher

NEARLY_THE_SAME = 0.9  # share of the characters that two texts have in common, in the same order


def is_like(text: str, other: str) -> bool:
    """Whether a reader would take one for a copy of the other; empty texts are like nothing."""
    one, two = _bare(text), _bare(other)
    return bool(one and two) and (one == two or _share(one, two) >= NEARLY_THE_SAME)


def _bare(text: str) -> str:
    """Letters, digits and characters only: spaces, punctuation, case and width make no new text."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMN")


def _share(one: str, two: str) -> float:
    """The cheap upper bounds first: most pairs differ so much that nothing more is asked."""
    matcher = SequenceMatcher(None, one, two)
    if matcher.real_quick_ratio() < NEARLY_THE_SAME or matcher.quick_ratio() < NEARLY_THE_SAME:
        return 0.0
    return matcher.ratio()
