"""GB/T 9704-2012 read back from the file, measure by measure; text that stays text. Without a database."""

from datetime import date

import pytest
from docx.shared import Length, Pt

from tasks.exports.official import looks
from tasks.exports.official.document import Official
from tasks.exports.official.elements import Column, Piece
from tasks.exports.official.text import clean, day, paragraphs, share, with_days
from tests.tasks.exports.word import attributes, marked, opened, part, rows

ON = date(2024, 6, 5)
FONTS = {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"}


@pytest.fixture(scope="module")
def content() -> bytes:
    paper = Official("通报", ON)
    paper.add("关于《要点》\n进展情况的通报", looks.HEADLINE)
    paper.add("一、总体情况", looks.CHAPTER)
    paper.add("（一）任务", looks.PART)
    paper.add([Piece("1.正文。"), Piece("提示", marked=True)])
    paper.sign("试验单位", ON)
    paper.add("附件", looks.ANNEX)
    paper.add_table((Column("序号", 10, True), Column("说明", 146)), [("（一）板块",), ("1", "好\n极了"), ("2", "")])
    return paper.content()


def test_the_page(content):
    [section] = opened(content).sections
    assert [round(size.mm, 1) for size in (section.page_width, section.page_height)] == [210.0, 297.0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm, 1) for margin in margins] == [37.0, 35.0, 28.0, 26.0]
    assert attributes(part(content), "docGrid") == [{"type": "linesAndChars", "linePitch": "579", "charSpace": "-848"}]


def test_twenty_two_lines_of_twenty_eight_characters(content):
    [section] = opened(content).sections
    height = section.page_height - section.top_margin - section.bottom_margin
    width = section.page_width - section.left_margin - section.right_margin
    assert int(Length(height).pt / 28.95) == 22
    [space] = {each["val"] for each in attributes(part(content), "spacing") if "val" in each}
    assert int(Length(width).pt / (16 + int(space) / 20)) == 28


@pytest.mark.parametrize(
    ("text", "font", "points", "align", "indent"),
    [
        ("关于《要点》\n进展情况的通报", "方正小标宋简体", 22, "center", "0"),
        ("一、总体情况", "黑体", 16, "left", "200"),
        ("（一）任务", "楷体_GB2312", 16, "left", "200"),
        ("1.正文。提示", "仿宋_GB2312", 16, "both", "200"),
        ("附件", "黑体", 16, "left", "0"),
    ],
)
def test_fonts_sizes_pitch_and_indent(content, text, font, points, align, indent):
    """On the paragraph, and in its style too."""
    [found] = [each for each in opened(content).paragraphs if each.text == text]
    for look, properties in ((found.paragraph_format, found._p), (found.style.paragraph_format, found.style.element)):
        xml = properties.xml
        assert (look.line_spacing, look.line_spacing_rule.name) == (Pt(28.95), "EXACTLY")
        assert (look.space_before, look.space_after) == (Pt(0), Pt(0))
        assert {each["firstLineChars"] for each in attributes(xml, "ind")} == {indent}
        assert {each["val"] for each in attributes(xml, "jc")} == {align}
        for fonts in attributes(xml, "rFonts"):
            assert {fonts[name] for name in ("ascii", "hAnsi", "eastAsia", "cs")} == {font}
        assert {each["val"] for each in attributes(xml, "sz")} == {str(points * 2)}
    assert [run.font.size for run in found.runs] == [Pt(points)] * len(found.runs)


def test_levels_for_the_outline(content):
    levels = {each.text: each.style.name for each in opened(content).paragraphs if "Heading" in each.style.name}
    assert levels == {"一、总体情况": "Heading 1", "（一）任务": "Heading 2"}


