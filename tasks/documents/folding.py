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
TRADITIONAL = dict(
    zip(
        "牽頭責單門參與協辦關負實長級縣區務應發財農經濟業質監總會機構團體聯處廳員職組織學導領時間評計準檢驗標設備環境術開議資訊從該項點綱劃貫徹進強東廣島國際電視館為則據歸類號條庫屬醫銀園稅黨隊臺網氣鐵場郵煙專調續們濟糧",
        "牵头责单门参与协办关负实长级县区务应发财农经济业质监总会机构团体联处厅员职组织学导领时间评计准检验标设备环境术开议资讯从该项点纲划贯彻进强东广岛国际电视馆为则据归类号条库属医银园税党队台网气铁场邮烟专调续们济粮",
        strict=True,
    )
)
SPACES = dict.fromkeys("\u00a0\u2002\u2003\u2009\u3000\u200b\ufeff", " ")


class _Folds(dict[int, str]):
    """Filled as signs are met; a sign that would become several, or that is a number in a ring, stays as it is."""

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        narrow = unicodedata.normalize("NFKC", sign)
        folded = narrow if len(narrow) == 1 and unicodedata.category(sign) != "No" else sign
        self[point] = folded
        return folded


_FOLDS = _Folds(
    {ord(sign): folded for table in (BRACKETS, SIGNS, SPACES, TRADITIONAL) for sign, folded in table.items()}
)


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
