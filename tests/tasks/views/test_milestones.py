"""Milestones as pages: ticks, what is dropped, and their keeping."""

from datetime import date

import pytest

from tasks.actions import milestones
from tasks.models import Milestone
from tests import cast, factories
from tests.tasks.views.sending import QUOTE, milestone, opened, recorded, task, told

pytestmark = pytest.mark.django_db
TODAY = date(2023, 6, 15)


def errors(response):
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}


# ---- ticking ----


@pytest.mark.parametrize(
    ("name", "state", "done_on", "message"),
    [
        ("tick", "done", date(2023, 6, 14), "节点已勾选完成。"),
        ("untick", "open", None, "已撤销完成，节点恢复为未完成。"),
        ("drop", "cancelled", None, "节点已取消，不再计入进度。"),
        ("undrop", "open", None, "节点已恢复，重新计入进度。"),
    ],
)
def test_what_can_be_done_to_a_milestone(name, state, done_on, message):
    page = opened(name)
    response = page.send()
    assert (response.headers["Location"], told(response)) == ("/tasks/2023-04/", [message])
    row = milestone()
    assert (row.state, row.done_on, row.note) == (state, done_on, page.sent["note"])


def test_the_day_it_was_done_is_today_unless_said():
    assert opened("tick").get().context["form"]["done_on"].value() == TODAY
    assert 'name="done_on" value="2023-06-15"' in opened("tick").get().text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("2023-06-16", "日期不能晚于今天。"),
        ("9999-12-31", "日期不能晚于今天。"),
        ("", "该字段是必填项。"),
        ("2023-02-30", "请写成 2023-06-22 这样的日期。"),
        ("昨天", "请写成 2023-06-22 这样的日期。"),
        ("0000-00-00", "请写成 2023-06-22 这样的日期。"),
        ("<b>", "请写成 2023-06-22 这样的日期。"),
        ("\x00", "请写成 2023-06-22 这样的日期。"),
    ],
)
def test_a_day_that_has_not_come_or_is_none_is_refused_and_kept(typed, message):
    page = opened("tick")
    response = page.send(done_on=typed, note="会议已开")
    assert (response.status_code, errors(response)) == (422, {"done_on": [message]})
    assert response.context["form"]["done_on"].value() == typed
    assert "会议已开" in response.text
    assert milestone().state == "open"


def test_the_first_tick_starts_the_task():
    opened("tick").send()
    assert (task().state, task().starts_on) == ("in_progress", TODAY)


def test_a_milestone_of_a_closed_task_stays_as_it_is(client_for, planner):
    page = opened("reopen")  # a closed task, its milestones cancelled
    row = milestone()
    response = client_for(planner).post(
        f"/tasks/2023-04/milestones/{row.pk}/restore/", {"version": row.version, "note": "x"}
    )
    assert (page.row.state, response.status_code) == ("closed", 409)
    assert errors(response) == {"__all__": ["任务状态为“已办结”，节点不能改动。"]}


@pytest.mark.parametrize("who", ["jlc", "pudong"])
@pytest.mark.parametrize("step", ["cancel", "restore"])
def test_dropping_is_the_planners(who, step, request, client_for):
    client = client_for(request.getfixturevalue(who))
    assert client.get(f"/tasks/2023-04/milestones/{milestone().pk}/{step}/").status_code == 403


@pytest.mark.parametrize("step", ["edit", "delete", "Complete", "complete ", "_set"])
def test_there_is_nothing_else_to_be_done(step, client_for, planner):
    assert client_for(planner).get(f"/tasks/2023-04/milestones/{milestone().pk}/{step}/").status_code == 404


# ---- keeping ----


def test_a_new_milestone_stands_last_with_a_date_of_its_own():
    page = opened("milestone_add")
    response = page.send()
    assert (response.headers["Location"], told(response)) == ("/tasks/2023-04/", ["节点已添加。"])
    row = Milestone.objects.get(task=task(), title="新增节点")
    assert (row.position, row.weight, row.quote, row.state) == (3, 2, QUOTE, "open")
    assert (row.due_on, row.original_due_on, row.date_basis) == (date(2023, 9, 30), date(2023, 9, 30), "set_by_staff")
    assert recorded(row) == [("insert", cast.person("planner").pk)]


