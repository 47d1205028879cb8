"""Sets of tasks: who sees which, who speaks for them, where they stand."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery

from departments.querysets.folding import folded
from tasks.querysets import light
from tasks.querysets.rows import rows

if TYPE_CHECKING:
    from tasks.models import Task


class TaskQuerySet(models.QuerySet["Task"]):
    def get_by_natural_key(self, plan: str, number: int) -> "Task":
        return self.get(plan__code=plan, number=number)

    def _assignments(self) -> Any:
        return rows("assignment")

    def visible_to(self, user: Any) -> "TaskQuerySet":
        """The only door to tasks: planners and leaders all, reporters those assigned to their unit."""
        if not user.is_authenticated or not user.does_business:
            return self.none()
        if user.is_superuser or user.is_planner or user.is_leader:
            return self
        return self.filter(plan__is_active=True).assigned_to(user.department_id)

    def assigned_to(self, department: Any, role: str | None = None) -> "TaskQuerySet":
        """Tasks that name the department itself or a collective it belongs to."""
        named = self._assignments().filter(task=OuterRef("pk")).of_department(department)
        return self.filter(Exists(named.filter(role=role) if role else named))

    def with_coordinator(self) -> "TaskQuerySet":
        """`coordinator_id`: the first-listed lead that is not a collective, or None (the planner speaks)."""
        leads = self._assignments().filter(task=OuterRef("pk"), role="lead", department__is_collective=False)
        return self.annotate(coordinator_id=Subquery(leads.order_by("position").values("department")[:1]))

    def with_light(self, today: date) -> "TaskQuerySet":
        """With `light`, `reason` and every figure behind them; the rules are in `querysets.light`.

        Begin with it, `Task.objects.with_light(today).visible_to(user)`, and it costs a hundredth.
        """
        if vars(self.query) == vars(self.model._default_manager.all().query):
            every: TaskQuerySet = light.all_with_light(self.model, today).all()
            return every
        return light.with_light(self.with_coordinator(), today)

    def with_units(self) -> "TaskQuerySet":
        """With assignments, their departments and the members of collectives, in printed order."""
        return self.prefetch_related(Prefetch("assignments", self._assignments().with_departments()))

    def in_order(self) -> "TaskQuerySet":
        return self.select_related("plan", "group").order_by("-plan__year", "-plan_id", "number")

    def search(self, text: str) -> "TaskQuerySet":
        """Every word must stand in the title, the text, a milestone's title or a unit's name, in whatever width."""
        found = self
        milestones = rows("milestone")
        for word in folded(text).split():
            in_milestone = Exists(milestones.filter(task=OuterRef("pk"), title__nfkc__icontains=word))
            in_unit = Exists(self._assignments().filter(task=OuterRef("pk")).naming(word))
            in_task = Q(title__nfkc__icontains=word) | Q(text__nfkc__icontains=word)
            found = found.filter(in_task | in_milestone | in_unit)
        return found
