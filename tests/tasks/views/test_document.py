"""原文: the whole text for everyone, marks only on what the reader sees."""

import html
import re
from datetime import date

import pytest

from tasks.models import Milestone, Plan, Task
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
    text = page(cast.person(username))
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
    Task.objects.filter(plan__code="2023", number=5).update(text="改过的全文。")
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
    with django_assert_num_queries(8):
        assert client.get("/document/").status_code == 200
