"""Which plan a page shows: the one asked for by `?plan=<code>`, otherwise the one in force today."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.validators import slug_re
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from departments.clock import portal_today
from tasks.models import Plan
from tasks.querysets.prepared import READERS, Prepared, Reader

NEWEST = 12  # plans to switch to; older ones have their addresses


@dataclass(frozen=True)
class PlanChoice:
    """A plan the reader may switch to; `url` is the page at hand, with that plan."""

    code: str
    title: str
    in_force: bool
    is_current: bool
    url: str


def current_plan(request: HttpRequest) -> Plan | None:
    """None only where the user sees no plan in force yet; a code that names none of the user's plans is a 404."""
    code = request.GET.get("plan", "")
    if not code:
        return next(iter(_current(Reader.of(request.user), portal_today()).ask()), None)
    if not slug_re.fullmatch(code):  # a NUL byte never reaches the database
        raise Http404
    return get_object_or_404(_plans(request.user), code=code)


def plan_choices(request: HttpRequest, plan: Plan | None) -> list[PlanChoice]:
    """The plan switcher: the newest, newest first, and the plan at hand; empty where there is nothing to switch to."""
    newest = _newest(Reader.of(request.user)).ask()
    plans = newest if plan is None or plan in newest else [*newest, plan]
    choices = [
        PlanChoice(each.code, each.title, each.is_active, each == plan, f"{request.path}?plan={each.code}")
        for each in plans
    ]
    return [] if all(choice.is_current for choice in choices) else choices


@lru_cache(maxsize=READERS)
def _newest(reader: Reader) -> Prepared:
    return Prepared(Plan.objects.visible_to(reader).only("code", "title", "is_active")[:NEWEST])


@lru_cache(maxsize=READERS)
def _current(reader: Reader, today: date) -> Prepared:
    return Prepared(_plans(reader).begun(today)[:1])


def _plans(user: Any) -> Any:
    """Without the text, which is long; the one page that shows it asks for it."""
    return Plan.objects.visible_to(user).defer("text")
