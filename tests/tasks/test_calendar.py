"""The calendar file: what stands in it for whom, and that programs which go by the standard read it."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import icalendar
import pytest
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from departments.actions import feeds
from departments.models import CalendarFeed, User
from tasks.exports.calendar import Entry, _calendar, _event, calendar_file
from tasks.models import Milestone, Plan, ReportingPeriod, Task
from tests import cast, factories
from tests.conftest import TODAY

SITE = "https://portal.example/"
EARLY = datetime(2023, 5, 1, 1, 2, 3, tzinfo=UTC)


def of(user, today=TODAY) -> list[str]:
    """Each day as one line, as the second library reads it."""
    calendar = vobject.readOne(calendar_file(user, today, SITE).decode())
    return [f"{event.dtstart.value} {event.summary.value}" for event in calendar.contents.get("vevent", [])]


def person(name: str, unit, **fields) -> User:
    return User.objects.create_user(name, department=unit, role="reporter", name=name, **fields)


# ---- what stands in it ----


@pytest.fixture
def world(db):
    """Two units, a task of each besides one of both, and what a year brings. The 2023 plan is out of force."""
    Plan.objects.update(is_active=False)
    jia, yi = factories.department("jia", short_name="甲局"), factories.department("yi", short_name="乙局")
    plan = factories.plan(
        code="p23", title="试验要点", year=2023, issued_on=date(2023, 1, 5), ends_on=date(2023, 12, 31)
    )
    one = factories.task(plan, (jia,), title="建立量值体系", text="建立量值体系。五月底前完成调研，端午前检查。")
    two = factories.task(plan, (yi,), (jia,), title="普法宣传", due_on=date(2023, 9, 30))
    other = factories.task(plan, (yi,), title="乙局独有")
    factories.milestone(one, date(2023, 5, 31), title="调研", quote="五月底前完成调研")
    factories.milestone(one, date(2023, 4, 30), title="方案", state="done")
    factories.milestone(one, date(2023, 6, 22), title="检查")
    factories.milestone(one, title="没有时限")
    factories.milestone(one, date(2023, 7, 1), title="已取消", state="cancelled")
    factories.milestone(other, date(2023, 6, 20), title="乙局的节点")
    first = factories.period(plan, date(2023, 1, 1), date(2023, 3, 31), date(2023, 3, 25))
    second = factories.period(plan, date(2023, 4, 1), date(2023, 6, 30), date(2023, 6, 25))
    factories.period(plan, date(2023, 7, 1), date(2023, 9, 30), date(2023, 9, 25), "planned")
    people = {name: person(name, unit) for name, unit in (("a", jia), ("b", yi))}
    factories.owed(first, one, jia, "accepted", people["a"], date(2023, 3, 20), reviewer=cast.person("planner"))
    ReportingPeriod.objects.filter(pk=first.pk).update(state="closed", closed_on=date(2023, 4, 1))
    factories.owed(second, one, jia)
    factories.owed(second, two, jia, "submitted", people["a"], date(2023, 6, 1))
    factories.owed(second, two, yi, "draft", people["b"])
    factories.owed(second, other, yi, "returned", people["b"], date(2023, 6, 1), reviewer=cast.person("planner"))
    return SimpleNamespace(**people, plan=plan, one=one, two=two, other=other, second=second)


def test_a_unit_has_its_own_dates(world):
    assert of(world.a) == [
        "2023-03-25 【已报齐】第一季度进展报送截止",
        "2023-04-30 【完成】任务 1：方案",
        "2023-05-31 【逾期】任务 1：调研",
        "2023-06-22 任务 1：检查",
        "2023-06-25 第二季度进展报送截止：还欠 1 份",
        "2023-09-25 第三季度进展报送截止",
        "2023-09-30 任务 2 到期：普法宣传",
        "2023-12-31 《试验要点》年度时限：1 项任务未办结",
    ]


def test_another_unit_has_others(world):
    """It was asked for nothing in the first quarter, and task 2 is its own as well."""
    assert of(world.b) == [
        "2023-06-20 任务 3：乙局的节点",
        "2023-06-25 第二季度进展报送截止：还欠 2 份",
        "2023-09-25 第三季度进展报送截止",
        "2023-09-30 任务 2 到期：普法宣传",
        "2023-12-31 《试验要点》年度时限：1 项任务未办结",
    ]


@pytest.mark.parametrize("username", ["planner", "leader"])
def test_who_sees_all_has_all(username, world):
    assert of(cast.person(username)) == [
        "2023-03-25 【已报齐】第一季度进展报送截止",
        "2023-04-30 【完成】任务 1：方案",
        "2023-05-31 【逾期】任务 1：调研",
        "2023-06-20 任务 3：乙局的节点",
        "2023-06-22 任务 1：检查",
        "2023-06-25 第二季度进展报送截止：还欠 3 份",
        "2023-09-25 第三季度进展报送截止",
        "2023-09-30 任务 2 到期：普法宣传",
        "2023-12-31 《试验要点》年度时限：2 项任务未办结",
    ]


def test_a_unit_with_nothing_to_do_has_an_empty_calendar(world):
    assert of(person("c", factories.department())) == []


def test_a_plan_that_is_not_in_force_is_in_no_calendar(world):
    Plan.objects.update(is_active=False)
    assert (of(world.a), of(cast.person("planner"))) == ([], [])


@pytest.mark.parametrize(("year", "entries"), [(2021, 0), (2022, 8), (2023, 8), (2024, 8), (2025, 0)])
def test_last_years_plan_is_still_there_and_next_years_already(year, entries, world):
    """What was due in December may still be owed in January."""
    assert len(of(world.a, date(year, 6, 15))) == entries


@pytest.mark.parametrize(("state", "days"), [("cancelled", []), ("suspended", [])])
def test_what_is_suspended_or_cancelled_binds_nobody(state, days, world):
    Task.objects.filter(pk=world.one.pk).update(state=state, state_before="in_progress")
    assert [line for line in of(world.a) if "任务 1" in line or "年度时限" in line] == days


def test_a_closed_task_says_so_on_its_day_and_is_no_open_one(world):
    by = cast.person("planner")
    asked = {"closing_requested_by": by, "closing_requested_on": TODAY, "result": "完成", "closed_on": TODAY}
    Milestone.objects.filter(state="open").update(state="done", done_on=TODAY)
    Task.objects.exclude(plan__code="2023").update(state="closed", **asked)
    assert [line for line in of(world.a) if "到期" in line or "年度时限" in line] == [
        "2023-09-30 【已办结】任务 2 到期：普法宣传"
    ]


def test_after_the_due_date_it_is_said_in_words(world):
    lines = of(world.a, date(2024, 1, 1))
    assert [line for line in lines if "第三季度" not in line] == [
        "2023-03-25 【已报齐】第一季度进展报送截止",
        "2023-04-30 【完成】任务 1：方案",
        "2023-05-31 【逾期】任务 1：调研",
        "2023-06-22 【逾期】任务 1：检查",
        "2023-06-25 【逾期】第二季度进展报送截止：还欠 1 份",
        "2023-09-30 【逾期】任务 2 到期：普法宣传",
        "2023-12-31 【逾期】《试验要点》年度时限：1 项任务未办结",
    ]


def test_the_due_date_itself_is_not_overdue(world):
    assert "2023-06-22 任务 1：检查" in of(world.a, date(2023, 6, 22))


def test_in_english(world):
    with translation.override("en"):
        assert of(world.a)[1:5] == [
            "2023-04-30 [done] Task 1: 方案",
            "2023-05-31 [overdue] Task 1: 调研",
            "2023-06-22 Task 1: 检查",
            "2023-06-25 Second quarter: 1 report due",
        ]


def test_what_an_entry_tells(world, settings):
    settings.PORTAL_URL = "https://jiliang.example.gov.cn:8443"
    row = Milestone.objects.get(title="调研")
    calendar = icalendar.Calendar.from_ical(calendar_file(world.a, date(2023, 5, 31), SITE))
    [event] = [each for each in calendar.walk("VEVENT") if each["SUMMARY"] == "任务 1：调研"]
    told = {name: event[name].to_ical().decode() for name in event}
    changed = row.updated_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    assert told == {
        "UID": f"milestone-{row.pk}@jiliang.example.gov.cn",
        "DTSTAMP": changed,
        "LAST-MODIFIED": changed,
        "SEQUENCE": "2",
        "DTSTART": "20230531",
        "DTEND": "20230601",
        "SUMMARY": "任务 1：调研",
        "DESCRIPTION": "原文：五月底前完成调研\\n1 建立量值体系\\n试验要点\\nhttps://portal.example/tasks/p23-01/",
        "CATEGORIES": "节点",
        "URL": "https://portal.example/tasks/p23-01/",
        "TRANSP": "TRANSPARENT",
    }
    assert {name: calendar[name].to_ical().decode() for name in calendar} == {
        "VERSION": "2.0",
        "PRODID": "-//metrology-plan//calendar//EN",
        "CALSCALE": "GREGORIAN",
        "NAME": "计量工作要点跟踪 · 甲局",
        "X-WR-CALNAME": "计量工作要点跟踪 · 甲局",
        "X-WR-TIMEZONE": "Asia/Shanghai",
        "REFRESH-INTERVAL": "PT4H",
        "X-PUBLISHED-TTL": "PT4H",
    }


def test_reports_lead_a_unit_to_its_own_page_and_others_to_the_matrix(world):
    def page(user):
        calendar = vobject.readOne(calendar_file(user, TODAY, SITE).decode())
        [event] = [each for each in calendar.vevent_list if "第二季度" in each.summary.value]
        return event.description.value.split("\n")

    pk = world.second.pk
    assert page(world.a) == ["应报 2 份，已报 1 份。", "试验要点", "https://portal.example/mine/?plan=p23"]
    assert page(cast.person("leader")) == [
        "应报 4 份，已报 1 份。", "试验要点", f"https://portal.example/matrix/?plan=p23&period={pk}",
    ]  # fmt: skip


def test_a_change_counts_up(world):
    """Of the row, of its task, of the reports that a period's entry counts."""

    def sequences():
        calendar = vobject.readOne(calendar_file(world.a, TODAY, SITE).decode())
        return {event.summary.value: int(event.sequence.value) for event in calendar.vevent_list}

    before = sequences()
    Task.objects.filter(pk=world.one.pk).update(title="建立体系")
    Milestone.objects.filter(title="检查").update(due_on=date(2023, 6, 23))
    world.second.reports.filter(state="submitted").update(problems="无")
    after = sequences()
    assert {name: after[name] - before[name] for name in after} == {
        "【已报齐】第一季度进展报送截止": 0,
        "【完成】任务 1：方案": 1,
        "【逾期】任务 1：调研": 1,
        "任务 1：检查": 2,
        "第二季度进展报送截止：还欠 1 份": 1,
        "第三季度进展报送截止": 0,
        "任务 2 到期：普法宣传": 0,
        "《试验要点》年度时限：1 项任务未办结": 1,
    }


