"""A document on its way in: the file or its text, then what a planner corrects in what was read."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from tasks.documents.encoding import SIGNS_AT_MOST, NotADocument
from tasks.documents.numerals import heading
from tasks.documents.reading import LONGEST_TITLE, Heading, Item, Reading, Step
from tasks.documents.sources import text_of
from tasks.forms.fields import DateInput, Day, Text, VersionedForm

UNDATED = DateInput({"placeholder": _("YYYY-MM-DD")})  # an example would look like a date that is set
SPARE = 2  # empty lines for what the reader missed


class DocumentForm(VersionedForm):
    """One of the two: a file, or the text itself."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A Word document (.docx) or a text file (.txt, UTF-8 or GB18030) of at most 50 MB."),
        widget=forms.FileInput(attrs={"accept": ".docx,.txt"}),
    )
    text = Text(
        label=_("Or the text itself"),
        required=False,
        max_length=SIGNS_AT_MOST,
        help_text=_("Copied out of the document, with its title and its date."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        file, text = sent.get("file"), sent.get("text", "")
        if "file" in self.errors or "text" in self.errors:
            return sent
        if bool(file) == bool(text):
            told = _t("Choose a file or paste the text, not both.") if file else _t("Choose a file or paste the text.")
            raise ValidationError(told, code="required")
        sent["document"], sent["name"] = (self._text_of(file), file.name) if file else (text, "")
        return sent

    def _text_of(self, file: Any) -> str:
        try:
            return text_of(file)
        except NotADocument as refusal:
            self.add_error("file", str(refusal))
            return ""


# ---- the head ----


class HeadForm(VersionedForm):
    """Title, numbers and dates, then the headings, one line each; a line that is emptied goes."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100, required=False)
    issuer = forms.CharField(label=_("Issued by"), max_length=200, required=False)
    document_number = forms.CharField(label=_("Document number"), max_length=100, required=False)
    issued_on = Day(label=_("Issued on"), required=False, widget=UNDATED)
    code = forms.SlugField(label=_("Code"), max_length=40, required=False, help_text=_("Stands in addresses: 2023."))
    ends_on = Day(label=_("Ends on"), required=False, widget=UNDATED)

    def __init__(self, *args: Any, reading: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading = reading
        self.plain = [name for name in self.fields if name != "version"]
        for place in range(len(reading.groups) + SPARE):
            self.fields[f"ordinal_{place}"] = forms.IntegerField(
                label=_t("Group %d: ordinal") % (place + 1), min_value=1, max_value=32767, required=False
            )
            self.fields[f"group_{place}"] = forms.CharField(
                label=_t("Group %d: heading") % (place + 1), max_length=LONGEST_TITLE, required=False
            )

    @classmethod
    def current(cls, reading: Reading) -> dict[str, Any]:
        """The values of the fields as they stand in the reading."""
        now = {name: getattr(reading, name) for name in cls.base_fields if name != "version"}
        for place, group in enumerate(reading.groups):
            now |= {f"ordinal_{place}": group.ordinal, f"group_{place}": group.title}
        return now

    @property
    def head_fields(self) -> list[Any]:
        return [self[name] for name in self.plain]

    @property
    def groups(self) -> list[tuple[Any, Any]]:
        """The two fields of each line."""
        places = range(len(self.reading.groups) + SPARE)
        return [(self[f"ordinal_{place}"], self[f"group_{place}"]) for place in places]

    def values(self) -> dict[str, Any]:
        """What `revise` takes: the head, and the groups of tasks whose heading has moved or gone."""
        head = {name: self.cleaned_data[name] for name in self.plain}
        if not any(name.startswith(("ordinal_", "group_")) for name in self.changed_data):
            return {"head": head}
        groups: list[Heading] = []
        moved: dict[int | None, int] = {}
        for place in range(len(self.reading.groups) + SPARE):
            ordinal, title = self.cleaned_data[f"ordinal_{place}"], self.cleaned_data[f"group_{place}"]
            if ordinal or title:
                moved[place] = len(groups)
                groups.append(Heading(ordinal or len(groups) + 1, title))
        tasks = {
            place: {"group": moved.get(item.group)}
            for place, item in enumerate(self.reading.tasks)
            if item.group is not None and moved.get(item.group) != item.group
        }
        return {"head": head | {"groups": groups}, "tasks": tasks}


# ---- one task ----


class StepFields(NamedTuple):
    """The fields of one milestone; the spare lines have no `kept`."""

    kept: Any
    title: Any
    quote: Any
    due_on: Any


class ItemForm(VersionedForm):
    """A task as it was read. Units stand one on a line, 等 at the end of a name included."""

    left_out = forms.BooleanField(label=_("No task: leave it out"), required=False)
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=32767)
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False)
    text = Text(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 8}))
    group = forms.TypedChoiceField(label=_("Group"), required=False, coerce=int, empty_value=None)
    leads = Text(label=_("Lead units"), required=False, help_text=_("One on a line; the first speaks for the task."))
    supports = Text(label=_("Supporting units"), required=False, help_text=_("One on a line."))

    def __init__(
        self, *args: Any, groups: Iterable[Heading], steps: list[Step], is_new: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["left_out"]
            self.fields["title"].required = self.fields["text"].required = True
        named = [(place, heading(group)) for place, group in enumerate(groups)]
        self.fields["group"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
        self.known = steps
        for place in range(len(steps) + SPARE):
            self._add_step(place, is_new=place >= len(steps))

    def _add_step(self, place: int, *, is_new: bool) -> None:
        n = place + 1
        if not is_new:
            self.fields[f"kept_{place}"] = forms.BooleanField(label=_t("Keep milestone %d") % n, required=False)
        self.fields[f"title_{place}"] = forms.CharField(
            label=_t("Milestone %d: title") % n, max_length=LONGEST_TITLE, required=False
        )
        self.fields[f"quote_{place}"] = Text(
            label=_t("Milestone %d: words of the text") % n,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"due_on_{place}"] = Day(label=_t("Milestone %d: date") % n, required=False, widget=UNDATED)

    @classmethod
    def current(cls, item: Item) -> dict[str, Any]:
        """The values of the fields as they stand in the reading."""
        plain = ("left_out", "number", "title", "text", "group")
        now: dict[str, Any] = {name: getattr(item, name) for name in plain}
        now["leads"] = "\n".join(unit.printed_as for unit in item.leads)
        now["supports"] = "\n".join(unit.printed_as for unit in item.supports)
        for place, step in enumerate(item.milestones):
            now |= {f"{name}_{place}": getattr(step, name) for name in StepFields._fields}
        return now

    @property
    def plain_fields(self) -> list[Any]:
        """Those before the milestones."""
        return [self[name] for name in (*PLAIN, "leads", "supports") if name in self.fields]

    @property
    def steps(self) -> list[StepFields]:
        """Those that were read, then the spare lines."""
        return [
            StepFields(*(self[f"{name}_{place}"] if f"{name}_{place}" in self.fields else None for name in names))
            for names in [StepFields._fields]
            for place in range(len(self.known) + SPARE)
        ]

    def values(self) -> dict[str, Any]:
        """What `set_task` takes: only what was changed, so that nothing is read anew that nobody touched."""
        changed = set(self.changed_data)
        values = {name: self.cleaned_data[name] for name in PLAIN if name in changed}
        if changed & {"leads", "supports"}:
            values["units"] = list(self._units())
        if any(name.startswith(STEP_FIELDS) for name in changed):
            values["milestones"] = list(self._steps())
        return values

    def whole(self) -> dict[str, Any]:
        """What `add_task` takes."""
        values = {name: self.cleaned_data[name] for name in PLAIN if name in self.fields}
        return values | {"units": list(self._units()), "milestones": list(self._steps())}

    def _units(self) -> Iterator[dict[str, str]]:
        for role, name in (("lead", "leads"), ("support", "supports")):
            for line in self.cleaned_data[name].splitlines():
                if line.strip():
                    yield {"printed": line.strip(), "role": role}

    def _steps(self) -> Iterator[Step]:
        for place in range(len(self.known) + SPARE):
            sent: dict[str, Any] = {name: self.cleaned_data.get(f"{name}_{place}") for name in StepFields._fields}
            if place < len(self.known):
                before = self.known[place]
                basis = before.date_basis if before.due_on == sent["due_on"] else "plan_end"  # whose it is, is new
                yield Step(**sent, date_basis=basis)
            elif sent["title"] or sent["quote"]:
                title = sent["title"] or sent["quote"][:LONGEST_TITLE]
                yield Step(title, sent["quote"], sent["due_on"])


PLAIN = ("left_out", "number", "title", "text", "group")
STEP_FIELDS = ("kept_", "title_", "quote_", "due_on_")
