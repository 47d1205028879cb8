"""What the head of a document says: title, issuer, number, date; and where the plan itself begins."""

import re
from dataclasses import dataclass, field
from datetime import date

from tasks.documents import dates
from tasks.documents.doubts import Doubt, Why
from tasks.documents.folding import folded
from tasks.documents.numbering import marker
from tasks.documents.passages import Passage, Span, joined
from tasks.documents.tables import is_row

GENRE = (
    r"(?:要点|计划|方案|意见|措施|清单|安排|规划|任务|举措|行动|分工|分工表|分解|分解表|任务表|目标|项目表|一览表|台账)"
    r"(?:\((?:试行|修订|征求意见稿|.{0,12}年.{0,8})\))?"
)
TITLE = re.compile(rf"[^。;!?]{{2,80}}{GENRE}")
NAMED = re.compile(rf"《([^《》]{{2,80}}?{GENRE})》")
SENT = re.compile(r"印发|下发|制定|发布")
NUMBER = re.compile(r"[^\s\d〔\[(（:：,，。《》]{2,16}\s*[〔\[(（【]\s*\d{4}\s*[〕\])）】]\s*第?\s*\d{1,5}\s*号")
NUMBER_LABEL = re.compile(r"^(?:发文字号|文\s*号|发文文号)\s*[:：]\s*")
ATTACHMENT = re.compile(r"附\s*件\s*(?:\d{1,2}|[一二三四五六七八九十])?\s*[:：]?\s*")
ATTACHMENTS_LISTED = re.compile(r"附\s*件\s*(?:\d{1,2})?\s*[:：]\s*\S")
ISSUER = re.compile(
    r"[^,。;:《》()\d\s]{2,40}(?:局|委员会|厅|委|政府|办公室|办公厅|署|部|院|中心|领导小组|联席会议)(?:办公室)?"
)
RED_HEAD = re.compile(r"([^,。;:《》()\d\s]{2,40}(?:局|委员会|厅|委|政府|办公室|办公厅))\s*(?:文件|公文)")
LINES_OF_TITLE = 3
SHORT_TITLE = 10


@dataclass
class Heading:
    """`body` is the number of the line after the title."""

    title: str = ""
    title_span: Span | None = None
    issuer: str = ""
    document_number: str = ""
    issued_on: date | None = None
    body: int = 0
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def year(self) -> int | None:
        return dates.year(self.title) or (self.issued_on.year if self.issued_on else _year_of(self.document_number))


def _year_of(document_number: str) -> int | None:
    """沪市监计量〔2023〕81号 is of 2023."""
    hit = re.search(r"[〔\[(（【](\d{4})", document_number)
    return int(hit[1]) if hit else None


def heading(lines: list[Passage]) -> Heading:
    """Read from the letter before the plan, the title, and the signature."""
    found = Heading()
    _read_title(found, lines)
    _read_signature(found, lines)
    found.document_number = _document_number(lines[: max(found.body, 12)])
    found.issuer = (
        found.issuer or _issuer_from_head(lines[: max(found.body - 1, 0)]) or _issuer_from_title(found.title)
    )
    told = (
        (found.title, Why.NO_TITLE),
        (found.year, Why.NO_YEAR),
        (found.issuer, Why.NO_ISSUER),
        (found.issued_on, Why.NO_DATE),
    )
    found.doubts += [Doubt(why) for value, why in told if not value]
    return found


# ---- title ----


def _read_title(found: Heading, lines: list[Passage]) -> None:
    named = _named_in_letter(lines)
    place = _line_of(named.text, lines) if named else None
    if place is None:
        place = _first_title(lines)
    if place:
        first, last = place
        title = joined(lines[first:last], "")
        found.title, found.title_span, found.body = "".join(title.text.split("\n")), title.whole, last
    elif named:
        found.title, found.title_span = named.text, named.whole


def _named_in_letter(lines: list[Passage]) -> Passage | None:
    """现将《2023年计量工作要点》印发给你们."""
    for line in lines[:40]:
        hits = [hit for hit in NAMED.finditer(line.folded) if SENT.search(line.folded)]
        for hit in hits:
            if (
                re.match(r"[^,。]{0,20}(?:印发|下发|发给|的通知)", line.folded[hit.end() :])
                or "现将" in line.folded[: hit.start()]
            ):
                return line.part(hit.start(1), hit.end(1))
    return None


