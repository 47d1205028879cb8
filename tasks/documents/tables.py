"""Tables in a text: rows of cells parted by tabs or bars, and what their columns are about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.documents.labels import FIRST_LEADS, KINDS, NOTE, Says
from tasks.documents.numbering import Style, marker
from tasks.documents.passages import Passage, joined


class Column(StrEnum):
    NUMBER = "number"
    GROUP = "group"
    TITLE = "title"
    BODY = "body"
    LEAD = "lead"
    SUPPORT = "support"
    RESPONSIBLE = "responsible"
    MIXED = "mixed"
    OTHER = "other"
    UNKNOWN = "unknown"


UNITS = {Column.LEAD, Column.SUPPORT, Column.RESPONSIBLE, Column.MIXED}
WORDS = [
    (Column.NUMBER, re.compile(r"序号|编号|号|序|项目编号|任务编号")),
    (Column.GROUP, re.compile(r"(?:任务|工作|重点)?(?:类别|类型|分类|板块|领域|方面|门类)|一级(?:任务|指标)|大类")),
    (
        Column.TITLE,
        re.compile(
            r"(?:年度)?(?:重点|主要|目标|工作|具体|目标)*(?:任务|事项|工作|项目)(?:名称|事项)?|任务分解|任务清单|工作任务及目标"
        ),
    ),
    (
        Column.BODY,
        re.compile(
            r"(?:主要|具体|任务|工作|重点|目标|落实|推进)*(?:内容|举措|措施|要求|安排)(?:及(?:目标|要求|措施))?|工作(?:内容|任务)及要求|分项任务"
        ),
    ),
]
HEADINGS = {Style.CHAPTER, Style.HAN, Style.HAN_BRACKETS}
LEVEL = re.compile(r"^[国省市县区州局]级(?=.)")
PERSON = re.compile(r"(?:及|和|与|、|/|\()(?:其)?(?:责任|负责|联系)人\)?$")
BARS = re.compile(r"[|│┃\t]")
RULE_ROW = re.compile(r"[\s|:+\-—─┼├┤┬┴]+")


@dataclass(frozen=True)
class Table:
    """`columns` is empty where no header could be read."""

    rows: list[list[Passage]]
    columns: list[Column] = field(default_factory=list)
    first_leads: bool = False


def is_row(line: Passage) -> bool:
    return "\t" in line.text or line.folded.count("|") >= 2


def tables(lines: list[Passage]) -> tuple[list[Table], list[Passage]]:
    """The tables, and the lines that are in none."""
    found: list[Table] = []
    rest: list[Passage] = []
    run: list[Passage] = []
    for line in [*lines, None]:
        if line is not None and (is_row(line) or (run and _is_alone_in_table(line, run))):
            run.append(line)
            continue
        taken = _tables_of(run)
        if taken and rest and _is_heading(rest[-1]):
            taken[0].rows.insert(0, [rest[-1]])
        found += taken
        rest += [] if taken or not run else run
        run = []
        if line is not None:
            rest.append(line)
    return found, rest


def _is_heading(line: Passage) -> bool:
    """一、服务民生 above the table."""
    number = marker(line.folded)
    return number is not None and number.style in HEADINGS and len(line.text) <= 40 and not line.folded.endswith("。")


def _is_alone_in_table(line: Passage, run: list[Passage]) -> bool:
    """A group's name across the table has lost its bars."""
    return (
        len(line.text) <= 40
        and not re.search(r"[。:]$|^附|^注", line.folded)
        and any(_header(cells(row)) for row in run)
    )


def _tables_of(run: list[Passage]) -> list[Table]:
    """One table a header; a header that comes again on the next page begins no new one."""
    rows = [row for row in map(cells, run) if row]
    found: list[Table] = []
    for row in rows:
        columns = _header(row)
        if columns and (not found or columns != found[-1].columns):
            found.append(Table([], columns, any(FIRST_LEADS.search(cell.folded) for cell in row)))
        elif not columns and found and not _is_second_head(found[-1], row):
            _add(found[-1], row)
    if found or len(rows) < 2 or max(map(len, rows)) < 3:
        return found
    return [Table(rows)]


def _is_second_head(table: Table, row: list[Passage]) -> bool:
    """A row of heads under 责任单位 says who leads and who helps; the columns are those."""
    heads = [column_of("".join(cell.folded.split())) if cell.text else None for cell in row]
    known = [head for head in heads if head]
    if table.rows or not known or not set(known) <= UNITS | {Column.OTHER}:
        return False
    for place, head in enumerate(heads[: len(table.columns)]):
        table.columns[place] = head or table.columns[place]
    return True


def _add(table: Table, row: list[Passage]) -> None:
    """One more row, or the rest of the last one: a line break in a cell cut it in two."""
    last = table.rows[-1] if table.rows else []
    torn = table.columns[0] == Column.NUMBER and 1 < len(row) <= len(table.columns) - len(last) + 1
    if last and torn and row[0].text and not re.match(r"\(?[\d一二三四五六七八九十]", row[0].folded):
        table.rows[-1] = [*last[:-1], joined([last[-1], row[0]]), *row[1:]]
    else:
        table.rows.append(row)


def cells(line: Passage) -> list[Passage]:
    """Of a row; none of the rule under a header."""
    if RULE_ROW.fullmatch(line.folded):
        return []
    bars = re.compile(r"\t" if "\t" in line.text else r"\|")
    cuts = [(hit.start(), hit.end()) for hit in bars.finditer(line.folded)]
    start, found = 0, []
    for end, after in [*cuts, (len(line.text), len(line.text))]:
        found.append(line.part(start, end) if line.text[start:end].strip() else Passage("", ((0, line.at(start)),)))
        start = after
    framed = line.folded.startswith("|"), line.folded.endswith("|")
    return found[framed[0] : len(found) - framed[1]]


def _header(row: list[Passage]) -> list[Column]:
    """The columns, if this row names them: one of tasks and one of units at least."""
    columns: list[Column] = []
    for cell in row:
        column = column_of("".join(cell.folded.split()))
        if column == Column.TITLE and Column.TITLE in columns:
            column = Column.BODY
        columns.append(column)
    if Column.TITLE not in columns and Column.BODY in columns:
        columns[columns.index(Column.BODY)] = Column.TITLE
    return columns if Column.TITLE in columns and UNITS & set(columns) else []


def column_of(words: str) -> Column:
    """What a header cell is about."""
    words = PERSON.sub("", LEVEL.sub("", words.rstrip(":")))
    for says, pattern in KINDS:
        if re.fullmatch(rf"(?:{pattern}){NOTE}", words):
            return Column(str(says)) if says != Says.OTHER else Column.OTHER
    bare = re.sub(r"\(.*?\)", "", words)
    return next((column for column, pattern in WORDS if pattern.fullmatch(bare)), Column.UNKNOWN)


def filled(row: list[Passage]) -> Iterator[Passage]:
    """The cells with words."""
    yield from (cell for cell in row if cell.text)
