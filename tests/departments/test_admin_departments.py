"""Departments in the admin: administrators keep them, planners name members; nothing in use is ever deleted."""

import json

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.models import Department, DepartmentAlias, Membership
from departments.querysets.usage import relations, uses
from tests import factories
from tests.cast import signed_in, task, unit
from tests.departments.admin_pages import add_row, change_url, errors_of, fields_of, form_at

pytestmark = pytest.mark.django_db

LIST = "/admin/departments/department/"
ADD = "/admin/departments/department/add/"
HOSTILE = "<script>alert('市')</script>\"><b>"


@pytest.fixture(autouse=True)
def rows_of_a_form_are_fetched_when_it_is_saved(settings):
    """Django's formsets fetch what is chosen in each row that was touched; pages that are read do not."""
    settings.ZEAL_ALLOWLIST = [{"model": "departments.Department", "field": "get()"}]


@pytest.fixture
def at_admin(admin):
    return signed_in(admin)


@pytest.fixture
def at_planner(planner):
    return signed_in(planner)


def new_department(**values: str) -> dict[str, str]:
    empty = {"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"}
    return empty | {"code": "new", "name": "新部门", "short_name": "新", "kind": "division", "order": "1"} | values


# ---- the list ----


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"q": "pudong"}, ["pudong"]),
        ({"q": "上海市浦东新区市场监督"}, ["pudong"]),
        ({"q": "浦东新区市场监管局"}, ["pudong"]),
        ({"q": "上海市计量协会"}, ["jiliangxiehui"]),
        ({"q": "没有的"}, []),
        ({"kind__exact": "association"}, ["jiliangxiehui", "gongshuixiehui", "liangyouxiehui"]),
        ({"kind__exact": "district", "is_collective__exact": "1"}, ["districts", "districts-concerned"]),
        ({"is_active__exact": "0"}, []),
    ],
)
def test_departments_are_found(at_admin, query, codes):
    response = at_admin.get(LIST, query)
    assert [department.code for department in response.context["cl"].result_list] == codes


def test_an_alias_finds_its_department(at_admin):
    assert [d.code for d in at_admin.get(LIST, {"q": "机场分局"}).context["cl"].result_list] == ["jichangfenju"]


def test_the_list_says_what_matters(at_admin):
    assert at_admin.get(LIST).context["cl"].list_display == (
        "code",
        "short_name",
        "name",
        "kind",
        "is_collective",
        "contact_name",
        "contact_phone",
        "order",
        "is_active",
    )


def test_nothing_is_deleted_in_bulk(at_admin):
    response = at_admin.post(
        LIST, {"action": "delete_selected", "_selected_action": [unit("pudong").pk], "post": "yes"}
    )
    assert response.status_code == 200
    assert 'name="action"' not in response.content.decode()
    assert Department.objects.count() == 42


# ---- making and changing ----


def test_a_department_is_made(at_admin):
    response = at_admin.post(ADD, new_department(contact_name="张三", contact_phone="021-1234", is_active="on"))
    assert (response.status_code, response["Location"]) == (302, LIST)
    made = Department.objects.get(code="new")
    assert (made.name, made.short_name, made.kind, made.is_collective) == ("新部门", "新", "division", False)
    assert (made.contact_name, made.contact_phone, made.order, made.is_active) == ("张三", "021-1234", 1, True)


def test_the_form_of_a_new_collective_stays_open_for_its_members(at_admin):
    response = at_admin.post(ADD, new_department(is_collective="on"))
    assert response["Location"] == change_url(Department.objects.get(code="new"))


def test_a_form_sent_unchanged_changes_nothing(at_admin):
    districts = unit("districts")
    response = at_admin.post(change_url(districts), form_at(at_admin, change_url(districts)))
    assert response.status_code == 302
    assert unit("districts").version == districts.version
    assert set(Membership.objects.values_list("version", flat=True)) == {1}


@pytest.mark.parametrize("field", ["name", "short_name"])
@pytest.mark.parametrize("name", ["浦东新区市场监管局", "上海市浦东新区市场监督管理局", "机场分局"])
def test_a_printed_name_belongs_to_one_department(at_admin, field, name):
    response = at_admin.post(ADD, new_department(**{field: name}))
    owner = Department.objects.resolve(name)
    assert owner is not None
    assert errors_of(response) == {field: [f"“{name}”已是“{owner.name}”的名称，一个印发名称只能对应一个部门。"]}
    assert fields_of(response)[field] == name
    assert not Department.objects.filter(code="new").exists()


