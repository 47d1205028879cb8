"""An import into the plan: a new one, or the one that has its code, all or nothing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from tasks.actions import places, planning
from tasks.actions.imports.comparing import HEAD, Compared, Comparison, Named, kept_steps, named
from tasks.actions.imports.draft import Draft
from tasks.actions.imports.keeping import locked, require_open
from tasks.actions.imports.names import Names
from tasks.actions.refusals import Stale, require, require_version
from tasks.actions.saving import saved
from tasks.documents.reading import Item, Reading, Step
from tasks.models import Assignment, DateBasis, ImportState, Milestone, Plan, PlanImport, Role, Task, TaskGroup


@transaction.atomic
def store(imported: PlanImport, *, by: Any, today: date, version: int | None = None, seen: str | None = None) -> Plan:
    """Raises ValidationError with every problem at once (`params["problem"]` of each is the Problem).

    `seen` is `Comparison.seen` as it was confirmed, "" where there was no plan: a plan changed meanwhile is Stale."""
    require(by, "tasks.store_planimport", imported)
    row = locked(imported)
    draft = Draft(row)
    if draft.plan:
        draft.plan = Plan.objects.select_for_update().get(pk=draft.plan.pk)
        list(draft.plan.tasks.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    _refuse(draft)
    require_version(row, version)
    require_open(row)
    found = draft.comparison
    if seen is not None and seen != (found.seen if found else ""):
        raise Stale(row)
    plan = _update(found, by) if found else _create(draft.reading, row.text, draft.names, by)
    if not (found and found.is_same):
        places.locate(plan)
    row.state, row.plan, row.stored_on = ImportState.STORED, plan, today
    saved(row)
    return plan


def _refuse(draft: Draft) -> None:
    if draft.problems:
        raise ValidationError(
            [ValidationError(one.message, code=one.field, params={"problem": one}) for one in draft.problems]
        )


# ---- a new plan ----


def _create(reading: Reading, text: str, names: Names, by: Any) -> Plan:
    head: dict[str, Any] = {name: getattr(reading, name) for name in HEAD}
    plan = planning.create(Plan(code=reading.code, text=text, **head), by=by)
    groups = _add_groups(plan, {group.ordinal: group.title for group in reading.groups})
    asked = [(item, reading.groups[item.group or 0].ordinal) for _place, item in reading.taken]
    _add_tasks(plan, groups, [(item, at, named(item, names), kept_steps(item)) for item, at in asked])
    return plan


def _add_groups(plan: Plan, titles: dict[int, str]) -> dict[int, TaskGroup]:
    made = TaskGroup.objects.bulk_create(TaskGroup(plan=plan, ordinal=at, title=title) for at, title in titles.items())
    return {group.ordinal: group for group in made}


def _add_tasks(
    plan: Plan, groups: dict[int, TaskGroup], asked: Iterable[tuple[Item, int, list[Named], list[Step]]]
) -> None:
    rows = list(asked)
    tasks = Task.objects.bulk_create(_task(plan, groups[ordinal], item) for item, ordinal, _units, _steps in rows)
    _add_units([(task, units) for task, (_item, _at, units, _steps) in zip(tasks, rows, strict=True)])
    _add_steps([(task, 0, steps) for task, (_item, _at, _units, steps) in zip(tasks, rows, strict=True)])


def _task(plan: Plan, group: TaskGroup, item: Item) -> Task:
    dates = {"due_on": plan.ends_on, "original_due_on": plan.ends_on}
    return Task(plan=plan, group=group, number=item.number, title=item.title, text=item.text, **dates)


def _add_units(asked: Iterable[tuple[Task, list[Named]]]) -> None:
    Assignment.objects.bulk_create(
        _assignment(task, position, unit) for task, units in asked for position, unit in _positions(units)
    )


def _positions(units: list[Named]) -> list[tuple[int, Named]]:
    """From 1 on in each role."""
    by_role = [[unit for unit in units if unit.role == role] for role in (Role.LEAD, Role.SUPPORT)]
    return [(position, unit) for listed in by_role for position, unit in enumerate(listed, start=1)]


def _assignment(task: Task, position: int, unit: Named) -> Assignment:
    """Leads always owe; supporting units once somebody asks them."""
    return Assignment(
        task=task,
        department_id=unit.department,
        role=unit.role,
        position=position,
        printed_as=unit.printed_as,
        open_ended=unit.open_ended,
        owes_report=unit.role == Role.LEAD,
    )


def _add_steps(asked: Iterable[tuple[Task, int, list[Step]]]) -> None:
    Milestone.objects.bulk_create(
        Milestone(task=task, position=position, title=step.title, quote=step.quote, **_dated(step, task))
        for task, last, steps in asked
        for position, step in enumerate(steps, start=last + 1)
    )


def _dated(step: Step, task: Task) -> dict[str, Any]:
    due_on = step.due_on or task.plan.ends_on
    basis = step.date_basis if step.due_on else DateBasis.PLAN_END
    return {"due_on": due_on, "original_due_on": due_on, "date_basis": basis}


# ---- a plan brought up to date ----


def _update(found: Comparison, by: Any) -> Plan:
    """Rows that do not change are not written."""
    plan = planning.change(found.plan, by=by, **found.fields) if found.fields else found.plan
    groups = _update_groups(plan, found.titles)
    _add_tasks(plan, groups, [_asked(each) for each in found.new])
    for each in found.changed:
        _update_task(each, groups)
    return plan


def _update_groups(plan: Plan, titles: dict[int, str]) -> dict[int, TaskGroup]:
    groups = {group.ordinal: group for group in plan.groups.select_for_update()}
    changed = [groups[at] for at in titles if at in groups]
    for group in changed:
        group.title = titles[group.ordinal]
    TaskGroup.objects.bulk_update(changed, ["title"])
    return groups | _add_groups(plan, {at: title for at, title in titles.items() if at not in groups})


def _asked(each: Compared) -> tuple[Item, int, list[Named], list[Step]]:
    assert each.item  # noqa: S101 - a new task is one of the document
    return each.item, each.fields["group"], each.units or [], each.steps


def _update_task(each: Compared, groups: dict[int, TaskGroup]) -> None:
    """Quotes that the new text lacks give way first, since a quote stands in its task's text at every moment."""
    task = each.task
    assert task  # noqa: S101 - a changed task is one of the plan
    task.milestones.filter(pk__in=each.quotes).update(quote="")
    values = {name: groups[value] if name == "group" else value for name, value in each.fields.items()}
    if each.units is not None:
        _replace_units(task, each.units)
        values["version"] = F("version") + 1  # whoever edits the task meanwhile is told
    if values:
        Task.objects.filter(pk=task.pk).update(**values)
    for key, quote in each.quotes.items():
        if quote:
            task.milestones.filter(pk=key).update(quote=quote)
    last = max((one.position for one in task.milestones.all()), default=0)
    _add_steps([(task, last, each.steps)])


def _replace_units(task: Task, units: list[Named]) -> None:
    """Who stays keeps its switch; what a unit that goes has reported stays."""
    stand = {(one.role, one.department_id): one for one in task.assignments.all()}
    wanted = {(unit.role, unit.department): (position, unit) for position, unit in _positions(units)}
    Assignment.objects.filter(pk__in=[one.pk for key, one in stand.items() if key not in wanted]).delete()
    staying = [stand[key] for key in wanted if key in stand]
    for one in staying:
        one.position, unit = wanted[one.role, one.department_id]
        one.printed_as, one.open_ended = unit.printed_as, unit.open_ended
    Assignment.objects.bulk_update(staying, ["position", "printed_as", "open_ended"])
    Assignment.objects.bulk_create(
        _assignment(task, position, unit) for key, (position, unit) in wanted.items() if key not in stand
    )
