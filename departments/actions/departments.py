"""Writes on departments with their members and aliases, for the API: administrators all, planners members only."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.models import Department, DepartmentAlias, Membership
from departments.refusals import NotAllowed, malformed, require, require_version

PRINTED = gettext_lazy("Another department is printed under one of these names already.")
REFUSED: dict[str, tuple[str, Promise]] = {
    "printed_name_unique": ("name", PRINTED),
    "departments_departmentalias_name_key": ("aliases", PRINTED),
    "member_not_collective": ("members", gettext_lazy("A member is never a collective.")),
    "only_collective_has_members": ("members", gettext_lazy("Only a collective has members.")),
}


@transaction.atomic
def create(values: dict[str, Any], *, by: Any) -> Department:
    """A new department with its members and aliases. Raises ValidationError with what does not fit."""
    require(by, "departments.add_department")
    row = Department()
    members, aliases = _filled(row, values)
    return _written(row, members, aliases)


@transaction.atomic
def change(department: Department, values: dict[str, Any], *, by: Any, version: int | None = None) -> Department:
    """Set the values; a planner may set the members of a collective and nothing else."""
    require_change(department, set(values), by)
    row = Department.objects.select_for_update().get(pk=department.pk)
    members, aliases = _filled(row, values)
    require_version(row, version)
    return _written(row, members, aliases)


def require_change(department: Department, fields: Iterable[str], by: Any) -> None:
    """Without fields: that there is anything at all that `by` may change."""
    if by.has_perm("departments.change_department", department):
        return
    if set(fields) - {"members"} or not by.has_perm("departments.change_membership", department):
        raise NotAllowed("departments.change_department")


Members = list[Department] | None
Aliases = list[str] | None


def _filled(row: Department, values: dict[str, Any]) -> tuple[Members, Aliases]:
    """The values on the row, checked; nothing is written yet. None: those stay as they are."""
    values = dict(values)
    members, aliases = values.pop("members", None), values.pop("aliases", None)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    for alias in aliases or ():
        _check_alias(alias)
    return None if members is None else _departments(members), aliases


def _check_alias(name: str) -> None:
    try:
        DepartmentAlias(name=name).clean_fields(exclude={"department"})
    except ValidationError as error:
        raise ValidationError({"aliases": error.error_dict["name"]}) from error


def _departments(codes: list[str]) -> list[Department]:
    known = {department.code: department for department in Department.objects.filter(code__in=codes)}
    unknown = [code for code in codes if code not in known]
    if unknown:
        told = _("There is no department %s.") % ", ".join(unknown)
        raise malformed("members", told, "unknown")
    return list(known.values())


def _written(row: Department, members: Members, aliases: Aliases) -> Department:
    step = "name"
    try:
        with transaction.atomic():
            row.save()
            step = "aliases"
            _set_aliases(row, aliases)
            _set_members(row, members)
    except IntegrityError as error:
        raise _worded(error, step) from error
    return Department.objects.get(pk=row.pk)


def _set_members(collective: Department, members: Members) -> None:
    if members is None:
        return
    collective.memberships.exclude(member__in=members).delete()
    present = set(collective.memberships.values_list("member", flat=True))
    for member in members:
        if member.pk not in present:
            Membership.objects.create(collective=collective, member=member)


def _set_aliases(department: Department, names: Aliases) -> None:
    if names is None:
        return
    department.aliases.exclude(name__in=names).delete()
    present = set(department.aliases.values_list("name", flat=True))
    for name in dict.fromkeys(names):
        if name not in present:
            DepartmentAlias.objects.create(department=department, name=name)


def _worded(error: IntegrityError, step: str) -> ValidationError:
    """Beside the field it is about; a printed name may be the department's own or an alias."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if name not in REFUSED:
        raise error
    field, message = REFUSED[name]
    return malformed(step if name == "printed_name_unique" else field, message, name)
