"""批示: a leader writes, the co-ordinator or a planner for it answers."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from departments.clock import portal_today
from tasks.actions import directives as actions
from tasks.actions.moves import with_coordinator
from tasks.forms.review import AnswerForm, DirectiveForm
from tasks.models import Directive
from tasks.views.acting import visible_task
from tasks.views.adding import Addition
from tasks.views.codes import Code


class DirectiveAdd(Addition):
    template_name = "tasks/requests/directive.html"
    form_class = DirectiveForm
    permission = "tasks.give_directive"
    heading, submit = _("Write a directive"), _("Send it")
    intro = _("The co-ordinator, planners and leaders read it. It stays on their dashboards until it is answered.")

    def prepare(self, code: Code, **kwargs: Any) -> None:
        self.task = self.subject = visible_task(self.request, code)
        self.back = self.task.get_absolute_url()

    def current(self, row: None) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int) -> str | Promise:
        actions.give(self.task, by=self.request.user, today=portal_today(), text=form.cleaned_data["text"])
        return _("The directive has been sent.")

    def context(self) -> dict[str, Any]:
        return super().context() | {"task": self.task}


class DirectiveAnswer(Addition):
    template_name = "tasks/requests/answer.html"
    form_class = AnswerForm
    permission = "tasks.answer_directive"
    heading, submit = _("Answer the directive"), _("Send the answer")

    def prepare(self, pk: int, **kwargs: Any) -> None:
        directives = Directive.objects.visible_to(self.request.user)
        self.row = get_object_or_404(directives.select_related("task__plan", "author", "answered_by"), pk=pk)
        self.task = self.subject = with_coordinator(self.row.task)
        self.back = self.task.get_absolute_url()

    def current(self, row: Directive) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int) -> str | Promise:
        answer = form.cleaned_data["answer"]
        actions.answer(self.row, by=self.request.user, today=portal_today(), answer=answer, version=version)
        return _("The answer has been sent.")

    def context(self) -> dict[str, Any]:
        return super().context() | {"task": self.task, "directive": self.row}
