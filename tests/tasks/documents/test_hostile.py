"""Files that are no documents, or mean harm: refused with a sentence, in seconds, before they are unpacked."""

import io
import time
import zipfile

import pytest

from tasks.documents.encoding import NotADocument
from tasks.documents.reader import read
from tasks.documents.sources import text_of
from tests.tasks.documents.word import body, container

PLAN = "2023年计量工作要点\n1.加强监管。（牵头部门：市局计量处）\n2.改进服务。（牵头部门：市局计量处）\n"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
DOCTYPE = f'<!DOCTYPE w [<!ENTITY l0 "量">{LAUGHS}]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
TEXT = "<w:p><w:r><w:t>计量</w:t></w:r></w:p>"


def with_macros() -> bytes:
    return container({"word/document.xml": body(TEXT), "word/vbaProject.bin": b"\xd0\xcf"}).getvalue()


def as_macro_type() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled.main+xml")
        opened.writestr("word/document.xml", body(TEXT))
    return file.getvalue()


def deep() -> bytes:
    return body("<w:sdt>" * 5000 + TEXT + "</w:sdt>" * 5000)


HOSTILE = {
    "empty": b"",
    "blank": "　\n \n".encode(),
    "zip bomb": container({"word/document.xml": body(TEXT) + b" " * 30_000_000}).getvalue(),
    "entity bomb": container(
        {"word/document.xml": body("<w:p><w:r><w:t>&l11;</w:t></w:r></w:p>", DOCTYPE)}
    ).getvalue(),
    "outside entity": container(
        {"word/document.xml": body("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", OUTSIDE)}
    ).getvalue(),
    "bomb in numbering": container(
        {"word/document.xml": body(TEXT), "word/numbering.xml": body("", DOCTYPE)}
    ).getvalue(),
    "macros": with_macros(),
    "macro type": as_macro_type(),
    "renamed program": b"MZ\x90\x00" + bytes(range(256)) * 100,
    "program before container": b"MZ" + container({"word/document.xml": body(TEXT)}).getvalue(),
    "broken container": container({"word/document.xml": body(TEXT)}).getvalue()[:-60],
    "broken XML": container({"word/document.xml": b"<w:document>"}).getvalue(),
    "deep XML": container({"word/document.xml": deep()}, zipfile.ZIP_STORED).getvalue(),
    "other container": container({"xl/workbook.xml": b"<workbook/>"}).getvalue(),
    "old Word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "pdf": b"%PDF-1.7\n1 0 obj",
    "rich text": b"{\\rtf1\\ansi}",
    "two encodings": PLAN.encode() + PLAN.encode("gb18030"),
    "two encodings in one line": PLAN.replace("\n", "").encode() + PLAN.replace("\n", "").encode("gb18030"),
    "torn": PLAN.encode()[:-2] + b"\xff",
    "Latin": b"Work plan for 2023\n1. Do something.\n",
    "digits": b"1234567890" * 5_000_000,
    "replaced": PLAN.replace("监", "\ufffd").encode(),
    "control signs": PLAN.encode() + b"\x00\x01",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused(data: bytes) -> None:
    with pytest.raises(NotADocument) as refusal:
        read(text_of(io.BytesIO(data)))
    assert str(refusal.value).endswith("。")


ENCODINGS = {
    "utf-8": PLAN.encode(),
    "utf-8 with mark": PLAN.encode("utf-8-sig"),
    "gb18030": PLAN.encode("gb18030"),
    "utf-16": PLAN.encode("utf-16"),
}


@pytest.mark.parametrize("data", ENCODINGS.values(), ids=ENCODINGS)
def test_encodings(data: bytes) -> None:
    assert [task.title for task in read(text_of(io.BytesIO(data))).tasks] == ["加强监管", "改进服务"]


SLOW = {
    "brackets": "计量" + "(" * 100_000,
    "brackets with labels": "1.计量(牵头部门:" * 6_000,
    "nested": "1.计量。(" * 20_000 + ")" * 20_000,
    "labels": "1.计量。" + "牵头单位:" * 10_000,
    "commas": "1.计量。(牵头部门:" + "市局、" * 20_000 + ")",
    "and": "1.计。(责任单位:" + "局和" * 20_000 + ")",
    "numbers": "1.计(\n" * 5_000,
    "duties": "1.计。(按职责" + "分工" * 50_000 + ")",
    "spaces": "计" + " " * 500_000 + "量",
    "quotes": "1.计《“" * 20_000,
    "bars": "1.计|量|(\n" * 5_000,
    "one sign": "一、" * 100_000,
    "deep": "1.计。" + "(责任单位:市局" * 1_000 + ")" * 1_000,
    "clauses on one line": "1.计。" + "".join(f"(责任单位:市局){n}.计。" for n in range(2, 2_000)),
    "dates": "1.计。(责任单位:市局," + "年底前," * 20_000 + ")",
    "stars": "1.计。(责任单位:" + "*" * 50_000 + "局)",
    "tags": "1.计<p " * 20_000,
    "bold": "计**" * 100_000,
    "cells on lines": "序号\n任务\n责任单位\n" + "1\n" * 15_000,
    "heads on lines": "序号|\n任务|\n责任单位|\n" * 5_000,
    "cells by spaces": "序号  任务  责任单位\n" + "1  计  市局\n" * 5_000,
    "pages": "".join(
        f"{n}.计量工作。{'完善制度，' * 60}。（责任单位：市局、财政局）\n"
        for n in range(1, 500)  # some 250
    ),
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_no_text_takes_long(text: str) -> None:
    """Generous: what is not linear here takes minutes."""
    begun = time.process_time()
    read(text)
    assert time.process_time() - begun < 20
