"""fixtures/plan_2023.json against the published text it carries.

A small reader of its own recomputes from the text what can be recomputed; the tables are a reading by hand.
"""

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db.models import Q

from departments.models import Department
from tasks.models import Assignment, Milestone, Place, Plan, Task, TaskGroup

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ROWS: list[dict[str, Any]] = json.loads((FIXTURES / "plan_2023.json").read_text(encoding="utf-8"))
UNITS: list[dict[str, Any]] = json.loads((FIXTURES / "departments.json").read_text(encoding="utf-8"))


def fields_of(model: str) -> list[dict[str, Any]]:
    return [row["fields"] for row in ROWS if row["model"] == f"tasks.{model}"]


PLAN = fields_of("plan")[0]
TASKS = {task["number"]: task for task in fields_of("task")}
ASSIGNMENTS = fields_of("assignment")
MILESTONES = fields_of("milestone")

# ---- a reading by hand ----

GROUPS = {
    1: ("坚持计量引领,主动服务国家战略", [1, 2, 3, 4]),
    2: ("推进计量改革,加大监管力度", [5, 6, 7, 8]),
    3: ("提升技术能力,完善量传溯源体系", [9, 10, 11]),
    4: ("强化计量支撑,提高核心竞争能力", [12, 13, 14]),
    5: ("优化计量服务,践行人民城市理念", [15, 16, 17]),
}

TITLES = {
    1: "落实国家计量发展规划上海市实施意见",
    2: "加强计量基础和前沿技术研究",
    3: "服务区域协调发展",
    4: "构建大计量工作格局",
    5: "深化计量许可改革",
    6: "加强重点领域监管",
    7: "完善计量抽查监测机制",
    8: "强化事中事后监管",
    9: "推动计量技术机构创新发展",
    10: "加强计量标准建设和计量比对",
    11: "强化计量技术规范和专业人才队伍建设",
    12: "深入推进产业计量工作",
    13: "深化企业计量工作",
    14: "助力实现碳达峰碳中和",
    15: "服务城市高品质生活",
    16: "深入推进诚信计量工作",
    17: "加强计量文化建设",
}

INSPECTION_LEADS = ["jlc", "districts", "lingang", "zhifazongdui", "jichangfenju"]
INSTITUTES = ["simt", "sqi", "district-institutes"]
DISTRICT_BODIES = ["districts", "lingang", "jichangfenju"]
CENTRES = ["national-industry-centers", "municipal-industry-centers"]
INDUSTRY = ["districts", "lingang", "national-centers", "municipal-industry-centers", "jiliangxiehui"]

LEADS = {number: ["jlc"] for number in range(1, 18)} | {
    2: ["simt", "sqi", *CENTRES],
    6: INSPECTION_LEADS,
    7: INSPECTION_LEADS,
    8: INSPECTION_LEADS,
    17: ["jlc", *DISTRICT_BODIES],
}

SUPPORTS = {
    1: [*DISTRICT_BODIES, "legal-institutes", "jiliangxiehui"],
    2: [],
    3: [*CENTRES, "legal-institutes"],
    4: [*DISTRICT_BODIES, *CENTRES, "legal-institutes", "jiliangxiehui"],
    5: ["faguichu", "xingzhengfuwu"],
    6: INSTITUTES,
    7: INSTITUTES,
    8: ["legal-institutes"],
    9: [*DISTRICT_BODIES, "legal-institutes"],
    10: [
        "districts-concerned",
        "simt",
        "sqi",
        "institutes-concerned",
        "pilot-laboratories",
        "reference-laboratories",
    ],
    11: ["zhibiaoyuan", *INSTITUTES, "jiliangxiehui"],
    12: INDUSTRY,
    13: INDUSTRY,
    14: [*DISTRICT_BODIES, "simt", "sqi", "ranqibiaozhan", "sgcc-shanghai", "baosteel", "jiliangxiehui"],
    15: [*DISTRICT_BODIES, "legal-institutes"],
    16: [*DISTRICT_BODIES, "gongshuixiehui", "liangyouxiehui", "jiliangxiehui"],
    17: ["kejicaiwuchu", "simt", "zhibiaoyuan", "institutes-concerned", "jiliangxiehui"],
}

