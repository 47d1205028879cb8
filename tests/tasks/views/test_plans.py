"""Keeping the plan by hand: a plan, its groups, its tasks."""

from datetime import date

import pytest

from tasks.models import Plan, Task, TaskGroup
from tests import cast, factories
from tests.tasks.views.sending import PLAN, group, opened, plan, recorded, task, told

pytestmark = pytest.mark.django_db


def errors(response):
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}


def values(form):
    return {name: form[name].value() for name in form.fields if name != "version"}


# ---- the whole way of a new plan ----


def test_a_planner_makes_a_plan_its_groups_tasks_units_and_milestones_by_hand(client_for, planner, simt):
    client = client_for(planner)

    def send(address, **fields):
        response = client.post(address, {"version": 0} | fields)
        assert response.status_code == 302, response.context["form"].errors
        return response.headers["Location"]

    assert send("/plans/add/", **PLAN) == "/plans/2024/"
    assert send("/plans/2024/groups/add/", ordinal=1, title="（一）板块") == "/plans/2024/"
    first = TaskGroup.objects.get(plan__code="2024").pk
    text = {"text": "要做的事，做成一件。"}
    home = send("/plans/2024/tasks/add/", number=1, title="任务", group=first, due_on="2024-12-31", **text)
    assert home == "/tasks/2024-01/"
    assert send("/tasks/2024-01/units/add/", department=cast.unit("simt").pk, role="lead", owes_report="on") == home
    assert send("/tasks/2024-01/milestones/add/", title="节点", quote="做成一件", due_on="", weight=1) == home
    made = Task.objects.get(plan__code="2024")
    assert (made.original_due_on, made.state, made.assignments.get().printed_as) == (
        date(2024, 12, 31),
        "not_started",
        "市计量测试技术研究院",
    )
    assert made.milestones.get().due_on == date(2024, 12, 31)
    assert client_for(simt).post("/tasks/2024-01/moves/start/", {"version": made.version}).status_code == 302


# ---- plan ----


def test_a_new_plan_is_stored_told_and_recorded():
    response = opened("plan_add").send()
    assert told(response) == ["工作要点已创建，请继续添加板块和任务。"]
    row = Plan.objects.get(code="2024")
    assert (row.title, row.year, row.issued_on, row.ends_on, row.is_active) == (
        "2024 年工作要点",
        2024,
        date(2024, 1, 10),
        date(2024, 12, 31),
        True,
    )
    assert recorded(row) == [("insert", cast.person("planner").pk)]


def test_a_new_plan_begins_with_the_usual_numbers():
    form = opened("plan_add").get().context["form"]
    numbers = {name: value for name, value in values(form).items() if name.startswith(("red", "yellow"))}
    assert numbers == {
        "red_overdue_days": 30,
        "red_overdue_share": 30,
        "red_idle_share": 50,
        "yellow_due_days": 15,
        "yellow_milestone_days": 7,
        "yellow_gap": 10,
    }
    assert form["is_active"].value() is True


WRONG = [
    ({"code": ""}, {"code": ["该字段是必填项。"]}),
    ({"code": "2024 年"}, {"code": ["输入由字母，数字，下划线或连字符号组成的有效“字段”。"]}),
    ({"code": "../x"}, {"code": ["输入由字母，数字，下划线或连字符号组成的有效“字段”。"]}),
    ({"year": "1999"}, {"__all__": ["年份须在 2000 至 2100 之间。"]}),
    ({"year": "99999"}, {"year": ["确保该值小于或等于32767。"]}),
    ({"year": "-1"}, {"year": ["确保该值大于或等于0。"]}),
    ({"ends_on": "2024-01-10"}, {"__all__": ["计划截止日期须晚于印发日期。"]}),
    ({"ends_on": ""}, {"ends_on": ["该字段是必填项。"]}),
    ({"issued_on": "10.1.2024"}, {"issued_on": ["请写成 2023-06-22 这样的日期。"]}),
    ({"red_overdue_share": "0"}, {"red_overdue_share": ["确保该值大于或等于1。"]}),
    ({"red_idle_share": "101"}, {"red_idle_share": ["确保该值小于或等于100。"]}),
    ({"yellow_gap": "-5"}, {"yellow_gap": ["确保该值大于或等于0。"]}),
    ({"red_overdue_days": "x"}, {"red_overdue_days": ["输入整数。"]}),
]


@pytest.mark.parametrize(("typed", "wrong"), WRONG)
@pytest.mark.parametrize("name", ["plan_add", "plan_edit"])
def test_what_does_not_fit_a_plan_is_refused_and_kept(name, typed, wrong):
    page = opened(name)
    response = page.send(**typed)
    assert (response.status_code, errors(response)) == (422, wrong)
    assert all(response.context["form"][field].value() == value for field, value in typed.items())
    assert response.context["form"]["title"].value() == "2024 年工作要点"
    assert list(Plan.objects.values_list("code", flat=True)) == ["2023"]


def test_a_code_belongs_to_one_plan():
    response = opened("plan_add").send(code="2023")
    assert (response.status_code, errors(response)) == (422, {"code": ["此代码已用于另一份工作要点。"]})


def test_the_form_of_a_plan_shows_what_stands():
    row = plan()
    form = opened("plan_edit").get().context["form"]
    assert values(form) == {name: getattr(row, name) for name in PLAN}


def test_a_changed_code_changes_the_address():
    page = opened("plan_edit")
    assert page.send().headers["Location"] == "/plans/2024/"
    assert Plan.objects.get().version == page.version + 1
    assert page.client.get("/tasks/2024-04/edit/").status_code == 200
    assert page.client.get("/tasks/2023-04/edit/").status_code == 404


