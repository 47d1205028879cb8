"""The plan in the admin: planners keep it, states move only in the portal, drafts stay with their unit."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.models import Assignment, Milestone, Plan, Task, TaskGroup
from tests import factories
from tests.cast import plan, signed_in, task, unit
from tests.departments.admin_pages import add_row, change_url, errors_of, fields_of, form_at

pytestmark = pytest.mark.django_db

TASKS = "/admin/tasks/task/"
REPORTS = "/admin/tasks/report/"
KEPT = [
    "state",
    "state_before",
    "state_since",
    "state_note",
    "starts_on",
    "result",
    "closing_requested_by",
    "closing_requested_on",
    "closed_on",
    "original_due_on",
    "plan",
]


@pytest.fixture(autouse=True)
def rows_of_a_form_are_fetched_when_it_is_saved(settings):
    """Django's formsets fetch what is chosen in each row that was touched; pages that are read do not."""
    settings.ZEAL_ALLOWLIST = [
        {"model": "departments.Department", "field": "get()"},
        {"model": "tasks.Assignment", "field": "get()"},
    ]


@pytest.fixture
def at_planner(planner):
    return signed_in(planner)


def first_of(rows):
    found = rows.first()
    assert found is not None
    return found


def row_of(form: dict[str, str], prefix: str, row) -> str:
    """`assignments-3`: where a row stands in the form."""
    return next(
        name.removesuffix("-id")
        for name, value in form.items()
        if name.startswith(prefix) and name.endswith("-id") and value == str(row.pk)
    )


# ---- finding ----


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"q": "诚信计量"}, [16]),
        ({"q": "国网上海市电力公司"}, [14]),
        ({"state__exact": "closed"}, []),
        ({"plan__id__exact": "x"}, None),
        ({"nonsense": "1"}, None),
        ({"plan__id__exact": "999999"}, []),
        ({}, list(range(1, 18))),
    ],
)
def test_tasks_are_found(at_planner, query, numbers):
    response = at_planner.get(TASKS, query)
    if numbers is None:
        assert response.status_code == 302
    else:
        assert [row.number for row in response.context["cl"].result_list] == numbers


def test_a_task_leads_to_its_page_in_the_portal(at_planner):
    assert at_planner.get(change_url(task(5))).context["absolute_url"] == "/tasks/2023-05/"


# ---- what is not the admin's ----


def test_a_form_sent_unchanged_changes_nothing(at_planner):
    """The text comes back with CRLF from a browser; the document has LF."""
    before = task(5)
    Task.objects.filter(pk=before.pk).update(text=before.text + "\n第二段\n")
    before = task(5)
    response = at_planner.post(change_url(before), form_at(at_planner, change_url(before)))
    assert response.status_code == 302
    after = task(5)
    assert (after.version, after.text) == (before.version, before.text)
    assert set(before.milestones.values_list("version", flat=True)) == {1}
    assert set(before.assignments.values_list("version", flat=True)) == {1}


def test_states_and_original_dates_are_not_in_the_form(at_planner):
    form = form_at(at_planner, change_url(task(5)))
    assert [name for name in KEPT if name in form] == []
    kept = {"state", "done_on", "note", "original_due_on"}
    assert {name.split("-")[-1] for name in form if name.startswith("milestones-")} & kept == set()


def test_a_state_typed_into_the_form_is_not_heard(at_planner):
    before = task(5)
    form = (
        form_at(at_planner, change_url(before))
        | {"title": "新标题"}
        | dict.fromkeys(KEPT, "2020-01-01")
        | {"state": "closed"}
    )
    where = row_of(form, "milestones", first_of(before.milestones))
    form |= {f"{where}-state": "done", f"{where}-done_on": "2023-01-01", f"{where}-original_due_on": "2023-01-01"}
    assert at_planner.post(change_url(before), form).status_code == 302
    after = task(5)
    assert after.title == "新标题"
    assert (after.state, after.closed_on, after.original_due_on) == ("not_started", None, date(2023, 12, 31))
    first = first_of(after.milestones)
    assert (first.state, first.done_on, first.original_due_on) == (
        "open",
        None,
        first_of(before.milestones).original_due_on,
    )


