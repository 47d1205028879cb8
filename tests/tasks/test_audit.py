"""The audit the database writes: whatever changes a row, and by whom; read by the events alone."""

from datetime import date
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from departments.models import AccessEvent, CalendarDay, CalendarFeed, Department, Row, User
from departments.models.token import issue
from tasks.actions.imports import begin
from tasks.models import Directive, Evidence, ExtensionRequest, Letter, Milestone, Reminder, Standing, Task
from tests import cast, factories
from tests.violations import refused, sql

pytestmark = pytest.mark.django_db

AUDITED = [
    model
    for app in ("departments", "tasks")
    for model in apps.get_app_config(app).get_models()
    if hasattr(model, "pgh_event_model")
]

# What can be changed in a row of each, and to what.
CHANGES: dict[str, tuple[str, Any]] = {
    "Department": ("contact_name", "王工"),
    "DepartmentAlias": ("name", "又一个名称"),
    "Membership": ("created_at", "2020-01-01T00:00:00Z"),
    "User": ("name", "李工"),
    "Plan": ("title", "改过的标题"),
    "TaskGroup": ("title", "改过的标题"),
    "Task": ("title", "改过的标题"),
    "Assignment": ("printed_as", "改过的名称"),
    "Milestone": ("note", "改过的说明"),
    "Report": ("progress_text", "改过的进展"),
    "ApiToken": ("name", "改过的名称"),
    "CalendarDay": ("note", "调休"),
    "ReportingPeriod": ("due_on", date(2024, 3, 26)),
    "Evidence": ("name", "改过的名称.pdf"),
    "Letter": ("error", "timeout"),
    "Reminder": ("reminded_on", date(2024, 3, 26)),
    "ExtensionRequest": ("reason", "改过的理由"),
    "Directive": ("text", "改过的批示"),
    "Export": ("name", "改过的名称.csv"),
    "CalendarFeed": ("created_at", "2020-01-01T00:00:00Z"),
    "PlanImport": ("name", "改过的名称.docx"),
}
APPEND_ONLY = {"Standing"}
CHANGED = [model for model in AUDITED if model.__name__ not in APPEND_ONLY]


def a_new(model: Any) -> Any:
    """A row that nothing points to."""
    author = cast.person("planner")
    unit = factories.department()
    makers: dict[str, Any] = {
        "Department": factories.department,
        "DepartmentAlias": lambda: factories.alias("一个别名", unit),
        "Membership": lambda: factories.collective(members=(unit,)).memberships.get(),  # noqa: PLW0108
        "User": lambda: cast.account("somebody", "leader"),
        "Plan": factories.plan,
        "TaskGroup": lambda: factories.group(factories.plan()),
        "Task": factories.task,
        "Assignment": lambda: factories.assignment(factories.task(), unit),
        "Milestone": lambda: factories.milestone(factories.task()),
        "Report": lambda: factories.report(factories.task(), unit, author),
        "ApiToken": lambda: issue(author, "台账", read_only=True, days=1)[0],
        "CalendarFeed": lambda: CalendarFeed.objects.create(user=author, digest="0" * 64),
        "CalendarDay": lambda: CalendarDay.objects.create(day=date(2024, 3, 25)),
        "ReportingPeriod": lambda: factories.period(factories.plan(), QUARTER, date(2024, 3, 31), QUARTER, "planned"),
    } | of_reporting(author, unit)
    return makers[model.__name__]()


QUARTER = date(2024, 1, 1)


def of_reporting(author: Any, unit: Department) -> dict[str, Any]:
    def owed() -> Any:
        task = factories.task(leads=(unit,))
        return factories.owed(factories.period(task.plan, QUARTER, date(2024, 3, 31), QUARTER), task, unit)

    def letter() -> Any:
        return Letter.objects.create(recipient=author, address="a@example.org", subject="催办", body="请报送。")

    who = {"recipient": author, "reminded_on": QUARTER, "occasion": "due"}
    file = {"name": "证书.pdf", "kind": "pdf", "size": 1, "sha256": "0" * 64}
    days = {"old_due_on": QUARTER, "new_due_on": date(2024, 2, 1), "requested_on": QUARTER}
    said = {"reason": "等待", "progress": "过半", "requested_by": author}
    return {
        "Evidence": lambda: Evidence.objects.create(report=owed(), file="evidence/0", sender=author, **file),
        "Export": lambda: factories.export(author, factories.plan()),
        "Letter": letter,
        "PlanImport": lambda: begin("2024年工作要点\n1.做事。（责任单位：甲局）", by=author, name="要点.docx"),
        "Reminder": lambda: Reminder.objects.create(report=owed(), letter=letter(), **who),
        "ExtensionRequest": lambda: ExtensionRequest.objects.create(task=factories.task(), **days, **said),
        "Directive": lambda: Directive.objects.create(
            task=factories.task(), text="请加快", author=author, given_on=QUARTER
        ),
    }