def cost(user) -> int:
    with CaptureQueriesContext(connection) as captured:
        calendar_file(user, TODAY, SITE)
    return len(captured)


def test_queries_do_not_grow(world):
    planner = cast.person("planner")
    few = (cost(world.a), cost(planner))
    for month in (10, 11, 12):
        factories.milestone(factories.task(world.plan, (world.a.department,)), date(2023, month, 1))
        factories.period(world.plan, date(2023, month, 1), date(2023, month, 28), date(2023, month, 28))
    assert (cost(world.a), cost(planner)) == few == (4, 4)


# ---- what is written, without a database ----


def entry(**fields) -> Entry:
    told = {"key": "milestone-1", "day": date(2023, 5, 31), "title": "调研", "word": "", "told": []}
    told |= {"path": "/tasks/p23-01/", "category": "节点", "changed_at": EARLY, "versions": 2}
    return Entry(**told | fields)


def written(**fields) -> bytes:
    calendar = _calendar(SimpleNamespace(department=None, name="局领导"))
    calendar.add_component(_event(entry(**fields), SITE))
    return calendar.to_ical()


LONG = "组织开展“5·20世界计量日”等纪念活动和科普宣传，" * 8
HOSTILE = '甲\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\u2028\x0b\x0c\x85\x00;乙,丙\\丁"戊:己\t庚🙂'


