"""The forms of review, extensions, directives, asking and closing."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.actions.closing import Fate
from tasks.forms.fields import Day, Text, VersionedForm
from tasks.models import Assignment, Milestone
from tasks.rhythm import label


class QueueFilter:
    """Which reports of the queue are shown: by unit, task and period, among those that wait.

    What is asked for and waits no more shows nothing; it never means everything.
    """

    def __init__(self, asked: Any, queue: Any) -> None:
        self.asked = {name: asked.get(name, "") for name in ("unit", "task", "period")}
        columns = ("department__code", "department__short_name", "task__plan__code", "task__number", "task__title")
        waiting = list(queue.order_by("task__number").values_list(*columns, "period__starts_on", "period__ends_on"))
        self.total = len(waiting)
        self.units = {code: name for code, name, *_rest in sorted(waiting)}
        self.tasks = {f"{plan}-{number:02d}": f"{number} {title}" for _c, _n, plan, number, title, *_r in waiting}
        self.periods = {first.isoformat(): label(first, last) for *_rest, first, last in sorted(waiting, key=_period)}

    @property
    def is_narrow(self) -> bool:
        return any(self.asked.values())

    @property
    def choices(self) -> list[tuple[str, Any, str, dict[str, str]]]:
        """(name, label, what is chosen, values with their words)"""
        return [
            ("unit", _("Unit"), self.asked["unit"], self.units),
            ("task", _("Task"), self.asked["task"], self.tasks),
            ("period", _("Reporting period"), self.asked["period"], self.periods),
        ]

    def narrowed(self, queue: Any) -> Any:
        if any(asked and asked not in known for _name, _label, asked, known in self.choices):
            return queue.none()
        plan, _dash, number = self.asked["task"].rpartition("-")
        of_task = {"task__plan__code": plan, "task__number": number}
        wanted = {"department__code": self.asked["unit"], "period__starts_on": self.asked["period"]} | of_task
        return queue.filter(**{name: value for name, value in wanted.items() if value})


def _period(row: Any) -> Any:
    return row[-2:]


class ExtensionForm(VersionedForm):
    new_due_on = Day(label=_("New date"))
    reason = Text(label=_("Reason"), max_length=2000, help_text=_("Why the date cannot be kept."))
    progress = Text(label=_("Progress so far"), max_length=2000, help_text=_("What has been done until today."))


class DecisionForm(VersionedForm):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", _("Grant")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    note = Text(label=_("Word on the decision"), max_length=2000)


class DirectiveForm(VersionedForm):
    text = Text(label=_("Directive"), max_length=2000)


class AnswerForm(VersionedForm):
    answer = Text(label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


class ReviewForm(VersionedForm):
    """Accepting says nothing."""


class ReturnForm(VersionedForm):
    note = Text(label=_("Reason"), max_length=2000, help_text=_("The unit reads it and goes on where it was."))


class AskedForm(VersionedForm):
    """A box for each supporting unit. `ask` and `free` are buttons that set all units of a kind at once."""

    def __init__(self, data: Any = None, *args: Any, supports: list[Assignment], **kwargs: Any) -> None:
        super().__init__(_with_kind(data, supports) if data else data, *args, **kwargs)
        for each in supports:
            self.fields[box(each)] = forms.BooleanField(label=each.printed_as, required=False)

    def wanted(self) -> dict[int, bool]:
        """By the keys of assignments."""
        return {int(name.removeprefix("a")): owes for name, owes in self.values().items()}


def box(assignment: Assignment) -> str:
    return f"a{assignment.pk}"


def _with_kind(data: Any, supports: list[Assignment]) -> Any:
    """What was ticked, and over it what the button for a whole kind says."""
    data = data.copy()
    for each in supports:
        if kind_of(each) in (data.get("ask"), data.get("free")):
            data[box(each)] = str(kind_of(each) == data.get("ask"))
    return data


def kind_of(assignment: Assignment) -> str:
    """Under which head a unit stands: what it is, collectives by themselves."""
    return "collective" if assignment.department.is_collective else assignment.department.kind


FATES = [("done", _("Done")), ("cancelled", _("Cancelled"))]


class FateForm(forms.Form):
    """What becomes of one milestone that is open when its task is closed."""

    state = forms.ChoiceField(label=_("What becomes of it"), choices=FATES, widget=forms.RadioSelect)
    done_on = Day(label=_("Done on"), required=False)
    note = forms.CharField(label=_("Reason"), required=False, max_length=2000)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, milestone: Milestone, today: date, data: Any = None) -> None:
        self.milestone, self.today = milestone, today
        initial = {"done_on": today, "version": milestone.version}
        super().__init__(data, prefix=f"m{milestone.pk}", initial=initial)

    def clean(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        if values.get("state") == "done" and values.get("done_on") and values["done_on"] > self.today:
            self.add_error("done_on", _("This day has not come yet."))
        if values.get("state") == "done" and "done_on" in values and not values["done_on"]:
            self.add_error("done_on", _("Say when it was done."))
        if values.get("state") == "cancelled" and not values.get("note"):
            self.add_error("note", _("Say why it is cancelled."))
        return values

    def fate(self) -> Fate:
        values = self.cleaned_data
        done_on = values["done_on"] if values["state"] == "done" else None
        return Fate(values["state"], done_on, values["note"], values["version"])