def events(row: Any) -> list[tuple[str, Any]]:
    """What the audit holds of the row, the oldest first: what happened, and the value of the field that changes."""
    field, _value = CHANGES[type(row).__name__]
    found = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    return [(label, str(value)) for label, value in found.values_list("pgh_label", field)]


def shown(model: Any, value: Any) -> str:
    return "2020-01-01 00:00:00+00:00" if model.__name__ in {"Membership", "CalendarFeed"} else str(value)


def test_every_table_of_the_domain_is_audited():
    ours = [model for app in ("departments", "tasks") for model in apps.get_app_config(app).get_models()]
    unaudited = {model.__name__ for model in ours if model not in AUDITED and not model.__name__.endswith("Event")}
    assert unaudited == {"Place"}  # follows from words whose changes are told
    assert {model.__name__ for model in AUDITED} == set(CHANGES) | APPEND_ONLY


@pytest.mark.parametrize("model", CHANGED, ids=lambda model: model.__name__)
class TestEveryWriteLeavesAnEvent:
    def test_by_the_orm(self, model):
        row = a_new(model)
        field, value = CHANGES[model.__name__]
        before, key = str(getattr(row, field)), row.pk
        setattr(row, field, value)
        row.save()
        row.delete()
        row.pk = key
        now = shown(model, value)
        assert events(row) == [("insert", before), ("update", now), ("delete", now)]

    def test_by_update_over_many(self, model):
        row = a_new(model)
        field, value = CHANGES[model.__name__]
        before = str(getattr(row, field))
        model._default_manager.filter(pk=row.pk).update(**{field: value})
        assert events(row) == [("insert", before), ("update", shown(model, value))]

    def test_by_raw_sql(self, model):
        row = a_new(model)
        field, value = CHANGES[model.__name__]
        before, table = str(getattr(row, field)), model._meta.db_table
        sql(f"UPDATE {table} SET {field} = %s WHERE id = %s", value, row.pk)
        sql(f"DELETE FROM {table} WHERE id = %s", row.pk)
        now = shown(model, value)
        assert events(row) == [("insert", before), ("update", now), ("delete", now)]

    def test_what_changes_nothing_leaves_none(self, model):
        row = a_new(model)
        field, _value = CHANGES[model.__name__]
        model._default_manager.filter(pk=row.pk).update(**{field: getattr(row, field)})
        row.save()
        assert [label for label, _value in events(row)] == ["insert"]

    def test_the_events_are_changed_by_nobody(self, model):
        a_new(model)
        table = model.pgh_event_model._meta.db_table
        for statement in (f"UPDATE {table} SET pgh_label = 'x'", f"DELETE FROM {table}"):
            with refused(f"pgtrigger: Cannot update or delete rows from {table} table"):
                sql(statement)
        with refused(f"pgtrigger: Cannot update or delete rows from {table} table"):
            model.pgh_event_model.objects.update(pgh_label="x")
        with refused(f"pgtrigger: Cannot update or delete rows from {table} table"):
            model.pgh_event_model.objects.all().delete()


@pytest.mark.parametrize("model", [one for one in CHANGED if issubclass(one, Row)], ids=lambda model: model.__name__)
class TestVersion:
    def versions(self, row: Any) -> int:
        return type(row)._base_manager.values_list("version", flat=True).get(pk=row.pk)

    def test_begins_with_one(self, model):
        assert self.versions(a_new(model)) == 1

    def test_is_raised_by_every_change_however_made(self, model):
        row = a_new(model)
        field, value = CHANGES[model.__name__]
        model._default_manager.filter(pk=row.pk).update(**{field: value})
        assert self.versions(row) == 2
        sql(f"UPDATE {model._meta.db_table} SET created_at = now() - interval '1 day' WHERE id = {row.pk}")
        assert self.versions(row) == 3

    def test_stays_when_nothing_changes(self, model):
        row = a_new(model)
        row.save()
        sql(f"UPDATE {model._meta.db_table} SET id = id WHERE id = {row.pk}")
        assert self.versions(row) == 1

    def test_cannot_be_set(self, model):
        row = a_new(model)
        model._default_manager.filter(pk=row.pk).update(version=70)
        assert self.versions(row) == 2


