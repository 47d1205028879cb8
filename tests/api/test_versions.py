"""ETag, If-None-Match, If-Match, and the version in the body: nobody overwrites what he has not seen."""

import re
from datetime import date

import pytest

from tasks.models import Assignment, Milestone, Task
from tests import cast, factories
from tests.api.calls import call, get

pytestmark = pytest.mark.django_db

PATH = "tasks/2023-05/"


def tag(user, path: str = PATH, **headers: str) -> str:
    return call(user, "GET", path, **headers).headers["ETag"]


# ---- reading ----


def test_the_tag_names_the_row_its_version_and_the_body(planner):
    task = Task.objects.get(number=5)
    assert re.fullmatch(rf'"task-{task.pk}-v{task.version}\.[0-9a-f]{{12}}"', tag(planner))


@pytest.mark.parametrize("path", ["plans/2023/", PATH, "departments/pudong/"])
def test_every_object_has_a_tag_and_lists_have_none(path, planner):
    assert tag(planner, path).startswith('"')
    assert "ETag" not in call(planner, "GET", path.partition("/")[0] + "/").headers


def test_the_same_again_is_304(planner):
    known = tag(planner)
    for given in (known, f"W/{known}", f'"x", {known}', f"{known},W/{known}", "*", f" {known} "):
        response = call(planner, "GET", PATH, If_None_Match=given)
        assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", known), given
    assert call(planner, "HEAD", PATH, If_None_Match=known).status_code == 304


def test_what_is_not_the_same_is_sent(planner):
    known = tag(planner)
    for given in ("", '"x"', known.strip('"'), known.split(".")[0] + '"', "W/", '"', known.upper(), '""'):
        assert call(planner, "GET", PATH, If_None_Match=given).status_code == 200, given


def test_the_light_moves_though_the_row_does_not(planner, settings):
    settings.PORTAL_TODAY = date(2023, 6, 15)
    known = tag(planner)
    settings.PORTAL_TODAY = date(2023, 11, 15)
    response = call(planner, "GET", PATH, If_None_Match=known)
    assert (response.status_code, response.json()["light"]["value"]) == (200, "red")
    assert response.headers["ETag"].split(".")[0] == known.split(".")[0]
    assert call(planner, "PATCH", PATH, {"title": "新标题"}, If_Match=known).status_code == 200


def test_callers_and_languages_have_their_own(planner, jlc):
    tags = {tag(planner), tag(jlc), tag(planner, Accept_Language="zh")}
    assert len(tags) == 3
    assert len({one.split(".")[0] for one in tags}) == 1


def test_a_change_changes_the_tag(planner):
    known = tag(planner)
    response = call(planner, "PATCH", PATH, {"title": "新标题"})
    assert response.headers["ETag"] == tag(planner) != known
    assert response.json()["version"] == 2


# ---- writing ----


def stale(response, version: int) -> None:
    assert (response.status_code, response.headers["Content-Type"]) == (412, "application/problem+json")
    body = response.json()
    assert (body["title"], body["version"], body["errors"]) == ("Somebody changed it meanwhile", version, [])


@pytest.mark.parametrize(
    "form", ["{tag}", "W/{tag}", '"x", {tag}', "{old}, {tag}", "*", '"{name}"', '"{name}.000000000000"']
)
def test_a_tag_that_fits_lets_it_through(form, planner):
    known = tag(planner)
    given = form.format(tag=known, old='"task-5-v99.abc"', name=known.strip('"').split(".")[0])
    assert call(planner, "PATCH", PATH, {"title": "新标题"}, If_Match=given).status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        '"task-{pk}-v0.x"', '"task-{pk}-v2"', '"task-{other}-v1.x"', '"milestone-{pk}-v1.x"', '"x"', "x", "",
        "task-{pk}-v1",
        '"task-{pk}-v1x"', '"task-{pk}-v-1"', '"task-{pk}-v99999999999999999999"', '"TASK-{pk}-v1"',
        "W/", '"task-{pk}-v１"',
    ],
)  # fmt: skip
def test_any_other_does_not(given, planner):
    task = Task.objects.get(number=5)
    header = given.format(pk=task.pk, other=task.pk + 1)
    stale(call(planner, "PATCH", PATH, {"title": "新标题"}, If_Match=header), task.version)
    assert Task.objects.get(number=5).title != "新标题"


def test_the_version_in_the_body(planner):
    stale(call(planner, "PATCH", PATH, {"title": "新标题", "version": 2}), 1)
    stale(call(planner, "PATCH", PATH, {"title": "新标题", "version": 0}), 1)
    assert call(planner, "PATCH", PATH, {"title": "新标题", "version": 1}).json()["version"] == 2


