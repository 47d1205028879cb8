"""The admin site: who enters, what stands in it, and the two records that are only read."""

from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import AccessEvent, Department, Membership, User
from departments.querysets.changes import TRAILS
from tests import factories
from tests.cast import PASSWORD, signed_in, task, unit
from tests.departments.admin_pages import add_row, change_url, form_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows_of_a_form_are_fetched_when_it_is_saved(settings):
    """Django's formsets fetch what is chosen in each row that was touched; pages that are read do not."""
    settings.ZEAL_ALLOWLIST = [{"model": "departments.Department", "field": "get()"}]


@pytest.fixture
def at_admin(admin):
    return signed_in(admin)


# ---- the door ----


def test_sign_in_of_an_administrator_leads_to_the_admin(admin):
    assert Client().post("/login/", {"username": "admin", "password": PASSWORD})["Location"] == "/admin/"


@pytest.mark.parametrize("page", ["/admin/", "/admin/departments/department/?q=a&kind__exact=district"])
def test_strangers_sign_in_at_the_portals_page(page, db):
    response = Client().get(page, follow=True)
    path, query = response.request["PATH_INFO"], response.request["QUERY_STRING"]
    assert (path, response.status_code) == ("/login/", 200)
    assert response.context["next"] == page, query


def test_after_signing_in_one_is_where_one_wanted_to_be(admin):
    wanted = "/admin/departments/department/?q=a&kind__exact=district"
    response = Client().get(wanted, follow=True)
    login = response.redirect_chain[-1][0]
    assert Client().post(login, {"username": "admin", "password": PASSWORD, "next": wanted})["Location"] == wanted


@pytest.mark.parametrize("who", ["pudong", "leader"])
@pytest.mark.parametrize("page", ["/admin/", "/admin/departments/department/", "/admin/tasks/task/", "/admin/audit/"])
def test_reporters_and_leaders_do_not_enter(request, who, page):
    client = signed_in(request.getfixturevalue(who))
    assert client.get(page, follow=True).status_code == 403
    assert client.post(page, {"x": "y"}, follow=True).status_code == 403


def apps(client) -> dict[str, list[str]]:
    listed = client.get("/admin/").context["app_list"]
    return {app["app_label"]: [str(model["name"]) for model in app["models"]] for app in listed}


def test_what_an_administrator_finds(at_admin):
    assert apps(at_admin) == {"departments": ["日历日", "登录记录", "账号", "部门", "变更记录"]}


def test_what_a_planner_finds(planner):
    assert apps(signed_in(planner)) == {
        "departments": ["日历日", "部门"],
        "tasks": [
            *("任务", "任务板块", "佐证材料", "催办", "关闭时状态", "延期申请", "批示", "报送期", "计划", "进展报送"),
            *("邮件", "变更记录"),
        ],
    }


def test_an_administrator_sees_no_tasks(at_admin):
    row = task(5)
    pages = ("/admin/tasks/", "/admin/tasks/task/", "/admin/tasks/plan/", "/admin/tasks/report/", change_url(row))
    assert [at_admin.get(page).status_code for page in pages] == [404, 403, 403, 403, 403]
    assert at_admin.post(change_url(row), {"title": "x"}).status_code == 403
    assert task(5).title == row.title


def test_an_administrator_gets_no_tasks_from_the_autocomplete(at_admin):
    query = {"app_label": "tasks", "model_name": "assignment", "field_name": "task"}
    assert at_admin.get("/admin/autocomplete/", query).status_code == 403


def test_the_frame(at_admin, planner, settings):
    settings.PORTAL_DEMO = True
    page = at_admin.get("/admin/").content.decode()
    assert "<b>演示数据</b> · 系统日期" in page
    assert "计量工作要点跟踪" in page
    assert "返回门户" not in page
    assert 'action="/logout/"' in page
    assert "返回门户" in signed_in(planner).get("/admin/").content.decode()
    settings.PORTAL_DEMO, settings.PORTAL_TODAY = False, None
    assert "demo-strip" not in at_admin.get("/admin/").content.decode()


def test_the_frame_in_english(at_admin):
    at_admin.cookies["language"] = "en"
    assert "Metrology plan tracker" in at_admin.get("/admin/").content.decode()


def test_there_is_one_way_out(at_admin):
    assert at_admin.get("/admin/logout/")["Location"] == "/account/"


def test_djangos_own_log_stays_empty(at_admin):
    row = factories.department()
    at_admin.post(change_url(row), form_at(at_admin, change_url(row)) | {"contact_name": "张三"})
    at_admin.post(f"/admin/departments/department/{row.pk}/delete/", {"post": "yes"})
    assert not Department.objects.filter(pk=row.pk).exists()
    assert LogEntry.objects.count() == 0
    assert list(at_admin.get("/admin/").context["log_entries"]) == []


def test_nothing_is_deleted_in_bulk_anywhere():
    actions: list[Any] = list(django_admin.site.actions)
    assert actions == []


