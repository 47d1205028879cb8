"""fixtures/departments.json: the units the 2023 document names, the districts, the aliases, the members."""

import json
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from departments.models import Department, DepartmentAlias, Membership

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "departments.json"
ROWS: list[dict[str, Any]] = json.loads(FIXTURE.read_text(encoding="utf-8"))

DISTRICTS = {
    "pudong": "浦东新区",
    "huangpu": "黄浦区",
    "jingan": "静安区",
    "xuhui": "徐汇区",
    "changning": "长宁区",
    "putuo": "普陀区",
    "hongkou": "虹口区",
    "yangpu": "杨浦区",
    "baoshan": "宝山区",
    "minhang": "闵行区",
    "jiading": "嘉定区",
    "jinshan": "金山区",
    "songjiang": "松江区",
    "qingpu": "青浦区",
    "fengxian": "奉贤区",
    "chongming": "崇明区",
}

# (code, short name = as printed, full name or None where no longer one is a public fact, kind), in order.
NAMED = [
    ("jlc", "市局计量处", "上海市市场监督管理局计量处", "division"),
    ("faguichu", "市局法规处", "上海市市场监督管理局法规处", "division"),
    ("kejicaiwuchu", "市局科技和财务处", "上海市市场监督管理局科技和财务处", "division"),
    ("zhifazongdui", "市局执法总队", "上海市市场监督管理局执法总队", "subordinate"),
    ("jichangfenju", "市局机场分局", "上海市市场监督管理局机场分局", "subordinate"),
    ("xingzhengfuwu", "市局行政服务中心", "上海市市场监督管理局行政服务中心", "subordinate"),
    ("districts", "各区市场监管局", None, "district"),
    ("lingang", "临港新片区市场监管局", "中国（上海）自由贸易试验区临港新片区市场监督管理局", "district"),
    ("districts-concerned", "各相关区市场监管局", None, "district"),
    ("simt", "市计量测试技术研究院", "上海市计量测试技术研究院", "institute"),
    ("sqi", "市质量监督检验技术研究院", "上海市质量监督检验技术研究院", "institute"),
    ("zhibiaoyuan", "市质量和标准化研究院", "上海市质量和标准化研究院", "institute"),
    ("ranqibiaozhan", "市燃气表强制站", None, "institute"),
    ("national-industry-centers", "在沪国家产业计量测试中心", None, "institute"),
    ("national-centers", "在沪国家计量测试中心", None, "institute"),
    ("municipal-industry-centers", "市级产业计量测试中心", None, "institute"),
    ("legal-institutes", "各法定计量技术机构", None, "institute"),
    ("institutes-concerned", "各相关计量技术机构", None, "institute"),
    ("district-institutes", "各区计量所", None, "institute"),
    ("pilot-laboratories", "各计量比对主导实验室", None, "institute"),
    ("reference-laboratories", "参比实验室", None, "institute"),
    ("jiliangxiehui", "市计量协会", "上海市计量协会", "association"),
    ("gongshuixiehui", "市供水行业协会", "上海市供水行业协会", "association"),
    ("liangyouxiehui", "上海粮油行业协会", None, "association"),
    ("sgcc-shanghai", "国网上海市电力公司", None, "enterprise"),
    ("baosteel", "宝山钢铁股份有限公司", None, "enterprise"),
]

COLLECTIVES = [
    "districts",
    "districts-concerned",
    "national-industry-centers",
    "national-centers",
    "municipal-industry-centers",
    "legal-institutes",
    "institutes-concerned",
    "district-institutes",
    "pilot-laboratories",
    "reference-laboratories",
]

ALIASES = {
    "执法总队": "zhifazongdui",
    "机场分局": "jichangfenju",
    "上海市计量协会": "jiliangxiehui",
    "市局计量处(华东大区中心办公室)": "jlc",
}


def fields_of(model: str) -> list[dict[str, Any]]:
    return [row["fields"] for row in ROWS if row["model"] == f"departments.{model}"]


DEPARTMENTS = fields_of("department")


def test_holds_departments_then_aliases_then_members_without_keys() -> None:
    models = [row["model"] for row in ROWS]
    assert models == (
        ["departments.department"] * 42 + ["departments.departmentalias"] * 4 + ["departments.membership"] * 16
    )
    assert {tuple(row) for row in ROWS} == {("model", "fields")}


def test_the_26_named_departments_as_printed() -> None:
    named = [
        (d["code"], d["short_name"], None if d["name"] == d["short_name"] else d["name"], d["kind"])
        for d in DEPARTMENTS
        if d["code"] not in DISTRICTS
    ]
    assert len(named) == 26
    assert named == NAMED


