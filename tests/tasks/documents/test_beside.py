"""A text cut into what was read in it and what was not; the pieces always join to the text again."""

from tasks.documents.beside import Piece, Place, Stretch, Words, stretches

TEXT = "前言。\n1.建标准。新建标准\n5项。（牵头部门：市局计量处、省局计量处）\n结语。"
FIRST = TEXT.index("建标准")
LAST = TEXT.index("\n结语")


def joined(found: list[Stretch]) -> str:
    return "".join(piece.text for stretch in found for piece in stretch.pieces)


def test_units_quotes_and_doubts_where_they_stand():
    words = [
        Words("doubt", "省局计量处", "?"),
        Words("unit", "市局计量处"),
        Words("step", "新建标准5项"),
        Words("x", "没有"),
    ]
    found = stretches(TEXT, [Place(0, 3), Place(FIRST, LAST, "任务", words)])
    assert joined(found) == TEXT
    assert [(stretch.task, stretch.is_loose) for stretch in found] == [
        (None, True), (None, False), ("任务", False), (None, False),
    ]  # fmt: skip
    assert found[2].pieces == [
        Piece("建标准。"),
        Piece("新建标准\n5项", "step"),
        Piece("。（牵头部门："),
        Piece("市局计量处", "unit"),
        Piece("、"),
        Piece("省局计量处", "doubt", "?"),
        Piece("）"),
    ]


def test_what_comes_first_takes_the_place_and_the_last_occurrence_is_meant():
    text = "计量处牵头。（计量处、计量处）"
    found = stretches(
        text, [Place(0, len(text), 1, [Words("a", "计量处、计量处"), Words("b", "计量处"), Words("c", "")])]
    )
    assert [(piece.text, piece.kind) for piece in found[0].pieces] == [
        ("计量处", "b"), ("牵头。（", ""), ("计量处、计量处", "a"), ("）", ""),
    ]  # fmt: skip


def test_words_of_another_width_are_the_same_words():
    text = "（市局计量处（华东））"
    [only] = stretches(text, [Place(0, len(text), 1, [Words("unit", "市局计量处(华东)")])])
    assert only.pieces == [Piece("（"), Piece("市局计量处（华东）", "unit"), Piece("）")]


def test_places_that_overlap_or_lie_outside_are_left_out():
    text = "一二三四五六"
    found = stretches(
        text, [Place(1, 4, "a"), Place(3, 5, "b"), Place(5, 99, "c"), Place(4, 4, "d"), Place(-1, 2, "e")]
    )
    assert joined(found) == text
    assert [stretch.task for stretch in found] == [None, "a", None]
    assert stretches("", []) == []
