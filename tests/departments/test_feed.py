"""The calendar address of an account: made, shown once, replaced, revoked; on the page, in the admin, at the shell."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.actions import feeds
from departments.models import CalendarFeed, User
from departments.models.feed import digest_of
from departments.refusals import NotAllowed, Stale
from tests import cast
from tests.departments.admin_pages import change_url

pytestmark = pytest.mark.django_db

MAKE, STOP = "/account/calendar/", "/account/calendar/revoke/"


def made(page) -> str:
    """The address that the answer shows, without its host."""
    found = re.search(r">http://testserver(/calendar/[\w-]{43}\.ics(?:\?language=en)?)</textarea>", page.text)
    return found[1]


def answers(address: str) -> int:
    """To somebody who knows nothing but the address."""
    return Client().get(address).status_code


def run(*words: str) -> str:
    out = StringIO()
    call_command("calendar_address", *words, stdout=out)
    return out.getvalue()


# ---- the page ----


def test_an_address_is_shown_once(client_for, pudong):
    client = client_for(pudong)
    page = client.post(MAKE)
    address = made(page)
    assert (page.status_code, page.headers["Cache-Control"]) == (
        200, "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    assert answers(address) == 200
    secret = address[10:-4]
    later = client.get("/account/").text
    assert ("更换地址" in later, secret in later, secret[:12] in later) == (True, False, False)
    assert secret not in str(dict(client.session))
    assert CalendarFeed.objects.get().digest == digest_of(secret) != secret


def test_the_card_says_when_it_was_made_and_read(client_for, pudong):
    client = client_for(pudong)
    assert "生成日历地址" in client.get("/account/").text
    address = made(client.post(MAKE))
    page = client.get("/account/").text
    assert ("生成日历地址" in page, "地址生成于" in page, "尚未读取" in page) == (False, True, True)
    answers(address)
    assert "尚未读取" not in client.get("/account/").text


def test_it_is_in_the_language_of_the_page_it_was_made_on(client_for, pudong):
    client = client_for(pudong)
    client.cookies["language"] = "en"
    address = made(client.post(MAKE))
    assert address.endswith(".ics?language=en")
    assert answers(address) == 200


def test_replacing_asks_once_and_the_old_one_is_dead_at_once(client_for, pudong):
    client = client_for(pudong)
    old = made(client.post(MAKE))
    asked = client.get(MAKE)
    feed = CalendarFeed.objects.get()
    assert "原地址立即失效" in asked.text
    assert f'name="version" value="{feed.pk}"' in asked.text
    assert answers(old) == 200
    new = made(client.post(MAKE, {"version": feed.pk}))
    assert (answers(old), answers(new), CalendarFeed.objects.count()) == (404, 200, 1)


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "１", "9" * 30, "\x00"])
def test_a_page_that_is_sent_again_kills_nothing(version, client_for, pudong):
    """As a reload of the answer does: what it showed was copied already."""
    client = client_for(pudong)
    address = made(client.post(MAKE))
    page = client.post(MAKE, {"version": version}, follow=True)
    assert "未作更改：日历地址已另行生成或更换。" in page.text
    assert answers(address) == 200


def test_a_page_that_shows_an_address_which_is_gone_makes_none(client_for, pudong):
    client = client_for(pudong)
    client.post(MAKE)
    old = CalendarFeed.objects.get().pk
    client.post(STOP)
    page = client.post(MAKE, {"version": old}, follow=True)
    assert "未作更改：日历地址已另行生成或更换。" in page.text
    assert CalendarFeed.objects.count() == 0


def test_who_asks_to_replace_nothing_is_led_back(client_for, pudong):
    assert "尚未生成日历地址" in client_for(pudong).get(MAKE).text


def test_stopping_asks_once(client_for, pudong, xuhui):
    _other, others = feeds.issue(xuhui, by=xuhui)
    client = client_for(pudong)
    address = made(client.post(MAKE))
    assert (client.get(STOP).status_code, answers(address)) == (200, 200)
    answer = client.post(STOP, follow=True)
    assert "日历已停用，原地址已失效。" in answer.text
    assert (answers(address), answers(f"/calendar/{others}.ics")) == (404, 200)
    assert (client.get(STOP).status_code, client.post(STOP).status_code) == (404, 404)


@pytest.mark.parametrize("username", ["planner", "leader", "jlc", "root"])
def test_all_who_see_tasks_have_one(username, client_for, root):
    user = root if username == "root" else cast.person(username)
    assert answers(made(client_for(user).post(MAKE))) == 200


def test_administrators_have_none(client_for, admin):
    client = client_for(admin)
    assert (client.get(MAKE).status_code, client.post(MAKE).status_code) == (403, 403)
    assert "日历" not in client.get("/account/").text
    assert CalendarFeed.objects.count() == 0


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods(method, client_for, pudong):
    client = client_for(pudong)
    feeds.issue(pudong, by=pudong)
    assert [getattr(client, method)(path).status_code for path in (MAKE, STOP)] == [405, 405]


def test_a_foreign_page_makes_none(pudong):
    assert cast.signed_in(pudong, enforce_csrf_checks=True).post(MAKE).status_code == 403
    assert CalendarFeed.objects.count() == 0


def test_it_costs_the_page_one_query(client_for, pudong):
    client = client_for(pudong)
    client.get("/account/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/account/")
    asked = [query["sql"] for query in captured if "calendarfeed" in query["sql"]]
    assert (len(asked), len(captured) <= 12) == (1, True)


# ---- the actions ----


def test_nobody_makes_one_for_another(pudong, planner, admin):
    for other in (planner, admin):
        with pytest.raises(NotAllowed):
            feeds.issue(pudong, by=other)
    assert CalendarFeed.objects.count() == 0


def test_administrators_revoke_and_planners_do_not(pudong, planner, xuhui, admin):
    feeds.issue(pudong, by=pudong)
    for other in (planner, xuhui):
        with pytest.raises(NotAllowed):
            feeds.revoke(pudong, by=other)
    assert (feeds.revoke(pudong, by=admin), feeds.revoke(pudong, by=admin)) == (True, False)


def test_stale_names_the_present_one(pudong):
    feed, _secret = feeds.issue(pudong, by=pudong)
    with pytest.raises(Stale) as refusal:
        feeds.issue(pudong, by=pudong)
    assert refusal.value.current == feed


def test_secrets_are_long_and_never_the_same(pudong):
    first, one = feeds.issue(pudong, by=pudong)
    _second, other = feeds.issue(pudong, by=pudong, version=first.version)
    assert (len(one), len(other), one == other) == (43, 43, False)


def test_both_are_in_the_audit_and_the_secret_is_not(client_for, pudong):
    client = client_for(pudong)
    secret = made(client.post(MAKE))[10:-4]
    answers(f"/calendar/{secret}.ics")  # reading is no change
    client.post(MAKE, {"version": CalendarFeed.objects.get().pk})
    client.post(STOP)
    events = CalendarFeed.pgh_event_model.objects.select_related("pgh_context").order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "delete", "insert", "delete"]
    assert {event.user_id for event in events} == {pudong.pk}
    assert [(told["user"], told["url"]) for told in (event.pgh_context.metadata for event in events)] == [
        (pudong.pk, MAKE), (pudong.pk, MAKE), (pudong.pk, MAKE), (pudong.pk, STOP),
    ]  # fmt: skip
    assert {field.name for field in CalendarFeed.pgh_event_model._meta.fields} == {
        "pgh_id", "pgh_created_at", "pgh_label", "pgh_obj", "pgh_context", "id", "user", "created_at",
    }  # fmt: skip
    assert secret not in str(list(events.values()) + [event.pgh_context.metadata for event in events])


# ---- the admin ----


def test_administrators_read_of_it_in_the_list_of_changes(client_for, pudong, admin):
    client_for(pudong).post(MAKE)
    [change] = client_for(admin).get("/admin/audit/?kind=departments.calendarfeed").context["changes"]
    assert (change.verb, change.kind, change.name, change.who) == (
        "新增", "日历地址", "pudong 测试 (pudong)", "pudong 测试 (pudong)",
    )  # fmt: skip


def test_administrators_see_that_there_is_one_and_end_it(client_for, pudong, admin):
    client, where = client_for(admin), change_url(pudong)
    assert "/calendar/" not in client.get(where).text
    _feed, secret = feeds.issue(pudong, by=pudong)
    page = client.get(where).text
    path = f"/admin/departments/user/{pudong.pk}/calendar/"
    assert (f'href="{path}"' in page, "尚未读取" in page, secret in page, digest_of(secret) in page) == (
        True, True, False, False,
    )  # fmt: skip
    assert (client.get(path).status_code, answers(f"/calendar/{secret}.ics")) == (200, 200)
    answer = client.post(path, follow=True)
    assert "已停用pudong 测试的日历地址。" in answer.text
    assert answers(f"/calendar/{secret}.ics") == 404
    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    event = CalendarFeed.pgh_event_model.objects.select_related("pgh_context").latest("pgh_id")
    assert (event.pgh_label, event.pgh_context.metadata["user"]) == ("delete", admin.pk)


def test_planners_do_not_end_it_there(client_for, pudong, planner):
    feeds.issue(pudong, by=pudong)
    path = f"/admin/departments/user/{pudong.pk}/calendar/"
    assert [getattr(client_for(planner), method)(path).status_code for method in ("get", "post")] == [403, 403]
    assert CalendarFeed.objects.count() == 1


# ---- the shell ----


def test_made_shown_and_revoked_at_the_shell(settings, pudong):
    settings.PORTAL_URL = "https://jiliang.example.gov.cn/"
    line = run("create", "pudong")
    address = re.fullmatch(r"https://jiliang\.example\.gov\.cn(/calendar/[\w-]{43}\.ics)\n", line)[1]
    assert run("show", "pudong").endswith("\tread never\n")
    assert answers(address) == 200
    assert re.fullmatch(r"made [-\d]{10} \d\d:\d\d\tread [-\d]{10} \d\d:\d\d\n", run("show", "pudong"))
    run("create", "pudong", "--replace")
    assert answers(address) == 404
    assert run("revoke", "pudong") == "The calendar address of pudong has been revoked.\n"
    assert (run("show", "pudong"), CalendarFeed.objects.count()) == ("", 0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("create", "nobody"), "There is no account nobody."),
        (("create", "pudong"), "pudong has an address already; --replace makes another one."),
        (("create", "admin"), "admin sees no tasks and so has no calendar."),
        (("revoke", "admin"), "admin has no calendar address."),
        (("dance", "pudong"), None),
    ],
)
def test_refusals_in_words(words, message, pudong, admin):
    feeds.issue(pudong, by=pudong)
    with pytest.raises(CommandError) as refusal:
        run(*words)
    assert message in (None, str(refusal.value))
    assert list(CalendarFeed.objects.values_list("user__username", flat=True)) == ["pudong"]


def test_an_address_goes_with_its_account(pudong):
    feeds.issue(pudong, by=pudong)
    assert User._meta.get_field("calendar_feed").on_delete.__name__ == "CASCADE"
