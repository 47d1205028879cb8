"""Sets of assignments: which of them mean a department, by its own name or through a collective."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import Prefetch, Q

from departments.models import Department, Membership
from departments.querysets.folding import folded
from tasks.querysets.prepared import Prepared
from tasks.querysets.rows import of_seen_tasks
from tasks.workflow import BEFORE_CLOSED

if TYPE_CHECKING:
    from tasks.models import Assignment


class Unit(NamedTuple):
    """Of a department what lists show. As tuples they sort in their order."""

    order: int
    code: str
    pk: int
    short_name: str
    name: str


class PrintedUnit(NamedTuple):
    role: str
    printed_as: str
    unit: Unit
    members: list[Unit]  # of a collective


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def get_by_natural_key(self, plan: str, number: int, role: str, position: int) -> "Assignment":
        return self.get(task__plan__code=plan, task__number=number, role=role, position=position)

    def visible_to(self, user: Any) -> "AssignmentQuerySet":
        """Those of the tasks the user sees."""
        seen: AssignmentQuerySet = of_seen_tasks(self, user)
        return seen

    def of_department(self, department: Any) -> "AssignmentQuerySet":
        collectives = Membership.objects.filter(member=department).values("collective")
        return self.filter(Q(department=department) | Q(department__in=collectives))

    def owing(self) -> set[tuple[int, int]]:
        """Who owes a report now: pairs of the keys of task and department, each once.

        Leads, and supporting units that were asked; collectives unfold to their members, an empty one owes nothing.
        """
        asked = self.filter(Q(role="lead") | Q(owes_report=True), task__state__in=BEFORE_CLOSED)
        by_name = asked.filter(department__is_collective=False, department__is_active=True)
        through = asked.filter(department__memberships__member__is_active=True)
        return {*by_name.values_list("task", "department")} | {
            *through.values_list("task", "department__memberships__member")
        }

    def naming(self, text: str) -> "AssignmentQuerySet":
        departments = Department.objects.named(text).values("pk")
        return self.filter(Q(printed_as__nfkc__icontains=folded(text)) | Q(department__in=departments))

    def columns(self) -> Any:
        """What `as_printed` makes units of."""
        return self.values_list("task", "role", "printed_as", *(f"department__{name}" for name in Unit._fields))

    def with_departments(self) -> "AssignmentQuerySet":
        """Leads first, in printed order, each with its department and, for a collective, its members."""
        members = Prefetch("members", Department.objects.order_by("order", "code"))
        departments = Prefetch("department", Department.objects.prefetch_related(members))
        return self.prefetch_related(departments).order_by("role", "position")


def as_printed(columns: Iterable[tuple[Any, ...]]) -> dict[int, list[PrintedUnit]]:
    """Units by the key of their task, in the order of the rows. One query and no objects, for many tasks at once."""
    belong: dict[int, list[Unit]] = defaultdict(list)
    for collective, *member in _members().ask():
        belong[collective].append(Unit(*member))
    printed: dict[int, list[PrintedUnit]] = defaultdict(list)
    for task, role, as_written, *named in columns:
        unit = Unit(*named)
        printed[task].append(PrintedUnit(role, as_written, unit, belong.get(unit.pk, [])))
    return printed


@lru_cache
def _members() -> Prepared:
    """Of all collectives; there are a handful."""
    members = Membership.objects.order_by("member__order", "member__code")
    return Prepared(members.values_list("collective", *(f"member__{name}" for name in Unit._fields)))
