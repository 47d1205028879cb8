"""Files as people send them, and as nobody should: each made here, none kept in the repository."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\0" * 40 + b"\xff\xd9"
TYPES = '<?xml version="1.0"?><Types><Override PartName="/{part}" ContentType="application/vnd.{kind}+xml"/></Types>'
PLAIN = "openxmlformats-officedocument.main"
MACRO = "ms-word.document.macroEnabled.main"


def container(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


def office(part: str, kind: str = PLAIN, **more: bytes | str) -> bytes:
    """A container of Word or Excel; `more` are further entries, their slashes written as two underlines."""
    others = {name.replace("__", "/").replace("_bin", ".bin"): content for name, content in more.items()}
    return container({"[Content_Types].xml": TYPES.format(part=part, kind=kind), part: "<document/>"} | others)


DOCX, XLSX = office("word/document.xml"), office("xl/workbook.xml")
OFD = container({"OFD.xml": "<OFD/>", "Doc_0/Document.xml": "<Document/>"})


def sent(name: str = "核验结果.pdf", content: bytes = PDF, claimed: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, claimed)
