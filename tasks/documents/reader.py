"""An official document, read: text in, a Document out. What is doubtful is said, not guessed."""

import re

from tasks.documents import tabular
from tasks.documents.chosen import chosen
from tasks.documents.cleaning import cleaned
from tasks.documents.document import Document, ReadTask
from tasks.documents.doubts import Doubt, Why
from tasks.documents.encoding import NotADocument, checked
from tasks.documents.heading import ATTACHMENT, heading
from tasks.documents.inline import parted
from tasks.documents.items import ReadPart, numbered_part
from tasks.documents.lines import lines
from tasks.documents.outline import outline
from tasks.documents.passages import Passage
from tasks.documents.roles import Rules, rules_of
from tasks.documents.sequence import doubt_numbers
from tasks.documents.stacked import unstacked
from tasks.documents.tables import tables

LONGEST_ATTACHMENT_LINE = 60
LINES_AT_MOST = 20_000


def read(text: str) -> Document:
    """The plan in a text. NotADocument where there is nothing to read. Places are those of the document's text, which
    is the given one as people see it."""
    text = cleaned(checked(text))
    found = parted(lines(text))
    if len(found) > LINES_AT_MOST:
        raise NotADocument("文件过大，不像一份工作要点。")
    head = heading(found)
    rules = rules_of(found)
    part, doubts = _best([read_part(each, rules, head.year) for each in parts(unstacked(found[head.body :]))])
    doubt_numbers(part.tasks)
    return Document(
        text=text,
        title=head.title,
        title_span=head.title_span,
        year=head.year,
        issuer=head.issuer,
        document_number=head.document_number,
        issued_on=head.issued_on,
        groups=part.groups,
        tasks=part.tasks,
        doubts=[*head.doubts, *part.doubts, *doubts],
    )


def parts(found: list[Passage]) -> list[list[Passage]]:
    """The plan and its attachments, each from its line 附件2 on."""
    cut: list[list[Passage]] = [[]]
    for line in found:
        if _opens_attachment(line.folded):
            cut.append([])
        cut[-1].append(line)
    return [part for part in cut if part] or [[]]


def _opens_attachment(line: str) -> bool:
    start = ATTACHMENT.match(line)
    return bool(start) and len(line) <= LONGEST_ATTACHMENT_LINE and not re.search(r"[。;]$", line)


def read_part(part: list[Passage], rules: Rules, year: int | None) -> ReadPart:
    """Its numbered items; where those name no units and a table does, the table."""
    found, rest = tables(part)
    readable = [table for table in found if table.columns]
    read_out = numbered_part(chosen(tree := outline(rest)), tree, rules, year)
    in_tables = tabular.table_part(readable, rules, year) if readable else ReadPart()
    if not _names_units(read_out.tasks) and in_tables.tasks:
        read_out = in_tables
    elif readable:
        doubt_elsewhere(read_out.tasks, in_tables.tasks)
        read_out.doubts.append(Doubt(Why.TABLE_LEFT, readable[0].rows[0][0].text if readable[0].rows else ""))
    unread = [table for table in found if not table.columns]
    read_out.doubts += [Doubt(Why.TABLE_UNREAD, " ".join(cell.text for cell in table.rows[0])) for table in unread]
    return read_out


def _names_units(tasks: list[ReadTask]) -> bool:
    return any(task.units for task in tasks)


def _best(read_parts: list[ReadPart]) -> tuple[ReadPart, list[Doubt]]:
    """The first part whose tasks name units, or else the first with tasks; others with units are told of."""
    with_units = [part for part in read_parts if _names_units(part.tasks)]
    with_tasks = [part for part in read_parts if part.tasks]
    best = (with_units or with_tasks or [ReadPart(doubts=[Doubt(Why.NO_TASKS)])])[0]
    left = [Doubt(Why.PART_LEFT, part.tasks[0].title) for part in with_units if part is not best]
    for part in with_units:
        doubt_elsewhere(best.tasks, part.tasks if part is not best else [])
    if best is not read_parts[0] and with_tasks and with_tasks[0] is not best:
        left.append(Doubt(Why.PART_LEFT, with_tasks[0].tasks[0].title))
    return best, left


def doubt_elsewhere(tasks: list[ReadTask], others: list[ReadTask]) -> None:
    """Marks what an attachment says of the same task in another way."""
    told = {other.title: other for other in others if other.units}
    for task in tasks:
        other = told.get(task.title)
        if other and not (set(other.leads) <= set(task.leads) and set(other.supports) <= set(task.supports)):
            task.doubts.append(Doubt(Why.TOLD_ELSEWHERE, "、".join([*other.leads, *other.supports])))
