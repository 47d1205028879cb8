"""Sets of assignments: which of them mean a department, by its own name or through a collective."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Prefetch, Q

from departments.models import Department, Membership
from tasks.querysets.rows import of_seen_tasks

if TYPE_CHECKING:
    from tasks.models import Assignment


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

    def naming(self, text: str) -> "AssignmentQuerySet":
        departments = Department.objects.named(text).values("pk")
        return self.filter(Q(printed_as__icontains=text) | Q(department__in=departments))

    def with_departments(self) -> "AssignmentQuerySet":
        """Leads first, in printed order, each with its department and, for a collective, its members."""
        members = Prefetch("members", Department.objects.order_by("order", "code"))
        departments = Prefetch("department", Department.objects.prefetch_related(members))
        return self.prefetch_related(departments).order_by("role", "position")
