"""The shape of input."""

from datetime import date

import pytest
from django.utils import translation

from tasks.forms.planning import AssignmentForm, DateForm, MilestoneForm, PlanForm
from tasks.forms.work import MoveForm, ReasonForm, ReportForm, TickForm
from tasks.workflow import MOVES
from tests import cast, factories


def errors(form):
    with translation.override("zh-hans"):
        return {name: [str(error) for error in found] for name, found in form.errors.items()}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2023-06-22", date(2023, 6, 22)),
        (" 2023-06-22 ", date(2023, 6, 22)),
        ("", None),
        ("0001-01-01", date(1, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
    ],
)
def test_a_day(typed, value):
    form = DateForm({"version": "1", "due_on": typed})
    assert errors(form) == {}
    assert form.cleaned_data["due_on"] == value


@pytest.mark.parametrize(
    "typed", ["22.06.2023", "2023-6-31", "2023-13-01", "heute", "\x00", "2023-06-22T00:00", "0" * 999]
)
def test_no_day(typed):
    assert errors(DateForm({"version": "1", "due_on": typed})) == {"due_on": ["请写成 2023-06-22 这样的日期。"]}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\r\nb", "a\nb"),
        ("a\nb", "a\nb"),
        ("\r\n a \r\n", "a"),
        ("a\r\n\r\nb", "a\n\nb"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("🙂", "🙂"),
    ],
)
def test_a_text_of_several_lines(typed, stored):
    form = ReasonForm({"version": "1", "note": typed})
    assert errors(form) == {}
    assert form.cleaned_data["note"] == stored


def test_a_line_end_counts_as_one_character():
    """2 000 characters as people count them, though a browser sends two for each line end."""
    text = "\r\n".join(["长" * 99] * 20)
    assert errors(ReasonForm({"version": "1", "note": text})) == {}
    assert list(errors(ReasonForm({"version": "1", "note": text + "长" * 2}))) == ["note"]


@pytest.mark.parametrize("version", ["0", "1", "999999999999"])
def test_a_version(version):
    form = ReasonForm({"version": version, "note": "x"})
    assert errors(form) == {}
    assert (form.cleaned_data["version"], form.values()) == (int(version), {"note": "x"})


@pytest.mark.parametrize("version", ["", "-1", "x", "1.5", None])
def test_no_version(version):
    assert list(errors(ReasonForm({"version": version, "note": "x"}))) == ["version"]


@pytest.mark.parametrize("name", MOVES)
def test_a_move_asks_for_a_note_where_the_table_says_so(name):
    form = MoveForm({"version": "1"}, move=MOVES[name])
    wanted = name not in {"start", "withdraw_closing", "close"}
    assert ("note" in form.fields) == wanted
    assert errors(form) == ({"note": ["该字段是必填项。"]} if wanted else {})


def test_a_tick_needs_a_day_and_no_note():
    assert list(errors(TickForm({"version": "1"}))) == ["done_on"]
    assert errors(TickForm({"version": "1", "done_on": "2023-06-01"})) == {}


def test_a_report_may_be_empty_but_not_invented():
    assert errors(ReportForm({"version": "0"})) == {}
    form = ReportForm({"version": "0", "assessment": "great"})
    assert errors(form) == {"assessment": ["选择一个有效的选项。 great 不在可用的选项中。"]}


def test_the_words_of_an_assessment_are_the_glossarys():
    with translation.override("zh-hans"):
        assert [str(label) for _value, label in ReportForm().fields["assessment"].choices] == [
            "未启动",
            "欠序时",
            "达序时",
            "已完成",
        ]


def test_a_plan_begins_with_nothing_but_the_usual():
    assert set(errors(PlanForm({"version": "0"}))) == {
        "code",
        "title",
        "year",
        "issuer",
        "issued_on",
        "ends_on",
        "report_every",
        "red_overdue_days",
        "red_overdue_share",
        "red_idle_share",
        "yellow_due_days",
        "yellow_milestone_days",
        "yellow_gap",
    }


@pytest.mark.django_db
def test_a_milestone_needs_no_date_and_no_quote():
    form = MilestoneForm({"version": "0", "title": "节点", "weight": "1"})
    assert errors(form) == {}
    assert form.values() == {"title": "节点", "quote": "", "due_on": None, "weight": 1}


@pytest.mark.django_db
def test_only_active_units_can_be_chosen_and_the_one_that_stands():
    off = factories.department("off", is_active=False)
    assert not AssignmentForm().fields["department"].queryset.filter(pk=off.pk).exists()
    assert AssignmentForm(initial={"department": off.pk}).fields["department"].queryset.filter(pk=off.pk).exists()
    assert AssignmentForm().fields["department"].queryset.filter(pk=cast.unit("districts").pk).exists()