OPEN_ENDED = {
    (1, "support", 5): "上海市计量协会等",
    (2, "lead", 4): "市级产业计量测试中心等",
    (4, "support", 7): "市计量协会等",
    (17, "support", 5): "市计量协会等",
}

PRINTED_NAMES = {
    "上海市计量协会",
    "上海粮油行业协会",
    "临港新片区市场监管局",
    "参比实验室",
    "各区市场监管局",
    "各区计量所",
    "各法定计量技术机构",
    "各相关区市场监管局",
    "各相关计量技术机构",
    "各计量比对主导实验室",
    "国网上海市电力公司",
    "在沪国家产业计量测试中心",
    "在沪国家计量测试中心",
    "宝山钢铁股份有限公司",
    "市供水行业协会",
    "市局执法总队",
    "市局机场分局",
    "市局法规处",
    "市局科技和财务处",
    "市局行政服务中心",
    "市局计量处",
    "市局计量处(华东大区中心办公室)",
    "市燃气表强制站",
    "市级产业计量测试中心",
    "市计量协会",
    "市计量测试技术研究院",
    "市质量和标准化研究院",
    "市质量监督检验技术研究院",
    "机场分局",
}

MILESTONE_COUNTS = {
    1: 3,
    2: 5,
    3: 8,
    4: 2,
    5: 4,
    6: 6,
    7: 4,
    8: 4,
    9: 5,
    10: 6,
    11: 5,
    12: 5,
    13: 3,
    14: 7,
    15: 5,
    16: 6,
    17: 4,
}

OWN_DATES = {
    (6, "端午"): ("2023-06-22", "festival"),
    (6, "中秋"): ("2023-09-29", "festival"),
    (6, "国庆"): ("2023-10-01", "festival"),
    (17, "组织开展“5·20世界计量日”等纪念活动和科普宣传"): ("2023-05-20", "stated"),
}

PUDONG = [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]
SIMT = [2, 6, 7, 10, 11, 14, 17]

# ---- a small reader ----


class Mention(NamedTuple):
    task: int
    role: str
    position: int
    printed_as: str
    open_ended: bool


class Item(NamedTuple):
    group: int
    number: int
    title: str
    body: str  # between title and unit clause
    units: str  # the unit clause without its brackets
    text: str


def read_groups(text: str) -> list[tuple[int, str]]:
    found = re.findall(r"^\(([一二三四五六七八九])\)(.+)$", text, re.MULTILINE)
    return [("一二三四五六七八九".index(numeral) + 1, title) for numeral, title in found]


def read_items(text: str) -> list[Item]:
    items, group = [], 0
    for line in text.split("\n"):
        group += bool(re.match(r"\([一二三四五六七八九]\)", line))
        found = re.fullmatch(r"(\d+)\.(([^。]+)。(.+)[(\[](牵头部门:.+)[)\]])", line)
        if found:
            number, printed, title, body, units = found.groups()
            items.append(Item(group, int(number), title, body, units, printed))
    return items


def read_mentions(item: Item) -> list[Mention]:
    found = re.fullmatch(r"牵头部门:(.+?)(?:,配合部门:(.+))?", item.units)
    assert found is not None
    return [
        Mention(item.number, role, position, name, name.endswith("等"))
        for role, names in zip(("lead", "support"), found.groups(default=""), strict=True)
        for position, name in enumerate(filter(None, names.split("、")), start=1)
    ]


ITEMS = read_items(PLAN["text"])
MENTIONS = [mention for item in ITEMS for mention in read_mentions(item)]


def milestones_of(number: int) -> list[dict[str, Any]]:
    return [milestone for milestone in MILESTONES if milestone["task"] == ["2023", number]]


