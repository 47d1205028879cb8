"""Departments, aliases, collectives: names, natural keys, how they are found."""

import pytest
from django.core.exceptions import ValidationError

from departments.models import Department, DepartmentAlias, Membership
from departments.querysets.departments import as_printed
from tests import cast, factories

pytestmark = pytest.mark.django_db


class TestNames:
    @pytest.mark.parametrize("name", [" 前", "后 ", "　全角", "行尾\n"])
    @pytest.mark.parametrize("field", ["name", "short_name"])
    def test_no_spaces_at_the_edges(self, field, name):
        unit = cast.unit("jlc")
        setattr(unit, field, name)
        with pytest.raises(ValidationError) as refusal:
            unit.full_clean()
        assert list(refusal.value.message_dict) == [field]

    def test_spaces_inside_and_a_single_letter_are_fine(self):
        unit = cast.unit("jlc")
        unit.name, unit.short_name = "A 局", "A"
        unit.full_clean()

    def test_shown_by_the_short_name(self):
        assert str(cast.unit("jlc")) == "市局计量处"
        assert str(DepartmentAlias.objects.get(name="执法总队")) == "执法总队"
        assert str(Membership.objects.get(member__code="pudong")) == "各区市场监管局 – 浦东新区市场监管局"

    def test_natural_keys_lead_back(self):
        for row in (cast.unit("jlc"), DepartmentAlias.objects.first(), Membership.objects.first()):
            assert row is not None
            assert type(row)._default_manager.get_by_natural_key(*row.natural_key()) == row


@pytest.mark.parametrize(
    ("printed", "compared"),
    [
        ("市计量协会等", "市计量协会"),
        (" 市计量协会 ", "市计量协会"),
        ("市局计量处（华东大区中心办公室）", "市局计量处(华东大区中心办公室)"),
        ("ＡＢＣ", "ABC"),
        ("等", ""),
    ],
)
def test_as_printed(printed, compared):
    assert as_printed(printed) == compared


class TestResolve:
    @pytest.mark.parametrize("printed", ["", "等", "市", "市局", "%", "_", "市局计量处 市局法规处", "不存在的单位"])
    def test_what_is_no_name_resolves_to_nothing(self, printed):
        assert Department.objects.resolve(printed) is None

    def test_full_width_letters_in_the_database(self):
        unit = factories.department("abc", name="ＡＢＣ公司", short_name="ＡＢＣ")
        assert Department.objects.resolve("ABC公司") == unit
        assert Department.objects.resolve("ABC等") == unit

    def test_a_closed_unit_is_still_found(self):
        Department.objects.filter(code="baosteel").update(is_active=False)
        assert Department.objects.resolve("宝山钢铁股份有限公司") == cast.unit("baosteel")
        assert not Department.objects.active().filter(code="baosteel").exists()


class TestNamed:
    @pytest.mark.parametrize(
        ("text", "codes"),
        [
            ("浦东", {"pudong"}),
            ("执法", {"zhifazongdui"}),
            ("华东大区", {"jlc"}),  # an alias
            ("钢铁", {"baosteel"}),
            ("%", set()),
            ("\\", set()),
        ],
    )
    def test_by_a_part_of_any_name(self, text, codes):
        assert set(Department.objects.named(text).values_list("code", flat=True)) == codes

    @pytest.mark.parametrize("text", ["ABC（沪）", "ａｂｃ(沪)", "c(沪"])
    @pytest.mark.parametrize("written", ["ABC(沪)公司", "ＡＢＣ（沪）公司"])
    @pytest.mark.parametrize("place", ["name", "short_name", "alias"])
    def test_in_whatever_width(self, place, written, text):
        unit = factories.department("sh-unit", **{place: written} if place != "alias" else {})
        if place == "alias":
            factories.alias(written, unit)
        assert [found.code for found in Department.objects.named(text)] == ["sh-unit"]

    def test_once_however_many_aliases_match(self):
        for name in ("宝钢一", "宝钢二"):
            factories.alias(name, cast.unit("baosteel"))
        assert [unit.code for unit in Department.objects.named("宝钢")] == ["baosteel"]


def test_collectives_know_their_members_and_members_their_collectives():
    assert cast.unit("districts").members.count() == 16
    assert [unit.code for unit in cast.unit("pudong").collectives.all()] == ["districts"]
    assert cast.unit("lingang").collectives.count() == 0
