"""Two people press a button at the same moment, in four rounds each: one wins, the other reads why, nothing lost."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from tasks.models import Report, ReportingPeriod
from tests import cast
from tests.api.loop import TEXT, brought_to, opened, owed
from tests.race import race

pytestmark = pytest.mark.django_db(transaction=True)
DISTRICT = (6, 7, 8, 17)
JSON = ("application/json",)


def posting(client: Client, *sent: Any) -> Callable[[], Any]:
    return partial(client.post, *sent)


def told(page: Any) -> str:
    """What a page says in its notes of refusal."""
    notes = re.findall(r'<div class="note err.*?</div></div>', page.content.decode(), re.DOTALL)
    return " ".join(strip_tags(" ".join(notes)).split())


def by_status(answers: list[Any]) -> dict[int, Any]:
    for answer in answers:
        assert not isinstance(answer, Exception), repr(answer)
    return {answer.status_code: answer for answer in answers}


def words(who: str, **more: Any) -> dict[str, Any]:
    return TEXT | {"progress_text": f"{who} 写的进展。"} | more


class TestTheSameReport:
    """Both have the form open, neither has seen the other's text."""

    def test_on_pages(self):
        people = {cast.person("pudong"): "甲", cast.account("pudong2", unit="pudong", name="乙"): "乙"}
        clients = {cast.signed_in(person): name for person, name in people.items()}
        period = opened(1)
        for number in DISTRICT:
            report = owed(period, number, "pudong")
            page = f"/reports/{report.pk}/edit/"
            sent = ((client, page, words(name, version=report.version)) for client, name in clients.items())
            found = race(report.task, *(posting(*each) for each in sent))
            assert sorted(by_status(found)) == [302, 409]
            won, lost = ("甲", "乙") if found[0].status_code == 302 else ("乙", "甲")
            stored = Report.objects.get(pk=report.pk)
            assert (stored.state, stored.progress_text) == ("submitted", f"{won} 写的进展。")
            sent_by = "pudong 测试" if won == "甲" else "乙"
            refused = by_status(found)[409]
            assert told(refused) == f"你打开后，{sent_by}已报送这一份。你填的内容仍在下面，但没有保存。"
            assert f"{lost} 写的进展。" in refused.content.decode()

    def test_over_the_api(self):
        clients = [cast.signed_in(who) for who in (cast.person("pudong"), cast.account("pudong2", unit="pudong"))]
        period = opened(1)
        for number in DISTRICT:
            report = owed(period, number, "pudong")
            body = json.dumps(words("甲", version=report.version))
            where = f"/api/v1/reports/{report.pk}/submit/"
            found = by_status(race(report.task, *(posting(client, where, body, *JSON) for client in clients)))
            assert sorted(found) == [200, 412]
            assert found[412].json()["version"] == report.version + 1
            assert Report.objects.get(pk=report.pk).version == report.version + 1