def codes(number: int, role: str) -> list[str]:
    return [a["department"][0] for a in ASSIGNMENTS if a["task"] == ["2023", number] and a["role"] == role]


# ---- the document ----


def test_the_published_text_is_untouched() -> None:
    digest = hashlib.sha256(PLAN["text"].encode()).hexdigest()
    assert digest == "44e1dbee95aeef3b614e89973f397fe229235b3f396453f513a8681192efb72a"


def test_the_plan() -> None:
    assert {name: value for name, value in PLAN.items() if name != "text"} == {
        "code": "2023",
        "title": "2023年上海市计量工作要点",
        "year": 2023,
        "issuer": "上海市市场监督管理局",
        "document_number": "",
        "issued_on": "2023-02-21",
        "ends_on": "2023-12-31",
        "is_active": True,
    }
    lines = PLAN["text"].split("\n")
    assert lines[2:4] == ["上海市市场监督管理局", "2023年2月21日"]
    assert lines[5] == PLAN["title"]


def test_rows_stand_in_loading_order_without_keys() -> None:
    models = [row["model"] for row in ROWS]
    assert list(dict.fromkeys(models)) == [
        "tasks.plan",
        "tasks.taskgroup",
        "tasks.reportingperiod",
        "tasks.task",
        "tasks.assignment",
        "tasks.milestone",
        "tasks.place",
    ]
    assert [models.count(model) for model in dict.fromkeys(models)] == [1, 5, 4, 17, 108, 82, 207]
    assert {tuple(row) for row in ROWS} == {("model", "fields")}


def test_groups_are_those_of_the_text() -> None:
    groups = [(group["plan"], group["ordinal"], group["title"]) for group in fields_of("taskgroup")]
    assert groups == [(["2023"], ordinal, title) for ordinal, title in read_groups(PLAN["text"])]
    assert groups == [(["2023"], ordinal, title) for ordinal, (title, _) in GROUPS.items()]


def test_tasks_are_those_of_the_text() -> None:
    assert len(ITEMS) == 17
    assert fields_of("task") == [
        {
            "plan": ["2023"],
            "group": ["2023", item.group],
            "number": item.number,
            "title": item.title,
            "text": item.text,
            "due_on": "2023-12-31",
            "original_due_on": "2023-12-31",
            "state": "not_started",
        }
        for item in ITEMS
    ]


def test_numbers_titles_and_groups_as_read_by_hand() -> None:
    assert [(task["number"], task["title"]) for task in fields_of("task")] == list(TITLES.items())
    grouped = {
        ordinal: [number for number, task in TASKS.items() if task["group"] == ["2023", ordinal]] for ordinal in GROUPS
    }
    assert grouped == {ordinal: numbers for ordinal, (_, numbers) in GROUPS.items()}


def test_every_task_stands_in_the_document_under_its_number() -> None:
    lines = PLAN["text"].split("\n")
    assert [line for line in lines if re.match(r"\d+\.", line)] == [
        f"{number}.{task['text']}" for number, task in TASKS.items()
    ]


# ---- who ----


def test_mentions_are_those_of_the_text() -> None:
    found = [Mention(a["task"][1], a["role"], a["position"], a["printed_as"], a["open_ended"]) for a in ASSIGNMENTS]
    assert found == MENTIONS
    roles = [mention.role for mention in MENTIONS]
    assert (len(roles), roles.count("lead"), roles.count("support")) == (108, 35, 73)


def test_mentions_as_read_by_hand() -> None:
    assert {number: codes(number, "lead") for number in TASKS} == LEADS
    assert {number: codes(number, "support") for number in TASKS} == SUPPORTS


def test_the_29_printed_names() -> None:
    names = {mention.printed_as.removesuffix("等") for mention in MENTIONS}
    assert len(names) == 29
    assert names == PRINTED_NAMES
    assert len({a["department"][0] for a in ASSIGNMENTS}) == 26


