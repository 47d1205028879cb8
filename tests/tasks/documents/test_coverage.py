"""Which sentences of a task belong to a milestone."""

from tasks.documents.coverage import LONGEST, sentences, to_quote
from tasks.documents.passages import Span


def told(text: str, quoted: tuple[str, ...] = (), named: tuple[str, ...] = ()) -> list[tuple[str, bool]]:
    at = {words: Span(text.index(words), text.index(words) + len(words)) for words in (*quoted, *named)}
    found = sentences(text, 0, len(text), [at[words] for words in quoted], [at[words] for words in named])
    return [(text[one.place.start : one.place.end], one.covered) for one in found]


def test_a_sentence_is_covered_by_any_of_its_words():
    assert told("开展检查,公布结果。 总结经验！(完)建立机制", ("公布", "建立机制")) == [
        ("开展检查,公布结果。", True),
        ("总结经验！", False),
        ("(完)建立机制", True),
    ]


def test_lines_end_sentences_and_signs_alone_are_none():
    assert told("开展检查\n 公布结果。”\n。\n、；\r\n　总结？！") == [
        ("开展检查", False),
        ("公布结果。”", False),
        ("总结？！", False),
    ]
    assert told("") == []
    assert told("。。\n") == []


def test_semicolons_and_figures_end_nothing():
    assert told("开展抽查；推进v2.0升级,增长3.5%。") == [("开展抽查；推进v2.0升级,增长3.5%。", False)]


def test_where_units_are_named_only_that_is_said():
    assert told("开展检查。市局计量处牵头,各区市场监管局配合。", named=("市局计量处", "各区市场监管局")) == [
        ("开展检查。", False)
    ]


def test_only_the_stretch_that_is_asked_for():
    text = "标题。开展检查。(牵头部门:甲)"
    assert [(one.place, one.covered) for one in sentences(text, 3, 8, [Span(0, 2), Span(8, 12)], [])] == [
        (Span(3, 8), False)
    ]


def test_a_quote_that_ends_where_a_sentence_begins_does_not_cover_it():
    assert [one.covered for one in sentences("甲乙。丙丁。", 0, 6, [Span(0, 3)], [])] == [True, False]


def test_what_a_milestone_may_quote():
    assert to_quote(" 开展检查,公布结果。\n") == "开展检查,公布结果"
    assert to_quote("开展“检查。”") == "开展“检查。”"
    long = "，".join(["开展检查工作"] * 60) + "。"
    assert to_quote(long) == "，".join(["开展检查工作"] * 42)
    assert len(to_quote("长" * 1000)) == LONGEST
    assert to_quote("。") == ""
