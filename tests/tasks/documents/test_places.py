"""Where words stand in a published text: whole words, each its own, and none where it is not certain."""

import json
from pathlib import Path

import pytest

from tasks.documents.bare import bare
from tasks.documents.passages import Span
from tasks.documents.places import Named, Quoted, Words, places, quotes, verbatim
from tasks.documents.reader import read
from tasks.documents.sources import text_of

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.txt"))
FIXTURE = json.loads((Path(__file__).parents[3] / "fixtures" / "plan_2023.json").read_text(encoding="utf-8"))


def task(number: int, text: str, title: str = "", units: tuple[str, ...] = (), quoted: tuple[str, ...] = ()) -> Words:
    """Its keys: the number; the number with `u` or `m` and a place in the list. Units: +甲 leads, 乙 supports."""
    return Words(
        number,
        number,
        title or text.partition("。")[0],
        text,
        [
            Named(f"{number}u{at}", "lead" if name.startswith("+") else "support", name.lstrip("+"))
            for at, name in enumerate(units, 1)
        ],
        [Quoted(f"{number}m{at}", quote) for at, quote in enumerate(quoted, 1)],
    )


def found(source: str, *tasks: Words) -> dict[object, str]:
    """The words at the places."""
    return {key: source[span.start : span.end] for key, span in places(source, tasks).items()}


def starts(source: str, *tasks: Words) -> dict[object, int]:
    return {key: span.start for key, span in places(source, tasks).items()}


# ---- the documents ----


def rows(model: str) -> list[dict]:
    return [row["fields"] for row in FIXTURE if row["model"] == f"tasks.{model}"]


def test_the_document_of_2023():
    """Those of the fixture, and hence 17, 108 and 82."""
    units, quoted = rows("assignment"), rows("milestone")
    tasks = [
        Words(
            ("task", number := row["number"]),
            number,
            row["title"],
            row["text"],
            [
                Named(("unit", number, a["role"], a["position"]), a["role"], a["printed_as"])
                for a in units
                if a["task"][1] == number
            ],
            [Quoted(("quote", number, m["position"]), m["quote"]) for m in quoted if m["task"][1] == number],
        )
        for row in rows("task")
    ]
    stored = {}
    for row in rows("place"):
        kind = next(name for name in ("task", "assignment", "milestone") if name in row)
        key = {"task": "task", "assignment": "unit", "milestone": "quote"}[kind], *row[kind][1:]
        stored[key] = Span(row["starts_at"], row["ends_at"])
    assert places(rows("plan")[0]["text"], tasks) == stored
    assert len(stored) == 17 + 108 + 82


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_what_the_reader_has_read_is_found_where_it_was_read(path):
    with path.open("rb") as file:
        document = read(text_of(file))
    tasks: list[Words] = []
    expected: dict[object, int] = {}
    for number, one in enumerate(document.tasks):
        units = [Named((number, "unit", at), unit.role, unit.printed_as) for at, unit in enumerate(one.units)]
        quoted = [Quoted((number, "quote", at), quote.quote) for at, quote in enumerate(one.milestones)]
        tasks.append(Words(number, one.number, one.title, one.text, units, quoted))
        expected |= {number: one.text_span.start}
        expected |= {unit.key: there.span.start for unit, there in zip(units, one.units, strict=True)}
        expected |= {quote.key: there.span.start for quote, there in zip(quoted, one.milestones, strict=True)}
    assert starts(document.text, *tasks) == expected


# ---- tasks ----


def test_a_task_stands_where_its_text_stands_without_its_number():
    source = "加强监管。\n1.加强监管。开展检查。\n２．深化改革。\n（3）总结。"
    assert places(source, [task(1, "加强监管。开展检查。"), task(2, "深化改革。"), task(3, "总结。")]) == {
        1: Span(8, 18),
        2: Span(21, 26),
        3: Span(30, 33),
    }


def test_equal_tasks_stand_one_after_the_other():
    source = "(一)甲\n1.做好工作。\n(二)乙\n1.做好工作。\n"
    assert starts(source, task(1, "做好工作。"), task(2, "做好工作。")) == {1: 7, 2: 20}


def test_of_equal_tasks_the_number_tells_where_one_is_missing():
    assert starts(
        "1.做好工作。\n3.做好工作。", task(1, "做好工作。"), task(2, "做好工作。"), task(3, "做好工作。")
    ) == {
        1: 2,
        3: 10,
    }
    assert places("做好工作。\n做好工作。", [task(1, "做好工作。")]) == {}


def test_a_task_is_not_found_inside_another():
    source = "1.加强监管。\n2.加强监管。开展检查。"
    assert starts(source, task(1, "加强监管。"), task(2, "加强监管。开展检查。")) == {1: 2, 2: 10}
    assert places("1.加强监管。开展检查。", [task(1, "加强监管。开展检查。"), task(2, "监管。开展")]) == {
        1: Span(2, 12)
    }


