"""A form that adds words to a row somebody else may change: what is typed stays, and the reader looks again."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from metrology_plan.templatetags.portal import minute
from tasks.views.acting import FormAction


class Addition(FormAction):
    """Nothing typed here stands in the row yet, so there are no two versions to choose from."""

    def page(self, form: forms.Form, status: int = 200, **context: Any) -> HttpResponse:
        if conflict := context.pop("conflict", None):
            sent: Any = form.data
            form.data = sent.copy()
            form.data["version"] = conflict["version"]  # type: ignore[index]
            form.add_error(None, self.changed(conflict))
        return super().page(form, status, **context)

    def changed(self, conflict: dict[str, Any]) -> str:
        """What the reader is told; sending again then goes through."""
        words = {"by": conflict["by"], "at": strip_tags(minute(conflict["at"]))}
        return _("%(by)s changed this at %(at)s, after you opened it. Read it again; what you typed is kept.") % words

    def conflict(self, form: forms.Form, current: Any) -> dict[str, Any]:
        return super().conflict(form, current) | {"current": current}
