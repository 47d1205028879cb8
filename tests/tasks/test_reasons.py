"""The sentence behind each light, word for word, in both languages."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import translation

from tasks.models import Task
from tasks.querysets.light import rules
from tasks.reasons import SENTENCES, also, sentence
from tests import factories

TODAY = date(2023, 6, 15)
PLAN = {"red_overdue_days": 30, "red_overdue_share": 30, "yellow_gap": 10}
USUAL = {
    "state": "in_progress",
    "due_on": date(2023, 12, 31),
    "days_to_due": 199,
    "state_since": date(2023, 5, 4),
    "state_note": "等待上级部署",
    "closing_requested_on": None,
    "report_owed_on": None,
    "closed_on": None,
    "next_on": None,
    "days_overdue": None,
    "own_open_titles": [],
    "progress": 40,
    "expected_progress": 40,
    "gap": 0,
    "weight": 3,
    "weight_overdue": 0,
    "elapsed": 118,
    "span": 317,
    "milestones_live": 3,
    "milestones_done": 1,
}


def a_task(reason, **measures):
    """What `with_light` gives, by hand: the figures are the test's own."""
    plan = SimpleNamespace(**PLAN | measures.pop("plan", {}))
    next_on = measures.get("next_on")
    if next_on:
        measures.setdefault("days_overdue", (TODAY - next_on).days)
        measures.setdefault("own_open_titles", ["春季比对", "秋季比对"])
    if "due_on" in measures:
        measures.setdefault("days_to_due", (measures["due_on"] - TODAY).days)
    if measures.get("progress") is not None and "expected_progress" in measures:
        measures.setdefault("gap", measures["expected_progress"] - measures["progress"])
    return SimpleNamespace(reason=reason, plan=plan, **USUAL | measures)


NO_MILESTONES = {"progress": None, "expected_progress": None, "gap": None, "weight": None, "milestones_live": 0}
NO_MILESTONES |= {"milestones_done": 0}

