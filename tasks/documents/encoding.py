"""Bytes to text: UTF-8, UTF-16 with its mark, GB18030. What is neither is refused, never repaired by guess."""

import codecs

BYTES_AT_MOST = 8 * 1024 * 1024
SIGNS_AT_MOST = 2_000_000  # some two thousand pages
RARE_AT_MOST = 0.1  # share of characters outside GB 2312 in a text that is said to be Chinese
BY_MARK = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class NotADocument(ValueError):
    """Its message is a sentence for the person who sent the file."""


def decoded(data: bytes) -> str:
    """The text of a file, or NotADocument."""
    if len(data) > BYTES_AT_MOST:
        raise NotADocument("文件过大，不像一份工作要点。")
    marked = next((name for mark, name in BY_MARK.items() if data.startswith(mark)), None)
    text = _in(data, marked) if marked else _unmarked(data)
    return checked(text)


def _unmarked(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_mixture(data)
        text = _in(data, "gb18030")
    if _rare(text) > RARE_AT_MOST:
        raise NotADocument("无法识别文件编码，请另存为 UTF-8 或 GB18030 后再试。")
    return text


def _in(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotADocument("无法识别文件编码，请另存为 UTF-8 或 GB18030 后再试。") from error


def _refuse_mixture(data: bytes) -> None:
    """A line of Chinese that is UTF-8 in a file that is not: no line of GB18030 of that length is both by chance."""
    for line in data.splitlines():
        if sum(byte > 127 for byte in line) >= 9 and _is_utf8(line):
            raise NotADocument("文件中混有两种编码，请统一后再试。")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _rare(text: str) -> float:
    wide = [sign for sign in text if ord(sign) > 127]
    common = "".join(wide).encode("gb2312", "ignore")
    return 1 - len(common) / 2 / len(wide) if wide else 0.0


def checked(text: str) -> str:
    """The text itself, unless it is none: empty, not written by people, or too long to be a plan."""
    if not text.strip():
        raise NotADocument("文件中没有文字。")
    if len(text) > SIGNS_AT_MOST:
        raise NotADocument("文件过大，不像一份工作要点。")
    if any(ord(sign) < 32 and sign not in "\t\n\v\f\r" for sign in set(text)) or "\ufffd" in text:
        raise NotADocument("这不是文字文件，请上传 .docx 或 .txt。")
    if not any("\u4e00" <= sign <= "\u9fff" for sign in set(text)):
        raise NotADocument("文件中没有中文，不像一份工作要点。")
    return text