def test_each_printed_name_points_at_the_department_that_bears_it() -> None:
    bears = {
        name: unit["fields"]["code"]
        for unit in UNITS
        if unit["model"] == "departments.department"
        for name in (unit["fields"]["name"], unit["fields"]["short_name"])
    } | {
        unit["fields"]["name"]: unit["fields"]["department"][0]
        for unit in UNITS
        if unit["model"] == "departments.departmentalias"
    }
    assert [a["department"][0] for a in ASSIGNMENTS] == [
        bears[mention.printed_as.removesuffix("等")] for mention in MENTIONS
    ]


def test_open_ended_is_a_trailing_deng() -> None:
    found = {(a["task"][1], a["role"], a["position"]): a["printed_as"] for a in ASSIGNMENTS if a["open_ended"]}
    assert found == OPEN_ENDED


def test_leads_owe_reports_and_supports_do_not() -> None:
    assert [a["owes_report"] for a in ASSIGNMENTS] == [mention.role == "lead" for mention in MENTIONS]


@pytest.mark.parametrize(("code", "numbers"), [("pudong", PUDONG), ("simt", SIMT)])
def test_tasks_of_a_unit_by_name_or_through_a_collective(code: str, numbers: list[int]) -> None:
    names = {code} | {
        unit["fields"]["collective"][0]
        for unit in UNITS
        if unit["model"] == "departments.membership" and unit["fields"]["member"] == [code]
    }
    assert sorted({a["task"][1] for a in ASSIGNMENTS if a["department"][0] in names}) == numbers


# ---- milestones ----


def test_every_task_has_its_milestones_numbered_from_one() -> None:
    assert {number: len(milestones_of(number)) for number in TASKS} == MILESTONE_COUNTS
    assert min(MILESTONE_COUNTS.values()) == 2
    for number in TASKS:
        positions = [milestone["position"] for milestone in milestones_of(number)]
        assert positions == list(range(1, len(positions) + 1))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"task {item.number}")
def test_quotes_are_verbatim_in_order_and_apart(item: Item) -> None:
    end = 0
    for milestone in milestones_of(item.number):
        quote = milestone["quote"]
        assert item.text.count(quote) == 1, quote  # neither title nor unit clause repeats it
        assert item.body.find(quote, end) >= 0, quote  # after the one before, hence apart
        end = item.body.index(quote, end) + len(quote)


def test_quotes_are_whole_clauses_or_a_festival() -> None:
    for milestone in MILESTONES:
        quote = milestone["quote"]
        assert quote == quote.strip(",。;、 ")
        assert "。" not in quote
        assert len(quote) >= 8 or (milestone["task"][1], quote) in OWN_DATES


def test_titles_are_short_and_never_twice_in_a_task() -> None:
    titles = [(milestone["task"][1], milestone["title"]) for milestone in MILESTONES]
    assert len(set(titles)) == len(titles)
    assert [title for _, title in titles if not 4 <= len(title) <= 24] == []


def test_dates_come_from_the_text_or_stand_at_the_plans_end() -> None:
    expected = [
        OWN_DATES.get((milestone["task"][1], milestone["quote"]), ("2023-12-31", "plan_end"))
        for milestone in MILESTONES
    ]
    assert [(milestone["due_on"], milestone["date_basis"]) for milestone in MILESTONES] == expected
    assert [milestone["original_due_on"] for milestone in MILESTONES] == [due for due, _ in expected]
    assert sum(basis != "plan_end" for _, basis in expected) == len(OWN_DATES)


def test_a_stated_date_is_the_one_the_quote_states() -> None:
    for milestone in MILESTONES:
        stated = [date(2023, int(m), int(d)).isoformat() for m, d in re.findall(r"(\d+)·(\d+)", milestone["quote"])]
        assert stated == ([milestone["due_on"]] if milestone["date_basis"] == "stated" else [])


