"""Rows of a table into tasks and groups."""

from dataclasses import dataclass, field, replace

from tasks.documents.document import ReadGroup, ReadTask
from tasks.documents.doubts import Doubt, Why
from tasks.documents.items import ReadPart, doubts_of_roles, made
from tasks.documents.labels import Says
from tasks.documents.lists import Clause, labelled, suffixed
from tasks.documents.numbering import marker, number
from tasks.documents.passages import Passage, joined
from tasks.documents.roles import Rules, Unit, decided, once
from tasks.documents.tables import UNITS, Column, Table, filled
from tasks.documents.units import names

SAME = {"同上", "〃", "″"}


@dataclass
class Row:
    """The rows of one task, column by column."""

    cells: dict[Column, list[Passage]] = field(default_factory=dict)
    group: int | None = None

    def add(self, columns: list[Column], row: list[Passage]) -> None:
        """One row of the table more; a cell that repeats the one above is merged with it."""
        for column, cell in zip(columns, row, strict=False):
            kept = self.cells.setdefault(column, [])
            if cell.text and cell.text not in [one.text for one in kept]:
                kept.append(cell)

    def text(self, column: Column) -> str:
        return "".join(cell.folded for cell in self.cells.get(column, [])).strip()


def table_part(found: list[Table], rules: Rules, year: int | None) -> ReadPart:
    """The tasks of all tables of a part."""
    part = ReadPart()
    for table in found:
        for row in _rows(table, part):
            part.tasks.append(
                _task(
                    row, replace(rules, first_leads=rules.first_leads or table.first_leads), year, len(part.tasks) + 1
                )
            )
    return part


def _rows(table: Table, part: ReadPart) -> list[Row]:
    rows: list[Row] = []
    group = len(part.groups) - 1 if part.groups else None
    for row in table.rows:
        alone = list(filled(row))
        if (
            len(alone) == 1
            and (len(row) == 1 or row[0].text or marker(alone[0].folded))
            and not alone[0].folded.isdigit()
        ):
            group = _group(part, alone[0]) if not alone[0].folded.startswith(("注", "备注")) else group
            continue
        cells = dict(zip(table.columns, row, strict=False))
        if Column.GROUP in cells and cells[Column.GROUP].text:
            group = _group(part, cells[Column.GROUP])
        if not rows or not _is_more_of(rows[-1], cells):
            rows.append(Row(group=group))
        rows[-1].add(table.columns, row)
    return [row for row in rows if row.text(Column.TITLE)]


def _is_more_of(above: Row, cells: dict[Column, Passage]) -> bool:
    """Merged with the row above, or without a number and without a title or units of its own."""
    printed, title = cells.get(Column.NUMBER), cells[Column.TITLE].folded if Column.TITLE in cells else ""
    if printed is not None and printed.text:
        return printed.folded == above.text(Column.NUMBER)
    unnamed = not any(cells[column].text for column in UNITS & set(cells))
    return (
        not title
        or (printed is not None and unnamed)
        or (printed is None and title == above.text(Column.TITLE) and Column.BODY in cells)
    )


def _group(part: ReadPart, cell: Passage) -> int:
    """The group of that name; a new one where it is not the one before."""
    opens = marker(cell.folded)
    words = cell.part(opens.length) if opens else cell
    title = "".join(words.text.split())
    if not part.groups or part.groups[-1].title != title:
        before = part.groups[-1].ordinal if part.groups else 0
        ordinal = opens.number if opens and opens.number > before else before + 1
        part.groups.append(ReadGroup(ordinal, title, words.whole))
    return len(part.groups) - 1


def _task(row: Row, rules: Rules, year: int | None, place: int) -> ReadTask:
    title = row.cells[Column.TITLE][0]
    opens = marker(title.folded)
    first = title.part(opens.length) if opens else title
    passage = joined([first, *row.cells[Column.TITLE][1:], *row.cells.get(Column.BODY, [])])
    printed = row.text(Column.NUMBER).strip("().、 ")
    read = made(passage, place, row.group, rules, year)
    if printed.isdigit() or (marker(f"{printed}、") and not printed.isascii()):
        read.number = number(printed)
    elif opens:
        read.number = opens.number
    else:
        read.doubts.append(Doubt(Why.NUMBER_NOT_PRINTED))
    _read_units(read, row, rules)
    return read


def _read_units(read: ReadTask, row: Row, rules: Rules) -> None:
    """The unit columns; what the words themselves say of units comes after them."""
    told = {doubt.why for doubt in doubts_of_roles([unit.role for unit in read.units])}
    read.doubts = [doubt for doubt in read.doubts if doubt.why not in told]
    lead_column = bool(row.cells.get(Column.LEAD))
    named: list[Unit] = []
    for column in row.cells:
        if column in UNITS:
            for cell in row.cells[column]:
                alone = rules if not lead_column else Rules()
                named += _cell(cell, column, alone, read.doubts)
    answering = row.cells.get(Column.RESPONSIBLE, [])
    if len(answering) > 1 and not lead_column:
        read.doubts.append(Doubt(Why.NO_ROLE, "、".join(cell.text for cell in answering)))
    if lead_column:
        named = [_beside_lead(unit, row) for unit in named]
    read.doubts += [Doubt(Why.UNPARSED, cell.text) for cell in row.cells.get(Column.UNKNOWN, []) if _lists_units(cell)]
    read.units = once([*named, *read.units], read.doubts)
    read.doubts += doubts_of_roles([unit.role for unit in read.units])


def _lists_units(cell: Passage) -> bool:
    """Whether a column of which we do not know what it is about names units."""
    read = names(cell.folded, 0, len(cell.folded))
    return bool(read.found) and not read.doubts


def _beside_lead(unit: Unit, row: Row) -> Unit:
    """A responsible unit supports where another column names the lead."""
    inside = any(cell.whole.start <= unit.span.start <= cell.whole.end for cell in row.cells[Column.LEAD])
    return unit if inside else replace(unit, role="support")


def _cell(cell: Passage, column: Column, rules: Rules, doubts: list[Doubt]) -> list[Unit]:
    """A list, or one of the forms with labels or with 牵头 behind the names."""
    if cell.text in SAME:
        doubts.append(Doubt(Why.UNPARSED, cell.text))
        return []
    text, end = cell.folded, len(cell.folded)
    clause = labelled(text, 0, end) or suffixed(text, 0, end) or Clause(0, end)
    if not clause.mentions:
        clause.take(text, 0, end, Says(str(column)))
    doubts += clause.doubts
    return decided(clause.mentions, cell, rules, doubts)
