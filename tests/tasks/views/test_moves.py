"""The moves of a task as pages."""

from datetime import date

import pytest

from tasks.models import Milestone
from tests import cast
from tests.tasks.views import sending
from tests.tasks.views.sending import opened, told

pytestmark = pytest.mark.django_db


def shown(response, field="note"):
    return response.context["form"][field]


@pytest.mark.parametrize(
    ("name", "state", "message"),
    [
        ("start", "in_progress", "已完成：启动。"),
        ("request_closing", "closing", "已完成：申请办结。"),
        ("withdraw_closing", "in_progress", "已完成：撤回办结申请。"),
        ("return", "in_progress", "已完成：退回。"),
        ("reopen", "in_progress", "已完成：撤销办结。"),
        ("suspend", "suspended", "已完成：暂停。"),
        ("resume", "not_started", "已完成：恢复。"),
        ("cancel", "cancelled", "已完成：取消任务。"),
        ("restore", "not_started", "已完成：恢复任务。"),
    ],
)
def test_a_move_changes_the_state_dates_it_and_says_so(name, state, message):
    page = opened(name)
    response = page.send()
    assert (response.headers["Location"], told(response)) == ("/tasks/2023-04/", [message])
    row = cast.task(4)
    assert (row.state, row.state_since, row.state_note) == (state, date(2023, 6, 15), page.sent.get("note", ""))


def test_closing_needs_every_milestone_done_or_cancelled(client_for, planner2):
    sending.asked()
    client = client_for(planner2)
    version = cast.task(4).version
    response = client.post("/tasks/2023-04/moves/close/", {"version": version})
    assert response.status_code == 409
    sentence = "请先完成或取消以下节点：召开联席会议全体会议和专题会议、跨部门、跨行业计量合作。"
    assert response.context["form"].non_field_errors() == [sentence]
    for row in Milestone.objects.filter(task=cast.task(4)):
        sending.milestones.cancel(row, by=planner2, note="不再需要")
    assert client.post("/tasks/2023-04/moves/close/", {"version": cast.task(4).version}).status_code == 302
    assert (cast.task(4).state, cast.task(4).closed_on) == ("closed", date(2023, 6, 15))


def test_nobody_closes_what_he_asked_to_close(client_for, planner, planner2):
    sending.started()
    asked = {"version": cast.task(4).version, "note": "做完了"}
    assert client_for(planner).post("/tasks/2023-04/moves/request_closing/", asked).status_code == 302
    assert client_for(planner).get("/tasks/2023-04/moves/close/").status_code == 403
    assert client_for(planner2).get("/tasks/2023-04/moves/close/").status_code == 200


def test_only_who_asked_withdraws(client_for, planner, jlc):
    sending.asked()
    assert client_for(planner).get("/tasks/2023-04/moves/withdraw_closing/").status_code == 403
    assert client_for(jlc).get("/tasks/2023-04/moves/withdraw_closing/").status_code == 200


@pytest.mark.parametrize(
    ("name", "message"),
    [("request_closing", "完成情况"), ("return", "原因"), ("reopen", "原因"), ("suspend", "原因"), ("cancel", "原因")],
)
def test_the_note_is_called_what_it_is_and_required(name, message):
    page = opened(name)
    assert str(shown(page.get()).label) == message
    for empty in (None, "", "  \r\n "):
        response = page.send(note=empty)
        assert response.status_code == 422
        assert response.context["form"].errors == {"note": ["该字段是必填项。"]}
    assert cast.task(4).version == page.version


@pytest.mark.parametrize("name", ["start", "withdraw_closing"])
def test_some_moves_ask_for_nothing(name):
    assert list(opened(name).get().context["form"].fields) == ["version"]


def test_a_second_request_begins_with_the_text_of_the_first():
    page = opened("withdraw_closing")
    page.send()
    assert shown(page.client.get("/tasks/2023-04/moves/request_closing/")).value() == "全部做完"


def test_the_reviewer_reads_the_result_escaped(client_for, planner):
    sending.started()
    sending.moves.move(
        cast.task(4), "request_closing", by=cast.person("jlc"), today=date(2023, 6, 15), note="<b>做完</b> & 好"
    )
    page = client_for(planner).get("/tasks/2023-04/moves/return/")
    assert "完成情况：&lt;b&gt;做完&lt;/b&gt; &amp; 好" in page.text


def test_a_move_that_is_not_possible_now_says_so_before_anything_is_typed(client_for, planner):
    response = client_for(planner).get("/tasks/2023-04/moves/resume/")
    assert response.status_code == 200
    assert "当前不能办理：任务状态为“未启动”。" in response.text
    assert '<button class="btn btn-main" disabled>' in response.text


def test_the_coordinator_of_one_task_is_nobody_special_on_another(client_for, simt):
    """simt co-ordinates task 2 and supports task 6."""
    client = client_for(simt)
    assert client.get("/tasks/2023-02/moves/start/").status_code == 200
    assert client.get("/tasks/2023-06/moves/start/").status_code == 403
    assert client.get("/tasks/2023-04/moves/start/").status_code == 404


def test_a_lead_that_does_not_coordinate_moves_nothing(client_for, sqi):
    assert client_for(sqi).get("/tasks/2023-02/moves/start/").status_code == 403


def test_a_superuser_passes_every_permission_but_not_the_table_of_moves(client_for, root):
    client = client_for(root)
    version = cast.task(4).version
    assert client.post("/tasks/2023-04/moves/resume/", {"version": version, "note": "x"}).status_code == 409
    assert client.post("/tasks/2023-04/moves/start/", {"version": version}).status_code == 302