# reason, measures, Chinese, English
TABLE = [
    (
        "closed",
        {"state": "closed", "closed_on": date(2023, 6, 1), "milestones_done": 3},
        "2023-06-01 办结，3 个节点全部完成。",
        "Closed on 2023-06-01; all 3 milestones are done.",
    ),
    (
        "closed",
        {"state": "closed", "closed_on": date(2023, 6, 1), "milestones_done": 1, "milestones_live": 1},
        "2023-06-01 办结，1 个节点全部完成。",
        "Closed on 2023-06-01; its milestone is done.",
    ),
    (
        "closed",
        {"state": "closed", "closed_on": date(2023, 6, 1)} | NO_MILESTONES,
        "2023-06-01 办结。",
        "Closed on 2023-06-01.",
    ),
    (
        "cancelled",
        {"state": "cancelled"},
        "2023-05-04 取消：等待上级部署",
        "Cancelled on 2023-05-04: 等待上级部署",
    ),
    (
        "suspended",
        {"state": "suspended", "state_note": "100% <b>%s"},
        "2023-05-04 暂停：100% <b>%s",
        "Suspended on 2023-05-04: 100% <b>%s",
    ),
    (
        "closing_asked",
        {"state": "closing", "closing_requested_on": date(2023, 6, 9)},
        "2023-06-09 申请办结，待审核。",
        "Closing asked for on 2023-06-09, waiting for review.",
    ),
    (
        "task_overdue",
        {"due_on": date(2023, 6, 13)},
        "任务 2023-06-13 到期，已逾期 2 天。",
        "The task was due on 2023-06-13 and is 2 days overdue.",
    ),
    (
        "task_overdue",
        {"due_on": date(2023, 6, 14)},
        "任务 2023-06-14 到期，已逾期 1 天。",
        "The task was due on 2023-06-14 and is 1 day overdue.",
    ),
    (
        "milestone_long_overdue",
        {"next_on": date(2023, 5, 14)},
        "节点“春季比对”逾期 32 天（2023-05-14 到期），超过 30 天。",
        "Milestone “春季比对” is 32 days overdue (due 2023-05-14), more than 30.",
    ),
    (
        "overdue_share",
        {"next_on": date(2023, 6, 1), "weight": 3, "weight_overdue": 2},
        "逾期未完成的节点占本任务的 66%，超过 30%。",
        "Milestones past their date and not done make up 66% of the task, more than 30%.",
    ),
    (
        "idle",
        {"state": "not_started", "elapsed": 159, "span": 317},
        "时间已过 50%，任务尚未启动。",
        "Not started, though 50% of the time has passed.",
    ),
    (
        "due_soon",
        {"due_on": date(2023, 6, 30)},
        "任务 2023-06-30 到期，还有 15 天。",
        "The task is due on 2023-06-30, 15 days left.",
    ),
    (
        "due_soon",
        {"due_on": date(2023, 6, 16)},
        "任务 2023-06-16 到期，还有 1 天。",
        "The task is due on 2023-06-16, 1 day left.",
    ),
    ("due_soon", {"due_on": TODAY}, "任务今天到期。", "The task is due today."),
    (
        "milestone_overdue",
        {"next_on": date(2023, 6, 10)},
        "节点“春季比对”逾期 5 天（2023-06-10 到期）。",
        "Milestone “春季比对” is 5 days overdue (due 2023-06-10).",
    ),
    (
        "milestone_overdue",
        {"next_on": date(2023, 6, 14)},
        "节点“春季比对”逾期 1 天（2023-06-14 到期）。",
        "Milestone “春季比对” is 1 day overdue (due 2023-06-14).",
    ),
    (
        "milestone_due_soon",
        {"next_on": date(2023, 6, 22)},
        "节点“春季比对”2023-06-22 到期，还有 7 天。",
        "Milestone “春季比对” is due on 2023-06-22, 7 days left.",
    ),
    (
        "milestone_due_soon",
        {"next_on": date(2023, 6, 16)},
        "节点“春季比对”2023-06-16 到期，还有 1 天。",
        "Milestone “春季比对” is due on 2023-06-16, 1 day left.",
    ),
    (
        "milestone_due_soon",
        {"next_on": TODAY},
        "节点“春季比对”今天到期。",
        "Milestone “春季比对” is due today.",
    ),
    (
        "behind",
        {"progress": 0, "expected_progress": 37},
        "进度 0%，序时应为 37%，落后 37 个百分点。",
        "Progress 0%, expected 37%: 37 points behind.",
    ),
    (
        "behind",
        {"plan": {"yellow_gap": 1}, "progress": 0, "expected_progress": 1},
        "进度 0%，序时应为 1%，落后 1 个百分点。",
        "Progress 0%, expected 1%: 1 point behind.",
    ),
    (
        "milestone_long_overdue",
        {"plan": {"red_overdue_days": 0}, "next_on": date(2023, 6, 14)},
        "节点“春季比对”逾期 1 天（2023-06-14 到期），超过 0 天。",
        "Milestone “春季比对” is 1 day overdue (due 2023-06-14), more than 0.",
    ),
    (
        "reports_missed",
        {"report_owed_on": date(2023, 6, 12)},
        "第一牵头部门连续两期未报送进展。",
        "The co-ordinator has not reported for two periods in a row.",
    ),
    (
        "report_overdue",
        {"report_owed_on": date(2023, 6, 12)},
        "第一牵头部门本期进展应于 2023-06-12 前报送，已逾期未报。",
        "The co-ordinator's report was due on 2023-06-12 and has not come.",
    ),
    (
        "report_returned",
        {},
        "第一牵头部门本期报送被退回，尚未重新报送。",
        "The co-ordinator's report of this period was returned and has not been sent again.",
    ),
    (
        "assessed_behind",
        {},
        "第一牵头部门最近一次自评为“欠序时”。",
        "The co-ordinator's latest own assessment is “behind schedule”.",
    ),
    (
        "not_begun",
        {"state": "not_started", "progress": 0},
        "尚未启动，节点均未定时限。",
        "Not begun; no milestone has a date yet.",
    ),
    (
        "not_begun",
        {"state": "not_started", "progress": 0, "next_on": date(2023, 9, 29)},
        "尚未启动，首个节点 2023-09-29 到期。",
        "Not begun; the first milestone is due on 2023-09-29.",
    ),
    (
        "on_track",
        {"progress": 50, "expected_progress": 40},
        "进度 50%，序时应为 40%，达到序时要求。",
        "Progress 50%, expected 40%: on schedule.",
    ),
    (
        "on_track",
        {"progress": 40, "expected_progress": 40},
        "进度 40%，序时应为 40%，达到序时要求。",
        "Progress 40%, expected 40%: on schedule.",
    ),
    (
        "on_track",
        {"progress": 33, "expected_progress": 37},
        "进度 33%，序时应为 37%，相差不到 10 个百分点。",
        "Progress 33%, expected 37%: less than 10 points apart.",
    ),
    ("on_track", NO_MILESTONES, "进行中，尚未设置节点。", "In progress; no milestones yet."),
]


@pytest.mark.parametrize(("reason", "measures", "chinese", "english"), TABLE)
def test_each_reason_word_for_word(reason, measures, chinese, english):
    task = a_task(reason, **measures)
    with translation.override("zh-hans"):
        assert sentence(task, TODAY) == chinese
    with translation.override("en"):
        assert sentence(task, TODAY) == english


def test_every_reason_of_the_rules_has_a_sentence_and_stands_in_the_table():
    codes = {rule.reason for rule in rules(TODAY)}
    assert codes == set(SENTENCES)
    assert codes == {reason for reason, *_rest in TABLE}


# ---- what else a reader wants to know ----