def test_long_texts_are_folded_between_characters():
    content = written(title=LONG, told=[LONG, LONG])
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert (b"\n" in content.replace(b"\r\n", b""), b"\r" in content.replace(b"\r\n", b"")) == (False, False)
    assert all(line.decode() for line in lines[:-1])  # no character is cut in two
    assert vobject.readOne(content.decode()).vevent.summary.value == LONG
    assert icalendar.Calendar.from_ical(content).walk("VEVENT")[0]["SUMMARY"] == LONG


@pytest.mark.parametrize("place", ["title", "word", "told", "category"])
def test_hostile_texts_stay_texts(place):
    content = written(**{place: [HOSTILE] if place == "told" else HOSTILE})
    assert content.count(b"\r\nBEGIN:VEVENT\r\n") == content.count(b"\r\nEND:VEVENT\r\n") == 1
    assert len(vobject.readOne(content.decode()).vevent_list) == 1
    assert len(icalendar.Calendar.from_ical(content).walk("VEVENT")) == 1


def test_both_libraries_read_the_same_of_a_hostile_title():
    plain = '甲 END:VEVENT BEGIN:VEVENT UID:x ;乙,丙\\丁"戊:己\t庚🙂'
    content = written(title=HOSTILE)
    assert vobject.readOne(content.decode()).vevent.summary.value == plain
    assert icalendar.Calendar.from_ical(content).walk("VEVENT")[0]["SUMMARY"] == plain


