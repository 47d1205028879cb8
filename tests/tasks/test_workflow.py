"""The table of moves, written out once more by hand."""

import pytest
from django.utils.translation import override

from tasks.workflow import (
    BEFORE_CLOSED,
    MOVES,
    PAUSED,
    REPORT_MOVES,
    REPORT_WORDS,
    SENT,
    STANDING,
    TO_WRITE,
    ReportState,
    State,
)

# move: (from, to; None = the state before, what must be written)
TABLE = {
    "start": ({"not_started"}, "in_progress", None),
    "request_closing": ({"in_progress"}, "closing", "Result"),
    "withdraw_closing": ({"closing"}, "in_progress", None),
    "return": ({"closing"}, "in_progress", "Reason"),
    "close": ({"closing"}, "closed", None),
    "reopen": ({"closed"}, "in_progress", "Reason"),
    "suspend": ({"not_started", "in_progress", "closing"}, "suspended", "Reason"),
    "resume": ({"suspended"}, None, "Reason"),
    "cancel": ({"not_started", "in_progress", "closing"}, "cancelled", "Reason"),
    "restore": ({"cancelled"}, None, "Reason"),
}


def test_the_states():
    assert State.values == ["not_started", "in_progress", "closing", "closed", "suspended", "cancelled"]
    assert set(BEFORE_CLOSED) == {"not_started", "in_progress", "closing"}
    assert set(PAUSED) == {"suspended", "cancelled"}


def test_the_moves_are_these_and_no_others():
    assert list(MOVES) == list(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_where_a_move_leads(name):
    move = MOVES[name]
    with override("en"):
        assert (set(move.sources), move.target, move.note and str(move.note)) == TABLE[name]
    assert (move.name, move.permission) == (name, f"tasks.{name}_task")


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("state", State.values)
def test_leads_from(name, state):
    assert MOVES[name].leads_from(state) == (state in TABLE[name][0])


# move of a report: (from, to, only in periods)
REPORTS = {
    "save": ({"due", "draft", "returned"}, "draft", False),
    "submit": ({"due", "draft", "returned"}, "submitted", False),
    "withdraw": ({"submitted"}, "draft", True),
    "accept": ({"submitted"}, "accepted", True),
    "return": ({"submitted"}, "returned", True),
}


def test_the_states_and_moves_of_reports():
    assert ReportState.values == ["due", "draft", "submitted", "returned", "accepted"]
    found = {name: (set(move.sources), move.target, move.reviewed) for name, move in REPORT_MOVES.items()}
    assert found == REPORTS
    assert (set(TO_WRITE), set(SENT), set(STANDING)) == (
        {"due", "draft", "returned"}, {"submitted", "returned", "accepted"}, {"submitted", "accepted"},
    )  # fmt: skip


def test_the_words_of_a_report():
    with override("zh-hans"):
        assert [str(word) for word in REPORT_WORDS.values()] == ["待报", "草稿", "已报", "退回", "已审", "逾期"]


def test_no_state_is_a_dead_end():
    for state in State.values:
        assert [name for name, move in MOVES.items() if move.leads_from(state)], state
