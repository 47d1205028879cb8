"""The e-mail address of an account: kept by administrators, shown to its owner."""

import pytest

from departments.models import User
from tests.cast import signed_in
from tests.departments.admin_pages import change_url, errors_of, form_at

pytestmark = pytest.mark.django_db


def test_an_administrator_keeps_it(admin, pudong):
    client = signed_in(admin)
    form = form_at(client, change_url(pudong))
    assert form["email"] == ""
    assert client.post(change_url(pudong), form | {"email": "pudong@example.cn"}).status_code == 302
    pudong.refresh_from_db()
    assert pudong.email == "pudong@example.cn"
    assert pudong.events.order_by("-pgh_id").first().email == "pudong@example.cn"


@pytest.mark.parametrize("wrong", ["pudong", "a@b", "a b@example.cn", "a@example.cn\nBcc: x@example.cn", "a@b@c.cn"])
def test_what_is_no_address_is_refused(admin, pudong, wrong):
    client = signed_in(admin)
    answer = client.post(change_url(pudong), form_at(client, change_url(pudong)) | {"email": wrong})
    assert errors_of(answer) == {"email": ["请输入合法的邮件地址。"]}
    assert User.objects.get(pk=pudong.pk).email == ""


def test_accounts_are_found_by_it(admin, pudong, xuhui):
    User.objects.filter(pk=pudong.pk).update(email="someone@example.cn")
    found = signed_in(admin).get("/admin/departments/user/", {"q": "someone@"}).context["cl"].result_list
    assert [user.username for user in found] == ["pudong"]


def test_its_owner_sees_it_and_nobody_without_business_is_reminded(pudong, admin):
    page = signed_in(pudong).get("/account/").text
    assert "未登记邮箱，催办仅在系统内提醒。如需登记请联系系统管理员。" in page
    User.objects.filter(pk=pudong.pk).update(email="pudong@example.cn")
    page = signed_in(pudong).get("/account/").text
    assert "<p>pudong@example.cn</p>" in page
    assert "催办邮件发到此邮箱" not in signed_in(admin).get("/account/").text
