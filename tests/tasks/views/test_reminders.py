"""催办 on pages: the button on the matrix, the page that asks first, the log, sending again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import User
from tasks.actions import chasing, letters, reports
from tasks.models import Letter, Reminder
from tests import cast, factories
from tests.conftest import TODAY
from tests.tasks.test_chasing import DONE, EVERYONE, World, stored
from tests.tasks.views.sending import told

pytestmark = pytest.mark.django_db
REMIND, LOG = "/matrix/remind/", "/reminders/"


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def at_planner(world):
    return cast.signed_in(world.planner)


def press(client, world, **fields):
    return client.post(REMIND, {"period": world.period.pk} | fields)


def reminded():
    return [(who, number, unit) for who, number, unit, _day, _occasion in stored()]


# ---- the button ----


def test_everyone(at_planner, world):
    answer = press(at_planner, world)
    assert (answer.status_code, answer.headers["Location"]) == (302, world.period.get_absolute_url())
    assert told(answer) == ["已催办 4 人，涉及 4 个单位、6 份报告。"]
    assert {who for who, _number, _unit in reminded()} == set(EVERYONE)
    assert {(each.reminded_on, each.by.username) for each in Reminder.objects.select_related("by")} == {
        (TODAY, "planner")
    }


def test_a_unit_and_a_report(at_planner, world):
    assert told(press(at_planner, world, unit="west")) == ["已催办 1 人，涉及 1 个单位、1 份报告。"]
    assert reminded() == [("anna", 1, "west")]
    press(at_planner, world, report=world.report(2, world.lead).pk)
    assert reminded() == [("anna", 1, "west"), ("anna", 2, "lead")]


def test_a_draft_that_the_planner_does_not_read_is_still_owed(at_planner, world):
    row = world.report(1, world.east)
    reports.save_draft(row.task, world.east, by=cast.person("ben"), fields=DONE, report=row)
    assert told(press(at_planner, world, report=row.pk)) == ["已催办 2 人，涉及 1 个单位、1 份报告。"]
    assert all("已完成" not in letter.body for letter in Letter.objects.all())


def test_a_second_press_says_so(at_planner, world):
    press(at_planner, world)
    answer = press(at_planner, world)
    assert (answer.status_code, told(answer)) == (302, ["今天已经催办过。"])
    assert Reminder.objects.count() == 8


def test_units_that_no_mail_reaches_are_named(at_planner, world):
    User.objects.filter(department=world.east).update(email="")
    assert told(press(at_planner, world)) == [
        "已催办 4 人，涉及 4 个单位、6 份报告。",
        "以下单位无人登记邮箱，仅在系统内提醒：东区。",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "nowhere"},
        {"unit": ""},
        {"unit": "a\x00b"},
        {"report": "0"},
        {"report": ""},
        {"report": "x"},
        {"report": "٣"},
        {"report": "9" * 30},
        {"period": "0"},
        {"period": ""},
        {"period": "-1"},
    ],
)
def test_what_names_nothing_reminds_nobody(at_planner, world, fields):
    """Above all not everyone."""
    assert press(at_planner, world, **fields).status_code == 404
    assert Reminder.objects.count() == 0


def test_a_report_of_another_period_is_none_of_this_one(at_planner, world):
    other = world.opened(TODAY.replace(year=2024, month=4, day=1), TODAY.replace(year=2024), TODAY.replace(year=2024))
    row = other.reports.first()
    assert press(at_planner, world, report=row.pk).status_code == 404


@pytest.mark.parametrize("who", ["leader", "anna", "jlc", "pudong", "admin"])
def test_planners_only(world, who):
    client = cast.signed_in(cast.person(who))
    chasing.remind(world.period, by=world.planner, today=TODAY - timedelta(1))
    letter = Letter.objects.get(recipient__username="anna")
    before = Reminder.objects.count()
    answers = [
        press(client, world),
        client.get(REMIND, {"period": world.period.pk}),
        client.get(LOG),
        client.post(f"{LOG}{letter.pk}/resend/"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert Reminder.objects.count() == before


# ---- asking first ----


def test_the_page_lists_whom_and_what_and_sends_nothing(at_planner, world):
    User.objects.filter(username="bea").update(email="")
    page = at_planner.get(REMIND, {"period": world.period.pk})
    assert page.status_code == 200
    assert {each.person.username for each in page.context["told"].errands} == set(EVERYONE)
    assert "第一季度：将催办 <b>4</b> 人，涉及 4 个单位、6 份报告。" in page.text
    assert page.text.count("@example.cn") == 3
    assert page.text.count("未登记") == 1
    assert (Reminder.objects.count(), Letter.objects.count()) == (0, 0)


def test_when_all_are_reminded_there_is_no_button(at_planner, world):
    press(at_planner, world)
    page = at_planner.get(REMIND, {"period": world.period.pk})
    assert (page.status_code, page.context["told"]) == (200, None)
    assert "今天已经催办过。" in page.text
    assert "发出催办" not in page.text


def test_the_page_without_a_period_is_about_the_foremost_one(at_planner, world):
    """Of the plan in force today: that of 2023, of which no period is open."""
    page = at_planner.get(REMIND)
    assert (page.status_code, page.context["period"].plan.code) == (200, "2023")
    assert "尚未开启。" in page.text


def test_a_name_is_text(at_planner, world):
    User.objects.filter(username="ben").update(name="<b>x</b>")
    assert "&lt;b&gt;x&lt;/b&gt;" in at_planner.get(REMIND, {"period": world.period.pk}).text


# ---- the log ----


def lines(page):
    return [
        (
            line["letter"].recipient.username,
            str(line["first"].reminded_on),
            [str(occasion) for occasion in line["occasions"]],
            {unit.code: [report.task.number for report in owed] for unit, owed in line["units"].items()},
            line["letter"].state,
        )
        for line in page.context["lines"]
    ]


@pytest.fixture
def chased(world, settings):
    settings.PORTAL_TODAY = world.period.due_on
    User.objects.filter(username="ben").update(email="")
    chasing.remind_by_clock(today=world.period.due_on)
    letters.deliver()
    return world


def test_the_log(chased, at_planner):
    page = at_planner.get(LOG)
    assert sorted(lines(page)) == [
        ("anna", "2024-03-25", ["当天到期"], {"lead": [1, 2], "west": [1]}, "sent"),
        ("bea", "2024-03-25", ["当天到期"], {"east": [1, 2]}, "sent"),
        ("ben", "2024-03-25", ["当天到期"], {"east": [1, 2]}, "no_address"),
        ("planner", "2024-03-25", ["当天到期"], {"lonely": [3]}, "sent"),
    ]
    assert page.text.count("系统自动") == 4
    assert "共 4 条催办" in page.text
    assert "1 封未能以邮件送达" in page.text


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ("state=sent", ["anna", "bea", "planner"]),
        ("state=no_address", ["ben"]),
        ("state=no_address&state=sent&unit=east", ["bea", "ben"]),
        ("unit=west", ["anna"]),
        ("state=failed", []),
    ],
)
def test_the_log_narrowed(chased, at_planner, query, people):
    assert sorted(line[0] for line in lines(at_planner.get(f"{LOG}?{query}"))) == people


def test_the_log_of_a_period(chased, at_planner):
    assert len(lines(at_planner.get(LOG, {"period": chased.period.pk}))) == 4


@pytest.mark.parametrize("query", ["state=lost", "unit=idle", "unit=%00", "period=x", "colour=red", "state=sent&x=1"])
def test_a_filter_that_does_not_fit_shows_nothing_and_says_so(chased, at_planner, query):
    page = at_planner.get(f"{LOG}?{query}")
    assert (page.status_code, lines(page)) == (400, [])
    assert "筛选条件有误，未显示任何记录。" in page.text


def test_an_empty_log_says_what_to_do(at_planner):
    assert "还没有催办记录" in at_planner.get(LOG).text


def test_the_queries_of_the_log_do_not_grow(chased, at_planner):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert at_planner.get(LOG).status_code == 200
        return len(captured)

    at_planner.get(LOG)
    before = queries()
    for number in range(3):
        unit = factories.department(f"more-{number}")
        cast.account(f"more-{number}", "reporter", unit.code)
        task = factories.task(chased.plan, (unit,))
        chased.period.reports.create(task=task, department=unit, state="due")
    chasing.remind(chased.period, by=chased.planner, today=chased.period.due_on)
    assert len(lines(at_planner.get(LOG))) == 7
    after = queries()
    assert before == after <= 12


def test_pages_of_the_log(chased, at_planner):
    for day in range(1, 9):
        chasing.remind(chased.period, by=chased.planner, today=chased.period.due_on + timedelta(day))
    assert len(lines(at_planner.get(LOG))) == 30
    assert len(lines(at_planner.get(LOG, {"page": 2, "unit": "east"}))) == 18
    assert len(lines(at_planner.get(LOG, {"page": 2}))) == 6


# ---- sending again ----


def test_send_again(chased, at_planner, django_capture_on_commit_callbacks):
    letter = Letter.objects.get(recipient__username="ben")
    answer = at_planner.post(f"{LOG}{letter.pk}/resend/")
    assert told(answer) == ["ben 测试没有登记邮箱，请系统管理员在后台补填。"]
    User.objects.filter(username="ben").update(email="ben@example.cn")
    answer = at_planner.post(f"{LOG}{letter.pk}/resend/")
    assert (answer.headers["Location"], told(answer)) == (LOG, ["邮件将在几分钟内发送。"])
    letter.refresh_from_db()
    assert (letter.state, letter.address) == ("waiting", "ben@example.cn")
    assert told(at_planner.post(f"{LOG}{letter.pk}/resend/")) == ["此邮件无需重新发送：等待发送。"]
    assert at_planner.post(f"{LOG}0/resend/").status_code == 404
    assert at_planner.get(f"{LOG}{letter.pk}/resend/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_a_press_sends_at_once_and_survives_a_mail_server_that_does_not(settings, tmp_path):
    world = World()
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "metrology_plan.mail.FolderBackend", tmp_path / "mail"
    settings.EMAIL_FILE_PATH.write_text("in the way")
    client = cast.signed_in(world.planner)
    assert told(press(client, world, unit="lonely")) == ["已催办 1 人，涉及 1 个单位、1 份报告。"]
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("failed", 1)
    (failed,) = told(client.post(f"{LOG}{letter.pk}/resend/"))
    assert failed.startswith("邮件未能发送：FileExistsError")
    settings.EMAIL_FILE_PATH.unlink()
    assert told(client.post(f"{LOG}{letter.pk}/resend/")) == ["邮件已发送。"]
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