def test_without_a_date_it_stands_at_the_plans_end():
    opened("milestone_add").send(due_on="", quote="")
    row = Milestone.objects.get(task=task(), title="新增节点")
    assert (row.due_on, row.original_due_on, row.date_basis) == (date(2023, 12, 31), date(2023, 12, 31), "plan_end")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"title": ""}, {"title": ["该字段是必填项。"]}),
        ({"quote": "正文里没有的话"}, {"quote": ["任务正文中没有这段原文。"]}),
        ({"quote": "组织召开 联席会议"}, {"quote": ["任务正文中没有这段原文。"]}),
        ({"due_on": "2023-13-01"}, {"due_on": ["请写成 2023-06-22 这样的日期。"]}),
        ({"weight": "0"}, {"weight": ["确保该值大于或等于1。"]}),
        ({"weight": "101"}, {"weight": ["确保该值小于或等于100。"]}),
        ({"weight": "-1"}, {"weight": ["确保该值大于或等于0。"]}),
        ({"weight": "9" * 30}, {"weight": ["确保该值小于或等于100。"]}),
        ({"weight": "一"}, {"weight": ["输入整数。"]}),
        ({"weight": ""}, {"weight": ["该字段是必填项。"]}),
    ],
)
@pytest.mark.parametrize("name", ["milestone_add", "milestone_edit"])
def test_what_does_not_fit_is_refused_beside_its_field_and_kept(name, typed, wrong):
    page = opened(name)
    before = Milestone.objects.count()
    response = page.send(**typed)
    assert (response.status_code, errors(response)) == (422, wrong)
    field, value = next(iter(typed.items()))
    assert response.context["form"][field].value() == value
    assert Milestone.objects.count() == before
    assert milestone().title == "召开联席会议全体会议和专题会议"


def test_the_form_shows_what_stands():
    form = opened("milestone_edit").get().context["form"]
    assert {name: form[name].value() for name in form.fields if name != "version"} == {
        "title": "召开联席会议全体会议和专题会议",
        "quote": QUOTE,
        "due_on": None,
        "weight": 1,
    }


def test_a_date_set_and_taken_away_again_leaves_the_original():
    opened("milestone_edit").send(due_on="2023-09-30")
    row = milestone()
    assert (row.due_on, row.original_due_on, row.date_basis) == (date(2023, 9, 30), date(2023, 12, 31), "set_by_staff")
    opened("milestone_edit").send(due_on="")
    row = milestone()
    assert (row.due_on, row.original_due_on, row.date_basis) == (date(2023, 12, 31), date(2023, 12, 31), "plan_end")


def test_a_date_of_the_text_stays_the_texts_while_nobody_changes_it():
    """A festival stays a festival when only the weight is edited."""
    Milestone.objects.filter(pk=milestone().pk).update(due_on=date(2023, 6, 22), date_basis="festival")
    opened("milestone_edit").send(due_on="2023-06-22", weight="7")
    assert (milestone().date_basis, milestone().weight) == ("festival", 7)
    opened("milestone_edit").send(due_on="2023-06-23")
    assert milestone().date_basis == "set_by_staff"


def test_an_unchanged_form_changes_nothing():
    page = opened("milestone_edit")
    page.send(title=page.row.title, quote=page.row.quote, due_on="", weight="1")
    assert milestone().version == page.version


def test_keeping_is_the_planners(client_for, jlc):
    client = client_for(jlc)
    addresses = ["/tasks/2023-04/milestones/add/", f"/tasks/2023-04/milestones/{milestone().pk}/"]
    assert [client.get(address).status_code for address in addresses] == [403, 403]


def test_a_conflict_on_a_milestone_does_not_show_another_tasks(client_for, planner):
    """A stale form of one milestone shows that one as it is now, not a neighbour."""
    page = opened("milestone_edit")
    milestones.cancel(milestone(), by=planner, note="不再需要")
    response = page.send()
    assert response.status_code == 409
    assert response.context["conflict"]["rows"][0]["current"] == "召开联席会议全体会议和专题会议"


def test_the_form_costs_the_same_with_many_milestones(client_for, planner, django_assert_num_queries):
    made = factories.task(factories.plan(code="small"), leads=(cast.unit("jlc"),))
    row = factories.milestone(made)
    client = client_for(planner)
    address = f"/tasks/small-01/milestones/{row.pk}/"
    client.get(address)
    with django_assert_num_queries(5):
        client.get(address)
    for _ in range(3):
        factories.milestone(made)
    with django_assert_num_queries(5):
        client.get(address)


# ---- from the document ----


@pytest.mark.parametrize(
    ("given", "filled_in"),
    [
        ("完成强制检定工作计量器具摸底调查", "完成强制检定工作计量器具摸底调查"),
        ("完成强制检定 工作\n计量器具", "完成强制检定工作计量器具"),
        ("别的任务的话", ""),
        ("</textarea><script>", ""),
        ("", ""),
    ],
)
def test_the_quote_is_filled_in_if_the_task_says_so(planner, given, filled_in):
    response = cast.signed_in(planner).get("/tasks/2023-06/milestones/add/", {"quote": given})
    assert response.context["form"]["quote"].value() == filled_in
    assert "<script>" not in response.content.decode()


def test_what_was_filled_in_is_stored(planner):
    client, quote = cast.signed_in(planner), "更换工作"
    sent = {"title": "新节点", "quote": quote, "due_on": "", "weight": "1", "version": "0"}
    assert client.post(f"/tasks/2023-08/milestones/add/?quote={quote}", sent).headers["Location"] == "/tasks/2023-08/"
    row = Milestone.objects.get(task__number=8, title="新节点")
    text = row.task.plan.text
    assert text[row.place.starts_at : row.place.ends_at] == row.quote == quote
