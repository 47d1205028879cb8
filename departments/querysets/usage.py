"""Where a department is used. A row of any application that points at a department is a use of it, so that no
application has to be named here and none can be forgotten."""

from typing import Any, NamedTuple

from django.db.models import DO_NOTHING, Count, F, QuerySet, Value

OWN = {"aliases"}  # they belong to the department and go with it


class Use(NamedTuple):
    """`part` is the role of the rows where they have one: lead or support, planner or reporter."""

    relation: Any
    part: str
    number: int


def relations(department: Any) -> list[Any]:
    """The ways in which rows point at a department. The audit's events point at rows that may be gone: no use."""
    found = (r for r in department._meta.related_objects if r.one_to_many and r.on_delete is not DO_NOTHING)
    return [relation for relation in found if relation.name not in OWN]


def uses(department: Any, user: Any = None) -> list[Use]:
    """How often the department is used and by what, in one query.

    A `user` who does business counts only what he may see; administrators see no tasks but must know the counts.
    """
    known = {relation.name: relation for relation in relations(department)}
    first, *rest = [_counted(relation, department, user) for relation in known.values()]
    rows = first.union(*rest, all=True).order_by("relation", "part")
    found = [(known[row["relation"]], row["part"], row["number"]) for row in rows if row["number"]]
    return [Use(relation, _part(relation, part), number) for relation, part, number in found]


def _counted(relation: Any, department: Any, user: Any) -> QuerySet[Any, Any]:
    rows = relation.related_model._default_manager.filter(**{relation.field.name: department})
    if user is not None and user.does_business and hasattr(rows, "visible_to"):
        rows = rows.visible_to(user)
    part = F("role") if _has_role(relation) else Value("")
    rows = rows.order_by().annotate(relation=Value(relation.name), part=part)
    counted: QuerySet[Any, Any] = rows.values("relation", "part").annotate(number=Count("pk"))
    return counted


def _has_role(relation: Any) -> bool:
    return any(field.name == "role" for field in relation.related_model._meta.concrete_fields)


def _part(relation: Any, code: str) -> str:
    choices = dict(relation.related_model._meta.get_field("role").flatchoices) if _has_role(relation) else {}
    return str(choices.get(code, ""))
