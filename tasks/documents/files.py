"""What an uploaded file is by its content, and what it may be called. Plain Python; nothing is ever unpacked.

Taken are PDF, PNG, JPEG, Word and Excel without macros, and OFD, the office format of GB/T 33190. Everything else is
refused: what a file is called, and what its sender says it is, does not count.
"""

import re
import unicodedata
import zipfile
from typing import BinaryIO

import filetype

KINDS = {  # kind: what a browser is told
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
}
ENDINGS = {"jpg": (".jpg", ".jpeg")}  # of the others: the kind itself

ENTRIES_AT_MOST = 5000  # in a container's directory
UNPACKED_AT_MOST = 300 * 1024 * 1024  # bytes, as the directory says
TIMES_AT_MOST = 200  # how many times its size a container may claim to be
TYPES_AT_MOST = 256 * 1024  # bytes of [Content_Types].xml, the one entry that is read
LONGEST_NAME = 150

MAIN_PART = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
MACROS = (b"macroenabled", b"vbaproject", b"<!", b"&#")  # the last two would hide the others
PLAIN = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def kind_of(file: BinaryIO) -> str | None:
    """One of `KINDS`, or None for anything else. The file is left at its beginning."""
    file.seek(0)
    head = file.read(262)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):  # at the very beginning: no program stands before the container
        found = _container(file)
        file.seek(0)
        return found
    guessed = filetype.guess(head)
    kind = PLAIN.get(guessed.mime) if guessed else None
    return None if kind == "pdf" and not head.startswith(b"%PDF-") else kind


def _container(file: BinaryIO) -> str | None:
    try:
        with zipfile.ZipFile(file) as container:
            return _kind_of_container(container)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, NotImplementedError):
        return None  # damaged, encrypted, or packed in a way nobody packs documents


def _kind_of_container(container: zipfile.ZipFile) -> str | None:
    entries = {entry.filename: entry for entry in container.infolist()}
    if _is_bomb(container) or any("vbaproject" in name.lower() for name in entries):
        return None
    if "OFD.xml" in entries:
        return "ofd"
    kinds = {kind for part, kind in MAIN_PART.items() if part in entries}
    types = entries.get("[Content_Types].xml")
    if len(kinds) != 1 or types is None or types.file_size > TYPES_AT_MOST:
        return None
    with container.open(types) as part:
        told = part.read(TYPES_AT_MOST).replace(b"\0", b"").lower()  # without NUL, UTF-16 reads like the rest
    return None if any(word in told for word in MACROS) else kinds.pop()


def _is_bomb(container: zipfile.ZipFile) -> bool:
    """As its directory tells; the entries themselves are left alone."""
    entries = container.infolist()
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    too_much = unpacked > UNPACKED_AT_MOST or unpacked > max(packed, 1024) * TIMES_AT_MOST
    return too_much or len(entries) > ENTRIES_AT_MOST or len({entry.filename for entry in entries}) < len(entries)


def clean_name(original: str, kind: str) -> str:
    """What the file is called on pages and disks: no path, nothing invisible, ending as its content asks."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", original))[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" \u3000").rstrip(" .")
    endings = ENDINGS.get(kind, (f".{kind}",))
    ending = next((end for end in endings if name.lower().endswith(end)), "")
    stem = (name[: -len(ending)] if ending else name).strip(" .")
    ending = ending or f".{kind}"
    return (stem or "file")[: LONGEST_NAME - len(ending)] + ending