def test_names_are_compared_as_documents_print_them(at_admin):
    factories.department("paren", name="甲(乙)", short_name="甲(乙)")
    response = at_admin.post(ADD, new_department(name="甲（乙）"))
    assert errors_of(response) == {"name": ["“甲（乙）”已是“甲(乙)”的名称，一个印发名称只能对应一个部门。"]}


def test_an_alias_may_not_name_another_department(at_admin):
    pudong = unit("pudong")
    form = add_row(form_at(at_admin, change_url(pudong)), "aliases", name="徐汇区市场监管局", id="", seen="")
    response = at_admin.post(change_url(pudong), form)
    assert errors_of(response) == {
        "aliases-0-name": ["“徐汇区市场监管局”已是“上海市徐汇区市场监督管理局”的名称，一个印发名称只能对应一个部门。"]
    }
    assert fields_of(response)["aliases-0-name"] == "徐汇区市场监管局"


def test_aliases_are_kept_in_place(at_admin):
    pudong = unit("pudong")
    form = add_row(form_at(at_admin, change_url(pudong)), "aliases", name="浦东局", id="", seen="")
    assert at_admin.post(change_url(pudong), form).status_code == 302
    assert Department.objects.resolve("浦东局") == pudong
    form = form_at(at_admin, change_url(pudong)) | {"aliases-0-DELETE": "on"}
    assert at_admin.post(change_url(pudong), form).status_code == 302
    assert Department.objects.resolve("浦东局") is None


def test_hostile_names_are_shown_as_they_are(at_admin):
    made = factories.department("hostile", name=HOSTILE, short_name="敌意", contact_name="<i>张</i>")
    factories.alias("<u>别名</u>", made)
    for page in (LIST, change_url(made), change_url(made).replace("change", "history"), "/admin/audit/"):
        text = at_admin.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<i>张" not in text
        assert "<u>别名" not in text
    assert form_at(at_admin, change_url(made))["name"] == HOSTILE


@pytest.mark.parametrize("value", ["  ", " 前空", "后空 ", "x" * 101, "\x00"])
def test_a_name_that_cannot_be_one(at_admin, value):
    response = at_admin.post(ADD, new_department(name=value))
    if value.strip() and value.strip() != value:  # Django's own forms trim what is typed
        assert Department.objects.get(code="new").name == value.strip()
    else:
        assert list(errors_of(response)) == ["name"]


# ---- what only the database can notice ----


def without_the_forms_checks(monkeypatch):
    """Somebody else takes the name between the check and the save."""
    monkeypatch.setattr("departments.admin.departments.require_free", lambda name, owner: name)
    monkeypatch.setattr(
        "departments.admin.departments.DepartmentForm.clean_is_collective",
        lambda form: form.cleaned_data["is_collective"],
    )


def test_a_refusal_of_the_database_is_the_fields_own_message(at_admin, monkeypatch):
    without_the_forms_checks(monkeypatch)
    response = at_admin.post(ADD, new_department(short_name="浦东新区市场监管局", contact_name="张三"))
    assert response.status_code == 200
    assert errors_of(response) == {"name": ["此名称已属于另一部门。"]}
    assert fields_of(response)["contact_name"] == "张三"
    assert "成功" not in response.content.decode()


def test_an_alias_refused_by_the_database(at_admin, monkeypatch):
    without_the_forms_checks(monkeypatch)
    pudong = unit("pudong")
    form = add_row(form_at(at_admin, change_url(pudong)), "aliases", name="徐汇区市场监管局", id="", seen="")
    response = at_admin.post(change_url(pudong), form | {"contact_name": "张三"})
    assert errors_of(response) == {"name": ["此名称已属于另一部门。"]}
    assert fields_of(response)["aliases-0-name"] == "徐汇区市场监管局"
    assert unit("pudong").contact_name == ""


