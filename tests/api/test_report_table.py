"""Every state of a report × everything that can be asked of it × everybody, as literal tables."""

import pytest

from tasks.models import Report
from tests import cast
from tests.api.calls import call
from tests.api.loop import TEXT, brought_to, opened, owed, quarter
from tests.laid import laid_once
from tests.stored import everything

pytestmark = pytest.mark.django_db

ASKED = {
    "read": ("GET", "", None),
    "save": ("PATCH", "", {"progress_text": "改过的进展"}),
    "submit": ("POST", "submit/", TEXT),
    "nothing new": ("POST", "nothing_new/", {"reason": "本期无新进展"}),
    "withdraw": ("POST", "withdraw/", {}),
    "accept": ("POST", "accept/", {}),
    "return": ("POST", "return/", {"note": "请补充数据。"}),
}

# 浦东's report on task 6, written by 浦东, which 计量处 co-ordinates and 徐汇 has a report of its own on.
WHO = ("planner", "planner2", "jlc", "pudong", "xuhui", "leader", "admin", "nobody")
OWN = {
    "due": {
        "read": (200, 200, 200, 200, 404, 200, 403, 401),
        "save": (403, 403, 403, 200, 404, 403, 403, 401),
        "submit": (403, 403, 403, 200, 404, 403, 403, 401),
        "nothing new": (403, 403, 403, 200, 404, 403, 403, 401),
        "withdraw": (403, 403, 403, 409, 404, 403, 403, 401),
        "accept": (409, 409, 403, 403, 404, 403, 403, 401),
        "return": (409, 409, 403, 403, 404, 403, 403, 401),
    },
    "draft": {
        "read": (404, 404, 404, 200, 404, 404, 403, 401),
        "save": (404, 404, 404, 200, 404, 404, 403, 401),
        "submit": (404, 404, 404, 200, 404, 404, 403, 401),
        "nothing new": (404, 404, 404, 200, 404, 404, 403, 401),
        "withdraw": (404, 404, 404, 409, 404, 404, 403, 401),
        "accept": (404, 404, 404, 403, 404, 404, 403, 401),
        "return": (404, 404, 404, 403, 404, 404, 403, 401),
    },
    "submitted": {
        "read": (200, 200, 200, 200, 404, 200, 403, 401),
        "save": (403, 403, 403, 409, 404, 403, 403, 401),
        "submit": (403, 403, 403, 409, 404, 403, 403, 401),
        "nothing new": (403, 403, 403, 409, 404, 403, 403, 401),
        "withdraw": (403, 403, 403, 200, 404, 403, 403, 401),
        "accept": (200, 200, 403, 403, 404, 403, 403, 401),
        "return": (200, 200, 403, 403, 404, 403, 403, 401),
    },
    "returned": {
        "read": (200, 200, 200, 200, 404, 200, 403, 401),
        "save": (403, 403, 403, 200, 404, 403, 403, 401),
        "submit": (403, 403, 403, 200, 404, 403, 403, 401),
        "nothing new": (403, 403, 403, 200, 404, 403, 403, 401),
        "withdraw": (403, 403, 403, 409, 404, 403, 403, 401),
        "accept": (409, 409, 403, 403, 404, 403, 403, 401),
        "return": (409, 409, 403, 403, 404, 403, 403, 401),
    },
    "accepted": {
        "read": (200, 200, 200, 200, 404, 200, 403, 401),
        "save": (403, 403, 403, 409, 404, 403, 403, 401),
        "submit": (403, 403, 403, 409, 404, 403, 403, 401),
        "nothing new": (403, 403, 403, 409, 404, 403, 403, 401),
        "withdraw": (403, 403, 403, 409, 404, 403, 403, 401),
        "accept": (409, 409, 403, 403, 404, 403, 403, 401),
        "return": (409, 409, 403, 403, 404, 403, 403, 401),
    },
    "closed": {
        "read": (200, 200, 200, 200, 404, 200, 403, 401),
        "save": (403, 403, 403, 409, 404, 403, 403, 401),
        "submit": (403, 403, 403, 409, 404, 403, 403, 401),
        "nothing new": (403, 403, 403, 409, 404, 403, 403, 401),
        "withdraw": (403, 403, 403, 409, 404, 403, 403, 401),
        "accept": (409, 409, 403, 403, 404, 403, 403, 401),
        "return": (409, 409, 403, 403, 404, 403, 403, 401),
    },
}  # fmt: skip
CASES = [(state, what) for state, rows in OWN.items() for what in rows]

