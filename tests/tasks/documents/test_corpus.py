"""Documents in the manner of many issuers, each with what a person read in it beside it."""

from pathlib import Path

import pytest

from tasks.documents.document import Document, ReadTask
from tasks.documents.reader import read
from tasks.documents.sources import text_of

CORPUS = Path(__file__).parent / "corpus"
DOCUMENTS = sorted(CORPUS.glob("*.txt"))


def told(document: Document) -> list[str]:
    """A document in the lines of an .expected file."""
    issued = document.issued_on.isoformat() if document.issued_on else ""
    head = [document.title, str(document.year), document.issuer, document.document_number, issued]
    groups = [f"G {group.ordinal} {group.title}" for group in document.groups]
    return [" | ".join(head).strip(), *groups, *map(told_of, document.tasks)]


def told_of(task: ReadTask) -> str:
    group = "-" if task.group is None else str(task.group)
    doubts = " ".join(doubt.why.name for doubt in task.doubts)
    parts = [f"T {task.number}", group, task.title, " ".join(task.leads), " ".join(task.supports), doubts]
    return " | ".join(parts).strip()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_is_read_as_by_hand(path: Path) -> None:
    expected = path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    with path.open("rb") as file:
        assert told(read(text_of(file))) == [line.strip() for line in expected]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_places_are_those_of_the_given_text(path: Path) -> None:
    """White space aside, since wrapped lines are joined in the words and not in the text."""
    with path.open("rb") as file:
        document = read(text_of(file))
    for task in document.tasks:
        spans = [(task.title, task.title_span)]
        assert is_within(bare(task.text), bare(document.text[task.text_span.start : task.text_span.end]))
        spans += [(unit.printed_as, unit.span) for unit in task.units]
        spans += [(one.quote, one.span) for one in task.milestones]
        for words, span in spans:
            assert bare(document.text[span.start : span.end]) == bare(words)


def is_within(words: str, whole: str) -> bool:
    """The same words, or of a row of a table the cells that are not about units."""
    signs = iter(whole)
    return words[:1] == whole[:1] and words[-1:] == whole[-1:] and all(sign in signs for sign in words)


def bare(words: str) -> str:
    return "".join(words.replace("|", "").split())
