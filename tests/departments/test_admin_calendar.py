"""Days off in the admin: administrators keep them, planners read them, due dates follow them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import CalendarDay
from tests.cast import signed_in
from tests.departments.admin_pages import change_url, errors_of, form_at

pytestmark = pytest.mark.django_db

DAYS = "/admin/departments/calendarday/"


def entered(day: date, *, is_working: bool = False, note: str = "") -> CalendarDay:
    return CalendarDay.objects.create(day=day, is_working=is_working, note=note)


def found(client, query: str = "") -> list[date]:
    return [row.day for row in client.get(f"{DAYS}{query}").context["cl"].result_list]


def test_an_administrator_keeps_them(admin):
    client = signed_in(admin)
    assert client.post(f"{DAYS}add/", {"day": "2027-06-25", "note": "临时放假"}).status_code == 302
    row = CalendarDay.objects.get()
    assert (row.day, row.is_working, row.note) == (date(2027, 6, 25), False, "临时放假")
    assert CalendarDay.objects.next_working(date(2027, 6, 25)) == date(2027, 6, 28)
    form = form_at(client, change_url(row))
    assert client.post(change_url(row), form | {"is_working": "on"}).status_code == 302
    assert CalendarDay.objects.next_working(date(2027, 6, 25)) == date(2027, 6, 25)
    again = client.post(f"{DAYS}add/", {"day": "2027-06-25"})
    assert list(errors_of(again)) == ["day"]
    assert client.post(change_url(row).replace("change", "delete"), {"post": "yes"}).status_code == 302
    assert CalendarDay.objects.count() == 0


def test_who_changed_it_is_kept(admin):
    client = signed_in(admin)
    client.post(f"{DAYS}add/", {"day": "2027-06-25", "note": "临时放假"})
    row = CalendarDay.objects.get()
    assert "临时放假" in client.get(change_url(row).replace("change", "history")).text
    assert "临时放假" in client.get("/admin/audit/?kind=departments.calendarday&thing=2027-06").text


def test_two_at_once_the_second_is_told(admin):
    client, row = signed_in(admin), entered(date(2027, 6, 25))
    form = form_at(client, change_url(row))
    CalendarDay.objects.update(note="别人写的")
    assert client.post(change_url(row), form | {"note": "我写的"}).status_code == 200
    assert CalendarDay.objects.get().note == "别人写的"


def test_a_planner_reads_them(planner):
    client, row = signed_in(planner), entered(date(2027, 6, 25))
    assert [client.get(page).status_code for page in (DAYS, change_url(row), f"{DAYS}add/")] == [200, 200, 403]
    assert client.post(change_url(row), {"day": "2027-06-26"}).status_code == 403
    assert client.post(change_url(row).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert CalendarDay.objects.get().day == date(2027, 6, 25)


@pytest.mark.parametrize("username", ["pudong", "leader"])
def test_nobody_else_does(username, everyone):
    assert signed_in(everyone[username]).get(DAYS).status_code in (302, 403)


def test_they_are_found_by_year_and_words(admin):
    client = signed_in(admin)
    for day, note in ((date(2026, 10, 8), "国庆"), (date(2027, 1, 4), "元旦"), (date(2027, 10, 8), "国庆")):
        entered(day, note=note)
    assert found(client) == [date(2026, 10, 8), date(2027, 1, 4), date(2027, 10, 8)]
    assert found(client, "?year=2027") == [date(2027, 1, 4), date(2027, 10, 8)]
    assert found(client, "?year=2027&q=国庆") == [date(2027, 10, 8)]
    assert found(client, "?q=2027-01") == [date(2027, 1, 4)]
    assert found(client, "?year=x") == found(client, "?year=2028") == []


def test_the_list_costs_the_same_for_one_row_and_for_three(admin):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(DAYS).status_code == 200
        return len(captured)

    client = signed_in(admin)
    entered(date(2027, 6, 25))
    one = cost()
    entered(date(2027, 6, 26))
    entered(date(2028, 6, 25))
    assert cost() == one <= 8