def _bare(text: str) -> str:
    return re.sub(r"[\s〈〉《》]", "", text)


def _line_of(title: str, lines: list[Passage]) -> tuple[int, int] | None:
    """The line or few lines that print this title and nothing else."""
    for first in range(len(lines)):
        words = ""
        for last in range(first, min(first + LINES_OF_TITLE, len(lines))):
            words += _bare(lines[last].text)
            if words == _bare(title):
                return first, last + 1
            if not _bare(title).startswith(words):
                break
    return None


def _first_title(lines: list[Passage]) -> tuple[int, int] | None:
    """The first line that ends like one, before the text proper begins."""
    for place, line in enumerate(lines[:60]):
        if marker(line.folded) and not line.folded.startswith("20"):
            return None
        if (
            TITLE.fullmatch(line.folded)
            and not is_row(line)
            and "通知" not in line.folded
            and not ATTACHMENT.match(line.folded)
        ):
            return _with_beginning(lines, place), place + 1
    return None


def _with_beginning(lines: list[Passage], place: int) -> int:
    """A title of two lines begins on the one before."""
    before = lines[place - 1].folded if place else ""
    goes_on = len(lines[place].text) < SHORT_TITLE or before.endswith(("的", "年", "市", "省", "推进", "落实"))
    plain = before and len(before) <= 40 and not re.search(r"[。:;]$|\d日$|文件$|\)$", before)
    stands_alone = re.match(r"\d{4}\s*年", lines[place].folded) and ISSUER.fullmatch(before)
    return place - 1 if goes_on and plain and not stands_alone and not ATTACHMENT.match(before) else place


# ---- signature ----


def _read_signature(found: Heading, lines: list[Passage]) -> None:
    """A date on a line of its own with the issuer above or before it; in the letter, else at the very end."""
    letter = range(max(found.body - 1, 0)) if found.body > 1 else range(0)
    after = list(range(found.body, min(found.body + 3, len(lines))))
    ending = list(range(len(lines) - 1, max(found.body, len(lines) - 8) - 1, -1))
    for place in [*reversed(letter), *after, *ending]:
        if _is_date_line(lines[place].folded):
            found.issued_on = dates.day(lines[place].folded)
            found.issuer = _signed(lines, place)
            return


def _is_date_line(line: str) -> bool:
    hit = dates.DAY.search(line)
    around = (line[: hit.start()] + line[hit.end() :]).strip(" ()\t") if hit else "?"
    around = re.sub(r"^(?:发布|印发|成文|发文)(?:日期|时间)\s*:?|(?:印发|发布)$", "", around).strip()
    return not around or (len(around) <= 40 and bool(ISSUER.fullmatch(re.sub(r"\s", "", around))))


def _signed(lines: list[Passage], place: int) -> str:
    """The issuers printed before the date, several joined by 、."""
    line = lines[place]
    hit = dates.DAY.search(line.folded)
    same = "".join(line.text[: hit.start() if hit else 0].split()).strip("()（）")
    names = [same] if same and ISSUER.fullmatch(same) else []
    while not names[1:] and place and ISSUER.fullmatch("".join(lines[place - 1].folded.split())) and not same:
        names.insert(0, "".join(lines[place - 1].text.split()))
        place -= 1
    return "、".join(names)


def _document_number(lines: list[Passage]) -> str:
    """On a line of its own, or at its end; a number in mid-sentence is another document's."""
    for line in lines:
        words = NUMBER_LABEL.sub("", line.text).strip()
        hit = NUMBER.search(words)
        if hit and hit.end() == len(words) and "《" not in words and len(words) <= 40:
            return "".join(hit[0].split())
    return ""


def _issuer_from_title(title: str) -> str:
    """株洲市人民政府关于……的实施意见."""
    named = re.match(rf"({ISSUER.pattern})关于", folded(title))
    return title[: named.end(1)] if named else ""


def _issuer_from_head(lines: list[Passage]) -> str:
    for line in lines:
        head = RED_HEAD.fullmatch(line.folded) or re.match(
            rf"({ISSUER.pattern})\s*关于(?:印发|下发|发布)", line.folded
        )
        if head:
            return line.text[: head.end(1)].strip()
        if ISSUER.fullmatch(line.folded):
            return line.text
    return ""