# reason, measures, Chinese, English
BESIDES = [
    ("closed", {"state": "closed", "closed_on": TODAY} | NO_MILESTONES, "", ""),
    (
        "closing_asked",
        {"state": "closing", "progress": 100, "expected_progress": 40},
        "进度 100%，序时应为 40%，达到序时要求。",
        "Progress 100%, expected 40%: on schedule.",
    ),
    (
        "milestone_overdue",
        {"next_on": date(2023, 6, 10), "progress": 0, "expected_progress": 37},
        "进度 0%，序时应为 37%，落后 37 个百分点。",
        "Progress 0%, expected 37%: 37 points behind.",
    ),
    (
        "behind",
        {"next_on": date(2023, 9, 29), "progress": 0, "expected_progress": 37},
        "节点“春季比对”2023-09-29 到期，还有 106 天。",
        "Milestone “春季比对” is due on 2023-09-29, 106 days left.",
    ),
    ("behind", {"progress": 0, "expected_progress": 37}, "", ""),
    (
        "assessed_behind",
        {"next_on": date(2023, 9, 29)},
        "进度 40%，序时应为 40%，达到序时要求。 节点“春季比对”2023-09-29 到期，还有 106 天。",
        "Progress 40%, expected 40%: on schedule. Milestone “春季比对” is due on 2023-09-29, 106 days left.",
    ),
    (
        "due_soon",
        {"due_on": TODAY, "next_on": date(2023, 6, 14), "progress": 0, "expected_progress": 99},
        "进度 0%，序时应为 99%，落后 99 个百分点。 节点“春季比对”逾期 1 天（2023-06-14 到期）。",
        "Progress 0%, expected 99%: 99 points behind. Milestone “春季比对” is 1 day overdue (due 2023-06-14).",
    ),
    (
        "overdue_share",
        {"next_on": date(2023, 6, 1), "weight_overdue": 2, "progress": 33, "expected_progress": 37},
        "进度 33%，序时应为 37%，相差不到 10 个百分点。 节点“春季比对”逾期 14 天（2023-06-01 到期）。",
        "Progress 33%, expected 37%: less than 10 points apart. "  # noqa: ISC004 (one text in two lines)
        "Milestone “春季比对” is 14 days overdue (due 2023-06-01).",
    ),
    (
        "suspended",
        {"state": "suspended", "next_on": date(2023, 6, 1), "progress": 33, "expected_progress": 37},
        "进度 33%，序时应为 37%，相差不到 10 个百分点。",
        "Progress 33%, expected 37%: less than 10 points apart.",
    ),
    (
        "not_begun",
        {"state": "not_started", "next_on": date(2023, 9, 29), "progress": 0, "expected_progress": 5},
        "进度 0%，序时应为 5%，相差不到 10 个百分点。",
        "Progress 0%, expected 5%: less than 10 points apart.",
    ),
    ("on_track", NO_MILESTONES, "", ""),
]


@pytest.mark.parametrize(("reason", "measures", "chinese", "english"), BESIDES)
def test_what_else_is_said(reason, measures, chinese, english):
    task = a_task(reason, **measures)
    with translation.override("zh-hans"):
        assert also(task, TODAY) == chinese
    with translation.override("en"):
        assert also(task, TODAY) == english


@pytest.mark.parametrize("reason", sorted(set(SENTENCES) - {"behind"}))  # there is no being behind without milestones
def test_no_reason_fails_on_a_task_without_milestones(reason):
    task = a_task(reason, **NO_MILESTONES)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert sentence(task, TODAY) != ""
            assert "None" not in also(task, TODAY)


@pytest.mark.parametrize("title", ["100% 完成", "%(late)s", "<b>", "长" * 200, "“引号”"])
def test_titles_are_taken_as_they_are(title):
    task = a_task("milestone_overdue", next_on=date(2023, 6, 10), own_open_titles=[title])
    with translation.override("zh-hans"):
        assert sentence(task, TODAY) == f"节点“{title}”逾期 5 天（2023-06-10 到期）。"


# ---- with the figures of the database ----


@pytest.mark.django_db
def test_the_sentence_speaks_of_the_milestone_that_is_due_first():
    task = factories.task(state="in_progress", starts_on=factories.ISSUED)
    factories.milestone(task, date(2024, 6, 20), title="后到期")
    factories.milestone(task, date(2024, 6, 10), title="先到期")
    factories.milestone(task, date(2024, 6, 1), title="已完成", state="done")
    for _ in range(7):
        factories.milestone(task, state="done")
    with translation.override("zh-hans"):
        found = Task.objects.with_light(date(2024, 6, 12)).select_related("plan").get(pk=task.pk)
        assert (found.reason, sentence(found, date(2024, 6, 12))) == (
            "milestone_overdue",
            "节点“先到期”逾期 2 天（2024-06-10 到期）。",
        )


@pytest.mark.django_db
def test_every_task_of_2023_has_a_sentence_on_every_day_of_the_year():
    """And none of them says None or an unfilled figure."""
    for day in (date(2023, 1, 1) + timedelta(days=31 * number) for number in range(14)):
        for task in Task.objects.with_light(day).select_related("plan"):
            for language in ("zh-hans", "en"):
                with translation.override(language):
                    text = sentence(task, day) + also(task, day)
                assert "None" not in text
                assert "%(" not in text
