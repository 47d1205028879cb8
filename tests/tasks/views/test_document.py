"""原文: the whole text for everyone, marks only on what the reader sees."""

import html
import re
from datetime import date

import pytest

from tasks.actions.places import locate
from tasks.models import Milestone, Place, Plan, Task
from tests import cast, factories

PUDONG = [1, 4, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17]

pytestmark = pytest.mark.django_db


def page(user, query: str = "") -> str:
    response = cast.signed_in(user).get(f"/document/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def plain(text: str) -> str:
    """What is read in the document itself: no marks, no margin, no figures of groups."""
    main = text.split('<div class="col-main">')[1].partition("</main>")[0]
    for taken_out in (
        r'<span class="quote[^>]*>(<a .*?</a>)',
        r'<div class="margin">.*?</div>',
        r'<div class="coverage">.*?</div>',
        r'<a class="add-here" .*?</a>',
        r"<small>.*?</small>",
        r"<summary>.*?</summary>",
    ):
        main = re.sub(taken_out, "", main, flags=re.DOTALL)
    return re.sub(r"\s", "", html.unescape(re.sub("<[^>]+>", "", main)))


def items(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'<article class="item" id="task-(\d+)">', text)]


def answer(text: str) -> str:
    [found] = re.findall(r'<p class="answer">(.*?)</p>', text, re.DOTALL)
    return "".join(re.sub("<[^>]+>", "", found).split())


@pytest.mark.parametrize("username", ["planner", "leader", "pudong", "xuhui", "simt"])
def test_everyone_reads_the_text_as_it_was_published(db, username):
    title = "2023年上海市计量工作要点"
    for query in ("", "uncovered=1"):
        text = page(cast.person(username), query)
        assert plain(text) == "".join(line for line in cast.plan().text.splitlines() if line != title)
        assert f"<h1>{title}</h1>" in text


def test_marks_only_on_the_tasks_of_the_reader(planner, pudong):
    assert items(page(planner)) == list(range(1, 18))
    text = page(pudong)
    assert items(text) == PUDONG
    for number in (2, 3, 5, 10, 11):
        assert f"/tasks/2023-{number:02d}/" not in text
    marked = {int(number) for number in re.findall(r'href="/tasks/2023-(\d\d)/#m\d+"', text)}
    assert marked == set(PUDONG)
    assert "深化计量许可改革" in text  # published, so readable


def test_the_line_that_counts(planner, pudong):
    Milestone.objects.filter(task__number=2, position=1).update(state="done", done_on=date(2023, 6, 1))
    Milestone.objects.filter(task__number=1, position__in=[1, 2]).update(state="done", done_on=date(2023, 6, 1))
    of_all = Milestone.objects.count()
    assert answer(page(planner)) == f"上海市市场监督管理局2023-02-21印发·17项任务，标出{of_all}个节点，完成3个"
    own = Milestone.objects.filter(task__number__in=PUDONG).count()
    assert own < of_all
    assert answer(page(pudong)) == f"上海市市场监督管理局2023-02-21印发·本单位12项任务，标出{own}个节点，完成2个"


def test_a_mark_shows_how_its_milestone_stands(planner):
    tasks = Milestone.objects.filter(task__number=5)
    tasks.filter(position=1).update(state="done", done_on=date(2023, 6, 1))
    tasks.filter(position=2).update(due_on=date(2023, 6, 14), date_basis="set_by_staff")
    tasks.filter(position=3).update(due_on=date(2023, 6, 15), date_basis="set_by_staff")
    tasks.filter(position=4).update(state="cancelled")
    text = page(planner).split('id="task-5"')[1].split("</article>")[0]
    found = re.findall(r'<span class="quote (\w+)"><a href="([^"]+)" title="([^"]+)"', text)
    assert found == [
        ("done", "/tasks/2023-05/#m1", "节点 1（完成）：型式批准审批改革复制推广至全市"),
        ("late", "/tasks/2023-05/#m2", "节点 2（逾期）：型式批准证书等电子证照应用推广"),
        ("open", "/tasks/2023-05/#m3", "节点 3（未到期）：计量标准器具复查考核告知承诺制改革"),
    ]
    text = page(planner).split('id="task-7"')[1].split("</article>")[0]
    assert "节点 1（未定时限）：" in text


def test_figures_of_groups_are_the_readers(planner, pudong, simt):
    Milestone.objects.filter(task__number=3).update(state="done", done_on=date(2023, 6, 1))
    assert "<small>进度 25%，序时 36%</small>" in page(planner)
    text = page(pudong)
    assert '<span class="tag">本单位</span> 进度 0%，序时 36%</small>' in text
    assert "25%" not in text
    assert 'id="group-4">(四)强化计量支撑,提高核心竞争能力 <small>' in page(pudong)


