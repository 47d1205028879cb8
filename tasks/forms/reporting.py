"""The forms by which a unit reports for a period: one report, a line of reason, many reports on one page."""

import time
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tasks.actions.evidence import FILES_AT_MOST, MEGABYTES
from tasks.actions.reports import FIELDS
from tasks.documents.likeness import is_like
from tasks.forms.fields import VersionedForm
from tasks.forms.work import ReportForm
from tasks.models import Report
from tasks.workflow import ReportState

SALT = "tasks.forms.reporting"
A_SITTING = 12 * 60 * 60  # seconds; a form that was open longer tells nothing of the work it made
ENDINGS = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.ofd"


def opening(report: int) -> str:
    """The moment a form is opened, signed, so that nobody invents it; 0 stands for the page of all reports."""
    return signing.dumps([report, int(time.time())], salt=SALT)


def seconds_since(opened: str, report: int) -> int | None:
    """How long the form has been open; None where that is not known."""
    try:
        of, at = signing.loads(opened, salt=SALT, max_age=A_SITTING)
    except signing.BadSignature:
        return None
    return max(0, int(time.time()) - at) if of == report else None


def doubt(fields: dict[str, str], report: Report, last: Report | None) -> str:
    """What a reader would wonder about, or nothing. It is pointed out before sending and never refused."""
    if last and is_like(fields["progress_text"], last.progress_text):
        return _t("The progress made reads the same, or nearly the same, as last time.")
    unchanged = all(fields[name] == getattr(report, name) for name in FIELDS)
    if unchanged and report.state == ReportState.RETURNED:
        return _t("Nothing has been changed since the report was returned.")
    return ""


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Any number of files; what they are, the action looks at."""

    widget = FilesInput(attrs={"accept": ENDINGS, "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(Files, self).clean(each, initial) for each in data or []]


class PeriodForm(ReportForm):
    """The fields of a report, however many more its form has."""

    def values(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in FIELDS}

    def kept_as(self, version: int) -> None:
        """From now on the form goes with this version of the report."""
        sent: Any = self.data
        self.data = sent.copy()
        self.data[self.add_prefix("version")] = str(version)  # type: ignore[index]


class ReportingForm(PeriodForm):
    """A report for a period with its evidence."""

    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    files = Files(  # type: ignore[assignment]
        label=_("Evidence files"),
        required=False,
        help_text=_("PDF, PNG, JPEG, Word (.docx), Excel (.xlsx) or OFD."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"kinds": self.fields["files"].help_text, "most": FILES_AT_MOST, "megabytes": MEGABYTES}
        text = _t("%(kinds)s At most %(most)s files of %(megabytes)s MB each. Nothing classified.")
        self.fields["files"].help_text = text % words


class NothingNewForm(VersionedForm):
    """本期无新进展, in one line."""

    reason = forms.CharField(label=_("Why there is nothing new"), max_length=200)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)


class OneOfAllForm(PeriodForm):
    """One report among all that are owed. `anyway`: the sender has read what was pointed out."""

    no_news = forms.BooleanField(label=_("Nothing new in this period"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)
    anyway = forms.BooleanField(label=_("Send it all the same"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            self.fields[name].help_text = ""  # said on the page of one report; here it would stand there many times
        for name in ("problems", "next_steps"):
            self.fields[name].widget.attrs["rows"] = 2

    def clean(self) -> dict[str, Any]:
        """A box ticked beside written progress would throw one of the two away."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("no_news") and cleaned.get("progress_text"):
            self.add_error("no_news", _t("Progress is written above: either that or nothing new."))
        return cleaned
