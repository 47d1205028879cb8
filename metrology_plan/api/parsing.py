"""Reading JSON strictly: UTF-8, each name once, numbers that are numbers, text that a database can keep."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.parsers import BaseParser

DEEPEST = 20  # bodies of the API are two deep


class TooLarge(exceptions.APIException):
    status_code = 413
    default_detail = _("Send at most 2 MB.")


class StrictJSON(BaseParser):
    """What the parser of the framework lets pass (NaN, a name given twice, half a character) is malformed here."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # Django minds it for forms only
        sent = stream.read(most + 1)
        if len(sent) > most:
            raise TooLarge
        try:
            data = json.loads(sent.decode(), object_pairs_hook=_each_once, parse_constant=_refuse)
            _check(data)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_worded(error)) from error
        return data


class Refused(ValueError):
    """With a sentence for the caller."""


def _each_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Refused(_("A name stands twice in one object."))
        found[name] = value
    return found


def _refuse(constant: str) -> None:
    raise Refused(_("NaN and Infinity are no JSON."))


def _check(value: Any, depth: int = 0) -> None:
    """Text must be storable: JSON can write half of a character pair, UTF-8 cannot."""
    if depth > DEEPEST:
        raise Refused(_("It is nested too deeply."))
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        _check(list(value), depth)
        _check(list(value.values()), depth)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth + 1)


def _worded(error: Exception) -> Any:
    match error:
        case Refused():
            return error.args[0]
        case json.JSONDecodeError():
            return _("This is no JSON: line %(line)d, column %(column)d.") % {
                "line": error.lineno,
                "column": error.colno,
            }
        case UnicodeError():
            return _("The text is not UTF-8.")
        case RecursionError():
            return _("It is nested too deeply.")
    return _("A number in it is too long.")