# ---- sign-ins ----


def test_access_is_read_newest_first(at_admin, pudong):
    client = Client(REMOTE_ADDR="10.0.0.7")
    client.post("/login/", {"username": "pudong", "password": "wrong"})
    client.post("/login/", {"username": "pudong", "password": PASSWORD})
    page = at_admin.get("/admin/departments/accessevent/")
    assert [(event.kind, event.username) for event in page.context["cl"].result_list][:2] == [
        ("signed_in", "pudong"),
        ("failed", "pudong"),
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "xuh"}, ["xuhui"]),
        ({"q": "10.0.0.7"}, ["xuhui", "pudong"]),
        ({"q": "2001:db8"}, ["sqi"]),
        ({"kind__exact": "failed"}, ["xuhui"]),
        ({"q": "'; drop"}, []),
    ],
)
def test_access_is_found(at_admin, query, names):
    for kind, name, address in [
        ("signed_in", "pudong", "10.0.0.7"),
        ("failed", "xuhui", "10.0.0.7"),
        ("locked_out", "sqi", "2001:db8::1"),
        ("signed_out", "nobody", None),
    ]:
        AccessEvent.objects.create(kind=kind, username=name, address=address)
    found = at_admin.get("/admin/departments/accessevent/", query).context["cl"].result_list
    assert [event.username for event in found if event.username != "admin"] == names


def test_access_is_changed_by_nobody(at_admin):
    event = AccessEvent.objects.create(kind="failed", username="<script>alert(1)</script>")
    page = at_admin.get(change_url(event))
    assert page.context["has_change_permission"] is False
    assert "<script>alert(1)" not in page.content.decode()
    assert at_admin.post(change_url(event), {"username": "x"}).status_code == 403
    assert at_admin.get("/admin/departments/accessevent/add/").status_code == 403
    assert at_admin.get(f"/admin/departments/accessevent/{event.pk}/delete/").status_code == 403


def test_planners_read_no_access(planner):
    event = AccessEvent.objects.create(kind="failed", username="pudong")
    client = signed_in(planner)
    assert client.get("/admin/departments/accessevent/").status_code == 403
    assert client.get(change_url(event)).status_code == 403


# ---- history ----


def told(page) -> list[tuple[str, str, str, list[tuple[str, str, str]]]]:
    return [
        (change.verb, change.kind, change.name, [(d.label, d.before, d.after) for d in change.differences])
        for change in page.context["changes"]
    ]


def test_the_history_of_a_department_is_the_audits(at_admin, admin):
    row = factories.collective("club")
    form = form_at(at_admin, change_url(row)) | {"contact_name": "张三", "is_active": ""}
    form = add_row(form, "aliases", name="<b>俱乐部</b>", id="", seen="")
    form = add_row(form, "memberships", member=unit("lingang").pk, id="", seen="")
    del form["is_active"]
    assert at_admin.post(change_url(row), form, REMOTE_ADDR="10.0.0.9").status_code == 302
    page = at_admin.get(f"/admin/departments/department/{row.pk}/history/")
    done = [(row, change) for row, change in zip(told(page), page.context["changes"], strict=True) if change.who]
    assert sorted(row for row, change in done) == [
        ("修改", "部门", "club", [("联系人", "", "张三"), ("启用", "是", "否")]),
        ("新增", "别名", "club · <b>俱乐部</b>", [("印发名称", "", "<b>俱乐部</b>"), ("部门", "", "club")]),
        (
            "新增",
            "成员",
            "club · 临港新片区市场监管局",
            [("集合单位", "", "club"), ("成员", "", "临港新片区市场监管局")],
        ),
    ]
    newest = done[0][1]
    assert (newest.who, newest.address) == (f"{admin.name} (admin)", "10.0.0.9")
    assert len(newest.request) == 36
    assert newest.request in page.content.decode()
    assert "&lt;b&gt;俱乐部" in page.content.decode()
    assert [row[:3] for row in told(page) if row not in [row for row, change in done]] == [("新增", "部门", "club")]


def test_what_is_gone_stays_in_the_history(at_admin):
    row = factories.collective("club", (unit("lingang"),))
    alias = factories.alias("俱乐部", row)
    alias.delete()
    Membership.objects.filter(collective=row).delete()
    page = at_admin.get(f"/admin/departments/department/{row.pk}/history/")
    assert sorted(line[:3] for line in told(page)) == sorted(
        [
            ("删除", "成员", "club · 临港新片区市场监管局"),
            ("删除", "别名", "club · 俱乐部"),
            ("新增", "别名", "club · 俱乐部"),
            ("新增", "成员", "club · 临港新片区市场监管局"),
            ("新增", "部门", "club"),
        ]
    )


def test_history_of_what_is_not_there(at_admin):
    assert at_admin.get("/admin/departments/department/999999/history/").status_code == 404
    assert at_admin.get("/admin/departments/department/x/history/").status_code == 404


