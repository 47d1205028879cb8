"""催办: the button, the page that asks before everyone is reminded, and the log of what was sent to whom."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from departments.clock import portal_today
from departments.models import Department
from tasks.actions import chasing, letters
from tasks.actions.chasing import Reminded
from tasks.actions.refusals import IllegalNow, require
from tasks.filters.letters import LetterFilter
from tasks.models import Letter, Report, ReportingPeriod
from tasks.views.current import current_plan

PER_PAGE = 30


class Remind(View):
    """GET asks before everyone is reminded; POST reminds everyone, one unit or one report."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require(request.user, "tasks.remind")
        self.period = _period(request, request.POST if request.method == "POST" else request.GET)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        context: dict[str, Any] = {"period": self.period, "told": None}
        try:
            context["told"] = chasing.outlook(self.period, by=request.user, today=portal_today())
        except IllegalNow as refusal:
            context["refusal"] = refusal.reason
        return render(request, "tasks/reminders/confirm.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """What cannot be done just now is said on the matrix, which shows why."""
        try:
            told = chasing.remind(self.period, by=request.user, today=portal_today(), **self.narrowed())
        except IllegalNow as refusal:
            messages.warning(request, str(refusal.reason))
        else:
            _tell(request, told)
        return redirect(self.period)

    def narrowed(self) -> dict[str, Any]:
        """To the unit or the report that was named; one that is not there is a 404, never everyone."""
        sent = self.request.POST
        if "report" in sent:  # planners know from the matrix that it is owed, be it a draft that they do not read
            return {"report": get_object_or_404(Report, period=self.period, pk=_number(sent["report"]))}
        if "unit" in sent:
            if not slug_re.fullmatch(sent["unit"]):
                raise Http404
            return {"department": get_object_or_404(Department, code=sent["unit"])}
        return {}


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Every message, the newest first: who, when, to whom, of what, and what became of the mail."""
    require(request.user, "tasks.view_letter")
    seen = Letter.objects.visible_to(request.user).with_reminders()
    listed = LetterFilter(request.GET, seen, request=request)
    page = Paginator(listed.qs, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"listed": listed, "form": listed.form, "page": page}
    context |= {"lines": [_line(letter) for letter in page], "stuck": seen.stuck().count()}
    return render(request, "tasks/reminders/log.html", context, status=200 if listed.is_valid() else 400)


@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "tasks.remind")
    letter = get_object_or_404(Letter.objects.visible_to(request.user), pk=pk)
    try:
        letters.resend(letter, by=request.user)
    except IllegalNow as refusal:
        messages.warning(request, str(refusal.reason))
    else:
        letter.refresh_from_db()
        told = {"sent": _("The letter has been sent."), "waiting": _("The letter will be sent within minutes.")}
        failed = _("The letter could not be sent: %s") % letter.error
        messages.add_message(request, messages.INFO, told.get(letter.state, failed))
    return redirect("tasks:reminders")


def _line(letter: Letter) -> dict[str, Any]:
    """A letter with its reminders, which share day and sender; tasks by unit, each occasion once."""
    reminders = list(letter.reminders.all())
    units: dict[Department, list[Any]] = {}
    for each in reminders:
        units.setdefault(each.report.department, []).append(each.report)
    occasions = dict.fromkeys(each.get_occasion_display() for each in reminders)
    periods = dict.fromkeys(each.report.period.label for each in reminders if each.report.period)
    first = reminders[0] if reminders else None
    return {"letter": letter, "first": first, "units": units, "occasions": occasions, "periods": periods}


def _period(request: HttpRequest, sent: Any) -> ReportingPeriod:
    """The one that was named, otherwise the plan's foremost."""
    seen = ReportingPeriod.objects.visible_to(request.user).select_related("plan").defer("plan__text")
    if "period" in sent:
        return get_object_or_404(seen, pk=_number(sent["period"]))
    found = seen.filter(plan=current_plan(request)).foremost()
    if found is None:
        raise Http404
    return found


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return int(text)


def _tell(request: HttpRequest, told: Reminded) -> None:
    """Whom the button reached, and which units it did not."""
    figures = {"persons": told.persons, "reports": told.reports, "units": told.units}
    reached = ngettext(
        "%(persons)d person has been reminded: %(reports)d reports of %(units)d units.",
        "%(persons)d persons have been reminded: %(reports)d reports of %(units)d units.",
        told.persons,
    )
    messages.success(request, reached % figures)
    if told.unmailed:
        portal_only = _("In the portal only, since nobody has an e-mail address: %s.")
        messages.warning(request, portal_only % _names(told.unmailed))
    if told.unreached:
        messages.warning(request, _("Nobody could be reminded for: %s.") % _names(told.unreached))


def _names(units: list[Department]) -> str:
    return "、".join(unit.short_name for unit in units)
