"""Reviewing many reports: each has its own outcome; accepting and withdrawing at once has one winner."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tasks.actions import reports, review
from tasks.actions.refusals import NotAllowed
from tasks.models import Report
from tests import cast, factories
from tests.conftest import TODAY
from tests.race import race

pytestmark = pytest.mark.django_db


def sent(number: int = 4, code: str = "jlc", author: str = "", state: str = "submitted", **fields) -> Report:
    by = cast.person(author or code)
    return factories.owed(cast.quarter(2), cast.task(number), cast.unit(code), state, by, TODAY, **fields)


def outcomes(found, name="accept", by="planner", note=""):
    done = review.review(found, name, by=cast.person(by), today=TODAY, note=note)
    return [one.refusal for one in done]


def states(*rows: Report) -> list[str]:
    return [Report.objects.get(pk=row.pk).state for row in rows]


def test_each_has_its_own_outcome():
    good, own, drawn = sent(4), sent(5, author="planner"), sent(6)
    changed, done = sent(7), sent(8)
    seen = [(row, row.version) for row in (good, own, drawn, changed, done)]
    reports.withdraw(drawn, by=cast.person("jlc"))
    Report.objects.filter(pk=changed.pk).update(progress_text="改过")
    review.send_back(done, by=cast.person("planner2"), today=TODAY, note="请补充")
    assert outcomes(seen) == [
        "",
        "自己报送的进展须由他人审核通过。",
        "报送单位此间已撤回。",
        "此间内容有改动，请再看一遍。",
        "此间已被审核：退回。",
    ]
    assert states(good, own, drawn, changed, done) == ["accepted", "submitted", "draft", "submitted", "returned"]


def test_returned_for_one_reason():
    rows = [sent(4), sent(5)]
    assert outcomes([(row, row.version) for row in rows], "return", note=" 请写明数字 ") == ["", ""]
    assert [Report.objects.get(pk=row.pk).review_note for row in rows] == ["请写明数字", "请写明数字"]


@pytest.mark.parametrize("note", ["", "  ", "\n"])
def test_without_a_reason_nothing_is_returned(note):
    row = sent()
    with pytest.raises(ValidationError):
        outcomes([(row, row.version)], "return", note=note)
    assert states(row) == ["submitted"]


@pytest.mark.parametrize("name", ["", "withdraw", "submit", "Accept"])
def test_unknown_words(name):
    row = sent()
    with pytest.raises(ValidationError):
        outcomes([(row, row.version)], name)
    assert states(row) == ["submitted"]


def test_who_reviews_nothing():
    row = sent()
    for who in ("jlc", "leader", "pudong", "admin"):
        with pytest.raises(NotAllowed):
            outcomes([(row, None)], by=who)
    assert states(row) == ["submitted"]


def test_a_closed_period():
    row = sent()
    period = cast.quarter(2)
    type(period).objects.filter(pk=period.pk).update(state="closed", closed_on=date(2023, 7, 1))
    [refusal] = outcomes([(row, row.version)])
    assert refusal == "第二季度已经关闭，其中的报送不再变动。"


OFFERED = {
    ("planner", "submitted"): ["accept", "return"],
    ("jlc", "submitted"): [],
    ("leader", "submitted"): [],
    ("planner", "due"): [],
    ("planner", "draft"): [],
    ("planner", "returned"): [],
    ("planner", "accepted"): [],
}


@pytest.mark.parametrize(("who", "state"), OFFERED)
def test_what_is_offered(who, state):
    row = sent(state=state, **({"reviewer": cast.person("planner2")} if state in {"returned", "accepted"} else {}))
    assert review.available_reviews(row, cast.person(who)) == OFFERED[who, state]


def test_his_own_is_not_offered_for_accepting():
    assert review.available_reviews(sent(author="planner"), cast.person("planner")) == ["return"]
    assert review.available_reviews(sent(5, author="planner"), cast.person("planner2")) == ["accept", "return"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(5))
def test_accepted_and_withdrawn_at_the_same_moment(_again):
    row, planner, jlc = sent(), cast.person("planner"), cast.person("jlc")
    found = race(
        cast.task(4),
        lambda: review.review([(row, row.version)], "accept", by=planner, today=TODAY),
        lambda: reports.withdraw(row, by=jlc, version=row.version),
    )
    [[reviewed], drawn] = found
    if reviewed.refusal:
        assert (reviewed.refusal, states(row)) == ("报送单位此间已撤回。", ["draft"])
        assert drawn.state == "draft"
    else:
        assert (type(drawn).__name__, states(row)) == ("Stale", ["accepted"])
    assert Report.objects.get(pk=row.pk).progress_text == "试验进展。"
