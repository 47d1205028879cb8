"""Accounts in the admin: made with a first password, switched off instead of deleted, lockouts lifted."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import User
from tests.cast import PASSWORD, account, signed_in, unit
from tests.departments.admin_pages import change_url, errors_of, fields_of, form_at

pytestmark = pytest.mark.django_db

LIST = "/admin/departments/user/"
ADD = "/admin/departments/user/add/"
FIRST = "ruler-and-weights"


@pytest.fixture
def at_admin(admin):
    return signed_in(admin)


def new_account(**values: str) -> dict[str, str]:
    typed = {"username": "zhangsan", "name": "张三", "role": "reporter", "department": str(unit("pudong").pk)}
    return typed | {"password1": FIRST, "password2": FIRST} | values


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "pud"}, ["pudong"]),
        ({"q": "浦东新区"}, ["pudong"]),
        ({"role__exact": "leader"}, ["leader"]),
        ({"is_active__exact": "0"}, ["xuhui"]),
        ({"q": "没有"}, []),
    ],
)
def test_accounts_are_found(at_admin, pudong, xuhui, leader, query, names):
    User.objects.filter(username="xuhui").update(is_active=False)
    assert [user.username for user in at_admin.get(LIST, query).context["cl"].result_list] == names


def test_accounts_of_a_department(at_admin, planner, jlc, pudong):
    found = at_admin.get(LIST, {"department__id__exact": unit("jlc").pk}).context["cl"].result_list
    assert [user.username for user in found] == ["jlc", "planner"]


def test_a_password_is_no_way_to_look_for_accounts(at_admin):
    assert at_admin.get(LIST, {"password__startswith": "md5"}).status_code == 400


def test_an_account_is_made_and_its_owner_must_choose_a_password(at_admin):
    response = at_admin.post(ADD, new_account())
    made = User.objects.get(username="zhangsan")
    assert response["Location"] == change_url(made)
    assert (made.name, made.role, made.department, made.is_active) == ("张三", "reporter", unit("pudong"), True)
    assert (made.must_change_password, made.is_superuser, made.is_staff) == (True, False, False)
    theirs = Client()
    assert theirs.post("/login/", {"username": "zhangsan", "password": FIRST}).status_code == 302
    assert theirs.get("/account/")["Location"] == "/account/password/"


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"role": "reporter", "department": ""}, {"department": ["计划管理员和填报员必须属于一个部门。"]}),
        ({"role": "planner", "department": ""}, {"department": ["计划管理员和填报员必须属于一个部门。"]}),
        ({"name": ""}, {"name": ["该字段是必填项。"]}),
        ({"password2": "another-one"}, {"password2": ["输入的两个密码不一致。"]}),
        ({"password1": "1234567890", "password2": "1234567890"}, None),
        ({"password1": "zhangsan01", "password2": "zhangsan01"}, None),
        ({"password1": "", "password2": ""}, None),
        ({"username": "a b"}, None),
        ({"username": "\x00"}, None),
        ({"username": "admin"}, {"username": ["已存在一位使用该名字的用户。"]}),
        ({"role": "root"}, None),
        ({"department": "999999"}, None),
        ({"department": "start"}, None),
        ({"department": " "}, None),
        ({"department": "\x00"}, None),
        ({"department": "9" * 30}, None),
        ({"department": "<script>"}, None),
    ],
)
def test_an_account_that_cannot_be_made(at_admin, typed, errors):
    response = at_admin.post(ADD, new_account(**typed))
    assert response.status_code == 200
    assert errors is None or errors_of(response) == errors
    assert errors_of(response) != {}
    assert fields_of(response)["name"] == typed.get("name", "张三")
    assert not User.objects.filter(name="张三").exists()


@pytest.mark.parametrize("role", ["admin", "leader"])
def test_administrators_and_leaders_need_no_department(at_admin, role):
    assert at_admin.post(ADD, new_account(role=role, department="")).status_code == 302
    assert User.objects.get(username="zhangsan").department is None


def test_nobody_is_made_a_superuser(at_admin, pudong):
    more = {
        "is_superuser": "on",
        "is_staff": "on",
        "groups": "1",
        "user_permissions": "1",
        "must_change_password": "on",
    }
    assert at_admin.post(ADD, new_account(**more)).status_code == 302
    form = form_at(at_admin, change_url(pudong))
    assert sorted(form) == [
        "csrfmiddlewaretoken",
        "department",
        "email",
        "is_active",
        "name",
        "role",
        "seen",
        "username",
    ]
    assert at_admin.post(change_url(pudong), form | more).status_code == 302
    assert not User.objects.filter(is_superuser=True).exists()
    pudong.refresh_from_db()
    assert pudong.must_change_password is False


def test_a_new_password_is_a_first_password_again(at_admin, pudong):
    page = f"{LIST}{pudong.pk}/password/"
    assert "本人首次登录时须修改此密码。" in at_admin.get(page).content.decode()
    assert at_admin.post(page, {"password1": FIRST, "password2": FIRST})["Location"] == change_url(pudong)
    pudong.refresh_from_db()
    assert (pudong.check_password(FIRST), pudong.must_change_password) == (True, True)


@pytest.mark.parametrize(
    "typed",
    [
        {"password1": FIRST, "password2": "another-one"},
        {"password1": "", "password2": ""},
        {"password1": "1234567890", "password2": "1234567890"},
        {"usable_password": "false", "unset-password": "1"},
    ],
)
def test_a_new_password_that_cannot_be_one(at_admin, pudong, typed):
    assert at_admin.post(f"{LIST}{pudong.pk}/password/", typed).status_code == 200
    pudong.refresh_from_db()
    assert (pudong.check_password(PASSWORD), pudong.must_change_password) == (True, False)


def test_ones_own_password_is_changed_where_everybody_does(at_admin, admin):
    for page in (f"{LIST}{admin.pk}/password/", "/admin/password_change/"):
        assert at_admin.get(page)["Location"] == "/account/password/"


def test_a_new_password_for_nobody(at_admin):
    assert at_admin.get(f"{LIST}999999/password/").status_code == 404


def test_accounts_are_switched_off_never_deleted(at_admin, pudong):
    theirs = signed_in(pudong)
    assert theirs.get("/account/").status_code == 200
    form = form_at(at_admin, change_url(pudong))
    del form["is_active"]
    assert at_admin.post(change_url(pudong), form).status_code == 302
    assert theirs.get("/account/").status_code == 302
    assert at_admin.get(f"{LIST}{pudong.pk}/delete/").status_code == 403
    assert at_admin.post(f"{LIST}{pudong.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(username="pudong", is_active=False).exists()


def test_nobody_locks_himself_out(at_admin, admin):
    page = at_admin.get(change_url(admin))
    assert "这是你本人的账号，角色和启用状态须由其他管理员修改。" in page.content.decode()
    form = fields_of(page)
    assert sorted(form) == ["csrfmiddlewaretoken", "department", "email", "name", "seen", "username"]
    form |= {"role": "reporter", "is_active": "", "department": str(unit("pudong").pk), "name": "改名"}
    assert at_admin.post(change_url(admin), form).status_code == 302
    admin.refresh_from_db()
    assert (admin.role, admin.is_active, admin.name) == ("admin", True, "改名")


def test_another_administrator_may(at_admin):
    other = account("admin2", "admin")
    form = form_at(at_admin, change_url(other))
    del form["is_active"]
    assert at_admin.post(change_url(other), form).status_code == 302
    other.refresh_from_db()
    assert other.is_active is False


def test_a_planner_without_a_department_is_refused_in_time(at_admin, leader):
    response = at_admin.post(change_url(leader), form_at(at_admin, change_url(leader)) | {"role": "planner"})
    assert errors_of(response) == {"department": ["计划管理员和填报员必须属于一个部门。"]}


def test_two_administrators_at_one_account(at_admin, pudong):
    mine = form_at(at_admin, change_url(pudong)) | {"name": "我填的"}
    at_admin.post(change_url(pudong), form_at(at_admin, change_url(pudong)) | {"name": "他填的"})
    response = at_admin.post(change_url(pudong), mine)
    assert errors_of(response)["name"] == ["现有内容：他填的"]
    assert fields_of(response)["name"] == "我填的"


def test_a_sign_in_meanwhile_is_no_conflict(at_admin, pudong):
    """It bumps the version of the row and touches nothing on the form."""
    mine = form_at(at_admin, change_url(pudong)) | {"name": "我填的"}
    Client().post("/login/", {"username": "pudong", "password": PASSWORD})
    assert at_admin.post(change_url(pudong), mine).status_code == 302
    pudong.refresh_from_db()
    assert pudong.name == "我填的"
    assert pudong.last_login is not None


# ---- lockout ----


def lock(username: str, address: str = "10.0.0.7") -> Client:
    client = Client(REMOTE_ADDR=address)
    for _ in range(5):
        client.post("/login/", {"username": username, "password": "wrong"})
    return client


def test_a_lockout_is_shown_and_lifted(at_admin, pudong):
    assert at_admin.get(change_url(pudong)).context["locked"] == []
    theirs = lock("pudong")
    assert theirs.post("/login/", {"username": "pudong", "password": PASSWORD}).status_code == 429
    assert at_admin.get(change_url(pudong)).context["locked"] == ["10.0.0.7"]
    response = at_admin.post(f"{LIST}{pudong.pk}/unlock/", follow=True)
    assert [str(message) for message in response.context["messages"]] == ["账号 pudong 已可重新登录。"]
    assert response.context["locked"] == []
    assert theirs.post("/login/", {"username": "pudong", "password": PASSWORD}).status_code == 302


def test_four_failures_lock_nobody(at_admin, pudong):
    for _ in range(4):
        Client().post("/login/", {"username": "pudong", "password": "wrong"})
    assert at_admin.get(change_url(pudong)).context["locked"] == []


def test_only_administrators_lift_a_lockout(at_admin, planner, pudong):
    page = f"{LIST}{pudong.pk}/unlock/"
    assert at_admin.get(page).status_code == 405
    assert at_admin.post(f"{LIST}999999/unlock/").status_code == 404
    assert signed_in(planner).post(page).status_code == 403


# ---- who, how much ----


def test_planners_see_no_accounts(planner, pudong):
    client = signed_in(planner)
    pages = (LIST, ADD, change_url(pudong), f"{LIST}{pudong.pk}/password/", f"{LIST}{pudong.pk}/history/")
    assert [client.get(page).status_code for page in pages] == [403] * 5


def test_queries_do_not_grow(at_admin, pudong):
    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert at_admin.get(url).status_code == 200
        return len(captured)

    few = count(LIST)
    for number in range(3):
        account(f"more{number}", unit="xuhui")
    assert few == count(LIST) == 5
    assert count(change_url(pudong)) == 6


# ---- at the shell ----


def test_the_first_administrator_is_made_at_the_shell(capsys, db):
    call_command("make_account", "first", "--name", "王五")
    username, password = capsys.readouterr().out.split()
    made = User.objects.get(username=username)
    assert (made.role, made.name, made.must_change_password, made.is_superuser) == ("admin", "王五", True, False)
    assert made.check_password(password)
    assert len(password) >= 16


@pytest.mark.parametrize(
    "arguments",
    [
        ("x", "--name", "王五", "--role", "planner"),
        ("x", "--name", "王五", "--role", "reporter", "--department", "nowhere"),
        ("a b", "--name", "王五"),
    ],
)
def test_an_account_the_shell_refuses(arguments, db):
    with pytest.raises(CommandError):
        call_command("make_account", *arguments)
    assert not User.objects.filter(name="王五").exists()


def test_a_planner_is_made_at_the_shell(capsys, db):
    call_command("make_account", "p", "--name", "赵六", "--role", "planner", "--department", "jlc")
    assert User.objects.get(username="p").department == unit("jlc")
