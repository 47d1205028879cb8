"""Word documents for the tests of reading."""

import io
import zipfile
from collections.abc import Iterable

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

LISTS = f"""<w:numbering {nsdecls("w")}>
<w:abstractNum w:abstractNumId="77"><w:multiLevelType w:val="multilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum><w:num w:numId="99"><w:abstractNumId w:val="77"/></w:num></w:numbering>"""


def saved(document) -> io.BytesIO:
    file = io.BytesIO()
    document.save(file)
    file.seek(0)
    return file


def with_lists(paragraphs: Iterable[tuple[int | None, str]]) -> io.BytesIO:
    """Paragraphs that Word numbers by itself; the level of each, or None."""
    document = Document()
    numbering = document.part.numbering_part.element
    for child in parse_xml(LISTS):
        numbering.insert(0, child) if child.tag.endswith("abstractNum") else numbering.append(child)
    for level, words in paragraphs:
        properties = document.add_paragraph(words)._p.get_or_add_pPr()
        if level is not None:
            properties.append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="99"/></w:numPr>')
            )
    return saved(document)


def container(parts: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """A .docx with these parts and nothing else."""
    types = (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'wordprocessingml.document.main+xml"/></Types>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as opened:
        for name, data in {"[Content_Types].xml": types, **parts}.items():
            opened.writestr(name, data)
    file.seek(0)
    return file


def body(xml: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<w:document {nsdecls("w")}><w:body>{xml}</w:body></w:document>'.encode()