@pytest.mark.parametrize("model", ["plan", "taskgroup", "task", "report"])
def test_nothing_of_the_plan_is_deleted(at_planner, planner, model):
    factories.report(task(1), planner.department, planner, date(2023, 6, 1))
    row = first_of(apps.get_model("tasks", model).objects)
    page = change_url(row).replace("change", "delete")
    assert at_planner.get(change_url(row)).context["has_delete_permission"] is False
    assert at_planner.post(page, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", ["plan", "taskgroup", "task", "report"])
def test_nor_by_a_superuser(client_for, root, planner, model):
    factories.report(task(1), planner.department, planner, date(2023, 6, 1))
    row, browser = first_of(apps.get_model("tasks", model).objects), client_for(root)
    page = change_url(row).replace("change", "delete")
    assert browser.get(change_url(row)).context["has_delete_permission"] is False
    for refusal in (browser.get(page), browser.post(page, {"post": "yes"})):
        assert refusal.status_code == 403
        assert "此类数据不能删除，不再需要的可以取消或停用。" in refusal.text
    assert type(row).objects.filter(pk=row.pk).exists()


def test_milestones_are_not_deleted_either(at_planner):
    row = task(5)
    form = form_at(at_planner, change_url(row))
    where = row_of(form, "milestones", first_of(row.milestones))
    assert at_planner.post(change_url(row), form | {f"{where}-DELETE": "on"}).status_code == 302
    assert row.milestones.count() == task(5).milestones.count() == int(form["milestones-TOTAL_FORMS"])


# ---- plans, groups, tasks by hand ----


def new_plan(**values: str) -> dict[str, str]:
    numbers = {"red_overdue_days": "30", "red_overdue_share": "30", "red_idle_share": "50", "report_every": "quarter"}
    numbers |= {"yellow_due_days": "15", "yellow_milestone_days": "7", "yellow_gap": "10"}
    dates = {"issued_on": "2024-02-01", "ends_on": "2024-12-31"}
    return numbers | dates | {"code": "2024", "title": "2024年计量工作要点", "year": "2024", "issuer": "市局"} | values


def test_a_plan_with_group_and_task_is_made_by_hand(at_planner):
    assert at_planner.post("/admin/tasks/plan/add/", new_plan(text="第一行\r\n第二行\r\n")).status_code == 302
    made = Plan.objects.get(code="2024")
    assert (made.text, made.is_active, made.yellow_gap) == ("第一行\n第二行\n", False, 10)
    at_planner.post("/admin/tasks/taskgroup/add/", {"plan": made.pk, "ordinal": "1", "title": "板块"})
    group = TaskGroup.objects.get(plan=made)
    typed = {
        "plan": made.pk,
        "group": group.pk,
        "number": "1",
        "title": "任务",
        "text": "任务全文。",
        "due_on": "2024-10-01",
    }
    response = at_planner.post(f"{TASKS}add/", typed)
    row = Task.objects.get(plan=made)
    assert response["Location"] == change_url(row)
    assert (row.due_on, row.original_due_on, row.state) == (date(2024, 10, 1), date(2024, 10, 1), "not_started")


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"ends_on": "2024-01-01"}, {"__all__": ["计划截止日期须晚于印发日期。"]}),
        ({"year": "1999"}, {"__all__": ["年份须在 2000 至 2100 之间。"]}),
        ({"yellow_gap": "0"}, {"yellow_gap": ["确保该值大于或等于1。"]}),
        ({"red_overdue_days": "99999999"}, {"red_overdue_days": ["确保该值小于或等于32767。"]}),
        ({"code": "a b"}, None),
        ({"title": "x" * 201}, None),
    ],
)
def test_a_plan_that_cannot_be(at_planner, typed, errors):
    response = at_planner.post("/admin/tasks/plan/add/", new_plan(**typed))
    assert errors is None or errors_of(response) == errors
    assert errors_of(response) != {}
    assert fields_of(response)["issuer"] == "市局"


def test_a_group_of_another_plan(at_planner):
    other = factories.group(factories.plan())
    typed = {"plan": plan().pk, "group": other.pk, "number": "99", "title": "x", "text": "x", "due_on": "2023-12-31"}
    assert errors_of(at_planner.post(f"{TASKS}add/", typed)) == {"group": ["该板块属于另一份工作要点。"]}
    row = task(5)
    response = at_planner.post(change_url(row), form_at(at_planner, change_url(row)) | {"group": str(other.pk)})
    assert list(errors_of(response)) == ["group"]


def test_a_number_twice(at_planner):
    typed = {
        "plan": plan().pk,
        "group": task(5).group_id,
        "number": "5",
        "title": "x",
        "text": "x",
        "due_on": "2023-12-31",
    }
    assert errors_of(at_planner.post(f"{TASKS}add/", typed)) == {"__all__": ["本计划已有此序号的任务。"]}


