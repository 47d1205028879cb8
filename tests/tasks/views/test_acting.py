"""What is common to every page with a form: versions, refusals in their order, typed text, hostile text."""

import re

import pytest
from django.test import Client
from django.utils import translation

from departments.querysets.history import last_change
from tests import cast
from tests.tasks.views.sending import PAGES, milestone, opened, plan, recorded, task, told

ALL = list(PAGES)
WITH_ROW = [name for name, page in PAGES.items() if page.row]
NEW = [name for name, page in PAGES.items() if not page.row]
TYPED = [(name, field) for name, page in PAGES.items() for field in page.texts]
pytestmark = pytest.mark.django_db


def current_version(page):
    return type(page.row).objects.get(pk=page.row.pk).version


def touch(page):
    """Somebody else changes the row meanwhile, in a field that no form has."""
    type(page.row).objects.filter(pk=page.row.pk).update(created_at=page.row.created_at.replace(year=2001))


def errors(response):
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}


# ---- seeing and sending ----


@pytest.mark.parametrize("name", ALL)
def test_a_form_can_be_opened_and_carries_the_version(name):
    page = opened(name)
    response = page.get()
    assert response.status_code == 200
    assert f'<input type="hidden" name="version" value="{page.version}"' in response.text
    assert "csrfmiddlewaretoken" in response.text


@pytest.mark.parametrize("name", ALL)
def test_what_a_person_sends_is_stored_told_and_leads_on(name):
    page = opened(name)
    response = page.send()
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/")
    assert len(told(response)) == 1


@pytest.mark.parametrize("name", [name for name in WITH_ROW if name != "unit_remove"])
def test_a_change_is_recorded_with_its_user(name):
    page = opened(name)
    before = len(recorded(page.row))
    page.send()
    user = int(page.client.session["_auth_user_id"])
    assert recorded(page.row)[before:] == [("update", user)]
    assert str(last_change(page.row)[0]) == cast.person(PAGES[name].who).name


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_form_speaks_one_language(name, language):
    """No English word of ours stands in the Chinese page, no Chinese one in the English page but what people wrote."""
    page = opened(name)
    page.client.cookies["language"] = language
    text = page.get().text
    assert f'<html lang="{language}">' in text
    submit = re.findall(r"<button[^>]*btn-(?:main|danger)[^>]*>([^<]+)</button>", text)[0]
    assert submit.isascii() == (language == "en")
    labels = re.findall(r"<(?:label|legend)[^>]*>([^<]+)", text)
    assert [label for label in labels if label.strip().isascii() != (language == "en")] == []


@pytest.mark.parametrize("name", ALL)
def test_a_form_asks_for_a_token(name):
    page = opened(name)
    page.client.handler.enforce_csrf_checks = True
    assert page.send().status_code == 403


@pytest.mark.parametrize("name", ALL)
def test_other_methods_do_nothing(name):
    page = opened(name)
    methods = (page.client.put, page.client.patch, page.client.delete)
    assert [method(page.address).status_code for method in methods] == [405, 405, 405]


@pytest.mark.parametrize("name", ALL)
def test_a_form_costs_few_queries(name, django_assert_max_num_queries):
    page = opened(name)
    with django_assert_max_num_queries(12):
        page.get()


# ---- refusals, in their order: 404, 403, 422, stale, illegal now ----


@pytest.mark.parametrize("name", ALL)
def test_what_one_does_not_see_does_not_exist(name):
    """sqi has nothing to do with task 4. The plan itself he sees, but may not keep; imports are the planners'."""
    page = opened(name, cast.person("sqi"))
    wanted = 403 if page.address.startswith("/plans/") and (name, "pudong") not in UNSEEN else 404
    assert [page.get().status_code, page.client.post(page.address).status_code] == [wanted, wanted]


# what another unit has not sent yet, and what only planners see
UNSEEN = {("report_edit", "pudong"), ("import_task", "pudong"), ("import_task", "leader")}


@pytest.mark.parametrize("name", ALL)
def test_what_one_sees_but_may_not_do_is_refused_before_anything_is_checked(name):
    """pudong is assigned to task 4 without co-ordinating it; what is posted is empty, hence malformed and stale."""
    page = opened(name)
    for who in ("pudong", "leader", "admin"):
        client = cast.signed_in(cast.person(who))
        for response in (client.get(page.address), client.post(page.address)):
            assert response.status_code == (404 if (name, who) in UNSEEN else 403)
            assert "form" not in response.context


