"""The file around the text: page, grid, styles, fonts and the numbers of pages, instead of the library's template."""

from datetime import UTC, date, datetime
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.oxml.ns import nsdecls

from tasks.exports.official.elements import TWIPS, element, paragraph, paragraph_look, run_look, twips
from tasks.exports.official.looks import (
    BOTTOM,
    CHARACTERS,
    EVEN_PAGE,
    HEIGHT,
    INSTEAD,
    LEFT,
    LOOKS,
    ODD_PAGE,
    PITCH,
    RIGHT,
    SIZE,
    TEXT,
    TO_FOOTER,
    TOP,
    WIDTH,
    Look,
)

GRID_UNIT = 4096  # of a point, in which the grid counts what a character is wider than its font
OURS = {KIND.STYLES, KIND.SETTINGS, KIND.FONT_TABLE}


def lay_out(file: Any, title: str, made_on: date) -> None:
    """An empty document as the standard asks, in which nothing of the template is left."""
    _drop_parts(file)
    _describe(file.core_properties, title, made_on)
    file.styles.element[:] = [_defaults(), *map(_style, LOOKS)]
    file.settings.element[:] = _settings()
    _part(file, KIND.FONT_TABLE)._blob = _fonts()
    section = file.sections[0]
    section._sectPr[:] = _page()
    for footer, look in ((section.footer, ODD_PAGE), (section.even_page_footer, EVEN_PAGE)):
        footer.is_linked_to_previous = False
        footer._element[:] = [_page_number(look)]


def _drop_parts(file: Any) -> None:
    for package, kept in ((file.part, OURS), (file.part.package, {KIND.OFFICE_DOCUMENT, KIND.CORE_PROPERTIES})):
        for key in [key for key, part in package.rels.items() if part.reltype not in kept]:
            package.rels.pop(key)


def _part(file: Any, kind: str) -> Any:
    return file.part.part_related_by(kind)


def _describe(properties: Any, title: str, made_on: date) -> None:
    moment = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    properties.title, properties.language = title[:255], "zh-CN"
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = moment


# ---- styles ----


def _defaults() -> Any:
    language = element("lang", val="zh-CN", eastAsia="zh-CN")
    look = run_look(TEXT)
    look.append(language)
    return element("docDefaults", element("rPrDefault", look), element("pPrDefault"))


def _style(look: Look) -> Any:
    name = element("name", val=look.name)
    based = [] if look is TEXT else [element("basedOn", val=TEXT.key)]
    default = {"default": 1} if look is TEXT else {}
    kind = {"type": "paragraph", **default, "styleId": look.key}
    return element("style", name, *based, element("qFormat"), paragraph_look(look), run_look(look), **kind)


def _settings() -> list[Any]:
    """Even pages have a footer of their own; lines break and fill as in Chinese."""
    word = {"name": "compatibilityMode", "uri": "http://schemas.microsoft.com/office/word", "val": 15}
    return [
        element("evenAndOddHeaders"),
        element("drawingGridVerticalSpacing", val=round(PITCH * TWIPS)),
        element("characterSpacingControl", val="compressPunctuation"),
        element("compat", element("useFELayout"), element("compatSetting", **word)),
    ]


def _fonts() -> bytes:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, (instead, family) in INSTEAD.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'.encode()


# ---- the page ----


def _page() -> list[Any]:
    edges = {"top": TOP, "right": RIGHT, "bottom": BOTTOM, "left": LEFT, "header": 15, "footer": TO_FOOTER}
    margins = {name: twips(edge) for name, edge in edges.items()} | {"gutter": 0}
    wider = (twips(WIDTH - LEFT - RIGHT) / TWIPS / CHARACTERS - SIZE) * GRID_UNIT
    grid = {"type": "linesAndChars", "linePitch": round(PITCH * TWIPS), "charSpace": round(wider)}
    return [
        element("pgSz", w=twips(WIDTH), h=twips(HEIGHT)),
        element("pgMar", **margins),
        element("cols", space=0),
        element("docGrid", **grid),
    ]


def _page_number(look: Look) -> Any:
    """— 1 —"""
    line, number = paragraph(look, "— "), paragraph(look, "1")
    [text] = number.r_lst
    line.append(element("fldSimple", text, instr=" PAGE "))
    line.extend(paragraph(look, " —").r_lst)
    return line
