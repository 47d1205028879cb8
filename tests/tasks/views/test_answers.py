"""The sentences that answer first, word for word in both languages."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from tasks.querysets.rollup import Figures
from tasks.views import answers

PASSED, OWN = "36% of the year has passed. ", " All figures are those of your own unit."
OWN_ZH = "以上均按本单位任务计算。"


def figures(progress=35, expected=40, tasks=17, red=0):
    return Figures(tasks, {}, {"red": red}, progress, expected)


def red(*numbers):
    return [SimpleNamespace(number=number) for number in numbers]


@pytest.mark.parametrize(
    ("given", "chinese", "english"),
    [
        (
            (36, figures(), red(4, 14), False),
            "全年时间已过 36%，总体进度 <b>35%</b>，比序时慢 <b>5 个百分点</b>；任务 <b>4、14</b> 红灯。",
            PASSED + "Overall progress is <b>35%</b>, <b>5 points</b> behind schedule. Tasks <b>4, 14</b> are red.",
        ),
        (
            (36, figures(41, 40), red(4), True),
            "全年时间已过 36%，总体进度 <b>41%</b>，比序时快 <b>1 个百分点</b>；任务 <b>4</b> 红灯。" + OWN_ZH,
            PASSED + "Overall progress is <b>41%</b>, <b>1 point</b> ahead of schedule. Task <b>4</b> is red." + OWN,
        ),
        (
            (100, figures(0, 0), [], False),
            "全年时间已过 100%，总体进度 <b>0%</b>，与序时持平；没有红灯任务。",
            "100% of the year has passed. Overall progress is <b>0%</b>, exactly on schedule. No task is red.",
        ),
        (
            (36, figures(None, None), red(*range(1, 8)), False),
            "全年时间已过 36%，任务均未设节点，暂无进度；红灯任务 <b>7</b> 项。",
            PASSED + "There is no progress to show yet, as no task has milestones. <b>7</b> tasks are red.",
        ),
    ],
)
def test_how_the_year_is_going(given, chinese, english):
    with override("zh-hans"):
        assert answers.of_the_year(*given) == chinese
    with override("en"):
        assert answers.of_the_year(*given) == english


@pytest.mark.parametrize(
    ("given", "chinese"),
    [
        ((figures(tasks=0), False), "在本年度工作要点中没有任务。"),
        ((figures(tasks=0), True), "在本年度工作要点中没有任务。只列出本单位参与的任务。"),
        ((figures(tasks=12), False), "在本年度工作要点中有 <b>12</b> 项任务，没有红灯。"),
        ((figures(tasks=12, red=2), False), "在本年度工作要点中有 <b>12</b> 项任务，其中红灯 <b>2</b> 项。"),
    ],
)
def test_what_a_department_has_to_do(given, chinese):
    with override("zh-hans"):
        assert answers.of_a_department(*given) == chinese
