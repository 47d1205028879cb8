"""Departments, the names under which documents print them, and who belongs to a collective."""

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models.row import Row, audited
from departments.querysets.departments import DepartmentQuerySet

NO_EDGE_SPACE = RegexValidator(r"\A\S(.*\S)?\Z", _("No spaces at the beginning or the end."))

# Two people adding the same name at once must not both succeed, hence the lock; names are compared in
# NFKC, since documents print full-width and half-width brackets for the same unit.
NAME_TAKEN = """
PERFORM pg_advisory_xact_lock(hashtext('departments.printed_name'));
IF EXISTS (
    SELECT FROM departments_department d
    WHERE d.id <> {owner} AND normalize({name}, NFKC) IN (normalize(d.name, NFKC), normalize(d.short_name, NFKC))
) OR EXISTS (
    SELECT FROM departments_departmentalias a
    WHERE a.department_id <> {owner} AND normalize({name}, NFKC) = normalize(a.name, NFKC)
) THEN
    RAISE unique_violation USING
        MESSAGE = 'a printed name belongs to one department only', CONSTRAINT = 'printed_name_unique';
END IF;
"""

MEMBER_IS_COLLECTIVE = """
IF (SELECT is_collective FROM departments_department WHERE id = NEW.member_id FOR SHARE) THEN
    RAISE check_violation USING MESSAGE = 'a member is never a collective', CONSTRAINT = 'member_not_collective';
END IF;
IF NOT (SELECT is_collective FROM departments_department WHERE id = NEW.collective_id FOR SHARE) THEN
    RAISE check_violation USING
        MESSAGE = 'only a collective has members', CONSTRAINT = 'only_collective_has_members';
END IF;
RETURN NEW;
"""

COLLECTIVE_IN_USE = """
IF NEW.is_collective AND EXISTS (SELECT FROM departments_membership WHERE member_id = NEW.id) THEN
    RAISE check_violation USING MESSAGE = 'a member is never a collective', CONSTRAINT = 'member_not_collective';
END IF;
IF NOT NEW.is_collective AND EXISTS (SELECT FROM departments_membership WHERE collective_id = NEW.id) THEN
    RAISE check_violation USING
        MESSAGE = 'only a collective has members', CONSTRAINT = 'only_collective_has_members';
END IF;
RETURN NEW;
"""


class Kind(models.TextChoices):
    DIVISION = "division", _("bureau division")
    SUBORDINATE = "subordinate", _("bureau subordinate body")
    DISTRICT = "district", _("district bureau")
    INSTITUTE = "institute", _("technical institute")
    ASSOCIATION = "association", _("association")
    ENTERPRISE = "enterprise", _("enterprise")


@audited()
class Department(Row):
    """A body that can be assigned: division, district bureau, institute, association, enterprise."""

    Kind = Kind

    code = models.SlugField(_("code"), max_length=40, unique=True, help_text=_("Stands in addresses."))
    name = models.CharField(_("full name"), max_length=100, validators=[NO_EDGE_SPACE])
    short_name = models.CharField(
        _("short name"), max_length=60, validators=[NO_EDGE_SPACE], help_text=_("As documents print it.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    is_collective = models.BooleanField(
        _("collective"), default=False, help_text=_("One printed name that stands for many departments.")
    )
    members = models.ManyToManyField(
        "self",
        through="Membership",
        through_fields=("collective", "member"),
        symmetrical=False,
        related_name="collectives",
        verbose_name=_("members"),
    )
    contact_name = models.CharField(_("contact"), max_length=40, blank=True)
    contact_phone = models.CharField(_("office phone"), max_length=40, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0, help_text=_("Position in lists."))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Switch off instead of deleting."))

    objects = DepartmentQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ("order", "code")
        constraints = [
            models.CheckConstraint(
                name="department_kind",
                condition=models.Q(kind__in=Kind.values),
                violation_error_message=_("Unknown kind."),
            ),
            models.CheckConstraint(
                name="department_named",
                condition=~models.Q(name="") & ~models.Q(short_name="") & ~models.Q(code=""),
                violation_error_message=_("A department needs a code, a name and a short name."),
            ),
        ]
        triggers = [
            *Row.Meta.triggers,
            pgtrigger.Trigger(
                name="printed_name_unique",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("name", "short_name"),
                func=NAME_TAKEN.format(owner="NEW.id", name="NEW.name")
                + NAME_TAKEN.format(owner="NEW.id", name="NEW.short_name")
                + "RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="collective_in_use",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("is_collective"),
                func=COLLECTIVE_IN_USE,
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class AliasManager(models.Manager["DepartmentAlias"]):
    def get_by_natural_key(self, name: str) -> "DepartmentAlias":
        return self.get(name=name)


@audited()
class DepartmentAlias(Row):
    """Another printed spelling of the same department: 执法总队 for 市局执法总队."""

    name = models.CharField(_("printed name"), max_length=100, unique=True, validators=[NO_EDGE_SPACE])
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("department")
    )

    objects = AliasManager()

    class Meta(Row.Meta):
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ("name",)
        triggers = [
            *Row.Meta.triggers,
            pgtrigger.Trigger(
                name="printed_name_unique",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=NAME_TAKEN.format(owner="NEW.department_id", name="NEW.name") + "RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class MembershipManager(models.Manager["Membership"]):
    def get_by_natural_key(self, collective: str, member: str) -> "Membership":
        return self.get(collective__code=collective, member__code=member)


@audited()
class Membership(Row):
    """A department belongs to a collective. Changing it changes who owes from the next period on."""

    collective = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("collective")
    )
    member = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="member_of", verbose_name=_("member")
    )

    objects = MembershipManager()

    class Meta(Row.Meta):
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("member__order", "member__code")
        constraints = [
            models.UniqueConstraint(
                fields=["collective", "member"],
                name="membership_once",
                violation_error_message=_("This department is a member already."),
            )
        ]
        triggers = [
            *Row.Meta.triggers,
            pgtrigger.Trigger(
                name="member_not_collective",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=MEMBER_IS_COLLECTIVE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collective} – {self.member}"

    def natural_key(self) -> tuple[str, str]:
        return (self.collective.code, self.member.code)
