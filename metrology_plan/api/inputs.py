"""Bodies that the API takes: every JSON type as it is, nothing guessed, nothing ignored."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from metrology_plan.api.lists import refuse_unknown
from metrology_plan.api.parameters import LARGEST_KEY, calendar_day


class Typed:
    """A field that takes its own JSON type and no other: 5 is no text, "yes" is no switch."""

    kind: type
    wrong: Any

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is not self.kind:
            raise serializers.ValidationError(self.wrong, code="invalid")
        return super().to_internal_value(data)  # type: ignore[misc]


def whole(data: Any) -> Any:
    """JSON knows one kind of number: 5.0 is 5."""
    return int(data) if isinstance(data, float) and data.is_integer() else data


class Text(Typed, serializers.CharField):
    kind, wrong = str, _("Text, in quotation marks.")


class Slug(Typed, serializers.SlugField):
    kind, wrong = str, _("Text, in quotation marks.")


class Whole(Typed, serializers.IntegerField):
    kind, wrong = int, _("A whole number, without quotation marks.")

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(whole(data))


class Switch(Typed, serializers.BooleanField):
    kind, wrong = bool, _("true or false, without quotation marks.")


class Day(serializers.DateField):
    def to_internal_value(self, value: Any) -> Any:
        try:
            return calendar_day(value)
        except (TypeError, ValueError) as error:
            raise serializers.ValidationError(_("A date like 2023-06-22."), code="invalid") from error


class Choice(serializers.ChoiceField):
    """The error says what would fit."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and (data in self.choices or (data == "" and self.allow_blank)):
            return data
        raise serializers.ValidationError(_("This fits: %s") % ", ".join(self.choices), code="invalid_choice")


class Input(serializers.Serializer[Any]):
    """A body in which nothing is ignored: an unknown member is an error."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = {name: [_("This cannot be written.")] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown, code="unknown")
        return super().to_internal_value(data)


class Change(Input):
    """Of something that is there: `version` is that of the object as the caller read it; `If-Match` goes before it."""

    version = Whole(min_value=0, max_value=2**31 - 1, required=False)


class ModelInput(Input, serializers.ModelSerializer[Any]):
    serializer_choice_field = Choice
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: Text,
        models.TextField: Text,
        models.SlugField: Slug,
        models.PositiveSmallIntegerField: Whole,
        models.BooleanField: Switch,
        models.DateField: Day,
    }


class Visible(serializers.PrimaryKeyRelatedField):
    """The id of an object that the caller sees."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.model = model
        super().__init__(queryset=model.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return self.model.objects.visible_to(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Any:
        data = whole(data)
        if type(data) is not int or not 0 < data <= LARGEST_KEY:
            raise serializers.ValidationError(_("The id of an object."), code="invalid")
        found = self.context["found"]
        if (self.model, data) not in found:
            found[self.model, data] = self.get_queryset().filter(pk=data).first()
        return found[self.model, data] or self.fail("does_not_exist", pk_value=data)


def read(serializer: type[Input], request: Request) -> dict[str, Any]:
    """The cleaned body without its version. Raises ValidationError with every error at once."""
    refuse_unknown(request.query_params, set())
    given = _given(serializer, request, partial=request.method == "PATCH")
    given.is_valid(raise_exception=True)
    return {name: value for name, value in given.validated_data.items() if name != "version"}


def read_form(
    serializer: type[serializers.Serializer[Any]], request: Request, *, part: bool = False
) -> dict[str, Any]:
    """The cleaned form of a request with files; `part`: nothing where it is not in order. Ids stand in digits."""
    refuse_unknown(request.query_params, set())
    form: Any = request.data
    many = {name for name, field in serializer().fields.items() if isinstance(field, serializers.ListField)}
    sent = {name: form.getlist(name) if name in many else _digits(form[name]) for name in form}
    given = serializer(data=sent, context={"request": request, "found": request.__dict__.setdefault("found", {})})
    if given.is_valid(raise_exception=not part):
        return dict(given.validated_data)
    return {}


def _digits(value: Any) -> Any:
    is_id = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20
    return int(value) if is_id else value


def read_part(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The members that this serializer knows, if they are all in order; nothing otherwise."""
    given = _given(serializer, request)
    return dict(given.validated_data) if given.is_valid() else {}


def _given(serializer: type[serializers.Serializer[Any]], request: Request, **options: Any) -> Any:
    if not isinstance(request.data, dict):
        raise ValidationError(_("Send a JSON object."), code="invalid")
    # What a body names is looked up once, however often the body is read.
    found = request.__dict__.setdefault("found", {})
    context = {"request": request, "found": found}
    # A request without a body comes as an empty form, in which a switch that is missing would mean "off".
    return serializer(data=dict(request.data), context=context, **options)