# 黄浦's report on task 6, filled in by 计量处, as 黄浦 has no account: 浦东 and simt have nothing to do with it.
FOR_OTHERS = {
    "due": {"read": (200, 200, 200, 404, 200), "save": (200, 200, 200, 404, 403), "accept": (409, 409, 403, 404, 403)},
    "draft": {
        "read": (200, 200, 200, 404, 404),
        "submit": (200, 200, 200, 404, 404),
        "withdraw": (409, 409, 409, 404, 404),
    },
    "submitted": {
        "save": (409, 409, 409, 404, 403),
        "withdraw": (200, 200, 200, 404, 403),
        "accept": (200, 200, 403, 404, 403),
    },
}  # fmt: skip
FILLERS = ("planner", "planner2", "jlc", "pudong", "leader")
FILLED = [(state, what) for state, rows in FOR_OTHERS.items() for what in rows]

# 计量处's own report on task 6, sent by the planner in its place: he does not accept it himself; units read it.
BY_PLANNER = {
    "read": (200, 200, 200, 200, 200),
    "accept": (403, 200, 403, 403, 403),
    "return": (200, 200, 403, 403, 403),
    "withdraw": (200, 200, 200, 403, 403),
}


def laid() -> None:
    """Who has an account is known before anything is asked for."""
    cast.everyone()
    opened()


reporting = laid_once(laid)


def answer(who: str, report: Report, what: str):
    method, path, body = ASKED[what]
    user = None if who == "nobody" else cast.person(who)
    before = everything()
    response = call(user, method, f"reports/{report.pk}/{path}", body)
    if response.status_code >= 400:
        assert everything() == before, (who, what, response.content)
        assert response.headers["Content-Type"] == "application/problem+json"
    return response


@pytest.mark.parametrize(("state", "what"), CASES)
@pytest.mark.parametrize("who", WHO)
def test_the_units_own(state, what, who, pudong):
    report = brought_to(state, owed(quarter(2), 6, "pudong"), pudong)
    assert answer(who, report, what).status_code == OWN[state][what][WHO.index(who)]


@pytest.mark.parametrize(("state", "what"), FILLED)
@pytest.mark.parametrize("who", FILLERS)
def test_filled_in_for_a_unit_without_accounts(state, what, who, jlc):
    report = brought_to(state, owed(quarter(2), 6, "huangpu"), jlc)
    assert answer(who, report, what).status_code == FOR_OTHERS[state][what][FILLERS.index(who)]


@pytest.mark.parametrize("what", BY_PLANNER)
@pytest.mark.parametrize("who", FILLERS)
def test_nobody_accepts_what_he_sent(what, who, planner):
    report = brought_to("submitted", owed(quarter(2), 6, "jlc"), planner)
    assert answer(who, report, what).status_code == BY_PLANNER[what][FILLERS.index(who)]


@pytest.mark.parametrize(
    ("state", "what", "leads_to"),
    [
        ("due", "save", "draft"),
        ("due", "submit", "submitted"),
        ("due", "nothing new", "submitted"),
        ("draft", "submit", "submitted"),
        ("returned", "save", "draft"),
        ("returned", "submit", "submitted"),
        ("submitted", "withdraw", "draft"),
        ("submitted", "accept", "accepted"),
        ("submitted", "return", "returned"),
    ],
)
def test_what_is_done_is_shown(state, what, leads_to, pudong):
    report = brought_to(state, owed(quarter(2), 6, "pudong"), pudong)
    body = answer("planner" if what in ("accept", "return") else "pudong", report, what).json()
    stored = Report.objects.get(pk=report.pk)
    assert (body["state"]["value"], stored.state, body["version"]) == (leads_to, leads_to, stored.version)
    assert body["no_news"] == (what == "nothing new")


def test_a_superuser_reads_all_and_does_not_accept_his_own(root):
    report = brought_to("submitted", owed(quarter(2), 6, "pudong"), root)
    assert call(root, "GET", f"reports/{report.pk}/").status_code == 200
    assert call(root, "POST", f"reports/{report.pk}/accept/", {}).status_code == 403
