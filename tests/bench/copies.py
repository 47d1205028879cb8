"""Many plans out of one: copies of the 2023 plan and all that belongs to it, of earlier years, made by the database.

They have their audit too, each row its beginning.
"""

from typing import Any

from django.db import connection

from tasks.models import Assignment, Milestone, Place, Plan, Report, ReportingPeriod, Task, TaskGroup

ORIGINAL = "2023"
YEARS = 23  # 2000 to 2022, so that the original stays the plan in force

# Of every copy: `old` is the row it is made of, `plan` the new plan.
OF_THE_PLAN = "tasks_{name} old JOIN tasks_plan plan ON plan.id <> old.plan_id"
OF_A_TASK = """tasks_{name} old JOIN tasks_task was ON was.id = old.task_id
    JOIN tasks_task task ON task.number = was.number AND task.plan_id <> was.plan_id
    JOIN tasks_plan plan ON plan.id = task.plan_id"""
SAME_GROUP = """JOIN tasks_taskgroup was ON was.id = old.group_id
    JOIN tasks_taskgroup same ON same.plan_id = plan.id AND same.ordinal = was.ordinal"""
SAME_PERIOD = f"""(SELECT same.id FROM tasks_reportingperiod was JOIN tasks_reportingperiod same
    ON same.starts_on = (was.starts_on - make_interval(years => {ORIGINAL} - plan.year))::date
    WHERE was.id = old.period_id AND same.plan_id = plan.id)"""
# Of a place: the row of the new plan with the same number and position.
SAME_TASK = """(SELECT new.id FROM tasks_task its JOIN tasks_task new ON new.number = its.number
    WHERE its.id = {of} AND new.plan_id = plan.id)"""
SAME_ONE = f"""(SELECT new.id FROM tasks_{{0}} was JOIN tasks_{{0}} new ON new.position = was.position {{1}}
    WHERE was.id = old.{{0}}_id AND new.task_id = {SAME_TASK.format(of="was.task_id")})"""
PLACES = {
    "plan_id": "plan.id",
    "task_id": SAME_TASK.format(of="old.task_id"),
    "milestone_id": SAME_ONE.format("milestone", ""),
    "assignment_id": SAME_ONE.format("assignment", "AND new.role = was.role"),
}


def make(plans: int) -> None:
    """Have that many plans in a database that has the original alone."""
    years = {"code": "n.year || '-' || n.i", "year": "n.year"}
    numbered = f"SELECT i, {int(ORIGINAL)} - 1 - i % {YEARS} AS year FROM generate_series(1, {plans - 1}) i"
    _copy(Plan, f"tasks_plan old CROSS JOIN ({numbered}) n", years, year="n.year")
    _copy(TaskGroup, OF_THE_PLAN, {"plan_id": "plan.id"})
    _copy(Task, f"{OF_THE_PLAN} {SAME_GROUP}", {"plan_id": "plan.id", "group_id": "same.id"})
    _copy(ReportingPeriod, OF_THE_PLAN, {"plan_id": "plan.id"})
    for model in (Assignment, Milestone, Report):
        _copy(model, OF_A_TASK, {"task_id": "task.id", "period_id": SAME_PERIOD})
    _copy(Place, OF_THE_PLAN, PLACES)


def settle() -> None:
    """What autovacuum would have done by the time anybody measures."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _copy(model: Any, source: str, replaced: dict[str, str], year: str = "plan.year") -> None:
    """The triggers rest meanwhile, since the audit takes a millisecond a row; it is written at once afterwards."""
    table, columns = model._meta.db_table, [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(str(field.column) for field in columns)
    values = ", ".join(replaced.get(str(field.column)) or _value(field, year) for field in columns)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what was copied before is joined now
        cursor.execute(f"SELECT max(id) FROM {table}")
        [last] = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {source.format(name=model._meta.model_name)}"
        )
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        if model is Place:
            return  # it has no audit
        tracked = {field.column for field in model.pgh_event_model._meta.concrete_fields}
        written = ", ".join(str(field.column) for field in columns if field.column in tracked)
        cursor.execute(
            f"INSERT INTO {table}event (pgh_label, pgh_created_at, pgh_obj_id, id, {written})"
            f" SELECT 'insert', now(), id, id, {written} FROM {table} WHERE id > %s",
            [last],
        )


def _value(field: Any, year: str) -> str:
    """Days move with the year of the plan, moments stay."""
    if field.get_internal_type() == "DateField":
        return f"(old.{field.column} - make_interval(years => {ORIGINAL} - {year}))::date"
    return f"old.{field.column}"
