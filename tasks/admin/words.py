"""What the admin does where words that stand in the published text are kept."""

from typing import Any

from django.http import HttpRequest

from departments.admin.base import PortalAdmin
from departments.admin.forms import VersionedForm
from tasks.actions.places import follow, hold


class WordsForm(VersionedForm):
    def clean(self) -> dict[str, Any]:
        """The plan's words are held before the row itself is locked."""
        hold(self.instance)
        return super().clean()


class WordsAdmin(PortalAdmin):
    """The places follow the words, as where they are edited in the portal."""

    form = WordsForm

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if any(part.has_changed() for part in (form, *formsets)):
            follow(form.instance)
