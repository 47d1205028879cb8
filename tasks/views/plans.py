"""Keeping the plan by hand: the plan, its groups, its tasks, and all milestones' dates on one page."""

from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tasks.actions import planning
from tasks.actions.refusals import require
from tasks.documents.numerals import heading
from tasks.forms.planning import GroupForm, PlanForm, TaskForm
from tasks.models import Plan, Task, TaskGroup
from tasks.views.acting import FormAction, visible_task
from tasks.views.codes import Code


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """All plans, for those who keep them."""
    require(request.user, "tasks.view_plan")
    plans = Plan.objects.visible_to(request.user).annotate(
        group_count=Count("groups", distinct=True), task_count=Count("tasks", distinct=True)
    )
    return render(request, "tasks/plans.html", {"plans": plans})


@require_safe
def plan_detail(request: HttpRequest, plan: str) -> HttpResponse:
    """One plan with its groups and tasks: where a plan is kept by hand."""
    found = get_object_or_404(Plan.objects.visible_to(request.user), code=plan)
    require(request.user, "tasks.view_plan")
    groups = found.groups.prefetch_related(
        Prefetch("tasks", found.tasks.select_related("plan").order_by("number").annotate(**UNDATED))
    )
    headed = [(heading(group), group) for group in groups.order_by("ordinal")]
    return render(request, "tasks/plan.html", {"plan": found, "groups": headed})


UNDATED = {
    "undated": Count("milestones", filter=Q(milestones__date_basis="plan_end", milestones__state="open")),
    "milestone_count": Count("milestones", filter=~Q(milestones__state="cancelled")),
}


def page_of(plan: Plan) -> str:
    return reverse("tasks:plan", args=[plan.code])


class PlanAdd(FormAction):
    form_class = PlanForm
    permission = "tasks.add_plan"
    heading, submit = _("New plan"), _("Create")

    def prepare(self, **kwargs: Any) -> None:
        self.back = reverse("tasks:plans")

    def current(self, row: Plan | None) -> dict[str, Any]:
        blank = Plan()
        return {name: getattr(blank, name) for name in PlanForm.Meta.fields}

    def perform(self, form: Any, version: int) -> str | Promise:
        plan = planning.create(Plan(**form.values()), by=self.request.user)
        self.back = page_of(plan)
        return _("The plan has been created. Next: its groups and tasks.")


class OfPlan(FormAction):
    """A form about a visible plan, or something in it."""

    def prepare(self, plan: str, **kwargs: Any) -> None:
        self.plan = get_object_or_404(Plan.objects.visible_to(self.request.user), code=plan)
        self.back = page_of(self.plan)

    def context(self) -> dict[str, Any]:
        return super().context() | {"plan": self.plan}


class PlanEdit(OfPlan):
    form_class = PlanForm
    permission = "tasks.change_plan"
    heading, submit = _("Edit the plan"), _("Save")

    def prepare(self, plan: str, **kwargs: Any) -> None:
        super().prepare(plan)
        self.row = self.plan

    def current(self, row: Plan) -> dict[str, Any]:
        return {name: getattr(row, name) for name in PlanForm.Meta.fields}

    def form_kwargs(self) -> dict[str, Any]:
        return {"instance": Plan.objects.get(pk=self.plan.pk)}

    def perform(self, form: Any, version: int) -> str | Promise:
        self.plan = planning.change(self.row, by=self.request.user, version=version, **form.values())
        self.back = page_of(self.plan)
        return _("The plan has been saved.")


class GroupAdd(OfPlan):
    form_class = GroupForm
    permission = "tasks.add_taskgroup"
    heading, submit = _("Add a group"), _("Add")

    def current(self, row: TaskGroup | None) -> dict[str, Any]:
        last = self.plan.groups.order_by("-ordinal").first()
        return {"ordinal": last.ordinal + 1 if last else 1}

    def perform(self, form: Any, version: int) -> str | Promise:
        planning.create(TaskGroup(plan=self.plan, **form.values()), by=self.request.user)
        return _("The group has been added.")


class GroupEdit(OfPlan):
    form_class = GroupForm
    permission = "tasks.change_taskgroup"
    heading, submit = _("Edit the group"), _("Save")

    def prepare(self, plan: str, ordinal: int = 0, **kwargs: Any) -> None:
        super().prepare(plan)
        self.row = get_object_or_404(self.plan.groups, ordinal=ordinal)

    def current(self, row: TaskGroup) -> dict[str, Any]:
        return {"ordinal": row.ordinal, "title": row.title}

    def perform(self, form: Any, version: int) -> str | Promise:
        planning.change(self.row, by=self.request.user, version=version, **form.values())
        return _("The group has been saved.")


class TaskAdd(OfPlan):
    form_class = TaskForm
    permission = "tasks.add_task"
    heading, submit = _("Add a task"), _("Add")

    def form_kwargs(self) -> dict[str, Any]:
        return {"plan": self.plan}

    def current(self, row: Task | None) -> dict[str, Any]:
        last = self.plan.tasks.order_by("-number").first()
        return {"number": last.number + 1 if last else 1, "due_on": self.plan.ends_on}

    def perform(self, form: Any, version: int) -> str | Promise:
        task = planning.create(Task(plan=self.plan, **form.values()), by=self.request.user)
        self.back = task.get_absolute_url()
        return _("The task has been added. Next: its units and milestones.")


class TaskEdit(FormAction):
    form_class = TaskForm
    permission = "tasks.change_task"
    heading, submit = _("Edit the task"), _("Save")

    def prepare(self, code: Code, **kwargs: Any) -> None:
        self.row = visible_task(self.request, code)
        self.back = self.row.get_absolute_url()

    def form_kwargs(self) -> dict[str, Any]:
        return {"plan": self.row.plan, "instance": Task.objects.get(pk=self.row.pk)}

    def current(self, row: Task) -> dict[str, Any]:
        names = ("number", "title", "due_on", "text")
        return {name: getattr(row, name) for name in names} | {"group": row.group_id}

    def perform(self, form: Any, version: int) -> str | Promise:
        task = planning.change(self.row, by=self.request.user, version=version, **form.values())
        self.back = task.get_absolute_url()
        return _("The task has been saved.")

    def context(self) -> dict[str, Any]:
        return super().context() | {"task": self.row}
