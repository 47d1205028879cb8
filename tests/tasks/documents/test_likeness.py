"""When two texts are taken for one."""

import pytest

from tasks.documents.likeness import counterpart, is_like, nearest, same_words

TEXT = "完成法定计量技术机构“双随机”抽查14家次，发现问题3项，已督促整改。"
REWORDED = "完成法定计量技术机构“双随机”抽查15家次，发现问题4项，均已督促整改。"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (TEXT, TEXT, True),
        (TEXT, f"  {TEXT}\n\n", True),
        (TEXT, TEXT.replace("，", ",").replace("“", '"').replace("”", '"').replace("14", "１４"), True),
        (TEXT, REWORDED, True),  # figures changed, words kept: the reader should look
        (TEXT, TEXT + "另新增定量包装商品净含量抽查60批次，合格58批次。", False),
        (TEXT, "端午前对商超、集贸市场开展过度包装检查，查处违法行为2起。", False),
        ("abc" * 40, "ABC" * 40, True),
        ("一" * 1000, "一" * 1000, True),
        ("一" * 1000, "二" * 1000, False),
        ("无", "无。", True),
        ("", "", False),
        (TEXT, "", False),
        ("", TEXT, False),
        ("……！！", "……！！", False),  # no word in either
        ("🙂🙂", "🙂🙂", False),
    ],
)
def test_a_copy_is_told_from_news(one, other, expected):
    assert (is_like(one, other), is_like(other, one)) == (expected, expected)


def test_the_line_between_like_and_unlike():
    """Of a hundred characters ninety may be the same."""
    hundred = "".join(chr(0x4E00 + n) for n in range(100))
    changed = [hundred[: 100 - n] + "".join(chr(0x5E00 + i) for i in range(n)) for n in (10, 11)]
    assert [is_like(hundred, other) for other in changed] == [True, False]


def test_the_longest_texts_that_repeat_themselves_are_compared_too():
    """Five thousand characters that share all their signs in another order: the slowest there is."""
    one = "".join(chr(0x4E00 + n) for n in range(101) for _ in range(49))
    other = "".join(chr(0x4E00 + n) for _ in range(49) for n in range(101))
    assert not is_like(one, other)


# ---- words that were corrected, names that are meant ----

OLD = "完善标准。新建社会公用计量标准5项，开展宣传活动，制定年度计划。"


@pytest.mark.parametrize(
    ("quote", "new", "words"),
    [
        ("新建社会公用计量标准5项", OLD.replace("5项", "12项"), "新建社会公用计量标准12项"),
        ("新建社会公用计量标准5项", OLD.replace("新建", "新增"), "新增社会公用计量标准5项"),
        ("新建社会公用计量标准5项", "前言。" + OLD, "新建社会公用计量标准5项"),
        ("新建社会公用计量标准5项", OLD.replace("新建社会公用计量标准5项", "压减行政审批事项"), ""),
        ("新建社会公用计量标准5项", OLD.replace("新建社会公用计量标准5项，", ""), ""),
        ("新建社会公用计量标准5项", "", ""),
        ("制定年度计划", OLD.replace("年度计划", "年度工作计划"), "制定年度工作计划"),
        ("完善", OLD.replace("完善", "健全"), ""),
        ("", OLD, ""),
        ("不在文中的话", OLD, ""),
    ],
)
def test_what_became_of_a_quote(quote, new, words):
    assert counterpart(quote, OLD, new) == words
    assert words in new


def test_texts_too_different_to_be_compared():
    """A moment, however long they are: three thousand signs are compared, more are not."""
    quote = "新建社会公用计量标准5项"
    filling = "".join(chr(0x4E00 + place) for place in range(5000))
    old, new = f"{filling}{quote}{filling}", f"{filling}{quote.replace('5', '6')}{filling}"
    assert counterpart(quote, old, new) == "新建社会公用计量标准6项"
    assert counterpart(quote, old, new[::-1]) == ""


NAMES = ["市局计量处", "市局法规处", "市局执法总队", "上海市计量协会", "各区市场监管局", "市计量测试技术研究院"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("计量处", ["市局计量处"]),
        ("市局计量处（华东大区中心办公室）", ["市局计量处"]),
        ("市局监察总队", ["市局执法总队"]),
        ("计量协会", ["上海市计量协会"]),
        ("市公安局", []),
        ("甲", []),
    ],
)
def test_names_that_may_be_meant(name, first):
    assert nearest(name, NAMES)[: len(first) or 1] == first


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("计量 标准\n5项", "计量标准５项", True),
        ("计量标准，5项", "计量标准5项", False),
        ("", "", True),
        ("Ａ（一）", "A(一)", True),
        ("a", "A", False),
    ],
)
def test_the_same_words(one, other, same):
    assert same_words(one, other) is same
