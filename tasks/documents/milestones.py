"""Proposals for milestones: clauses that open with a verb of delivery and have an object. A person decides."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from tasks.documents.document import Proposal
from tasks.documents.passages import Passage

VERB = (
    r"(?:制定|制订|修订|编制|印发|出台|发布|公布|新公布|出版|建立|建成|建设|新建|成立|设立|组建|召开|举办|承办|组织|开展|启动|完成|实施|"
    r"推进|推动|推广|深化|完善|健全|优化|升级|改造|更新|征集|整理|总结|形成|申报|筹建|验收|培育|认定|评选|遴选|扩大|拓展|加大|加强|强化|"
    r"做好|实现|探索|研究|开发|上线|落实|编印|创建|打造|搭建|构建|支持|攻关|调查|检查|抽查|核查|培训|宣贯|继续实施|不少于|达到)"
)
CLAUSE = re.compile(r"[^,。;!?\n]+")
WHEN = re.compile(
    r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日|(?P<end>底|末))?(?:之前|以前|前|完成)?|"
    r"(?P<half>上半年|下半年)|第?(?P<quarter>[一二三四])季度|(?P<dotted_month>\d{1,2})·(?P<dotted_day>\d{1,2})"
)
FEASTS = {
    "端午": {2023: (6, 22), 2024: (6, 10), 2025: (5, 31), 2026: (6, 19), 2027: (6, 9), 2028: (5, 28)},
    "中秋": {2023: (9, 29), 2024: (9, 17), 2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3)},
    "春节": {2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26)},
}
FIXED_FEASTS = {"国庆": (10, 1), "元旦": (1, 1), "五一": (5, 1)}
FEAST = re.compile("|".join([*FEASTS, *FIXED_FEASTS]))
LONGEST_CLAUSE = 200
LONGEST_TITLE = 60


def proposals(passage: Passage, start: int, end: int, year: int | None) -> list[Proposal]:
    """Those between two places of a task's passage."""
    found = []
    for first, last in _clauses(passage.folded, start, end):
        words = passage.folded[first:last]
        delivers = _delivery(words)
        due, basis = _due(words, year)
        if delivers or basis != "plan_end":
            quote = passage.text[first:last]
            found.append(Proposal(_title(quote), quote, passage.span(first, last), due, basis))
    return found


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for hit in CLAUSE.finditer(text, start, end):
        words = hit[0]
        if len(words) <= LONGEST_CLAUSE and words.strip() and "\x00" not in words:
            yield hit.start() + len(words) - len(words.lstrip()), hit.end() - len(words) + len(words.rstrip())


def _delivery(words: str) -> bool:
    """A verb near the beginning and something it delivers."""
    hit = re.search(VERB, words[:30])
    return bool(hit) and len(words) - (hit.end() if hit else 0) >= 3 and len(words) >= 8


def _title(quote: str) -> str:
    return quote if len(quote) <= LONGEST_TITLE else quote[: LONGEST_TITLE - 1] + "…"


def _due(words: str, year: int | None) -> tuple[date | None, str]:
    """A day only where the text gives one; the end of a month, a quarter or half a year is its last day."""
    hit = WHEN.search(words)
    if hit and year:
        stated = _stated(hit, year)
        if stated:
            return stated, "stated"
    feast = FEAST.search(words)
    if feast and year:
        month_day = FIXED_FEASTS.get(feast[0]) or FEASTS.get(feast[0], {}).get(year)
        if month_day:
            return date(year, *month_day), "festival"
    return None, "plan_end"


def _stated(hit: re.Match[str], year: int) -> date | None:
    try:
        if hit["half"] or hit["quarter"]:
            month = 6 if hit["half"] == "上半年" else 12 if hit["half"] else 3 * ("一二三四".index(hit["quarter"]) + 1)
            return date(year, month, monthrange(year, month)[1])
        if hit["dotted_month"]:
            return date(year, int(hit["dotted_month"]), int(hit["dotted_day"]))
        year, month = int(hit["year"] or year), int(hit["month"])
        return date(year, month, int(hit["day"] or monthrange(year, month)[1]))
    except ValueError:
        return None
