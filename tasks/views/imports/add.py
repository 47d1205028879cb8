"""A document comes in: as a file or as text. Below it the imports that planners are at, and those they have stored."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks.actions import imports
from tasks.forms.imports import DocumentForm
from tasks.models import ImportState, PlanImport
from tasks.views.acting import FormAction

PER_PAGE = 20


class ImportAdd(FormAction):
    template_name = "tasks/imports/add.html"
    form_class = DocumentForm
    permission = "tasks.add_planimport"
    heading, submit = _("Import a document"), _("Read it")

    def prepare(self, **kwargs: Any) -> None:
        self.back = reverse("tasks:plans")

    def current(self, row: None) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int) -> str | Promise:
        sent = form.cleaned_data
        imported = imports.begin(sent["document"], by=self.request.user, name=sent["name"])
        self.back = imported.get_absolute_url()
        return _("The document has been read. Nothing is in the plan yet: check what was read, then confirm.")

    def context(self) -> dict[str, Any]:
        page = Paginator(listed(self.request.user), PER_PAGE).get_page(self.request.GET.get("page"))
        return super().context() | {"page": page}


def listed(user: Any) -> Any:
    """Without the texts, which are long; what has been dropped is not shown."""
    rows = PlanImport.objects.visible_to(user).filter(~Q(state=ImportState.DROPPED))
    told = rows.select_related("sender", "plan").annotate(title=KT("reading__title"))
    return told.defer("text", "reading", "plan__text")