def test_the_text_names_no_date_that_is_not_a_milestone() -> None:
    """A second reader of the tasks: days, months, quarters, festivals."""
    day = r"\d+·\d+|\d+月|\d+日|[上下]半年|[一二三四]季度|[月年]底|[月年]末|元旦|春节|清明|五一|端午|中秋|国庆|前完成"
    found = [(item.number, word) for item in ITEMS for word in re.findall(day, item.text)]
    assert found == [(6, "端午"), (6, "中秋"), (6, "国庆"), (17, "5·20")]


def test_milestones_are_open_and_weigh_one() -> None:
    assert [(m["state"], m["weight"]) for m in MILESTONES] == [("open", 1)] * 82


# ---- places in the text ----


def words_at(place: dict[str, Any]) -> str:
    return PLAN["text"][place["starts_at"] : place["ends_at"]]  # type: ignore[no-any-return]


def places_of(kind: str) -> list[tuple[list[Any], str]]:
    """What it is the place of, and the words there."""
    return [(place[kind], words_at(place)) for place in fields_of("place") if kind in place]


def test_every_task_unit_and_milestone_has_its_place_and_its_words_stand_there() -> None:
    assert places_of("task") == [(["2023", number], task["text"]) for number, task in TASKS.items()]
    assert sorted(places_of("assignment")) == sorted(
        ([*a["task"], a["role"], a["position"]], a["printed_as"]) for a in ASSIGNMENTS
    )
    assert sorted(places_of("milestone")) == sorted(([*m["task"], m["position"]], m["quote"]) for m in MILESTONES)
    assert [len(places_of(kind)) for kind in ("task", "assignment", "milestone")] == [17, 108, 82]


def test_units_and_milestones_stand_inside_their_task_and_units_in_their_order() -> None:
    whole = {place["task"][1]: place for place in fields_of("place") if "task" in place}
    inside = [place for place in fields_of("place") if "task" not in place]
    for place in inside:
        task = whole[place.get("milestone", place.get("assignment"))[1]]
        assert task["starts_at"] <= place["starts_at"] < place["ends_at"] <= task["ends_at"]
    listed = [tuple(place["assignment"]) for place in fields_of("place") if "assignment" in place]
    assert listed == [(*a["task"], a["role"], a["position"]) for a in ASSIGNMENTS]


# ---- in the database ----


@pytest.mark.django_db
class TestLoaded:
    """As `reference_data` has loaded it."""

    def test_loading_again_adds_nothing(self) -> None:
        call_command("loaddata", "departments", "plan_2023", verbosity=0)
        counts = [model.objects.count() for model in (Plan, TaskGroup, Task, Assignment, Milestone, Place)]
        assert counts == [1, 5, 17, 108, 82, 207]

    @pytest.mark.parametrize("model", ["plan", "taskgroup", "task", "assignment", "milestone", "place"])
    def test_the_database_holds_what_the_file_says(self, model: str) -> None:
        rows = apps.get_model("tasks", model)._default_manager.order_by("pk")
        stored = json.loads(
            serializers.serialize("json", rows, use_natural_foreign_keys=True, use_natural_primary_keys=True)
        )
        expected = fields_of(model)
        told = [{name: row["fields"][name] for name in one} for row, one in zip(stored, expected, strict=True)]
        assert told == expected

    @pytest.mark.parametrize(("code", "numbers"), [("pudong", PUDONG), ("simt", SIMT)])
    def test_tasks_of_a_unit(self, code: str, numbers: list[int]) -> None:
        unit = Department.objects.get(code=code)
        named = Q(department=unit) | Q(department__memberships__member=unit)
        found = Assignment.objects.filter(named).values_list("task__number", flat=True).distinct()
        assert sorted(found) == numbers

    def test_every_printed_name_resolves_to_the_assigned_department(self) -> None:
        found = {
            a.printed_as: (Department.objects.resolve(a.printed_as), a.department)
            for a in Assignment.objects.select_related("department")
        }
        assert len(found) == 31  # 29 names, two of them both with and without 等
        assert {name: pair for name, pair in found.items() if pair[0] != pair[1]} == {}