def test_a_group_without_a_task_of_the_reader_has_no_figures(db):
    unit = factories.department("one")
    factories.assignment(cast.task(5), unit, "support", 9)
    text = page(cast.account("one", unit="one"))
    assert items(text) == [5]
    assert text.count("进度 ") == 1


def test_contents_lead_to_groups_and_tasks(planner, pudong):
    contents = page(planner).split('<nav class="col-side toc"')[1].split("</nav>")[0]
    assert re.findall(r'href="#(group-\d)"', contents) == [f"group-{n}" for n in range(1, 6)]
    assert re.findall(r'href="#task-(\d+)"', contents) == [str(n) for n in range(1, 18)]
    contents = page(pudong).split('<nav class="col-side toc"')[1].split("</nav>")[0]
    assert re.findall(r'href="#task-(\d+)"', contents) == [str(n) for n in PUDONG]


def test_a_task_whose_words_have_left_the_text_leads_to_its_page(planner):
    Milestone.objects.filter(task__number=5).update(quote="")
    Task.objects.filter(plan__code="2023", number=5).update(title="改过的任务", text="改过的全文。")
    locate(cast.plan())
    text = page(planner)
    assert 5 not in items(text)
    contents = text.split('<nav class="col-side toc"')[1].split("</nav>")[0]
    assert 'href="/tasks/2023-05/"' in contents
    assert "全面推广改革试点成果" in text


def test_the_letter_is_folded(planner):
    letter = page(planner).split('<details class="letter">')[1].split("</details>")[0]
    assert letter.startswith("<summary>印发通知</summary><p>各区市场监管局,临港新片区市场监管局,")
    assert letter.endswith("<p>(此件公开发布)</p>")


def test_a_plan_without_text_points_to_the_ledger(planner):
    factories.task(factories.plan(code="bare"))
    text = page(planner, "plan=bare")
    assert "这份工作要点还没有录入原文" in text
    assert 'href="/tasks/?plan=bare"' in text


def test_a_hostile_text_is_text(planner):
    evil = "<script>alert(1)</script>"
    plan = factories.plan(code="evil", title=evil, text=f"{evil}\n1.{evil}。{evil}\n{evil}")
    task = factories.task(plan, title=evil, text=f"{evil}。{evil}")
    factories.milestone(task, title=evil, quote="alert(1)")
    locate(plan)
    text = page(planner, "plan=evil")
    assert "<script>alert" not in text
    assert items(text) == [1]


def test_only_plans_the_reader_sees(pudong, planner):
    factories.plan(code="next", is_active=False, text="机密")
    client = cast.signed_in(pudong)
    assert client.get("/document/?plan=next").status_code == 404
    assert client.get("/document/?plan=%00").status_code == 404
    assert "机密" in page(planner, "plan=next")


def test_without_a_plan_in_force_it_says_so(pudong):
    Plan.objects.update(is_active=False)
    text = page(pudong)
    assert "质量强国" not in text


def test_administrators_and_visitors(admin, client):
    assert cast.signed_in(admin).get("/document/").status_code == 403
    assert client.get("/document/").headers["Location"] == "/login/?next=/document/"
    assert cast.signed_in(admin).post("/document/").status_code == 403


def test_english(planner):
    client = cast.signed_in(planner)
    client.cookies["language"] = "en"
    text = client.get("/document/").content.decode()
    assert "Covering letter" in text
    assert "17 tasks, " in " ".join(text.split())


@pytest.mark.parametrize("kept", [(6,), (6, 7, 14)])
def test_queries_do_not_grow_with_the_tasks(pudong, django_assert_num_queries, kept):
    for row in (Milestone.objects.exclude(task__number__in=kept), Task.objects.exclude(number__in=kept)):
        row.delete()
    client = cast.signed_in(pudong)
    with django_assert_num_queries(11):
        assert client.get("/document/?uncovered=1").status_code == 200


# ---- units ----


def mentions(text: str, number: int) -> list[tuple[str, str, str]]:
    """Class, address and words of the units marked in a task."""
    block = text.partition(f'id="task-{number}"')[2].partition("</article>")[0]
    return re.findall(r'<a class="([^"]*mention[^"]*)" href="([^"]+)" title="[^"]+">([^<]+)</a>', block)


