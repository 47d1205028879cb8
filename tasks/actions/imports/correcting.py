"""What a planner says about a reading: values into it, and all that is wrong with a head or a task. No database."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tasks.documents.reading import Heading, Item, Reading, Step, Unit
from tasks.models import Assignment, DateBasis, Milestone, Plan, Role, Task, TaskGroup

Errors = dict[str, list[ValidationError]]
HEAD = ("title", "year", "issuer", "document_number", "issued_on", "code", "ends_on", "groups")
TASK = ("number", "title", "text", "group", "units", "milestones", "left_out")
OPTIONAL = {"document_number"}
YEARS = range(2000, 2101)


def correct_head(reading: Reading, values: Mapping[str, Any]) -> None:
    """Set them; raises ValidationError with every value that cannot be kept. What is left empty is told later."""
    _known(values, HEAD)
    if "year" in values and values["year"] != reading.year:
        values = {**_following(reading, values["year"]), **values}
    for name, value in values.items():
        setattr(reading, name, [_as(Heading, each) for each in value] if name == "groups" else _plain(value))
    for item in reading.tasks:
        item.group = item.group if item.group is not None and item.group < len(reading.groups) else None
    _refuse(errors_of_head(reading), values)


def _following(reading: Reading, year: int | None) -> dict[str, Any]:
    """What was made out of the year goes with it."""
    ends = date(reading.year, 12, 31) if reading.year else None
    follows: dict[str, Any] = {}
    if reading.code in {"", str(reading.year)}:
        follows["code"] = str(year or "")
    if reading.ends_on == ends and year and year in YEARS:
        follows["ends_on"] = date(year, 12, 31)
    return follows


def correct_task(reading: Reading, place: int, values: Mapping[str, Any]) -> None:
    """The same for the task at a place of the reading."""
    if not 0 <= place < len(reading.tasks):
        raise ValidationError({"place": ValidationError(_("The document has no such task."), code="invalid_choice")})
    _known(values, TASK)
    item = reading.tasks[place]
    for name, value in values.items():
        setattr(item, name, PARTS[name](value) if name in PARTS else _plain(value))
    _refuse(errors_of_task(item, reading.groups), values)


def new_task(reading: Reading, values: Mapping[str, Any]) -> int:
    """A task the reader missed; returns its place."""
    number = max((item.number for item in reading.tasks), default=0) + 1
    reading.tasks.append(Item(number, "", "", 0 if len(reading.groups) == 1 else None))
    correct_task(reading, len(reading.tasks) - 1, values)
    return len(reading.tasks) - 1


def decide_names(reading: Reading, names: Mapping[str, str | None], codes: Iterable[str]) -> None:
    """What a printed name stands for: the code of an active department, "" to leave the unit out, None to say
    later."""
    known, printed = set(codes), set(reading.printed)
    wrong = [name for name, code in names.items() if name not in printed or (code and code not in known)]
    if wrong:
        told = _("Choose an active department for: %s.") % "、".join(wrong)
        raise ValidationError({"names": ValidationError(told, code="invalid_choice")})
    decided = {**reading.names, **names}
    reading.names = {name: code for name, code in decided.items() if code is not None}


# ---- values ----


def _known(values: Mapping[str, Any], allowed: Iterable[str]) -> None:
    if unknown := sorted(set(values) - set(allowed)):
        raise ValidationError({name: ValidationError(_("Unknown field."), code="unknown") for name in unknown})


def _plain(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _as(kind: type, value: Any) -> Any:
    """A part of a reading from one, or from a mapping as in JSON."""
    if isinstance(value, kind):
        return value
    names = {field.name for field in fields(kind)}
    return kind(**{name: _plain(given) for name, given in value.items() if name in names})


def _unit(value: Any) -> Unit:
    """As printed: a name with 等 at its end is open-ended."""
    unit: Unit = _as(Unit, value)
    return unit if unit.open_ended else Unit.named(unit.printed, unit.role)


def _step(value: Any) -> Step:
    """A date that somebody gives is that person's, unless it stood there before."""
    step: Step = _as(Step, value)
    given: Any = step.due_on or None
    due_on = date.fromisoformat(given) if isinstance(given, str) else given
    basis = step.date_basis
    if due_on is None:
        basis = DateBasis.PLAN_END
    elif basis == DateBasis.PLAN_END:
        basis = DateBasis.SET_BY_STAFF
    return replace(step, due_on=due_on, date_basis=str(basis))


