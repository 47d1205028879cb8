"""专报: one page, the problems first, and what does not fit is counted."""

from datetime import date

import pytest

from tasks.exports.brief import brief_file, clipped, lines_of
from tests import cast, factories
from tests.tasks.exports.word import lines, marked

TODAY = date(2024, 6, 5)
DUE = date(2024, 6, 25)


def written(period, today=TODAY) -> list[str]:
    return lines(brief_file(period.plan, period, cast.person("leader"), today).content)


def period_with(*, red: int = 0, yellow: int = 0, owing: int = 0, title: str = "任务"):
    """Red ones have a milestone of long ago, yellow ones one that is near; each of the owing units owes one report."""
    plan = factories.plan(title="要点", issuer="试验局")
    period = factories.period(plan, date(2024, 4, 1), date(2024, 6, 30), DUE)
    lead = cast.unit("jlc")
    for n, on in enumerate([date(2024, 3, 1)] * red + [date(2024, 6, 10)] * yellow, 1):
        factories.milestone(factories.task(plan, (lead,), number=n, title=f"{title}{n}"), on, title="节点")
    calm = factories.task(plan, (lead,), number=red + yellow + 1, title="平稳的任务")
    for n in range(owing):
        factories.owed(period, calm, factories.department(f"u{n}", short_name=f"第{n}单位"))
    return period


@pytest.mark.django_db
def test_red_then_yellow_then_who_owes_then_the_year():
    assert written(period_with(red=1, yellow=1, owing=2)) == [
        "计量工作要点进展专报（草稿）",
        "（第二季度，截至2024年6月5日）",
        "一、红灯任务1项",
        "任务1“任务1”（市局计量处）：节点“节点”逾期96天。",
        "二、黄灯任务1项",
        "任务2“任务2”（市局计量处）：节点“节点”2024年6月10日到期，还有5天。",
        "三、未报送单位2个（2份）",
        "第0单位、第1单位等2个单位。",
        "全年3项任务已办结0项，平均完成进度0%，序时应为50%，落后50个百分点，距2024年12月31日还有209天。",
    ]


@pytest.mark.django_db
def test_nothing_to_complain_of():
    assert written(period_with()) == [
        "计量工作要点进展专报（草稿）",
        "（第二季度，截至2024年6月5日）",
        "一、无红灯任务",
        "二、无滞后的黄灯任务",
        "三、无未报送单位",
        "全年1项任务已办结0项，任务均未设置节点，暂无完成进度，距2024年12月31日还有209天。",
    ]


def used(found: list[str]) -> int:
    """Lines of the page: headings and the head take one each."""
    return sum(1 if line[1] == "、" or n < 2 else lines_of(line) for n, line in enumerate(found))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("red", "yellow", "owing"), [(3, 30, 60), (40, 30, 60), (40, 0, 0), (0, 9, 1), (8, 2, 0), (1, 7, 3)]
)
@pytest.mark.parametrize("title", ["任务", "长" * 190])
def test_it_stays_on_one_page(red, yellow, owing, title):
    found = written(period_with(red=red, yellow=yellow, owing=owing, title=title))
    assert used(found) <= 22
    assert [line for line in found if line.startswith("一、红")] == ([f"一、红灯任务{red}项"] if red else [])
    shown = [line for line in found if line.startswith("任务")]
    counted = sum(int(line.removeprefix("另有").split("项")[0]) for line in found if line.startswith("另有"))
    assert len(shown) + counted == red + yellow


def test_the_draft_is_marked(db):
    period = period_with()
    assert marked(brief_file(period.plan, period, cast.person("leader"), TODAY).content) == ["（草稿）"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("字" * 25, 1),
        ("字" * 26, 2),
        ("字" * 25 + "。", 2),  # it takes the last character with it
        ("字" * 24 + "（字）", 2),
        ("字" * 52, 2),
        ("字" * 53, 3),
        ("字" * 24 + "12.5%" + "字" * 25, 3),  # one more than without the number, which is not parted
    ],
)
def test_room_is_told_before_the_page_is_made(text, lines):
    assert lines_of(text) == lines


def test_what_takes_too_much_room_is_clipped():
    assert clipped("字" * 25, 1) == "字" * 25
    assert clipped("字" * 26, 1) == "字" * 24 + "…"
    assert clipped("字" * 600, 2) == "字" * 51 + "…"
    assert lines_of(clipped("（" * 600, 2)) <= 2
