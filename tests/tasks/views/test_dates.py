"""All milestones' dates of a plan on one page."""

from datetime import date

import pytest

from tasks.models import Milestone
from tests import cast, factories
from tests.tasks.views.sending import recorded, told

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/2023/dates/"


@pytest.fixture
def client(client_for, planner):
    return client_for(planner)


def milestones():
    return list(Milestone.objects.filter(task__plan__code="2023").order_by("task__number", "position"))


def fields(**changed):
    """What the page sends as it stands, with some lines changed: `fields(m3="2023-07-01")`."""
    data = {}
    for number, row in enumerate(milestones()):
        own = row.due_on.isoformat() if row.has_own_date else ""
        data[f"m{row.pk}-version"] = str(row.version)
        data[f"m{row.pk}-due_on"] = changed.get(f"m{number}", own)
    return data


def versions():
    return {row.pk: row.version for row in milestones()}


def lines(response):
    return response.context["lines"]


def test_every_milestone_of_the_plan_stands_on_the_page(client):
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert [line.milestone for line in lines(page)] == milestones()
    assert len(lines(page)) == 82
    assert page.context["undated"] == sum(not row.has_own_date for row in milestones())
    for row in milestones():
        assert f'name="m{row.pk}-due_on"' in page.text
    dated = [(line.milestone.pk, line["due_on"].value()) for line in lines(page) if line["due_on"].value()]
    assert dated == [(row.pk, row.due_on) for row in milestones() if row.has_own_date]


def test_milestones_of_other_plans_and_cancelled_ones_do_not_stand_there(client):
    other = factories.milestone(factories.task(), title="别的计划的节点")
    first = milestones()[0]
    Milestone.objects.filter(pk=first.pk).update(state="cancelled")
    page = client.get(ADDRESS)
    assert len(lines(page)) == 81
    assert other.title not in page.text


def test_sending_the_page_as_it_stands_changes_nothing(client):
    before = versions()
    response = client.post(ADDRESS, fields())
    assert (response.status_code, told(response)) == (302, ["已保存 0 个时限。"])
    assert versions() == before


def test_only_the_lines_that_were_changed_are_touched_and_recorded(client, planner):
    before, rows = versions(), milestones()
    response = client.post(ADDRESS, fields(m3="2023-07-01", m40="2023-08-31"))
    assert (response.status_code, response.headers["Location"]) == (302, "/plans/2023/")
    assert told(response) == ["已保存 2 个时限。"]
    after = milestones()
    assert [row.due_on for row in (after[3], after[40])] == [date(2023, 7, 1), date(2023, 8, 31)]
    assert {row.date_basis for row in (after[3], after[40])} == {"set_by_staff"}
    assert [row.original_due_on for row in after] == [row.original_due_on for row in rows]
    changed = {rows[3].pk, rows[40].pk}
    assert {pk: version for pk, version in versions().items() if version != before[pk]} == {
        pk: before[pk] + 1 for pk in changed
    }
    assert recorded(after[3])[-1] == ("update", planner.pk)


def test_all_dates_can_be_set_at_once(client):
    data = {name: "2023-10-31" if name.endswith("due_on") else value for name, value in fields().items()}
    assert told(client.post(ADDRESS, data)) == ["已保存 82 个时限。"]
    assert {row.due_on for row in milestones()} == {date(2023, 10, 31)}


def test_a_date_taken_away_puts_the_milestone_at_the_plans_end(client):
    client.post(ADDRESS, fields(m3="2023-07-01"))
    response = client.post(ADDRESS, fields(m3=""))
    assert told(response) == ["已保存 1 个时限。"]
    row = milestones()[3]
    assert (row.due_on, row.date_basis, row.original_due_on) == (date(2023, 12, 31), "plan_end", date(2023, 12, 31))


def test_a_festival_keeps_its_origin_until_somebody_sets_another_date(client):
    number, row = next((n, row) for n, row in enumerate(milestones()) if row.date_basis == "festival")
    client.post(ADDRESS, fields())
    assert milestones()[number].date_basis == "festival"
    client.post(ADDRESS, fields(**{f"m{number}": "2023-06-30"}))
    after = milestones()[number]
    assert (after.date_basis, after.original_due_on) == ("set_by_staff", row.original_due_on)