def test_the_16_district_bureaus_in_their_official_order() -> None:
    found = [(d["code"], d["short_name"], d["name"], d["kind"]) for d in DEPARTMENTS if d["code"] in DISTRICTS]
    assert len(found) == 16
    assert found == [
        (code, f"{name}市场监管局", f"上海市{name}市场监督管理局", "district") for code, name in DISTRICTS.items()
    ]


def test_order_is_divisions_subordinates_districts_institutes_associations_enterprises() -> None:
    assert [d["order"] for d in DEPARTMENTS] == list(range(10, 430, 10))
    assert [d["code"] for d in DEPARTMENTS if d["kind"] == "district"] == [
        "districts",
        *DISTRICTS,
        "lingang",
        "districts-concerned",
    ]
    kinds = [d["kind"] for d in DEPARTMENTS]
    assert list(dict.fromkeys(kinds)) == [
        "division",
        "subordinate",
        "district",
        "institute",
        "association",
        "enterprise",
    ]
    assert [kinds.count(kind) for kind in dict.fromkeys(kinds)] == [3, 3, 19, 12, 3, 2]


def test_contacts_are_empty_and_everyone_is_active() -> None:
    rest = [(d["contact_name"], d["contact_phone"], d["is_active"]) for d in DEPARTMENTS]
    assert rest == [("", "", True)] * 42


def test_collectives() -> None:
    assert [d["code"] for d in DEPARTMENTS if d["is_collective"]] == COLLECTIVES


def test_only_the_district_collective_has_members_and_no_member_is_a_collective() -> None:
    members = [(m["collective"], m["member"]) for m in fields_of("membership")]
    assert members == [(["districts"], [code]) for code in DISTRICTS]
    assert set(COLLECTIVES) & set(DISTRICTS) == set()


def test_aliases() -> None:
    assert {a["name"]: a["department"] for a in fields_of("departmentalias")} == {
        name: [code] for name, code in ALIASES.items()
    }


def test_a_printed_name_belongs_to_one_department() -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for department in DEPARTMENTS:
        for name in (department["name"], department["short_name"]):
            owners[unicodedata.normalize("NFKC", name)].add(department["code"])
    for alias in fields_of("departmentalias"):
        owners[unicodedata.normalize("NFKC", alias["name"])].add(alias["department"][0])
    assert {name: codes for name, codes in owners.items() if len(codes) != 1} == {}


@pytest.fixture
def loaded(db: None) -> None:
    call_command("loaddata", "departments", verbosity=0)


@pytest.mark.usefixtures("loaded")
class TestLoaded:
    def test_counts(self) -> None:
        assert Department.objects.count() == 42
        assert DepartmentAlias.objects.count() == 4
        assert Membership.objects.count() == 16

    def test_list_order_is_the_files(self) -> None:
        codes = Department.objects.values_list("code", flat=True)
        assert list(codes) == [department["code"] for department in DEPARTMENTS]

    def test_every_printed_name_resolves(self) -> None:
        expected = {short: code for code, short, _, _ in NAMED} | ALIASES
        assert len(expected) == 30  # the 29 of the tasks, and 执法总队 of the covering letter
        assert {name: getattr(Department.objects.resolve(name), "code", None) for name in expected} == expected

    @pytest.mark.parametrize(
        ("printed", "code"),
        [
            ("机场分局", "jichangfenju"),
            ("执法总队", "zhifazongdui"),
            ("上海市计量协会等", "jiliangxiehui"),
            ("市级产业计量测试中心等", "municipal-industry-centers"),
            ("市局计量处（华东大区中心办公室）", "jlc"),
            ("市局计量处(华东大区中心办公室)", "jlc"),
            ("中国(上海)自由贸易试验区临港新片区市场监督管理局", "lingang"),
            ("在沪国家计量测试中心", "national-centers"),
            ("在沪国家产业计量测试中心", "national-industry-centers"),
            ("上海市浦东新区市场监督管理局", "pudong"),
        ],
    )
    def test_resolves_across_brackets_and_a_trailing_deng(self, printed: str, code: str) -> None:
        department = Department.objects.resolve(printed)
        assert department is not None
        assert department.code == code

    def test_an_unknown_name_resolves_to_nothing(self) -> None:
        assert Department.objects.resolve("计量") is None

    def test_members_stand_in_the_official_order(self) -> None:
        districts = Department.objects.get(code="districts")
        assert [m.member.code for m in districts.memberships.select_related("member")] == list(DISTRICTS)
