"""What narrows the log of reminders: the state of the mail, the unit it was about, the reporting period."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from departments.models import Department
from tasks.filters.parameters import AnyOf, Known, Parameters
from tasks.models import Letter, LetterState, Reminder, ReportingPeriod


def _about(**reminder: Any) -> Q:
    return Q(Exists(Reminder.objects.filter(letter=OuterRef("pk"), **reminder)))


class LetterFilter(django_filters.FilterSet):
    """Over letters that the user sees; what may be chosen comes from what has been reminded of."""

    state = AnyOf(Known, lambda _set, state: Q(state=state), label=_("Mail"))
    unit = AnyOf(Known, lambda _set, code: _about(report__department__code=code), label=_("Department"))
    period = AnyOf(Known, lambda _set, key: _about(report__period=key), label=pgettext_lazy("filter", "Period"))

    class Meta:
        form = Parameters

    def __init__(self, data: Any, queryset: QuerySet[Letter], *, request: Any) -> None:
        super().__init__(data, queryset, request=request)
        self.is_bound = True
        for name, choices in self._choices().items():
            self.filters[name].extra["choices"] = choices

    def _choices(self) -> dict[str, Any]:
        return {
            "state": [(state, capfirst(label)) for state, label in LetterState.choices],
            "unit": lambda: [(unit.code, unit.short_name) for unit in _units()],
            "period": lambda: [(str(period.pk), f"{period.plan.year} {period.label}") for period in _periods()],
        }

    def get_form_class(self) -> type[forms.Form]:
        form: type[Parameters] = super().get_form_class()
        form.technical = frozenset({"page"})
        return form

    def filter_queryset(self, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        """Nothing at all where a parameter is wrong."""
        return super().filter_queryset(queryset) if self.is_valid() else queryset.none()


def _units() -> QuerySet[Department]:
    return Department.objects.filter(Exists(Reminder.objects.filter(report__department=OuterRef("pk")))).order_by(
        "order", "code"
    )


def _periods() -> QuerySet[ReportingPeriod]:
    found = ReportingPeriod.objects.filter(Exists(Reminder.objects.filter(report__period=OuterRef("pk"))))
    return found.select_related("plan").defer("plan__text").order_by("-starts_on")