@pytest.mark.parametrize(
    ("code", "typed", "message"),
    [
        ("pudong", {"is_collective": "on"}, "本部门是集合单位的成员，不能再设为集合单位。"),
        ("districts", {"is_collective": None}, "只有集合单位才有成员。"),
    ],
)
def test_collectives_refused_by_the_database(at_admin, monkeypatch, code, typed, message):
    without_the_forms_checks(monkeypatch)
    form = form_at(at_admin, change_url(unit(code))) | typed
    response = at_admin.post(
        change_url(unit(code)), {name: value for name, value in form.items() if value is not None}
    )
    assert errors_of(response) == {"is_collective": [message]}


def test_any_other_refusal_asks_for_another_try(at_admin, monkeypatch):
    def refuse(*args, **kwargs):
        raise IntegrityError("something else")

    monkeypatch.setattr(Department, "save", refuse)
    response = at_admin.post(ADD, new_department())
    assert errors_of(response) == {"__all__": ["保存时相关内容正被他人修改，请再保存一次。"]}


# ---- collectives and members ----


def member_form(at_admin, member) -> dict[str, str]:
    return add_row(form_at(at_admin, change_url(unit("districts"))), "memberships", member=member.pk, id="", seen="")


def test_a_collective_has_members_in_place(at_admin):
    form = form_at(at_admin, change_url(unit("districts")))
    assert form["memberships-TOTAL_FORMS"] == "16"
    response = at_admin.post(change_url(unit("districts")), member_form(at_admin, unit("lingang")))
    assert response.status_code == 302
    assert unit("districts").members.count() == 17


def test_members_are_offered_only_to_collectives(at_admin):
    assert "memberships-TOTAL_FORMS" not in form_at(at_admin, change_url(unit("pudong")))
    assert "memberships-TOTAL_FORMS" not in form_at(at_admin, ADD)


def test_a_collective_is_refused_as_a_member(at_admin):
    response = at_admin.post(change_url(unit("districts")), member_form(at_admin, unit("districts-concerned")))
    assert errors_of(response) == {"memberships-16-member": ["成员须为单个部门，不能是集合单位。"]}


def test_a_member_twice(at_admin):
    response = at_admin.post(change_url(unit("districts")), member_form(at_admin, unit("pudong")))
    assert errors_of(response) == {"__all__": ["此部门已是成员。"]}
    assert unit("districts").members.count() == 16


def test_a_collective_with_members_stays_one(at_admin):
    form = form_at(at_admin, change_url(unit("districts")))
    del form["is_collective"]
    response = at_admin.post(change_url(unit("districts")), form)
    assert errors_of(response) == {"is_collective": ["本集合单位还有成员，请先移除成员并保存，再取消勾选。"]}


def test_a_member_does_not_become_a_collective(at_admin):
    form = form_at(at_admin, change_url(unit("pudong"))) | {"is_collective": "on"}
    response = at_admin.post(change_url(unit("pudong")), form)
    assert errors_of(response) == {"is_collective": ["本部门是集合单位的成员，不能再设为集合单位。"]}


def offered(client, model: str, field: str, app: str = "departments", term: str = "") -> list[str]:
    response = client.get(
        "/admin/autocomplete/", {"app_label": app, "model_name": model, "field_name": field, "term": term}
    )
    return [found["text"] for found in json.loads(response.content)["results"]]


def test_what_is_offered(at_admin, at_planner):
    Department.objects.filter(code="xuhui").update(is_active=False)
    assert offered(at_admin, "membership", "member", term="徐汇") == []
    assert offered(at_admin, "membership", "member", term="各区") == []
    assert offered(at_admin, "user", "department", term="各区") == []
    assert offered(at_planner, "assignment", "department", "tasks", "各区市场") == ["各区市场监管局"]
    assert offered(at_planner, "assignment", "department", "tasks", "徐汇") == []
    assert offered(at_admin, "membership", "member", term="机场分局") == ["市局机场分局"]


# ---- planners ----


def test_a_planner_names_members(at_planner):
    districts = unit("districts")
    form = form_at(at_planner, change_url(districts))
    assert "name" not in form
    response = at_planner.post(change_url(districts), member_form(at_planner, unit("lingang")))
    assert response.status_code == 302
    assert unit("districts").members.count() == 17
    assert unit("districts").version == districts.version


