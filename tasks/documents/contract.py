"""A document as `import_plan --format json` prints it."""

from typing import Any

from tasks.documents.document import Document, ReadTask


def as_json(document: Document) -> dict[str, Any]:
    """Exactly the keys that were agreed."""
    return {
        "title": document.title,
        "year": document.year,
        "issuer": document.issuer,
        "document_number": document.document_number,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "groups": [{"ordinal": group.ordinal, "title": group.title} for group in document.groups],
        "tasks": [_task(task) for task in document.tasks],
    }


def _task(task: ReadTask) -> dict[str, Any]:
    return {
        "number": task.number,
        "title": task.title,
        "text": task.text,
        "group": task.group,
        "leads": task.leads,
        "supports": task.supports,
        "unsure": [str(doubt) for doubt in task.doubts],
    }


def as_text(document: Document) -> str:
    """For people at a terminal."""
    lines = [document.title, f"{document.issuer} {document.document_number} {document.issued_on or ''}".strip()]
    lines += [f"? {doubt}" for doubt in document.doubts]
    for place, group in enumerate([None, *document.groups], start=-1):
        tasks = [task for task in document.tasks if task.group == (place if group else None)]
        lines += [f"（{group.ordinal}）{group.title}"] if group else []
        for task in tasks:
            lines += _lines(task)
    return "\n".join(lines)


def _lines(task: ReadTask) -> list[str]:
    said = [
        f"{task.number}. {task.title}",
        f"    牵头：{'、'.join(task.leads) or '—'}",
        f"    配合：{'、'.join(task.supports) or '—'}",
    ]
    return said + [f"    ? {doubt}" for doubt in task.doubts]
