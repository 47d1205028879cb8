"""Days on which the offices work or rest otherwise than the public calendar says, or than it says already."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models.row import Row, audited
from departments.querysets.calendar import CalendarDayQuerySet


@audited()
class CalendarDay(Row):
    """One day, kept by an administrator; it overrides the public calendar (国务院办公厅节假日安排)."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"), default=False)
    note = models.CharField(_("note"), max_length=100, blank=True)

    objects = CalendarDayQuerySet.as_manager()

    class Meta(Row.Meta):
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ("day",)

    def __str__(self) -> str:
        return self.day.isoformat()