def test_lines_widths_and_breaks_do_not_count():
    source = "　1．加强２０２３年监管,\n开展ＡＢＣ\r\n检查。\n"
    assert found(source, task(1, "加强2023年监管，开展 ABC检查。")) == {1: "加强２０２３年监管,\n开展ＡＢＣ\r\n检查。"}


def test_a_short_text_is_not_taken_from_the_middle_of_a_line():
    assert places("前言。总结。后记。", [task(1, "总结。")]) == {}
    assert found("一是总结全年计量工作的经验。二是其他。", task(1, "总结全年计量工作的经验。")) == {
        1: "总结全年计量工作的经验。"
    }


def test_a_corrected_text_stands_where_its_title_stands():
    source = "1.加强监管。开展检察。(牵头部门:甲局)\n2.深化改革。"
    assert found(source, task(1, "加强监管。开展检查。", units=("+甲局",), quoted=("开展检查", "监管"))) == {
        1: "加强监管。开展检察。(牵头部门:甲局)",
        "1u1": "甲局",
        "1m2": "监管",
    }


def test_a_title_of_the_planners_own_loses_nothing():
    assert found("1.加强监管。开展检查。", task(1, "加强监管。开展检查。", title="监管", quoted=("开展检查",))) == {
        1: "加强监管。开展检查。",
        "1m1": "开展检查",
    }
    assert found("1.加强监管。", task(1, "加强监管。", title="另取的名称")) == {1: "加强监管。"}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("1.加强监管工作。全文。", "a longer title"),
        ("前言加强监管。", "in the middle of a line"),
        ("加强监管\n加强监管", "twice"),
        ("", "no text"),
        ("2.加强监管。\n3.加强监管。", "twice under numbers of others"),
    ],
)
def test_a_title_that_is_not_certainly_the_tasks(source, why):
    assert places(source, [task(1, "别的全文。", title="加强监管")]) == {}, why


def test_words_that_are_empty_stand_nowhere():
    assert places("1.加强监管。", [task(1, "", title=""), task(2, " \n", title="　")]) == {}
    assert found("1.加强监管。", task(1, "加强监管。", quoted=("", " "))) == {1: "加强监管。"}


def test_a_task_across_a_page_number_has_a_place_and_a_quote_across_it_has_none():
    source = "1.加强监管。开展检查，\n- 3 -\n公布结果并总结经验。"
    whole = "加强监管。开展检查，公布结果并总结经验。"
    assert found(source, task(1, whole, quoted=("公布结果", "开展检查，公布结果"))) == {
        1: source[2:],
        "1m1": "公布结果",
    }
    assert places(source, [task(1, whole, title="别的标题")]) == {}


# ---- units ----

CLAUSE = "1.标题。支持市局计量处建设,市质检院、各区计量所。(牵头部门:{0})"


def units(names: str, *wanted: str) -> dict[object, str]:
    source = CLAUSE.format(names)
    return {key: there for key, there in found(source, task(1, source[2:], units=wanted)).items() if key != 1}


def test_units_stand_in_the_clause_and_not_in_the_prose():
    source = CLAUSE.format("市局计量处,配合部门:市质检院、各区计量所等")
    wanted = task(1, source[2:], units=("+市局计量处", "市质检院", "各区计量所等"))
    clause = source.index("(牵头")
    assert {key: at > clause for key, at in starts(source, wanted).items()} == {
        1: False,
        "1u1": True,
        "1u2": True,
        "1u3": True,
    }


def test_a_unit_that_only_the_prose_names_has_no_place():
    assert units("市局法规处", "+市质检院", "各区计量所") == {}


def test_a_name_inside_another_is_not_the_name():
    assert units("市局计量处综合科、大市局计量处", "+市局计量处") == {}
    assert units("市局计量处(华东大区中心办公室)", "+市局计量处") == {}
    assert units("市局计量处(华东大区中心办公室)、市局计量处", "+市局计量处", "+市局计量处(华东大区中心办公室)") == {
        "1u1": "市局计量处",
        "1u2": "市局计量处(华东大区中心办公室)",
    }
    assert units("各市、县人民政府", "+县人民政府", "+各市、县人民政府") == {"1u2": "各市、县人民政府"}


def test_each_mention_counts_once():
    assert units("甲局、甲局", "+甲局", "+甲局", "+甲局") == {"1u1": "甲局", "1u2": "甲局"}
    assert units("甲局", "+甲局", "甲局") == {"1u1": "甲局"}


def test_who_leads_and_helps_stands_where_it_is_said():
    source = "1.标题。做事。(配合部门:甲局,牵头部门:乙局、甲局)"
    at = starts(source, task(1, source[2:], units=("+甲局", "甲局")))
    assert (at["1u1"], at["1u2"]) == (source.rindex("甲局"), source.index("甲局"))
    assert "1u1" in starts(source, task(1, source[2:], units=("乙局",)))  # the role has been corrected


