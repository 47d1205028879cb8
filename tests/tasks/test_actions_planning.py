"""Keeping the plan by hand, below the pages: order of refusals, words of constraints, two people at once."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction

from tasks.actions import planning
from tasks.actions.refusals import IllegalNow, NotAllowed, Stale
from tasks.actions.saving import refusal, saved
from tasks.models import Assignment, Milestone, Plan, Task, TaskGroup
from tests import cast, factories


def a_task(**fields):
    of = fields.pop("plan", None) or factories.plan()
    group = of.groups.first() or factories.group(of)
    values = {"group": group, "number": 1, "title": "任务", "text": "全文", "due_on": of.ends_on} | fields
    return Task(plan=of, **values)


def messages(error):
    found = error.value
    return found.message_dict if hasattr(found, "error_dict") else found.messages


# ---- create ----


@pytest.mark.django_db
class TestCreate:
    def test_a_task_gets_its_original_date(self, planner):
        made = planning.create(a_task(), by=planner)
        assert (made.original_due_on, made.version) == (date(2024, 12, 31), 1)

    def test_an_original_date_that_is_given_stays(self, planner):
        made = planning.create(a_task(original_due_on=date(2024, 6, 30)), by=planner)
        assert made.original_due_on == date(2024, 6, 30)

    def test_a_unit_gets_its_printed_name_and_the_next_position_of_its_role(self, planner):
        task = factories.task(leads=(factories.department(), factories.department()))
        lead = factories.department(short_name="甲局")
        made = planning.create(Assignment(task=task, department=lead, role="lead"), by=planner)
        other = planning.create(
            Assignment(task=task, department=lead, role="support", printed_as="甲局等"), by=planner
        )
        assert (made.printed_as, made.position) == ("甲局", 3)
        assert (other.printed_as, other.position) == ("甲局等", 1)

    def test_a_milestone_gets_the_next_position(self, planner):
        task = factories.task()
        made = [
            planning.create(Milestone(task=task, title=title, due_on=date(2024, 5, 1)), by=planner) for title in "ab"
        ]
        assert [(row.position, row.original_due_on) for row in made] == [(1, date(2024, 5, 1)), (2, date(2024, 5, 1))]

    def test_a_new_unit_counts_as_a_change_of_the_task(self, planner):
        task = factories.task()
        planning.create(Assignment(task=task, department=factories.department(), role="lead"), by=planner)
        assert Task.objects.get(pk=task.pk).version == task.version + 1

    def test_a_new_milestone_does_not(self, planner):
        task = factories.task()
        planning.create(Milestone(task=task, title="a", due_on=date(2024, 5, 1)), by=planner)
        assert Task.objects.get(pk=task.pk).version == task.version

    @pytest.mark.parametrize("who", ["leader", "jlc", "pudong", "admin"])
    def test_others_create_nothing_and_are_refused_before_anything_is_checked(self, who, request):
        user = request.getfixturevalue(who)
        for row in (Plan(), TaskGroup(), Task(), Assignment(), Milestone()):
            with pytest.raises(NotAllowed):
                planning.create(row, by=user)

    def test_all_that_is_wrong_is_said_at_once(self, planner):
        with pytest.raises(ValidationError) as error:
            planning.create(Plan(title="", year=1, red_idle_share=0), by=planner)
        assert set(messages(error)) == {"code", "title", "issuer", "issued_on", "ends_on", "red_idle_share", "__all__"}

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"number": 0}, {"number"}),
            ({"title": ""}, {"title"}),
            ({"title": "长" * 201}, {"title"}),
            ({"due_on": None, "original_due_on": None}, {"due_on", "original_due_on"}),
        ],
    )
    def test_a_task_that_does_not_fit(self, fields, wrong, planner):
        with pytest.raises(ValidationError) as error:
            planning.create(a_task(**fields), by=planner)
        assert set(messages(error)) == wrong

    def test_a_taken_number(self, planner):
        first = planning.create(a_task(), by=planner)
        with pytest.raises(ValidationError) as error:
            planning.create(a_task(plan=first.plan), by=planner)
        assert messages(error) == {"__all__": ["本计划已有此序号的任务。"]}

    def test_a_group_of_another_plan(self, planner):
        with pytest.raises(ValidationError) as error:
            planning.create(a_task(group=factories.group(factories.plan())), by=planner)
        assert messages(error) == {"group": ["该板块属于另一份工作要点。"]}

    def test_words_that_do_not_stand_in_the_text(self, planner):
        row = Milestone(task=factories.task(text="全文"), title="a", quote="别的话", due_on=date(2024, 5, 1))
        with pytest.raises(ValidationError) as error:
            planning.create(row, by=planner)
        assert messages(error) == {"quote": ["任务正文中没有这段原文。"]}

    def test_the_same_milestone_again(self, planner):
        task = factories.task(text="全文")
        values = {"title": "a", "quote": "全", "due_on": date(2024, 5, 1)}
        planning.create(Milestone(task=task, **values), by=planner)
        with pytest.raises(ValidationError) as error:
            planning.create(Milestone(task=task, **values), by=planner)
        assert messages(error) == {"title": ["本任务已有这个节点。"]}
        planning.create(Milestone(task=task, **values | {"quote": "文"}), by=planner)
        planning.create(Milestone(task=factories.task(text="全文"), **values), by=planner)
        assert Milestone.objects.filter(title="a").count() == 3

    def test_a_refusal_leaves_nothing_behind_and_the_connection_usable(self, planner):
        task = factories.task(text="全文")
        before = Task.objects.get(pk=task.pk).version
        with pytest.raises(ValidationError):
            planning.create(
                Assignment(task=task, department=factories.department(), role="lead", position=0), by=planner
            )
        assert Task.objects.get(pk=task.pk).version == before


# ---- change ----


@pytest.mark.django_db
class TestChange:
    def test_it_works_on_the_row_as_it_stands_now(self, planner):
        """Two people change different fields without saying a version: both stay."""
        task = factories.task()
        Task.objects.filter(pk=task.pk).update(title="von Dritten")
        changed = planning.change(task, by=planner, due_on=date(2024, 6, 30))
        assert (changed.title, changed.due_on, changed.version) == ("von Dritten", date(2024, 6, 30), task.version + 2)

    def test_nothing_changed_is_no_new_version(self, planner):
        task = factories.task()
        assert planning.change(task, by=planner, version=task.version, title=task.title).version == task.version

    @pytest.mark.parametrize("version", [0, 2, 99, -1])
    def test_a_version_that_is_not_the_rows_is_stale_and_shows_the_row_as_stored(self, version, planner):
        task = factories.task(title="jetzt")
        with pytest.raises(Stale) as error:
            planning.change(task, by=planner, version=version, title="danach")
        assert (error.value.current.title, error.value.current.version) == ("jetzt", 1)
        assert Task.objects.get(pk=task.pk).title == "jetzt"

    def test_not_allowed_comes_before_malformed_before_stale(self, planner, jlc):
        task = factories.task()
        with pytest.raises(NotAllowed):
            planning.change(task, by=jlc, version=99, title="")
        with pytest.raises(ValidationError):
            planning.change(task, by=planner, version=99, title="")
        with pytest.raises(Stale):
            planning.change(task, by=planner, version=99, title="x")

    def test_stale_comes_before_what_only_the_database_knows(self, planner):
        row = factories.milestone(factories.task(text="全文"))
        with pytest.raises(Stale):
            planning.change(row, by=planner, version=99, quote="别的话")
        with pytest.raises(ValidationError) as error:
            planning.change(row, by=planner, version=1, quote="别的话")
        assert messages(error) == {"quote": ["任务正文中没有这段原文。"]}

    def test_a_text_without_the_words_of_its_milestones(self, planner):
        task = factories.task(text="全文")
        factories.milestone(task, quote="全文")
        with pytest.raises(ValidationError) as error:
            planning.change(task, by=planner, text="别的话")
        assert messages(error) == {"text": ["新正文缺少节点所引用的原文，请先修改相关节点。"]}

    def test_a_unit_gone_empty_goes_by_its_short_name(self, planner):
        row = factories.assignment(factories.task(), factories.department(short_name="甲局"), printed_as="别名")
        assert planning.change(row, by=planner, printed_as="").printed_as == "甲局"

    def test_a_unit_without_position_stands_last(self, planner):
        task = factories.task(leads=(factories.department(), factories.department()))
        row = factories.assignment(task, factories.department(), "support")
        changed = planning.change(row, by=planner, role="lead", position=None)
        assert (changed.role, changed.position) == ("lead", 3)


# ---- taking off ----


@pytest.mark.django_db
class TestRemove:
    def test_it_is_gone_and_the_task_has_changed(self, planner):
        task = factories.task(leads=(factories.department(),))
        row = task.assignments.get()
        planning.remove_assignment(row, by=planner, version=row.version)
        assert not task.assignments.exists()
        assert Task.objects.get(pk=task.pk).version == task.version + 1

    def test_twice_is_illegal(self, planner):
        row = factories.task(leads=(factories.department(),)).assignments.get()
        planning.remove_assignment(row, by=planner)
        with pytest.raises(IllegalNow) as error:
            planning.remove_assignment(row, by=planner)
        assert str(error.value.reason) == "该单位已被移除。"

    def test_order_of_refusals(self, planner, jlc):
        row = factories.task(leads=(factories.department(),)).assignments.get()
        with pytest.raises(NotAllowed):
            planning.remove_assignment(row, by=jlc, version=99)
        with pytest.raises(Stale):
            planning.remove_assignment(row, by=planner, version=99)
        assert Assignment.objects.filter(pk=row.pk).exists()


# ---- dates ----


@pytest.mark.django_db
class TestSetDates:
    def new(self, row, day, version=1):
        return planning.NewDate(row.pk, version, day)

    @pytest.fixture
    def rows(self):
        task = factories.task(factories.plan(ends_on=date(2024, 12, 31)))
        return [factories.milestone(task), factories.milestone(task, date(2024, 5, 1)), factories.milestone(task)]

    def test_it_says_how_many_changed(self, rows, planner):
        plan = rows[0].task.plan
        wanted = [self.new(rows[0], date(2024, 6, 1)), self.new(rows[1], date(2024, 5, 1)), self.new(rows[2], None)]
        assert planning.set_dates(plan, wanted, by=planner) == 1
        assert planning.set_dates(plan, [], by=planner) == 0

    def test_a_date_taken_away_is_the_plans_end(self, rows, planner):
        planning.set_dates(rows[0].task.plan, [self.new(rows[1], None)], by=planner)
        row = Milestone.objects.get(pk=rows[1].pk)
        assert (row.due_on, row.date_basis, row.original_due_on) == (date(2024, 12, 31), "plan_end", date(2024, 5, 1))

    def test_one_stale_line_stores_none(self, rows, planner):
        wanted = [self.new(rows[0], date(2024, 6, 1)), self.new(rows[1], date(2024, 7, 1), version=9)]
        with pytest.raises(Stale) as error:
            planning.set_dates(rows[0].task.plan, wanted, by=planner)
        assert error.value.current.pk == rows[1].pk
        assert {row.version for row in Milestone.objects.filter(task=rows[0].task)} == {1}

    def test_an_unchanged_line_may_be_stale(self, rows, planner):
        wanted = [self.new(rows[1], date(2024, 5, 1), version=9)]
        assert planning.set_dates(rows[0].task.plan, wanted, by=planner) == 0

    def test_others_may_not_and_other_plans_are_not_touched(self, rows, planner, jlc):
        with pytest.raises(NotAllowed):
            planning.set_dates(rows[0].task.plan, [], by=jlc)
        assert planning.set_dates(factories.plan(), [self.new(rows[0], date(2024, 6, 1))], by=planner) == 0

    def test_it_costs_the_same_for_one_and_three(self, rows, planner, django_assert_num_queries):
        plan = rows[0].task.plan
        with django_assert_num_queries(4):  # with the begin and end of the transaction
            planning.set_dates(plan, [self.new(rows[0], date(2024, 6, 1))], by=planner)
        wanted = [self.new(row, date(2024, 8, 1), row.version) for row in Milestone.objects.filter(task=rows[0].task)]
        with django_assert_num_queries(4):
            assert planning.set_dates(plan, wanted, by=planner) == 3

    def test_each_row_is_recorded(self, rows, planner):
        planning.set_dates(rows[0].task.plan, [self.new(row, date(2024, 8, 1)) for row in rows], by=planner)
        assert [list(row.events.values_list("pgh_label", flat=True).order_by("pgh_id")) for row in rows] == [
            ["insert", "update"]
        ] * 3


# ---- what the database refuses ----


@pytest.mark.django_db
class TestRefusal:
    def test_what_is_no_constraint_of_ours_stays_an_error_of_the_program(self):
        row = factories.plan()
        row.title = None
        with pytest.raises(IntegrityError):
            saved(row)
        assert Plan.objects.filter(pk=row.pk).exists()

    def test_an_error_without_a_cause_is_raised_again(self):
        error = IntegrityError("?")
        with pytest.raises(IntegrityError) as raised:
            refusal(Plan(), error)
        assert raised.value is error

    def test_a_deferred_constraint_speaks_at_once(self):
        task = factories.task(leads=(factories.department(), factories.department()))
        row = task.assignments.get(position=2)
        row.position = 1
        with pytest.raises(ValidationError) as error:
            saved(row)
        assert messages(error) == ["此位次已被占用。"]
        assert error.value.code == "assignment_position_unique"

    def test_afterwards_constraints_are_deferred_again(self):
        """Two rows may change places within one transaction after another was saved."""
        task = factories.task(leads=(factories.department(), factories.department()))
        first, second = task.assignments.order_by("position")
        saved(first)
        with transaction.atomic():
            Assignment.objects.filter(pk=first.pk).update(position=2)
            Assignment.objects.filter(pk=second.pk).update(position=1)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# ---- two people at the same moment ----


def at_once(*actions):
    """Run each in a thread with a connection of its own, all past their checks before the first stores anything."""
    outcomes = [None] * len(actions)
    barrier = threading.Barrier(len(actions), timeout=20)

    def run(number, action):
        try:
            barrier.wait()
            outcomes[number] = action()
        except Exception as error:
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def winners_and_losers(outcomes):
    losers = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    return len(outcomes) - len(losers), losers


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """However the threads fall, nobody meets an error of the database and nothing is stored twice."""

    def test_a_plan_of_one_code(self, planner, planner2):
        def create(by):
            values = {"title": "计划", "year": 2030, "issuer": "市局"}
            days = {"issued_on": date(2030, 1, 1), "ends_on": date(2030, 12, 31)}
            return lambda: planning.create(Plan(code="2030", **values, **days), by=by)

        won, lost = winners_and_losers(at_once(create(planner), create(planner2)))
        assert (won, [type(error) for error in lost]) == (1, [ValidationError])
        assert list(lost[0].error_dict) == ["code"]
        assert Plan.objects.filter(code="2030").count() == 1

    def test_a_task_of_one_number(self, planner, planner2):
        plan = factories.plan()
        factories.group(plan)
        rows = [a_task(plan=plan), a_task(plan=plan)]
        actions = [
            lambda row=row, by=by: planning.create(row, by=by)
            for row, by in zip(rows, (planner, planner2), strict=True)
        ]
        won, lost = winners_and_losers(at_once(*actions))
        assert (won, [error.messages for error in lost]) == (1, [["本计划已有此序号的任务。"]])
        assert plan.tasks.count() == 1

    def test_two_units_for_the_next_position(self, planner, planner2):
        task = factories.task()
        rows = [Assignment(task=task, department=factories.department(), role="lead") for _ in range(2)]
        actions = [
            lambda row=row, by=by: planning.create(row, by=by)
            for row, by in zip(rows, (planner, planner2), strict=True)
        ]
        won, lost = winners_and_losers(at_once(*actions))
        assert [error.messages for error in lost] in ([], [["此位次已被占用。"]])
        assert sorted(task.assignments.values_list("position", flat=True)) == list(range(1, won + 1))

    def test_the_same_unit_twice(self, planner, planner2):
        task, unit = factories.task(), factories.department()
        actions = [
            lambda by=by: planning.create(Assignment(task=task, department=unit, role="lead"), by=by)
            for by in (planner, planner2)
        ]
        won, lost = winners_and_losers(at_once(*actions))
        assert won == 1
        assert [error.messages[0] in {"此部门已承担这一职责。", "此位次已被占用。"} for error in lost] == [True]
        assert task.assignments.count() == 1

    def test_the_same_milestone_twice(self, planner):
        task = factories.task()

        def create():
            return planning.create(Milestone(task=task, title="a", due_on=date(2024, 5, 1)), by=planner)

        won, lost = winners_and_losers(at_once(create, create))
        assert (won, [type(error) for error in lost]) == (1, [ValidationError])
        assert task.milestones.count() == 1

    def test_two_changes_of_one_version(self, planner, planner2):
        task = factories.task()
        actions = [
            lambda by=by: planning.change(task, by=by, version=1, title=f"von {by.username}")
            for by in (planner, planner2)
        ]
        won, lost = winners_and_losers(at_once(*actions))
        assert (won, [type(error) for error in lost]) == (1, [Stale])
        assert Task.objects.get(pk=task.pk).version == 2

    def test_two_pages_of_dates(self, planner, planner2):
        """Rows are locked in one order, so that neither waits for the other for ever."""
        task = factories.task()
        rows = [factories.milestone(task) for _ in range(4)]
        pages = [(rows, date(2024, 6, 1)), (rows[::-1], date(2024, 7, 1))]
        actions = [
            lambda order=order, day=day, by=by: planning.set_dates(
                task.plan, [planning.NewDate(row.pk, 1, day) for row in order], by=by
            )
            for (order, day), by in zip(pages, (planner, planner2), strict=True)
        ]
        won, lost = winners_and_losers(at_once(*actions))
        assert (won, [type(error) for error in lost]) == (1, [Stale])
        assert len({row.due_on for row in task.milestones.all()}) == 1

    def test_a_unit_taken_off_twice(self, planner, planner2):
        row = factories.task(leads=(factories.department(),)).assignments.get()
        actions = [
            lambda by=by: planning.remove_assignment(row, by=by, version=row.version) for by in (planner, planner2)
        ]
        _won, lost = winners_and_losers(at_once(*actions))
        assert [type(error) for error in lost] == [IllegalNow]

    def test_two_browsers_adding_a_unit(self, planner, planner2):
        """The pages: one goes on, the other stays with a message, neither meets a server error."""
        task = factories.task(leads=(cast.unit("jlc"),))
        clients = [cast.signed_in(planner), cast.signed_in(planner2)]
        sent = {"version": 0, "role": "lead", "department": cast.unit("simt").pk}
        actions = [lambda client=client: client.post(f"/tasks/{task.code}/units/add/", sent) for client in clients]
        assert sorted(response.status_code for response in at_once(*actions)) == [302, 422]
