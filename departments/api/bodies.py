"""Departments as the API shows them."""

from typing import Any

from departments.models import Department
from metrology_plan.api.shape import Body, Shape


def brief(shape: Shape, department: Department) -> Body:
    return {
        "id": department.pk,
        "url": shape.api("departments", department.code),
        "display": department.short_name,
        "code": department.code,
        "kind": shape.choice(Department.Kind, department.kind),
    }


def body(shape: Shape, department: Any) -> Body:
    url = shape.api("departments", department.code)
    return shape.common(department, url, f"/departments/{department.code}/") | {
        "code": department.code,
        "name": department.name,
        "short_name": department.short_name,
        "kind": shape.choice(Department.Kind, department.kind),
        "is_collective": department.is_collective,
        "is_active": department.is_active,
        "contact_name": department.contact_name,
        "contact_phone": department.contact_phone,
    }


def detail(shape: Shape, department: Any) -> Body:
    return body(shape, department) | {
        "members": [brief(shape, member) for member in department.members.order_by("order", "code")],
        "aliases": [alias.name for alias in department.aliases.order_by("name")],
    }
