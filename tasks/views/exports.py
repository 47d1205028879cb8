"""Exports: what a link to a file answers, how far a large one is, and the record of one's own."""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from departments.clock import portal_today
from metrology_plan.onrecord import on_record
from tasks.actions.refusals import IllegalNow
from tasks.exports.asking import TYPE_OF, ask
from tasks.exports.file import File
from tasks.filters.parameters import Chosen
from tasks.filters.words import Wording
from tasks.models import Export, ExportKind, ExportState, Plan

PER_PAGE = 20
AGAIN = {ExportKind.LEDGER_XLSX: "tasks:ledger_xlsx", ExportKind.LEDGER_CSV: "tasks:ledger_csv"}
OF_PERIOD: dict[str, str] = {ExportKind.BULLETIN: "tasks:bulletin", ExportKind.BRIEF: "tasks:brief"}


# ---- a file's address ----


def answer(request: HttpRequest, kind: str, plan: Plan, query: str | None = None) -> HttpResponse:
    """The file, the page that tells how far it is, or why there is none. `query`: unless it is the address's own."""
    asked_for: Any = {"by": request.user, "today": portal_today(), "language": get_language()}
    try:
        with on_record(request):
            asked = ask(kind, plan, request.GET.urlencode() if query is None else query, **asked_for)
    except ValidationError as error:
        return refused(error)
    except IllegalNow as refusal:
        messages.warning(request, str(refusal.reason))
        return redirect("tasks:exports")
    return attachment(asked.file) if asked.file else redirect(asked.export)


def refused(error: ValidationError) -> HttpResponse:
    """In plain text: whoever asked for a file has no page to show it on."""
    lines = [f"{name}: {message}\n" for name, told in error.message_dict.items() for message in told]
    return HttpResponse(lines, status=400, content_type="text/plain; charset=utf-8")


def attachment(file: File) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(file.content, file.type, headers=headers)


# ---- what was asked for ----


class Shown(NamedTuple):
    """An export as its owner is told of it."""

    export: Export
    state: ExportState
    is_kept: bool
    filters: list[Chosen]
    again: str  # the address that asks for the same once more

    @property
    def is_to_come(self) -> bool:
        return self.state in {ExportState.WAITING, ExportState.RUNNING}

    @property
    def has_rows(self) -> bool:
        """One document about a period is counted in nothing."""
        return self.export.kind not in OF_PERIOD

    @property
    def was_kept(self) -> bool:
        return self.export.expires_at is not None


@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """One's own, the newest first."""
    page = Paginator(_own(request), PER_PAGE).get_page(request.GET.get("page"))
    wording, now = Wording(request.user), timezone.now()
    shown = [_shown(export, wording, now) for export in page]
    return render(request, "tasks/exports/list.html", {"page": page, "shown": shown})


@require_safe
@never_cache
def export_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, then the file. It asks again by itself while there is something to wait for."""
    export, now = get_object_or_404(_own(request), pk=pk), timezone.now()
    context: dict[str, Any] = {"shown": _shown(export, Wording(request.user), now)}
    if export.state == ExportState.WAITING:
        context["ahead"] = Export.objects.to_come(now).filter(pk__lt=pk).count()
    # A page left open does not keep its reader signed in for ever.
    context["asks_again"] = (now - export.created_at).total_seconds() < 1800
    return render(request, "tasks/exports/export.html", context)


@require_safe
@never_cache
def export_file(request: HttpRequest, pk: int) -> HttpResponse:
    """For its owner, while it is kept; before and after that the page says what to do."""
    export = get_object_or_404(_own(request), pk=pk)
    file = kept_file(export)
    return attachment(file) if file else redirect(export)


def kept_file(export: Export) -> File | None:
    if not export.is_kept(timezone.now()):
        return None
    try:
        with default_storage.open(str(export.file.name)) as stored:
            return File(export.name, TYPE_OF[export.kind], stored.read())
    except FileNotFoundError as error:  # a restored database knows of files that a backup does not keep
        raise Http404 from error


def _own(request: HttpRequest) -> Any:
    return Export.objects.visible_to(request.user).select_related("plan").defer("plan__text")


def _shown(export: Export, wording: Wording, now: datetime) -> Shown:
    state = export.state_at(now)
    filters = wording.of_period(export.query) if export.kind in OF_PERIOD else wording.of(export.query)
    return Shown(export, state, export.is_kept(now), filters, _again(export))


def _again(export: Export) -> str:
    query = QueryDict(export.query, mutable=True)
    if page := OF_PERIOD.get(export.kind):
        return reverse(page, args=[export.plan.code, query["period"]])
    query["plan"] = export.plan.code
    return f"{reverse(AGAIN[ExportKind(export.kind)])}?{query.urlencode()}"
