"""Filters of the simple lists: a name, what fits, the column. Repeated means OR, different means AND."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter

from metrology_plan.api.lists import PAGING, refuse_unknown

LARGEST_KEY = 2**63 - 1
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE = {"type": "integer", "minimum": 1, "maximum": LARGEST_KEY}


Schema = dict[str, Any]


@dataclass(frozen=True)
class By:
    """`parse` gives the value for the lookup, or raises ValueError; `schema` and `fits` say what would do."""

    lookup: str
    parse: Callable[[str], Any]
    schema: Schema
    fits: Any = None
    many: bool = True

    @property
    def message(self) -> str:
        return str(self.fits or _("This fits: %s") % ", ".join(self.schema["enum"]))


def key(lookup: str) -> By:
    return By(lookup, _number, WHOLE, gettext_lazy("The id of an object."))


def number(lookup: str) -> By:
    return By(lookup, _number, WHOLE, gettext_lazy("A whole number from 1."))


def one_of(lookup: str, values: Iterable[str]) -> By:
    known = list(values)
    return By(lookup, lambda text: known[known.index(text)], {"type": "string", "enum": known})


def text(lookup: str) -> By:
    schema = {"type": "string", "minLength": 1, "maxLength": 100}
    return By(lookup, _text, schema, gettext_lazy("Text of at most 100 characters."))


def flag(lookup: str) -> By:
    known = {"true": True, "false": False}
    return By(lookup, lambda given: known[given], {"type": "string", "enum": list(known)}, many=False)


def day(lookup: str) -> By:
    fits = gettext_lazy("A date like 2023-06-22.")
    return By(lookup, calendar_day, {"type": "string", "format": "date"}, fits, many=False)


def time(lookup: str) -> By:
    fits = gettext_lazy("A time like 2023-06-22T09:00:00+08:00.")
    return By(lookup, _time, {"type": "string", "format": "date-time"}, fits, many=False)


def narrowed(rows: Any, given: Any, filters: Mapping[str, By]) -> Any:
    """The rows that fit every parameter. Raises ValidationError naming each that is unknown or does not fit."""
    asked = understood(given, filters)
    lookups = {name: f"{filters[name].lookup}__in" if filters[name].many else filters[name].lookup for name in asked}
    return rows.filter(**{lookups[name]: value for name, value in asked.items()})


def understood(given: Any, filters: Mapping[str, By]) -> dict[str, Any]:
    """What each of the given parameters asks for: a list where it may be repeated, else one value."""
    refuse_unknown(given, {*filters, *PAGING})
    errors, asked = {}, {}
    for name, by in filters.items():
        values = given.getlist(name)
        try:
            parsed = [by.parse(value) for value in values]
        except (ValueError, KeyError):
            errors[name] = ValidationError(by.message, code="invalid")
            continue
        if len(parsed) > 1 and not by.many:
            errors[name] = ValidationError(_("Only once."), code="repeated")
        elif parsed:
            asked[name] = parsed if by.many else parsed[0]
    if errors:
        raise ValidationError(errors)
    return asked


def described(filters: Mapping[str, By]) -> list[OpenApiParameter]:
    """The same for the schema."""
    return [parameter(name, by.schema, str(by.fits or ""), many=by.many) for name, by in filters.items()]


def parameter(name: str, schema: Schema, description: str, *, many: bool) -> OpenApiParameter:
    whole = {"type": "array", "items": schema} if many else schema
    return OpenApiParameter(name, whole, description=description)


def _number(given: str) -> int:
    if not (given.isascii() and given.isdecimal() and 0 < int(given[:20]) <= LARGEST_KEY):
        raise ValueError(given)
    return int(given)


def _text(given: str) -> str:
    if len(given) > 100 or "\x00" in given or not given:
        raise ValueError(given)
    return given


def calendar_day(given: str) -> date:
    """Of the several ways to write a date in ISO 8601 the one that everybody knows. Raises ValueError."""
    if not DAY.fullmatch(given):
        raise ValueError(given)
    return date.fromisoformat(given)


def _time(given: str) -> datetime:
    moment = parse_datetime(given)
    if moment is None:
        raise ValueError(given)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