def test_the_header_goes_before_the_body(planner):
    known = tag(planner)
    stale(call(planner, "PATCH", PATH, {"title": "新标题", "version": 1}, If_Match='"task-5-v9.x"'), 1)
    assert call(planner, "PATCH", PATH, {"title": "新标题", "version": 77}, If_Match=known).status_code == 200
    assert call(planner, "PATCH", PATH, {"title": "又一个", "version": 77}, If_Match="*").status_code == 200


def test_with_neither_it_goes_through(planner):
    assert call(planner, "PATCH", PATH, {"title": "新标题"}).status_code == 200


@pytest.mark.parametrize("form", ["{}", "W/{}"])  # a proxy that compresses weakens it
def test_two_who_read_the_same(form, planner, planner2):
    known = form.format(tag(planner))
    assert call(planner, "PATCH", PATH, {"title": "第一个"}, If_Match=known).status_code == 200
    stale(call(planner2, "PATCH", PATH, {"title": "第二个"}, If_Match=known), 2)
    assert Task.objects.get(number=5).title == "第一个"


def test_a_change_of_the_units_counts_as_a_change_of_the_task(planner):
    known, row = tag(planner), cast.task(5).assignments.get(role="lead")
    assert call(planner, "PATCH", f"assignments/{row.pk}/", {"printed_as": "计量处"}).status_code == 200
    stale(call(planner, "PATCH", PATH, {"title": "新标题"}, If_Match=known), 2)


def test_every_write_compares(planner, jlc, admin):
    """Each with a version that never was."""
    milestone, assignment = (
        Milestone.objects.filter(task__number=5).first(),
        Assignment.objects.filter(task__number=5).last(),
    )
    draft = factories.report(cast.task(5), cast.unit("jlc"), jlc)
    group = cast.plan().groups.first()
    never = {"version": 9}
    for user, method, path, body in (
        (planner, "PATCH", "plans/2023/", {"title": "x"}),
        (planner, "PATCH", f"groups/{group.pk}/", {"title": "x"}),
        (planner, "PATCH", PATH, {"title": "x"}),
        (planner, "POST", f"{PATH}moves/", {"move": "start"}),
        (planner, "PATCH", f"assignments/{assignment.pk}/", {"printed_as": "x"}),
        (planner, "DELETE", f"assignments/{assignment.pk}/", {}),
        (planner, "PATCH", f"milestones/{milestone.pk}/", {"title": "x"}),
        (planner, "POST", f"milestones/{milestone.pk}/complete/", {}),
        (planner, "POST", f"milestones/{milestone.pk}/cancel/", {"note": "x"}),
        (planner, "POST", f"milestones/{milestone.pk}/reopen/", {"note": "x"}),
        (planner, "POST", f"milestones/{milestone.pk}/restore/", {"note": "x"}),
        (jlc, "PATCH", f"reports/{draft.pk}/", {"progress_text": "x"}),
        (jlc, "POST", f"reports/{draft.pk}/submit/", {}),
        (admin, "PATCH", "departments/pudong/", {"contact_name": "x"}),
        (planner, "PATCH", "departments/districts/", {"members": []}),
    ):
        for sent, headers in ((body | never, {}), (body, {"If_Match": '"x"'})):
            response = call(user, method, path, sent, **headers)
            assert response.status_code == 412, (method, path, response.content)
            assert response.json()["version"] == 1, path
    assert Task.objects.get(number=5).version == 1


def test_a_draft_that_is_there_already_is_412_with_its_version(pudong):
    body = {"task": cast.task(6).pk, "progress_text": "第一稿"}
    first = call(pudong, "POST", "reports/", body)
    assert (first.status_code, first.json()["version"]) == (201, 1)
    stale(call(pudong, "POST", "reports/", body), 1)
    call(pudong, "PATCH", f"reports/{first.json()['id']}/", {"progress_text": "第二稿"})
    stale(call(pudong, "POST", "reports/", body), 2)


def test_what_is_not_given_stays(jlc):
    draft = factories.report(
        cast.task(5), cast.unit("jlc"), jlc, progress_text="进展", problems="问题", next_steps="计划"
    )
    body = call(jlc, "PATCH", f"reports/{draft.pk}/", {"problems": ""}).json()
    assert {name: body[name] for name in ("progress_text", "problems", "next_steps")} == {
        "progress_text": "进展", "problems": "", "next_steps": "计划",
    }  # fmt: skip
    assert body["assessment"]["value"] == "on_schedule"


def test_the_version_is_that_of_the_row(planner):
    assert get(planner, PATH)["version"] == 1
    Task.objects.filter(number=5).update(title="直接改")
    assert get(planner, PATH)["version"] == 2
