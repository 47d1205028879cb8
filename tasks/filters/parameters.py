"""What parameters of a list are made of: controls, values that may repeat, conditions, errors that help."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

LONGEST_SEARCH = 100
SELECTED = mark_safe(" selected")
MOST_WORDS = 8


# ---- controls: each reads every value, a visible one shows the first ----


class EveryValue:
    """A parameter without a value, as forms send it, is not given."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [value for value in data.getlist(name) if value.strip()]


def _input(kind: str, name: str, value: Any, attributes: dict[str, Any]) -> SafeString:
    given = {"value": value} if value is not None else {}
    return format_html('<input type="{}" name="{}"{}>', kind, name, flatatt(given | attributes))


class Hidden(EveryValue, forms.MultipleHiddenInput):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html_join("\n", "{}", ((_input("hidden", name, each, {}),) for each in value or ()))


class FirstValue(EveryValue):
    def format_value(self, value: Any) -> Any:
        return super().format_value(value[0] if value else None)  # type: ignore[misc]


class Search(FirstValue, forms.TextInput):
    input_type = "search"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return _input(self.input_type, name, self.format_value(value), self.build_attrs(self.attrs, attrs))


class Day(Search):
    """Plain text: a browser's own calendar shows dates in the browser's order."""

    input_type = "text"


class Select(FirstValue, forms.Select):
    """Like the others written here and not by Django's templates: units alone have more than a hundred options."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = self.format_value(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) in chosen else "", label) for key, label in self.shown()),
        )
        attributes = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>\n{}\n</select>', name, attributes, options)

    def use_required_attribute(self, initial: Any) -> bool:
        """No parameter is; Django asks for the choices to find out."""
        return False

    def shown(self) -> Iterable[tuple[Any, Any]]:
        choices: Iterable[tuple[Any, Any]] = self.choices
        return choices


class Pick(Select):
    """Its first choice, without a value, stands for all."""

    def shown(self) -> Iterable[tuple[Any, Any]]:
        return [("", pgettext("filter", "All")), *super().shown()]


class PickOrder(Select):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Several keys come one after the other or with commas between them."""
        given = super().value_from_datadict(data, files, name)
        return [key.strip() for value in given for key in value.split(",")]


# ---- values ----


class Known(forms.MultipleChoiceField):
    """Values out of a list. The error says which value is wrong and what would fit."""

    widget = Pick

    def known(self) -> dict[str, Any]:
        choices: Any = self.choices
        return dict(choices)

    def validate(self, value: Iterable[str]) -> None:
        known = self.known() if value else {}
        for one in value:
            if one not in known:
                params = {"value": Truncator(one).chars(40), "known": ", ".join(known) or "—"}
                raise ValidationError(_("“%(value)s” does not fit. These do: %(known)s."), "invalid_choice", params)


class Each(forms.Field):
    """Values that are each cleaned by the field `one`."""

    one: forms.Field

    def clean(self, value: Iterable[str]) -> list[Any]:
        return [self.one.clean(each) for each in value]


class Words(Each):
    widget = Search(attrs={"maxlength": LONGEST_SEARCH, "placeholder": _("Title, text, milestone, unit")})
    one = forms.CharField(
        max_length=LONGEST_SEARCH,
        error_messages={
            "max_length": _("Search for at most %(limit_value)s characters."),
            "null_characters_not_allowed": _("Search for text; there are characters in it that are none."),
        },
    )

    def clean(self, value: Iterable[str]) -> list[str]:
        found = super().clean(value)
        if any(len(each.split()) > MOST_WORDS for each in found):
            message = _("Search for at most %(most)s words at once.")
            raise ValidationError(message, "too_many", {"most": MOST_WORDS})
        return found


class Days(Each):
    widget = Day(attrs={"placeholder": "2023-06-22", "autocomplete": "off", "maxlength": 20})
    one = forms.DateField(error_messages={"invalid": _("Write a date like 2023-06-22.")})


# ---- filters ----


class AnyOf(django_filters.Filter):
    """`condition(filterset, value)` is the condition for one value; any of the values will do."""

    def __init__(self, field: type[forms.Field], condition: Callable[[Any, Any], Q], **extra: Any) -> None:
        super().__init__(**extra)
        self.field_class = field
        self.condition = condition

    def any_of(self, values: Iterable[Any]) -> Q:
        return reduce(or_, (self.condition(self.parent, value) for value in values))

    def filter(self, qs: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        return qs.filter(self.any_of(value)) if value else qs


class Ordering(django_filters.Filter):
    """By the keys given, and then in an order that leaves nothing to chance; rows without a figure come last."""

    field_class = Known

    def __init__(self, keys: dict[str, Any], otherwise: tuple[str, ...], **extra: Any) -> None:
        super().__init__(widget=PickOrder, **extra)
        self.keys, self.otherwise = keys, otherwise

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.order_by(*map(self._by, value), *self.otherwise)

    def _by(self, name: str) -> Any:
        key = self.keys[name.removeprefix("-")]
        return key.desc(nulls_last=True) if name.startswith("-") else key.asc(nulls_last=True)


# ---- the whole of a request ----


class Parameters(forms.Form):
    """The parameters of a list; one that is not declared is an error."""

    technical: frozenset[str] = frozenset()

    def clean(self) -> None:
        for name in self.data:
            if name not in self.fields and name not in self.technical:
                params = {"name": Truncator(name).chars(40), "known": ", ".join(self.fields)}
                message = _("There is no such filter. There are: %(known)s.")
                self.add_error(None, ValidationError(message, "unknown", params))


@dataclass(frozen=True)
class Problem:
    """What is wrong with a parameter."""

    field: str
    label: str
    code: str
    message: str


@dataclass(frozen=True)
class Chosen:
    """A value that narrows the list, in the reader's words."""

    name: str
    value: str
    label: str
    text: str