def test_a_group_stays_in_its_plan(at_planner):
    group = task(5).group
    assert "plan" not in form_at(at_planner, change_url(group))


# ---- text and quotes ----


def test_a_text_without_the_quoted_words_is_refused(at_planner):
    row = task(5)
    quoted = first_of(row.milestones.exclude(quote=""))
    form = form_at(at_planner, change_url(row))
    response = at_planner.post(change_url(row), form | {"text": row.text.replace(quoted.quote, "")})
    assert errors_of(response)["text"][0].startswith("修改后的正文缺少节点引用的语句：")
    assert quoted.quote not in fields_of(response)["text"]
    assert task(5).text == row.text


def test_the_database_says_the_same(at_planner, monkeypatch):
    monkeypatch.setattr("tasks.admin.forms.TaskForm.clean_text", lambda form: form.cleaned_data["text"])
    row = task(5)
    response = at_planner.post(change_url(row), form_at(at_planner, change_url(row)) | {"text": "全新的正文。"})
    assert errors_of(response) == {"text": ["有节点引用了原文语句，修改后的正文中已没有这些语句。"]}
    assert task(5).text == row.text


def test_a_quote_is_verbatim(at_planner):
    row = task(5)
    form = form_at(at_planner, change_url(row))
    where = row_of(form, "milestones", first_of(row.milestones))
    response = at_planner.post(change_url(row), form | {f"{where}-quote": "没有这句话"})
    assert list(errors_of(response)) == [f"{where}-quote"]
    assert fields_of(response)[f"{where}-quote"] == "没有这句话"


def test_a_quote_of_the_text_typed_with_it(at_planner):
    row = task(5)
    form = form_at(at_planner, change_url(row)) | {"text": row.text + "另起一句。"}
    where = row_of(form, "milestones", first_of(row.milestones))
    assert at_planner.post(change_url(row), form | {f"{where}-quote": "另起一句。"}).status_code == 302
    assert first_of(row.milestones).quote == "另起一句。"


# ---- milestones ----


@pytest.mark.parametrize(
    ("typed", "due", "basis"),
    [
        ({"due_on": "2023-09-01"}, date(2023, 9, 1), "set_by_staff"),
        ({"due_on": "2023-09-01", "date_basis": "stated"}, date(2023, 9, 1), "stated"),
        ({"due_on": ""}, date(2023, 12, 31), "plan_end"),
        ({"due_on": "", "date_basis": "stated"}, date(2023, 12, 31), "plan_end"),
        ({"weight": "3"}, date(2023, 12, 31), "plan_end"),
    ],
)
def test_a_date_that_is_typed_is_the_milestones_own(at_planner, typed, due, basis):
    row = task(5)
    milestone = first_of(row.milestones.filter(date_basis="plan_end"))
    form = form_at(at_planner, change_url(row))
    where = row_of(form, "milestones", milestone)
    typed = {f"{where}-{name}": value for name, value in typed.items()}
    assert at_planner.post(change_url(row), form | typed).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.due_on, milestone.date_basis, milestone.original_due_on) == (due, basis, date(2023, 12, 31))


def test_a_date_goes_back_to_the_plans_end(at_planner):
    row = factories.task()
    milestone = factories.milestone(row, date(2024, 5, 20))
    form = form_at(at_planner, change_url(row)) | {"milestones-0-date_basis": "plan_end"}
    assert at_planner.post(change_url(row), form).status_code == 302
    milestone.refresh_from_db()
    assert (milestone.due_on, milestone.date_basis) == (date(2024, 12, 31), "plan_end")
    assert milestone.original_due_on == date(2024, 5, 20)


def test_a_milestone_is_added(at_planner):
    row = task(5)
    count = row.milestones.count()
    new = {"position": count + 1, "title": "新节点", "weight": 2, "date_basis": "plan_end", "due_on": "2023-08-01"}
    form = add_row(form_at(at_planner, change_url(row)), "milestones", id="", seen="", quote="", **new)
    assert at_planner.post(change_url(row), form).status_code == 302
    made = row.milestones.get(title="新节点")
    assert (made.due_on, made.original_due_on, made.date_basis) == (date(2023, 8, 1), date(2023, 8, 1), "set_by_staff")
    assert (made.weight, made.state, made.done_on) == (2, "open", None)


# ---- units ----


def two_units():
    return factories.task(supports=(factories.department("甲甲"), factories.department("乙乙")))