@pytest.mark.parametrize("name", ALL)
def test_a_stranger_is_asked_to_sign_in(name):
    page = opened(name)
    assert Client().get(page.address).status_code == 302
    assert Client().post(page.address, page.sent).status_code == 401


@pytest.mark.parametrize("name", ALL)
def test_a_missing_or_damaged_version_is_malformed(name):
    page = opened(name)
    for version in (None, "", "x", "-1", "1.5", "1e3", "\x00", "１x", " ", "<b>", "9" * 5000):
        response = page.send(version=version)
        assert response.status_code == 422, version
        assert list(errors(response)) == ["version"]


@pytest.mark.parametrize("name", WITH_ROW)
def test_a_version_that_is_not_the_rows_is_a_conflict(name):
    page = opened(name)
    for version in ("0", "999999", "99999999999999999999999999"):
        response = page.send(version=version)
        assert response.status_code == 409, version
        assert response.context["conflict"]["version"] == page.version
    assert current_version(page) == page.version


@pytest.mark.parametrize("name", [name for name in ALL if PAGES[name].texts])
def test_malformed_comes_before_stale(name):
    page = opened(name)
    if page.row is not None:
        touch(page)
    response = page.send(**{page.texts[0]: "a\x00b"})
    assert response.status_code == 422
    assert list(errors(response)) == [page.texts[0]]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("start", "不能“启动”：任务状态为“进行中”。"),
        ("request_closing", "不能“申请办结”：任务状态为“待审核”。"),
        ("withdraw_closing", "不能“撤回办结申请”：任务状态为“进行中”。"),
        ("return", "不能“退回”：任务状态为“进行中”。"),
        ("reopen", "不能“撤销办结”：任务状态为“进行中”。"),
        ("suspend", "不能“暂停”：任务状态为“已暂停”。"),
        ("resume", "不能“恢复”：任务状态为“未启动”。"),
        ("cancel", "不能“取消任务”：任务状态为“已取消”。"),
        ("restore", "不能“恢复任务”：任务状态为“未启动”。"),
        ("tick", "节点“完成”，不能进行此项操作。"),
        ("untick", "节点“未完成”，不能进行此项操作。"),
        ("drop", "节点“已取消”，不能进行此项操作。"),
        ("undrop", "节点“未完成”，不能进行此项操作。"),
    ],
)
def test_stale_comes_before_illegal_now(name, sentence):
    page = opened(name)
    assert page.send().status_code == 302
    assert "conflict" in page.send().context
    again = page.send(version=current_version(page))
    assert again.status_code == 409
    assert "conflict" not in again.context
    assert errors(again) == {"__all__": [sentence]}
    assert sentence in again.text


# ---- conflicts ----


@pytest.mark.parametrize("name", WITH_ROW)
def test_both_versions_stand_side_by_side_and_the_second_sending_wins(name):
    page = opened(name)
    touch(page)
    response = page.send()
    assert response.status_code == 409
    now = current_version(page)
    assert response.text.count(f'name="version" value="{now}"') == 1
    assert "你填的内容都在，请选定后保存。" in response.text or not response.context["conflict"]["rows"]
    for row in response.context["conflict"]["rows"]:
        if row["current"] != row["typed"]:
            assert f'name="{row["name"]}"' in response.text
    again = page.client.post(page.address, fields_of(response))
    assert again.status_code == 302


def fields_of(response):
    """What a browser would send of the conflict page as it stands: hidden fields and the checked radio buttons."""
    from html import unescape

    form = re.search(r'<form class="[^"]*act-form[^"]*"[^>]*>(.*?)</form>', response.text, re.DOTALL)[1]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if attributes["type"] == "hidden" or " checked" in tag:
            found[attributes["name"]] = unescape(attributes["value"])
    return found


def test_a_conflict_names_who_and_when_and_lets_one_choose():
    mine = opened("milestone_edit")
    other = opened("milestone_edit", cast.person("planner2"))
    other.send(title="另一个标题 <b>", weight="5")
    response = mine.send()
    conflict = response.context["conflict"]
    assert conflict["by"] == "planner2 测试"
    assert "planner2 测试已在" in response.text
    assert [(row["name"], row["current"], row["typed"]) for row in conflict["rows"]] == [
        ("title", "另一个标题 <b>", "改过的节点"),
        ("quote", "组织召开联席会议全体会议和专题会议", "组织召开联席会议全体会议和专题会议"),
        ("due_on", "2023-09-30", "2023-09-30"),
        ("weight", "5", "3"),
    ]
    assert "另一个标题 &lt;b&gt;" in response.text
    assert "另一个标题 <b>" not in response.text
    chosen = fields_of(response) | {"title": "另一个标题 <b>"}
    assert mine.client.post(mine.address, chosen).status_code == 302
    row = milestone()
    assert (row.title, row.weight) == ("另一个标题 <b>", 3)