def test_a_planner_changes_nothing_else(at_planner):
    form = form_at(at_planner, change_url(unit("districts")))
    typed = {
        "name": "改名",
        "short_name": "改名",
        "is_active": "",
        "aliases-TOTAL_FORMS": "1",
        "aliases-INITIAL_FORMS": "0",
    }
    at_planner.post(change_url(unit("districts")), form | typed | {"aliases-0-name": "别称", "aliases-0-id": ""})
    assert unit("districts").name == "各区市场监管局"
    assert not DepartmentAlias.objects.filter(name="别称").exists()


def test_a_planner_reads_other_departments(at_planner):
    pudong = unit("pudong")
    assert at_planner.get(change_url(pudong)).context["has_change_permission"] is False
    assert at_planner.post(change_url(pudong), {"name": "改名"}).status_code == 403
    assert at_planner.get(ADD).status_code == 403
    assert at_planner.get(f"{LIST}{pudong.pk}/delete/").status_code == 403


# ---- use and deletion ----


def used(client, code: str) -> list[tuple[str, str, int]]:
    uses = client.get(change_url(unit(code))).context["uses"]
    return [(str(use["words"]), use["part"], use["number"]) for use in uses]


def test_the_page_says_where_a_department_is_used(at_admin, pudong, simt):
    assert used(at_admin, "pudong") == [("所属集合单位", "", 1), ("账号", "填报员", 1)]
    assert used(at_admin, "districts") == [("分工", "牵头", 4), ("分工", "配合", 8), ("成员", "", 16)]
    assert used(at_admin, "simt") == [("分工", "牵头", 1), ("分工", "配合", 6), ("账号", "填报员", 1)]


def test_a_planner_counts_what_he_sees_and_gets_there(at_planner, planner, simt, sqi):
    factories.report(task(2), simt.department, simt)  # a draft of another unit
    assert [use.number for use in uses(simt.department) if use.relation.name == "reports"] == [1]
    shown = at_planner.get(change_url(simt.department)).context["uses"]
    assert [(str(use["words"]), use["number"]) for use in shown] == [("分工", 1), ("分工", 6), ("账号", 1)]
    assert {use["url"] for use in shown} == {reverse("departments:detail", args=["simt"])}


def test_the_panel_leads_an_administrator_to_accounts_only(at_admin, simt):
    shown = at_admin.get(change_url(simt.department)).context["uses"]
    accounts = f"/admin/departments/user/?department__id__exact={simt.department.pk}"
    assert [use["url"] for use in shown] == ["", "", accounts]
    assert [user.username for user in at_admin.get(accounts).context["cl"].result_list] == ["simt"]


@pytest.mark.parametrize("code", ["pudong", "districts", "jlc"])
def test_a_department_in_use_is_not_deleted(at_admin, code):
    page = at_admin.get(change_url(unit(code)))
    assert page.context["has_delete_permission"] is False
    assert "部门正在使用，不能删除；不再使用的，请取消勾选“启用”。" in page.content.decode()
    assert at_admin.post(f"{LIST}{unit(code).pk}/delete/", {"post": "yes"}).status_code == 403
    assert Department.objects.filter(code=code).exists()