def test_positions_are_swapped(at_planner):
    row = two_units()
    form = form_at(at_planner, change_url(row)) | {"assignments-0-position": "2", "assignments-1-position": "1"}
    assert at_planner.post(change_url(row), form).status_code == 302
    assert list(row.assignments.values_list("department__code", "position")) == [("乙乙", 1), ("甲甲", 2)]


@pytest.mark.parametrize("number", [0, 1])
def test_a_position_twice(at_planner, number):
    row = two_units()
    form = form_at(at_planner, change_url(row)) | {f"assignments-{number}-position": "21"[number]}
    response = at_planner.post(change_url(row), form)
    assert errors_of(response) == {"__all__": ["此位次已被占用。"]}
    assert "成功" not in response.content.decode()
    assert list(row.assignments.values_list("position", flat=True)) == [1, 2]


def test_a_unit_twice(at_planner):
    row = two_units()
    again = {"role": "support", "position": 3, "department": unit_pk("甲甲"), "id": "", "seen": "", "printed_as": ""}
    response = at_planner.post(change_url(row), add_row(form_at(at_planner, change_url(row)), "assignments", **again))
    assert errors_of(response) == {"__all__": ["此部门已承担这一职责。"]}


def unit_pk(code: str) -> str:
    return str(unit(code).pk)


def test_a_unit_is_added_with_its_short_name(at_planner):
    row = two_units()
    new = {"role": "lead", "position": 1, "department": unit_pk("districts"), "printed_as": "", "owes_report": "on"}
    form = add_row(form_at(at_planner, change_url(row)), "assignments", id="", seen="", **new)
    assert at_planner.post(change_url(row), form).status_code == 302
    made = row.assignments.get(role="lead")
    assert (made.printed_as, made.owes_report, made.open_ended) == ("各区市场监管局", True, False)


def test_a_unit_is_taken_off_and_the_task_knows(at_planner):
    row = two_units()
    form = form_at(at_planner, change_url(row)) | {"assignments-0-DELETE": "on"}
    assert at_planner.post(change_url(row), form).status_code == 302
    assert list(row.assignments.values_list("printed_as", flat=True)) == ["乙乙"]
    assert Task.objects.get(pk=row.pk).version == row.version + 1


# ---- two at the same time ----


def test_the_second_of_two_planners_is_told(at_planner, planner2):
    row = task(5)
    mine = form_at(at_planner, change_url(row)) | {"title": "我填的"}
    theirs = signed_in(planner2)
    theirs.post(change_url(row), form_at(theirs, change_url(row)) | {"title": "他填的"})
    response = at_planner.post(change_url(row), mine)
    errors = errors_of(response)
    assert (sorted(errors), errors["title"]) == (["__all__", "title"], ["现有内容：他填的"])
    assert errors["__all__"][0].startswith(f"你打开之后，{planner2.name}已在 ")
    assert fields_of(response)["title"] == "我填的"
    assert at_planner.post(change_url(row), fields_of(response)).status_code == 302
    assert task(5).title == "我填的"


def test_a_move_meanwhile_is_neither_a_conflict_nor_lost(at_planner):
    row = task(5)
    mine = form_at(at_planner, change_url(row)) | {"title": "我填的"}
    Task.objects.filter(pk=row.pk).update(state="in_progress", starts_on=date(2023, 6, 1))
    Milestone.objects.filter(pk=first_of(row.milestones).pk).update(state="done", done_on=date(2023, 6, 1))
    assert at_planner.post(change_url(row), mine).status_code == 302
    after = task(5)
    assert (after.title, after.state, after.starts_on) == ("我填的", "in_progress", date(2023, 6, 1))
    assert first_of(after.milestones).state == "done"


def test_two_at_the_same_milestone(at_planner):
    row = task(5)
    milestone = first_of(row.milestones)
    mine = form_at(at_planner, change_url(row))
    where = row_of(mine, "milestones", milestone)
    Milestone.objects.filter(pk=milestone.pk).update(title="他填的")
    response = at_planner.post(change_url(row), mine | {f"{where}-title": "我填的"})
    assert errors_of(response)[f"{where}-title"] == ["现有内容：他填的"]
    assert fields_of(response)[f"{where}-title"] == "我填的"


# ---- reports ----


