"""Tables that lost their form: each cell on a line of its own, or cells parted by spaces. They become rows again."""

import re
from collections.abc import Iterator

from tasks.documents.passages import Passage, joined
from tasks.documents.tables import UNITS, Column, column_of, is_row

FEWEST, MOST = 3, 10  # columns
LONGEST_HEAD, LONGEST_ROW = 30, 1000  # signs
LINES_OF_CELL = 6
AFTER = re.compile(r"注|备注|附|[一-龥]{2,20}(?:局|委员会|政府|办公室)$|\d{4}年\d{1,2}月\d{1,2}日$")
WIDE = re.compile(r" {2,}")
CLOSED = " |\t"


def unstacked(lines: list[Passage]) -> list[Passage]:
    """The lines, with the cells of such tables gathered into rows, parted by tabs."""
    return list(_from_lines(list(_from_spaces(lines))))


def _from_spaces(lines: list[Passage]) -> Iterator[Passage]:
    place = 0
    while place < len(lines):
        columns = _columns(_spaced(lines[place]))
        rows, place = _spaced_rows(lines, place, len(columns)) if _is_head(columns) else ([lines[place]], place + 1)
        yield from rows


def _from_lines(lines: list[Passage]) -> Iterator[Passage]:
    place, closed = 0, False
    while place < len(lines):
        head = _head(lines, place)
        if head and lines[place].folded.endswith("|") and not closed:
            lines, closed = [*lines[:place], *_closed(lines[place:])], True
        yield joined(map(_bare, lines[place : place + len(head)]), "\t") if head else lines[place]
        rows, place = _rows(lines, place + len(head), head) if head else ([], place + 1)
        yield from rows


def _bare(line: Passage) -> Passage:
    """Without the bar that closed the cell."""
    return line.part(0, len(line.text.rstrip(CLOSED)))


def _head(lines: list[Passage], place: int) -> list[Column]:
    """The columns, if from here on each line is the head of one, a number first."""
    columns: list[Column] = []
    for line in lines[place : place + MOST]:
        words = "".join(line.folded.strip(CLOSED).split())
        if is_row(line) or words.isdigit() or len(words) > LONGEST_HEAD:
            break
        column = column_of(words)
        if not columns and column != Column.NUMBER:
            break
        columns.append(column)
    return columns if _is_head(columns) else []


def _is_head(columns: list[Column]) -> bool:
    known = {Column.TITLE, Column.BODY} & set(columns) and UNITS & set(columns)
    return bool(known) and len(columns) >= FEWEST


def _columns(cells: list[Passage]) -> list[Column]:
    return [column_of("".join(cell.folded.split())) for cell in cells]


def _spaced(line: Passage) -> list[Passage]:
    """The cells of a line that parts them by spaces."""
    if is_row(line) or not WIDE.search(line.folded) or len(line.text) > LONGEST_ROW:
        return []
    cuts = [hit.span() for hit in WIDE.finditer(line.folded)]
    starts, ends = [0, *(cut[1] for cut in cuts)], [*(cut[0] for cut in cuts), len(line.text)]
    return [line.part(start, end) for start, end in zip(starts, ends, strict=True)]


def _spaced_rows(lines: list[Passage], place: int, columns: int) -> tuple[list[Passage], int]:
    """Up to the first line that is none; one with too many cells keeps what is certain."""
    rows: list[Passage] = []
    while place < len(lines) and (cells := _spaced(lines[place])):
        rows.append(joined(cells if len(cells) <= columns else cells[:2], "\t"))
        place += 1
    return rows, place


def _rows(lines: list[Passage], place: int, head: list[Column]) -> tuple[list[Passage], int]:
    """Each begins with its number, which counts on; one with too few or too many cells keeps what is certain."""
    rows: list[Passage] = []
    while place < len(lines) and _is_number(lines[place], len(rows) + 1):
        end = place + 1
        while end < len(lines) and not _is_number(lines[end], len(rows) + 2) and end - place < len(head) * 3:
            end += 1
        if end == len(lines) or not _is_number(lines[end], len(rows) + 2):
            end = _end_of_table(lines, place, len(head))
        cells = [_bare(line) for line in lines[place:end]]
        rows.append(joined(cells if len(cells) == len(head) else cells[:2], "\t"))
        place = end
    return rows, place


def _end_of_table(lines: list[Passage], place: int, columns: int) -> int:
    """After the last row; one more short line may be a part of it, hence all is uncertain."""
    end = min(place + columns, len(lines))
    after = lines[end].folded if end < len(lines) else ""
    is_cell = after.endswith("|") == lines[place].folded.endswith("|") and len(after) <= LONGEST_HEAD
    return end + 1 if after and is_cell and not AFTER.match(after) else end


def _closed(lines: list[Passage]) -> list[Passage]:
    """Lines up to the bar that closes their cell, as one."""
    found: list[Passage] = []
    place = 0
    while place < len(lines):
        reach = lines[place : place + LINES_OF_CELL]
        end = next((end for end, line in enumerate(reach, start=1) if line.folded.endswith("|")), 1)
        found.append(joined(lines[place : place + end], "\u2028") if end > 1 else lines[place])
        place += end
    return found


def _is_number(line: Passage, number: int) -> bool:
    return line.folded.strip(CLOSED).rstrip(".、") == str(number)