def test_in_a_conflict_choices_and_switches_are_shown_as_words():
    mine = opened("unit_edit")
    other = opened("unit_edit", cast.person("planner2"))
    other.send(role="lead", owes_report="on", department=cast.unit("simt").pk)
    rows = {row["name"]: row for row in mine.send().context["conflict"]["rows"]}
    assert (rows["role"]["current_label"], rows["role"]["typed_label"]) == ("牵头", "配合")
    assert rows["department"]["current_label"] == "市计量测试技术研究院"
    assert (rows["owes_report"]["current_label"], rows["owes_report"]["typed_label"]) == ("是", "否")


def test_a_conflict_after_a_conflict_shows_the_newest():
    mine = opened("milestone_edit")
    other = opened("milestone_edit", cast.person("planner2"))
    other.send(title="第一次")
    first = mine.send()
    milestone_row = milestone()
    other.send(title="第二次", version=milestone_row.version)
    second = mine.client.post(mine.address, fields_of(first))
    assert second.status_code == 409
    assert second.context["conflict"]["rows"][0]["current"] == "第二次"
    assert second.context["conflict"]["rows"][0]["typed"] == "改过的节点"


def test_a_row_changed_by_a_command_has_no_name_in_the_conflict():
    page = opened("milestone_edit")
    touch(page)
    response = page.send()
    assert response.context["conflict"]["by"] == "其他人"
    assert "其他人已在" in response.text


# ---- typed text ----

MARKUP = """<script>alert(1)</script>" onfocus="alert(1)"""
HOSTILE = """<b>'";--{{ x }}{% y %}%s%(z)s\\ \u202e反\u2067👩‍🔬🇨🇳𠀀\ufeff</b>"""  # short enough for every field


def stored_text(name, page, field):
    if page.row is not None and name != "report":
        row = type(page.row).objects.get(pk=page.row.pk)
    else:
        model = {"plan_add": "Plan", "group_add": "TaskGroup", "task_add": "Task", "milestone_add": "Milestone"}
        model |= {"unit_add": "Assignment", "report": "Report"}
        from tasks import models

        row = getattr(models, model[name]).objects.order_by("-pk").first()
    if field == "note" and name not in {"tick", "untick", "drop", "undrop"}:
        return row.result if name == "request_closing" else row.state_note
    return getattr(row, field)


@pytest.mark.parametrize(("name", "field"), TYPED)
def test_hostile_text_is_stored_as_typed(name, field):
    page = opened(name)
    assert page.send(**{field: HOSTILE}).status_code == 302
    assert stored_text(name, page, field) == HOSTILE


@pytest.mark.parametrize(("name", "field"), TYPED)
def test_hostile_text_in_a_refused_form_or_a_conflict_is_kept_and_escaped(name, field):
    page = opened(name)
    answers = [(422, page.send(version="x", **{field: MARKUP}))]
    if page.row is not None:
        touch(page)
        answers.append((409, page.send(**{field: MARKUP})))
    for status, response in answers:
        assert response.status_code == status
        assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onfocus=&quot;alert(1)" in response.text
        assert "<script>alert(1)" not in response.text
        assert 'onfocus="' not in response.text


@pytest.mark.parametrize(("name", "field"), TYPED)
def test_a_nul_is_refused_beside_its_field(name, field):
    response = opened(name).send(**{field: "a\x00b"})
    assert response.status_code == 422
    assert [error.code for error in response.context["form"].errors.as_data()[field]] == [
        "null_characters_not_allowed"
    ]


LONGEST = {"title": 200, "issuer": 100, "document_number": 60, "printed_as": 100, "note": 2000}
LONGEST |= {"progress_text": 5000, "problems": 5000, "next_steps": 5000}


