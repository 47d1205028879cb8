"""Automatic numbers of a Word document as they are printed; in the file stand only the lists they belong to."""

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from tasks.documents.numerals import chinese

DEEPEST = 9
HAN = {
    "chineseCounting",
    "chineseCountingThousand",
    "ideographDigital",
    "japaneseCounting",
    "taiwaneseCounting",
    "chineseLegalSimplified",
    "taiwaneseCountingThousand",
    "ideographTraditional",
    "japaneseDigitalTenThousand",
    "taiwaneseDigital",
}
RINGS = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
SILENT = {"bullet", "none"}


@dataclass(frozen=True)
class Level:
    """How one level of a list prints its number."""

    format: str
    text: str
    start: int

    def printed(self, count: int) -> str:
        if self.format in HAN:
            return chinese(count)
        if self.format in RINGS and count <= 20:
            return chr(ord("①") + count - 1)
        return str(count)


class Numbering:
    """The lists that a document defines, and the styles that belong to one."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self.abstract: dict[str, dict[int, Level]] = {}
        self.lists: dict[str, str] = {}
        self.starts: dict[tuple[str, int], int] = {}
        self.styles: dict[str, tuple[str, int]] = {}
        self.based: dict[str, str] = {}
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None:
            self._read_styles(styles)

    def _read_lists(self, numbering: Any) -> None:
        for abstract in numbering.iter(qn("w:abstractNum")):
            levels = {_number(level, "w:ilvl"): _level(level) for level in abstract.iter(qn("w:lvl"))}
            self.abstract[abstract.get(qn("w:abstractNumId"), "")] = levels
        for one in numbering.iter(qn("w:num")):
            key = one.get(qn("w:numId"), "")
            self.lists[key] = _value(one, "w:abstractNumId")
            for override in one.iter(qn("w:lvlOverride")):
                start = _value(override, "w:startOverride")
                if start.isdigit():
                    self.starts[key, _number(override, "w:ilvl")] = int(start)

    def _read_styles(self, styles: Any) -> None:
        for style in styles.iter(qn("w:style")):
            key, found = style.get(qn("w:styleId"), ""), _list_of(style)
            self.based[key] = _value(style, "w:basedOn")
            if found:
                self.styles[key] = found

    def list_of(self, paragraph: Any) -> tuple[str, int] | None:
        """The list and level of a paragraph, by itself or by its style."""
        own = _list_of(paragraph)
        if own:
            return own
        style, seen = _value(paragraph, f"{qn('w:pPr')}/{qn('w:pStyle')}"), 0
        while style and style not in self.styles and seen < DEEPEST:
            style, seen = self.based.get(style, ""), seen + 1
        return self.styles.get(style)

    def level(self, key: str, depth: int) -> Level | None:
        return self.abstract.get(self.lists.get(key, ""), {}).get(depth)


class Counters:
    """Counts while the document is read from its beginning to its end."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.counts: dict[str, dict[int, int]] = {}

    def number(self, paragraph: Any) -> str:
        """What is printed before this paragraph."""
        found = self.numbering.list_of(paragraph)
        level = self.numbering.level(*found) if found else None
        if not found or level is None or found[0] == "0" or level.format in SILENT:
            return ""
        key, depth = found
        counts = self.counts.setdefault(self._counted_as(key, depth), {})
        counts[depth] = counts[depth] + 1 if depth in counts else self.numbering.starts.get((key, depth), level.start)
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        return re.sub(r"%([1-9])", lambda hit: self._printed(key, int(hit[1]) - 1, counts), level.text)

    def _counted_as(self, key: str, depth: int) -> str:
        """Lists with one definition count on, unless one of them says where it starts."""
        return f"own {key}" if (key, depth) in self.numbering.starts else self.numbering.lists.get(key, key)

    def _printed(self, key: str, depth: int, counts: dict[int, int]) -> str:
        level = self.numbering.level(key, depth)
        return level.printed(counts.get(depth, level.start)) if level else ""


def _list_of(element: Any) -> tuple[str, int] | None:
    numbered = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    key = _value(numbered, "w:numId") if numbered is not None else ""
    depth = _value(numbered, "w:ilvl") if numbered is not None else ""
    return (key, int(depth) if depth.isdigit() else 0) if key else None


def _level(level: Any) -> Level:
    start = _value(level, "w:start")
    return Level(
        _value(level, "w:numFmt") or "decimal", _value(level, "w:lvlText"), int(start) if start.isdigit() else 1
    )


def _value(element: Any, path: str) -> str:
    found = element.find(path if path.startswith("{") else qn(path))
    return str(found.get(qn("w:val"), "")) if found is not None else ""


def _number(element: Any, attribute: str) -> int:
    printed = element.get(qn(attribute), "0")
    return int(printed) if printed.isdigit() else 0
