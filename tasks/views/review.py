"""The planner's queue: what units have sent, the oldest first, accepted or returned one by one or many at once."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from departments.clock import portal_today
from tasks.actions import review
from tasks.actions.refusals import require
from tasks.forms.review import QueueFilter
from tasks.models import Report, Task
from tasks.views.reviewed import lines

ON_A_PAGE = 30


class Queue(View):
    """GET lists, POST reviews what was ticked, or the one whose button was pressed; refused ones stay, with why."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require(request.user, "tasks.return_report")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponse:
        name = "return" if "return" in request.POST else "accept"
        chosen = self.chosen(name)
        if not chosen:
            return self.page(422, problem=_("Tick the reports first."))
        try:
            note = request.POST.get("note", "")
            done = review.review(chosen, name, by=request.user, today=portal_today(), note=note)
        except ValidationError as error:
            return self.page(422, problem=" ".join(error.messages), ticked=chosen)
        return self.told(name, done)

    def chosen(self, name: str) -> list[tuple[Report, int | None]]:
        """With the versions that were on the page. Of one withdrawn meanwhile only unit and task are told."""
        data = self.request.POST
        one = data.get(name, "")
        keys = [int(key) for key in ([one] if one else data.getlist("pick")) if _is_key(key)]
        tasks = Task.objects.visible_to(self.request.user)
        found = Report.objects.filter(pk__in=keys, task__in=tasks.values("pk"), period__isnull=False)
        rows = found.select_related("department", "task__plan").defer("task__text", "task__plan__text")
        versions = {row.pk: data.get(f"v{row.pk}", "") for row in rows}
        return [(row, int(versions[row.pk]) if _is_key(versions[row.pk]) else None) for row in rows]

    def told(self, name: str, done: list[review.Reviewed]) -> HttpResponse:
        went = sum(not one.refusal for one in done)
        if went:
            messages.success(self.request, _went(name, went))
        refused = [one for one in done if one.refusal]
        if not refused:
            return redirect(self.request.get_full_path())
        return self.page(409, refused=refused, ticked=[(one.report, None) for one in refused])

    def page(
        self, status: int = 200, ticked: Iterable[Any] = (), refused: Any = (), problem: str = ""
    ) -> HttpResponse:
        queue = Report.objects.visible_to(self.request.user).to_review()
        filters = QueueFilter(self.request.GET, queue)
        shown = Paginator(_with_words(filters.narrowed(queue)), ON_A_PAGE).get_page(self.request.GET.get("page"))
        why = {one.report.pk: one.refusal for one in refused}
        rows = lines(shown, self.request.user, {row.pk for row, _version in ticked}, why)
        gone = [one for one in refused if one.report.pk not in {row.report.pk for row in rows}]
        context = {"page": shown, "rows": rows, "filters": filters, "problem": problem, "gone": gone}
        context |= {"refused": len(refused), "note": self.request.POST.get("note", "")}
        return render(self.request, "tasks/review.html", context, status=status)


def _with_words(queue: Any) -> Any:
    related = queue.select_related("department", "task__plan", "period__plan", "author__department", "reviewer")
    return related.with_said_before().defer("task__text", "task__plan__text", "period__plan__text")


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _went(name: str, n: int) -> str:
    if name == "accept":
        return ngettext("%d report accepted.", "%d reports accepted.", n) % n
    return ngettext("%d report returned.", "%d reports returned.", n) % n
