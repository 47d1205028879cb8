"""What every form of the admin does: carry the version its reader saw, and word what cannot be saved."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from departments.querysets.history import last_change
from metrology_plan.templatetags.portal import minute

Refusal = tuple[str | None, Any]


class SeenField(forms.IntegerField):
    """The version of the row when the form was opened. It never counts as something typed."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class VerbatimField(forms.CharField):
    """A text of the document: browsers send CRLF where the document has LF, and blanks at its ends are its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"strip": False, "widget": AdminTextareaWidget})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class VersionedForm(forms.ModelForm):
    """Refuses when somebody else has changed one of its fields meanwhile, and shows what stands there now.

    Saves its own fields only, so that nothing written elsewhere at the same time is lost.
    """

    refusal: ClassVar[Refusal | None] = None  # what the database said when this very form was saved
    seen = SeenField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = None if self.instance._state.adding else self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.refusal:
            field, message = self.refusal
            self.add_error(field if field in self.fields else None, message)
        elif not self.instance._state.adding:
            self._compare(cleaned.get("seen"))
        return cleaned

    def stored_fields(self) -> list[str]:
        """The columns this form writes."""
        columns = self._meta.model._meta.concrete_fields
        writable = {column.name for column in columns if column.editable and not column.primary_key}
        return [name for name in self.fields if name in writable]

    def save(self, commit: bool = True) -> Any:
        if not commit or self.instance._state.adding:
            return super().save(commit)
        self.instance.save(update_fields=self.stored_fields())
        return self.instance

    def _compare(self, seen: int | None) -> None:
        """The row is locked until the request ends, so what is true here is true at the save."""
        rows = self._meta.model._base_manager.select_for_update(of=("self",))
        current = rows.filter(pk=self.instance.pk).first()
        if current is None:
            self.add_error(None, _("Somebody has removed this meanwhile."))
        elif current.version != seen and (changed := self._changed_since(current, seen)):
            self._refuse(current, changed)

    def _changed_since(self, current: Any, seen: int | None) -> list[str]:
        """The fields of this form that differ from what its reader saw; all of them where that is not known."""
        then = current.events.filter(version=seen).order_by("-pgh_id").first()
        names = {name: current._meta.get_field(name).attname for name in self.stored_fields()}
        return [name for name, at in names.items() if not then or getattr(then, at) != getattr(current, at)]

    def _refuse(self, current: Any, changed: list[str]) -> None:
        who, at = last_change(current)
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("seen")] = str(current.version)  # saved once more, it is meant
        self.data = data
        words = {"by": who or _("Somebody"), "at": minute(at)}
        told = strip_tags(_("%(by)s changed this at %(at)s, after you opened it.") % words)
        kept = _("What you typed is kept. Saved once more, it replaces the other.")
        self.add_error(None, ValidationError([told, kept]))
        for name in changed:
            self.add_error(name, _("Now stands here: %s") % shown(current, name))


def typed_into(form: Any) -> str:
    """What a person wrote into a form, in one line."""
    values = (bound.data for bound in form if not bound.is_hidden and isinstance(bound.data, str))
    return " · ".join(filter(None, values))


def shown(row: models.Model, name: str) -> str:
    """The value of a field as its reader knows it."""
    value = getattr(row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else value if value is not None else "") or _("(empty)")


class NamedSelect(AutocompleteSelect):
    """An autocomplete that takes the name of what is chosen from `names`: one query for all rows of a page."""

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        chosen = [str(key) for key in value if key not in (None, "")]
        options = [self.create_option(name, key, self.names.get(key, key), True, i) for i, key in enumerate(chosen)]
        return [(None, options if options else [self.create_option(name, "", "", False, 0)], 0)]


def without_links(field: Any) -> Any:
    """No pencil, plus and eye beside a choice: what is chosen is kept on its own page."""
    for link in ("add", "change", "delete", "view"):
        setattr(field.widget, f"can_{link}_related", False)
    return field


def names_of(rows: models.QuerySet[Any]) -> Any:
    """The names of rows by key, fetched when the first is asked for."""
    return SimpleLazyObject(lambda: {str(row.pk): str(row) for row in rows})
