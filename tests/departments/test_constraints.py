"""Every named constraint and trigger of departments and accounts, broken past all forms."""

from threading import Thread
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from departments.models import AccessEvent, ApiToken, Department, DepartmentAlias, Membership, User
from departments.models.token import issue
from tests import cast, factories
from tests.violations import refused, sql, violates

pytestmark = pytest.mark.django_db


def account(**values: Any) -> User:
    return User.objects.create(username="x", **{"role": "leader"} | values)


def row(code: str) -> Any:
    return Department.objects.filter(code=code)


class TestDepartment:
    @pytest.mark.parametrize("kind", ["", "ministry"])
    def test_kind(self, kind):
        with violates("department_kind"):
            factories.department(kind=kind)
        with violates("department_kind"):
            row("jlc").update(kind=kind)

    @pytest.mark.parametrize("field", ["code", "name", "short_name"])
    def test_named(self, field):
        whole = {"code": "fine", "name": "甲单位", "short_name": "甲", "kind": "division"}
        with violates("department_named"):
            Department.objects.create(**whole | {field: ""})
        with violates("department_named"):
            row("jlc").update(**{field: ""})

    def test_the_code_is_unique(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.department("jlc")

    def test_one_that_is_used_stays(self, jlc):
        for code in ("jlc", "simt"):
            with pytest.raises(ProtectedError):
                row(code).delete()


TAKEN = [
    "上海市市场监督管理局计量处",  # a full name
    "市局计量处",  # a short name
    "执法总队",  # an alias
    "市局计量处（华东大区中心办公室）",  # an alias, with full-width brackets
    "中国(上海)自由贸易试验区临港新片区市场监督管理局",  # a full name, with half-width brackets
]


class TestAPrintedNameBelongsToOneDepartment:
    @pytest.mark.parametrize("name", TAKEN)
    @pytest.mark.parametrize("field", ["name", "short_name"])
    def test_of_a_department(self, field, name):
        with violates("printed_name_unique"):
            factories.department(**{field: name})
        with violates("printed_name_unique"):
            row("baosteel").update(**{field: name})

    @pytest.mark.parametrize("name", TAKEN[:4])
    def test_of_an_alias(self, name):
        with violates("printed_name_unique"):
            factories.alias(f"{name}", cast.unit("baosteel"))
        mine = factories.alias("宝钢股份", cast.unit("baosteel"))
        with violates("printed_name_unique"):
            DepartmentAlias.objects.filter(pk=mine.pk).update(name=name)

    def test_an_alias_does_not_move_onto_a_name(self):
        """It may be its own department's name, and then must stay there."""
        same = factories.alias("宝钢", cast.unit("baosteel"))
        row("baosteel").update(name="宝钢")
        with violates("printed_name_unique"):
            DepartmentAlias.objects.filter(pk=same.pk).update(department=cast.unit("jlc"))

    def test_compared_in_nfkc(self):
        factories.department("abc", name="ABC 公司", short_name="ABC")
        with violates("printed_name_unique"):
            factories.department(short_name="ＡＢＣ")

    def test_name_and_short_name_of_one_may_be_the_same(self):
        assert cast.unit("districts").name == cast.unit("districts").short_name

    def test_an_alias_once(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.alias("执法总队", cast.unit("zhifazongdui"))

    def test_by_raw_sql(self):
        with violates("printed_name_unique"):
            sql("UPDATE departments_department SET short_name = '市局计量处' WHERE code = 'simt'")

    @pytest.mark.django_db(transaction=True)
    def test_two_at_the_same_moment(self):
        outcomes: list[str] = []

        def add(code: str) -> None:
            try:
                factories.department(code, name="同名单位")
                outcomes.append("added")
            except IntegrityError as refusal:
                outcomes.append(refusal.__cause__.diag.constraint_name)  # type: ignore[union-attr]
            finally:
                connection.close()

        second = Thread(target=add, args=("second",))
        with transaction.atomic():
            factories.department("first", name="同名单位")
            second.start()
            waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            with connection.cursor() as cursor:
                while second.is_alive() and cursor.rowcount != 1:
                    cursor.execute(waiting)
        second.join(timeout=20)
        assert outcomes == ["printed_name_unique"]


class TestMembership:
    def test_a_member_is_never_a_collective(self):
        with violates("member_not_collective"):
            factories.collective(members=(cast.unit("districts"),))
        with violates("member_not_collective"):
            Membership.objects.filter(member__code="pudong").update(member=cast.unit("legal-institutes"))
        with violates("member_not_collective"):
            row("pudong").update(is_collective=True)

    def test_only_a_collective_has_members(self):
        with violates("only_collective_has_members"):
            Membership.objects.create(collective=cast.unit("jlc"), member=cast.unit("simt"))
        with violates("only_collective_has_members"):
            Membership.objects.filter(member__code="pudong").update(collective=cast.unit("jlc"))
        with violates("only_collective_has_members"):
            row("districts").update(is_collective=False)

    def test_not_of_itself(self):
        with violates("member_not_collective"):
            Membership.objects.create(collective=cast.unit("districts"), member=cast.unit("districts"))

    def test_once(self):
        with violates("membership_once"):
            Membership.objects.create(collective=cast.unit("districts"), member=cast.unit("pudong"))
        with violates("membership_once"):
            Membership.objects.filter(member__code="xuhui").update(member=cast.unit("pudong"))

    def test_of_several_collectives(self):
        Membership.objects.create(collective=cast.unit("districts-concerned"), member=cast.unit("pudong"))
        assert cast.unit("pudong").member_of.count() == 2

    def test_a_collective_without_members_may_become_a_unit(self):
        row("pilot-laboratories").update(is_collective=False)
        assert not cast.unit("pilot-laboratories").is_collective


class TestUser:
    @pytest.mark.parametrize("role", ["", "boss", "superuser"])
    def test_role(self, role):
        with violates("user_role"):
            account(role=role, department=cast.unit("jlc"))
        user = account()
        with violates("user_role"):
            User.objects.filter(pk=user.pk).update(role=role, department=cast.unit("jlc"))

    @pytest.mark.parametrize("role", ["planner", "reporter"])
    def test_department(self, role):
        with violates("user_department"):
            account(role=role)
        user = account()
        with violates("user_department"):
            User.objects.filter(pk=user.pk).update(role=role)

    @pytest.mark.parametrize("role", ["leader", "admin"])
    def test_may_have_none(self, role):
        assert account(role=role).department is None


class TestAccessEvent:
    def test_is_written_once(self):
        event = AccessEvent.objects.create(kind="failed", username="x")
        message = "pgtrigger: Cannot update or delete rows from departments_accessevent table"
        for change in (
            lambda: AccessEvent.objects.update(username="y"),
            lambda: AccessEvent.objects.filter(pk=event.pk).delete(),
            lambda: sql("UPDATE departments_accessevent SET username = 'y'"),
            lambda: sql("DELETE FROM departments_accessevent"),
        ):
            with refused(message):
                change()
        assert AccessEvent.objects.get().username == "x"


class TestApiToken:
    def test_a_name_once_for_each_user(self, planner, jlc):
        issue(planner, "台账", read_only=True, days=90)
        issue(jlc, "台账", read_only=True, days=90)
        other, _text = issue(planner, "别的", read_only=True, days=90)
        with violates("token_name_once"):
            ApiToken.objects.filter(pk=other.pk).update(name="台账")
        other.name, other.pk, other.digest = "台账", None, "another"
        with violates("token_name_once"):
            ApiToken.objects.bulk_create([other])


TESTED = {
    "department_kind", "department_named", "membership_once", "user_role", "user_department", "token_name_once",
}  # fmt: skip


def test_every_constraint_has_its_test():
    models = apps.get_app_config("departments").get_models()
    ours = {one.name for model in models for one in model._meta.constraints}
    assert ours == TESTED


def test_every_trigger_has_its_test():
    found = {
        trigger.name
        for model in apps.get_app_config("departments").get_models()
        for trigger in getattr(model._meta, "triggers", [])
    }
    audit = {"insert_insert", "update_update", "delete_delete", "append_only", "version"}
    assert found - audit == {"printed_name_unique", "collective_in_use", "member_not_collective"}
