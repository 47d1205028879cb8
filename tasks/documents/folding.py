"""Letters of any width in one form, sign by sign: a place in the folded text is the same place in the printed one."""

import unicodedata

BRACKETS = {
    "【": "[",
    "】": "]",
    "〔": "[",
    "〕": "]",
    "〖": "[",
    "〗": "]",
    "﹝": "[",
    "﹞": "]",
    "「": "“",
    "」": "”",
}
SIGNS = {"、": "、", "﹑": "、", "､": "、", "｡": "。", "○": "〇", "◯": "〇", "│": "|", "┃": "|", "︱": "|"}
SPACES = dict.fromkeys("\u00a0\u2002\u2003\u2009\u3000\u200b\ufeff", " ")


class _Folds(dict[int, str]):
    """Filled as signs are met; a sign that would become several, or that is a number in a ring, stays as it is."""

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        narrow = unicodedata.normalize("NFKC", sign)
        folded = narrow if len(narrow) == 1 and unicodedata.category(sign) != "No" else sign
        self[point] = folded
        return folded


_FOLDS = _Folds({ord(sign): folded for table in (BRACKETS, SIGNS, SPACES) for sign, folded in table.items()})


def folded(text: str) -> str:
    """The text in half width, as long as before, line breaks untouched."""
    return text.translate(_FOLDS)


OPENING, CLOSING = "([", ")]"


def masked(text: str) -> str:
    """Folded text in which what stands in brackets is blotted out, so that a pattern sees the outermost level only."""
    signs, depth = list(text), 0
    for place, sign in enumerate(text):
        depth -= sign in CLOSING and depth > 0
        if depth:
            signs[place] = "\x00"
        depth += sign in OPENING
    return "".join(signs)
