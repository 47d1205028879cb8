"""Filters of long ago in words: what narrowed each of many lists, asking the database once for all of them."""

from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tasks.filters.parameters import Chosen
from tasks.filters.tasks import ORDERINGS, TaskFilter
from tasks.models import Plan, ReportingPeriod, Task

SAID_ELSEWHERE = ("plan",)


class Wording:
    """Of the queries of addresses, for a reader. What no longer fits what he sees is told as it stands there."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.known = _Choices("", user)

    def of_period(self, query: str) -> list[Chosen]:
        """Of a document about a period: which it is."""
        key = QueryDict(query).get("period", "")
        return [Chosen("period", key, _("Period"), self._periods.get(key, key))]

    @cached_property
    def _periods(self) -> dict[str, str]:
        """There are at most a dozen a year."""
        return {str(each.pk): each.label for each in ReportingPeriod.objects.visible_to(self.user)}

    def of(self, query: str) -> list[Chosen]:
        """What narrowed the list, then its order."""
        asked = _Shared(query, self.known)
        if not asked.is_valid():
            return [Chosen(name, each, name, each) for name, values in QueryDict(query).lists() for each in values]
        chosen = [one for one in asked.chosen() if one.name not in SAID_ELSEWHERE]
        label = str(asked.filters["ordering"].label)
        keys: list[str] = asked.form.cleaned_data["ordering"]
        return [*chosen, *(Chosen("ordering", key, label, str(_order(key))) for key in keys)]


def _order(key: str) -> str | Promise:
    return ORDERINGS[key]


class _Choices(TaskFilter):
    """What may be chosen in any of the plans the reader sees."""

    def __init__(self, query: str, user: Any) -> None:
        super().__init__(QueryDict(query), Task.objects.none(), request=SimpleNamespace(user=user))


class _Shared(_Choices):
    """With the choices that another one has asked for."""

    def __init__(self, query: str, source: _Choices) -> None:
        self.source = source
        super().__init__(query, source.request.user)

    @cached_property
    def plans(self) -> list[Plan]:
        return self.source.plans

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        return self.source.groups

    @cached_property
    def units(self) -> list[dict[str, Any]]:
        return self.source.units
