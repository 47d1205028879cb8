"""Writes on departments with their members and aliases, for the API: administrators all, planners members only."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.models import Department, DepartmentAlias, Membership
from departments.refusals import NotAllowed, Stale, require

REFUSED = {
    "printed_name_unique": ("name", gettext_lazy("Another department is printed under one of these names already.")),
    "member_not_collective": ("members", gettext_lazy("A member is never a collective.")),
    "only_collective_has_members": ("members", gettext_lazy("Only a collective has members.")),
}


@transaction.atomic
def create(values: dict[str, Any], *, by: Any) -> Department:
    """A new department with its members and aliases. Raises ValidationError with what does not fit."""
    require(by, "departments.add_department")
    return _write(Department(), values)


@transaction.atomic
def change(department: Department, values: dict[str, Any], *, by: Any, version: int | None = None) -> Department:
    """Set the values; a planner may set the members of a collective and nothing else."""
    require_change(department, set(values), by)
    row = Department.objects.select_for_update().get(pk=department.pk)
    if version is not None and version != row.version:
        raise Stale(row)
    return _write(row, values)


def require_change(department: Department, fields: Iterable[str], by: Any) -> None:
    if by.has_perm("departments.change_department", department):
        return
    if set(fields) - {"members"} or not by.has_perm("departments.change_membership", department):
        raise NotAllowed("departments.change_department")


def _write(row: Department, values: dict[str, Any]) -> Department:
    values = dict(values)
    members, aliases = values.pop("members", None), values.pop("aliases", None)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    try:
        with transaction.atomic():
            row.save()
            _set_members(row, members)
            _set_aliases(row, aliases)
    except IntegrityError as error:
        raise _worded(error) from error
    return Department.objects.get(pk=row.pk)


def _set_members(collective: Department, codes: list[str] | None) -> None:
    if codes is None:
        return
    wanted = {department.code: department for department in Department.objects.filter(code__in=codes)}
    unknown = [code for code in codes if code not in wanted]
    if unknown:
        raise ValidationError({"members": _("There is no department %s.") % ", ".join(unknown)}, code="unknown")
    present = set(collective.memberships.values_list("member__code", flat=True))
    collective.memberships.exclude(member__code__in=codes).delete()
    for code in [code for code in wanted if code not in present]:
        Membership.objects.create(collective=collective, member=wanted[code])


def _set_aliases(department: Department, names: list[str] | None) -> None:
    if names is None:
        return
    department.aliases.exclude(name__in=names).delete()
    present = set(department.aliases.values_list("name", flat=True))
    for name in dict.fromkeys(names):
        if name not in present:
            alias = DepartmentAlias(department=department, name=name)
            alias.full_clean()
            alias.save()


def _worded(error: IntegrityError) -> ValidationError:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name not in REFUSED:
        raise error
    field, message = REFUSED[name]
    return ValidationError({field: ValidationError(message, code=name)})
