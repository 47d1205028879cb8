"""Tables that lost their rows: each cell stands on a line of its own. They become rows again, cells parted by tabs."""

from tasks.documents.passages import Passage, joined
from tasks.documents.tables import UNITS, Column, column_of, is_row

FEWEST, MOST = 3, 10  # columns
LONGEST_HEAD = 30  # signs
CLOSED = " |\t"


def unstacked(lines: list[Passage]) -> list[Passage]:
    """The lines, with the cells of such a table gathered into rows."""
    found: list[Passage] = []
    place = 0
    while place < len(lines):
        head = _head(lines, place)
        if head:
            found.append(joined(map(_bare, lines[place : place + len(head)]), "\t"))
            rows, place = _rows(lines, place + len(head), head)
            found += rows
        else:
            found.append(lines[place])
            place += 1
    return found


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
    known = {Column.TITLE, Column.BODY} & set(columns) and UNITS & set(columns)
    return columns if known and len(columns) >= FEWEST else []


def _rows(lines: list[Passage], place: int, head: list[Column]) -> tuple[list[Passage], int]:
    """Each begins with its number, which counts on; one with too few or too many cells keeps what is certain."""
    rows: list[Passage] = []
    while place < len(lines) and _is_number(lines[place], len(rows) + 1):
        end = place + 1
        while end < len(lines) and not _is_number(lines[end], len(rows) + 2) and end - place < len(head) * 3:
            end += 1
        last = end == len(lines) or not _is_number(lines[end], len(rows) + 2)
        end = min(end, place + len(head)) if last else end
        cells = [_bare(line) for line in lines[place:end]]
        rows.append(joined(cells if len(cells) == len(head) else cells[:2], "\t"))
        place = end
    return rows, place


def _is_number(line: Passage, number: int) -> bool:
    return line.folded.strip(CLOSED).rstrip(".、") == str(number)
