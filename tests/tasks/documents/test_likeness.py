"""When two texts are taken for one."""

import pytest

from tasks.documents.likeness import is_like

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
