"""What a file is by its content; hostile ones are refused, whatever they are called."""

import io
import struct
import zipfile

import pytest

from tasks.documents import files
from tasks.documents.files import clean_name, kind_of
from tests.files import DOCX, JPEG, MACRO, OFD, PDF, PLAIN, PNG, TYPES, XLSX, container, office


def kind(content: bytes) -> str | None:
    return kind_of(io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [(PDF, "pdf"), (PNG, "png"), (JPEG, "jpg"), (DOCX, "docx"), (XLSX, "xlsx"), (OFD, "ofd")],
)
def test_what_is_taken(content, expected):
    file = io.BytesIO(content)
    assert (kind_of(file), file.tell()) == (expected, 0)


def utf_16_macros() -> bytes:
    types = TYPES.format(part="word/document.xml", kind=MACRO).replace(
        'version="1.0"', 'version="1.0" encoding="UTF-16"'
    )
    return container({"[Content_Types].xml": types.encode("utf-16"), "word/document.xml": "<document/>"})


def hidden_by_references() -> bytes:
    types = TYPES.format(part="word/document.xml", kind="ms-word.document.&#109;acroEnabled.main")
    return container({"[Content_Types].xml": types, "word/document.xml": "<document/>"})


def twice_the_same_entry() -> bytes:
    """Its directory is written by hand: a library would warn."""
    types = TYPES.format(part="word/document.xml", kind=PLAIN)
    content = container({"[Content_Types].xml": types, "[Content_Types].xmm": types, "word/document.xml": "<a/>"})
    return content.replace(b"[Content_Types].xmm", b"[Content_Types].xml")


def lying_about_its_size() -> bytes:
    """A directory that names 4 GB for an entry of a few bytes."""
    content = bytearray(DOCX)
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(content)


def encrypted_types() -> bytes:
    content = bytearray(DOCX)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(mark)
        content[place + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\0" * 300, id="zeros"),
        pytest.param(b"MZ\x90\x00" + b"\0" * 300, id="a Windows program"),
        pytest.param(b"\x7fELF" + b"\0" * 300, id="a Linux program"),
        pytest.param(b"#!/bin/sh\nrm -rf /\n", id="a script"),
        pytest.param(b"MZ\x90\x00" + DOCX, id="a program before a document"),
        pytest.param(b"<!DOCTYPE html><script>alert(1)</script>", id="a page"),
        pytest.param(b"<html><!--" + PDF, id="a page before a PDF"),
        pytest.param(b"\xef\xbb\xbf" + PDF, id="a PDF after a byte order mark"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", id="a drawing that runs"),
        pytest.param("进展情况".encode(), id="plain text"),
        pytest.param("进展情况".encode("gb18030"), id="plain text of Windows"),
        pytest.param(b"GIF89a" + b"\0" * 300, id="GIF"),
        pytest.param(b"Rar!\x1a\x07\x01\x00" + b"\0" * 300, id="RAR"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, id="Word of 1997, or encrypted"),
        pytest.param(container({"a.txt": "a"}), id="any container"),
        pytest.param(container({}), id="an empty container"),
        pytest.param(container({"evil.exe": b"MZ"}), id="a packed program"),
        pytest.param(container({"word/document.xml": "<document/>"}), id="Word without its list of types"),
        pytest.param(office("word/document.xml", MACRO), id="macros by type"),
        pytest.param(office("xl/workbook.xml", "ms-excel.sheet.macroEnabled.main"), id="a workbook with macros"),
        pytest.param(office("word/document.xml", word__vbaProject_bin=b"x"), id="macros by name"),
        pytest.param(office("xl/workbook.xml", xl__VBAPROJECT_bin=b"x"), id="macros in capitals"),
        pytest.param(office("word/document.xml", PLAIN + '"/><!-- vbaProject -->'), id="macros by remark"),
        pytest.param(utf_16_macros(), id="macros in UTF-16"),
        pytest.param(hidden_by_references(), id="macros by character references"),
        pytest.param(twice_the_same_entry(), id="two lists of types"),
        pytest.param(lying_about_its_size(), id="a lying directory"),
        pytest.param(encrypted_types(), id="encrypted"),
        pytest.param(DOCX[:200], id="cut off"),
        pytest.param(DOCX[:-10], id="without its end"),
        pytest.param(office("word/document.xml", media=b"\0" * 50_000_000), id="a bomb"),
    ],
)
def test_everything_else_is_refused(content):
    assert kind(content) is None


def test_word_and_excel_in_one_are_neither():
    both = container({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>", "xl/workbook.xml": "<a/>"})
    assert kind(both) is None


def test_a_directory_of_too_many_entries_is_refused(monkeypatch):
    monkeypatch.setattr(files, "ENTRIES_AT_MOST", 3)
    assert kind(office("word/document.xml", a="1")) == "docx"
    assert kind(office("word/document.xml", a="1", b="2")) is None


def test_a_list_of_types_that_is_too_long_is_not_read():
    long = TYPES.format(part="word/document.xml", kind=PLAIN) + " " * files.TYPES_AT_MOST
    parts = {"[Content_Types].xml": long, "word/document.xml": "<document/>"}
    assert kind(container(parts, zipfile.ZIP_STORED)) is None


@pytest.mark.parametrize(
    ("original", "of", "expected"),
    [
        ("核验结果.pdf", "pdf", "核验结果.pdf"),
        ("照片.JPEG", "jpg", "照片.jpeg"),
        ("照片.jpg", "jpg", "照片.jpg"),
        ("setup.exe", "pdf", "setup.exe.pdf"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("C:\\Users\\a\\表.xlsx", "xlsx", "表.xlsx"),
        ("a\r\nSet-Cookie: x=1.pdf", "pdf", "aSet-Cookie_ x=1.pdf"),
        ("a\x00b.pdf", "pdf", "ab.pdf"),
        ("\u202efdp.exe", "pdf", "fdp.exe.pdf"),  # an override that would show exe.pdf
        ('"><script>.pdf', "pdf", "___script_.pdf"),
        (".pdf", "pdf", "file.pdf"),
        ("...", "png", "file.png"),
        ("", "docx", "file.docx"),
        ("  名 称 .docx  ", "docx", "名 称.docx"),
        ("e\u0301.pdf", "pdf", "é.pdf"),
        ("长" * 300 + ".pdf", "pdf", "长" * 146 + ".pdf"),
    ],
)
def test_what_a_file_is_called(original, of, expected):
    assert clean_name(original, of) == expected
