"""A unit's workbook on its way back: the file, then what was read from it, signed, until it is confirmed."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tasks.actions.workbook import LABELS, Edit
from tasks.actions.workbook_key import Key
from tasks.documents.grids import Unreadable
from tasks.documents.workbook import KEY, Line, lines
from tasks.exports.ledger_xlsx import KEY_LABEL

MEGABYTES = 10
SALT = "tasks.forms.workbook"
A_SITTING = 12 * 60 * 60  # seconds between looking at the changes and confirming them
SIGNED_AT_MOST = 1_500_000  # bytes; the portal takes forms of two megabytes

REASONS = {
    "kind": _("This is no Excel workbook (.xlsx) without macros. Save it as .xlsx and choose it again."),
    "large": _("There is more in this workbook than in any ledger: too many rows, or too much text."),
    "damaged": _("This workbook is damaged and cannot be read. Open it, save it as .xlsx and choose it again."),
    "columns": _("The columns of the ledger are not in it. Export your unit's ledger and fill in that."),
}


def _heads() -> dict[str, set[str]]:
    """What stands at the head of a column, in each language."""
    heads: dict[str, set[str]] = {KEY: set(), **{name: set() for name in LABELS}}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for name, label in {KEY: KEY_LABEL, **LABELS}.items():
                heads[name].add(str(label))
    return heads


def lines_of(file: Any) -> list[Line]:
    """The rows of an uploaded file; raises ValidationError for what is no workbook of ours."""
    if file.size > MEGABYTES * 1024 * 1024:
        raise ValidationError(_t("The file is larger than %(megabytes)s MB.") % {"megabytes": MEGABYTES})
    try:
        return lines(file, _heads())
    except Unreadable as refusal:
        raise ValidationError(REASONS[refusal.reason], code="unreadable") from refusal


class WorkbookForm(forms.Form):
    file = forms.FileField(
        label=_("The workbook you filled in"),
        help_text=_("An Excel file (.xlsx) of at most 10 MB. You see every change before anything is stored."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> list[Line]:
        return lines_of(self.cleaned_data["file"])


def sealed(edits: list[Edit], by: Any) -> str:
    """For a hidden field; raises ValidationError where it is too much for one."""
    told = [[edit.line, list(edit.key), *edit[2:]] for edit in edits]
    text = signing.dumps([by.pk, told], salt=SALT, compress=True)
    if len(text) > SIGNED_AT_MOST:
        raise ValidationError(_t("There is too much text in it for one time. Send it back in two parts."))
    return text


def unsealed(text: str, by: Any) -> list[Edit] | None:
    """None for what was not sealed for this person, or too long ago."""
    try:
        person, told = signing.loads(text, salt=SALT, max_age=A_SITTING)
    except signing.BadSignature:
        return None
    edits = [Edit(line, Key(*key), *rest) for line, key, *rest in told]
    return edits if person == by.pk else None