@pytest.mark.parametrize("who", ["leader", "jlc", "pudong"])
def test_plans_are_the_planners_to_keep(who, request, client_for):
    client = client_for(request.getfixturevalue(who))
    for address in ("/plans/add/", "/plans/2023/edit/", "/plans/2023/groups/add/", "/plans/2023/tasks/add/"):
        assert [client.get(address).status_code, client.post(address, PLAN).status_code] == [403, 403]


# ---- groups ----


def test_a_new_group_gets_the_next_ordinal():
    assert values(opened("group_add").get().context["form"]) == {"ordinal": 6, "title": None}
    factories.plan(code="empty")
    page = opened("group_add")
    assert page.client.get("/plans/empty/groups/add/").context["form"]["ordinal"].value() == 1


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"ordinal": "1"}, {"__all__": ["本计划已有此序号的板块。"]}),
        ({"ordinal": "0"}, {"ordinal": ["确保该值大于或等于1。"]}),
        ({"ordinal": "32768"}, {"ordinal": ["确保该值小于或等于32767。"]}),
        ({"ordinal": ""}, {"ordinal": ["该字段是必填项。"]}),
        ({"title": " "}, {"title": ["该字段是必填项。"]}),
    ],
)
@pytest.mark.parametrize("name", ["group_add", "group_edit"])
def test_what_does_not_fit_a_group_is_refused(name, typed, wrong):
    response = opened(name).send(**typed)
    assert (response.status_code, errors(response)) == (422, wrong)
    assert TaskGroup.objects.count() == 5


def test_a_group_is_renamed_in_place():
    page = opened("group_edit")
    assert values(page.get().context["form"]) == {"ordinal": 2, "title": page.row.title}
    assert told(page.send()) == ["板块已保存。"]
    assert (group().title, group().version) == ("改过的板块", page.version + 1)


# ---- tasks ----


def test_a_new_task_gets_the_next_number_and_the_plans_end():
    form = opened("task_add").get().context["form"]
    assert (form["number"].value(), form["due_on"].value()) == (18, date(2023, 12, 31))
    response = opened("task_add").send()
    assert (response.headers["Location"], told(response)) == (
        "/tasks/2023-18/",
        ["任务已添加，请继续添加责任单位和节点。"],
    )
    row = Task.objects.get(plan__code="2023", number=18)
    assert (row.due_on, row.original_due_on, row.state) == (date(2023, 11, 30), date(2023, 11, 30), "not_started")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"number": "5"}, {"__all__": ["本计划已有此序号的任务。"]}),
        ({"number": "0"}, {"number": ["确保该值大于或等于1。"]}),
        ({"number": "99999"}, {"number": ["确保该值小于或等于32767。"]}),
        ({"title": ""}, {"title": ["该字段是必填项。"]}),
        ({"text": ""}, {"text": ["该字段是必填项。"]}),
        ({"due_on": ""}, {"due_on": ["该字段是必填项。"]}),
        ({"due_on": "2023-02-29"}, {"due_on": ["请写成 2023-06-22 这样的日期。"]}),
        ({"group": ""}, {"group": ["该字段是必填项。"]}),
        ({"group": "9" * 40}, {"group": ["选择一个有效的选项： 该选择不在可用的选项中。"]}),
    ],
)
@pytest.mark.parametrize("name", ["task_add", "task_edit"])
def test_what_does_not_fit_a_task_is_refused_and_kept(name, typed, wrong):
    page = opened(name)
    response = page.send(**typed)
    assert response.status_code == 422
    assert {name: [text.replace(" ", "") for text in found] for name, found in errors(response).items()} == {
        name: [text.replace(" ", "") for text in found] for name, found in wrong.items()
    }
    assert all(response.context["form"][field].value() == value for field, value in typed.items())
    assert Task.objects.count() == 17


@pytest.mark.parametrize("name", ["task_add", "task_edit"])
def test_a_group_of_another_plan_cannot_be_chosen(name):
    other = factories.group(factories.plan(title="<b>别的计划</b>"))
    page = opened(name)
    response = page.send(group=other.pk)
    assert (response.status_code, list(errors(response))) == (422, ["group"])


def test_the_form_of_a_task_shows_what_stands_and_the_groups_of_its_plan():
    factories.group(factories.plan(), title="别的板块")
    form = opened("task_edit").get().context["form"]
    row = task()
    assert values(form) == {
        "number": 4,
        "title": row.title,
        "group": row.group_id,
        "due_on": date(2023, 12, 31),
        "text": row.text,
    }
    assert form.fields["group"].queryset.count() == 5


def test_a_changed_task_keeps_its_original_date_and_its_state():
    page = opened("task_edit")
    page.send()
    row = task()
    assert (row.title, row.due_on, row.original_due_on) == ("改过的标题", date(2023, 11, 30), date(2023, 12, 31))
    assert row.version == page.version + 1


def test_a_changed_number_changes_the_address():
    response = opened("task_edit").send(number="99")
    assert response.headers["Location"] == "/tasks/2023-99/"


def test_a_text_that_lacks_the_words_of_a_milestone_is_refused():
    page = opened("task_edit")
    response = page.send(text="全新的正文。")
    assert (response.status_code, errors(response)) == (
        422,
        {"text": ["新正文缺少节点所引用的原文，请先修改相关节点。"]},
    )
    assert response.context["form"]["text"].value() == "全新的正文。"
    assert task().version == page.version


def test_a_title_of_two_hundred_characters_fits():
    assert opened("task_edit").send(title="长" * 200).status_code == 302
    assert task().title == "长" * 200