@pytest.mark.parametrize("typed", ["2023-02-30", "bald", "<b>", "\x00", "31.12.2023", "-1", "2023-07", "9" * 1000])
def test_one_bad_date_stores_none_and_keeps_all(typed, client):
    before = versions()
    response = client.post(ADDRESS, fields(m3="2023-07-01", m40=typed))
    assert response.status_code == 422
    assert versions() == before
    found = lines(response)
    assert [number for number, line in enumerate(found) if line.errors] == [40]
    assert [line["due_on"].value() for line in (found[3], found[40])] == ["2023-07-01", typed]
    assert "<b>" not in response.text.split("<tbody>")[1].split("</tbody>")[0]


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5"])
def test_a_damaged_version_stores_none(version, client):
    before = versions()
    data = fields(m3="2023-07-01") | {f"m{milestones()[3].pk}-version": version}
    response = client.post(ADDRESS, data)
    assert response.status_code == 422
    assert versions() == before


# ---- somebody else meanwhile ----


def test_a_stale_line_is_marked_and_nothing_is_stored(client):
    data = fields(m3="2023-07-01", m40="2023-08-31")
    Milestone.objects.filter(pk=milestones()[40].pk).update(due_on=date(2023, 9, 9), date_basis="set_by_staff")
    before = versions()
    response = client.post(ADDRESS, data)
    assert response.status_code == 409
    assert versions() == before
    found = lines(response)
    assert [number for number, line in enumerate(found) if line.changed_meanwhile] == [40]
    assert [line["due_on"].value() for line in (found[3], found[40])] == ["2023-07-01", "2023-08-31"]
    assert found[40].own == date(2023, 9, 9)
    assert "现为：" in response.text
    assert response.text.count("2023-09-09") == 3  # as a time, for machines and for people; and as what the field was


def test_sending_the_conflict_page_again_stores_what_it_shows(client):
    data = fields(m3="2023-07-01", m40="2023-08-31")
    Milestone.objects.filter(pk=milestones()[40].pk).update(due_on=date(2023, 9, 9), date_basis="set_by_staff")
    page = client.post(ADDRESS, data)
    again = {line["version"].html_name: line["version"].value() for line in lines(page)}
    again |= {line["due_on"].html_name: line["due_on"].value() or "" for line in lines(page)}
    assert told(client.post(ADDRESS, again)) == ["已保存 2 个时限。"]
    after = milestones()
    assert [row.due_on for row in (after[3], after[40])] == [date(2023, 7, 1), date(2023, 8, 31)]


def test_a_line_that_somebody_else_changed_otherwise_does_not_disturb(client):
    """Its title was changed, not its date: nothing of this page is in conflict."""
    data = fields(m3="2023-07-01")
    Milestone.objects.filter(pk=milestones()[40].pk).update(title="别人改了标题")
    assert client.post(ADDRESS, data).status_code == 302
    assert (milestones()[3].due_on, milestones()[40].title) == (date(2023, 7, 1), "别人改了标题")


def test_only_lines_in_conflict_are_marked(client):
    """40 has another date now, 50 only another title: 40 is marked."""
    data = fields(m40="2023-08-31")
    rows = milestones()
    Milestone.objects.filter(pk=rows[40].pk).update(due_on=date(2023, 9, 9), date_basis="set_by_staff")
    Milestone.objects.filter(pk=rows[50].pk).update(title="别人改了标题")
    response = client.post(ADDRESS, data)
    assert response.status_code == 409
    assert [number for number, line in enumerate(lines(response)) if line.changed_meanwhile] == [40]


def test_the_same_date_set_by_two_people_is_no_conflict(client):
    data = fields(m3="2023-07-01")
    Milestone.objects.filter(pk=milestones()[3].pk).update(due_on=date(2023, 7, 1), date_basis="set_by_staff")
    assert told(client.post(ADDRESS, data)) == ["已保存 0 个时限。"]


