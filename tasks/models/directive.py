"""批示: a leader's remark on a task, which asks for an answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Row, audited
from tasks.models.task import Task
from tasks.querysets.requests import DirectiveQuerySet


@audited()
class Directive(Row):
    """It stays on the dashboard until the co-ordinator, or a planner for it, has answered."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="directives", verbose_name=_("task"))
    text = models.TextField(_("directive"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by")
    )
    given_on = models.DateField(_("given on"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    objects = DirectiveQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("directive")
        verbose_name_plural = _("directives")
        ordering = ("-given_on", "-id")
        constraints = [
            models.CheckConstraint(
                name="directive_text",
                condition=~Q(text=""),
                violation_error_message=_("A directive says something."),
            ),
            models.CheckConstraint(
                name="directive_answered",
                condition=Q(answer="", answered_by__isnull=True, answered_on__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_on__isnull=False)),
                violation_error_message=_("An answer names who gave it and when."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def is_answered(self) -> bool:
        return bool(self.answer)
