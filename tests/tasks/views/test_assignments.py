"""Who answers for a task: units added, changed, taken off."""

import pytest

from tasks.actions import reports
from tasks.models import Assignment, Report
from tests import cast, factories
from tests.tasks.views.sending import opened, recorded, task, told

pytestmark = pytest.mark.django_db


def errors(response):
    return {name: [str(error) for error in found] for name, found in response.context["form"].errors.items()}


def units(role="support"):
    rows = Assignment.objects.filter(task__plan__code="2023", task__number=4, role=role).order_by("position")
    return [(row.position, row.department.code, row.printed_as) for row in rows]


def test_a_new_unit_stands_last_under_its_short_name():
    page = opened("unit_add")
    before = task().version
    response = page.send()
    assert (response.headers["Location"], told(response)) == ("/tasks/2023-04/", ["责任单位已添加。"])
    assert units()[-1] == (8, "simt", "市计量测试技术研究院")
    row = Assignment.objects.get(task=task(), department__code="simt")
    assert (row.open_ended, row.owes_report) == (False, True)
    assert recorded(row) == [("insert", cast.person("planner").pk)]
    assert task().version == before + 1


def test_a_unit_sees_the_task_from_then_on_and_no_longer_when_taken_off(client_for, sqi):
    client = client_for(sqi)
    assert client.get("/tasks/2023-04/report/").status_code == 404
    page = opened("unit_add")
    page.send(department=cast.unit("sqi").pk)
    assert client.get("/tasks/2023-04/report/").status_code == 200
    row = Assignment.objects.get(task=task(), department__code="sqi")
    page.client.post(f"/tasks/2023-04/units/{row.pk}/remove/", {"version": row.version})
    assert client.get("/tasks/2023-04/report/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"department": ""}, {"department": ["该字段是必填项。"]}),
        ({"department": "99999999"}, {"department": ["选择一个有效的选项： 该选择不在可用的选项中。"]}),
        ({"department": "9" * 40}, {"department": ["选择一个有效的选项： 该选择不在可用的选项中。"]}),
        ({"department": "simt"}, {"department": ["选择一个有效的选项： 该选择不在可用的选项中。"]}),
        ({"department": "\x00"}, {"department": ["不允许是用空字符串。"]}),
        ({"role": ""}, {"role": ["该字段是必填项。"]}),
        ({"role": "boss"}, {"role": ["选择一个有效的选项。 boss 不在可用的选项中。"]}),
    ],
)
@pytest.mark.parametrize("name", ["unit_add", "unit_edit"])
def test_what_does_not_fit_is_refused_beside_its_field(name, typed, wrong):
    page = opened(name)
    before = units()
    response = page.send(**typed)
    assert (response.status_code, list(errors(response))) == (422, list(wrong))
    assert [text.replace(" ", "") for text in next(iter(errors(response).values()))] == [
        text.replace(" ", "") for text in next(iter(wrong.values()))
    ]
    assert units() == before


def test_a_unit_has_a_role_once(client_for, planner):
    page = opened("unit_add")
    response = page.send(department=cast.unit("lingang").pk)
    assert (response.status_code, errors(response)) == (422, {"__all__": ["此部门已承担这一职责。"]})
    assert page.send(department=cast.unit("lingang").pk, role="lead").status_code == 302
    assert units("lead")[-1][:2] == (2, "lingang")


def test_in_another_role_the_unit_stands_last():
    """The first of the supporting units does not push the first lead away."""
    first = Assignment.objects.get(task=task(), role="support", position=1)
    page = opened("unit_edit")
    sent = {"version": first.version, "department": first.department_id, "role": "lead", "printed_as": "各区"}
    assert page.client.post(f"/tasks/2023-04/units/{first.pk}/", sent).status_code == 302
    assert page.send(role="lead").status_code == 302
    assert units("lead") == [(1, "jlc", "市局计量处"), (2, "districts", "各区"), (3, "lingang", "改过的印发名称")]


def test_the_form_shows_what_stands():
    form = opened("unit_edit").get().context["form"]
    assert {name: form[name].value() for name in form.fields if name != "version"} == {
        "department": cast.unit("lingang").pk,
        "role": "support",
        "printed_as": "临港新片区市场监管局",
        "open_ended": False,
        "owes_report": False,
    }


def test_a_unit_that_was_switched_off_can_stay_but_not_come():
    off = cast.unit("lingang")
    type(off).objects.filter(pk=off.pk).update(is_active=False)
    assert opened("unit_edit").send().status_code == 302
    assert opened("unit_add").send(department=off.pk, role="lead").status_code == 422


def test_what_was_printed_stays_unless_somebody_writes_something_else():
    page = opened("unit_edit")
    page.send(printed_as="临港新片区市场监管局等", open_ended="on", owes_report="on")
    row = Assignment.objects.get(pk=page.row.pk)
    assert (row.printed_as, row.open_ended, row.owes_report) == ("临港新片区市场监管局等", True, True)


def test_an_empty_printed_name_becomes_the_short_name():
    page = opened("unit_edit")
    assert page.send(printed_as="").status_code == 302
    assert Assignment.objects.get(pk=page.row.pk).printed_as == cast.unit("lingang").short_name


def test_taking_a_unit_off_asks_once_and_keeps_its_reports(planner):
    fields = {"assessment": "done", "progress_text": "已完成", "problems": "", "next_steps": ""}
    reports.submit(task(), cast.unit("lingang"), by=planner, today=task().plan.issued_on, fields=fields)
    page = opened("unit_remove")
    asked = page.get()
    assert page.row.printed_as in asked.text
    assert Assignment.objects.filter(pk=page.row.pk).exists()
    response = page.send()
    assert told(response) == ["责任单位已移除，已报送的内容保留。"]
    assert not Assignment.objects.filter(pk=page.row.pk).exists()
    assert Report.objects.get().department.code == "lingang"


def test_a_unit_taken_off_is_recorded_with_who_did_it():
    from django.apps import apps

    page = opened("unit_remove")
    page.send()
    events = apps.get_model("tasks.AssignmentEvent").objects.filter(pgh_obj_id=page.row.pk).order_by("-pgh_id")
    assert (events[0].pgh_label, events[0].pgh_context.metadata["user"]) == ("delete", cast.person("planner").pk)


def test_a_unit_taken_off_meanwhile_does_not_exist_any_more():
    page = opened("unit_edit")
    opened("unit_remove", cast.person("planner2")).send()
    assert page.send().status_code == 404


def test_whoever_edits_the_task_meanwhile_is_told_of_a_new_unit():
    editing = opened("task_edit")
    opened("unit_add", cast.person("planner2")).send()
    assert editing.send().status_code == 409


@pytest.mark.parametrize("who", ["jlc", "pudong", "leader"])
def test_units_are_the_planners_to_keep(who, request, client_for):
    client = client_for(request.getfixturevalue(who))
    page = opened("unit_edit")
    for address in ("/tasks/2023-04/units/add/", page.address, page.address + "remove/"):
        assert [client.get(address).status_code, client.post(address, page.sent).status_code] == [403, 403]


def test_hostile_names_of_units_are_text(client_for, planner):
    factories.department("evil", name="<b>全称</b>", short_name="<i>简称</i>")
    text = client_for(planner).get("/tasks/2023-04/units/add/").text
    assert "<i>简称</i>" not in text
    assert "&lt;i&gt;简称&lt;/i&gt;" in text
