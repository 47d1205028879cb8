"""`manage.py import_plan FILE --dry-run`, as it is run in a shell."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = """沪市监计〔2024〕1号
2024年计量工作要点
一、夯实基础
1.完善标准。新建标准5项。（牵头部门：市局计量处，配合部门：市计量协会等）
2.加强宣传。
"""
EXPECTED = {
    "title": "2024年计量工作要点",
    "year": 2024,
    "issuer": "",
    "document_number": "沪市监计〔2024〕1号",
    "issued_on": None,
    "groups": [{"ordinal": 1, "title": "夯实基础"}],
    "tasks": [
        {
            "number": 1,
            "title": "完善标准",
            "text": "完善标准。新建标准5项。（牵头部门：市局计量处，配合部门：市计量协会等）",
            "group": 0,
            "leads": ["市局计量处"],
            "supports": ["市计量协会"],
            "unsure": [],
        },
        {
            "number": 2,
            "title": "加强宣传",
            "text": "加强宣传。",
            "group": 0,
            "leads": [],
            "supports": [],
            "unsure": ["没有读到责任单位。"],
        },
    ],
}


def run(file: str, *options: str, given: bytes = b"") -> tuple[int, str, str]:
    command = [sys.executable, "manage.py", "import_plan", file, *options]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=ROOT, env=environment, input=given, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_json_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(TEXT.encode("gb18030"))
    status, out, err = run(str(file), "--dry-run", "--format", "json")
    assert (status, json.loads(out), err) == (0, EXPECTED, "")


def test_json_of_standard_input() -> None:
    status, out, err = run("-", "--dry-run", "--format", "json", given=TEXT.encode("utf-8-sig"))
    assert (status, json.loads(out), err) == (0, EXPECTED, "")


def test_text_for_people() -> None:
    status, out, _err = run("-", "--dry-run", given=TEXT.encode())
    assert status == 0
    assert out.splitlines() == [
        "2024年计量工作要点",
        "沪市监计〔2024〕1号",
        "? 没有读到发文机关。",
        "? 没有读到成文日期。",
        "（1）夯实基础",
        "1. 完善标准",
        "    牵头：市局计量处",
        "    配合：市计量协会",
        "2. 加强宣传",
        "    牵头：—",
        "    配合：—",
        "    ? 没有读到责任单位。",
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (b"MZ\x90\x00\x03", "这不是可以读取的文件，请上传 .docx 或 .txt。"),
        (b"", "文件中没有文字。"),
        (b"PK\x03\x04 no container", "这不是可以读取的 Word 文档（.docx）。"),
    ],
)
def test_no_document(given: bytes, sentence: str) -> None:
    assert run("-", "--dry-run", "--format", "json", given=given) == (2, "", f"CommandError: {sentence}\n")


def test_no_such_file() -> None:
    status, out, err = run("/nowhere/plan.docx", "--dry-run")
    assert (status, out) == (2, "")
    assert err.startswith("CommandError: 无法读取文件 /nowhere/plan.docx")