def test_overdue_is_news_from_the_next_midnight_on():
    """Of Shanghai, though no row has changed."""
    late = vobject.readOne(written(is_overdue=True).decode()).vevent
    assert late.last_modified.value == late.dtstamp.value == datetime(2023, 5, 31, 16, tzinfo=UTC)
    to_come = vobject.readOne(written().decode()).vevent
    assert to_come.last_modified.value == EARLY
    changed = EARLY + timedelta(days=90)
    assert vobject.readOne(written(is_overdue=True, changed_at=changed).decode()).vevent.dtstamp.value == changed


def test_nobody_is_busy_or_woken():
    event = vobject.readOne(written().decode()).vevent
    assert (event.transp.value, event.dtstart.value, event.dtend.value) == (
        "TRANSPARENT", date(2023, 5, 31), date(2023, 6, 1),
    )  # fmt: skip
    assert "valarm" not in event.contents


# ---- the address ----


@pytest.fixture
def feed(pudong):
    return feeds.issue(pudong, by=pudong)


@pytest.fixture
def address(feed):
    return f"/calendar/{feed[1]}.ics"


def test_it_is_read_without_a_session(address, pudong):
    client = Client()
    response = client.get(address)
    assert response.content == calendar_file(pudong, TODAY, "http://testserver/")
    headers = ("Content-Type", "Content-Disposition", "Content-Language", "Cache-Control", "Referrer-Policy")
    assert (response.status_code, *(response.headers[name] for name in headers)) == (
        200, "text/calendar; charset=utf-8", 'inline; filename="metrology-plan.ics"', "zh-hans", "private, no-cache",
        "same-origin",
    )  # fmt: skip
    assert dict(client.cookies) == {}