def test_numbers_of_pages_stand_outside(content):
    """— 1 — in 宋体 of 14 points, odd right, even left, each one character from the edge."""
    file = opened(content)
    assert file.settings.odd_and_even_pages_header_footer is True
    for footer, align, indent in (
        (
            file.sections[0].footer,
            "right",
            {"rightChars": "100", "firstLineChars": "0", "right": "280", "firstLine": "0"},
        ),
        (
            file.sections[0].even_page_footer,
            "left",
            {"rightChars": "0", "firstLineChars": "100", "right": "0", "firstLine": "280"},
        ),
    ):
        xml = footer._element.xml
        assert "".join(text.text for text in footer._element.iter() if text.tag.endswith("}t")) == "— 1 —"
        assert attributes(xml, "fldSimple") == [{"instr": " PAGE "}]
        assert attributes(xml, "jc") == [{"val": align}]
        assert attributes(xml, "ind") == [indent]
        assert {each["eastAsia"] for each in attributes(xml, "rFonts")} == {"宋体"}
        assert {each["val"] for each in attributes(xml, "sz")} == {"28"}


def test_fonts_that_a_machine_lacks_have_others_named(content):
    xml = part(content, "word/fontTable.xml")
    assert {each["name"] for each in attributes(xml, "font")} == FONTS
    assert {each["val"].split(",")[0] for each in attributes(xml, "altName")} == {
        *("方正小标宋_GBK", "仿宋", "SimHei", "楷体", "SimSun")
    }


def test_nothing_of_a_template_is_left(content):
    assert {each["eastAsia"] for each in attributes(part(content, "word/styles.xml"), "rFonts")} == FONTS
    properties = opened(content).core_properties
    assert (properties.title, properties.author, properties.comments) == ("通报", "", "")
    assert properties.created.date() == ON


def test_issuer_and_date(content):
    """Two characters from the right; the shorter of them leaves more. The date has no zeros and is still to be set."""
    found = {each.text: attributes(each._p.xml, "ind")[0]["rightChars"] for each in opened(content).paragraphs}
    assert found["试验单位"] == "630"
    assert found["2024年6月5日"] == "200"
    assert marked(content) == ["提示", "2024年6月5日"]


def test_a_table_with_its_head_on_every_page(content):
    assert rows(content) == [["序号", "说明"], ["（一）板块"], ["1", "好 极了"], ["2", ""]]
    [table] = opened(content).tables
    assert [len(attributes(row._tr.xml, "tblHeader")) for row in table.rows] == [1, 0, 0, 0]
    assert [len(attributes(row._tr.xml, "cantSplit")) for row in table.rows] == [1, 1, 1, 1]
    assert attributes(table._tbl.xml, "gridSpan") == [{"val": "2"}]


# ---- words ----


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("平常的话。", "平常的话。"),
        ("a\x00b\x07c\x1b", "abc"),
        ("藏\u202e倒\u200b看\ufeff", "藏倒看"),
        ("\ufffe半\uffff", "半"),
        ("<w:p/>&amp;=1+1{{x}}", "<w:p/>&amp;=1+1{{x}}"),
        ("𠮷野家㐀", "𠮷野家㐀"),
    ],
)
def test_text_stays_text(text, left):
    assert clean(text) == left
    paper = Official(text, ON)
    paper.add(text)
    assert opened(paper.content()).paragraphs[0].text == left


def test_lines_become_paragraphs():
    assert paragraphs("　　一\r\n\r\n  二\x0b三\u2028四 \x00\n") == ["一", "二", "三", "四"]
    assert paragraphs(" \n\u200b\n") == []


@pytest.mark.parametrize(
    ("number", "whole", "words"),
    [
        *((2, 17, "11.8%"), (1, 8, "12.5%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (1, 2000, "0.1%")),
        *((1, 2, "50%"), (5, 5, "100%"), (0, 5, "0%"), (0, 0, "—")),
    ],
)
def test_shares(number, whole, words):
    assert share(number, whole) == words


def test_days_without_zeros():
    assert day(date(2024, 1, 9)) == "2024年1月9日"
    assert with_days("节点“甲”逾期 15 天（2023-05-01 到期）。") == "节点“甲”逾期15天（2023年5月1日到期）。"
    assert with_days("编号 12023-05-011 不是日期") == "编号12023-05-011不是日期"
