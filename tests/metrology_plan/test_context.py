"""What base.html gets on every page. No test here may touch the database: neither may the context."""

from datetime import date

import pytest
from django.test import RequestFactory
from django.utils import translation

from departments.models import User
from metrology_plan.context import nav, portal


def labels(role: str) -> list[str]:
    with translation.override("zh-hans"):
        return [str(item.label) for item in nav(role, "/")]


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("leader", ["工作台", "任务台账", "责任矩阵", "原文", "部门"]),
        ("planner", ["工作台", "我的任务", "任务台账", "责任矩阵", "待审核", "原文", "部门", "计划维护"]),
        ("reporter", ["我的任务", "任务台账", "原文"]),
        ("admin", ["管理后台"]),
        ("", []),
    ],
)
def test_each_role_has_its_pages(role, pages):
    assert labels(role) == pages


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", ["/"]),
        ("/mine/", ["/mine/"]),
        ("/matrix/", ["/matrix/"]),
        ("/tasks/", ["/tasks/"]),
        ("/tasks/2023-14/moves/close/", ["/tasks/"]),
        ("/departments/pudong/", ["/departments/"]),
        ("/account/", []),
    ],
)
def test_the_page_one_is_on_is_current(path, current):
    assert [item.url for item in nav("planner", path) if item.is_current] == current


def test_portal(settings):
    settings.PORTAL_TODAY, settings.PORTAL_DEMO = date(2023, 6, 15), True
    request = RequestFactory().get("/mine/")
    request.user = User(role="reporter")
    context = portal(request)
    assert context == {
        "portal_name": settings.PORTAL_NAME,
        "today": date(2023, 6, 15),
        "fixed_date": True,
        "demo": True,
        "nav": nav("reporter", "/mine/"),
    }


def test_a_page_that_fails_before_sign_in_is_looked_at_has_no_pages(settings):
    settings.PORTAL_TODAY = None
    context = portal(RequestFactory().get("/"))
    assert context["nav"] == []
    assert context["fixed_date"] is False
