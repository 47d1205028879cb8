"""Fields as people fill them in, and the form that knows the version its reader saw."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DateInput(forms.DateInput):
    """Plain text: a browser's own calendar shows dates in the browser's order, the portal shows 2023-06-22."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"placeholder": "2023-06-22", "autocomplete": "off", "class": "date"} | (attrs or {}), "%Y-%m-%d"
        )


class Day(forms.DateField):
    """A date as 2023-06-22; 2023/6/22, 2023.6.22, 20230622 and 2023年6月22日 are understood."""

    widget = DateInput
    default_error_messages = {"invalid": _("Write a date like 2023-06-22.")}


class Text(forms.CharField):
    """Several lines; browsers send CR LF, the database keeps LF."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class VersionedForm(forms.Form):
    """Carries the version of the row the reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
