"""Sets of what people ask of one another about a task: extensions and directives."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from tasks.querysets.rows import of_seen_tasks, rows

if TYPE_CHECKING:
    from tasks.models import Directive, ExtensionRequest  # noqa: F401 - named in the base classes


def of_the_coordinator(children: Any, user: Any) -> Any:
    """Between the co-ordinator, planners and leaders: other units of the task read neither."""
    if not user.is_authenticated or not user.does_business:
        return children.none()
    seen = of_seen_tasks(children, user)
    if user.is_superuser or user.is_planner or user.is_leader:
        return seen
    coordinator = rows("task").with_coordinator().filter(pk=OuterRef("task")).values("coordinator_id")
    return seen.alias(coordinator=Subquery(coordinator)).filter(coordinator=user.department_id or 0)


def with_extensions(tasks: Any) -> Any:
    """`extended`: how often the due date of the task itself has been put off."""
    granted = rows("extensionrequest").granted().filter(task=OuterRef("pk"), milestone__isnull=True).order_by()
    return tasks.annotate(extended=Coalesce(Subquery(granted.values("task").values(number=Count("pk"))), 0))


class ExtensionQuerySet(models.QuerySet["ExtensionRequest"]):
    def visible_to(self, user: Any) -> "ExtensionQuerySet":
        seen: ExtensionQuerySet = of_the_coordinator(self, user)
        return seen

    def waiting(self) -> "ExtensionQuerySet":
        return self.filter(state="asked")

    def granted(self) -> "ExtensionQuerySet":
        return self.filter(state="granted")


class DirectiveQuerySet(models.QuerySet["Directive"]):
    def visible_to(self, user: Any) -> "DirectiveQuerySet":
        seen: DirectiveQuerySet = of_the_coordinator(self, user)
        return seen

    def unanswered(self) -> "DirectiveQuerySet":
        return self.filter(answer="")