PARTS = {
    "units": lambda given: [_unit(each) for each in given],
    "milestones": lambda given: [_step(each) for each in given],
}


def _refuse(errors: Errors, values: Iterable[str]) -> None:
    """What is missing may be added later; what is wrong is refused at once."""
    wrong = {
        name: [error for error in found if error.code != "required"]
        for name, found in errors.items()
        if name in values
    }
    if wrong := {name: found for name, found in wrong.items() if found}:
        raise ValidationError(wrong)


# ---- what is wrong ----


def errors_of_head(reading: Reading) -> Errors:
    """By field; those with code "required" prevent storing, the others cannot even be kept."""
    errors: Errors = {}
    for name in HEAD[:-1]:
        _check(errors, Plan, name, getattr(reading, name), required=name not in OPTIONAL)
    if reading.year and reading.year not in YEARS:
        errors["year"] = [ValidationError(_("The year lies between 2000 and 2100."), code="plan_year")]
    if reading.issued_on and reading.ends_on and reading.ends_on <= reading.issued_on:
        told = _("A plan ends after the day it was issued.")
        errors["ends_on"] = [ValidationError(told, code="plan_ends_after_issue")]
    return errors | _errors_of_groups(reading.groups)


def _errors_of_groups(groups: list[Heading]) -> Errors:
    errors: Errors = {}
    for group in groups:
        for name in ("ordinal", "title"):
            _check(errors, TaskGroup, name, getattr(group, name), key="groups")
    for ordinal, times in Counter(group.ordinal for group in groups).items():
        if times > 1:
            told = _("Two groups have the ordinal %s.") % ordinal
            errors.setdefault("groups", []).append(ValidationError(told, code="unique"))
    return errors


def errors_of_task(item: Item, groups: list[Heading]) -> Errors:
    """The same of one task; nothing is wrong with one that is left out."""
    errors: Errors = {}
    if item.left_out:
        return errors
    for name in ("number", "title", "text"):
        _check(errors, Task, name, getattr(item, name))
    if item.group is None:
        errors["group"] = [ValidationError(_("Choose a group."), code="required")]
    elif not (isinstance(item.group, int) and 0 <= item.group < len(groups)):
        errors["group"] = [ValidationError(_("The document has no such group."), code="invalid_choice")]
    _check_units(errors, item)
    _check_steps(errors, item)
    return errors


def _check_units(errors: Errors, item: Item) -> None:
    for unit in item.units:
        _check(errors, Assignment, "printed_as", unit.printed_as, key="units")
        if unit.role not in Role.values:
            errors.setdefault("units", []).append(ValidationError(_("Unknown role."), code="invalid_choice"))
    for (name, _role), times in Counter((unit.printed, unit.role) for unit in item.units).items():
        if times > 1:
            told = _("“%s” stands here twice.") % name
            errors.setdefault("units", []).append(ValidationError(told, code="unique"))


def _check_steps(errors: Errors, item: Item) -> None:
    kept = [step for step in item.milestones if step.kept]
    for step in kept:
        _check(errors, Milestone, "title", step.title, key="milestones")
        if step.quote not in item.text:
            told = _("These words do not stand in the task's text: %s") % step.quote
            errors.setdefault("milestones", []).append(ValidationError(told, code="milestone_quote_verbatim"))
        if step.date_basis not in DateBasis.values:
            told = _("Unknown state or origin of the date.")
            errors.setdefault("milestones", []).append(ValidationError(told, code="milestone_choices"))
    for (title, _quote), times in Counter((step.title, step.quote) for step in kept).items():
        if times > 1:
            told = _("“%s” stands here twice.") % title
            errors.setdefault("milestones", []).append(ValidationError(told, code="unique"))


def _check(errors: Errors, model: Any, name: str, value: Any, key: str = "", required: bool = True) -> None:
    """By the rules of the model's field, whose words are the reader's."""
    field = model._meta.get_field(name)
    try:
        if value in (None, ""):
            if required:
                raise ValidationError(field.error_messages["blank"], code="required")
        else:
            field.run_validators(field.to_python(value))
    except ValidationError as error:
        errors.setdefault(key or name, []).extend(error.error_list)