@pytest.fixture
def reports(planner, simt, sqi, jlc):
    """One that was sent, a draft of another unit, a draft filled in for a unit, a draft of the planner's own unit."""
    return {
        "sent": factories.report(task(2), simt.department, simt, date(2023, 6, 1), progress_text="已报的文字"),
        "foreign": factories.report(task(2), sqi.department, sqi, progress_text="外单位草稿"),
        "filled": factories.report(task(1), unit("jichangfenju"), planner, filled_in=True, progress_text="代填草稿"),
        "own": factories.report(task(1), jlc.department, jlc, progress_text="本单位草稿"),
    }


def test_drafts_of_other_units_are_nowhere(at_planner, reports):
    listed = at_planner.get(REPORTS).context["cl"].result_list
    assert {report.progress_text for report in listed} == {"已报的文字", "代填草稿", "本单位草稿"}
    assert list(at_planner.get(REPORTS, {"q": "外单位草稿"}).context["cl"].result_list) == []
    assert at_planner.get(change_url(reports["foreign"])).status_code == 302
    assert at_planner.get(change_url(reports["foreign"]).replace("change", "history")).status_code == 404
    for page in (REPORTS, "/admin/audit/", change_url(task(2)), change_url(task(2)).replace("change", "history")):
        assert "外单位草稿" not in at_planner.get(page).content.decode()


def test_a_sent_report_does_not_tell_its_draft(at_planner, sqi):
    report = factories.report(task(2), sqi.department, sqi, progress_text="未定稿的话")
    report.progress_text, report.state, report.reported_on = "定稿", "submitted", date(2023, 6, 1)
    report.submitted_at = "2023-06-01T12:00:00+08:00"
    report.save()
    for page in ("/admin/audit/", change_url(report).replace("change", "history")):
        text = at_planner.get(page).content.decode()
        assert "定稿" in text
        assert "未定稿的话" not in text


def test_reports_are_only_read(at_planner, reports):
    page = at_planner.get(change_url(reports["sent"]))
    assert page.context["has_change_permission"] is False
    assert at_planner.post(change_url(reports["sent"]), {"progress_text": "x"}).status_code == 403
    assert at_planner.get(f"{REPORTS}add/").status_code == 403


# ---- history ----


def test_the_history_of_a_task_holds_its_units_and_milestones(at_planner):
    row = two_units()
    milestone = factories.milestone(row)
    Milestone.objects.filter(pk=milestone.pk).update(title="改后")
    first_of(Assignment.objects.filter(task=row)).delete()
    page = at_planner.get(change_url(row).replace("change", "history"))
    told = {(change.verb, change.kind) for change in page.context["changes"]}
    assert told == {("新增", "任务"), ("新增", "分工"), ("删除", "分工"), ("新增", "节点"), ("修改", "节点")}


def test_planners_read_changes_of_the_plan_only(at_planner):
    task(5).milestones.update(note="任务内容")
    unit("simt").__class__.objects.filter(code="simt").update(contact_name="部门内容")
    text = at_planner.get("/admin/audit/").content.decode()
    assert "任务内容" in text
    assert "部门内容" not in text


# ---- hostile, long, many ----

HOSTILE = "<script>alert('市')</script>\"><b>" + "长" * 160


def test_hostile_and_long_texts(at_planner):
    row = factories.task(title=HOSTILE[:200], text=HOSTILE, leads=(unit("districts"),))
    factories.milestone(row, title=HOSTILE[:200], quote=HOSTILE)
    Assignment.objects.filter(task=row).update(printed_as="<i>各区</i>等")
    for page in (TASKS, change_url(row), change_url(row).replace("change", "history"), "/admin/audit/"):
        text = at_planner.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<i>各区" not in text
    assert form_at(at_planner, change_url(row))["text"] == HOSTILE
    assert at_planner.post(change_url(row), form_at(at_planner, change_url(row))).status_code == 302


def queries(client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_do_not_grow(at_planner, planner):
    one = factories.task(leads=(unit("jlc"),))
    factories.milestone(one)
    three = factories.task(leads=tuple(unit(code) for code in ("jlc", "simt", "sqi")))
    for _ in range(3):
        factories.milestone(three)
    assert queries(at_planner, change_url(one)) == queries(at_planner, change_url(three)) <= 12
    listed = queries(at_planner, REPORTS)
    for number in (1, 2, 3):
        factories.report(task(number), planner.department, planner, date(2023, 6, 1))
    assert queries(at_planner, REPORTS) <= 12
    assert listed <= 12
    assert max(queries(at_planner, f"/admin/tasks/{model}/") for model in ("task", "plan", "taskgroup")) <= 12
    assert queries(at_planner, "/admin/audit/") <= 12