def test_an_unused_department_is_deleted_with_its_aliases(at_admin):
    made = factories.department("unused")
    factories.alias("又名", made)
    assert "未被使用，可以删除。" in at_admin.get(change_url(made)).content.decode()
    assert at_admin.get(f"{LIST}{made.pk}/delete/").status_code == 200
    assert at_admin.post(f"{LIST}{made.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Department.objects.filter(code="unused").exists()
    assert not DepartmentAlias.objects.filter(name="又名").exists()


def test_use_that_begins_while_the_question_stands(at_admin, monkeypatch):
    made = factories.department("unused")

    def refuse(*args, **kwargs):
        raise IntegrityError("used by now")

    monkeypatch.setattr("departments.admin.departments.DepartmentAdmin.delete_model", refuse)
    response = at_admin.post(f"{LIST}{made.pk}/delete/", {"post": "yes"}, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "部门已被使用，没有删除。不再使用的，请停用。"
    ]


def test_no_relation_is_forgotten(db):
    assert sorted(r.name for r in relations(Department)) == [
        "assignments",
        "member_of",
        "memberships",
        "reports",
        "users",
    ]


# ---- two at the same time ----


def test_the_second_of_two_administrators_is_told(at_admin, admin):
    pudong = unit("pudong")
    mine = form_at(at_admin, change_url(pudong)) | {"contact_name": "我填的", "contact_phone": "1"}
    other = form_at(at_admin, change_url(pudong)) | {"contact_name": "他填的"}
    assert at_admin.post(change_url(pudong), other).status_code == 302
    response = at_admin.post(change_url(pudong), mine)
    assert response.status_code == 200
    errors = errors_of(response)
    assert sorted(errors) == ["__all__", "contact_name"]
    assert errors["contact_name"] == ["现有内容：他填的"]
    assert errors["__all__"][0].startswith(f"你打开之后，{admin.name}已在 ")
    assert errors["__all__"][1] == "你填的内容都在。再次保存，即以你填的为准。"
    kept = fields_of(response)
    assert (kept["contact_name"], kept["contact_phone"]) == ("我填的", "1")
    assert unit("pudong").contact_name == "他填的"
    assert at_admin.post(change_url(pudong), kept).status_code == 302
    assert (unit("pudong").contact_name, unit("pudong").contact_phone) == ("我填的", "1")


def test_a_department_that_is_gone_while_it_is_changed(at_admin, monkeypatch):
    row = factories.department()
    form = form_at(at_admin, change_url(row)) | {"contact_name": "张三"}

    def gone(form):
        Department.objects.filter(pk=row.pk).delete()
        return form.cleaned_data["name"]

    monkeypatch.setattr("departments.admin.departments.DepartmentForm.clean_name", gone)
    response = at_admin.post(change_url(row), form)
    assert errors_of(response) == {"__all__": ["此项已被他人删除。"]}
    assert fields_of(response)["contact_name"] == "张三"


def test_what_is_shown_of_the_other_is_worded(at_admin):
    pudong = unit("pudong")
    mine = form_at(at_admin, change_url(pudong))
    Department.objects.filter(pk=pudong.pk).update(kind="institute", is_active=False, contact_name="甲", order=0)
    Department.objects.filter(pk=pudong.pk).update(contact_name="")
    response = at_admin.post(change_url(pudong), mine)
    assert {name: words for name, words in errors_of(response).items() if name != "__all__"} == {
        "kind": ["现有内容：技术机构"],
        "is_active": ["现有内容：否"],
        "order": ["现有内容：0"],
    }
    assert errors_of(response)["__all__"][0].startswith("你打开之后，其他人已在 ")


@pytest.mark.parametrize("seen", ["", "99", "0", "x"])
def test_a_form_that_does_not_say_what_it_saw_is_refused(at_admin, seen):
    pudong = unit("pudong")
    response = at_admin.post(
        change_url(pudong), form_at(at_admin, change_url(pudong)) | {"seen": seen, "name": "改名"}
    )
    assert response.status_code == 200
    assert unit("pudong").name == pudong.name


def test_two_at_the_same_alias(at_admin):
    pudong = unit("pudong")
    alias = factories.alias("浦东局", pudong)
    mine = form_at(at_admin, change_url(pudong)) | {"aliases-0-name": "浦东监管局"}
    DepartmentAlias.objects.filter(pk=alias.pk).update(name="浦东分局")
    response = at_admin.post(change_url(pudong), mine)
    assert errors_of(response)["aliases-0-name"] == ["现有内容：浦东分局"]
    assert at_admin.post(change_url(pudong), fields_of(response)).status_code == 302
    alias.refresh_from_db()
    assert alias.name == "浦东监管局"


def test_an_alias_that_is_gone(at_admin):
    pudong = unit("pudong")
    alias = factories.alias("浦东局", pudong)
    mine = form_at(at_admin, change_url(pudong)) | {"aliases-0-name": "浦东监管局"}
    alias.delete()
    response = at_admin.post(change_url(pudong), mine)
    assert "以下内容所在的行已被他人删除，请重新打开本页：浦东监管局。" in response.content.decode()


# ---- size ----


def queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_do_not_grow(at_admin):
    one = factories.collective("one", (factories.department(),))
    three = factories.collective("three", tuple(factories.department() for _ in range(3)))
    assert (
        queries(at_admin, change_url(one))
        == queries(at_admin, change_url(three))
        == queries(at_admin, change_url(unit("districts")))
        == 7
    )
    assert queries(at_admin, f"{LIST}?q=pudong") == queries(at_admin, LIST) == 4
