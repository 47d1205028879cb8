"""Message catalogues without the gettext tools: English in code and templates, Chinese in one .po file.

English needs no catalogue: the message ids are English, and Django picks the singular itself.
Babel reads and writes the .po; it is a development requirement, so only the `catalogues` command imports this.
"""

import io
import struct
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import PoFileParser, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("departments", "metrology_plan", "tasks", "templates")
PO = ROOT / "metrology_plan" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

HEADER = """\
Language: zh_Hans
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit
Plural-Forms: nplurals=1; plural=0;
"""
KEYWORDS = DEFAULT_KEYWORDS | {
    "_t": None,  # `gettext` beside a lazy `_`
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


Texts = str | tuple[str, ...] | list[str]  # one text, or singular and plural


class LastWins(Catalog):
    """A catalogue that takes a message written twice as its last writing; Babel would keep the first."""

    def __setitem__(self, id: Texts, message: Message) -> None:
        self.delete(id, message.context)
        super().__setitem__(id, message)


def empty() -> Catalog:
    return LastWins(locale="zh_Hans", fuzzy=False)


def messages(catalogue: Catalog) -> list[Message]:
    """Everything but the header, in the order of the .po."""
    return sorted((message for message in catalogue if message.id), key=key)


def texts(value: Texts | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def key(message: Message) -> tuple[str, str]:
    return texts(message.id)[0], message.context or ""


def name(message: Message) -> str:
    """How a message is called in a complaint."""
    return f"“{key(message)[0]}”" + (f" ({message.context})" if message.context else "")


def translated(message: Message) -> bool:
    return all(texts(message.string))


def read(text: str) -> Catalog:
    catalogue = empty()
    PoFileParser(catalogue).parse(io.StringIO(text))
    return catalogue


def sources(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Path and Python text of every file that may hold messages; a template becomes Python first."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            where = path.relative_to(root).as_posix()
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield where, path.read_text("utf-8")
            elif path.suffix in (".html", ".txt") and folder == "templates":
                lines = templatize(path.read_text("utf-8"), origin=where).splitlines()
                yield where, "\n".join(line.strip() for line in lines)  # indentation means nothing here


def extracted(root: Path = ROOT) -> Catalog:
    """The messages of the source, without a word of Chinese."""
    found = Catalog(locale="zh_Hans", fuzzy=False)
    for where, text in sources(root):
        for line, msgid, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            found.add(msgid, locations=[(where, line)], context=context)
    return found


def merged(source: Catalog, known: Catalog) -> Catalog:
    """The messages of `source` with the translations of `known`."""
    result = empty()
    for message in messages(source):
        old = known.get(message.id, message.context)
        string = old.string if old else ""
        if message.pluralizable and isinstance(string, str):
            string = (string,)
        result.add(message.id, string, context=message.context, flags=message.flags | (old.flags if old else set()))
    return result


def po(catalogue: Catalog) -> str:
    """The text of the .po: sorted, without places and dates, so that a diff shows words only."""
    body = io.BytesIO()
    write_po(body, catalogue, width=120, omit_header=True, no_location=True, sort_output=True)
    header = "".join(f'"{line}\\n"\n' for line in HEADER.splitlines())
    return f'msgid ""\nmsgstr ""\n{header}\n{body.getvalue().decode().strip()}\n'


def mo(catalogue: Catalog) -> bytes:
    """The .mo of GNU gettext: the same bytes for the same .po, whatever made it."""
    pairs = [(b"", HEADER.encode())]
    for message in messages(catalogue):
        if translated(message) and not message.fuzzy:
            context = f"{message.context}\x04" if message.context else ""
            pairs.append(
                ((context + "\0".join(texts(message.id))).encode(), "\0".join(texts(message.string)).encode())
            )
    pairs.sort()
    start = 7 * 4 + 16 * len(pairs)
    tables, blob = [], b""
    for column in zip(*pairs, strict=True):
        for text in column:
            tables.append(struct.pack("<2I", len(text), start + len(blob)))
            blob += text + b"\0"
    return struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0) + b"".join(tables) + blob


def problems(po_text: str, mo_bytes: bytes, source: Catalog) -> list[str]:
    """What is wrong with the committed catalogue, in words; nothing when it is right."""
    known = read(po_text)
    wanted = {key(message): message for message in messages(source)}
    found = []
    for message in messages(known):
        if key(message) not in wanted:
            found.append(f"unused: {name(message)}")
        elif message.fuzzy:
            found.append(f"fuzzy: {name(message)}")
        found += [f"wrong placeholders: {name(message)}: {error}" for error in message.check(known)]
    for message in messages(merged(source, known)):
        if not translated(message):
            path, line = wanted[key(message)].locations[0]
            found.append(f"no Chinese: {name(message)}, {path}:{line}")
    if not found and po(merged(source, known)) != po_text:
        found.append("the .po is not in its sorted form")
    if mo(known) != mo_bytes:
        found.append("the .mo is not what the .po compiles to")
    return found