def test_a_district_has_the_dates_of_its_tasks_alone(address, xuhui):
    """Task 2 is none of the districts'."""
    content = Client().get(address).content
    days = {str(event["UID"]) for event in icalendar.Calendar.from_ical(content).walk("VEVENT")}
    own = Milestone.objects.filter(date_basis__in=("stated", "festival"))
    seen = own.filter(task__assignments__department__code="districts")
    assert {uid for uid in days if uid.startswith("milestone-")} == {f"milestone-{row.pk}@127.0.0.1" for row in seen}
    assert {uid.partition("-")[0] for uid in days} == {"milestone", "plan", "period"}
    assert (own.count() > seen.count() > 0, calendar_file(xuhui, TODAY, "http://testserver/") == content) == (
        False, False,
    )  # fmt: skip


def test_it_speaks_the_language_that_the_address_names(address):
    client = Client(headers={"Accept-Language": "en"})
    client.cookies["language"] = "en"
    wanted = {"": "zh-hans", "?language=en": "en", "?language=zh-hans": "zh-hans", "?language=xx": "zh-hans"}
    assert {query: client.get(address + query).headers["Content-Language"] for query in wanted} == wanted


def test_asked_again_it_says_that_nothing_has_changed(address):
    client = Client()
    etag = client.get(address).headers["ETag"]
    for known in (etag, f"W/{etag}"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    Milestone.objects.filter(date_basis="festival").update(title="端午检查")
    later = client.get(address, headers={"If-None-Match": etag})
    assert (later.status_code, later.headers["ETag"] == etag) == (200, False)


def test_head_tells_the_same_without_the_body(address):
    whole, head = Client().get(address), Client().head(address)
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", whole.headers["ETag"])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_it_is_only_read(method, address, feed):
    client = Client(enforce_csrf_checks=True)
    assert getattr(client, method)(address).status_code == 405
    assert CalendarFeed.objects.get().last_read_at is None


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"must_change_password": True}, {"role": "admin"}],
)
def test_it_answers_as_long_as_its_owner_may_read(change, address, pudong):
    User.objects.filter(pk=pudong.pk).update(**change)
    response = Client().get(address)
    assert (response.status_code, response.text) == (404, "此地址没有日历。")
    back = {"is_active": True, "must_change_password": False, "role": "reporter"}
    User.objects.filter(pk=pudong.pk).update(**back)
    assert Client().get(address).status_code == 200


def test_revoked_it_is_dead_at_once(address, pudong):
    feeds.revoke(pudong, by=pudong)
    response = Client().get(address)
    assert (response.status_code, response.text) == (404, "此地址没有日历。")
    assert Client().head(address).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/calendar/.ics", "/calendar/x.ics", "/calendar/%00.ics", "/calendar/%ff.ics", "/calendar/计.ics", "/calendar/"],
)
def test_what_was_never_issued_is_nowhere(path, address):
    assert Client().get(path).status_code == 404
    assert Client().get("/calendar/x.ics").headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_secret_is_no_other_spelling_of_itself(address, feed):
    secret = feed[1]
    others = {secret.swapcase(), secret[:-1], f"{secret}=", f" {secret}", feed[0].digest}
    assert {Client().get(f"/calendar/{other}.ics").status_code for other in others} == {404}


def test_that_it_was_read_is_written_once_an_hour(address, feed):
    rows = CalendarFeed.objects.filter(pk=feed[0].pk)
    Client().get(address)
    first = rows.get().last_read_at
    Client().get(address)
    assert (rows.get().last_read_at, timezone.now() - first < timedelta(minutes=1)) == (first, True)
    rows.update(last_read_at=first - timedelta(minutes=59))
    Client().get(address)
    assert rows.get().last_read_at == first - timedelta(minutes=59)
    rows.update(last_read_at=first - timedelta(minutes=60))
    Client().get(address)
    assert rows.get().last_read_at >= first


def test_reading_costs_five_queries(address):
    """The address with its owner; tasks, milestones, periods, reports; once an hour that it was read."""
    client = Client()
    counted = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counted.append(len(captured))
    assert counted == [6, 5]