def test_with_and_without_and_others():
    assert units("甲局、上海市乙协会等", "+上海市乙协会等") == {"1u1": "上海市乙协会等"}
    assert units("甲局、上海市乙协会等", "+上海市乙协会") == {"1u1": "上海市乙协会"}
    assert units("甲局、上海市乙协会", "+上海市乙协会等") == {}


def test_names_broken_or_in_another_width():
    assert units("市局\n计量处、Ａ区市场监管局（机关）", "+市局计量处", "+A区市场监管局(机关)") == {
        "1u1": "市局\n计量处",
        "1u2": "Ａ区市场监管局（机关）",
    }


def test_units_of_the_task_beside_are_not_its_own():
    source = "1.甲事。(牵头部门:甲局)\n2.乙事。(牵头部门:乙局)"
    first, second = source.split("\n")
    assert found(source, task(1, first[2:], units=("+乙局",)), task(2, second[2:], units=("+乙局", "+甲局"))) == {
        1: first[2:],
        2: second[2:],
        "2u1": "乙局",
    }


def test_a_clause_that_the_kept_text_leaves_out():
    source = "1.甲事情要全部办理完毕。(牵头部门:甲局)\n2.乙事。"
    assert found(source, task(1, "甲事情要全部办理完毕。", units=("+甲局",)), task(2, "乙事。", units=("+甲局",))) == {
        1: "甲事情要全部办理完毕。",
        "1u1": "甲局",
        2: "乙事。",
    }


@pytest.mark.parametrize("bar", ["\t", " | "])
def test_in_a_table_units_stand_in_the_cells_of_their_row(bar):
    source = "\n".join(bar.join(row) for row in [["1", "甲事", "甲局、乙局", "丙局等"], ["2", "乙事", "甲局", "－"]])
    tasks = task(1, "甲事", units=("+甲局", "+乙局", "丙局等")), task(2, "乙事", units=("+甲局", "+丙局等"))
    assert found(source, *tasks) == {
        1: "甲事",
        "1u1": "甲局",
        "1u2": "乙局",
        "1u3": "丙局等",
        2: "乙事",
        "2u1": "甲局",
    }
    assert starts(source, *tasks)["2u1"] == source.rindex("甲局")


# ---- quotes ----


def in_text(text: str, *wanted: str) -> dict[object, tuple[int, int]]:
    told = quotes(text, [Quoted(at, quote) for at, quote in enumerate(wanted)])
    return {key: (span.start, span.end) for key, span in told.items()}


def test_equal_quotes_take_one_occurrence_after_the_other_and_then_share():
    assert in_text("国庆和国庆", "国庆", "国庆", "国庆") == {0: (0, 2), 1: (3, 5), 2: (0, 2)}


def test_the_longer_quote_is_found_first():
    assert in_text("开展检查并公布,再开展检查", "开展检查", "开展检查并公布") == {0: (9, 13), 1: (0, 7)}
    assert in_text("开展检查并公布", "开展检查", "开展检查并公布") == {0: (0, 4), 1: (0, 7)}


def test_quotes_that_are_absent_have_no_place():
    assert in_text("全文", "没有", "", "全文。") == {}


def test_a_quote_stays_inside_its_task():
    source = "1.甲事。总结经验。\n2.乙事。总结经验。"
    first, second = (line[2:] for line in source.split("\n"))
    tasks = task(1, first, quoted=("总结经验", "乙事")), task(2, second, quoted=("总结经验",))
    assert starts(source, *tasks) == {1: 2, "1m1": 5, 2: 13, "2m1": 16}


def test_words_as_the_text_has_them():
    assert verbatim("开展 ２０２３年\n检查。", "2023年检查") == "２０２３年\n检查"
    assert verbatim("开展检查。", "公布") == ""
    assert verbatim("开展检查。", "") == ""


# ---- what is compared ----


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("（甲）：乙，丙；", "(甲):乙,丙;"),
        ("２０２３", "2023"),
        ("甲 　\u00a0\t\r\n\u2028乙", "甲乙"),
        ("㎡", "m2"),
        ("㈠", "(一)"),
    ],
)
def test_the_same_words(one, other):
    assert bare(one) == bare(other)


@pytest.mark.parametrize(
    ("one", "other"), [("甲、乙", "甲,乙"), ("“甲”", '"甲"'), ("甲。", "甲."), ("甲\u200b", "甲")]
)
def test_other_words(one, other):
    assert bare(one) != bare(other)


def test_half_of_a_sign_is_no_word():
    """㎡ counts as m2, and 2 is not the half of it."""
    assert in_text("建设1㎡场地", "2场地", "1m2场地") == {1: (2, 6)}