@pytest.mark.parametrize(("name", "field"), [pair for pair in TYPED if pair[1] in LONGEST])
def test_the_longest_text_fits_and_one_more_is_refused_and_kept(name, field):
    most = LONGEST[field]
    response = opened(name).send(**{field: "长" * (most + 1)})
    assert response.status_code == 422
    assert list(errors(response)) == [field]
    assert "长" * (most + 1) in response.text
    page = opened_again(name)
    assert page.send(**{field: "长" * most}).status_code == 302
    assert stored_text(name, page, field) == "长" * most


def opened_again(name):
    """The same page, whose row stands as the first one left it."""
    page = PAGES[name]
    row = page.row
    if name in {"plan_add", "group_add", "task_add", "milestone_add", "unit_add"}:
        return opened(name)
    from dataclasses import replace

    from tests.tasks.views import sending

    fresh = {"task": task, "milestone": milestone, "started": task, "asked": task, "closed": task}
    fresh |= {"suspended": task, "cancelled": task, "ticked": milestone, "dropped": milestone}
    find = fresh.get(row.__name__, row)
    if row.__name__ == "draft":
        from tasks.models import Report

        find = Report.objects.get
    sending.PAGES[name] = replace(page, row=find)
    try:
        return opened(name)
    finally:
        sending.PAGES[name] = page


@pytest.mark.parametrize(("name", "field"), [("plan_add", "text"), ("task_add", "text")])
def test_a_text_of_the_document_may_be_long(name, field):
    page = opened(name)
    assert page.send(**{field: "长" * 100_000}).status_code == 302
    assert stored_text(name, page, field) == "长" * 100_000


MANY_LINES = [pair for pair in TYPED if pair[1] in {"text", "note", "progress_text", "problems", "next_steps"}]


@pytest.mark.parametrize(("name", "field"), MANY_LINES)
def test_line_ends_of_browsers_become_plain(name, field):
    page = opened(name)
    assert page.send(**{field: "第一行\r\n\r\n第三行\n第四行"}).status_code == 302
    assert stored_text(name, page, field) == "第一行\n\n第三行\n第四行"


@pytest.mark.parametrize(("name", "field"), TYPED)
def test_spaces_alone_are_nothing(name, field):
    """Either the field may be empty, then it is stored empty, or it must be filled in."""
    page = opened(name)
    response = page.send(**{field: " \t\r\n　"})
    if response.status_code == 302:
        assert stored_text(name, page, field).strip() == stored_text(name, page, field)
    else:
        assert (response.status_code, list(errors(response))) == (422, [field])


# ---- the same thing twice ----

TWICE = {
    "plan_add": 422,
    "group_add": 422,
    "period_add": 422,
    "task_add": 422,
    "unit_add": 422,
    "milestone_add": 422,
    "import_add": 302,  # read once more; it can be dropped
    "unit_remove": 404,
    "plan_edit": 404,  # its address has changed with its code
}


@pytest.mark.parametrize("name", ALL)
def test_a_form_sent_twice_does_its_work_once(name):
    page = opened(name)
    assert page.send().status_code == 302
    again = page.send()
    assert again.status_code == TWICE.get(name, 409)


# ---- what the row is ----


def test_a_milestone_or_unit_of_another_task_does_not_exist_here():
    page = opened("milestone_edit")
    for address in (
        f"/tasks/2023-05/milestones/{page.row.pk}/",
        f"/tasks/2023-05/milestones/{page.row.pk}/complete/",
        f"/tasks/2023-05/units/{opened('unit_edit').row.pk}/",
        f"/tasks/2023-05/units/{opened('unit_edit').row.pk}/remove/",
    ):
        assert page.client.get(address).status_code == 404
        assert page.client.post(address, page.sent).status_code == 404


@pytest.mark.parametrize("address", ["/tasks/2023-04/moves/nonsense/", "/tasks/2023-04/moves/Start/"])
def test_there_are_no_other_moves(address, client_for, planner):
    client = client_for(planner)
    assert [client.get(address).status_code, client.post(address).status_code] == [404, 404]


def test_messages_are_in_the_readers_language():
    page = opened("start")
    page.client.cookies["language"] = "en"
    page.send()
    with translation.override("en"):
        assert "Done: Start." in page.client.get("/account/").text


def test_a_plan_that_is_not_in_force_is_seen_by_planners_and_leaders_only():
    plan().__class__.objects.update(is_active=False)
    assert opened("start").get().status_code == 404
    assert opened("plan_edit").get().status_code == 200
    assert opened("plan_edit", cast.person("leader")).get().status_code == 403
    assert opened("plan_edit", cast.person("pudong")).get().status_code == 404