class TestAcceptedWhileWithdrawn:
    """Whoever is first has it; the text is there either way."""

    LATE = {
        "accepted": "不能“撤回”：报送状态为“已审”。",
        "draft": "报送单位此间已撤回。",
    }

    def test_on_pages(self):
        pudong, planner = cast.person("pudong"), cast.person("planner")
        unit, reviewer = cast.signed_in(pudong), cast.signed_in(planner)
        period = opened(1)
        for number in DISTRICT:
            sent = brought_to("submitted", owed(period, number, "pudong"), pudong)
            at = f"/reports/{sent.pk}"
            seen = {"version": sent.version}
            calls = posting(reviewer, f"{at}/accept/", seen), posting(unit, f"{at}/withdraw/", seen)
            found = race(sent.task, *calls)
            assert sorted(by_status(found)) == [302, 409]
            stored = Report.objects.get(pk=sent.pk)
            assert stored.state == ("accepted" if found[0].status_code == 302 else "draft")
            assert stored.progress_text == TEXT["progress_text"]
            assert told(by_status(found)[409]) == self.LATE[stored.state]

    def test_over_the_api(self):
        pudong, planner = cast.person("pudong"), cast.person("planner")
        unit, reviewer = cast.signed_in(pudong), cast.signed_in(planner)
        period = opened(1)
        for number in DISTRICT:
            sent = brought_to("submitted", owed(period, number, "pudong"), pudong)
            at = f"/api/v1/reports/{sent.pk}"
            calls = posting(reviewer, f"{at}/accept/", "{}", *JSON), posting(unit, f"{at}/withdraw/", "{}", *JSON)
            found = race(sent.task, *calls)
            assert sorted(by_status(found)) == [200, 409]
            stored = Report.objects.get(pk=sent.pk)
            assert stored.state == ("accepted" if found[0].status_code == 200 else "draft")
            assert stored.progress_text == TEXT["progress_text"]
            reason = (
                "不能“撤回”：报送状态为“已审”。" if stored.state == "accepted" else "不能“通过”：报送状态为“草稿”。"
            )
            assert by_status(found)[409].json()["detail"] == reason

    def test_from_the_queue(self):
        """The planner's many at once, while one of the four units' reports goes away."""
        pudong, planner = cast.person("pudong"), cast.person("planner")
        unit, reviewer = cast.signed_in(pudong), cast.signed_in(planner)
        period = opened(1)
        sent = [brought_to("submitted", owed(period, number, "pudong"), pudong) for number in DISTRICT]
        picked = {"pick": [each.pk for each in sent], "accept": ""} | {f"v{each.pk}": each.version for each in sent}
        withdrawing = posting(unit, f"/reports/{sent[1].pk}/withdraw/", {"version": sent[1].version})
        found = race(cast.task(7), posting(reviewer, "/review/", picked), withdrawing)
        assert sorted(by_status(found)) == [302, 409]
        states = [Report.objects.get(pk=each.pk).state for each in sent]
        assert states == ["accepted", "accepted" if found[0].status_code == 302 else "draft", "accepted", "accepted"]


class TestTheSameOpening:
    QUARTERS = "一二三四"

    def test_on_pages(self):
        clients = [cast.signed_in(cast.person(name)) for name in ("planner", "planner2")]
        for number, period in enumerate(ReportingPeriod.objects.order_by("starts_on")):
            page = f"/plans/2023/periods/{period.pk}/open/"
            sent = {"version": period.version}
            found = race(cast.task(1), *(posting(client, page, sent) for client in clients))
            assert sorted(by_status(found)) == [302, 409]
            assert told(by_status(found)[409]) == f"第{self.QUARTERS[number]}季度已经开启。"
            assert period.reports.count() == 93

    def test_over_the_api(self):
        clients = [cast.signed_in(cast.person(name)) for name in ("planner", "planner2")]
        for number, period in enumerate(ReportingPeriod.objects.order_by("starts_on")):
            where = f"/api/v1/periods/{period.pk}/open/"
            found = by_status(race(cast.task(1), *(posting(client, where, "{}", *JSON) for client in clients)))
            assert sorted(found) == [200, 409]
            assert found[409].json()["detail"] == f"第{self.QUARTERS[number]}季度已经开启。"
            assert period.reports.count() == 93


def test_a_moment_too_late(client_for, pudong, planner):
    """The short forms say what has happened meanwhile, and promise nothing any more."""
    sent = brought_to("submitted", owed(opened(1), 6, "pudong"), pudong)
    brought_to("accepted", owed(sent.period, 7, "pudong"), pudong, planner)
    client_for(planner).post(f"/reports/{sent.pk}/accept/", {"version": sent.version})
    refused = client_for(pudong).post(f"/reports/{sent.pk}/withdraw/", {"version": sent.version})
    assert (refused.status_code, told(refused)) == (409, "不能“撤回”：报送状态为“已审”。")
    assert "还没有审核" not in refused.content.decode()
    late = {"version": sent.version, "reason": "没有新进展"}
    refused = client_for(pudong).post(f"/reports/{sent.pk}/nothing-new/", late)
    assert (refused.status_code, "没有新进展" in refused.content.decode()) == (409, True)
    assert told(refused) == "不能“报送”：报送状态为“已审”。"
