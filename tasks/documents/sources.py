"""Files and streams into text, whatever they are called."""

import io
from typing import BinaryIO

from tasks.documents.docx import docx_text
from tasks.documents.encoding import BYTES_AT_MOST, NotADocument, checked, decoded

CONTAINER_AT_MOST = 60 * 1024 * 1024  # a document with pictures


def text_of(file: BinaryIO) -> str:
    """The text of a .docx or a text file, or NotADocument; never more than a bounded part of it is read."""
    data = file.read(CONTAINER_AT_MOST + 1)
    if len(data) > CONTAINER_AT_MOST:
        raise NotADocument("文件过大，不像一份工作要点。")
    if data.startswith(b"PK"):
        return checked(docx_text(io.BytesIO(data)))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotADocument("这是旧版 Word 文档（.doc），请另存为 .docx 后再试。")
    if data.startswith((b"MZ", b"\x7fELF", b"%PDF", b"{\\rtf")):
        raise NotADocument("这不是可以读取的文件，请上传 .docx 或 .txt。")
    return decoded(data[: BYTES_AT_MOST + 1])
