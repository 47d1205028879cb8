"""What was read, in the shape in which it is corrected: from a document, to JSON and back. No database."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tasks.documents.doubts import Doubt, Why
from tasks.documents.reader import read
from tasks.documents.reading import Heading, Item, Reading, Step, Unit, from_json, reading_of, to_json
from tasks.documents.sources import text_of

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.txt"))
TEXT = """沪市监计〔2024〕1号
2024年计量工作要点
为做好工作，制定本要点。
一、夯实基础
1.完善标准。3月底前新建标准5项。（牵头部门：市局计量处，配合部门：市计量协会等）
2.加强宣传。
二、强化监管
1.抓好检查。（牵头部门：市局执法总队，配合部门：市公安局等部门）
各单位要加强领导。
"""


def test_a_whole_reading():
    assert reading_of(read(TEXT)) == Reading(
        title="2024年计量工作要点",
        year=2024,
        issuer="",
        document_number="沪市监计〔2024〕1号",
        issued_on=None,
        code="2024",
        ends_on=date(2024, 12, 31),
        groups=[Heading(1, "夯实基础"), Heading(2, "强化监管")],
        tasks=[
            Item(
                number=1,
                title="完善标准",
                text="完善标准。3月底前新建标准5项。（牵头部门：市局计量处，配合部门：市计量协会等）",
                group=0,
                place=(47, 87),
                units=[Unit("市局计量处", "lead"), Unit("市计量协会", "support", True)],
                milestones=[Step("3月底前新建标准5项", "3月底前新建标准5项", date(2024, 3, 31), "stated")],
            ),
            Item(2, "加强宣传", "加强宣传。", 0, (90, 95), doubts=[Doubt(Why.NO_UNITS)]),
            Item(
                number=3,
                title="抓好检查",
                text="抓好检查。（牵头部门：市局执法总队，配合部门：市公安局等部门）\n各单位要加强领导。",
                group=1,
                place=(105, 146),
                units=[Unit("市局执法总队", "lead"), Unit("市公安局", "support", True, "等部门")],
                doubts=[Doubt(Why.RENUMBERED, "1 → 3")],
                printed_number=1,
            ),
        ],
        doubts=[Doubt(Why.NO_ISSUER), Doubt(Why.NO_DATE)],
        loose=[(0, 12), (25, 37)],
    )


def test_places_are_those_of_the_text():
    reading = reading_of(read(TEXT))
    assert [TEXT[slice(*item.place)] for item in reading.tasks] == [item.text for item in reading.tasks]
    assert [TEXT[slice(*place)] for place in reading.loose] == ["沪市监计〔2024〕1号", "为做好工作，制定本要点。"]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_json_and_back(path):
    with path.open("rb") as file:
        document = read(text_of(file))
    reading = reading_of(document)
    kept = to_json(reading)
    assert from_json(json.loads(json.dumps(kept))) == reading
    numbers = [item.number for item in reading.tasks]
    assert len(set(numbers)) == len(numbers)
    assert [[unit.printed_as for unit in item.units] for item in reading.tasks] == [
        [unit.printed_as for unit in task.units] for task in document.tasks
    ]


def test_what_is_kept_of_a_doubt_and_a_date():
    kept = to_json(reading_of(read(TEXT)))
    assert (kept["issued_on"], kept["ends_on"], kept["names"]) == (None, "2024-12-31", {})
    assert kept["doubts"] == [{"why": "NO_ISSUER", "about": ""}, {"why": "NO_DATE", "about": ""}]
    assert kept["tasks"][0]["units"][1] == {
        "printed": "市计量协会",
        "role": "support",
        "open_ended": True,
        "ending": "",
    }
    assert kept["tasks"][0]["milestones"] == [
        {
            "title": "3月底前新建标准5项",
            "quote": "3月底前新建标准5项",
            "due_on": "2024-03-31",
            "date_basis": "stated",
            "kept": True,
        }
    ]
    assert kept["tasks"][2]["doubts"] == [{"why": "RENUMBERED", "about": "1 → 3"}]


# ---- numbers ----


def numbers(*printed: str) -> list[tuple[int, int | None]]:
    lines = "\n".join(f"{number}做好工作{place}。（责任单位：甲局）" for place, number in enumerate(printed))
    return [(item.number, item.printed_number) for item in reading_of(read(f"2024年工作要点\n{lines}")).tasks]


def test_gaps_stay():
    assert numbers("1.", "2.", "5.") == [(1, None), (2, None), (5, None)]


def test_numbers_that_repeat_are_counted_anew():
    first = "一、甲\n1.做事一。（责任单位：甲局）\n2.做事二。（责任单位：甲局）\n"
    text = f"2024年工作要点\n{first}二、乙\n1.做事三。（责任单位：甲局）"
    items = reading_of(read(text)).tasks
    assert [(item.number, item.printed_number) for item in items] == [(1, None), (2, None), (3, 1)]
    assert [[str(doubt) for doubt in item.doubts] for item in items] == [
        [],
        [],
        ["文中编号有重复，已按全文顺序重新编号：1 → 3"],
    ]


def test_without_headings_there_is_one_group():
    reading = reading_of(read("2024年工作要点\n1.做事一。（责任单位：甲局）\n2.做事二。（责任单位：甲局）"))
    assert reading.groups == [Heading(1, "2024年工作要点")]
    assert [item.group for item in reading.tasks] == [0, 0]
    assert Doubt(Why.NO_GROUPS) in reading.doubts


# ---- titles ----


def with_title(title: str) -> Item:
    document = read("2024年工作要点\n1.做事。（责任单位：甲局）")
    document.tasks[0].title = document.tasks[0].text = title
    return reading_of(document).tasks[0]


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("甲" * 200, "甲" * 200),
        ("甲" * 100 + "，" + "乙" * 150, "甲" * 100),
        ("甲" * 100 + "；" + "乙" * 50 + "，" + "丙" * 60, "甲" * 100 + "；" + "乙" * 50),
        ("甲" * 200 + "，乙", "甲" * 200),
        ("甲" * 250, "甲" * 200),
    ],
)
def test_a_long_title_is_cut_at_a_clause(title, cut):
    item = with_title(title)
    assert (item.title, item.text) == (cut, title)
    assert [doubt.why for doubt in item.doubts] == ([] if cut == title else [Why.TITLE_CUT])


# ---- units as people write them ----


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        (" 市计量协会等 ", Unit("市计量协会", "lead", True)),
        ("省能源局等有关部门", Unit("省能源局", "lead", True, "等有关部门")),
        ("各高等院校", Unit("各高等院校", "lead")),
        ("等", Unit("等", "lead")),
        ("平等办", Unit("平等办", "lead")),
        ("市局计量处(华东大区中心办公室)", Unit("市局计量处(华东大区中心办公室)", "lead")),
    ],
)
def test_a_written_unit(written, unit):
    assert Unit.named(written, "lead") == unit
    assert unit.printed_as == written.strip()


# ---- what is to be stored ----


def test_what_is_left_out_names_nobody():
    reading = reading_of(read(TEXT))
    reading.tasks[0] = replace(reading.tasks[0], left_out=True)
    assert [place for place, _item in reading.taken] == [1, 2]
    assert reading.printed == ["市局执法总队", "市公安局"]


def test_what_a_task_says_twice_is_proposed_once():
    words = "做事。完成检定规范5项，6月底前形成报告。开展计量比对3项，6月底前形成报告。（牵头单位：甲局）"
    text = f"2024年工作要点\n1.{words}"
    [task] = reading_of(read(text)).tasks
    assert [step.title for step in task.milestones] == ["完成检定规范5项", "6月底前形成报告", "开展计量比对3项"]