def test_what_is_written_once_leaves_one_event():
    """Everything else is refused: see the constraints."""
    owed = of_reporting(cast.person("planner"), factories.department())["Evidence"]().report
    row = Standing.objects.create(
        period=owed.period, task=owed.task, state="in_progress", reason="on_track", why={}, due_on=QUARTER
    )
    assert list(row.events.values_list("pgh_label", "reason", "version")) == [("insert", "on_track", 1)]
    with refused("pgtrigger: Cannot update or delete rows from tasks_standingevent table"):
        sql("DELETE FROM tasks_standingevent")


def test_updated_at_is_the_databases_own():
    task = factories.task()
    Task.objects.filter(pk=task.pk).update(title="改", updated_at="2001-01-01T00:00:00Z")
    with connection.cursor() as cursor:
        cursor.execute("SELECT updated_at = now() FROM tasks_task WHERE id = %s", [task.pk])
        assert cursor.fetchone() == (True,)


class TestWho:
    def last(self, row: Any) -> dict[str, Any] | None:
        event = row.events.order_by("-pgh_id").first()
        return event.pgh_context and event.pgh_context.metadata

    def test_nobody_without_a_context(self):
        assert self.last(factories.task()) is None

    def test_whoever_the_context_names_in_raw_sql_too(self, planner):
        task = factories.task()
        with pghistory.context(user=planner.pk, command="test"):
            sql("UPDATE tasks_task SET title = 'x' WHERE id = %s", task.pk)
        assert self.last(task) == {"user": planner.pk, "command": "test"}

    def test_a_page_says_who_from_where_and_in_which_request(self, jlc, client_for, caplog):
        task = cast.task(6)
        url = reverse("tasks:move", args=[task.code, "start"])
        client = client_for(jlc)
        sent = {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_REQUEST_ID": "made-up"}
        assert client.post(url, {"version": task.version}, **sent).status_code == 302
        logged = caplog.records[-1].msg["request_id"]
        assert logged != "made-up"
        assert self.last(cast.task(6)) == {"user": jlc.pk, "url": url, "address": "192.0.2.7", "request": logged}

    def test_an_address_that_is_only_claimed_is_not_recorded(self, jlc, client_for):
        task = cast.task(6)
        url = reverse("tasks:move", args=[task.code, "start"])
        sent = {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
        client_for(jlc).post(url, {"version": task.version}, **sent)
        assert self.last(cast.task(6))["address"] == "192.0.2.7"

    def test_one_request_one_context(self, jlc, client_for):
        """A tick that starts the task: two rows, one request."""
        first = cast.task(6).milestones.get(position=1)
        url = reverse("tasks:milestone_tick", args=[cast.task(6).code, first.pk, "complete"])
        client_for(jlc).post(url, {"version": first.version, "done_on": "2023-06-15"})
        milestone, task = Milestone.objects.get(pk=first.pk), cast.task(6)
        assert (milestone.state, task.state) == ("done", "in_progress")
        contexts = {row.events.order_by("-pgh_id").first().pgh_context_id for row in (milestone, task)}
        assert len(contexts) == 1
        assert None not in contexts


class TestAccounts:
    def test_events_never_hold_a_password_or_a_sign_in(self):
        fields = {field.name for field in User.pgh_event_model._meta.get_fields()}
        assert fields & {"password", "last_login", "session_epoch"} == set()
        assert {"username", "role", "department", "is_active", "is_superuser"} <= fields

    def test_nor_does_any_other_table_of_events(self, planner, client):
        client.post(reverse("login"), {"username": "planner", "password": cast.PASSWORD})
        assert AccessEvent.objects.filter(kind="signed_in", username="planner").count() == 1
        secret = User.objects.get(pk=planner.pk).password
        for model in [*(model.pgh_event_model for model in AUDITED), AccessEvent]:
            for row in model.objects.values():
                assert secret not in str(row)
                assert cast.PASSWORD not in str(row)

    def test_a_department_keeps_its_history_after_it_is_gone(self):
        unit = factories.department("gone")
        key = unit.pk
        unit.delete()
        assert not Department.objects.filter(code="gone").exists()
        history = Department.pgh_event_model.objects.filter(pgh_obj_id=key).order_by("pgh_id")
        assert list(history.values_list("pgh_label", "code")) == [("insert", "gone"), ("delete", "gone")]


def test_the_audit_carries_the_real_time_not_the_portals(planner):
    task = factories.task()
    event = task.events.get()
    assert event.pgh_created_at.date() != date(2023, 6, 15)
    assert abs((timezone.now() - event.pgh_created_at).total_seconds()) < 600
