"""延期: the co-ordinator asks for a later date, a planner decides."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.clock import portal_today
from tasks.actions import extensions as actions
from tasks.forms.review import DecisionForm, ExtensionForm
from tasks.models import ExtensionRequest, Milestone, Task
from tasks.views.acting import visible_task
from tasks.views.adding import Addition
from tasks.views.codes import Code


class ExtensionAsk(Addition):
    """For the task, or with `?milestone=<position>` for one of its milestones."""

    template_name = "tasks/requests/extension.html"
    form_class = ExtensionForm
    permission = "tasks.request_extension"
    heading, submit = _("Ask for an extension"), _("Ask for it")

    def prepare(self, code: Code, **kwargs: Any) -> None:
        self.task = self.subject = visible_task(self.request, code)
        self.milestone = self._milestone(self.request.GET.get("milestone", ""))
        self.row = self.milestone or self.task
        self.back = self.task.get_absolute_url()

    def _milestone(self, position: str) -> Milestone | None:
        if not position:
            return None
        if not (position.isascii() and position.isdigit() and len(position) < 5):
            raise Http404
        return get_object_or_404(self.task.milestones, position=position)

    def current(self, row: Task | Milestone) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int) -> str | Promise:
        asked: dict[str, Any] = {"by": self.request.user, "today": portal_today(), "version": version}
        actions.request_extension(self.task, self.milestone, **asked, **form.values())
        return _("The extension has been asked for; a planner decides.")

    def context(self) -> dict[str, Any]:
        asked = self.task.extensions.filter(milestone=self.milestone)
        return super().context() | {
            "task": self.task,
            "milestone": self.milestone,
            "why_not": actions.why_not(self.task, self.row, portal_today()),
            "waiting": asked.waiting().select_related("requested_by").first(),
            "granted": asked.granted().count(),
        }


class ExtensionDecide(Addition):
    template_name = "tasks/requests/decide.html"
    form_class = DecisionForm
    permission = "tasks.decide_extensionrequest"
    heading, submit = _("Decide on the extension"), _("Save the decision")

    def prepare(self, pk: int, **kwargs: Any) -> None:
        requests = ExtensionRequest.objects.visible_to(self.request.user)
        related = requests.select_related("task__plan", "milestone", "requested_by__department", "decided_by")
        self.row = get_object_or_404(related, pk=pk)
        self.back = self.row.task.get_absolute_url()

    def current(self, row: ExtensionRequest) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int) -> str | Promise:
        granted, note = form.cleaned_data["decision"] == "grant", form.cleaned_data["note"]
        actions.decide(self.row, granted, by=self.request.user, today=portal_today(), note=note, version=version)
        return _("The extension is granted; the original date stays on record.") if granted else _("It is refused.")

    def context(self) -> dict[str, Any]:
        about = self.row.milestone or self.row.task
        moved = about.due_on if about.due_on != self.row.old_due_on else None
        granted = self.row.task.extensions.filter(milestone=self.row.milestone).granted().count()
        may = actions.may_decide(self.row, self.request.user)
        return super().context() | {"task": self.row.task, "moved": moved, "granted": granted, "may_decide": may}
