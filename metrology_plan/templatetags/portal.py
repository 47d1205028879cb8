"""Words and marks that every template needs; built in, so no template loads them."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Library
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext

register = Library()

NOTHING = "—"  # no figure, no date: never 0


@register.simple_tag
def component(name: str, **values: str | int | bool | None) -> SafeString:
    """A small component that stands in every row: `{% component "light" light=task.light %}`.

    What it looks like depends on the values and the language alone, so it is rendered once for each.
    """
    rendered = _rendered.__wrapped__ if settings.DEBUG else _rendered  # whoever edits it sees it
    return rendered(f"components/{name}.html", get_language(), **values)


@lru_cache(maxsize=2048, typed=True)
def _rendered(template: str, language: str, **values: Any) -> SafeString:
    return mark_safe(get_template(template).render(values))  # noqa: S308 - it has been escaped there


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """A mark from the sprite: `{% icon "red" %}`. It is never read aloud, so a word stands beside it."""
    return _icon(name, css_class)


@lru_cache(maxsize=256)
def _icon(name: str, css_class: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"></use></svg>',
        f" {css_class}" if css_class else "",
        static("portal/icons.svg"),
        name,
    )


@register.filter
def light_word(light: str) -> str:
    """What a light is called: `{{ "red"|light_word }}`."""
    return capfirst(pgettext("light", light))


@register.filter
def day(value: date | None) -> str:
    """2023-06-22, as a `<time>`; a moment is a day in Shanghai."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_html('<time datetime="{0}">{0}</time>', value.isoformat())


@register.filter
def minute(value: datetime | None) -> str:
    """2023-06-14 15:05 in Shanghai, as a `<time>`."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), local.strftime("%Y-%m-%d %H:%M")
    )


@register.filter
def days_left(due: date | None, today: date) -> str:
    """How far away a date is: `{{ task.due_on|days_left:today }}`. The date itself is not overdue."""
    if due is None:
        return NOTHING
    days = (due - today).days
    if days > 0:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    if days < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
    return gettext("due today")


@register.filter
def percent(value: int | None) -> str:
    """0 is 0%; nothing to count is —."""
    return NOTHING if value is None else f"{value}%"


@register.filter
def kind(widget: Any) -> str:
    """How a form field is laid out: `check` (one box), `choices` (several) or `plain`."""
    if getattr(widget, "input_type", "") == "checkbox" and not widget.use_fieldset:
        return "check"
    return "choices" if getattr(widget, "input_type", "") in ("radio", "checkbox") else "plain"
