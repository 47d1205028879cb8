"""A published document on its way to becoming a plan."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models import Row, audited
from tasks.models.plan import Plan
from tasks.querysets.imports import ImportQuerySet


class ImportState(models.TextChoices):
    OPEN = "open", pgettext_lazy("import", "being checked")
    STORED = "stored", pgettext_lazy("import", "stored")
    DROPPED = "dropped", pgettext_lazy("import", "dropped")


@audited(exclude=["text", "reading"])  # the text never changes; what is read becomes rows with an audit of their own
class PlanImport(Row):
    """The text as it came in, and `reading`: what was read in it, as a planner has corrected it so far.

    The shape of `reading` is that of `tasks/documents/reading.py`. Nothing of it is in the plan before it is stored.
    """

    State = ImportState

    name = models.CharField(_("file name"), max_length=150, blank=True)
    text = models.TextField(_("published text"))
    reading = models.JSONField(_("what was read"))
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.OPEN)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="imports", verbose_name=_("plan")
    )
    stored_on = models.DateField(_("stored on"), null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="import_state",
                condition=Q(state=ImportState.STORED, plan__isnull=False, stored_on__isnull=False)
                | Q(state__in=[ImportState.OPEN, ImportState.DROPPED], plan__isnull=True, stored_on__isnull=True),
                violation_error_message=_("A stored import, and only a stored one, names its plan and the day."),
            )
        ]
        triggers = [*Row.Meta.triggers, pgtrigger.ReadOnly(name="text_fixed", fields=["text"])]

    def __str__(self) -> str:
        return self.name or self.reading.get("title", "")

    def get_absolute_url(self) -> str:
        return reverse("tasks:import", args=[self.pk])
