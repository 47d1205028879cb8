"""Reading workbooks that come back: moved, added, merged, typed as numbers, and hostile."""

import io
import resource
from functools import partial

import pytest

from tasks.documents.grids import LAST_COLUMN, LAST_ROW, Unreadable, grids
from tasks.documents.workbook import Line, lines, plain
from tests.workbooks import SHEET, sheet_of, with_cells, with_parts, workbook

HEADS = {"key": ["行编号"], "progress_text": ["进展情况", "Progress made"], "assessment": ["自评"]}
PLAIN = [["序号", "进展情况", "自评", "行编号"], [1, "会议已开", "达序时", "k1"], [2, "", "", "k2"]]


def read(content: bytes) -> list[Line]:
    return lines(io.BytesIO(content), HEADS)


def line(number: int, text: str, assessment: str = "", key: str = "") -> Line:
    return Line(number, {"key": key, "progress_text": text, "assessment": assessment})


def refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as refusal:
        read(content)
    return refusal.value.reason


# ---- what people do to it ----


def test_rows_are_read_with_their_numbers():
    assert read(workbook(PLAIN)) == [line(2, "会议已开", "达序时", "k1"), line(3, "", "", "k2")]


def test_columns_are_found_by_their_heads_wherever_they_stand():
    rows = [["台账"], [], ["行编号", "", "自 评", "备注", "progress  MADE"], ["k1", "x", "欠序时", "y", "在做"]]
    assert read(workbook(rows)) == [line(4, "在做", "欠序时", "k1")]


def test_blank_rows_and_cells_elsewhere_are_nothing():
    rows = [*PLAIN, [], ["", " ", "\n", "\u3000"], ["合计", "", "", ""], []]
    assert read(workbook(rows)) == read(workbook(PLAIN))


def test_the_first_sheet_with_these_columns_counts():
    assert refused(workbook([["进展情况", "自评"], ["x", "y"]])) == "columns"
    assert refused(workbook([[""]] * 40 + PLAIN)) == "columns"
    assert refused(workbook([])) == "columns"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (80, "80"),
        (0, "0"),
        (0.5, "0.5"),
        ("=1+1", "=1+1"),
        ("==1+1", "=1+1"),  # a formula
        ("＝SUM(A1)", "＝SUM(A1)"),
        ("'=1", "'=1"),
        ("+1", "+1"),
        ("@x", "@x"),
        ("-1", "-1"),
        ("a\r\nb\rc\x0bd\x00 ", "a\nb\ncd"),
        ("_x000D_", "_x000D_"),
        ("<b>&amp;", "<b>&amp;"),
        ("http://x.cn", "http://x.cn"),
    ],
)
def test_cells_are_text_as_it_was_typed(cell, text):
    rows = [*PLAIN[:1], [1, cell, "", "k1"]]
    assert read(workbook(rows)) == [line(2, text, key="k1")]


def test_a_day_is_read_as_people_write_it():
    content = with_cells(
        workbook(PLAIN),
        b'<row r="4"><c r="B4" t="d"><v>2023-06-22T00:00:00</v></c>'
        b'<c r="D4" t="inlineStr"><is><t>k3</t></is></c></row>',
    )
    assert read(content)[-1] == line(4, "2023-06-22", key="k3")


def test_what_is_merged_downwards_stands_in_every_row():
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    sheet = sheet_of(workbook(PLAIN)).replace(b"</sheetData>", merge)
    merged = with_parts(workbook(PLAIN), {SHEET: sheet})
    assert [each.cells["progress_text"] for each in read(merged)] == ["会议已开", "会议已开"]


def test_plain_text():
    assert plain("\u3000 a\tb\x07\ud800 \n") == "a\tb"


# ---- hostile files ----


def entity_bomb() -> bytes:
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    return with_parts(workbook(PLAIN), {SHEET: b'<?xml version="1.0"?>' + bomb + b"]><x>&j;</x>"})


def far_cell(place: bytes) -> bytes:
    return with_cells(workbook(PLAIN), b'<row r="3000"><c r="%s" t="inlineStr"><is/></c></row>' % place)


def large(megabytes: int) -> bytes:
    """Long and hard to pack, so that its ratio looks harmless."""
    noise = b"".join(b"<r%d/>" % (n * 7919 % 1_000_003) for n in range(megabytes * 100_000))
    return with_parts(workbook(PLAIN), {"xl/extra.xml": b"<x>" + noise + b"</x>"})


def lying() -> bytes:
    """The directory says a tenth of what the entry unpacks to."""
    content = bytearray(workbook(PLAIN))
    at = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    size = int.from_bytes(content[at + 24 : at + 28], "little")
    content[at + 24 : at + 28] = (size // 10).to_bytes(4, "little")
    return bytes(content)


HOSTILE = {
    "nothing": (bytes, "kind"),
    "a renamed program": (lambda: b"MZ\x90\x00" + bytes(5000), "kind"),
    "an old .xls": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000), "kind"),
    "text": ("序号,进展情况".encode, "kind"),
    "macros": (lambda: with_parts(workbook(PLAIN), {"xl/vbaProject.bin": b"x"}), "kind"),
    "a program in front": (lambda: b"MZ" + workbook(PLAIN), "kind"),
    "half of it": (lambda: workbook(PLAIN)[:3000], "kind"),
    "no sheet": (lambda: with_parts(workbook(PLAIN), {SHEET: None}), "damaged"),
    "no relations": (lambda: with_parts(workbook(PLAIN), {"xl/_rels/workbook.xml.rels": None}), None),
    "entities": (entity_bomb, "damaged"),
    "broken XML": (
        lambda: with_parts(workbook(PLAIN), {SHEET: b"<worksheet><sheetData>"}),
        "damaged",
    ),
    "a bomb": (lambda: with_parts(workbook(PLAIN), {SHEET: bytes(60_000_000)}), "kind"),
    "a lot": (partial(large, 34), "large"),
    "a false size": (lying, "damaged"),
    "a far row": (lambda: far_cell(b"A1048576"), "large"),
    "a far column": (lambda: far_cell(b"XFD3"), "large"),
    "no place": (lambda: far_cell(b"$A$1"), "damaged"),
    "a million rows": (
        lambda: with_cells(workbook(PLAIN), b"".join(b"<row><c><v>%d</v></c></row>" % n for n in range(1_000_000))),
        None,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_no_time_and_little_room(name):
    make, reason = HOSTILE[name]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(content) in ({reason} if reason else {"damaged", "large", "kind"})
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


@pytest.mark.parametrize("place", [f"A{LAST_ROW}", "CV2"])
def test_what_is_just_small_enough_is_read(place):
    assert LAST_COLUMN == 100
    content = with_cells(workbook(PLAIN), b'<row r="9"><c r="%s"><v>1</v></c></row>' % place.encode())
    assert len(list(grids(io.BytesIO(content)))) == 1