def test_a_milestone_cancelled_meanwhile_is_left_alone(client):
    data = fields(m3="2023-07-01", m4="2023-07-02")
    row = milestones()[3]
    Milestone.objects.filter(pk=row.pk).update(state="cancelled")
    assert client.post(ADDRESS, data).status_code == 302
    row.refresh_from_db()
    assert row.due_on == date(2023, 12, 31)
    assert milestones()[4].due_on == date(2023, 7, 2)


# ---- what does not belong there ----


def test_another_plans_milestone_cannot_be_slipped_in(client):
    other = factories.milestone(factories.task())
    data = fields() | {f"m{other.pk}-version": other.version, f"m{other.pk}-due_on": "2024-05-05"}
    assert told(client.post(ADDRESS, data)) == ["已保存 0 个时限。"]
    other.refresh_from_db()
    assert other.due_on == date(2024, 12, 31)


@pytest.mark.parametrize(
    "junk", [{}, {"m0-version": "1", "m0-due_on": "2023-07-01"}, {"m-version": "1"}, {"x": "\x00"}]
)
def test_what_is_no_line_is_ignored(junk, client):
    before = versions()
    assert client.post(ADDRESS, junk).status_code == 302
    assert versions() == before


def test_a_plan_without_milestones_says_what_to_do(client):
    factories.plan(code="empty")
    page = client.get("/plans/empty/dates/")
    assert page.status_code == 200
    assert "尚无节点" in page.text
    assert "<table" not in page.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("jlc", 403), ("pudong", 403), ("leader", 403), ("admin", 403), ("planner2", 200), ("root", 200)],
)
def test_dates_are_the_planners_to_set(who, status, request, client_for):
    client = client_for(request.getfixturevalue(who))
    assert client.get(ADDRESS).status_code == status
    assert client.post(ADDRESS, fields(m3="2023-07-01")).status_code == (302 if status == 200 else status)


def test_a_plan_not_in_force_is_no_page_for_units(client_for, pudong, planner):
    plan = cast.plan()
    type(plan).objects.update(is_active=False)
    assert client_for(pudong).get(ADDRESS).status_code == 404
    assert client_for(planner).get(ADDRESS).status_code == 200


@pytest.mark.parametrize("code", ["nowhere", "2022"])
def test_a_plan_that_does_not_exist(code, client):
    assert client.get(f"/plans/{code}/dates/").status_code == 404


def test_the_page_costs_the_same_for_one_and_three_milestones(client, django_assert_num_queries):
    made = factories.task(factories.plan(code="small"))
    factories.milestone(made)
    client.get("/plans/small/dates/")
    with django_assert_num_queries(5):
        client.get("/plans/small/dates/")
    factories.milestone(made)
    factories.milestone(factories.task(made.plan))
    with django_assert_num_queries(5):
        client.get("/plans/small/dates/")


def test_the_page_is_english_too(client):
    client.cookies["language"] = "en"
    page = client.get(ADDRESS).text
    assert "<h1>Set the dates</h1>" in page
    assert "Save the dates" in page
    response = client.post(ADDRESS, fields(m3="2023-07-01"))
    assert told(response) == ["1 date saved."]


def test_a_line_left_as_it_was_does_not_undo_what_somebody_else_set(client_for, planner, planner2):
    """Two planners have the page open; each changes another line."""
    first, second = Milestone.objects.filter(task__number=9).order_by("position")[:2]
    before = {f"m{row.pk}-{name}": value for row in (first, second) for name, value in _untouched(row).items()}
    address = "/plans/2023/dates/"
    sent = client_for(planner).post(address, before | {f"m{first.pk}-due_on": "2023-08-01"})
    assert sent.status_code == 302
    sent = client_for(planner2).post(address, before | {f"m{second.pk}-due_on": "2023-09-01"})
    assert sent.status_code == 302
    dates = (
        Milestone.objects.filter(pk__in=[first.pk, second.pk]).order_by("position").values_list("due_on", flat=True)
    )
    assert [day.isoformat() for day in dates] == ["2023-08-01", "2023-09-01"]


def _untouched(row):
    return {"version": row.version, "seen": "", "due_on": ""}