def test_an_account_keeps_no_password_in_its_history(at_admin, pudong):
    User.objects.filter(pk=pudong.pk).update(name="改名")
    pudong.refresh_from_db()
    pudong.set_password("another-one-42")
    pudong.save()
    page = at_admin.get(f"/admin/departments/user/{pudong.pk}/history/")
    assert told(page)[0][3] == []
    assert told(page)[1][3] == [("姓名", "pudong 测试", "改名")]
    text = page.content.decode()
    assert "登录或修改密码（内容不记录）" in text
    assert "md5$" not in text


# ---- all changes ----


def test_administrators_read_changes_of_departments_and_accounts(at_admin, pudong):
    Department.objects.filter(code="simt").update(contact_name="李四")
    task(5).milestones.update(note="任务内容")
    page = at_admin.get("/admin/audit/")
    kinds = {change.kind for change in page.context["changes"]}
    assert kinds <= {"部门", "别名", "成员", "账号"}
    assert ("修改", "部门", "市计量测试技术研究院", [("联系人", "", "李四")]) in told(page)
    assert "任务内容" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"thing": "俱乐部"}, 2),
        ({"thing": "俱乐部", "kind": "departments.department"}, 1),
        ({"thing": "俱乐部", "kind": "departments.departmentalias"}, 1),
        ({"who": "没有此人"}, 0),
        ({"who": "admin", "thing": "俱乐部"}, 1),
        ({"thing": "俱乐部", "since": "2100-01-01"}, 0),
        ({"thing": "俱乐部", "until": "2000-01-01"}, 0),
        ({"thing": "俱乐部", "since": "2000-01-01", "until": "2100-01-01"}, 2),
        ({"thing": "100%"}, 0),
        ({"since": "nonsense"}, 0),
        ({"kind": "tasks.report"}, 0),
        ({"thing": "x" * 201}, 0),
    ],
)
def test_changes_are_found(at_admin, query, count):
    row = factories.department("club", short_name="俱乐部")
    at_admin.post(
        change_url(row), add_row(form_at(at_admin, change_url(row)), "aliases", name="俱乐部二", id="", seen="")
    )
    page = at_admin.get("/admin/audit/", query)
    assert page.status_code == 200
    assert len(page.context["changes"]) == count


@pytest.mark.parametrize(
    "page",
    [
        "/admin/departments/department/?kind__exact=%00",
        "/admin/departments/department/?q=%00",
        "/admin/departments/accessevent/?kind__exact=%00",
        "/admin/audit/?thing=%00",
        "/admin/autocomplete/?app_label=departments&model_name=membership&field_name=member&term=%00",
    ],
)
def test_an_address_no_database_can_read(at_admin, page):
    assert at_admin.get(page).status_code == 400


def test_a_filter_that_is_not_understood_says_so(at_admin):
    assert "输入一个有效的日期。" in at_admin.get("/admin/audit/", {"since": "nonsense"}).content.decode()


def test_whoever_has_nothing_to_read_is_told_so(at_admin, monkeypatch):
    for model in list(TRAILS):
        monkeypatch.delitem(TRAILS, model)
    assert at_admin.get("/admin/audit/").status_code == 403


def test_changes_come_in_pages(at_admin):
    first = at_admin.get("/admin/audit/", {"kind": "departments.department"})
    assert len(first.context["changes"]) == 42
    for number in range(10):
        factories.department(f"more{number}")
    assert len(at_admin.get("/admin/audit/", {"kind": "departments.department"}).context["changes"]) == 50
    second = at_admin.get("/admin/audit/", {"kind": "departments.department", "page": "2"})
    assert len(second.context["changes"]) == 2
    assert 'rel="prev" href="?kind=departments.department&amp;page=1"' in second.content.decode()
    assert len(at_admin.get("/admin/audit/", {"page": "nonsense"}).context["changes"]) == 50


def test_every_audited_model_stands_in_the_list():
    from django.apps import apps as registry

    audited = {model for model in registry.get_models() if hasattr(model, "pgh_event_models")}
    assert set(TRAILS) == audited


def test_a_context_written_by_somebody_else_is_readable(at_admin):
    import pghistory

    with pghistory.context(user="a command", address=None):
        Department.objects.filter(code="simt").update(contact_name="李四")
    assert at_admin.get("/admin/audit/").context["changes"][0].who == ""


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_do_not_grow(at_admin, planner):
    one = queries(at_admin, "/admin/audit/?thing=club")
    factories.collective("club", (unit("lingang"), unit("pudong"), unit("xuhui")))
    assert queries(at_admin, "/admin/audit/") == 6
    assert one <= 6
    assert queries(at_admin, f"/admin/departments/department/{unit('districts').pk}/history/") == 7
    assert queries(signed_in(planner), "/admin/audit/") <= 12
    assert queries(at_admin, "/admin/departments/accessevent/") <= 6