def test_units_lead_to_their_pages_in_the_tasks_the_reader_sees(planner, pudong):
    assert mentions(page(planner), 5) == [
        ("mention", "/departments/jlc/", "市局计量处"),
        ("mention", "/departments/faguichu/", "市局法规处"),
        ("mention", "/departments/xingzhengfuwu/", "市局行政服务中心"),
    ]
    text = page(planner)
    assert text.count('<a class="mention"') == 108
    assert 'title="上海市市场监督管理局计量处">市局计量处</a>' in text
    assert "市局法规处" in page(pudong)
    assert "/departments/faguichu/" not in page(pudong)


def test_the_own_unit_stands_out_by_name_and_through_its_collective(planner, leader, pudong, simt):
    assert [words for kind, _url, words in mentions(page(pudong), 6) if kind == "mention own"] == ["各区市场监管局"]
    assert [words for kind, _url, words in mentions(page(simt), 6) if kind == "mention own"] == [
        "市计量测试技术研究院"
    ]
    for reader in (planner, leader):
        assert "mention own" not in page(reader)
    assert page(pudong).count("mention own") == 12 + 1  # and in the legend
    legend = page(pudong).split('<ul class="legend">')[1].split("</ul>")[0]
    assert '<span class="mention own">本单位</span>' in legend


# ---- coverage ----

QUALITY = "高质量、高效率完成计量行政审批工作"


def coverage(text: str) -> str:
    found = re.findall(r'<div class="coverage">(.*?)</div>', text, re.DOTALL)
    return "".join(re.sub("<[^>]+>", "", "".join(found)).split())


def uncovered(text: str) -> list[str]:
    return re.findall(r'<span class="uncovered">([^<]+)</span>', text.partition('<div class="col-main">')[2])


def test_how_many_sentences_have_a_milestone(planner, pudong, simt):
    assert coverage(page(planner)) == "全文57句工作要求，50句已有对应节点，7句没有标出没有对应节点的句子"
    assert coverage(page(pudong)) == "本单位34句工作要求，31句已有对应节点，3句没有标出没有对应节点的句子"
    assert coverage(page(pudong, "uncovered=1")).endswith("任务8任务9任务17不再标出")
    Milestone.objects.filter(task__number=17).update(state="cancelled")
    assert coverage(page(simt)).startswith("本单位24句工作要求，20句已有")


def test_the_switch_marks_them_and_keeps_the_plan(planner):
    assert uncovered(page(planner)) == []
    assert 'href="/document/?plan=2023&amp;uncovered=1"' in page(planner, "plan=2023")
    text = page(planner, "plan=2023&uncovered=1")
    assert 'href="/document/?plan=2023"' in text
    found = uncovered(text)
    assert len(found) == 7
    assert found[2] == f"{QUALITY}。"
    assert uncovered(page(planner, "uncovered=0")) == uncovered(page(planner, "uncovered=true")) == []


def test_only_planners_are_led_to_a_new_milestone_with_the_words(planner, leader, pudong, jlc):
    [address] = re.findall(r'href="(/tasks/2023-05/milestones/add/[^"]+)"', page(planner, "uncovered=1"))
    form = cast.signed_in(planner).get(html.unescape(address)).content.decode()
    assert re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", form) == [QUALITY]
    for reader in (leader, pudong, jlc):
        text = page(reader, "uncovered=1")
        assert len(uncovered(text)) > 0
        assert "milestones/add" not in text


def test_with_a_milestone_the_sentence_is_covered(planner):
    factories.milestone(cast.task(5), quote=QUALITY)
    locate(cast.plan())
    text = page(planner, "uncovered=1")
    assert coverage(text).startswith("全文57句工作要求，51句已有对应节点，6句没有")
    assert f"{QUALITY}。" not in uncovered(text)


def test_titles_units_and_texts_without_tasks_ask_for_nothing(planner):
    plan = factories.plan(
        code="small", title="要点", text="前言。\n要点\n1.甲。做事。\n(牵头部门:甲局)\n2.乙。做完。\n说明。"
    )
    task = factories.task(plan, number=1, title="甲", text="甲。做事。\n(牵头部门:甲局)")
    factories.milestone(task, quote="做事")
    locate(plan)
    assert coverage(page(planner, "plan=small")) == "全文1句工作要求，都已有对应节点"
    factories.plan(code="empty", text="前言。")
    assert coverage(page(planner, "plan=empty")) == ""


def test_a_text_without_places_is_plain(planner):
    Place.objects.all().delete()
    text = page(planner, "uncovered=1")
    assert (items(text), coverage(text), uncovered(text)) == ([], "", [])
    assert "全面推广改革试点成果" in text
    assert answer(text).endswith("17项任务，标出0个节点，完成0个")
