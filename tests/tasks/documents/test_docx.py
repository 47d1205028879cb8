"""Word documents: automatic numbers, tables with merged cells, changes that are tracked."""

import io

from docx import Document

from tasks.documents.docx import docx_text
from tasks.documents.reader import read
from tasks.documents.sources import text_of
from tests.tasks.documents.word import body, container, saved, with_lists

PARAGRAPHS = [
    (None, "2023年某省计量工作要点"),
    (0, "夯实基础"),
    (1, "完善标准。新建标准5项。（牵头单位：省局计量处；配合单位：省计量院）"),
    (1, "开展比对。（牵头单位：省局计量处）"),
    (0, "强化监管"),
    (1, "抽查加油机。（省局计量处牵头，各市市场监管局配合）"),
]


def test_numbers_that_word_makes():
    assert docx_text(with_lists(PARAGRAPHS)).split("\n") == [
        "2023年某省计量工作要点",
        "一、夯实基础",
        "（一）完善标准。新建标准5项。（牵头单位：省局计量处；配合单位：省计量院）",
        "（二）开展比对。（牵头单位：省局计量处）",
        "二、强化监管",
        "（一）抽查加油机。（省局计量处牵头，各市市场监管局配合）",
    ]


def test_a_plan_with_numbers_that_word_makes():
    document = read(text_of(with_lists(PARAGRAPHS)))
    assert [(group.ordinal, group.title) for group in document.groups] == [(1, "夯实基础"), (2, "强化监管")]
    assert [(task.number, task.group, task.title, task.leads, task.supports) for task in document.tasks] == [
        (1, 0, "完善标准", ["省局计量处"], ["省计量院"]),
        (2, 0, "开展比对", ["省局计量处"], []),
        (1, 1, "抽查加油机", ["省局计量处"], ["各市市场监管局"]),
    ]


def table_document() -> io.BytesIO:
    document = Document()
    document.add_paragraph("2024年计量重点任务分工表")
    rows = [
        ("序号", "类别", "工作\n任务", "牵头单位", "配合单位"),
        ("1", "基础", "新建标准5项", "计量处", "省计量院\n各市市场监管局"),
        ("2", "", "开展比对3项", "计量处、\n科技处", ""),
        ("民生监管", "", "", "", ""),
        ("3", "", "抽查加油机", "执法处", "各市市场监管局"),
    ]
    table = document.add_table(len(rows), 5)
    for cells, row in zip(rows, table.rows, strict=True):
        for words, cell in zip(cells, row.cells, strict=True):
            cell.text = words
    table.cell(1, 1).merge(table.cell(2, 1))
    table.cell(3, 0).merge(table.cell(3, 4))
    return saved(document)


def test_a_table_with_merged_cells():
    document = read(text_of(table_document()))
    assert [(group.ordinal, group.title) for group in document.groups] == [(1, "基础"), (2, "民生监管")]
    assert [(task.number, task.group, task.title, task.leads, task.supports) for task in document.tasks] == [
        (1, 0, "新建标准5项", ["计量处"], ["省计量院", "各市市场监管局"]),
        (2, 0, "开展比对3项", ["计量处", "科技处"], []),
        (3, 1, "抽查加油机", ["执法处"], ["各市市场监管局"]),
    ]
    assert [task.doubts for task in document.tasks] == [[], [], []]


def test_a_merged_task_is_one():
    """Its number and units are merged over two rows of contents."""
    document = Document()
    rows = [
        ("序号", "重点任务", "具体措施", "责任单位"),
        ("1", "完善标准", "新建5项", "计量处"),
        ("", "", "改造3项", ""),
    ]
    table = document.add_table(3, 4)
    for cells, row in zip(rows, table.rows, strict=True):
        for words, cell in zip(cells, row.cells, strict=True):
            cell.text = words
    for column in (0, 1, 3):
        table.cell(1, column).merge(table.cell(2, column))
    found = read(text_of(saved(document))).tasks
    assert [(task.number, task.title, task.text, task.leads) for task in found] == [
        (1, "完善标准", "完善标准\n新建5项\n改造3项", ["计量处"])
    ]


def test_tracked_changes_read_as_accepted():
    xml = (
        "<w:p><w:r><w:t>计量</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:r><w:br/></w:r><w:r><w:t>要点</w:t></w:r></w:p>"
    )
    assert docx_text(container({"word/document.xml": body(xml)})) == "计量新\n要点"
